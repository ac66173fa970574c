"""Readers: templates and times in somebody's language and time zone.

`today from 2 pm to 6 pm`, `heute von 14 Uhr bis 18 Uhr`. Invariants: every word comes from the
language's catalogue; where it is not known what day it is, the clock time alone is said, and days
only to tell the ends of a long span apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from meshnode.board.words import Words
from meshnode.node.clock import moment_of
from meshnode.node.languages import Language
from meshnode.node.phrases import (
    CONTEXTS,
    DAYS,
    DAYS_AGO,
    HOURS,
    HOURS_AGO,
    MINUTES,
    MINUTES_AGO,
    Amount,
    Clock,
    Day,
    OnDay,
    When,
)

_UNITS: Final = ((1440, DAYS), (60, HOURS), (1, MINUTES))
_UNITS_AGO: Final = ((1440, DAYS_AGO), (60, HOURS_AGO), (1, MINUTES_AGO))
_DAYS_BY_NAME: Final = 6
"""Weekdays are said up to this many days ahead; after that they would be ambiguous."""
_NEAR: Final = {-1: Day.YESTERDAY, 0: Day.TODAY, 1: Day.TOMORROW}
_NEAR_ON: Final = {-1: OnDay.YESTERDAY, 0: OnDay.TODAY, 1: OnDay.TOMORROW}
_FIRST_WEEKDAY: Final = list(Day).index(Day.MONDAY)
_FIRST_ON_WEEKDAY: Final = list(OnDay).index(OnDay.MONDAY)
_FIRST_MONTH: Final = list(Day).index(Day.JANUARY)


@dataclass(frozen=True, slots=True)
class LocalReader:
    """Somebody who reads `language` in `zone`; `today` is None where the day is not known.

    Source: `meshnode.board.bulletins.rendering.Reader`.
    """

    language: Language
    zone: tzinfo | None
    today: date | None

    @property
    def is_right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language.is_right_to_left

    def text(self, english: str) -> str:
        """Return the translation of a sentence."""
        return self.language.text(english)

    def word(self, english: str) -> str:
        """Return the translation of a choice's word."""
        return self.language.in_context("choice", english)

    def named(self, words: Words, word: str) -> str:
        """Return what a coded word is called; one that is not known is its own name."""
        return self.language.named(words, word)

    def counted(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of a sentence in the form for this count."""
        return self.language.counted(singular, plural, count)

    def duration(self, minutes: int) -> str:
        """Return a length of time in the largest unit that says it exactly."""
        return self._in_unit(_UNITS, minutes)

    def ago(self, minutes: int) -> str:
        """Return how long ago something was, in the largest unit that says it exactly."""
        return self._in_unit(_UNITS_AGO, minutes)

    def moment(self, minute: int) -> str:
        """Return when something is."""
        when = self._local(minute)
        if self.today is None:
            return self._say(When.AT_TIME, time=self._time(when))
        return self._say(When.AT, day=self._on_day(when.date()), time=self._time(when))

    def span(self, start_min: int | None, end_min: int | None) -> str:
        """Return a span of which one end may be open."""
        if start_min is None:
            return self._until(self._local(end_min or 0))
        if end_min is None:
            return self._from(self._local(start_min))
        return self._closed_span(self._local(start_min), self._local(end_min))

    def decimal(self, tenths: int) -> str:
        """Return a number with one digit after the point, as in `2.5`."""
        whole, rest = divmod(tenths, 10)
        return self._say(Amount.DECIMAL, whole=whole, tenths=rest)

    def price(self, cents: int) -> str:
        """Return an amount of money in euros, as in `€2.50`."""
        euros, rest = divmod(cents, 100)
        if rest == 0:
            return self._say(Amount.PRICE_WHOLE, euros=euros)
        return self._say(Amount.PRICE, euros=euros, cents=f"{rest:02}")

    def _in_unit(self, units: Sequence[tuple[int, tuple[str, str]]], minutes: int) -> str:
        unit_minutes, forms = next(one for one in units if minutes % one[0] == 0)
        count = minutes // unit_minutes
        return self.counted(*forms, count).format(count=count)

    def _until(self, end: datetime) -> str:
        if self.today is None:
            return self._say(When.UNTIL_TIME, end=self._end_time(end))
        return self._say(When.UNTIL, day=self._day(_last_day(end)), end=self._end_time(end))

    def _from(self, start: datetime) -> str:
        if self.today is None:
            return self._say(When.FROM_TIME, start=self._time(start))
        return self._say(When.FROM, day=self._day(start.date()), start=self._time(start))

    def _closed_span(self, start: datetime, end: datetime) -> str:
        times = {"start": self._time(start), "end": self._end_time(end)}
        first, last = start.date(), _last_day(end)
        if first != last:
            days = {"start_day": self._day(first), "end_day": self._day(last)}
            return self._say(When.SPAN_DAYS, **times, **days)
        if self.today is None:
            return self._say(When.SPAN_TIME, **times)
        return self._say(When.SPAN, day=self._on_day(first), **times)

    def _local(self, minute: int) -> datetime:
        return moment_of(minute).astimezone(self.zone)

    def _time(self, when: datetime) -> str:
        is_morning = when.hour < 12
        match when.hour, when.minute:
            case 0, 0:
                phrase = Clock.DAY_BEGINS
            case 12, 0:
                phrase = Clock.NOON
            case _, 0:
                phrase = Clock.MORNING if is_morning else Clock.EVENING
            case _:
                phrase = Clock.MORNING_MINUTE if is_morning else Clock.EVENING_MINUTE
        hour12 = when.hour % 12 or 12
        return self._say(phrase, hour=when.hour, hour12=hour12, minute=f"{when.minute:02}")

    def _end_time(self, end: datetime) -> str:
        is_midnight = (end.hour, end.minute) == (0, 0)
        return self._say(Clock.DAY_ENDS) if is_midnight else self._time(end)

    def _on_day(self, when: date) -> str:
        ahead = self._days_ahead(when)
        if ahead in _NEAR_ON:
            return self._say(_NEAR_ON[ahead])
        if 0 < ahead <= _DAYS_BY_NAME:
            return self._say(list(OnDay)[_FIRST_ON_WEEKDAY + when.weekday()])
        return self._say(OnDay.DATE, date=self._date(when))

    def _day(self, when: date) -> str:
        ahead = self._days_ahead(when)
        if ahead in _NEAR:
            return self._say(_NEAR[ahead])
        if 0 < ahead <= _DAYS_BY_NAME:
            return self._say(list(Day)[_FIRST_WEEKDAY + when.weekday()])
        return self._date(when)

    def _date(self, when: date) -> str:
        return self._say(list(Day)[_FIRST_MONTH + when.month - 1], number=when.day)

    def _days_ahead(self, when: date) -> int:
        """Return how many days after today it is; more than any name reaches if nobody knows."""
        return _DAYS_BY_NAME + 1 if self.today is None else (when - self.today).days

    def _say(self, phrase: StrEnum, **blanks: str | int) -> str:
        pattern = self.language.in_context(CONTEXTS[type(phrase)], phrase.value)
        return pattern.format(**blanks)


def _last_day(end: datetime) -> date:
    """Return the day that an end belongs to: midnight is still the evening before."""
    return (end - timedelta(minutes=1)).date()
