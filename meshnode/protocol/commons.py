"""The share of the urgent air that all have together who hold no office.

Not for: how much one identity may take (`quota`), or who has an office (`ports.Rules`). Invariants:
in an hour of this node's own time at most `FAIR_COMMON_HOUR` objects are let through as urgent,
whatever minutes they carry; what was let through stays so while it is held.
Source: docs/spec/frames.md section 7.
"""

from collections import deque
from typing import Final

from meshnode.protocol.object import ObjectId

FAIR_COMMON_HOUR: Final = 60
"""A call for help a minute: a third of the hour's urgent airtime on LongFast. Fifty people let in
by one invitation held up a warning for 36 minutes with calls, each within their own share."""
_HOUR_MS: Final = 3_600_000


class CommonShare:
    """What one node let through."""

    __slots__ = ("_granted", "_times_ms")

    def __init__(self) -> None:
        self._granted: set[ObjectId] = set()
        self._times_ms: deque[int] = deque()

    def grants(self, thing: ObjectId, now_ms: int | None) -> bool:
        """Return whether an object has the air as something urgent; if so it has from now on.

        None: it was held before the start, and uses up nothing of an hour.
        """
        if thing in self._granted:
            return True
        if now_ms is None:
            is_granted = len(self._granted) < FAIR_COMMON_HOUR
            if is_granted:
                self._granted.add(thing)
            return is_granted
        while self._times_ms and self._times_ms[0] <= now_ms - _HOUR_MS:
            self._times_ms.popleft()
        if len(self._times_ms) >= FAIR_COMMON_HOUR:
            return False
        self._times_ms.append(now_ms)
        self._granted.add(thing)
        return True

    def forget(self, thing: ObjectId) -> None:
        """An object left the set. What it used up of the hour stays used up."""
        self._granted.discard(thing)
