"""Wrong guesses: whoever guesses too often has to wait, and nobody else has.

Invariant: at most `PLACES_MAX` are remembered, so that nobody fills the memory with addresses; who
guessed longest ago is forgotten first.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

PLACES_MAX: Final = 4096
"""Half a megabyte; a Wi-Fi of a neighbourhood has some hundred addresses."""


class Guesses:
    """The wrong guesses of each within the last `within_ms`, of which `wrong_max` are allowed."""

    def __init__(self, *, wrong_max: int, within_ms: int, now_ms: Callable[[], int]) -> None:
        self._wrong_max = wrong_max
        self._within_ms = within_ms
        self._now_ms = now_ms
        self._wrong_ms: OrderedDict[bytes, deque[int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._wrong_ms)

    def wait_s(self, who: bytes) -> int:
        """Return after how many seconds somebody may guess again; 0: now."""
        wrong_ms = self._wrong_ms.get(who)
        if wrong_ms is None or len(wrong_ms) < self._wrong_max:
            return 0
        left_ms = wrong_ms[0] + self._within_ms - self._now_ms()
        return -(-max(0, left_ms) // 1000)

    def forget(self, who: bytes) -> None:
        """Let somebody begin anew."""
        self._wrong_ms.pop(who, None)

    def note(self, who: bytes) -> None:
        """Take note of a wrong one."""
        wrong_ms = self._wrong_ms.pop(who, None) or deque(maxlen=self._wrong_max)
        wrong_ms.append(self._now_ms())
        self._wrong_ms[who] = wrong_ms
        if len(self._wrong_ms) > PLACES_MAX:
            self._wrong_ms.popitem(last=False)
