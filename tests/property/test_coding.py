"""The code against lost frames: what was said comes back, and hostile bytes are only refused."""

from collections import Counter
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meshnode.protocol import erasure
from meshnode.protocol.batch import (
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    BatchId,
    Shape,
    compose,
    data_count,
    open_batch,
    whole_objects,
)
from meshnode.protocol.collector import KNOWN_MAX, OPEN_MAX, Collector
from meshnode.protocol.cursor import block
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import (
    HEARS_MAX,
    PARTIALS_MAX,
    Beacon,
    RadioCodec,
    Symbol,
    symbol_room_bytes,
)
from tests.galois import coded

CODEC = RadioCodec(b"k" * 32, b"\xab\xcd\x00\x00")
IDS = [BatchId(bytes([number]) * 4) for number in range(3)]
"""Few, so that symbols meet."""

frame_sizes = st.integers(64, 231)
lengths = st.one_of(st.integers(1, 40), st.integers(60, 400), st.integers(126, 130))
contents = st.lists(lengths, min_size=1, max_size=8).flatmap(
    lambda sizes: st.tuples(*(st.binary(min_size=size, max_size=size) for size in sizes))
)


@st.composite
def batches(draw, objects=contents):
    """Return objects and the batch of them in frames of some size."""
    encoded = list(draw(objects))
    room = symbol_room_bytes(draw(frame_sizes))
    assume(data_count(sum(len(block(one)) for one in encoded), room) <= DATA_SYMBOLS_MAX)
    return encoded, compose(encoded, room)


@st.composite
def data_sets(draw):
    """Return 1..64 equally long parts."""
    count, length = draw(st.integers(1, 64)), draw(st.integers(1, 6))
    joined = draw(st.binary(min_size=count * length, max_size=count * length))
    return [joined[at : at + length] for at in range(0, len(joined), length)]


shapes = st.builds(
    Shape,
    id=st.sampled_from(IDS),
    data_count=st.integers(1, DATA_SYMBOLS_MAX),
    symbol_bytes=st.integers(2, SYMBOL_BYTES_MAX),
)
small_shapes = st.builds(
    Shape, id=st.sampled_from(IDS), data_count=st.integers(1, 4), symbol_bytes=st.integers(2, 9)
)


@st.composite
def symbols(draw, of=shapes):
    """Return a symbol that anybody could seal: bytes of no meaning, or beginning like objects."""
    shape = draw(of)
    place = draw(st.sampled_from((b"\x00", b"\x01", b"\xff")) | st.binary(min_size=1, max_size=1))
    data = place + draw(st.sampled_from((b"", b"\x01x\x01y", b"\x81\x00", b"\xff\xff\xff\xff\xff")))
    filled = data + draw(st.binary(max_size=shape.symbol_bytes))
    return Symbol(
        shape,
        draw(st.integers(0, 255)),
        draw(st.integers(0, 255)),
        filled[: shape.symbol_bytes].ljust(shape.symbol_bytes, b"\0"),
    )


# The code


@settings(deadline=None)
@given(data_sets(), st.integers(0, 255))
def test_each_symbol_is_what_another_implementation_makes(data, index):
    assert erasure.symbol(data, index) == coded(data, index)


@settings(max_examples=60, deadline=None)
@given(data_sets(), st.randoms(use_true_random=False))
def test_any_as_many_of_the_256_symbols_give_back_the_data(data, dice):
    indices = dice.sample(range(256), len(data))
    known = {index: erasure.symbol(data, index) for index in indices}
    assert erasure.recover(known, len(data)) == data


# Batches


