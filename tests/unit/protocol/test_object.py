from hashlib import sha256
from random import Random

import pytest

from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.limits import (
    BODY_BYTES_MAX,
    CREATED_MIN_MAX,
    OBJECT_BYTES_MAX,
    OBJECT_OVERHEAD_BYTES_MAX,
    SEQUENCE_MAX,
)
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ShortId,
    SignedObject,
    compose,
    decode,
    lifetime_code_for,
)

KEY = SigningKey(b"\x02" * 32)
COMMUNITY = CommunityId(b"\x01" * 16)
PARENT = ShortId(b"\xaa\xbb\xcc\xdd")


def made(
    *,
    kind: int = Kind.BULLETIN,
    body: bytes = b"body",
    sequence: int = 1,
    created_min: int = 1_000_000,
    lifetime_code: int = 4,
    codec: int = 0,
    parent: ShortId | None = None,
) -> SignedObject:
    return compose(
        key=KEY,
        community=COMMUNITY,
        kind=kind,
        body=body,
        sequence=sequence,
        created_min=created_min,
        lifetime_code=lifetime_code,
        codec=codec,
        parent=parent,
    )


def reason_of(encoded: bytes) -> str:
    with pytest.raises(PeerError) as refused:
        decode(encoded)
    return refused.value.reason


@pytest.mark.parametrize("kind", [0, 3, 30, 31, 32, 286])
@pytest.mark.parametrize("parent", [None, PARENT])
def test_what_is_composed_decodes_to_the_same(kind: int, parent: ShortId | None) -> None:
    object_ = made(kind=kind, parent=parent, codec=7, lifetime_code=15, sequence=300)
    assert decode(object_.encoded) == object_
    assert (object_.kind, object_.parent, object_.codec) == (kind, parent, 7)
    assert (object_.lifetime_code, object_.sequence, object_.body) == (15, 300, b"body")
    assert object_.author == KEY.id
    assert object_.is_signed_by(KEY.public, COMMUNITY)


@pytest.mark.parametrize(
    ("kind", "sequence", "parent", "overhead"),
    [
        (0, 0, None, 74),
        (30, 127, None, 74),
        (30, 128, None, 75),
        (31, 127, None, 75),
        (30, 127, PARENT, 78),
        (286, SEQUENCE_MAX, PARENT, 83),
    ],
)
def test_the_bytes_beside_the_body_are_as_few_as_promised(
    kind: int, sequence: int, parent: ShortId | None, overhead: int
) -> None:
    object_ = made(kind=kind, sequence=sequence, parent=parent, body=b"")
    assert len(object_.encoded) == overhead <= OBJECT_OVERHEAD_BYTES_MAX


def test_the_id_is_a_hash_of_all_bytes() -> None:
    object_ = made()
    assert object_.id == sha256(object_.encoded).digest()[:16]
    assert object_.short_id == object_.id[:4]


def test_the_signature_holds_for_one_key_and_one_community() -> None:
    object_ = made()
    other = SigningKey(b"\x03" * 32).public
    assert not object_.is_signed_by(other, COMMUNITY)
    assert not object_.is_signed_by(KEY.public, CommunityId(b"\x02" * 16))


def test_a_thousand_flipped_bits_are_all_refused() -> None:
    dice = Random(1)
    original = made(body=bytes(range(64)), parent=PARENT, sequence=70_000)
    for _ in range(1000):
        flipped = bytearray(original.encoded)
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        try:
            assert not decode(bytes(flipped)).is_signed_by(KEY.public, COMMUNITY)
        except PeerError as error:
            assert error.reason in {"unknown_version", "not_canonical"}  # noqa: PT017


def test_an_object_cut_or_lengthened_anywhere_is_refused() -> None:
    original = made(parent=PARENT)
    for length in range(len(original.encoded)):
        if length < len(original.encoded) - len(original.body):
            assert reason_of(original.encoded[:length]) == "truncated"
        else:
            assert not decode(original.encoded[:length]).is_signed_by(KEY.public, COMMUNITY)
    assert not decode(original.encoded + b"\0").is_signed_by(KEY.public, COMMUNITY)


@pytest.mark.parametrize("version", range(1, 8))
def test_another_version_is_refused(version: int) -> None:
    encoded = made().encoded
    assert reason_of(bytes([encoded[0] | version << 5]) + encoded[1:]) == "unknown_version"


def test_a_sequence_number_in_a_longer_form_is_refused() -> None:
    encoded = made(sequence=1).encoded
    assert encoded[6] == 1
    assert reason_of(encoded[:6] + b"\x81\x00" + encoded[7:]) == "not_canonical"


def test_the_bound_of_the_body_holds_from_both_sides() -> None:
    largest = made(body=b"x" * BODY_BYTES_MAX)
    assert decode(largest.encoded).is_signed_by(KEY.public, COMMUNITY)
    assert reason_of(largest.encoded[:20] + b"x" + largest.encoded[20:]) == "oversize"
    with pytest.raises(LimitError, match=f"takes {BODY_BYTES_MAX + 1} bytes; at most"):
        made(body=b"x" * (BODY_BYTES_MAX + 1))


def test_the_largest_object_of_all_fits_its_bound() -> None:
    largest = made(kind=286, sequence=SEQUENCE_MAX, parent=PARENT, body=b"x" * BODY_BYTES_MAX)
    assert len(largest.encoded) <= OBJECT_BYTES_MAX
    assert reason_of(bytes(OBJECT_BYTES_MAX + 1)) == "oversize"


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [
        ("kind", [0, 286], [-1, 287]),
        ("codec", [0, 7], [-1, 8]),
        ("lifetime_code", [0, 15], [-1, 16]),
        ("sequence", [0, SEQUENCE_MAX], [-1, SEQUENCE_MAX + 1]),
        ("created_min", [0, CREATED_MIN_MAX], [-1, CREATED_MIN_MAX + 1]),
    ],
)
def test_each_number_keeps_to_its_field(field: str, inside: list[int], outside: list[int]) -> None:
    for value in inside:
        assert getattr(made(**{field: value}), field) == value  # type: ignore[arg-type]
    for value in outside:
        with pytest.raises(CallerError):
            made(**{field: value})  # type: ignore[arg-type]


def test_an_object_ends_when_its_lifetime_is_over() -> None:
    ends = [made(lifetime_code=code).expires_min - 1_000_000 for code in range(16)]
    assert ends == list(LIFETIME_MINUTES) == sorted(set(ends))


def test_the_shortest_lifetime_that_is_long_enough_is_chosen() -> None:
    assert [lifetime_code_for(minutes) for minutes in (1, 60, 61, 180, 181)] == [0, 0, 1, 1, 2]
    assert lifetime_code_for(365 * 1440) == 15


@pytest.mark.parametrize("minutes", [0, -1, 365 * 1440 + 1])
def test_a_lifetime_beyond_a_year_or_of_nothing_is_refused(minutes: int) -> None:
    with pytest.raises(LimitError, match=f"lifetime of {minutes} minutes"):
        lifetime_code_for(minutes)
