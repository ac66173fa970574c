from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.meshtastic.framing import HEADER_BYTES, MAGIC, FrameDecoder, encode
from meshnode.links.meshtastic.session import is_message

payloads = st.lists(st.binary(max_size=512), max_size=6)
quiet_junk = st.binary(max_size=80).filter(lambda junk: MAGIC[0] not in junk)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(position % (len(data) + 1) for position in at)})
    return [data[start:end] for start, end in pairwise(edges)]


@given(payloads, st.lists(st.integers(0, 5000), max_size=20))
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    sent: list[bytes], at: list[int]
) -> None:
    decoder = FrameDecoder()
    stream = b"".join(map(encode, sent))
    received = [payload for part in cut(stream, at) for payload in decoder.feed(part)]
    assert received == sent
    assert decoder.junk_bytes == 0


@given(payloads, quiet_junk)
def test_frames_survive_junk_before_and_between_byte_by_byte(
    sent: list[bytes], junk: bytes
) -> None:
    decoder = FrameDecoder()
    stream = b"".join(junk + encode(payload) for payload in sent)
    received = [payload for byte in stream for payload in decoder.feed(bytes([byte]))]
    assert received == sent
    assert decoder.junk_bytes == len(junk) * len(sent)


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_every_byte_is_in_a_frame_or_counted_as_junk_or_waits(parts: list[bytes]) -> None:
    decoder = FrameDecoder(is_message)
    received = [payload for part in parts for payload in decoder.feed(part)]
    framed = sum(HEADER_BYTES + len(payload) for payload in received)
    waiting = sum(map(len, parts)) - framed - decoder.junk_bytes
    assert 0 <= waiting < HEADER_BYTES + 512
    assert decoder.is_inside_frame == (waiting > 0)


@given(st.binary(max_size=600), st.binary(min_size=1, max_size=200))
def test_after_any_junk_the_stream_is_found_again(junk: bytes, payload: bytes) -> None:
    wanted = b"\x01" + payload
    decoder = FrameDecoder(is_message=wanted.__eq__)
    received = decoder.feed(junk + encode(wanted))
    while decoder.is_inside_frame:
        received += decoder.abandon()
    assert received == [wanted]


@given(st.binary(max_size=2000), st.integers(1, 64))
def test_cutting_never_changes_what_is_found(stream: bytes, step: int) -> None:
    whole, stepwise = FrameDecoder(is_message), FrameDecoder(is_message)
    expected = whole.feed(stream)
    parts = [stream[start : start + step] for start in range(0, len(stream), step)]
    assert [payload for part in parts for payload in stepwise.feed(part)] == expected
    assert stepwise.junk_bytes == whole.junk_bytes
