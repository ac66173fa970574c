"""Crowding: from what people and counters said about a place to what is shown now.

Pure: the same statements in any order give the same. Invariants: nothing is shown that nobody said;
what is shown has an age and somebody who said it; a counter alone gives a trend, never a level.
The rule: of each author only the newest counts; the newest word wins, and a host's counts as if it
were `HOST_LEAD_MINUTES` newer.
Source: docs/spec/places.md section 3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meshnode.board.places.level import Level, Source
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.object import ObjectId

HOST_LEAD_MINUTES: Final = 60
"""A host's word stands against newer ones of others for an hour: hosts count the chairs."""
FRESH_MINUTES: Final = 20
"""So long a word is as good as new: a queue does not turn over faster."""
STALE_MINUTES: Final = 180
"""After three hours nobody knows any more; another crowd is there."""
GONE_MINUTES: Final = 360
"""After six hours it is not even worth telling what was said last."""
DOUBTFUL_BELOW: Final = 50
"""Confidence below which a level is shown with a question mark."""
ESTIMATE_CONFIDENCE: Final = 60
"""Confidence in a fresh estimate, of 100 for what somebody saw."""
CONTRADICTION_MINUTES: Final = 30
"""Two words about different hours are no contradiction: people come and go."""
EMPTY_UP_TO_PERCENT: Final = 20
FULL_FROM_PERCENT: Final = 85
"""Where a number of people meets the capacity: at 85 % whoever comes next looks for a seat."""

TREND_MINUTES: Final = 60
"""A counter's number says something about now for an hour."""
TREND_BACK_HOURS: Final = 3
"""It is compared with the hours before it, so many."""
TREND_PERCENT: Final = 25
"""Counters are off by a factor of two to three, but by the same one all day; a quarter is more than
their noise."""
TREND_PEOPLE_MIN: Final = 5
"""Of fewer people, one more is already a quarter."""


class SaidAs(StrEnum):
    """In which quality somebody said how full it is."""

    HOST = "host"
    RESIDENT = "resident"
    COUNTER = "counter"


class State(StrEnum):
    """How well it is known how full a place is."""

    KNOWN = "known"
    DOUBTFUL = "doubtful"
    STALE = "stale"
    UNKNOWN = "unknown"


class Trend(StrEnum):
    """What a counter sees, compared with the hours before."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Said:
    """One level as somebody said it: `key` signed for `by`; the name is as the board shows it.

    Shapes: minutes count from 2024-01-01; exactly one of `level` and `people` is not None.
    """

    id: ObjectId
    key: KeyId
    by: Fingerprint
    name: str
    said_as: SaidAs
    source: Source
    minute: int
    expires_min: int
    level: Level | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people a counter saw in an hour, counted from 2024-01-01."""

    hour: int
    people: int


@dataclass(frozen=True, slots=True)
class Crowding:
    """How full a place is, as far as anybody knows.

    `level` is None where the word is a number and the capacity is not known; `said` is None where
    nothing is known; `other` contradicts it. Shapes: `confidence` 0..100.
    """

    state: State
    level: Level | None = None
    said: Said | None = None
    age_minutes: int = 0
    confidence: int = 0
    other: Said | None = None
    other_level: Level | None = None
    trend: Trend | None = None


def crowding(
    statements: Iterable[Said], *, minute: int, capacity: int = 0, counted: Sequence[Counted] = ()
) -> Crowding:
    """Return what to show of a place at `minute`.

    Shapes: `capacity` 0 is unknown; `counted` are the numbers of counters that the node kept.
    """
    live = [one for one in statements if one.expires_min > minute]
    trend = trend_of([one for one in live if one.source is Source.COUNTER], counted, minute=minute)
    words = [
        one
        for one in newest_of_each(live)
        if one.source is not Source.COUNTER and (_age(one, minute) < GONE_MINUTES or _lasts(one))
    ]
    if not words:
        return Crowding(State.UNKNOWN, trend=trend)
    good = [one for one in words if confidence_in(one, minute=minute)]
    said = max(good or words, key=lambda one: _weight(one, minute))
    level = level_of(said, capacity)
    other = _contradiction(said, level, good, capacity, minute)
    confidence = confidence_in(said, minute=minute)
    if other is not None:
        confidence //= 2
    return Crowding(
        state=_state(confidence),
        level=level,
        said=said,
        age_minutes=_age(said, minute),
        confidence=confidence,
        other=other,
        other_level=None if other is None else level_of(other, capacity),
        trend=trend,
    )


