"""For every parser: what is written reads back the same, and no bytes do more than be refused."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meshnode.board.bodies import check_body
from meshnode.board.bulletins.alert import Provenance, check_alert, decode_alert, encode_alert
from meshnode.board.bulletins.bulletin import (
    CATEGORIES,
    BulletinFields,
    Severity,
    clean,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.bulletins.notice import (
    Act,
    NoticeFields,
    Reason,
    decode_notice,
    encode_notice,
    read_notice_head,
)
from meshnode.board.names import clean_name
from meshnode.board.parts import CUTS_MAX, Cut
from meshnode.board.trust.certificate import (
    CertificateFields,
    IdentityClass,
    decode_certificate,
    encode_certificate,
)
from meshnode.board.trust.charter import (
    CHARTER_NUMBER_MAX,
    KEPT_MAX,
    STEWARDS_MAX,
    CharterFields,
    CharterHash,
    KeptKey,
    decode_charter,
    encode_charter,
)
from meshnode.board.trust.device import decode_device, encode_device, is_proven
from meshnode.board.trust.endorsement import decode_endorsement, rest_of
from meshnode.board.trust.invitation import (
    USES_MAX,
    InvitationFields,
    decode_invitation,
    encode_invitation,
)
from meshnode.board.trust.profile import ProfileFields, decode_profile, encode_profile
from meshnode.board.trust.revocation import (
    RevocationFields,
    RevocationReason,
    decode_revocation,
    encode_revocation,
)
from meshnode.board.trust.role import Role, RoleFields, decode_role, encode_role
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol import object as objects
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId, PublicKey, SigningKey
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.protocol.object import ObjectId, ShortId

KEY = SigningKey(b"\x02" * 32)
COMMUNITY = CommunityId(b"\x01" * 16)
KEYS = [SigningKey(bytes([byte]) * 32).public for byte in range(1, 20)]

TEXT = st.text(max_size=200).map(clean)
WORDS = st.from_regex(r"\A[a-z0-9-]{1,24}\Z")
MINUTES = st.integers(min_value=0, max_value=2**24 - 1)
CODECS = st.integers(min_value=0, max_value=7)
PARENTS = st.none() | st.binary(min_size=4, max_size=4).map(ShortId)
BULLETINS = st.builds(
    BulletinFields,
    text=TEXT.filter(bool),
    title=st.none() | st.text(max_size=40).map(clean_name).filter(bool),
    category=st.sampled_from(CATEGORIES) | WORDS,
    severity=st.sampled_from(Severity),
)
NAMES = st.text(max_size=10).map(clean_name).filter(bool)
PUBLIC_KEYS = st.sampled_from(KEYS)
SEQUENCES = st.integers(min_value=1, max_value=SEQUENCE_MAX)
FINGERPRINTS = st.binary(min_size=16, max_size=16).map(Fingerprint)
IDS = st.binary(min_size=16, max_size=16).map(ObjectId)
LANGUAGES = st.from_regex(r"\A[a-z]{2}\Z")


@st.composite
def charters(draw: st.DrawFn) -> CharterFields:
    number = draw(st.integers(min_value=0, max_value=CHARTER_NUMBER_MAX))
    stewards = draw(st.lists(PUBLIC_KEYS, min_size=1, max_size=STEWARDS_MAX, unique=True))
    kept = draw(st.lists(PUBLIC_KEYS, max_size=KEPT_MAX, unique=True))
    return CharterFields(
        number=number,
        previous=CharterHash(draw(st.binary(min_size=16, max_size=16))) if number else None,
        threshold=draw(st.integers(min_value=1, max_value=len(stewards))),
        stewards=tuple(stewards),
        kept=tuple(KeptKey(key, draw(SEQUENCES)) for key in sorted(kept)),
        name=draw(NAMES),
    )


def cuts() -> st.SearchStrategy[tuple[Cut, ...]]:
    keys = st.binary(min_size=4, max_size=4).map(KeyId)
    cut = st.builds(Cut, keys, SEQUENCES)
    some = st.lists(cut, max_size=CUTS_MAX, unique_by=lambda one: one.key)
    return some.map(lambda each: tuple(sorted(each)))


ROLES = st.builds(RoleFields, st.sampled_from(Role), FINGERPRINTS) | st.builds(
    RoleFields, st.just(Role.HOST), FINGERPRINTS, IDS
)
NOTICES = st.builds(
    NoticeFields,
    act=st.sampled_from(Act),
    reason=st.sampled_from(Reason),
    target=IDS,
    text=TEXT,
).filter(lambda one: one.act is not Act.CORRECT or one.text != "")


PROFILES = st.builds(ProfileFields, NAMES, st.lists(LANGUAGES, max_size=4, unique=True).map(tuple))
INVITATIONS = st.builds(
    InvitationFields,
    PUBLIC_KEYS,
    MINUTES,
    st.sampled_from(IdentityClass),
    st.integers(min_value=1, max_value=USES_MAX),
)
CERTIFICATES = st.builds(CertificateFields, st.sampled_from(IdentityClass), PUBLIC_KEYS, NAMES)
REVOCATIONS = st.builds(
    RevocationFields,
    st.sampled_from(RevocationReason),
    FINGERPRINTS,
    cuts(),
    st.none() | st.sampled_from(Role),
)
PARENT = ShortId(b"pare")
Made = tuple[st.SearchStrategy[bytes], Callable[[bytes], bytes]]
"""Bodies of a kind, and what reads one and writes it again."""
T = TypeVar("T")


def plain(
    fields: st.SearchStrategy[T], encode: Callable[[T], bytes], decode: Callable[[int, bytes], T]
) -> Made:
    return fields.map(encode), lambda body: encode(decode(0, body))


BODIES: dict[str, Made] = {
    "profile": plain(PROFILES, encode_profile, decode_profile),
    "invitation": plain(INVITATIONS, encode_invitation, decode_invitation),
    "charter": plain(charters(), encode_charter, decode_charter),
    "endorsement": plain(IDS, rest_of, lambda codec, body: decode_endorsement(codec, body, PARENT)),
    "certificate": plain(CERTIFICATES, encode_certificate, decode_certificate),
    "device": (
        st.tuples(PUBLIC_KEYS, st.binary(min_size=64, max_size=64)).map(b"".join),
        # Whether the proof holds depends on the identity: `is_proven`.
        lambda body: decode_device(0, body) + body[32:],
    ),
    "role": plain(ROLES, encode_role, decode_role),
    "revocation": plain(REVOCATIONS, encode_revocation, decode_revocation),
}


def only_refuses(decode: Callable[[], object]) -> None:
    """Any error but PeerError fails the test that calls this."""
    with suppress(PeerError):
        decode()


@given(TEXT)
def test_a_text_reads_back_the_same(text: str) -> None:
    codec, data = texts.encode(text)
    bound = max(1, len(text.encode()))
    assert texts.decode(codec, data, text_bytes_max=bound) == text
    assert len(data) <= len(text.encode())


@given(CODECS, st.binary(max_size=300), st.integers(min_value=1, max_value=2000))
def test_random_bytes_as_text_are_read_within_the_bound_or_refused(
    codec: int, data: bytes, bound: int
) -> None:
    with suppress(PeerError):
        text = texts.decode(codec, data, text_bytes_max=bound)
        assert len(text.encode()) <= bound
        assert texts.first_unshowable(text) is None


@given(st.text())
def test_a_cleaned_text_can_be_encoded_and_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert texts.first_unshowable(clean(text)) is None
    assert clean_name(clean_name(text)) == clean_name(text)


@given(BULLETINS)
def test_a_bulletin_reads_back_the_same(fields: BulletinFields) -> None:
    assert decode_bulletin(*encode_bulletin(fields)) == fields


@given(CODECS, st.binary(max_size=300))
@example(1, b"\x00\x03\x00")
def test_random_bytes_as_a_bulletin_read_to_something_writable_or_are_refused(
    codec: int, body: bytes
) -> None:
    with suppress(PeerError):
        fields = decode_bulletin(codec, body)
        assert decode_bulletin(*encode_bulletin(fields)) == fields


@given(BULLETINS, st.data())
def test_a_bulletin_with_one_flipped_bit_reads_to_something_writable_or_is_refused(
    fields: BulletinFields, data: st.DataObject
) -> None:
    codec, body = encode_bulletin(fields)
    flipped = bytearray(body)
    bit = data.draw(st.integers(min_value=0, max_value=8 * len(body) - 1))
    flipped[bit // 8] ^= 1 << bit % 8
    with suppress(PeerError):
        other = decode_bulletin(codec, bytes(flipped))
        assert decode_bulletin(*encode_bulletin(other)) == other


@given(PROFILES)
def test_a_profile_reads_back_the_same(fields: ProfileFields) -> None:
    assert decode_profile(0, encode_profile(fields)) == fields


@given(INVITATIONS)
def test_an_invitation_reads_back_the_same(fields: InvitationFields) -> None:
    assert decode_invitation(0, encode_invitation(fields)) == fields


@given(charters())
def test_a_charter_reads_back_the_same(fields: CharterFields) -> None:
    assert decode_charter(0, encode_charter(fields)) == fields


@given(IDS)
def test_an_endorsement_reads_back_the_same(target: ObjectId) -> None:
    assert decode_endorsement(0, rest_of(target), ShortId(target[:4])) == target


@given(CERTIFICATES)
def test_a_certificate_reads_back_the_same(fields: CertificateFields) -> None:
    assert decode_certificate(0, encode_certificate(fields)) == fields


@given(st.binary(min_size=32, max_size=32), PUBLIC_KEYS)
def test_a_device_reads_back_the_same(seed: bytes, owner: PublicKey) -> None:
    device, community = SigningKey(seed), COMMUNITY
    body = encode_device(device, owner, community)
    assert decode_device(0, body) == device.public
    assert is_proven(body, owner, community)
    assert not is_proven(body, device.public, community)


@given(ROLES)
def test_a_role_reads_back_the_same(fields: RoleFields) -> None:
    assert decode_role(0, encode_role(fields)) == fields


@given(REVOCATIONS)
def test_a_revocation_reads_back_the_same(fields: RevocationFields) -> None:
    assert decode_revocation(0, encode_revocation(fields)) == fields


@given(NOTICES)
def test_a_notice_reads_back_the_same(fields: NoticeFields) -> None:
    codec, body = encode_notice(fields)
    parent = ShortId(fields.target[:4])
    assert decode_notice(codec, body, parent) == fields
    head = read_notice_head(body, parent)
    assert (head.act, head.reason, head.target) == (fields.act, fields.reason, fields.target)


@given(st.builds(Provenance, NAMES, MINUTES), BULLETINS)
def test_an_alert_reads_back_the_same(provenance: Provenance, fields: BulletinFields) -> None:
    codec, body = encode_alert(provenance, fields)
    assert decode_alert(codec, body) == (provenance, fields)
    check_alert(body)


@pytest.mark.parametrize("kind", BODIES)
@given(data=st.data())
def test_a_body_has_one_form_or_is_refused(kind: str, data: st.DataObject) -> None:
    made, again = BODIES[kind]
    body = bytearray(data.draw(made | st.binary(max_size=60)))
    for _ in range(data.draw(st.integers(min_value=0, max_value=2)) if body else 0):
        body[data.draw(st.integers(min_value=0, max_value=len(body) - 1))] = data.draw(
            st.integers(min_value=0, max_value=255)
        )
    body = body[: data.draw(st.none() | st.integers(min_value=-3, max_value=-1))]
    with suppress(PeerError):
        assert again(bytes(body)) == body


@given(CODECS, st.binary(max_size=80), PARENTS)
def test_random_bytes_as_a_notice_read_to_something_writable_or_are_refused(
    codec: int, body: bytes, parent: ShortId | None
) -> None:
    with suppress(PeerError):
        fields = decode_notice(codec, body, parent)
        assert parent is not None
        assert decode_notice(*encode_notice(fields), parent) == fields


@given(CODECS, st.binary(max_size=80))
def test_random_bytes_as_an_alert_read_to_something_writable_or_are_refused(
    codec: int, body: bytes
) -> None:
    with suppress(PeerError):
        read = decode_alert(codec, body)
        assert decode_alert(*encode_alert(*read)) == read


@given(CODECS, st.binary(max_size=40), PARENTS)
def test_random_bytes_in_any_codec_only_are_refused(
    codec: int, body: bytes, parent: ShortId | None
) -> None:
    only_refuses(lambda: decode_withdrawal(codec, body, parent))
    only_refuses(lambda: decode_endorsement(codec, body, parent))
    only_refuses(lambda: read_notice_head(body, parent))
    for decode in (
        decode_profile,
        decode_invitation,
        decode_charter,
        decode_certificate,
        decode_device,
        decode_role,
        decode_revocation,
    ):
        only_refuses(partial(decode, codec, body))


@given(st.integers(min_value=0, max_value=286), CODECS, st.binary(max_size=60), PARENTS)
def test_random_bytes_as_the_body_of_any_kind_only_are_refused(
    kind: int, codec: int, body: bytes, parent: ShortId | None
) -> None:
    thing = objects.compose(
        key=KEY,
        community=COMMUNITY,
        kind=kind,
        body=body,
        sequence=1,
        created_min=1,
        lifetime_code=1,
        codec=codec,
        parent=parent,
    )
    only_refuses(lambda: check_body(thing))


@given(st.integers(min_value=0, max_value=2**35 - 1))
def test_a_varint_reads_back_the_same(value: int) -> None:
    reader = Reader(varint(value))
    assert reader.varint() == value
    reader.finish()


@given(st.binary(max_size=8))
def test_random_bytes_as_a_varint_have_one_form_or_are_refused(data: bytes) -> None:
    reader = Reader(data)
    with suppress(PeerError):
        value = reader.varint()
        assert varint(value) == data[: len(data) - reader.remaining]


@given(
    kind=st.integers(min_value=0, max_value=286),
    codec=CODECS,
    lifetime_code=st.integers(min_value=0, max_value=15),
    sequence=st.integers(min_value=0, max_value=SEQUENCE_MAX),
    created_min=MINUTES,
    parent=PARENTS,
    body=st.binary(max_size=300),
)
def test_an_object_reads_back_the_same(
    *,
    kind: int,
    codec: int,
    lifetime_code: int,
    sequence: int,
    created_min: int,
    parent: ShortId | None,
    body: bytes,
) -> None:
    made = objects.compose(
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
    assert objects.decode(made.encoded) == made
    read = (made.kind, made.codec, made.lifetime_code, made.sequence, made.created_min)
    assert read == (kind, codec, lifetime_code, sequence, created_min)
    assert (made.parent, made.body) == (parent, body)


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"\x02" + data))
def test_random_bytes_as_an_object_have_one_form_or_are_refused(encoded: bytes) -> None:
    with suppress(PeerError):
        read = objects.decode(encoded)
        again = objects.compose(
            key=KEY,
            community=COMMUNITY,
            kind=read.kind,
            body=read.body,
            sequence=read.sequence,
            created_min=read.created_min,
            lifetime_code=read.lifetime_code,
            codec=read.codec,
            parent=read.parent,
        ).encoded
        start = 2 if read.kind < 31 else 3
        assert again[:start] == encoded[:start]
        assert again[start + 4 : -64] == encoded[start + 4 : -64]
        assert not read.is_signed_by(KEY.public, COMMUNITY)
