"""A table holds what was added and not removed, in order, as a dict of dicts would."""

from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.table import Table
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.community import ANNA, MINUTE, made

THINGS = [
    made(ANNA, Kind.BULLETIN, b"\x04x", sequence=at, minute=MINUTE, minutes=60) for at in range(4)
]
KEYS = [ShortId(b"aaaa"), ShortId(b"bbbb")]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(KEYS), st.sampled_from(THINGS))))
def test_a_table_is_a_dict_of_dicts(steps: list[tuple[bool, ShortId, SignedObject]]) -> None:
    table = Table()
    plain: dict[ShortId, dict[ObjectId, SignedObject]] = {}
    for is_added, key, thing in steps:
        if is_added:
            table.add(key, thing)
            plain.setdefault(key, {})[thing.id] = thing
        else:
            table.remove(key, thing)
            plain.get(key, {}).pop(thing.id, None)
        for one in KEYS:
            assert list(table.under(one)) == list(plain.get(one, {}))
        assert set(table) == {one for one, things in plain.items() if things}
