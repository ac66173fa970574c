"""What a mode changes: one table. docs/spec/modes.md shows the same table, and a test compares.

Invariants: everything is derived from the mode in force, so that nothing has to be put back; no
mode lets all traffic together beyond the urgent share, or ordinary traffic beyond `SHARE_MAX`; a
drill changes nothing here.
Source: docs/spec/modes.md section 3; docs/spec/airtime.md.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meshnode.board.modes.mode import Mode
from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE
from meshnode.protocol.object import Kind
from meshnode.protocol.pace import Pace, usual_pace

SHARE_MAX: Final = URGENT_SHARE
"""What ordinary traffic may never pass, whatever operator and mode say: emergencies stop there."""
_DAY_MINUTES: Final = 1440
_MINUTE_MS: Final = 60_000


class Section(StrEnum):
    """A part of what residents see."""

    ALERTS = "alerts"
    CALLS = "calls"
    PLACES = "places"
    BOARD = "board"
    MEETUPS = "meetups"


@dataclass(frozen=True, slots=True)
class Effects:
    """What holds while a mode is in force.

    Shapes: `share_percent` is what ordinary traffic may use of an hour where the operator left it
    at 4 %, and grows with what they allow; `beacon_minutes_max` the longest pause between beacons;
    `level_minutes_min` the shortest pause between what one key says of a place's crowding. The
    minutes of life are what the command line and phones propose. Ordinary objects of the `waiting`
    kinds get the air after everything else. `sections` are in the order in which residents see
    them.
    """

    share_percent: float
    beacon_minutes_max: int
    level_minutes_min: int
    bulletin_minutes: int
    ok_minutes: int
    call_minutes: int
    waiting: tuple[Kind, ...]
    sections: tuple[Section, ...]


EFFECTS: Final[dict[Mode, Effects]] = {
    Mode.NORMAL: Effects(
        share_percent=4,
        beacon_minutes_max=30,
        level_minutes_min=15,
        bulletin_minutes=_DAY_MINUTES,
        ok_minutes=_DAY_MINUTES,
        call_minutes=2 * _DAY_MINUTES,
        waiting=(),
        sections=(
            Section.ALERTS,
            Section.BOARD,
            Section.MEETUPS,
            Section.PLACES,
            Section.CALLS,
        ),
    ),
    Mode.DISRUPTED: Effects(
        share_percent=5,
        beacon_minutes_max=20,
        level_minutes_min=20,
        bulletin_minutes=_DAY_MINUTES,
        ok_minutes=_DAY_MINUTES,
        call_minutes=2 * _DAY_MINUTES,
        waiting=(Kind.MEETUP,),
        sections=(
            Section.ALERTS,
            Section.BOARD,
            Section.PLACES,
            Section.CALLS,
            Section.MEETUPS,
        ),
    ),
    Mode.OUTAGE: Effects(
        share_percent=6,
        beacon_minutes_max=10,
        level_minutes_min=30,
        bulletin_minutes=2 * _DAY_MINUTES,
        ok_minutes=_DAY_MINUTES // 2,
        call_minutes=3 * _DAY_MINUTES,
        waiting=(Kind.CIRCLE, Kind.MEETUP),
        sections=(
            Section.ALERTS,
            Section.CALLS,
            Section.PLACES,
            Section.BOARD,
            Section.MEETUPS,
        ),
    ),
    Mode.RECOVERY: Effects(
        share_percent=5,
        beacon_minutes_max=20,
        level_minutes_min=20,
        bulletin_minutes=_DAY_MINUTES,
        ok_minutes=_DAY_MINUTES,
        call_minutes=2 * _DAY_MINUTES,
        waiting=(),
        sections=(
            Section.ALERTS,
            Section.PLACES,
            Section.BOARD,
            Section.CALLS,
            Section.MEETUPS,
        ),
    ),
}


def pace_in(mode: Mode, ordinary_share: float = ORDINARY_SHARE) -> Pace:
    """Return what the engine keeps to in a mode, where the operator allows that share."""
    effects, usual = EFFECTS[mode], usual_pace(ordinary_share)
    factor = effects.share_percent / EFFECTS[Mode.NORMAL].share_percent
    share = min(ordinary_share * factor, max(ordinary_share, SHARE_MAX))
    return Pace(
        ordinary_share=share,
        urgent_share=max(share, usual.urgent_share),
        beacon_ms_max=effects.beacon_minutes_max * _MINUTE_MS,
        waiting=frozenset(map(int, effects.waiting)),
    )
