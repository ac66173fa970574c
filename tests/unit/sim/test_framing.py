import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol.errors import CallerError
from meshnode.sim.firmware.framing import MESSAGE_BYTES_MAX, StreamDecoder, framed

MESSAGES = st.lists(st.binary(max_size=MESSAGE_BYTES_MAX), max_size=4)


@given(MESSAGES, st.integers(min_value=1, max_value=97))
def test_messages_survive_any_division_of_the_stream(messages: list[bytes], step: int) -> None:
    data = b"".join(framed(each) for each in messages)
    decoder = StreamDecoder()
    found = []
    for start in range(0, len(data), step):
        found += decoder.feed(data[start : start + step])
    assert found == messages


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    decoder = StreamDecoder()
    assert all(len(each) <= MESSAGE_BYTES_MAX for each in decoder.feed(data))
    decoder.feed(b"\xc3" * (MESSAGE_BYTES_MAX + 4))
    assert decoder.feed(framed(b"hello")) == [b"hello"]


def test_wake_bytes_and_text_are_skipped() -> None:
    stream = b"\xc3" * 32 + b"INFO | boot\r\n" + framed(b"one") + b"\x00" + framed(b"")
    assert StreamDecoder().feed(stream) == [b"one", b""]


def test_a_bogus_length_starts_the_search_anew() -> None:
    assert StreamDecoder().feed(b"\x94\xc3\xff\xff" + framed(b"next")) == [b"next"]


def test_a_message_longer_than_a_stream_carries_is_refused() -> None:
    with pytest.raises(CallerError, match="513 bytes, at most 512"):
        framed(bytes(513))
