"""What a node remembers of a place: each hour once, forgotten slowly, in few bytes."""

from dataclasses import replace

import pytest

from meshnode.board.places.besttime import (
    KNOWN_HOURS_MIN,
    QUIET_UP_TO_PERCENT,
    BestTime,
    best_time,
)
from meshnode.board.places.crowding import Counted
from meshnode.board.places.level import Level
from meshnode.board.places.opening import ALWAYS
from meshnode.board.places.opening_words import week_from_words
from meshnode.board.places.pattern import (
    FORGET_HOURS,
    HOURS_KEPT_MAX,
    OUTDATED_HOURS,
    PENDING_HOURS,
    POOLED_MIN,
    SAMPLES_MAX,
    SAMPLES_MIN,
    WEEK_HOURS,
    Cell,
    Pattern,
    Sample,
    decode_pattern,
    encode_pattern,
    expected,
    fold,
    is_outdated,
    learn,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import ShortId

ROOT = ShortId(b"root")
EMPTY, SOME, FULL, CLOSED = Level
MONDAY_9 = 17 * FORGET_HOURS + 9
"""An hour that is 9:00 of a Monday in the tests' zone, whose weeks begin with the count."""


def hour_of_week(hour: int) -> int:
    return hour % WEEK_HOURS


def sample(hour: int, level: Level = FULL, *, host: bool = False, minute: int = 0) -> Sample:
    return Sample(hour, host, minute, level)


def after(samples: list[Sample], *, until: int | None = None) -> Pattern:
    """What is left when each sample was learned in its hour and time went on."""
    pattern = Pattern(ROOT)
    for one in samples:
        pattern = fold(learn(pattern, [one]), one.hour, hour_of_week)
    last = max(one.hour for one in samples) if until is None else until
    return fold(pattern, last + PENDING_HOURS + 1, hour_of_week)


def weekly(level: Level, weeks: int, *, first: int = MONDAY_9) -> list[Sample]:
    return [sample(first + WEEK_HOURS * week, level) for week in range(weeks)]


def test_an_hour_counts_once_however_often_it_is_learned() -> None:
    once = learn(Pattern(ROOT), [sample(MONDAY_9)])
    assert learn(once, [sample(MONDAY_9)]) == once
    cells = after([sample(MONDAY_9)] * 5).cells
    assert cells[9] == Cell(1, 4000)
    assert sum(one.samples for one in cells) == 1


def test_an_hour_that_was_folded_in_is_not_learned_again() -> None:
    pattern = after([sample(MONDAY_9)])
    assert learn(pattern, [sample(MONDAY_9, SOME, minute=59)]) == pattern
    assert learn(pattern, [sample(MONDAY_9 + 1)]) != pattern


def test_of_an_hour_the_host_s_word_counts_and_of_equals_the_last() -> None:
    words = [sample(MONDAY_9, SOME, host=True), sample(MONDAY_9, FULL, minute=59)]
    for order in (words, words[::-1]):
        assert learn(Pattern(ROOT), order).pending == (words[0],)
    later = sample(MONDAY_9, EMPTY, host=True, minute=30)
    assert learn(Pattern(ROOT), [*words, later]).pending == (later,)


def test_closed_is_no_level_to_learn() -> None:
    assert learn(Pattern(ROOT), [sample(MONDAY_9, CLOSED)]) == Pattern(ROOT)


def test_an_hour_waits_until_nothing_new_about_it_can_come() -> None:
    pattern = learn(Pattern(ROOT), [sample(MONDAY_9)])
    assert fold(pattern, MONDAY_9 + PENDING_HOURS, hour_of_week) == pattern
    folded = fold(pattern, MONDAY_9 + PENDING_HOURS + 1, hour_of_week)
    assert (folded.pending, folded.folded_hour) == ((), MONDAY_9)


def test_nothing_is_said_before_enough_weeks_were_seen() -> None:
    assert expected(after(weekly(FULL, SAMPLES_MIN - 1)), 0, 9) is None
    assert expected(after(weekly(FULL, SAMPLES_MIN)), 0, 9) == 100
    assert expected(after(weekly(FULL, SAMPLES_MIN)), 0, 10) is None


def test_working_days_stand_in_for_each_other_and_the_weekend_does_not() -> None:
    days = [sample(MONDAY_9 + 24 * day, SOME) for day in range(POOLED_MIN)]
    assert expected(after(days[:-1]), 4, 9) is None
    assert expected(after(days), 4, 9) == 50
    assert expected(after(days), 5, 9) is None
    saturdays = weekly(FULL, POOLED_MIN, first=MONDAY_9 + 24 * 5)
    assert expected(after(saturdays), 6, 9) == 100
    assert expected(after(saturdays), 0, 9) is None


def test_it_follows_the_season() -> None:
    summer = weekly(EMPTY, 20)
    winter = weekly(FULL, 20, first=MONDAY_9 + 20 * WEEK_HOURS)
    assert expected(after(summer), 0, 9) == 0
    full = expected(after([*summer, *winter]), 0, 9)
    assert full is not None
    assert full > 80


def test_what_nobody_confirms_is_forgotten_and_a_wrong_clock_forgets_nothing() -> None:
    known = after(weekly(FULL, SAMPLES_MAX))
    assert known.cells[9].samples >= SAMPLES_MAX - 2
    assert fold(known, MONDAY_9 + 1000 * WEEK_HOURS, hour_of_week).cells == known.cells
    later = MONDAY_9 + SAMPLES_MAX * (FORGET_HOURS + WEEK_HOURS) + 5
    forgotten = fold(learn(known, [sample(later)]), later + PENDING_HOURS + 1, hour_of_week)
    assert forgotten.cells[9] == Cell()
    assert sum(one.samples for one in forgotten.cells) == 1


def test_a_pattern_of_half_a_year_ago_is_outdated() -> None:
    pattern = after([sample(MONDAY_9)])
    assert not is_outdated(pattern, MONDAY_9 + OUTDATED_HOURS)
    assert is_outdated(pattern, MONDAY_9 + OUTDATED_HOURS + 1)


def test_numbers_of_counters_are_kept_for_a_day() -> None:
    pattern = learn(Pattern(ROOT), (), [Counted(MONDAY_9, 5), Counted(MONDAY_9, 9)])
    assert pattern.counted == (Counted(MONDAY_9, 9),)
    assert fold(pattern, MONDAY_9 + PENDING_HOURS, hour_of_week) == pattern
    assert fold(pattern, MONDAY_9 + PENDING_HOURS + 1, hour_of_week).counted == ()


def test_the_bytes_are_a_few_hundred_and_bounded() -> None:
    busy = Pattern(
        ROOT,
        MONDAY_9,
        tuple(sample(MONDAY_9 + 1 + hour, minute=59, host=True) for hour in range(HOURS_KEPT_MAX)),
        tuple(Counted(MONDAY_9 + 1 + hour, 50_000) for hour in range(HOURS_KEPT_MAX)),
        (Cell(SAMPLES_MAX, 4000),) * WEEK_HOURS,
    )
    data = encode_pattern(busy)
    assert decode_pattern(data) == busy
    assert len(data) <= 600
    office = after([sample(MONDAY_9 + 24 * day + hour) for day in range(5) for hour in range(9)])
    assert len(encode_pattern(office)) <= 130


def test_more_hours_than_fit_let_the_oldest_go() -> None:
    hours = [sample(MONDAY_9 + hour) for hour in range(HOURS_KEPT_MAX + 1)]
    pattern = learn(Pattern(ROOT), hours)
    assert pattern.pending == tuple(hours[1:])
    assert decode_pattern(encode_pattern(pattern)) == pattern


def test_a_pattern_of_another_version_is_refused() -> None:
    with pytest.raises(PeerError):
        decode_pattern(b"\x02" + encode_pattern(Pattern(ROOT))[1:])


# The best time.

OFFICE = week_from_words("Mo-Fr 9-18; Sa 9-13")


def of_hours(by_hour: dict[int, int], *, days: range = range(7)):
    return lambda day, hour: by_hour.get(hour) if day in days else None


AFTERNOON = {9: 90, 10: 90, 11: 80, 12: 70, 13: 60, 14: 20, 15: 25, 16: 60, 17: 90}


def test_the_quietest_hours_that_are_left_today_are_the_best() -> None:
    found = best_time(of_hours(AFTERNOON), OFFICE, weekday=0, hour=10)
    assert found == BestTime(0, 14, 16, 22)
    assert found.is_quiet


def test_an_hour_that_has_begun_is_no_time_to_go_any_more() -> None:
    found = best_time(of_hours(AFTERNOON), OFFICE, weekday=0, hour=14)
    assert found is not None
    assert (found.days_ahead, found.start_hour, found.end_hour) == (0, 15, 16)


def test_when_only_the_worst_of_today_is_left_it_is_the_next_open_day() -> None:
    found = best_time(of_hours(AFTERNOON), OFFICE, weekday=4, hour=16)
    assert found is not None
    assert (found.days_ahead, found.start_hour, found.percent) == (1, 11, 75)
    assert not found.is_quiet
    sunday = best_time(of_hours(AFTERNOON), OFFICE, weekday=6, hour=3)
    assert sunday is not None
    assert (sunday.days_ahead, sunday.start_hour) == (1, 14)


def test_with_too_few_known_hours_nothing_is_said() -> None:
    few = dict.fromkeys(range(9, 9 + KNOWN_HOURS_MIN - 1), 10)
    assert best_time(of_hours(few), OFFICE, weekday=0, hour=0) is None
    enough = few | {15: 10}
    assert best_time(of_hours(enough), OFFICE, weekday=0, hour=0) == BestTime(0, 9, 11, 10)
    assert best_time(lambda day, hour: None, None, weekday=0, hour=0) is None


def test_hours_in_which_it_is_closed_are_never_best() -> None:
    quiet_night = {hour: 0 if hour < 9 else 80 for hour in range(24)}
    found = best_time(of_hours(quiet_night), OFFICE, weekday=0, hour=0)
    assert found is not None
    assert found.start_hour >= 9


def test_nobody_is_sent_there_at_night_where_it_never_closes() -> None:
    quiet_night = {hour: 0 if hour < 6 else 80 for hour in range(24)}
    for week in (ALWAYS, None):
        found = best_time(of_hours(quiet_night), week, weekday=0, hour=0)
        assert found is not None
        assert found.start_hour >= 6


def test_quiet_ends_at_its_bound() -> None:
    assert replace(BestTime(0, 9, 10, QUIET_UP_TO_PERCENT)).is_quiet
    assert not BestTime(0, 9, 10, QUIET_UP_TO_PERCENT + 1).is_quiet
