"""With which minute something is signed that answers something else.

Objects carry whole minutes, and numbers of different keys say nothing about each other. So whoever
answers within the minute dates it one later: every node then sees the answer as the later one.
"""

from collections.abc import Iterable

from meshnode.commands.trust import people


def later_than(moments: Iterable[str], minute: int) -> int:
    """Return `minute`, or one more than the latest of these moments in the API's form."""
    return max((minute, *(people.minute_of(one) + 1 for one in moments)))
