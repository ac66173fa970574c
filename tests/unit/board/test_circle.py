"""Circles: listings and epochs as bytes, in one form only."""

from dataclasses import replace

import pytest

from meshnode.board.mail.circle import (
    CircleFields,
    CircleId,
    CirclePolicy,
    EpochFields,
    Member,
    MemberId,
    decode_circle,
    decode_epoch,
    encode_circle,
    encode_epoch,
)
from meshnode.protocol.errors import CallerError, LimitError, PeerError

CIRCLE = CircleId(b"circ")
OPEN = CirclePolicy(is_open=True, has_history=False)
LISTING = CircleFields(CIRCLE, OPEN, "Chor Nordmarkt")
ONE, TWO = (MemberId(bytes([number]) * 8) for number in (1, 2))
EPOCH = EpochFields(
    circle=CIRCLE,
    number=3,
    policy=CirclePolicy(is_open=False, has_history=True),
    name="Hof",
    members=(Member(0, ONE), Member(254, TWO)),
    secret=b"s" * 16,
    earlier=(b"r" * 16,),
)
HEAD = b"circ\x00\x03\x02\x03Hof" + b"s" * 16
MEMBERS = b"\x02\x00" + ONE + b"\xfe" + TWO


def test_a_listing_is_written_as_specified() -> None:
    body = encode_circle(LISTING)
    assert body == b"circ\x01Chor Nordmarkt"
    assert decode_circle(0, body) == LISTING


def test_an_epoch_is_written_as_specified() -> None:
    data = encode_epoch(EPOCH)
    assert data == HEAD + MEMBERS + b"r" * 16
    assert decode_epoch(data) == EPOCH


def test_an_epoch_does_not_print_its_secrets() -> None:
    assert "ssss" not in repr(EPOCH)
    assert "rrrr" not in repr(EPOCH)


@pytest.mark.parametrize(
    ("codec", "body", "reason"),
    [
        (1, b"circ\x00Chor", "unexpected_codec"),
        (0, b"cir", "truncated"),
        (0, b"circ\x04Chor", "bad_value"),
        (0, b"circ\x00", "bad_length"),
        (0, b"circ\x00" + b"x" * 41, "oversize"),
        (0, b"circ\x00 Chor", "not_canonical"),
        (0, b"circ\x00Chor\n", "bad_character"),
        (0, b"circ\x00\xff", "bad_utf8"),
    ],
)
def test_a_listing_in_another_form_is_refused(codec: int, body: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as refused:
        decode_circle(codec, body)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (HEAD, "truncated"),
        (HEAD + b"\x00", "bad_value"),
        (HEAD + b"\x1f" + bytes(31 * 9), "bad_value"),
        (HEAD + b"\x02\x01" + ONE + b"\x01" + TWO, "not_canonical"),
        (HEAD + b"\x02\x05" + ONE + b"\x01" + TWO, "not_canonical"),
        (HEAD + b"\x02\x00" + ONE + b"\xff" + TWO, "not_canonical"),
        (HEAD + b"\x02\x00" + ONE + b"\x01" + ONE, "not_canonical"),
        (HEAD + MEMBERS + b"r" * 15, "trailing_bytes"),
        (HEAD + MEMBERS + b"r" * 64, "bad_value"),
        (HEAD.replace(b"\x00\x03\x02", b"\x00\x03\x00") + MEMBERS + b"r" * 16, "bad_value"),
    ],
)
def test_an_epoch_in_another_form_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as refused:
        decode_epoch(data)
    assert refused.value.reason == reason


@pytest.mark.parametrize("name", ["", " Chor", "Chor\n", "a\tb", "\u202eChor", "ä" * 21])
def test_a_name_that_cannot_be_shown_is_said_to_who_chose_it(name: str) -> None:
    with pytest.raises(LimitError, match="name"):
        encode_circle(replace(LISTING, name=name))


def test_a_circle_too_large_is_said() -> None:
    members = tuple(Member(place, MemberId(bytes([place]) * 8)) for place in range(31))
    with pytest.raises(LimitError, match="31 devices"):
        encode_epoch(replace(EPOCH, members=members))
    assert decode_epoch(encode_epoch(replace(EPOCH, members=members[:30]))).members == members[:30]


@pytest.mark.parametrize(
    "changes",
    [
        {"circle": CircleId(b"cir")},
        {"number": 65_536},
        {"number": 0},
        {"members": ()},
        {"members": (Member(1, ONE), Member(0, TWO))},
        {"members": (Member(0, ONE), Member(1, ONE))},
        {"members": (Member(255, ONE),)},
        {"members": (Member(-1, ONE),)},
        {"members": (Member(0, MemberId(b"short")),)},
        {"secret": b"s" * 15},
        {"earlier": (b"r" * 17,)},
        {"policy": OPEN},
    ],
    ids=str,
)
def test_a_caller_that_gives_nonsense_is_told(changes: dict[str, object]) -> None:
    with pytest.raises(CallerError):
        encode_epoch(replace(EPOCH, **changes))  # type: ignore[arg-type]
