from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet.stream_frames import KEEPALIVE, FrameDecoder, encode_frame
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX


def pieces_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[a:b] for a, b in pairwise(edges)]


@given(st.lists(st.binary(max_size=300), max_size=20), st.lists(st.integers(0), max_size=20))
def test_frames_survive_any_cutting_of_the_stream(frames: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(encode_frame, frames))
    decoder = FrameDecoder()
    received = [frame for piece in pieces_of(stream, cuts) for frame in decoder.feed(piece)]
    assert received == [frame for frame in frames if frame]


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_random_bytes_give_frames_or_one_kind_of_error(pieces: list[bytes]) -> None:
    decoder = FrameDecoder()
    given_bytes = sum(map(len, pieces))
    received = 0
    with suppress(PeerError):
        for piece in pieces:
            received += sum(len(frame) for frame in decoder.feed(piece))
    assert received <= given_bytes


@pytest.mark.parametrize("length", [1, 255, 256, 65_535, STREAM_FRAME_BYTES_MAX])
def test_every_length_up_to_the_bound_is_carried(length: int) -> None:
    frame = b"\xa5" * length
    encoded = encode_frame(frame)
    assert encoded[:3] == length.to_bytes(3, "big")
    assert list(FrameDecoder().feed(encoded)) == [frame]


def test_the_keepalive_is_three_zeros_and_reaches_nobody() -> None:
    assert KEEPALIVE == encode_frame(b"") == b"\0\0\0"
    assert list(FrameDecoder().feed(KEEPALIVE * 3 + encode_frame(b"x"))) == [b"x"]


def test_a_frame_beyond_the_bound_is_our_mistake_when_sent() -> None:
    with pytest.raises(CallerError, match="65536 bytes, not 65537"):
        encode_frame(bytes(STREAM_FRAME_BYTES_MAX + 1))


def test_a_length_beyond_the_bound_is_refused_before_its_frame_arrives() -> None:
    decoder = FrameDecoder()
    frames = decoder.feed(encode_frame(b"good") + b"\x01\x00\x01")
    assert next(frames) == b"good"
    with pytest.raises(PeerError, match="frame_too_long: 65537 bytes announced"):
        next(frames)
