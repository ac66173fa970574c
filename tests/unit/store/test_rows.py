from hypothesis import example, given
from hypothesis import strategies as st

from meshnode.protocol.object import OBJECT_ID_BYTES, ObjectId
from meshnode.store.port import Removed, StoredObject
from meshnode.store.rows import (
    counter_from_row,
    counter_row,
    object_from_row,
    object_row,
    removed_from_row,
    removed_row,
    setting_from_row,
    setting_row,
)
from tests.unit.store.samples import sample

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(-(2**63), 2**63 - 1)
ID = st.binary(min_size=OBJECT_ID_BYTES, max_size=OBJECT_ID_BYTES).map(ObjectId)
ANYTHING = st.lists(st.one_of(st.none(), NUMBER, st.floats(), TEXT, st.binary()), max_size=6)


def loaded(row):
    """Return a row as the statements load it: text as bytes."""
    return tuple(each.encode() if isinstance(each, str) else each for each in row)


@given(number=st.integers(1, 30), arrival=NUMBER, link=st.none() | TEXT)
def test_an_object_comes_back_as_it_went(number, arrival, link):
    stored = StoredObject(sample(number), arrival, link)
    arrival_column, row_id, encoded, *_, link_column = object_row(stored)
    assert object_from_row(loaded((arrival_column, row_id, encoded, link_column))) == stored


@given(row_id=ID, reason=TEXT, until=NUMBER)
def test_a_removal_comes_back_as_it_went(row_id, reason, until):
    removed = Removed(row_id, reason, until)
    assert removed_from_row(loaded(removed_row(removed))) == removed


@given(key=TEXT, value=st.binary())
def test_a_setting_comes_back_as_it_went(key, value):
    assert setting_from_row(loaded(setting_row(key, value))) == (key, value)


@given(name=TEXT, last=NUMBER)
def test_a_counter_comes_back_as_it_went(name, last):
    assert counter_from_row(loaded(counter_row(name, last))) == (name, last)


@given(row=ANYTHING.map(tuple))
@example(row=(1, b"", b"", b"\xff"))
def test_any_other_row_is_damaged_and_never_an_error(row):
    assert object_from_row(row) is None
    assert removed_from_row(row) is None
    assert setting_from_row(row) is None
    assert counter_from_row(row) is None


@given(number=st.integers(1, 30), bit=st.integers(0, 8 * 90 - 1))
def test_one_flipped_bit_makes_an_object_row_damaged(number, bit):
    encoded = bytearray(sample(number).encoded)
    encoded[bit // 8] ^= 1 << bit % 8
    assert object_from_row((1, sample(number).id, bytes(encoded), None)) is None


@given(bit=st.integers(0, 8 * 19 - 1))
def test_one_flipped_bit_makes_a_removal_damaged(bit):
    row_id, reason, until, checksum = loaded(removed_row(Removed(sample(1).id, "old", 7)))
    flipped = bytearray(row_id + reason)
    flipped[bit // 8] ^= 1 << bit % 8
    row = (bytes(flipped[:16]), bytes(flipped[16:]), until, checksum)
    assert removed_from_row(row) is None
    assert removed_from_row((row_id, reason, until ^ 1, checksum)) is None


def test_an_object_under_the_id_of_another_is_damaged():
    assert object_from_row((1, sample(2).id, sample(1).encoded, None)) is None


def test_a_link_that_is_no_text_makes_a_row_damaged():
    assert object_from_row((1, sample(1).id, sample(1).encoded, b"\xff")) is None
