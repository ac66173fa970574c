"""Pattern: how full a place usually is, hour by hour of the week, as one node has seen it.

Levels leave the set, so this cannot be derived later: it is what a node remembers, in a few hundred
bytes a place, and it holds no names. Invariants: an hour counts once, whoever said how much about
it and in whatever order it came; learning the same again changes nothing.
Source: docs/spec/places.md section 4.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from meshnode.board.places.crowding import Counted
from meshnode.board.places.level import Level
from meshnode.board.places.place import PEOPLE_MAX
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId

WEEK_HOURS: Final = 168
WEEKEND: Final = (5, 6)
PENDING_HOURS: Final = 25
"""A level lives a day at most: after that and an hour nothing new about an hour can come in."""
HOURS_KEPT_MAX: Final = 32
"""Hours not folded in yet; a clock that jumps makes no more than these."""
SAMPLES_MAX: Final = 8
"""An hour's mean follows the last eight weeks or so: a season."""
SAMPLES_MIN: Final = 2
"""Weeks in which an hour of the week was seen before anything is said about it."""
POOLED_MIN: Final = 3
"""The same for an hour of all working days, or of both days of the weekend, together."""
FORGET_HOURS: Final = 4 * WEEK_HOURS
"""Every four weeks each hour loses one of its samples: what nobody confirms is forgotten."""
OUTDATED_HOURS: Final = 26 * WEEK_HOURS
"""A pattern that learned nothing for half a year is not shown."""
MEAN_MAX: Final = 4000
"""A mean of `FULL`; `SOME` is half of it."""
PATTERN_BYTES_MAX: Final = 1024

