import pytest

from meshnode.links.meshtastic.framing import FLUSH_BYTES, WAKE_BYTES, FrameDecoder, encode
from meshnode.protocol.errors import CallerError


def test_a_frame_is_magic_length_payload() -> None:
    assert encode(b"abc") == b"\x94\xc3\x00\x03abc"


def test_a_payload_of_512_bytes_fits_and_one_of_513_does_not() -> None:
    assert FrameDecoder().feed(encode(bytes(512))) == [bytes(512)]
    with pytest.raises(CallerError, match="513 bytes"):
        encode(bytes(513))


def test_console_text_between_frames_is_skipped_and_counted() -> None:
    decoder = FrameDecoder()
    text = b"INFO | 12:00 Booting\r\n"
    assert decoder.feed(text + encode(b"one") + text + encode(b"two")) == [b"one", b"two"]
    assert decoder.junk_bytes == 2 * len(text)


def test_wake_bytes_are_junk_to_a_decoder() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(WAKE_BYTES + encode(b"x")) == [b"x"]
    assert decoder.junk_bytes == 32


def test_a_length_beyond_the_limit_costs_one_byte_not_the_frame_behind_it() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(b"\x94\xc3\x02\x01" + encode(b"next")) == [b"next"]


def test_a_magic_that_begins_inside_another_is_found() -> None:
    assert FrameDecoder().feed(b"\x94" + encode(b"x")) == [b"x"]
    assert FrameDecoder().feed(b"\x94\xc3\x94\xc3\x00\x01x") == [b"x"]


def test_an_empty_payload_is_a_frame() -> None:
    assert FrameDecoder().feed(encode(b"")) == [b""]


def test_frames_swallowed_by_a_half_frame_come_out_once_it_makes_no_sense() -> None:
    decoder = FrameDecoder(is_message=lambda payload: payload.startswith(b"ok"))
    half = encode(b"ok" + bytes(60))[:20]
    following = [b"ok" + bytes([number]) * 20 for number in range(3)]
    # The rest of the half frame comes out of the frames behind it, so the first try makes sense
    # only by its beginning: here it does, and costs what it covered.
    assert decoder.feed(half + b"".join(map(encode, following)))[-1] == following[-1]

    strict = FrameDecoder(is_message=following.__contains__)
    assert strict.feed(half + b"".join(map(encode, following))) == following


def test_a_half_frame_that_is_abandoned_gives_back_what_hid_inside() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(b"\x94\xc3\x01\x00" + encode(b"hidden")) == []
    assert decoder.is_inside_frame
    assert decoder.abandon() == [b"hidden"]
    assert not decoder.is_inside_frame


def test_flush_bytes_end_any_frame_that_was_begun() -> None:
    decoder = FrameDecoder(is_message=lambda payload: payload == b"hello")
    decoder.feed(b"\x94\xc3\x02\x00 begun and never finished")
    assert decoder.feed(FLUSH_BYTES + encode(b"hello")) == [b"hello"]
