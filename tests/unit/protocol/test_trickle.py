"""Trickle: when a beacon is due, and what keeps it from being said."""

from random import Random

from meshnode.protocol.trickle import GROWTH, Trickle


def timer(seed: int = 1, *, redundancy: int = 1) -> Trickle:
    trickle = Trickle(
        interval_min_ms=1_000, interval_max_ms=20_000, dice=Random(seed), redundancy=redundancy
    )
    trickle.start(0)
    return trickle


def fire(trickle: Trickle) -> tuple[int, bool]:
    """Advance to the next transmission; return when that was and whether it is due."""
    while not trickle.is_waiting:
        trickle.advance(trickle.deadline_ms)
    at_ms = trickle.deadline_ms
    return at_ms, trickle.advance(at_ms)


def test_it_fires_once_in_the_second_half_of_the_interval() -> None:
    for seed in range(200):
        trickle = timer(seed)
        at_ms, is_due = fire(trickle)
        assert is_due
        assert 500 <= at_ms < 1_000
        assert trickle.deadline_ms == 1_000
        assert not trickle.advance(999)


def test_intervals_grow_until_the_longest() -> None:
    trickle = timer()
    lengths = []
    for _ in range(5):
        lengths.append(trickle.interval_ms)
        fire(trickle)
        trickle.advance(trickle.deadline_ms)
    assert lengths == [1_000, GROWTH * 1_000, GROWTH**2 * 1_000, 20_000, 20_000]


def test_a_caller_may_bound_the_next_interval() -> None:
    trickle = timer()
    fire(trickle)
    trickle.advance(trickle.deadline_ms, interval_max_ms=1_500)
    assert trickle.interval_ms == 1_500


def test_that_bound_never_goes_below_the_shortest_interval() -> None:
    trickle = timer()
    fire(trickle)
    trickle.advance(trickle.deadline_ms, interval_max_ms=10)
    assert trickle.interval_ms == 1_000


def test_a_consistent_one_suppresses_but_one_less_than_the_redundancy_does_not() -> None:
    trickle = timer()
    trickle.heard_consistent()
    assert fire(trickle)[1] is False
    doubled = timer(redundancy=2)
    doubled.heard_consistent()
    assert fire(doubled)[1] is True


def test_what_was_heard_counts_for_one_interval_only() -> None:
    trickle = timer()
    trickle.heard_consistent()
    fire(trickle)
    assert fire(trickle)[1] is True


def test_a_reset_goes_back_to_the_shortest_interval() -> None:
    trickle = timer()
    fire(trickle)
    trickle.advance(trickle.deadline_ms)
    trickle.reset(5_000)
    assert trickle.interval_ms == 1_000
    assert 5_500 <= trickle.deadline_ms < 6_000


def test_a_reset_within_the_shortest_interval_changes_nothing() -> None:
    trickle = timer()
    before_ms = trickle.deadline_ms
    trickle.reset(400)
    assert trickle.deadline_ms == before_ms


def test_what_is_put_off_is_judged_again_and_can_still_be_suppressed() -> None:
    trickle = timer()
    fire(trickle)
    trickle.postpone(3_000)
    assert trickle.deadline_ms == 3_000
    assert not trickle.advance(2_999)
    trickle.heard_consistent()
    assert trickle.advance(3_000) is False


def test_a_reset_while_put_off_beyond_the_interval_begins_anew() -> None:
    trickle = timer()
    fire(trickle)
    trickle.postpone(3_000)
    trickle.reset(2_900)
    assert 3_400 <= trickle.deadline_ms < 3_900


def test_the_deadline_is_later_than_now_after_every_step_however_late() -> None:
    for seed in range(50):
        trickle, dice, now_ms = timer(seed), Random(seed), 0
        for _ in range(100):
            now_ms += dice.randrange(30_000)
            trickle.advance(now_ms)
            if dice.random() < 0.2:
                trickle.postpone(now_ms + 1 + dice.randrange(5_000))
            assert trickle.deadline_ms > now_ms