_VERSION: Final = 1
_HOUR_BYTES: Final = 3
_MAP_BYTES: Final = WEEK_HOURS // 8
_VALUES: Final = {Level.EMPTY: 0, Level.SOME: MEAN_MAX // 2, Level.FULL: MEAN_MAX}


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """What counts of one hour so far: the best word about it, hosts before others, then the last.

    Shapes: `hour` counts from 2024-01-01 00:00 UTC; `minute` 0..59 of that hour; `level` 0..2.
    """

    hour: int
    is_host: bool
    minute: int
    level: Level


@dataclass(frozen=True, slots=True)
class Cell:
    """How full it was in one hour of the week. Shapes: `samples` 0..8, `mean` 0..4000."""

    samples: int = 0
    mean: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a node remembers of one place.

    `folded_hour` is the last hour that went into `cells`, 168 of them from Monday 0:00 on in the
    community's local time; `pending` are later ones, by rising hour; `counted` are the numbers of
    counters in the last hours.
    """

    root: ShortId
    folded_hour: int = 0
    pending: tuple[Sample, ...] = ()
    counted: tuple[Counted, ...] = ()
    cells: tuple[Cell, ...] = (Cell(),) * WEEK_HOURS


def learn(pattern: Pattern, samples: Iterable[Sample], counted: Iterable[Counted] = ()) -> Pattern:
    """Return the pattern with what was said; what it knows already, or is too old, adds nothing."""
    best = {one.hour: one for one in pattern.pending}
    for one in samples:
        if one.hour > pattern.folded_hour and one.level in _VALUES:
            best[one.hour] = max(best.get(one.hour, one), one)
    most = {one.hour: one.people for one in pattern.counted}
    for each in counted:
        most[each.hour] = max(most.get(each.hour, 0), each.people)
    return replace(
        pattern,
        pending=tuple(best[hour] for hour in sorted(best)[-HOURS_KEPT_MAX:]),
        counted=tuple(Counted(hour, most[hour]) for hour in sorted(most)[-HOURS_KEPT_MAX:]),
    )


def fold(pattern: Pattern, hour: int, hour_of_week: Callable[[int], int]) -> Pattern:
    """Return the pattern with the hours in its cells about which nothing new can come any more.

    Shapes: `hour` is now; `hour_of_week` gives 0..167 in local time for an hour.
    """
    done = [one for one in pattern.pending if one.hour < hour - PENDING_HOURS]
    counted = tuple(one for one in pattern.counted if one.hour >= hour - PENDING_HOURS)
    if not done and counted == pattern.counted:
        return pattern
    cells = list(pattern.cells)
    folded = pattern.folded_hour
    for one in done:
        if folded:
            # By the hours that were seen, never by the clock: one that jumps must forget nothing.
            cells = _forgotten(cells, one.hour // FORGET_HOURS - folded // FORGET_HOURS)
        place = hour_of_week(one.hour)
        cells[place] = _with(cells[place], _VALUES[one.level])
        folded = one.hour
    return Pattern(pattern.root, folded, pattern.pending[len(done) :], counted, tuple(cells))


def expected(pattern: Pattern, weekday: int, hour: int) -> int | None:
    """Return how full it usually is at an hour of a day, 0..100; None: that is not known yet."""
    own = pattern.cells[24 * weekday + hour]
    if own.samples >= SAMPLES_MIN:
        return 100 * own.mean // MEAN_MAX
    is_weekend = weekday in WEEKEND
    alike = [pattern.cells[24 * day + hour] for day in range(7) if (day in WEEKEND) == is_weekend]
    samples = sum(one.samples for one in alike)
    if samples < POOLED_MIN:
        return None
    return 100 * sum(one.samples * one.mean for one in alike) // samples // MEAN_MAX


def is_outdated(pattern: Pattern, hour: int) -> bool:
    """Return whether nothing was learned for so long that it says nothing about now."""
    return hour - pattern.folded_hour > OUTDATED_HOURS


def encode_pattern(pattern: Pattern) -> bytes:
    """Return the bytes that a node keeps: 28 and 4 for each hour not folded, 2 for each known."""
    known = [one.samples > 0 for one in pattern.cells]
    bits = sum(1 << place for place, is_known in enumerate(known) if is_known)
    cells = (one.samples << 12 | one.mean for one in pattern.cells if one.samples)
    return b"".join(
        (
            bytes([_VERSION]),
            pattern.root,
            pattern.folded_hour.to_bytes(_HOUR_BYTES, "big"),
            _encode_hours([(one.hour, _packed(one)) for one in pattern.pending]),
            _encode_hours([(one.hour, one.people) for one in pattern.counted]),
            bits.to_bytes(_MAP_BYTES, "big"),
            *(one.to_bytes(2, "big") for one in cells),
        )
    )


def decode_pattern(data: bytes) -> Pattern:
    """Return the pattern that was kept.

    Raises:
        PeerError: The bytes are damaged, or of another version.
    """
    if len(data) > PATTERN_BYTES_MAX:
        raise PeerError("oversize", f"pattern of {len(data)} bytes")
    reader = Reader(data)
    if (version := reader.uint(1)) != _VERSION:
        raise PeerError("unknown_version", f"pattern of version {version}")
    root = ShortId(reader.take(SHORT_ID_BYTES))
    folded = reader.uint(_HOUR_BYTES)
    pending = tuple(_unpacked(hour, number) for hour, number in _read_hours(reader))
    counted = tuple(Counted(hour, number) for hour, number in _read_hours(reader))
    if any(one.hour <= folded for one in pending):
        raise PeerError("not_canonical", "an hour that is folded in already")
    if any(one.people > PEOPLE_MAX for one in counted):
        raise PeerError("oversize", "more people than a place may have")
    bits = reader.uint(_MAP_BYTES)
    cells = tuple(
        _read_cell(reader) if bits >> place & 1 else Cell() for place in range(WEEK_HOURS)
    )
    reader.finish()
    return Pattern(root, folded, pending, counted, cells)


def _with(cell: Cell, value: int) -> Cell:
    samples = min(cell.samples + 1, SAMPLES_MAX)
    return Cell(samples, (cell.mean * (samples - 1) + value + samples // 2) // samples)


def _forgotten(cells: Sequence[Cell], periods: int) -> list[Cell]:
    if periods <= 0:
        return list(cells)
    return [
        Cell(one.samples - periods, one.mean) if one.samples > periods else Cell() for one in cells
    ]


def _encode_hours(hours: Sequence[tuple[int, int]]) -> bytes:
    parts = [bytes([len(hours)])]
    before = 0
    for hour, number in hours:
        parts.append(varint(hour - before) + varint(number))
        before = hour
    return b"".join(parts)


def _read_hours(reader: Reader) -> list[tuple[int, int]]:
    count = reader.uint(1)
    if count > HOURS_KEPT_MAX:
        raise PeerError("oversize", f"{count} hours")
    hours: list[tuple[int, int]] = []
    hour = 0
    for _ in range(count):
        hour += reader.varint()
        hours.append((hour, reader.varint()))
    if any(one[0] >= other[0] for one, other in pairwise(hours)) or hour >= 1 << 8 * _HOUR_BYTES:
        raise PeerError("not_canonical", "hours out of order or out of bounds")
    return hours


def _packed(sample: Sample) -> int:
    return sample.is_host << 8 | sample.minute << 2 | sample.level


def _unpacked(hour: int, number: int) -> Sample:
    minute, level = number >> 2 & 0x3F, number & 3
    if number >> 9 or minute > 59 or level > Level.FULL:
        raise PeerError("bad_level", f"{number:#x} said about an hour")
    return Sample(hour, bool(number >> 8), minute, Level(level))


def _read_cell(reader: Reader) -> Cell:
    number = reader.uint(2)
    cell = Cell(number >> 12, number & 0xFFF)
    if not 1 <= cell.samples <= SAMPLES_MAX or cell.mean > MEAN_MAX:
        raise PeerError("bad_level", f"{number:#06x} as the mean of an hour")
    return cell
