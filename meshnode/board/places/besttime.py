"""The best time to go: the quietest hours of the next day on which it is open.

Pure: pattern and opening hours in, hours out. Invariant: with too little seen, it says nothing.
Source: docs/spec/places.md section 4.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.places.opening import WEEKDAYS, Week, is_open

QUIET_UP_TO_PERCENT: Final = 40
"""Below the middle of empty and some."""
ALIKE_PERCENT: Final = 10
"""Hours that differ by less are one stretch."""
WORSE_PERCENT: Final = 50
"""Nobody is sent there at an hour that much fuller than the day's best, which is over."""
KNOWN_HOURS_MIN: Final = 3
"""Fewer known hours of a day cannot be compared."""
WAKING_HOURS: Final = range(6, 22)
"""Where no hours are said, or it is always open, nobody is sent there at night."""

Expected = Callable[[int, int], int | None]
"""How full it usually is on a weekday (Monday is 0) at an hour, 0..100; None: not known."""


@dataclass(frozen=True, slots=True)
class BestTime:
    """From when to when it is usually quietest, so many days ahead.

    Shapes: hours of a day, `end_hour` 1..24 not included; `percent` 0..100.
    """

    days_ahead: int
    start_hour: int
    end_hour: int
    percent: int

    @property
    def is_quiet(self) -> bool:
        """Whether it is quiet then, not only quieter than at other hours."""
        return self.percent <= QUIET_UP_TO_PERCENT


def best_time(expected: Expected, week: Week | None, *, weekday: int, hour: int) -> BestTime | None:
    """Return when to go from now on, today if there still is such a time; None: not known yet."""
    for days_ahead in range(WEEKDAYS):
        day = (weekday + days_ahead) % WEEKDAYS
        known = [
            (one, full)
            for one in _open_hours(week, day)
            if (full := expected(day, one)) is not None
        ]
        if len(known) < KNOWN_HOURS_MIN:
            continue
        stretch = _quietest([each for each in known if days_ahead or each[0] > hour])
        if not stretch:
            continue
        percent = sum(full for _, full in stretch) // len(stretch)
        # What is left of a day may be its worst part: then another day is the better one.
        if percent <= min(full for _, full in known) + WORSE_PERCENT:
            return BestTime(days_ahead, stretch[0][0], stretch[-1][0] + 1, percent)
    return None


def _open_hours(week: Week | None, weekday: int) -> list[int]:
    """Return the hours of a day in which it is open from beginning to end."""
    if week is None:
        return list(WAKING_HOURS)
    hours = [
        hour
        for hour in range(24)
        if all(is_open(week, weekday, 60 * hour + minute) for minute in (0, 15, 30, 45))
    ]
    return [hour for hour in hours if hour in WAKING_HOURS] if len(hours) == 24 else hours


def _quietest(known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the first quietest hour and those beside it that are about as quiet, in order."""
    if not known:
        return []
    least = min(full for _, full in known)
    first = next(at for at, (_, full) in enumerate(known) if full == least)
    stretch = [known[first]]
    for each in known[first + 1 :]:
        if each[0] != stretch[-1][0] + 1 or each[1] > least + ALIKE_PERCENT:
            break
        stretch.append(each)
    for each in reversed(known[:first]):
        if each[0] != stretch[0][0] - 1 or each[1] > least + ALIKE_PERCENT:
            break
        stretch.insert(0, each)
    return stretch
