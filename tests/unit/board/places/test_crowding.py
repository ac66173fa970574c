"""What is shown of several words about a place: by rule, with age, never invented."""

from dataclasses import replace
from hashlib import blake2s

import pytest

from meshnode.board.places.crowding import (
    CONTRADICTION_MINUTES,
    DOUBTFUL_BELOW,
    EMPTY_UP_TO_PERCENT,
    FRESH_MINUTES,
    FULL_FROM_PERCENT,
    GONE_MINUTES,
    HOST_LEAD_MINUTES,
    STALE_MINUTES,
    Counted,
    Crowding,
    Said,
    SaidAs,
    State,
    Trend,
    crowding,
    level_of,
)
from meshnode.board.places.level import Level, Source
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.object import ObjectId

NOW = 1_500_000
EMPTY, SOME, FULL, CLOSED = Level


def said(
    by: str,
    what: Level | int,
    *,
    ago: int = 0,
    host: bool = False,
    source: Source = Source.PERSON,
    lasts: int = 1440,
) -> Said:
    number = blake2s(f"{by} {what} {ago} {source}".encode()).digest()
    said_as = SaidAs.HOST if host else SaidAs.RESIDENT
    return Said(
        id=ObjectId(number[:16]),
        key=KeyId(by.encode()[:4].ljust(4)),
        by=Fingerprint(by.encode()[:16].ljust(16)),
        name=by,
        said_as=SaidAs.COUNTER if source is Source.COUNTER else said_as,
        source=source,
        minute=NOW - ago,
        expires_min=NOW - ago + lasts,
        level=what if isinstance(what, Level) else None,
        people=None if isinstance(what, Level) else what,
    )


def shown(*words: Said, capacity: int = 0, counted: tuple[Counted, ...] = ()) -> Crowding:
    return crowding(words, minute=NOW, capacity=capacity, counted=counted)


def test_nothing_said_is_unknown() -> None:
    assert shown() == Crowding(State.UNKNOWN)


def test_a_word_is_shown_with_its_age_and_who_said_it() -> None:
    found = shown(said("anna", FULL, ago=12, host=True))
    assert (found.state, found.level, found.age_minutes) == (State.KNOWN, FULL, 12)
    assert found.said is not None
    assert (found.said.name, found.said.said_as) == ("anna", SaidAs.HOST)


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (0, State.KNOWN),
        (FRESH_MINUTES, State.KNOWN),
        (100, State.KNOWN),
        (101, State.DOUBTFUL),
        (120, State.DOUBTFUL),
        (STALE_MINUTES - 2, State.DOUBTFUL),
        (STALE_MINUTES, State.STALE),
        (GONE_MINUTES - 1, State.STALE),
        (GONE_MINUTES, State.UNKNOWN),
    ],
)
def test_a_word_fades_to_unknown_and_disappears(ago: int, state: State) -> None:
    assert shown(said("bert", SOME, ago=ago)).state is state


def test_confidence_never_rises_with_age() -> None:
    falling = [shown(said("bert", SOME, ago=ago)).confidence for ago in range(GONE_MINUTES)]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] == 100
    assert falling[-1] == 0


def test_an_estimate_is_worth_less_than_what_somebody_saw() -> None:
    estimate = shown(said("bert", SOME, source=Source.ESTIMATE))
    assert DOUBTFUL_BELOW <= estimate.confidence < 100


def test_what_is_over_is_not_shown_however_new_it_is() -> None:
    assert shown(said("bert", SOME, ago=61, lasts=61)).state is State.UNKNOWN
    assert shown(said("bert", SOME, ago=60, lasts=61)).state is State.KNOWN


def test_the_newest_word_wins_among_residents() -> None:
    found = shown(said("anna", FULL, ago=50), said("bert", SOME, ago=10))
    assert found.level is SOME
    assert found.other is None


def test_of_one_author_only_the_newest_word_counts() -> None:
    found = shown(said("anna", FULL, ago=9), said("anna", SOME, ago=2))
    assert found.level is SOME
    assert found.other is None