def level_of(said: Said, capacity: int) -> Level | None:
    """Return the level that somebody said, or that a number means; None: that is not known."""
    if said.people is None:
        return said.level
    if said.people == 0:
        return Level.EMPTY
    if capacity == 0:
        return None
    percent = 100 * said.people // capacity
    if percent >= FULL_FROM_PERCENT:
        return Level.FULL
    return Level.EMPTY if percent <= EMPTY_UP_TO_PERCENT else Level.SOME


def confidence_in(said: Said, *, minute: int) -> int:
    """Return how much a word is worth by its age alone, 0..100.

    A host who closed the place is believed for as long as that was said to last.
    """
    most = ESTIMATE_CONFIDENCE if said.source is Source.ESTIMATE else 100
    age = _age(said, minute)
    if _lasts(said) or age <= FRESH_MINUTES:
        return most
    left = max(0, STALE_MINUTES - age)
    return most * left // (STALE_MINUTES - FRESH_MINUTES)


def newest_of_each(statements: Iterable[Said]) -> list[Said]:
    """Return of each author, and of each author's counters, what was said last."""
    newest: dict[tuple[Fingerprint, bool], Said] = {}
    for one in statements:
        key = one.by, one.source is Source.COUNTER
        before = newest.get(key)
        if before is None or _newness(one) > _newness(before):
            newest[key] = one
    return list(newest.values())


def trend_of(counters: Iterable[Said], counted: Sequence[Counted], *, minute: int) -> Trend | None:
    """Return where the numbers of counters go; None: there is nothing to compare."""
    fresh = [one for one in counters if _age(one, minute) < TREND_MINUTES]
    if not fresh:
        return None
    last = max(fresh, key=_newness)
    hour = last.minute // 60
    before = [one.people for one in counted if hour - TREND_BACK_HOURS <= one.hour < hour]
    if not before:
        return None
    now, then = last.people or 0, sum(before) // len(before)
    if max(now, then) < TREND_PEOPLE_MIN or abs(now - then) * 100 < TREND_PERCENT * then:
        return Trend.STEADY
    return Trend.RISING if now > then else Trend.FALLING


def _contradiction(
    said: Said, level: Level | None, good: Sequence[Said], capacity: int, minute: int
) -> Said | None:
    """Return the weightiest word of another one, of about the same time, for another level."""
    others = [
        one
        for one in good
        if one.by != said.by
        and abs(one.minute - said.minute) <= CONTRADICTION_MINUTES
        and None not in (level, level_of(one, capacity))
        and level_of(one, capacity) != level
    ]
    return max(others, key=lambda one: _weight(one, minute), default=None)


def _weight(said: Said, minute: int) -> tuple[int, bool, int, ObjectId]:
    """Return what wins: the newest, a host's ahead of others; of equals the fuller, to be safe."""
    is_host = said.said_as is SaidAs.HOST
    lead = HOST_LEAD_MINUTES if is_host else 0
    return lead - _age(said, minute), is_host, -1 if said.level is None else said.level, said.id


def _newness(said: Said) -> tuple[int, int, ObjectId]:
    return said.minute, -1 if said.level is None else said.level, said.id


def _lasts(said: Said) -> bool:
    return said.said_as is SaidAs.HOST and said.level is Level.CLOSED


def _age(said: Said, minute: int) -> int:
    """Return for how many minutes it was said; clocks differ, so a future word is a new one."""
    return max(0, minute - said.minute)


def _state(confidence: int) -> State:
    if confidence >= DOUBTFUL_BELOW:
        return State.KNOWN
    return State.DOUBTFUL if confidence else State.STALE
