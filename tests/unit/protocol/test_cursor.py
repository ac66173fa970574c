import pytest

from meshnode.protocol.cursor import Reader, block, varint
from meshnode.protocol.errors import CallerError, PeerError


def reason_of(data: bytes, read: str, **bounds: int) -> str:
    with pytest.raises(PeerError) as refused:
        getattr(Reader(data), read)(**bounds)
    return refused.value.reason


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "8001"),
        (300, "ac02"),
        (16_383, "ff7f"),
        (16_384, "808001"),
        (2**28 - 1, "ffffff7f"),
        (2**28, "8080808001"),
        (2**35 - 1, "ffffffff7f"),
    ],
)
def test_a_varint_has_one_form(value: int, encoded: str) -> None:
    assert varint(value).hex() == encoded
    reader = Reader(bytes.fromhex(encoded))
    assert reader.varint() == value
    reader.finish()


@pytest.mark.parametrize("value", [-1, 2**35])
def test_a_number_that_no_varint_holds_is_our_own_mistake(value: int) -> None:
    with pytest.raises(CallerError):
        varint(value)


@pytest.mark.parametrize("encoded", ["8000", "808000", "ff00", "ffffffff8000", "8080808080"])
def test_a_varint_longer_than_needed_is_refused(encoded: str) -> None:
    assert reason_of(bytes.fromhex(encoded), "varint") == "not_canonical"


@pytest.mark.parametrize("encoded", ["", "80", "ffffffff"])
def test_a_varint_without_an_end_is_refused(encoded: str) -> None:
    assert reason_of(bytes.fromhex(encoded), "varint") == "truncated"


def test_reading_ends_exactly_at_the_end() -> None:
    reader = Reader(b"abcdef")
    assert (reader.uint(2), reader.take(3), reader.remaining) == (0x6162, b"cde", 1)
    assert reader.rest() == b"f"
    assert reader.rest() == b""
    reader.finish()
    with pytest.raises(PeerError, match="1 bytes wanted, 0 left"):
        reader.take(1)


def test_a_negative_length_is_refused() -> None:
    assert reason_of(b"abc", "take", length=-1) == "truncated"


def test_bytes_left_over_are_refused() -> None:
    assert reason_of(b"a", "finish") == "trailing_bytes"


def test_the_bound_of_a_block_holds_from_both_sides() -> None:
    assert Reader(block(b"12345")).block(bytes_max=5) == b"12345"
    assert reason_of(block(b"12345"), "block", bytes_max=4) == "oversize"
    assert reason_of(block(b"12345")[:-1], "block", bytes_max=5) == "truncated"
