"""Times of feeds as minutes since 2024-01-01 00:00 UTC: ISO 8601 with an offset, and back.

The core has no calendar of its own; this is all it needs of one.
"""

import re
from typing import Final

from meshnode.protocol.errors import PeerError

MINUTES_MAX: Final = 1 << 24
"""As many as an object can carry; what lies farther away is refused."""

_SHAPE: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII
)
_EPOCH_DAY: Final = 738_885
"""The day number of 2024-01-01, as `_day_number` counts."""
_UNIX_EPOCH_MINUTES: Final = 28_401_120
"""Minutes from 1970-01-01 to 2024-01-01."""
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def parse_time(text: str) -> int:
    """Return the minute of an ISO 8601 time that says its offset; negative before 2024.

    Raises:
        PeerError: It is none, or there is no such day.
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise PeerError("bad_time", repr(text[:40]))
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second = int(found[6] or 0)
    if not 1 <= month <= 12 or not 1 <= day <= _days_in(year, month):
        raise PeerError("bad_time", repr(text[:40]))
    if hour > 23 or minute > 59 or second > 60:
        raise PeerError("bad_time", repr(text[:40]))
    days = _day_number(year, month, day) - _EPOCH_DAY
    return _bounded(days * 1440 + hour * 60 + minute - _offset_min(found[7]), text)


def minute_of_unix_ms(value: int) -> int:
    """Return the minute of milliseconds since 1970.

    Raises:
        PeerError: It is farther away than anything that is announced.
    """
    return _bounded(value // 60_000 - _UNIX_EPOCH_MINUTES, str(value))


def time_text(minute: int) -> str:
    """Return a minute as CAP writes it: with seconds and an offset, which is never `Z`.

    Source: CAP 1.2 section 3.3.2.
    """
    days, of_day = divmod(minute, 1440)
    year, month, day = _date_of(days + _EPOCH_DAY)
    return f"{year:04}-{month:02}-{day:02}T{of_day // 60:02}:{of_day % 60:02}:00-00:00"


def _bounded(minute: int, text: str) -> int:
    if abs(minute) >= MINUTES_MAX:
        raise PeerError("bad_time", repr(text[:40]))
    return minute


def _offset_min(text: str) -> int:
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise PeerError("bad_time", f"offset {text}")
    return (60 * hours + minutes) * (-1 if text[0] == "-" else 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year: int, month: int) -> int:
    return 29 if month == 2 and _is_leap(year) else _MONTH_DAYS[month - 1]


def _day_number(year: int, month: int, day: int) -> int:
    """Return the days from 0001-01-01, which is 0, in the Gregorian calendar."""
    before = year - 1
    days = 365 * before + before // 4 - before // 100 + before // 400
    return days + sum(_days_in(year, one) for one in range(1, month)) + day - 1


def _date_of(number: int) -> tuple[int, int, int]:
    year = max(1, number * 400 // 146_097)
    while _day_number(year + 1, 1, 1) <= number:
        year += 1
    while _day_number(year, 1, 1) > number:
        year -= 1
    left, month = number - _day_number(year, 1, 1), 1
    while left >= _days_in(year, month):
        left -= _days_in(year, month)
        month += 1
    return year, month, left + 1
