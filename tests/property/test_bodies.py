"""For every parser: what is written reads back the same, and no bytes do more than be refused."""

from collections.abc import Callable
from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from meshnode.board.bulletin import (
    CATEGORIES,
    BulletinFields,
    Severity,
    clean,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.invitation import InvitationFields, decode_invitation, encode_invitation
from meshnode.board.profile import (
    ProfileFields,
    clean_name,
    decode_profile,
    encode_profile,
    sign_certificate,
)
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol import object as objects
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import SigningKey, community_id
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.protocol.object import ShortId

KEY = SigningKey(b"\x02" * 32)
COMMUNITY = community_id(SigningKey(b"\x01" * 32).public)

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


@given(MINUTES, st.text(max_size=10).map(clean_name).filter(bool))
def test_a_profile_reads_back_the_same(granted_min: int, name: str) -> None:
    fields = ProfileFields(
        public_key=KEY.public,
        granted_min=granted_min,
        certificate=sign_certificate(KEY, COMMUNITY, KEY.public, granted_min),
        name=name,
    )
    assert decode_profile(0, encode_profile(fields)) == fields


@given(st.binary(min_size=90, max_size=145) | st.binary(max_size=50))
def test_a_body_read_as_a_profile_has_one_form_or_is_refused(body: bytes) -> None:
    with suppress(PeerError):
        assert encode_profile(decode_profile(0, body)) == body


@given(MINUTES)
def test_an_invitation_reads_back_the_same(minute: int) -> None:
    fields = InvitationFields(public_key=KEY.public, valid_until_min=minute)
    assert decode_invitation(0, encode_invitation(fields)) == fields


@given(st.binary(min_size=35, max_size=35) | st.binary(max_size=50))
def test_a_body_read_as_an_invitation_has_one_form_or_is_refused(body: bytes) -> None:
    with suppress(PeerError):
        assert encode_invitation(decode_invitation(0, body)) == body


@given(CODECS, st.binary(max_size=10), PARENTS)
def test_random_bytes_in_any_codec_only_are_refused(
    codec: int, body: bytes, parent: ShortId | None
) -> None:
    only_refuses(lambda: decode_withdrawal(codec, body, parent))
    only_refuses(lambda: decode_profile(codec, body))
    only_refuses(lambda: decode_invitation(codec, body))


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
