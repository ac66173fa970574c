from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol.beginnings import SINGLY_MAX, Beginnings
from meshnode.protocol.object import ObjectId, ShortId

IDS = st.builds(
    lambda start, rest: ObjectId(bytes(start) + bytes([rest]) * 12),
    st.lists(st.integers(0, 1), min_size=4, max_size=4),
    st.integers(0, 255),
)
"""Few beginnings, so that some ids share theirs."""


@given(st.lists(st.tuples(IDS, st.booleans()), max_size=60))
def test_ids_are_found_by_their_beginning_whatever_came_and_left_before(
    steps: list[tuple[ObjectId, bool]],
) -> None:
    ids, expected = Beginnings(), set[ObjectId]()
    for thing, is_asked in steps:
        if thing in expected:
            ids.remove(thing)
            expected.remove(thing)
        else:
            ids.add(thing)
            expected.add(thing)
        if is_asked:
            short_id = ShortId(thing[:4])
            assert ids.beginning_with(short_id) == sorted(
                one for one in expected if one[:4] == short_id
            )


def test_many_new_ones_are_found_as_few_are() -> None:
    things = [ObjectId(bytes([number]) * 16) for number in range(100)]
    one_by_one, at_once = Beginnings(), Beginnings()
    for number, thing in enumerate(things):
        one_by_one.add(thing)
        at_once.add(thing)
        if number % SINGLY_MAX == 0:
            assert one_by_one.beginning_with(ShortId(thing[:4])) == [thing]
    for thing in things:
        short_id = ShortId(thing[:4])
        assert one_by_one.beginning_with(short_id) == at_once.beginning_with(short_id) == [thing]
    assert at_once.beginning_with(ShortId(b"\xff\xff\xff\xff")) == []
