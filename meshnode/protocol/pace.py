"""Pace: how much of the air the engine may use, how often it compares, and what can wait.

Not for: why (`meshnode.board.modes`). Invariant: all of it is in one value; the engine that gets an
earlier value back behaves as it did under it.
Source: docs/spec/airtime.md.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE
from meshnode.protocol.priority import Priority

BEACON_MS_MAX: Final = 1_800_000
"""Longest pause between beacons: half an hour, five nodes together then spend about two seconds an
hour."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the engine keeps to.

    Shapes: shares are of the rolling hour, 0 < `ordinary_share` <= `urgent_share`; `beacon_ms_max`
    is at most `BEACON_MS_MAX`; objects of the `waiting` kinds, unless they are more than ordinary,
    get the air after everything else.
    """

    ordinary_share: float = ORDINARY_SHARE
    urgent_share: float = URGENT_SHARE
    beacon_ms_max: int = BEACON_MS_MAX
    waiting: frozenset[int] = frozenset()

    def rank(self, kind: int, rank: Priority) -> Priority:
        """Return the rank on the air of an object that has the rank `rank` otherwise."""
        return Priority.BULK if kind in self.waiting and rank is Priority.ORDINARY else rank


def usual_pace(ordinary_share: float = ORDINARY_SHARE) -> Pace:
    """Return the pace for what the operator allows: urgent traffic gets twice that."""
    return Pace(ordinary_share, max(ordinary_share, ordinary_share * URGENT_SHARE / ORDINARY_SHARE))
