"""The community's clock: who is believed about the time."""

import pytest

from meshnode.protocol.clock import (
    AHEAD_MINUTES_MAX,
    DISAGREEMENT_MINUTES_MAX,
    PLAUSIBLE_FROM_MIN,
    WITNESSES_MAX,
    CommunityClock,
    Quality,
)
from meshnode.protocol.keys import KeyId
from meshnode.protocol.limits import CLOCK_ABSORB_MINUTES_MAX

NOW = 1_500_000
DAY = 1440


def author(number: int) -> KeyId:
    return KeyId(number.to_bytes(4, "big"))


def clock(minute: int, *, synchronised: bool = False, now_ms: int = 0) -> CommunityClock:
    made = CommunityClock()
    made.observe_wall(minute, is_synchronised=synchronised, now_ms=now_ms)
    return made


def hear(made: CommunityClock, *created_min: int, now_ms: int = 0) -> None:
    for number, minute in enumerate(created_min):
        made.observe_object(author(number), minute, now_ms)


def test_without_anything_the_time_is_unknown_and_the_minute_zero() -> None:
    made = CommunityClock()
    assert made.quality(5) is Quality.UNKNOWN
    assert made.minute(123_456_789) == 0
    assert made.minute(-5) == 0


def test_a_synchronised_clock_is_believed_whatever_others_write() -> None:
    made = clock(NOW, synchronised=True)
    hear(made, NOW + 900, NOW + 900, NOW + 900)
    assert made.quality(0) is Quality.SYNCHRONISED
    assert made.minute(0) == NOW


def test_a_clock_from_before_this_program_counts_as_not_set() -> None:
    assert clock(PLAUSIBLE_FROM_MIN).quality(0) is Quality.PLAUSIBLE
    assert clock(PLAUSIBLE_FROM_MIN - 1).quality(0) is Quality.UNKNOWN
    assert clock(PLAUSIBLE_FROM_MIN - 1, synchronised=True).quality(0) is Quality.UNKNOWN


def test_an_unset_clock_takes_the_median_of_three_authors() -> None:
    made = clock(0)
    hear(made, NOW, NOW + 7)
    assert made.quality(0) is Quality.UNKNOWN
    hear(made, NOW, NOW + 7, NOW + 3)
    assert made.quality(0) is Quality.WITNESSED
    assert made.minute(0) == NOW + 3


@pytest.mark.parametrize("lie", [0, NOW - 500_000, NOW + 500_000, 2**24 - 1])
def test_a_lone_liar_among_three_cannot_move_the_clock(lie: int) -> None:
    made = clock(0)
    hear(made, NOW, lie, NOW + 2)
    assert NOW <= made.minute(0) <= NOW + 2


def test_one_author_counts_once_however_much_it_writes() -> None:
    made = clock(0)
    for minute in range(NOW, NOW + 50):
        made.observe_object(author(1), minute, 0)
    assert made.quality(0) is Quality.UNKNOWN


def test_an_authors_old_object_does_not_turn_its_clock_back() -> None:
    made = clock(0)
    hear(made, NOW, NOW, NOW)
    hear(made, NOW - 900, NOW - 900, NOW - 900)
    assert made.minute(0) == NOW


def test_a_clock_that_stands_behind_the_witnesses_is_corrected() -> None:
    made = clock(NOW - 3 * DAY)
    hear(made, NOW, NOW, NOW)
    assert made.quality(0) is Quality.WITNESSED
    assert made.minute(0) == NOW


@pytest.mark.parametrize(
    ("behind", "quality"),
    [
        (DISAGREEMENT_MINUTES_MAX, Quality.PLAUSIBLE),
        (DISAGREEMENT_MINUTES_MAX + 1, Quality.WITNESSED),
    ],
)
def test_a_small_disagreement_is_left_alone(behind: int, quality: Quality) -> None:
    made = clock(NOW - behind)
    hear(made, NOW, NOW, NOW)
    assert made.quality(0) is quality


def test_a_quiet_week_does_not_turn_a_clock_back() -> None:
    made = clock(NOW + 7 * DAY)
    hear(made, NOW, NOW, NOW)
    assert made.minute(0) == NOW + 7 * DAY


