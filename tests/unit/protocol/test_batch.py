"""Batches: how objects are cut into symbols, and read from whichever are there."""

from collections.abc import Collection
from hashlib import sha256

import pytest

from meshnode.protocol.batch import (
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    Batch,
    BatchId,
    Shape,
    compose,
    data_count,
    open_batch,
    whole_objects,
)
from meshnode.protocol.cursor import block
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import FRAME_BYTES_MIN, symbol_room_bytes
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import object_id

ABC = [b"a" * 10, b"b" * 3, b"c" * 20]
"""11, 4 and 21 bytes behind their lengths: 36."""


def readable(batch: Batch, indices: Collection[int]) -> dict[int, list[bytes]]:
    """Return what each of these data symbols makes readable when it comes last."""
    data = {index: batch.data[index] for index in indices}
    return {index: whole_objects(data, index) for index in indices}


def test_the_content_is_cut_evenly_behind_places_and_filled_up_with_zeros() -> None:
    batch = compose(ABC, 11)
    # 36 bytes: 4 symbols of 9; objects begin at 0, 11 and 15.
    assert batch.data == (
        b"\x00" + b"\x0aaaaaaaaa",
        b"\x02" + b"aa" + b"\x03bbb" + b"\x14cc",
        b"\xff" + b"c" * 9,
        b"\xff" + b"c" * 9,
    )
    assert compose(ABC, 9).data[-1] == b"\xff" + b"c" * 4 + b"\0" * 4
    assert batch.shape.symbol_bytes == 10
    assert batch.ids == tuple(map(object_id, ABC))


def test_the_place_names_the_first_of_several_objects_that_begin_in_a_symbol() -> None:
    assert compose([b"x"] * 6, 5).data == (b"\x00" + b"\x01x" * 2,) * 3


def test_a_length_prefix_cut_in_two_begins_in_the_first_symbol() -> None:
    batch = compose([b"y" * 8, b"z" * 130], 11)  # The second length is two bytes: 82 01.
    assert batch.data[0] == b"\x00" + block(b"y" * 8) + b"\x82"
    assert batch.data[1][:2] == b"\xff\x01"


def test_the_id_is_the_beginning_of_the_hash_of_the_content_without_places_and_zeros() -> None:
    content = b"".join(map(block, ABC))
    for symbol_bytes in (9, 11, 60):
        assert compose(ABC, symbol_bytes).shape.id == sha256(content).digest()[:4]


def test_no_symbol_is_padding_alone_and_all_fit() -> None:
    for content_bytes in range(1, 300):
        for room in range(2, 40):
            count = data_count(content_bytes, room)
            length = -(-content_bytes // count)
            assert length < room
            assert (count - 1) * length < content_bytes <= count * length


def test_the_largest_object_fits_a_batch_of_the_smallest_frames() -> None:
    batch = compose([b"m" * OBJECT_BYTES_MAX], symbol_room_bytes(FRAME_BYTES_MIN))
    assert batch.shape.data_count == 43 <= DATA_SYMBOLS_MAX


def test_the_longest_symbols_still_name_every_place() -> None:
    last = SYMBOL_BYTES_MAX - 2  # An object may begin at the last byte of a symbol.
    encoded = [b"f" * (last - 2), b"g" * 253]
    batch = compose(encoded, SYMBOL_BYTES_MAX)
    assert batch.shape.data_count == 2
    longer = [b"f" * (2 * last - 1), b"g" * 253]
    batch = compose(longer, SYMBOL_BYTES_MAX)
    assert (batch.shape.data_count, batch.shape.symbol_bytes) == (3, SYMBOL_BYTES_MAX)
    assert [part[0] for part in batch.data] == [0, last, 255]
    assert open_batch(batch.shape, batch.data)[1] == longer


def test_a_batch_opens_to_its_objects_and_is_the_same_batch() -> None:
    batch = compose(ABC, 11)
    opened, encoded = open_batch(batch.shape, batch.data)
    assert encoded == ABC
    assert (opened.shape, opened.ids, opened.data) == (batch.shape, batch.ids, batch.data)


@pytest.mark.parametrize(
    "data",
    [
        (b"\x01" + b"\x01x\x01y", b"\xff" + b"\0" * 4),  # A symbol of padding alone.
        (b"\xff" + b"\x03xyz",),  # The place is not named.
        (b"\x00" + b"\0\0\0\0",),  # No object.
        (b"\x00" + b"\x02xy\x01",),  # The second object is cut off.
        (b"\x00" + b"\x01x\0\x07",),  # Something behind the end.
        (b"\x00" + b"\x81\x00x\0",),  # A length longer than it needs to be.
        (b"\x00" + b"\xff\xff\xff\xff",),  # No length at all.
    ],
)
def test_symbols_that_are_not_in_the_one_form_are_refused(data: tuple[bytes, ...]) -> None:
    content = b"".join(part[1:] for part in data)
    for covered in (content, content.rstrip(b"\0")):
        shape = Shape(BatchId(sha256(covered).digest()[:4]), len(data), len(data[0]))
        with pytest.raises(PeerError) as refused:
            open_batch(shape, data)
        assert refused.value.reason == "bad_batch"


def test_a_batch_under_another_id_is_refused() -> None:
    batch = compose(ABC, 11)
    shape = Shape(BatchId(b"\0\0\0\0"), batch.shape.data_count, batch.shape.symbol_bytes)
    with pytest.raises(PeerError, match="bad_batch"):
        open_batch(shape, batch.data)


def test_the_symbol_that_completes_an_object_makes_it_readable() -> None:
    batch = compose(ABC, 11)
    a, b, c = ABC
    assert readable(batch, [0]) == {0: []}
    assert readable(batch, [1]) == {1: [b]}
    assert readable(batch, [0, 1]) == {0: [a], 1: [a, b]}
    assert readable(batch, [1, 2, 3]) == {1: [b, c], 2: [c], 3: [c]}
    assert readable(batch, [0, 2, 3]) == {0: [], 2: [], 3: []}


def test_an_object_of_which_a_symbol_brings_only_the_length_is_readable() -> None:
    batch = compose([b"y" * 8, b"z" * 20], 11)  # 9 + 21 bytes: the 20 stands alone at the end.
    assert batch.data[0][-1:] == b"\x14"
    assert readable(batch, [0, 1, 2])[0] == [b"y" * 8, b"z" * 20]


def test_padding_is_no_object() -> None:
    batch = compose([b"x" * 5, b"y" * 4], 8)  # 11 bytes in two symbols of 6.
    assert batch.data[1] == b"\x00\x04yyyy\x00"
    assert readable(batch, [0, 1]) == {0: [b"x" * 5], 1: [b"y" * 4]}


def test_sums_that_were_not_on_the_air_are_chosen_round_from_where_a_node_begins() -> None:
    batch = compose(ABC, 11)
    assert batch.fresh(0, 3) == [4, 5, 6]
    assert batch.fresh(250, 3) == [254, 255, 4]
    assert batch.fresh(252, 2) == [4, 5]
    batch.used.update((1, 5, 255))
    assert batch.fresh(250, 4) == [254, 4, 6, 7]


def test_when_all_sums_were_on_the_air_they_begin_anew_and_all_come_again() -> None:
    batch = compose(ABC, 11)
    span = 256 - batch.shape.data_count
    said: list[int] = []
    while len(said) < 10 * span:
        fresh = batch.fresh(7, 5)
        batch.used.update(fresh)
        assert len(set(fresh)) == 5
        said += fresh
    assert len(set(said[:span])) == span
    for start in range(8 * span):
        assert len(set(said[start : start + 2 * span])) == span
