"""What one author may take, and that all nodes come to the same answer."""

from itertools import permutations
from random import Random

import pytest

from meshnode.protocol import quota as quota_module
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import DAY_OBJECTS_MAX, FAIR_OBJECTS_HOUR, Quota
from tests.community import ANNA, BERT, MINUTE, bulletin

DAY_BEGINS = MINUTE - MINUTE % 1440


def post(sequence: int, *, key=ANNA, minute: int = DAY_BEGINS) -> SignedObject:
    return bulletin(key, "x", sequence=sequence, minute=minute)


def holding(*things: SignedObject) -> Quota:
    quota = Quota()
    for thing in things:
        quota.add(thing, Priority.ORDINARY)
    return quota


def take(quota: Quota, held: set[int], thing: SignedObject) -> None:
    """Let an object join as the engine does."""
    surplus = quota.surplus(thing, Priority.ORDINARY)
    if surplus is thing:
        return
    if surplus is not None:
        quota.remove(surplus)
        held.discard(surplus.sequence)
    quota.add(thing, Priority.ORDINARY)
    held.add(thing.sequence)


def test_an_author_may_fill_its_day_and_the_next_one_is_too_many() -> None:
    quota = Quota()
    for sequence in range(DAY_OBJECTS_MAX):
        assert quota.surplus(post(sequence), Priority.ORDINARY) is None
        quota.add(post(sequence), Priority.ORDINARY)
    late = post(DAY_OBJECTS_MAX)
    assert quota.surplus(late, Priority.ORDINARY) is late
    assert quota.surplus(post(5, key=BERT), Priority.ORDINARY) is None
    assert quota.surplus(post(5, minute=DAY_BEGINS + 1440), Priority.ORDINARY) is None
    quota.remove(post(3))
    assert quota.surplus(late, Priority.ORDINARY) is None


@pytest.mark.parametrize("rank", [Priority.URGENT, Priority.AUTHORITY])
def test_urgent_objects_and_authority_are_neither_counted_nor_kept_out(rank: Priority) -> None:
    quota = Quota()
    for sequence in range(DAY_OBJECTS_MAX):
        quota.add(post(sequence), rank)
    assert quota.surplus(post(DAY_OBJECTS_MAX), Priority.ORDINARY) is None
    full = holding(*map(post, range(DAY_OBJECTS_MAX)))
    assert full.surplus(post(DAY_OBJECTS_MAX), rank) is None


def test_whatever_the_order_of_arrival_the_lowest_sequence_numbers_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quota_module, "DAY_OBJECTS_MAX", 3)
    for order in permutations([post(sequence) for sequence in (1, 2, 5, 7, 9)]):
        quota, held = Quota(), set[int]()
        for thing in order:
            take(quota, held, thing)
        assert held == {1, 2, 5}


def test_what_exceeds_the_fair_number_of_an_hour_comes_last_on_the_air() -> None:
    things = [post(sequence) for sequence in range(FAIR_OBJECTS_HOUR)]
    quota = holding(*things)
    one_more = post(FAIR_OBJECTS_HOUR)
    assert quota.rank(things[-1], Priority.ORDINARY) is Priority.ORDINARY
    assert quota.rank(one_more, Priority.ORDINARY) is Priority.BULK
    next_hour = post(FAIR_OBJECTS_HOUR, minute=DAY_BEGINS + 60)
    assert quota.rank(next_hour, Priority.ORDINARY) is Priority.ORDINARY
    assert quota.rank(post(99, key=BERT), Priority.ORDINARY) is Priority.ORDINARY
    assert quota.rank(one_more, Priority.URGENT) is Priority.URGENT


def test_nothing_is_kept_of_an_author_that_has_nothing_left() -> None:
    dice = Random(1)
    things = [post(sequence, minute=DAY_BEGINS + 1440 * (sequence % 5)) for sequence in range(50)]
    quota = holding(*things)
    dice.shuffle(things)
    for thing in things:
        quota.remove(thing)
        quota.remove(thing)
    assert quota._days == {}
