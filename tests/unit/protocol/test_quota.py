"""What one account may take, and that all nodes come to the same answer."""

from itertools import permutations
from random import Random

from meshnode.protocol.object import SignedObject
from meshnode.protocol.ports import Allowance
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import (
    FAIR_AUTHORITY_HOUR,
    FAIR_OBJECTS_HOUR,
    FAIR_URGENT_HOUR,
    TOTAL_DAYS,
    Quota,
)
from tests.community import ANNA, MINUTE, bulletin

DAY_BEGINS = MINUTE - MINUTE % 1440


ANNAS = Allowance(b"anna", 20)
BERTS = Allowance(b"bert", 20)


def post(sequence: int, *, minute: int = DAY_BEGINS) -> SignedObject:
    return bulletin(ANNA, "x", sequence=sequence, minute=minute)


def holding(*things: SignedObject) -> Quota:
    quota = Quota()
    for thing in things:
        quota.add(thing, ANNAS, Priority.ORDINARY)
    return quota


def take(quota: Quota, held: set[int], thing: SignedObject, allowance: Allowance) -> None:
    """Let an object join as the engine does."""
    surplus = quota.surplus(thing, allowance)
    if surplus is thing:
        return
    if surplus is not None:
        quota.remove(surplus)
        held.discard(surplus.sequence)
    quota.add(thing, allowance, Priority.ORDINARY)
    held.add(thing.sequence)


def test_an_account_may_fill_its_day_and_the_next_one_is_too_many() -> None:
    quota = Quota()
    for sequence in range(ANNAS.day_max):
        assert quota.surplus(post(sequence), ANNAS) is None
        quota.add(post(sequence), ANNAS, Priority.ORDINARY)
    late = post(ANNAS.day_max)
    assert quota.surplus(late, ANNAS) is late
    assert quota.surplus(post(5, minute=DAY_BEGINS + 1440), ANNAS) is None
    quota.remove(post(3))
    assert quota.surplus(late, ANNAS) is None


def test_every_account_has_its_own_day_whoever_signed() -> None:
    full = holding(*map(post, range(ANNAS.day_max)))
    late = post(ANNAS.day_max)
    assert full.surplus(late, BERTS) is None
    full.add(late, BERTS, Priority.ORDINARY)
    assert full.surplus(post(ANNAS.day_max + 1), BERTS) is None
    assert full.surplus(post(ANNAS.day_max + 1), ANNAS) is not None


def test_an_allowance_that_grew_lets_more_in() -> None:
    full = holding(*map(post, range(ANNAS.day_max)))
    grown = Allowance(ANNAS.account, ANNAS.day_max + 1)
    assert full.surplus(post(ANNAS.day_max), grown) is None


