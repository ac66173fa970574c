"""The window of counters: which numbers of a phone's signed requests were used already.

Requests overtake each other, so a number below the highest may still come, once.
Source: docs/spec/pairing.md section 3.
"""

from typing import Final

WINDOW: Final = 64
"""Numbers that may still come late; a page has some six requests under way at a time."""
COUNTER_MAX: Final = 2**64 - 1


class CounterWindow:
    """The numbers of one phone since the node's start. A number counts from 1."""

    __slots__ = ("_highest", "_seen")

    def __init__(self) -> None:
        self._highest = 0
        self._seen = 1
        """Bit n: whether the number n below the highest was used. 0 was."""

    def take(self, counter: int) -> bool:
        """Use up a number; return False where it was used before, or is too far behind."""
        if counter > self._highest:
            ahead = min(counter - self._highest, WINDOW)
            self._seen = (self._seen << ahead | 1) & (1 << WINDOW) - 1
            self._highest = counter
            return True
        bit = self._highest - counter
        if counter < 0 or bit >= WINDOW or self._seen >> bit & 1:
            return False
        self._seen |= 1 << bit
        return True
