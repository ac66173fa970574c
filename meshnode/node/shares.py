"""Shares: how much of what a node carries for others each phone may use up in a day.

Not for: the node's own quota (`board.accounts`), of which these are parts. Invariants: whoever
belongs has a share of their own; phones of nobody's have one together, however many they are; the
table holds no more entries than the node may carry in a day.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from meshnode.board.accounts import SPEAKER_DAY_MAX
from meshnode.node.denials import RefusedError

MEMBER_DAY_MAX: Final = 80
"""Two fifths of what a node may sign in a day: a long evening of messages and receipts is below,
and one person alone leaves the others most of it."""
STRANGERS_DAY_MAX: Final = 10
"""Who is taken in today may write before; the kiosk gives a key to everybody who walks in."""
STRANGERS: Final = b""
"""Whose share it is that a phone of nobody's uses."""
_DAY_MINUTES: Final = 1440


class Shares:
    """What was carried today, by whose it was."""

    def __init__(self) -> None:
        self._day = -1
        self._used: Counter[bytes] = Counter()

    @contextmanager
    def taken(self, whose: bytes | None, *, minute: int) -> Iterator[None]:
        """Use up one of a share while the block lasts, and for good if it ends well.

        None: asked on the node's own socket, whose keeper may do as they like.

        Raises:
            RefusedError: The share is used up for today.
        """
        if whose is None:
            yield
            return
        if minute // _DAY_MINUTES != self._day:
            self._day = minute // _DAY_MINUTES
            self._used.clear()
        if self._used[whose] >= (MEMBER_DAY_MAX if whose else STRANGERS_DAY_MAX):
            raise RefusedError(_SENTENCES[bool(whose)], reason="quota")
        self._used[whose] += 1
        day = self._day
        try:
            yield
        except BaseException:
            if day == self._day:
                self._used[whose] -= 1
            raise


_SENTENCES: Final = {
    True: f"This node carries {MEMBER_DAY_MAX} of {SPEAKER_DAY_MAX} private messages a day for one "
    "person, receipts among them, so that enough is left for the others. It is tried again "
    "tomorrow; another node carries it today.",
    False: "Phones of people who do not belong yet have used up what this node carries for them "
    "today. Join first, or try again tomorrow.",
}
