"""Frames: what is sealed opens, what is not ours is refused, and nothing else can happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol.batch import (
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    SYMBOL_BYTES_MIN,
    BatchId,
    Shape,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import (
    DEPTH_MAX,
    HEARS_MAX,
    PARTIALS_MAX,
    Beacon,
    Hello,
    Objects,
    Partial,
    RadioCodec,
    Ranges,
    Scope,
    Symbol,
    Total,
    decode_stream,
    encode_stream,
)

CODEC = RadioCodec(b"k" * 32, b"\xab\xcd\x00\x00")
OTHER = RadioCodec(b"o" * 32, b"\xab\xcd\x00\x00")

batch_ids = st.binary(min_size=4, max_size=4).map(BatchId)
objects = st.lists(st.binary(max_size=60), max_size=4).map(lambda one: Objects(tuple(one)))
symbols = st.binary(min_size=SYMBOL_BYTES_MIN, max_size=SYMBOL_BYTES_MAX).flatmap(
    lambda data: st.builds(
        Symbol,
        shape=st.builds(
            Shape,
            id=batch_ids,
            data_count=st.integers(1, DATA_SYMBOLS_MAX),
            symbol_bytes=st.just(len(data)),
        ),
        index=st.integers(0, 255),
        remaining=st.integers(0, 255),
        data=st.just(data),
    )
)
partials = st.builds(Partial, batch=batch_ids, missing=st.integers(1, DATA_SYMBOLS_MAX))
senders = st.binary(min_size=2, max_size=2)
beacons = st.integers(0, DEPTH_MAX).flatmap(
    lambda depth: st.builds(
        Beacon,
        cutoff_hour=st.integers(0, 2**24 - 1),
        depth=st.just(depth),
        bucket=st.integers(0, 2**depth - 1 if depth else 0),
        count=st.integers(0, 0xFFFF),
        check=st.integers(0, 0xFFFF),
        partials=st.lists(partials, max_size=PARTIALS_MAX).map(tuple),
        syndromes=st.integers(1, 24).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n)),
        hears=st.none() | st.lists(senders, max_size=HEARS_MAX).map(tuple),
        scope=st.just(Scope.ALL) if depth else st.sampled_from(Scope),
    )
)
bodies = st.one_of(objects, symbols, beacons)


@given(st.integers(0, 255), bodies)
def test_what_is_sealed_opens_as_it_was(number, body):
    frame = CODEC.open(CODEC.seal(number, body))
    assert (frame.sender, frame.number, frame.body) == (b"\xab\xcd", number, body)


@given(bodies)
def test_another_community_s_frame_is_refused(body):
    with pytest.raises(PeerError, match="wrong_mac"):
        CODEC.open(OTHER.seal(1, body))


@given(bodies, st.data())
def test_a_changed_byte_is_refused(body, data):
    frame = bytearray(CODEC.seal(1, body))
    at = data.draw(st.integers(0, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PeerError):
        CODEC.open(bytes(frame))


@given(st.binary(max_size=240))
def test_random_bytes_are_only_refused(data):
    with pytest.raises(PeerError):
        CODEC.open(data)


@given(st.integers(0, 15), st.binary(max_size=120))
def test_random_content_under_our_own_mac_is_read_strictly(kind, payload):
    content = bytes([0xB0 | kind]) + b"\xab\xcd" + b"\x01" + payload
    frame = content + CODEC._mac(content)
    try:
        opened = CODEC.open(frame)
    except PeerError:
        return
    assert CODEC.seal(opened.number, opened.body) == frame


@given(
    st.one_of(
        objects,
        st.builds(
            Hello,
            cutoff_hour=st.integers(0, 2**24 - 1),
            encoded=st.lists(st.binary(max_size=60), max_size=3).map(tuple),
        ),
        st.builds(Ranges, cutoff_hour=st.integers(0, 2**24 - 1), message=st.binary(max_size=99)),
        st.builds(
            Total,
            cutoff_hour=st.integers(0, 2**24 - 1),
            count=st.integers(0, 2**32),
            digest=st.binary(min_size=8, max_size=8),
        ),
    )
)
def test_stream_frames_are_read_as_they_were_written(frame):
    assert decode_stream(encode_stream(frame)) == frame


@given(st.binary(max_size=200))
def test_random_stream_bytes_are_refused_or_read_strictly(data):
    try:
        frame = decode_stream(data)
    except PeerError:
        return
    assert encode_stream(frame) == data
