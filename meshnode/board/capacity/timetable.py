"""Timetables: when something takes place, for how many, and which node sells it.

The terms on which somebody books. Not for: titles and texts (`slots`, `meetup`). Invariants: terms
never change, an update that has others is another thing's (`versions.terms_of`); a timetable
without an authority has no capacity and is not booked.
Source: docs/spec/capacity.md section 1.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.parts import encode_minute, read_fingerprint, read_minute
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.limits import CREATED_MIN_MAX

SLOTS_MAX: Final = 366
"""Slots of one thing: every day of a year, or a day in steps of four minutes."""
CAPACITY_MAX: Final = 10_000
"""Units in a slot: a park, a hall, a day of tickets."""
SLOT_MINUTES_MAX: Final = 31 * 1440
"""Length of a slot, and from one slot's beginning to the next one's."""
LEASE_MINUTES_MAX: Final = 7 * 1440
"""How long something is kept for somebody who does not come: a week, then it is an own post."""

_SORT_MASK: Final = 0x03
_ALONE_FLAG: Final = 0x04
_SOLD_FLAG: Final = 0x08


class Sort(IntEnum):
    """What is sold; the number on the wire."""

    SLOTS = 0
    QUEUE = 1
    SINGLE = 2

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is sold in each slot, and by whom.

    Shapes: `capacity` 1..10,000 units a slot; `claim_max` 1..capacity, of which one claim may ask
    for so many in each slot; `lease_minutes` 0: none, ..10,080; `authority` the node that owns all
    units at first; `is_automatic`: it books by itself, without a host's word.
    """

    capacity: int
    authority: Fingerprint
    claim_max: int = 1
    lease_minutes: int = 0
    is_automatic: bool = True


@dataclass(frozen=True, slots=True)
class Timetable:
    """When slots begin and end.

    Shapes: `start_min` a minute since 2024-01-01; `length_minutes` and `interval_minutes`
    1..44,640, the second 0 where `count` is 1; `count` 1..366; `terms` None: come without booking.
    """

    start_min: int
    length_minutes: int
    interval_minutes: int = 0
    count: int = 1
    sort: Sort = Sort.SLOTS
    terms: Terms | None = None

    @property
    def closes_min(self) -> int:
        """The minute at which the last slot is over."""
        return self.ends_min(self.count - 1)

    @property
    def capacity(self) -> int:
        """Units in each slot; 0 where nothing is booked."""
        return 0 if self.terms is None else self.terms.capacity

    def starts_min(self, slot: int) -> int:
        """Return when a slot begins."""
        return self.start_min + slot * self.interval_minutes

    def ends_min(self, slot: int) -> int:
        """Return when a slot is over."""
        return self.starts_min(slot) + self.length_minutes

    def next_slot(self, minute: int) -> int | None:
        """Return the first slot that is not over at `minute`; None: all are."""
        return next((one for one in range(self.count) if self.ends_min(one) > minute), None)


def encode_timetable(timetable: Timetable) -> bytes:
    """Return the bytes of a timetable.

    Raises:
        LimitError: A number is outside its bounds; the message is for who asked for it.
    """
    _check(timetable)
    terms = timetable.terms
    flags = int(timetable.sort)
    if terms is not None:
        flags |= _SOLD_FLAG | (_ALONE_FLAG if terms.is_automatic else 0)
    data = bytes([flags]) + encode_minute(timetable.start_min)
    data += varint(timetable.length_minutes) + varint(timetable.count)
    if timetable.count > 1:
        data += varint(timetable.interval_minutes)
    if terms is not None:
        data += varint(terms.capacity) + varint(terms.claim_max) + varint(terms.lease_minutes)
        data += terms.authority
    return data


def read_timetable(reader: Reader) -> Timetable:
    """Return the next timetable.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    flags = reader.uint(1)
    if flags & ~(_SORT_MASK | _ALONE_FLAG | _SOLD_FLAG):
        raise PeerError("not_canonical", f"flags {flags:#x} of a timetable")
    is_sold = bool(flags & _SOLD_FLAG)
    if flags & _ALONE_FLAG and not is_sold:
        raise PeerError("not_canonical", "booked by itself, and not booked")
    try:
        sort = Sort(flags & _SORT_MASK)
    except ValueError:
        raise PeerError("bad_value", f"sort {flags & _SORT_MASK}") from None
    start_min = read_minute(reader)
    length_minutes = _bounded(reader, 1, SLOT_MINUTES_MAX)
    count = _bounded(reader, 1, SLOTS_MAX)
    interval_minutes = _bounded(reader, 1, SLOT_MINUTES_MAX) if count > 1 else 0
    terms = _read_terms(reader, is_automatic=bool(flags & _ALONE_FLAG)) if is_sold else None
    found = Timetable(start_min, length_minutes, interval_minutes, count, sort, terms)
    if sort is Sort.SINGLE and count > 1:
        raise PeerError("not_canonical", f"a single thing {count} times")
    if found.closes_min > CREATED_MIN_MAX:
        raise PeerError("bad_value", f"a timetable up to minute {found.closes_min}")
    return found


def _read_terms(reader: Reader, *, is_automatic: bool) -> Terms:
    capacity = _bounded(reader, 1, CAPACITY_MAX)
    claim_max = _bounded(reader, 1, capacity)
    lease_minutes = _bounded(reader, 0, LEASE_MINUTES_MAX)
    return Terms(capacity, read_fingerprint(reader), claim_max, lease_minutes, is_automatic)


def _bounded(reader: Reader, smallest: int, largest: int) -> int:
    number = reader.varint()
    if not smallest <= number <= largest:
        raise PeerError("bad_value", f"{number} is outside {smallest}..{largest}")
    return number


def _check(timetable: Timetable) -> None:
    _require("slots", timetable.count, 1, SLOTS_MAX)
    _require("minutes of a slot", timetable.length_minutes, 1, SLOT_MINUTES_MAX)
    if timetable.count > 1:
        _require(
            "minutes from one slot to the next", timetable.interval_minutes, 1, SLOT_MINUTES_MAX
        )
    elif timetable.interval_minutes:
        raise LimitError("One slot has no interval. Leave it out.")
    if timetable.sort is Sort.SINGLE and timetable.count > 1:
        raise LimitError("A single thing takes place once. Take slots for more.")
    if timetable.start_min < 0 or timetable.closes_min > CREATED_MIN_MAX:
        raise LimitError("The time is out of reach. Check the date.")
    terms = timetable.terms
    if terms is not None:
        _require("units of a slot", terms.capacity, 1, CAPACITY_MAX)
        _require("units of one claim", terms.claim_max, 1, terms.capacity)
        _require("minutes of a lease", terms.lease_minutes, 0, LEASE_MINUTES_MAX)


def _require(what: str, number: int, smallest: int, largest: int) -> None:
    if not smallest <= number <= largest:
        raise LimitError(f"{number} {what} are not possible; choose {smallest} to {largest}.")