@given(batches())
def test_a_batch_is_opened_as_it_was_made(made):
    encoded, batch = made
    again, read = open_batch(batch.shape, batch.data)
    assert read == encoded
    assert (again.shape, again.ids, again.data) == (batch.shape, batch.ids, batch.data)
    assert all(len(part) == batch.shape.symbol_bytes for part in batch.data)
    assert len(batch.data) == batch.shape.data_count


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_whole_objects_are_read_exactly_when_all_their_bytes_are_there(made, dice):
    encoded, batch = made
    count, length = batch.shape.data_count, batch.shape.symbol_bytes - 1
    covering, at = [], 0
    for one in encoded:
        end = at + len(block(one))
        covering.append(set(range(at // length, (end - 1) // length + 1)))
        at = end
    data: dict[int, bytes] = {}
    for index in dice.sample(range(count), dice.randint(1, count)):
        data[index] = batch.data[index]
        whole = [
            one
            for one, needed in zip(encoded, covering, strict=True)
            if index in needed and needed <= set(data)
        ]
        assert whole_objects(data, index) == whole


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_a_collector_gives_each_object_once_before_the_end_and_all_at_the_end(made, dice):
    encoded, batch = made
    collector = Collector()
    early: list[bytes] = []
    indices = dice.sample(range(256), batch.shape.data_count)
    for index in indices[:-1]:
        early += collector.hear(Symbol(batch.shape, index, 0, batch.symbol(index)), 0)
        assert collector.known(batch.shape.id) is None
    last = indices[-1]
    assert collector.hear(Symbol(batch.shape, last, 0, batch.symbol(last)), 0) == encoded
    assert Counter(early) <= Counter(encoded)


@given(batches(), st.data())
def test_one_changed_byte_anywhere_is_refused(made, data):
    _, batch = made
    index = data.draw(st.integers(0, batch.shape.data_count - 1))
    at = data.draw(st.integers(0, batch.shape.symbol_bytes - 1))
    changed = bytearray(batch.data[index])
    changed[at] ^= data.draw(st.integers(1, 255))
    parts = [*batch.data]
    parts[index] = bytes(changed)
    with pytest.raises(PeerError, match="bad_batch"):
        open_batch(batch.shape, parts)


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False), st.binary(min_size=255, max_size=255))
def test_one_forged_symbol_spoils_the_batch_once_and_clean_data_brings_all_objects(
    made, dice, forged
):
    encoded, batch = made
    shape = batch.shape
    collector = Collector()
    indices = dice.sample(range(256), shape.data_count)
    forged_data = forged[: shape.symbol_bytes]
    assume(forged_data != batch.symbol(indices[0]))
    with pytest.raises(PeerError, match="bad_batch"):
        for index in indices:
            data = forged_data if index == indices[0] else batch.symbol(index)
            collector.hear(Symbol(shape, index, 0, data), 0)
    assert collector.known(shape.id) is None
    assert collector.missing(shape) == 0
    heard = [
        one
        for index in range(shape.data_count)
        for one in collector.hear(Symbol(shape, index, 0, batch.data[index]), 1)
    ]
    assert set(heard) == set(encoded)


@settings(deadline=None)
@given(contents, frame_sizes, frame_sizes, st.randoms(use_true_random=False))
def test_symbols_of_two_shapes_do_not_mix(encoded, one_size, other_size, dice):
    rooms = [symbol_room_bytes(size) for size in (one_size, other_size)]
    total = sum(len(block(one)) for one in encoded)
    assume(max(data_count(total, room) for room in rooms) <= DATA_SYMBOLS_MAX)
    one, other = (compose(encoded, room) for room in rooms)
    assume(one.shape != other.shape)
    assert one.shape.id == other.shape.id
    collector = Collector()
    for index in dice.sample(range(256), other.shape.data_count - 1):
        collector.hear(Symbol(other.shape, index, 0, other.symbol(index)), 0)
    indices = dice.sample(range(256), one.shape.data_count)
    for index in indices[:-1]:
        collector.hear(Symbol(one.shape, index, 0, one.symbol(index)), 0)
        assert collector.known(one.shape.id) is None
    last = indices[-1]
    assert collector.hear(Symbol(one.shape, last, 0, one.symbol(last)), 0) == list(encoded)


# Hostile bytes


def hear(collector, symbol):
    """Return what a symbol gives, None if it completes a batch that is refused."""
    try:
        return collector.hear(symbol, 0)
    except PeerError as refused:
        if refused.reason != "bad_batch":
            raise
        return None


@given(shapes, st.data())
def test_random_data_is_refused_or_is_the_one_form_of_its_objects(shape, data):
    size = shape.symbol_bytes
    parts = [
        data.draw(st.sampled_from((b"\0", b"\xff"))) + b"\x01x".ljust(size - 1, b"\0")[: size - 1]
        if data.draw(st.booleans())
        else data.draw(st.binary(min_size=size, max_size=size))
        for _ in range(min(shape.data_count, 6))
    ]
    try:
        batch, encoded = open_batch(shape, parts)
    except PeerError:
        return
    assert compose(encoded, size).data == batch.data == tuple(parts)


@given(st.lists(symbols(small_shapes), max_size=60))
def test_whatever_symbols_come_a_collector_raises_nothing_but_its_refusal(heard):
    collector = Collector()
    for symbol in heard:
        encoded = hear(collector, symbol)
        if encoded is None:
            assert collector.missing(symbol.shape) == 0
            continue
        assert all(encoded)
        collector.read(symbol.shape, is_news=bool(encoded))
        partials = collector.partials(PARTIALS_MAX, lacks=True)
        assert len({partial.batch for partial in partials}) == len(partials) <= PARTIALS_MAX
        assert all(1 <= partial.missing <= 4 for partial in partials)


@settings(max_examples=30, deadline=None)
@given(st.lists(symbols(), max_size=40))
def test_long_symbols_of_no_meaning_are_read_without_harm(heard):
    collector = Collector()
    for symbol in heard:
        encoded = hear(collector, symbol) or []
        assert sum(map(len, encoded)) <= DATA_SYMBOLS_MAX * SYMBOL_BYTES_MAX


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_what_a_collector_keeps_is_bounded(seed):
    dice = Random(seed)
    collector = Collector()
    for number in range(300):
        room = dice.randint(3, 12)
        batch = compose([dice.randbytes(dice.randint(1, 12)) for _ in range(2)], room)
        for index in dice.sample(range(256), dice.randint(1, batch.shape.data_count + 2)):
            collector.hear(Symbol(batch.shape, index, 0, batch.symbol(index)), number)
    assert len(collector._open) <= OPEN_MAX
    assert len(collector._known) == KNOWN_MAX
    for shape, gathered in collector._open.items():
        assert len(gathered.symbols) < shape.data_count


# Frames under our own MAC


def sealed(kind: int, payload: bytes) -> bytes:
    content = bytes([0xB0 | kind]) + b"\xab\xcd\x01" + payload
    return content + CODEC._mac(content)


@given(
    st.binary(min_size=4, max_size=4),
    st.integers(0, 255),
    st.integers(0, 255) | st.integers(60, 70),
    st.integers(0, 255),
    st.integers(0, 4) | st.integers(250, 260),
)
def test_a_symbol_frame_is_read_exactly_within_its_bounds(batch, index, count, remaining, size):
    frame = sealed(2, batch + bytes([index, count, remaining]) + b"d" * size)
    if not (1 <= count <= DATA_SYMBOLS_MAX and 2 <= size <= SYMBOL_BYTES_MAX):
        with pytest.raises(PeerError, match="bad_symbol"):
            CODEC.open(frame)
        return
    opened = CODEC.open(frame)
    assert opened.body == Symbol(Shape(BatchId(batch), count, size), index, remaining, b"d" * size)
    assert CODEC.seal(1, opened.body) == frame


partials = st.builds(
    lambda batch, missing: batch + bytes([missing]),
    st.binary(min_size=4, max_size=4),
    st.integers(0, DATA_SYMBOLS_MAX + 2),
)
hears = st.integers(0, HEARS_MAX + 2).map(lambda count: bytes([count]) + b"nn" * count)


@given(
    st.sampled_from((0x00, 0x01, 0x03, 0x04, 0x08, 0x0B, 0x1A, 0x89, 0x99)) | st.integers(0, 255),
    st.lists(partials, max_size=4).map(b"".join),
    hears,
    st.binary(max_size=24),
)
def test_a_beacon_with_anything_in_it_is_refused_or_said_again_alike(packed, named, heard, rest):
    bucket = b"\x00" * (packed >> 4 > 0)
    middle = named + (heard if packed & 0x08 else b"")
    frame = sealed(3, b"\x00\x61\xa8" + bytes([packed]) + bucket + b"cnck" + middle + rest)
    try:
        opened = CODEC.open(frame)
    except PeerError:
        return
    beacon = opened.body
    assert isinstance(beacon, Beacon)
    assert len(beacon.partials) <= PARTIALS_MAX
    assert all(1 <= one.missing <= DATA_SYMBOLS_MAX for one in beacon.partials)
    assert beacon.hears is None or len(beacon.hears) <= HEARS_MAX
    assert CODEC.seal(1, beacon) == frame


@given(st.integers(2, 3), st.binary(max_size=223))
def test_random_bytes_in_a_frame_that_is_ours_reach_the_collector_unharmed(kind, payload):
    try:
        opened = CODEC.open(sealed(kind, payload))
    except PeerError:
        return
    assert CODEC.seal(1, opened.body) == sealed(kind, payload)
    if isinstance(opened.body, Symbol):
        hear(Collector(), opened.body)
