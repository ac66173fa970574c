import random

import pytest

from meshnode.protocol.errors import CallerError
from meshnode.protocol.idset import END, SUM_MODULUS, IdSet
from meshnode.protocol.object import ObjectId


def some_ids(count: int, seed: int = 1) -> list[ObjectId]:
    dice = random.Random(seed)
    return [ObjectId(dice.randbytes(16)) for _ in range(count)]


def total(ids: list[ObjectId]) -> int:
    return sum(int.from_bytes(one, "big") for one in ids) % SUM_MODULUS


def test_an_empty_set_holds_nothing_below_any_bound() -> None:
    ids = IdSet()
    assert len(ids) == ids.rank(END) == ids.sum(0, 0) == 0
    assert list(ids) == ids.between(b"", END) == []
    assert ObjectId(bytes(16)) not in ids


def test_ids_come_out_in_order_and_once() -> None:
    given = some_ids(1500)
    ids = IdSet([*given, *given[:10]])
    for one in given[:20]:
        ids.add(one)
    assert list(ids) == sorted(given)
    assert len(ids) == 1500


def test_a_set_that_changed_answers_like_one_made_anew() -> None:
    dice = random.Random(2)
    ids, plain = IdSet(), set()
    for one in some_ids(3000):
        ids.add(one)
        plain.add(one)
        if dice.random() < 0.6:
            gone = dice.choice(sorted(plain)) if dice.random() < 0.05 else one
            ids.discard(gone)
            plain.discard(gone)
    assert_same_answers(ids, sorted(plain))
    for one in sorted(plain)[5:-5]:
        ids.discard(one)
        plain.discard(one)
    assert_same_answers(ids, sorted(plain))


def assert_same_answers(ids: IdSet, ordered: list[ObjectId]) -> None:
    dice = random.Random(3)
    assert list(ids) == ordered
    assert [ids.at(rank) for rank in range(len(ordered))] == ordered
    for _ in range(200):
        lower, upper = sorted(dice.randbytes(dice.randrange(4)) for _ in range(2))
        held = [one for one in ordered if lower <= one < upper]
        start, stop = ids.rank(lower), ids.rank(upper)
        assert ids.between(lower, upper) == held
        assert (stop - start, ids.sum(start, stop)) == (len(held), total(held))
    assert ids.sum(0, len(ordered)) == total(ordered)


def test_blocks_stay_few_when_most_ids_leave() -> None:
    given = some_ids(4000)
    ids = IdSet(given)
    for one in given[:3990]:
        ids.discard(one)
    assert len(ids) == 10
    assert len(ids._blocks) <= 3


def test_neighbouring_bounds_part_ids_that_differ_in_the_last_bit() -> None:
    low, high = ObjectId(bytes(16)), ObjectId(bytes(15) + b"\1")
    ids = IdSet([high, low])
    assert ids.between(b"", high) == [low]
    assert ids.between(high, END) == [high]
    assert ids.rank(END) == 2


def test_removing_what_is_not_in_changes_nothing() -> None:
    given = some_ids(10)
    ids = IdSet(given[:9])
    ids.discard(given[9])
    assert list(ids) == sorted(given[:9])


def test_what_is_not_an_id_is_not_taken() -> None:
    with pytest.raises(CallerError):
        IdSet().add(ObjectId(b"short"))
    with pytest.raises(CallerError):
        IdSet([ObjectId(b"short")])