def test_what_was_counted_on_one_account_leaves_it_though_another_would_be_used_now() -> None:
    thing = post(1)
    quota = Quota()
    quota.add(thing, BERTS, Priority.ORDINARY)
    quota.add(post(2), ANNAS, Priority.ORDINARY)
    quota.remove(thing)
    assert quota._days.keys() == {(b"anna", DAY_BEGINS // 1440)}


def test_whatever_the_order_of_arrival_the_earliest_stay_then_the_lowest_sequences() -> None:
    few = Allowance(b"anna", 3)
    things = [post(1), post(2), post(5), post(7), post(9, minute=DAY_BEGINS - 1)]
    things += [post(8, minute=DAY_BEGINS + 1), post(3, minute=DAY_BEGINS + 2)]
    for order in permutations(things[:5]):
        quota, held = Quota(), set[int]()
        for thing in order:
            take(quota, held, thing, few)
        # The ninth was made the day before.
        assert held == {1, 2, 5, 9}
    for order in permutations(things[2:4] + things[5:]):
        quota, held = Quota(), set[int]()
        for thing in order:
            take(quota, held, thing, few)
        assert held == {5, 7, 8}


def test_what_exceeds_the_fair_number_of_an_hour_comes_last_on_the_air() -> None:
    things = [post(sequence) for sequence in range(FAIR_OBJECTS_HOUR)]
    quota = holding(*things)
    one_more = post(FAIR_OBJECTS_HOUR)
    assert quota.rank(things[-1], Priority.ORDINARY, ANNAS) is Priority.ORDINARY
    assert quota.rank(one_more, Priority.ORDINARY, ANNAS) is Priority.BULK
    next_hour = post(FAIR_OBJECTS_HOUR, minute=DAY_BEGINS + 60)
    assert quota.rank(next_hour, Priority.ORDINARY, ANNAS) is Priority.ORDINARY
    assert quota.rank(post(99), Priority.ORDINARY, BERTS) is Priority.ORDINARY
    for rank in (Priority.URGENT, Priority.AUTHORITY):
        # Of these it is the first one.
        assert quota.rank(one_more, rank, ANNAS) is rank


def test_what_is_beyond_the_share_of_urgent_things_is_ordinary_then_last() -> None:
    quota = Quota()
    ranks = []
    for sequence in range(FAIR_OBJECTS_HOUR + 1):
        ranks.append(quota.rank(post(sequence), Priority.URGENT, ANNAS))
        quota.add(post(sequence), ANNAS, Priority.URGENT)
    assert ranks.count(Priority.URGENT) == FAIR_URGENT_HOUR
    assert ranks[FAIR_URGENT_HOUR] is ranks[-2] is Priority.ORDINARY
    assert ranks[-1] is Priority.BULK


def test_acts_beyond_their_share_come_last_and_what_is_ordinary_keeps_its_own() -> None:
    quota = Quota()
    for sequence in range(FAIR_AUTHORITY_HOUR):
        quota.add(post(sequence), ANNAS, Priority.AUTHORITY)
    assert quota.rank(post(99), Priority.AUTHORITY, ANNAS) is Priority.BULK
    assert quota.rank(post(99), Priority.ORDINARY, ANNAS) is Priority.ORDINARY
    quota.revalue(post(0), Priority.URGENT)
    assert quota.rank(post(99), Priority.AUTHORITY, ANNAS) is Priority.AUTHORITY


def test_an_account_that_is_full_keeps_the_earliest_whatever_the_order_of_arrival() -> None:
    """Dating back over many days gains nothing: in all an account holds so many days' worth."""
    one_a_day = Allowance(b"anna", 1)
    days = range(TOTAL_DAYS + 3)
    things = [
        post(n, minute=DAY_BEGINS + 1440 * day) for day in days for n in (2 * day, 2 * day + 1)
    ]
    for seed in range(20):
        order = list(things)
        Random(seed).shuffle(order)
        quota, held = Quota(), set[int]()
        for thing in order:
            take(quota, held, thing, one_a_day)
        assert held == {2 * day for day in range(TOTAL_DAYS)}


def test_an_account_that_shrinks_keeps_what_it_would_have_taken_from_the_start() -> None:
    """Both bounds count: of each day, and of all days together."""
    larger, smaller = Allowance(b"anna", 3), Allowance(b"anna", 1)
    things = [
        post(3 * day + n, minute=DAY_BEGINS + 1440 * day)
        for day in range(TOTAL_DAYS + 3)
        for n in range(2)
    ]
    quota, fresh, held = Quota(), Quota(), set[int]()
    for thing in things:
        quota.add(thing, larger, Priority.ORDINARY)
        take(fresh, held, thing, smaller)
    surplus = quota.regroup((thing, smaller, Priority.ORDINARY) for thing in things)
    assert len(surplus) == len({one.id for one in surplus})
    assert {one.sequence for one in things} - {one.sequence for one in surplus} == held


def test_what_moves_to_another_account_counts_there() -> None:
    quota = holding(*map(post, range(ANNAS.day_max)))
    assert quota.regroup((post(n), BERTS, Priority.ORDINARY) for n in range(ANNAS.day_max)) == []
    late = post(ANNAS.day_max)
    assert quota.surplus(late, BERTS) is late
    assert quota.surplus(late, ANNAS) is None


def test_nothing_is_kept_of_an_account_that_has_nothing_left() -> None:
    dice = Random(1)
    things = [post(sequence, minute=DAY_BEGINS + 1440 * (sequence % 5)) for sequence in range(50)]
    quota = holding(*things)
    dice.shuffle(things)
    for thing in things:
        quota.remove(thing)
        quota.remove(thing)
    assert quota._days == {}
    assert quota._places == quota._names == quota._counts == {}