def test_a_host_s_word_stands_against_newer_ones_for_an_hour() -> None:
    newer = said("bert", EMPTY, ago=0)
    still = shown(said("anna", FULL, ago=HOST_LEAD_MINUTES, host=True), newer)
    later = shown(said("anna", FULL, ago=HOST_LEAD_MINUTES + 1, host=True), newer)
    assert (still.level, later.level) == (FULL, EMPTY)


def test_two_who_say_different_things_at_a_time_are_shown_as_such_and_trusted_less() -> None:
    anna, bert = said("anna", FULL, ago=15), said("bert", SOME, ago=10)
    found = shown(anna, bert)
    assert (found.level, found.said, found.other, found.other_level) == (SOME, bert, anna, FULL)
    assert found.confidence == 50
    assert shown(bert, said("cem", SOME, ago=11)).other is None


def test_words_of_different_hours_are_no_contradiction() -> None:
    bert = said("bert", SOME)
    near = said("anna", FULL, ago=CONTRADICTION_MINUTES)
    assert shown(bert, near).other == near
    assert shown(bert, said("anna", FULL, ago=CONTRADICTION_MINUTES + 1)).other is None


def test_a_host_who_closed_the_place_is_believed_as_long_as_that_lasts() -> None:
    closed = said("anna", CLOSED, ago=GONE_MINUTES + 60, host=True)
    found = shown(closed)
    assert (found.state, found.level) == (State.KNOWN, CLOSED)
    assert shown(replace(closed, expires_min=NOW)).state is State.UNKNOWN
    assert shown(said("bert", CLOSED, ago=GONE_MINUTES + 60)).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("people", "level"),
    [
        (0, EMPTY),
        (EMPTY_UP_TO_PERCENT, EMPTY),
        (EMPTY_UP_TO_PERCENT + 1, SOME),
        (FULL_FROM_PERCENT - 1, SOME),
        (FULL_FROM_PERCENT, FULL),
        (250, FULL),
    ],
)
def test_a_number_against_the_capacity_is_a_level(people: int, level: Level) -> None:
    assert level_of(said("anna", people), 100) is level


def test_a_number_without_a_capacity_stays_a_number() -> None:
    found = shown(said("anna", 37))
    assert (found.state, found.level) == (State.KNOWN, None)
    assert found.said is not None
    assert found.said.people == 37
    assert level_of(said("anna", 0), 0) is EMPTY


HOUR = NOW // 60


def counter(people: int, *, ago: int = 0) -> Said:
    return said("box", people, ago=ago, source=Source.COUNTER)


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (40, 51, Trend.RISING),
        (40, 49, Trend.STEADY),
        (40, 31, Trend.STEADY),
        (40, 29, Trend.FALLING),
        (2, 4, Trend.STEADY),
        (0, 5, Trend.RISING),
    ],
)
def test_a_counter_gives_a_trend_and_never_a_level(before: int, now: int, trend: Trend) -> None:
    found = shown(counter(now), capacity=50, counted=(Counted(HOUR - 1, before),))
    assert found == Crowding(State.UNKNOWN, trend=trend)


def test_a_counter_says_nothing_without_the_hours_before_or_when_it_is_old() -> None:
    assert shown(counter(30)).trend is None
    assert shown(counter(30), counted=(Counted(HOUR, 3), Counted(HOUR - 4, 3))).trend is None
    assert shown(counter(30, ago=60), counted=(Counted(HOUR - 2, 3),)).trend is None


def test_a_counter_stands_beside_a_word_and_does_not_outvote_it() -> None:
    found = shown(
        said("anna", EMPTY, ago=5), counter(45), capacity=50, counted=(Counted(HOUR - 1, 20),)
    )
    assert (found.level, found.other, found.trend) == (EMPTY, None, Trend.RISING)


def test_a_word_from_a_clock_that_is_ahead_is_a_new_one() -> None:
    assert shown(said("anna", FULL, ago=-3)).age_minutes == 0
