"""Profiles, invitations and withdrawals."""

from dataclasses import replace

import pytest

from meshnode.board.invitation import InvitationFields, decode_invitation, encode_invitation
from meshnode.board.profile import (
    ProfileFields,
    certifies,
    clean_name,
    decode_profile,
    encode_profile,
    sign_certificate,
)
from meshnode.board.withdrawal import WITHDRAWAL_BODY, decode_withdrawal
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import PublicKey, SigningKey, community_id
from meshnode.protocol.object import ShortId

ROOT, NODE, OTHER = (SigningKey(bytes([byte]) * 32) for byte in (1, 2, 3))
COMMUNITY = community_id(ROOT.public)
PROFILE = ProfileFields(
    public_key=NODE.public,
    granted_min=1_052_640,
    certificate=sign_certificate(ROOT, COMMUNITY, NODE.public, 1_052_640),
    name="Nordmarkt",
)
INVITATION = InvitationFields(public_key=OTHER.public, valid_until_min=1_060_000)
SMALL_ORDER = PublicKey(bytes(32))
BEFORE_NAME = encode_profile(PROFILE)[:99]


def profile_reason(body: bytes, codec: int = 0) -> str:
    with pytest.raises(PeerError) as refused:
        decode_profile(codec, body)
    return refused.value.reason


def invitation_reason(body: bytes, codec: int = 0) -> str:
    with pytest.raises(PeerError) as refused:
        decode_invitation(codec, body)
    return refused.value.reason


@pytest.mark.parametrize("name", ["N", "Küche St. Josef", "n" * 40, "ä" * 20, "🚰" * 10])
@pytest.mark.parametrize("granted_min", [0, 2**24 - 1])
def test_a_profile_decodes_to_what_was_encoded(name: str, granted_min: int) -> None:
    fields = replace(PROFILE, name=name, granted_min=granted_min)
    assert decode_profile(0, encode_profile(fields)) == fields


def test_a_certificate_counts_for_its_certifier_community_subject_and_minute() -> None:
    assert certifies(ROOT.public, COMMUNITY, PROFILE)
    assert not certifies(OTHER.public, COMMUNITY, PROFILE)
    assert not certifies(ROOT.public, community_id(OTHER.public), PROFILE)
    assert not certifies(ROOT.public, COMMUNITY, replace(PROFILE, public_key=OTHER.public))
    assert not certifies(ROOT.public, COMMUNITY, replace(PROFILE, granted_min=1_052_641))
    flipped = PROFILE.certificate[:-1] + bytes([PROFILE.certificate[-1] ^ 1])
    assert not certifies(ROOT.public, COMMUNITY, replace(PROFILE, certificate=flipped))


def test_a_certificate_says_nothing_about_the_name() -> None:
    assert certifies(ROOT.public, COMMUNITY, replace(PROFILE, name="Hafen"))


def test_a_certifier_of_small_order_certifies_nobody() -> None:
    forged = replace(PROFILE, certificate=bytes([1]) + bytes(63))
    assert not certifies(SMALL_ORDER, COMMUNITY, forged)


@pytest.mark.parametrize("granted_min", [-1, 2**24])
def test_a_minute_that_does_not_fit_is_our_own_mistake(granted_min: int) -> None:
    with pytest.raises(CallerError):
        sign_certificate(ROOT, COMMUNITY, NODE.public, granted_min)
    with pytest.raises(CallerError):
        encode_profile(replace(PROFILE, granted_min=granted_min))
    with pytest.raises(CallerError):
        encode_invitation(replace(INVITATION, valid_until_min=granted_min))


def test_a_key_without_a_valid_form_is_our_own_mistake() -> None:
    with pytest.raises(CallerError):
        encode_profile(replace(PROFILE, public_key=SMALL_ORDER))
    with pytest.raises(CallerError):
        encode_profile(replace(PROFILE, certificate=b""))
    with pytest.raises(CallerError):
        encode_invitation(replace(INVITATION, public_key=SMALL_ORDER))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "name is empty"),
        ("n" * 41, "takes 41 bytes; at most 40 fit"),
        ("ä" * 21, "takes 42 bytes; at most 40 fit"),
        (" n", "space"),
        ("n\nn", "line break"),
        ("n\tn", "line break"),
        ("n\u202en", "invisible"),
        ("n\ud83d", "invisible"),
    ],
)
def test_a_name_outside_its_bounds_is_refused_with_words(name: str, words: str) -> None:
    with pytest.raises(LimitError, match=words):
        encode_profile(replace(PROFILE, name=name))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"", "bad_length"),
        (b"n" * 41, "oversize"),
        (b" n", "not_canonical"),
        (b"n ", "not_canonical"),
        (b"n\nn", "bad_character"),
        (b"n\tn", "bad_character"),
        (b"n\x00", "bad_character"),
        ("n\u2066".encode(), "bad_character"),
        (b"\xff", "bad_utf8"),
    ],
)
def test_a_name_outside_its_bounds_is_refused_from_the_wire(name: bytes, reason: str) -> None:
    assert profile_reason(BEFORE_NAME + name) == reason


def test_a_profile_cut_anywhere_before_its_name_is_refused() -> None:
    for length in range(99):
        assert profile_reason(BEFORE_NAME[:length]) == "truncated"


def test_a_profile_or_invitation_with_a_bad_key_is_refused() -> None:
    assert profile_reason(SMALL_ORDER + BEFORE_NAME[32:] + b"n") == "bad_key"
    assert invitation_reason(b"\xff" * 32 + bytes(3)) == "bad_key"


def test_only_bulletins_have_a_text_codec() -> None:
    assert profile_reason(BEFORE_NAME + b"n", codec=1) == "unexpected_codec"
    assert invitation_reason(encode_invitation(INVITATION), codec=1) == "unexpected_codec"
    with pytest.raises(PeerError, match="unexpected_codec"):
        decode_withdrawal(1, b"", ShortId(b"abcd"))


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Nord  markt\n", "Nord markt"),
        ("a\u2028b\rc\td", "a b c d"),
        ("a \x00 b", "a b"),
        ("Ku\u0308che", "Küche"),
        ("\u202e", ""),
    ],
)
def test_a_typed_name_is_cleaned(typed: str, cleaned: str) -> None:
    assert clean_name(typed) == cleaned
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize("minute", [0, 2**24 - 1])
def test_an_invitation_decodes_to_what_was_encoded(minute: int) -> None:
    fields = replace(INVITATION, valid_until_min=minute)
    assert decode_invitation(0, encode_invitation(fields)) == fields


def test_an_invitation_of_another_length_is_refused() -> None:
    body = encode_invitation(INVITATION)
    assert invitation_reason(body[:-1]) == "truncated"
    assert invitation_reason(body + b"\0") == "trailing_bytes"


def test_an_invitation_covers_what_is_granted_until_its_last_minute() -> None:
    assert INVITATION.covers(1_060_000)
    assert not INVITATION.covers(1_060_001)


def test_a_withdrawal_names_its_parent() -> None:
    assert decode_withdrawal(0, WITHDRAWAL_BODY, ShortId(b"abcd")) == b"abcd"


def test_a_withdrawal_without_a_parent_or_with_a_body_is_refused() -> None:
    with pytest.raises(PeerError, match="missing_parent"):
        decode_withdrawal(0, b"", None)
    with pytest.raises(PeerError, match="trailing_bytes"):
        decode_withdrawal(0, b"x", ShortId(b"abcd"))
