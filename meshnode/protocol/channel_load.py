"""How busy a radio's channel is, with our own community's frames and with others'.

Politeness is owed to others: while they are busy we are quiet. What the community itself says is
bounded more loosely, so that others always find room for a word.
Invariants: a measurement is believed for `MEASUREMENT_MS`; our own frames count at once.
Source: docs/spec/airtime.md; research on the firmware's polite limits, 25 % and 40 %.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.priority import Priority

OTHERS_PAUSE_PERCENT: Final = 25
"""Above this share of the channel used by others, ordinary objects wait."""
OTHERS_STOP_PERCENT: Final = 40
"""Above this share everything but urgent objects waits, beacons too."""
TOTAL_PAUSE_PERCENT: Final = 70
"""Above this share in all, ordinary objects wait, so that others find room for a word.

Lower ones stop a burst in its middle, where those who missed parts begin to ask for them.
"""
BULK_PAUSE_PERCENT: Final = 50
"""Above this share in all, what exceeds its author's fair share waits."""
MEASUREMENT_MS: Final = 120_000
"""How long a measurement is believed; radios measure every minute."""
_WINDOW_MS: Final = 60_000
"""Over which time the radio measures."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be said now, and when to look again if something has to wait."""

    rank_max: Priority
    beacons: bool
    again_ms: int


class ChannelLoad:
    """The load of one channel over the last minute.

    Ours is known frame by frame; others' is what the radio measured beyond it.
    """

    __slots__ = ("_others_percent", "_ours", "_ours_ms", "_until_ms")

    def __init__(self) -> None:
        self._ours: deque[tuple[int, float]] = deque()
        self._ours_ms = 0.0
        self._others_percent = 0.0
        self._until_ms = 0

    def said_by_us(self, airtime_ms: float, now_ms: int) -> None:
        """A frame of our community, sent or heard, was on the air."""
        self._ours.append((now_ms, airtime_ms))
        self._ours_ms += airtime_ms

    def measured(self, percent: float, now_ms: int) -> None:
        """The radio measured its channel over the last minute."""
        self._others_percent = max(0.0, percent - self._ours_percent(now_ms))
        self._until_ms = now_ms + MEASUREMENT_MS

    def allowance(self, now_ms: int, *, retry_ms: int) -> Allowance:
        """Return what may be said; what must wait is to be looked at again soon."""
        others_percent = self._others_percent if now_ms < self._until_ms else 0.0
        if others_percent > OTHERS_STOP_PERCENT:
            return Allowance(Priority.URGENT, beacons=False, again_ms=self._until_ms)
        if others_percent > OTHERS_PAUSE_PERCENT:
            return Allowance(Priority.AUTHORITY, beacons=True, again_ms=self._until_ms)
        if others_percent + self._ours_percent(now_ms) > TOTAL_PAUSE_PERCENT:
            return Allowance(Priority.AUTHORITY, beacons=True, again_ms=now_ms + retry_ms)
        if others_percent + self._ours_percent(now_ms) > BULK_PAUSE_PERCENT:
            return Allowance(Priority.ORDINARY, beacons=True, again_ms=now_ms + retry_ms)
        return Allowance(Priority.BULK, beacons=True, again_ms=now_ms + retry_ms)

    def _ours_percent(self, now_ms: int) -> float:
        while self._ours and self._ours[0][0] <= now_ms - _WINDOW_MS:
            self._ours_ms -= self._ours.popleft()[1]
        return 100 * max(0.0, self._ours_ms) / _WINDOW_MS
