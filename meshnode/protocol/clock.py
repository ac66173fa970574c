"""The community's clock: which minute it is, and how well this node knows.

Minutes count from 2024-01-01 00:00 UTC. A node whose own clock nobody vouches for believes the
median of what several certified authors wrote on their newest objects, or of what several
neighbours say in their beacons, whichever is later: both are lower bounds of now. Two clocks
that are plainly wrong count as not set: one before this program was written, one a quarter of a
year after all that we hold.
Invariants: one liar among three cannot move the clock; `creation_minute` goes backwards only
where the clock itself is set back by more than `CLOCK_ABSORB_MINUTES_MAX`.
Source: docs/spec/object.md section 8; hybrid logical clocks (Kulkarni et al. 2014).
"""

from enum import Enum
from typing import TypeVar

from meshnode.protocol.keys import KeyId
from meshnode.protocol.limits import CLOCK_ABSORB_MINUTES_MAX, CREATED_MIN_MAX

WITNESSES_MIN = 3
"""Certified authors whose median may correct an unsynchronised clock."""
WITNESSES_MAX = 256
"""Authors remembered; the oldest is forgotten first."""
DISAGREEMENT_MINUTES_MAX = 10
"""An unsynchronised clock this close to the witnesses is believed."""
PLAUSIBLE_FROM_MIN = 1_000_000
"""25 November 2025: an unsynchronised clock before this has plainly not been set."""
AHEAD_MINUTES_MAX = 91 * 1440
"""An unsynchronised clock this far ahead of the newest object is wrong: no place is silent for a
quarter of a year, and believing it would let everything expire."""

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_Key = TypeVar("_Key", bound=bytes)


class Quality(Enum):
    """How well the minute is known."""

    SYNCHRONISED = "synchronised"
    PLAUSIBLE = "plausible"
    WITNESSED = "witnessed"
    UNKNOWN = "unknown"


class CommunityClock:
    """Turns monotonic milliseconds into the community's minute."""

    __slots__ = (
        "_is_synchronised",
        "_logical_min",
        "_newest_min",
        "_offset_ms",
        "_speakers",
        "_witnesses",
    )

    def __init__(self) -> None:
        self._offset_ms: int | None = None
        self._is_synchronised = False
        self._witnesses: dict[KeyId, int] = {}
        self._speakers: dict[bytes, int] = {}
        self._logical_min = 0
        self._newest_min = 0

    def observe_wall(self, minute: int, *, is_synchronised: bool, now_ms: int) -> None:
        """The operating system says that it is `minute`."""
        is_set = minute >= PLAUSIBLE_FROM_MIN
        self._is_synchronised = is_synchronised and is_set
        self._offset_ms = minute * _MINUTE_MS - now_ms if is_set else None

    def observe_stored(self, created_min: int) -> None:
        """Another's object from before a restart was made at `created_min`.

        It is no witness: until we have heard somebody, saying that we do not know the time
        brings more help than a time that stood still while we were off.
        """
        self._newest_min = max(self._newest_min, created_min)

    def observe_own(self, created_min: int, now_ms: int) -> None:
        """We made an object ourselves; it vouches for nothing."""
        if created_min <= self.minute(now_ms) + CLOCK_ABSORB_MINUTES_MAX:
            self._logical_min = max(self._logical_min, created_min)

    def observe_object(self, author: KeyId, created_min: int, now_ms: int) -> None:
        """Another certified author wrote `created_min` on an object that we hear of now."""
        _remember(self._witnesses, author, created_min * _MINUTE_MS - now_ms)
        self._newest_min = max(self._newest_min, created_min)
        self.observe_own(created_min, now_ms)

    def observe_beacon(self, sender: bytes, cutoff_hour: int, now_ms: int) -> None:
        """A neighbour, who knows the network key, says that this hour has begun.

        An hour that no object could be made in, or long after all that we hold, is no witness.
        """
        minute = cutoff_hour * 60
        is_possible = 0 < minute <= CREATED_MIN_MAX
        if is_possible and not self._is_far_ahead(minute * _MINUTE_MS):
            _remember(self._speakers, sender, cutoff_hour * _HOUR_MS - now_ms)

    def quality(self, now_ms: int) -> Quality:
        """Return how well the minute is known."""
        return self._best(now_ms)[0]

    def minute(self, now_ms: int) -> int:
        """Return the community's minute; 0 where it is unknown."""
        return min(max(0, (self._best(now_ms)[1] + now_ms) // _MINUTE_MS), CREATED_MIN_MAX)

    def creation_minute(self, now_ms: int) -> int:
        """Return the minute to write on a new object: not before one that we have seen."""
        minute = self.minute(now_ms)
        return max(minute, min(self._logical_min, minute + CLOCK_ABSORB_MINUTES_MAX))

    def _best(self, now_ms: int) -> tuple[Quality, int]:
        own = self._offset_ms
        if own is not None and self._is_synchronised:
            return Quality.SYNCHRONISED, own
        witnessed = self._witnessed_offset_ms()
        if own is None or self._is_far_ahead(own + now_ms):
            return (
                (Quality.UNKNOWN, -now_ms) if witnessed is None else (Quality.WITNESSED, witnessed)
            )
        # Witnesses give lower bounds: a clock behind them is wrong. A clock far ahead of them
        # may just live in a quiet week, so they correct it only forwards.
        if witnessed is not None and witnessed - own > DISAGREEMENT_MINUTES_MAX * _MINUTE_MS:
            return Quality.WITNESSED, witnessed
        return Quality.PLAUSIBLE, own

    def _is_far_ahead(self, own_ms: int) -> bool:
        return 0 < self._newest_min < own_ms // _MINUTE_MS - AHEAD_MINUTES_MAX

    def _witnessed_offset_ms(self) -> int | None:
        medians = [
            # The lower one of two in the middle.
            sorted(offsets.values())[(len(offsets) - 1) // 2]
            for offsets in (self._witnesses, self._speakers)
            if len(offsets) >= WITNESSES_MIN
        ]
        return max(medians, default=None)


def _remember(offsets: dict[_Key, int], who: _Key, offset_ms: int) -> None:
    known = offsets.pop(who, None)
    if known is None and len(offsets) >= WITNESSES_MAX:
        del offsets[next(iter(offsets))]
    offsets[who] = offset_ms if known is None else max(known, offset_ms)
