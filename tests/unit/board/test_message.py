"""Payloads: what devices say to each other, in one form only."""

import pytest

from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, Member, MemberId
from meshnode.board.mail.message import (
    CircleRequest,
    Content,
    Receipt,
    Text,
    Wish,
    decode_circle_payload,
    decode_payload,
    encode_circle_payload,
    encode_payload,
)
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.object import ShortId

ONE, TWO, THREE = (ShortId(bytes([number]) * 4) for number in (1, 2, 3))
EPOCH = EpochFields(
    circle=CircleId(b"circ"),
    number=2,
    policy=CirclePolicy(is_open=True, has_history=True),
    name="Hofgemeinschaft",
    members=(Member(0, MemberId(b"\x01" * 8)), Member(5, MemberId(b"\x02" * 8))),
    secret=b"s" * 16,
    earlier=(b"r" * 16, b"q" * 16),
)
CONTENTS: list[Content] = [
    Text("Ja."),
    Text("Ja.", reply_to=ONE),
    Receipt(reached=(ONE, THREE), read=(TWO,)),
    Receipt(read=(TWO,)),
    CircleRequest(CircleId(b"circ"), Wish.JOIN),
    CircleRequest(CircleId(b"circ"), Wish.LEAVE),
    EPOCH,
]


def padded(content: bytes) -> bytes:
    return content + b"\x80" + bytes((5 - len(content) - 1) % 16)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_every_content_reads_back_the_same(content: Content) -> None:
    payload = encode_payload(content, number=65_535)
    assert decode_payload(payload) == (65_535, content)
    assert len(payload) % 16 == 5


@pytest.mark.parametrize("content", CONTENTS[:4], ids=lambda content: type(content).__name__)
def test_texts_and_receipts_are_said_in_circles(content: Text | Receipt) -> None:
    assert decode_circle_payload(encode_circle_payload(content)) == content


def test_nothing_else_is_said_in_circles() -> None:
    payload = padded(b"\x30circ\x00")
    with pytest.raises(PeerError) as refused:
        decode_circle_payload(payload)
    assert refused.value.reason == "bad_value"


def test_texts_of_many_lengths_have_few() -> None:
    lengths = {len(encode_payload(Text("ß" * count), number=1)) for count in range(1, 100)}
    assert lengths <= set(range(5, 250, 16))
    assert len(lengths) < 8


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not_canonical"),
        (bytes(5), "not_canonical"),
        (padded(b"\x00\x00\x01Ja.")[:-1], "not_canonical"),
        (padded(b"\x00\x00\x01Ja.") + bytes(16), "not_canonical"),
        (padded(b"\x00\x00\x01Ja.")[:-1] + b"\x01", "not_canonical"),
        (b"\x80" + bytes(2000 + 4), "oversize"),
        (padded(b"\x00\x00"), "truncated"),
        (padded(b"\x00\x00\x01"), "bad_length"),
        (padded(b"\x01\x00\x01abc"), "truncated"),
        (padded(b"\x01\x00\x01abcd"), "bad_length"),
        (padded(b"\x0e\x00\x01abcd"), "unknown_codec"),
        (padded(b"\x00\x00\x01\xff"), "bad_utf8"),
        (padded(b"\x00\x00\x01" + b"x" * 1601), "bad_length"),
        (padded(b"\x40\x00\x01"), "unknown_type"),
        (padded(b"\x11\x00\x01\x00" + ONE), "not_canonical"),
        (padded(b"\x12\x00\x01\x00" + ONE), "not_canonical"),
        (padded(b"\x10\x00\x01\x00"), "bad_value"),
        (padded(b"\x10\x00\x01\x02" + ONE), "bad_value"),
        (padded(b"\x10\x00\x01\x00" + ONE + b"x"), "trailing_bytes"),
        (padded(b"\x10\x00\x01\x02" + TWO + ONE), "not_canonical"),
        (padded(b"\x10\x00\x01\x01" + ONE + ONE), "not_canonical"),
        (padded(b"\x10\x00\x01\x00" + b"".join(bytes([i]) * 4 for i in range(65))), "bad_value"),
        (padded(b"\x30\x00\x01circ"), "truncated"),
        (padded(b"\x30\x00\x01circ\x02"), "bad_value"),
        (padded(b"\x30\x00\x01circ\x00\x00"), "trailing_bytes"),
        (padded(b"\x20\x00\x01circ"), "truncated"),
    ],
)
def test_another_form_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as refused:
        decode_payload(payload)
    assert refused.value.reason == reason


def test_what_is_out_of_bounds_is_said_to_who_wrote_it() -> None:
    with pytest.raises(LimitError, match="0 characters"):
        encode_payload(Text(""), number=1)
    with pytest.raises(LimitError, match="1601 characters"):
        encode_payload(Text("x" * 1601), number=1)
    with pytest.raises(LimitError, match="0 messages"):
        encode_payload(Receipt(), number=1)


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (Text("Ja."), 65_536),
        (Text("Ja."), -1),
        (Text("Ja.", reply_to=ShortId(b"abc")), 1),
        (Receipt(reached=(TWO, ONE)), 1),
        (Receipt(reached=(ONE,), read=(ONE,)), 1),
        (Receipt(reached=(ShortId(b"abc"),)), 1),
        (CircleRequest(CircleId(b"abc"), Wish.JOIN), 1),
    ],
)
def test_a_caller_that_gives_nonsense_is_told(content: Content, number: int) -> None:
    with pytest.raises(CallerError):
        encode_payload(content, number=number)
