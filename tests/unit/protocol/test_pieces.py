from random import Random

from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol.object import ObjectId
from meshnode.protocol.pieces import SINGLY_MAX, Pieces

STARTS = st.sampled_from((0, 4, 8, 12))
IDS = st.builds(
    lambda few, rest: ObjectId(b"".join(bytes([0, 0, 0, one]) for one in few) + bytes([rest]) * 4),
    st.lists(st.integers(0, 1), min_size=3, max_size=3),
    st.integers(0, 3),
)
"""Few different pieces, so that some ids share theirs."""


@given(STARTS, st.lists(st.tuples(IDS, st.sampled_from(("add", "discard", "ask"))), max_size=60))
def test_ids_are_found_by_a_piece_whatever_came_and_left_before(
    start: int, steps: list[tuple[ObjectId, str]]
) -> None:
    ids, expected = Pieces(start), set[ObjectId]()
    for thing, step in steps:
        if step == "add":
            ids.add(thing)
            expected.add(thing)
        elif step == "discard":
            ids.discard(thing)
            expected.discard(thing)
        else:
            piece = thing[start : start + 4]
            found = ids.having(piece)
            assert len(found) == len(set(found))
            assert set(found) == {one for one in expected if one[start : start + 4] == piece}


@given(STARTS, st.lists(IDS, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_what_is_found_does_not_depend_on_the_order(
    start: int, things: list[ObjectId], dice: Random
) -> None:
    others = dice.sample(things, len(things))
    one, other, third = Pieces(start), Pieces(start, others), Pieces(start)
    for number, thing in enumerate(things):
        one.add(thing)
        third.add(others[number])
        if number % SINGLY_MAX == 0:
            third.having(bytes(4))
    for thing in things:
        piece = thing[start : start + 4]
        assert one.having(piece) == other.having(piece) == third.having(piece)
    assert one.having(b"\xff\xff\xff\xff") == []
