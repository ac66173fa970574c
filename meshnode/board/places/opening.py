"""Opening hours: for each day of the week up to two spans, in quarters of an hour.

Not for: how people type and read them (`opening_words`), or holidays, which words say.
Invariants: a week has one form on the air; a span that goes past midnight belongs to the day on
which it begins.
Source: docs/spec/places.md section 1.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError

QUARTER_MINUTES: Final = 15
DAY_QUARTERS: Final = 96
SPANS_MAX: Final = 2
"""A break at noon; who has more of them says so in words."""
END_QUARTER_MAX: Final = 127
"""A quarter to eight of the next morning: no night is longer, and it fits seven bits."""
WEEKDAYS: Final = 7
_DAY_MINUTES: Final = 1440
_TWO_SPANS_FLAG: Final = 0x80

FORM_UNSAID: Final = 0
FORM_ALWAYS: Final = 8
"""Forms 1 to 7 are so many groups of days."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From when to when, in quarters of an hour since the day began.

    Shapes: `start` 0..95; `end` above it, 1..127, above 96 on the next day.
    """

    start: int
    end: int


Day = tuple[Span, ...]
"""The spans of one day in their order; none: closed."""
Week = tuple[Day, ...]
"""Seven days from Monday on."""

ALWAYS: Final[Week] = ((Span(0, DAY_QUARTERS),),) * WEEKDAYS
"""Day and night."""


def encode_week(week: Week | None) -> tuple[int, bytes]:
    """Return the form, 0..8, and the bytes of a week; None: nothing is said about it.

    Raises:
        LimitError: A span is outside its bounds, or no day has any.
    """
    if week is None:
        return FORM_UNSAID, b""
    if week == ALWAYS:
        return FORM_ALWAYS, b""
    groups: dict[Day, int] = {}
    for weekday, day in enumerate(week):
        if not _is_day(day):
            raise LimitError(
                f"A day has at most {SPANS_MAX} times, one after the other, that begin before "
                "24:00 and end before 8:00 of the next morning."
            )
        if day:
            groups[day] = groups.get(day, 0) | 1 << weekday
    if not groups:
        raise LimitError("It is never open like this. Leave the hours out, or say it in words.")
    return len(groups), b"".join(_group(day, mask) for day, mask in groups.items())


def read_week(reader: Reader, form: int) -> Week | None:
    """Return the week of that form.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    if form == FORM_UNSAID:
        return None
    if form == FORM_ALWAYS:
        return ALWAYS
    if form > FORM_ALWAYS:
        raise PeerError("bad_hours", f"form {form} of opening hours")
    groups = [_read_group(reader) for _ in range(form)]
    lowest = [mask & -mask for mask, _ in groups]
    days = [weekday for mask, _ in groups for weekday in range(WEEKDAYS) if mask >> weekday & 1]
    is_apart = len(set(days)) == len(days)
    is_ordered = all(one < other for one, other in pairwise(lowest))
    if not is_apart or not is_ordered or len({day for _, day in groups}) < len(groups):
        raise PeerError("not_canonical", "groups of days overlap, repeat or are out of order")
    week = tuple(
        next((day for mask, day in groups if mask >> weekday & 1), ())
        for weekday in range(WEEKDAYS)
    )
    if week == ALWAYS:
        raise PeerError("not_canonical", "day and night, said day by day")
    return week


def is_open(week: Week, weekday: int, minute_of_day: int) -> bool:
    """Return whether it is open at a minute of a day; Monday is 0."""
    yesterday = week[(weekday - 1) % WEEKDAYS]
    return _covers(week[weekday], minute_of_day) or _covers(yesterday, minute_of_day + _DAY_MINUTES)


def _covers(day: Day, minute: int) -> bool:
    return any(span.start * QUARTER_MINUTES <= minute < span.end * QUARTER_MINUTES for span in day)


def _is_day(day: Sequence[Span]) -> bool:
    return (
        len(day) <= SPANS_MAX
        and all(
            0 <= one.start < DAY_QUARTERS and one.start < one.end <= END_QUARTER_MAX for one in day
        )
        and all(one.end < other.start for one, other in pairwise(day))
    )


def _group(day: Day, mask: int) -> bytes:
    flag = _TWO_SPANS_FLAG if len(day) == SPANS_MAX else 0
    return bytes([flag | mask]) + b"".join(bytes((one.start, one.end)) for one in day)


def _read_group(reader: Reader) -> tuple[int, Day]:
    first = reader.uint(1)
    mask = first & ~_TWO_SPANS_FLAG
    count = SPANS_MAX if first & _TWO_SPANS_FLAG else 1
    day = tuple(Span(reader.uint(1), reader.uint(1)) for _ in range(count))
    if not mask or not _is_day(day):
        raise PeerError("bad_hours", f"days {mask:07b} with {day}")
    return mask, day