@pytest.mark.parametrize(
    ("ahead", "quality"),
    [(AHEAD_MINUTES_MAX, Quality.PLAUSIBLE), (AHEAD_MINUTES_MAX + 1, Quality.UNKNOWN)],
)
def test_a_clock_far_ahead_of_all_that_was_stored_counts_as_not_set(
    ahead: int, quality: Quality
) -> None:
    made = clock(NOW + ahead)
    made.observe_stored(NOW)
    assert made.quality(0) is quality


def test_a_clock_ten_years_ahead_gives_way_to_witnesses() -> None:
    made = clock(NOW + 3650 * DAY)
    hear(made, NOW, NOW + 1, NOW + 2)
    assert made.quality(0) is Quality.WITNESSED
    assert made.minute(0) == NOW + 1


def test_time_goes_on_from_what_was_observed() -> None:
    made = clock(NOW, synchronised=True, now_ms=1_000)
    assert made.minute(1_000 + 59_999) == NOW
    assert made.minute(1_000 + 60_000) == NOW + 1
    witnessed = clock(0)
    hear(witnessed, NOW, NOW, NOW)
    assert witnessed.minute(10 * 60_000) == NOW + 10


def test_monotonic_time_may_pass_from_negative_through_zero() -> None:
    made = clock(NOW, now_ms=-60_000)
    assert [made.minute(ms) for ms in (-60_000, -1, 0, 60_000)] == [NOW, NOW, NOW + 1, NOW + 2]


def test_creation_never_falls_behind_what_was_seen_a_little_ahead() -> None:
    made = clock(NOW, synchronised=True)
    made.observe_object(author(1), NOW + CLOCK_ABSORB_MINUTES_MAX, 0)
    assert made.creation_minute(0) == NOW + CLOCK_ABSORB_MINUTES_MAX
    assert made.creation_minute(3_600_000) == NOW + 60


def test_creation_does_not_follow_what_is_far_ahead() -> None:
    made = clock(NOW, synchronised=True)
    made.observe_object(author(1), NOW + CLOCK_ABSORB_MINUTES_MAX + 1, 0)
    assert made.creation_minute(0) == NOW


def test_a_clock_set_back_takes_creation_with_it_but_for_ten_minutes() -> None:
    made = clock(NOW + 3650 * DAY)
    made.observe_own(NOW + 3650 * DAY, 0)
    made.observe_wall(NOW, is_synchronised=True, now_ms=0)
    assert made.creation_minute(0) == NOW + CLOCK_ABSORB_MINUTES_MAX


def test_own_objects_are_no_witness() -> None:
    made = clock(0)
    hear(made, NOW, NOW)
    made.observe_own(NOW, 0)
    assert made.quality(0) is Quality.UNKNOWN


def test_witnesses_are_bounded_and_the_oldest_goes() -> None:
    made = clock(0)
    hear(made, *(NOW for _ in range(WITNESSES_MAX)))
    for number in range(WITNESSES_MAX, 2 * WITNESSES_MAX):
        made.observe_object(author(number), NOW + 100, 0)
    assert made.minute(0) == NOW + 100


HOUR = 25_000


def test_three_neighbours_beacons_set_a_clock_that_nobody_set() -> None:
    clock = CommunityClock()
    for sender in (b"aa", b"bb"):
        clock.observe_beacon(sender, HOUR, 0)
    assert clock.quality(0) is Quality.UNKNOWN
    clock.observe_beacon(b"cc", HOUR + 99_999, 0)
    assert clock.quality(0) is Quality.WITNESSED
    assert clock.minute(0) == HOUR * 60


def test_a_beacon_from_no_possible_hour_or_long_after_all_we_hold_is_no_witness() -> None:
    clock = CommunityClock()
    for sender in (b"aa", b"bb", b"cc"):
        clock.observe_beacon(sender, 2**24 - 1, 0)
        clock.observe_beacon(sender, 0, 0)
    clock.observe_stored(HOUR * 60)
    for sender in (b"aa", b"bb", b"cc"):
        clock.observe_beacon(sender, HOUR + 92 * 24, 0)
    assert clock.quality(0) is Quality.UNKNOWN
