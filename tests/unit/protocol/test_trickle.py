"""Trickle: when a beacon is due, and who was heard saying the same."""

from random import Random

from meshnode.protocol.trickle import GROWTH, Trickle


def timer(seed: int = 1) -> Trickle:
    trickle = Trickle(interval_min_ms=1_000, interval_max_ms=20_000, dice=Random(seed))
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


def test_who_was_heard_is_known_until_the_interval_ends_and_judged_by_the_caller() -> None:
    trickle = timer()
    for sender in (b"be", b"an", b"be"):
        trickle.heard_consistent(sender)
    assert list(trickle.heard) == [b"be", b"an"]
    assert fire(trickle)[1]
    assert list(trickle.heard) == [b"be", b"an"]
    trickle.advance(trickle.deadline_ms)
    assert not trickle.heard


def test_a_new_beginning_forgets_who_was_heard() -> None:
    for begin in (
        lambda trickle: trickle.start(10),
        lambda trickle: trickle.fire_at(500, 10),
        lambda trickle: (fire(trickle), trickle.advance(trickle.deadline_ms), trickle.reset(1_100)),
    ):
        trickle = timer()
        trickle.heard_consistent(b"an")
        begin(trickle)
        assert not trickle.heard


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


def test_a_factor_stretches_the_first_interval_but_not_beyond_the_longest() -> None:
    for factor, interval_ms in ((1.0, 1_000), (2.5, 2_500), (99.0, 20_000)):
        started = timer()
        started.start(5_000, factor=factor)
        assert started.interval_ms == interval_ms
        half_ms = interval_ms // 2
        assert 5_000 + half_ms <= started.deadline_ms < 5_000 + interval_ms


def test_a_reset_with_a_factor_begins_anew_only_where_the_interval_is_longer() -> None:
    trickle = timer()
    for _ in range(2):
        fire(trickle)
        trickle.advance(trickle.deadline_ms)
    assert trickle.interval_ms == GROWTH**2 * 1_000
    trickle.reset(9_000, factor=16.0)
    assert trickle.interval_ms == GROWTH**2 * 1_000
    assert trickle.deadline_ms > 9_000 + 4_000
    trickle.reset(9_000, factor=3.0)
    assert trickle.interval_ms == 3_000
    assert 10_500 <= trickle.deadline_ms < 12_000


def test_a_transmission_can_be_fixed_to_a_moment_in_an_interval_that_lasts_till_then() -> None:
    for due_ms, interval_ms in ((300, 1_000), (7_000, 6_900)):
        trickle = timer()
        trickle.fire_at(due_ms, 100)
        assert trickle.deadline_ms == due_ms
        assert trickle.interval_ms == interval_ms
        assert not trickle.advance(due_ms - 1)
        assert trickle.advance(due_ms)
        assert trickle.deadline_ms == max(100 + interval_ms, due_ms + 1)


def test_what_is_put_off_is_judged_again_with_who_was_heard_meanwhile() -> None:
    trickle = timer()
    trickle.heard_consistent(b"an")
    fire(trickle)
    assert not trickle.is_waiting
    trickle.postpone(3_000)
    assert trickle.is_waiting
    assert trickle.deadline_ms == 3_000
    assert not trickle.advance(2_999)
    trickle.heard_consistent(b"be")
    assert trickle.advance(3_000)
    assert list(trickle.heard) == [b"an", b"be"]


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
