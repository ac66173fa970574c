"""Opening hours as people type and read them: `Mo-Fr 9-12, 14-18; Sa 9-13`, `always`.

Not for: bytes (`opening`). Invariant: what `week_words` writes with the English or German names of
days, `week_from_words` reads as the same week.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NoReturn

from meshnode.board.places.opening import (
    ALWAYS,
    DAY_QUARTERS,
    QUARTER_MINUTES,
    WEEKDAYS,
    Day,
    Span,
    Week,
    encode_week,
)
from meshnode.protocol.errors import LimitError

POSSIBLE: Final = "write them like 'Mo-Fr 9-12, 14-18; Sa 9:30-13', or 'always'"
_CHARACTERS_MAX: Final = 300
"""Seven days with two spans each take half of it."""
_ALWAYS_WORDS: Final = ("always", "24/7", "immer", "rund um die uhr")
_DAILY_WORDS: Final = ("daily", "täglich", "tgl", "every day")
_DAY_WORDS: Final = (
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag"),
    ("sunday", "sonntag"),
)
_DAY_CHARACTERS_MIN: Final = 2
_SPAN: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d\d))?\s*(?:-|–|to|bis)\s*(\d{1,2})(?:[:.](\d\d))?\s*(?:uhr|h)?", re.ASCII
)
_DAYS_THEN_TIMES: Final = re.compile(r"([^\d]*)(.*)", re.DOTALL)


def week_from_words(text: str) -> Week:
    """Return the week that somebody typed.

    Raises:
        LimitError: It cannot be read; the message shows how to write it.
    """
    words = text.strip().lower()
    if len(words) > _CHARACTERS_MAX:
        _refuse(words[:40])
    if words in _ALWAYS_WORDS:
        return ALWAYS
    days: list[list[Span]] = [[] for _ in range(WEEKDAYS)]
    meant: list[int] = []
    has_times = True
    for piece in filter(None, (one.strip() for one in re.split("[,;]", words))):
        named, times = _split(piece)
        if named:
            # "Mo, We 9-18": days without times belong to the next ones.
            meant = [*([] if has_times else meant), *_days(named)]
        if not meant:
            _refuse(piece)
        has_times = bool(times)
        if times:
            span = _span(times)
            for weekday in meant:
                days[weekday].append(span)
    if not has_times:
        _refuse(text)
    week = tuple(tuple(sorted(set(day))) for day in days)
    encode_week(week)
    return week


def week_words(week: Week, names: Sequence[str]) -> str:
    """Return a week in one line; `names` are seven short names of days from Monday on."""
    return "; ".join(
        f"{_run_words(run, names)} {', '.join(map(_span_words, day))}"
        for day, run in _runs(week)
        if day
    )


def clock(quarter: int) -> str:
    """Return a quarter of an hour as people write it, as in `9:30`; the day's end is `24:00`."""
    after = quarter if quarter <= DAY_QUARTERS else quarter - DAY_QUARTERS
    hour, minute = divmod(after * QUARTER_MINUTES, 60)
    return f"{hour}:{minute:02}"


def _runs(week: Week) -> Iterator[tuple[Day, list[int]]]:
    """Yield the days that follow each other with the same spans."""
    for day, run in groupby(range(WEEKDAYS), key=lambda weekday: week[weekday]):
        yield day, list(run)


def _run_words(run: Sequence[int], names: Sequence[str]) -> str:
    first, last = names[run[0]], names[run[-1]]
    return first if len(run) == 1 else f"{first}-{last}"


def _span_words(span: Span) -> str:
    return f"{clock(span.start)}-{clock(span.end)}"


def _split(piece: str) -> tuple[str, str]:
    found = _DAYS_THEN_TIMES.fullmatch(piece)
    if found is None:
        _refuse(piece)
    return found[1].strip(" .:"), found[2].strip()


def _days(named: str) -> list[int]:
    if named in _DAILY_WORDS:
        return list(range(WEEKDAYS))
    first, dash, last = re.sub(r"\s*(?:-|–|\bto\b|\bbis\b)\s*", "-", named).partition("-")
    start = _day(first)
    if not dash:
        return [start]
    return [(start + ahead) % WEEKDAYS for ahead in range((_day(last) - start) % WEEKDAYS + 1)]


def _day(word: str) -> int:
    plain = word.strip(" .")
    weekdays = (
        weekday
        for weekday, names in enumerate(_DAY_WORDS)
        if any(name.startswith(plain) for name in names)
    )
    found = next(weekdays, None) if len(plain) >= _DAY_CHARACTERS_MIN else None
    return _refuse(word) if found is None else found


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        _refuse(text)
    start, end = _quarter(found[1], found[2]), _quarter(found[3], found[4])
    return Span(start, end if end > start else end + DAY_QUARTERS)


def _quarter(hour: str, minute: str | None) -> int:
    minutes = 60 * int(hour) + int(minute or 0)
    if minutes % QUARTER_MINUTES or minutes > 24 * 60 or int(minute or 0) >= 60:
        raise LimitError(
            f"{hour}:{minute or '00'} is no full quarter of an hour of a day; opening hours go by "
            "quarters, as in 9:15."
        )
    return minutes // QUARTER_MINUTES


def _refuse(text: str) -> NoReturn:
    raise LimitError(f"{text!r} cannot be read as opening hours; {POSSIBLE}.")
