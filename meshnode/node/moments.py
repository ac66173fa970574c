"""Times as people type them: `14:00`, `tomorrow 9:30`, `Freitag 18 Uhr`, `+2h`, RFC 3339.

Invariants: the zone decides what a clock time means; what could be two times is the next one that
is not before `earliest`.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

POSSIBLE: Final = (
    "write it like 14:00, 9:30 am, tomorrow 18:00, friday 18:00, 2026-11-24 14:00 or +2h"
)

_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>am|pm|uhr)?", re.ASCII
)
_AHEAD: Final = re.compile(r"\+\s*(?P<count>\d{1,4})\s*(?P<unit>[mhd])", re.ASCII)
_UNITS: Final = {"m": 1, "h": 60, "d": 1440}
_DAYS_AHEAD: Final = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "übermorgen": 2}
_WEEKDAYS: Final = (
    ("monday", "mon", "montag", "mo"),
    ("tuesday", "tue", "dienstag", "di"),
    ("wednesday", "wed", "mittwoch", "mi"),
    ("thursday", "thu", "donnerstag", "do"),
    ("friday", "fri", "freitag", "fr"),
    ("saturday", "sat", "samstag", "sa"),
    ("sunday", "sun", "sonntag", "so"),
)
_CHARACTERS_MAX: Final = 40


def parse_moment(
    text: str, *, now: datetime, earliest: datetime, zone: tzinfo | None
) -> datetime | None:
    """Return the time that a text means, or None where it means none.

    Shapes: `now` and `earliest` know their zone; `zone` is None for the system's.
    """
    if len(text) > _CHARACTERS_MAX:
        return None
    words = text.strip().lower()
    try:
        if found := _AHEAD.fullmatch(words):
            return now + timedelta(minutes=int(found["count"]) * _UNITS[found["unit"]])
        if words in ("now", "jetzt"):
            return now
        if (offset := _with_offset(words)) is not None:
            return offset
        return _in_words(words, now.astimezone(zone), earliest, zone)
    except (ValueError, OverflowError):
        return None


def _with_offset(text: str) -> datetime | None:
    """Return a whole date and time that says its offset from UTC."""
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _in_words(
    words: str, now: datetime, earliest: datetime, zone: tzinfo | None
) -> datetime | None:
    spaced = words.replace("t", " ", 1) if _has_date(words) else words
    before, _, rest = spaced.partition(" ")
    day = _day(before.rstrip(","), now.date())
    if day is not None:
        clock = _clock(rest)
        return None if clock is None else _at(day, clock, zone)
    clock = _clock(words)
    if clock is None:
        return None
    yesterday = now.date() - timedelta(days=1)
    candidates = (_at(yesterday + timedelta(days=days), clock, zone) for days in range(31))
    return next((moment for moment in candidates if moment >= earliest), None)


def _has_date(words: str) -> bool:
    return words[:4].isdigit() and words[4:5] == "-"


def _day(word: str, today: date) -> date | None:
    if word in _DAYS_AHEAD:
        return today + timedelta(days=_DAYS_AHEAD[word])
    for number, names in enumerate(_WEEKDAYS):
        if word in names:
            return today + timedelta(days=(number - today.weekday()) % 7)
    return date.fromisoformat(word) if _has_date(word) else None


def _clock(text: str) -> int | None:
    """Return the minute of the day; 24:00 is the day's end."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    of_day = 60 * hour + minute
    return of_day if minute < 60 and of_day <= 24 * 60 else None


def _at(day: date, minute_of_day: int, zone: tzinfo | None) -> datetime:
    days, minute = divmod(minute_of_day, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60))
    # The system's own zone has no object: a naive time stands in it.
    return wall.astimezone() if zone is None else wall.replace(tzinfo=zone)
