"""The bodies by which a community is governed: round trips, bounds, one form for each value."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.bodies import check_body, severity_of
from meshnode.board.bulletins.alert import (
    REPLACES_MAX,
    AlertState,
    Provenance,
    Reference,
    check_alert,
    decode_alert,
    encode_alert,
)
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import (
    NOTICE_CHARACTERS_MAX,
    Act,
    NoticeFields,
    Reason,
    decode_notice,
    encode_notice,
    read_notice_head,
)
from meshnode.board.names import clean_name, decode_name, encode_name
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
    charter_hash,
    community_of,
    decode_charter,
    encode_charter,
)
from meshnode.board.trust.device import decode_device, encode_device, is_proven
from meshnode.board.trust.endorsement import decode_endorsement, rest_of
from meshnode.board.trust.invitation import InvitationFields, decode_invitation, encode_invitation
from meshnode.board.trust.profile import (
    LANGUAGES_MAX,
    ProfileFields,
    decode_profile,
    encode_profile,
)
from meshnode.board.trust.revocation import (
    RevocationFields,
    RevocationReason,
    decode_revocation,
    encode_revocation,
)
from meshnode.board.trust.role import Role, RoleFields, decode_role, encode_role
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import KeyId, PublicKey, fingerprint
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.protocol.object import Kind, ObjectId, ShortId
from tests.community import COMMUNITY, MINUTE, made, signing_key

KEYS = [signing_key(f"key {number}") for number in range(13)]
ANNA, BERT = KEYS[0], KEYS[1]
SMALL_ORDER = PublicKey(bytes(32))
NOT_CANONICAL = PublicKey(b"\xff" * 32)
TARGET = ObjectId(bytes(range(16)))
PARENT = ShortId(TARGET[:4])
KEPT = tuple(
    KeptKey(key, 7) for key in sorted(PublicKey(one.public) for one in KEYS[: KEPT_MAX + 1])
)
CHARTER = CharterFields(
    1, charter_hash(b"before"), 2, (ANNA.public, BERT.public), KEPT[:2], "Nordstadt"
)
MINUTES = st.integers(0, 2**24 - 1)
NAMES = st.text(min_size=1, max_size=12).map(clean_name).filter(bool)
CODECS = st.integers(0, 7)
CUTS = tuple(Cut(KeyId(bytes([0, 0, 0, number])), 1 + number) for number in range(CUTS_MAX + 1))


def reason(decode: Callable[[], object]) -> str:
    with pytest.raises(PeerError) as refused:
        decode()
    return refused.value.reason


# Charters.


@pytest.mark.parametrize(
    "fields",
    [
        CHARTER,
        replace(CHARTER, number=0, previous=None),
        replace(CHARTER, number=CHARTER_NUMBER_MAX),
        replace(CHARTER, threshold=1),
        replace(CHARTER, stewards=(BERT.public, ANNA.public)),
        replace(CHARTER, stewards=tuple(one.public for one in KEYS[:STEWARDS_MAX]), threshold=7),
        replace(CHARTER, kept=KEPT[:KEPT_MAX]),
        replace(CHARTER, kept=(KeptKey(ANNA.public, 1), *KEPT[13:])),
        replace(CHARTER, kept=(KeptKey(ANNA.public, SEQUENCE_MAX),)),
        replace(CHARTER, kept=()),
        replace(CHARTER, name="n" * 40),
    ],
)
def test_a_charter_decodes_to_what_was_encoded(fields: CharterFields) -> None:
    assert decode_charter(0, encode_charter(fields)) == fields


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (replace(CHARTER, stewards=(), threshold=1), "1 to 7 stewards"),
        (replace(CHARTER, stewards=tuple(one.public for one in KEYS[:8])), "1 to 7 stewards"),
        (replace(CHARTER, stewards=(ANNA.public, ANNA.public)), "twice"),
        (replace(CHARTER, threshold=0), "1 to 2"),
        (replace(CHARTER, threshold=3), "1 to 2"),
        (replace(CHARTER, kept=KEPT), "At most 12"),
        (replace(CHARTER, name=""), "empty"),
        (replace(CHARTER, name="n" * 41), "41 bytes"),
    ],
)
def test_a_charter_outside_its_bounds_is_refused_with_words(
    fields: CharterFields, words: str
) -> None:
    with pytest.raises(LimitError, match=words):
        encode_charter(fields)


@pytest.mark.parametrize(
    "fields",
    [
        replace(CHARTER, number=-1),
        replace(CHARTER, number=CHARTER_NUMBER_MAX + 1),
        replace(CHARTER, previous=None),
        replace(CHARTER, number=0),
        replace(CHARTER, kept=KEPT[1::-1]),
        replace(CHARTER, kept=(KeptKey(ANNA.public, 0),)),
        replace(CHARTER, kept=(KeptKey(ANNA.public, SEQUENCE_MAX + 1),)),
        replace(CHARTER, stewards=(SMALL_ORDER, ANNA.public)),
    ],
)
def test_a_charter_without_a_valid_form_is_our_own_mistake(fields: CharterFields) -> None:
    with pytest.raises(CallerError):
        encode_charter(fields)


def charter_body(**changes: bytes) -> bytes:
    parts = {
        "number": b"\x01",
        "previous": bytes(16),
        "counts": b"\x01\x02",
        "stewards": ANNA.public + BERT.public,
        "kept": b"\x00",
        "name": b"n",
    }
    return b"".join((parts | changes).values())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (charter_body(number=b"\x80\x80\x01"), "oversize"),
        (charter_body(counts=b"\x00\x02"), "bad_length"),
        (charter_body(counts=b"\x03\x02"), "bad_length"),
        (charter_body(counts=b"\x01\x08"), "bad_length"),
        (charter_body(counts=b"\x00\x00"), "bad_length"),
        (charter_body(stewards=ANNA.public * 2), "not_canonical"),
        (charter_body(stewards=ANNA.public + SMALL_ORDER), "bad_key"),
        (charter_body(kept=b"\x0d"), "oversize"),
        (charter_body(kept=b"\x01" + ANNA.public + b"\x00"), "not_canonical"),
        (charter_body(kept=b"\x02" + (ANNA.public + b"\x01") * 2), "not_canonical"),
        (charter_body(name=b""), "bad_length"),
        (charter_body(number=b"\x00", previous=b"", name=b" n"), "not_canonical"),
    ],
)
def test_a_charter_outside_its_bounds_is_refused_from_the_wire(body: bytes, why: str) -> None:
    assert decode_charter(0, charter_body()).number == 1
    assert reason(lambda: decode_charter(0, body)) == why


def test_a_charter_cut_anywhere_before_its_name_is_refused() -> None:
    body = encode_charter(CHARTER)
    for length in range(len(body) - len("Nordstadt")):
        assert reason(lambda length=length: decode_charter(0, body[:length])) == "truncated"


def test_the_community_is_named_by_its_first_charter_and_the_next_names_it_otherwise() -> None:
    body = encode_charter(replace(CHARTER, number=0, previous=None))
    other = encode_charter(replace(CHARTER, number=0, previous=None, name="Nordstadt 2"))
    assert community_of(body) != community_of(other)
    assert CharterHash(community_of(body)) != charter_hash(body)


# Certificates, invitations, devices.


@given(st.sampled_from(IdentityClass), st.sampled_from(KEYS), NAMES)
def test_a_certificate_decodes_to_what_was_encoded(
    identity_class: IdentityClass, key: object, name: str
) -> None:
    fields = CertificateFields(identity_class, key.public, name)  # type: ignore[attr-defined]
    assert decode_certificate(0, encode_certificate(fields)) == fields


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x03" + ANNA.public + b"n", "bad_class"),
        (b"\x00" + SMALL_ORDER + b"n", "bad_key"),
        (b"\x00" + NOT_CANONICAL + b"n", "bad_key"),
        (b"\x00" + ANNA.public, "bad_length"),
        (b"\x00" + ANNA.public[:31], "truncated"),
        (b"\x00" + ANNA.public + b"n" * 41, "oversize"),
    ],
)
def test_a_damaged_certificate_is_refused(body: bytes, why: str) -> None:
    assert reason(lambda: decode_certificate(0, body)) == why


@given(MINUTES, st.sampled_from(IdentityClass), st.integers(1, 255))
def test_an_invitation_decodes_to_what_was_encoded(
    minute: int, identity_class: IdentityClass, uses: int
) -> None:
    fields = InvitationFields(ANNA.public, minute, identity_class, uses)
    assert decode_invitation(0, encode_invitation(fields)) == fields


def test_an_invitation_outside_its_bounds_is_refused_on_both_sides() -> None:
    fields = InvitationFields(ANNA.public, 0)
    for uses in (0, 256):
        with pytest.raises(CallerError):
            encode_invitation(replace(fields, uses=uses))
    for minute in (-1, 2**24):
        with pytest.raises(CallerError):
            encode_invitation(replace(fields, valid_until_min=minute))
    body = encode_invitation(fields)
    assert reason(lambda: decode_invitation(0, body[:-1] + b"\0")) == "not_canonical"
    assert reason(lambda: decode_invitation(0, body[:-1])) == "truncated"
    assert reason(lambda: decode_invitation(0, body + b"\0")) == "trailing_bytes"
    assert reason(lambda: decode_invitation(0, body[:-2] + b"\x03\x01")) == "bad_class"


def test_a_device_agrees_to_one_identity_in_one_community() -> None:
    body = encode_device(BERT, ANNA.public, COMMUNITY)
    assert decode_device(0, body) == BERT.public
    assert is_proven(body, ANNA.public, COMMUNITY)
    assert not is_proven(body, BERT.public, COMMUNITY)
    assert not is_proven(body, ANNA.public, type(COMMUNITY)(bytes(16)))
    assert not is_proven(body[:-1] + bytes([body[-1] ^ 1]), ANNA.public, COMMUNITY)
    assert not is_proven(KEYS[2].public + body[32:], ANNA.public, COMMUNITY)


def test_a_device_of_another_length_or_a_bad_key_is_refused() -> None:
    body = encode_device(BERT, ANNA.public, COMMUNITY)
    assert reason(lambda: decode_device(0, body[:-1])) == "truncated"
    assert reason(lambda: decode_device(0, body + b"\0")) == "trailing_bytes"
    assert reason(lambda: decode_device(0, SMALL_ORDER + body[32:])) == "bad_key"
    with pytest.raises(CallerError):
        encode_device(BERT, SMALL_ORDER, COMMUNITY)


# Endorsements, roles, revocations.


def test_an_endorsement_names_its_target_by_parent_and_rest() -> None:
    assert decode_endorsement(0, rest_of(TARGET), PARENT) == TARGET
    assert reason(lambda: decode_endorsement(0, rest_of(TARGET), None)) == "missing_parent"
    assert reason(lambda: decode_endorsement(0, rest_of(TARGET)[:-1], PARENT)) == "truncated"
    assert reason(lambda: decode_endorsement(0, TARGET, PARENT)) == "trailing_bytes"


@pytest.mark.parametrize("role", Role)
def test_a_role_decodes_to_what_was_encoded(role: Role) -> None:
    fields = RoleFields(role, fingerprint(ANNA.public))
    assert decode_role(0, encode_role(fields)) == fields


def test_only_a_host_has_a_place() -> None:
    host = RoleFields(Role.HOST, fingerprint(ANNA.public), TARGET)
    assert decode_role(0, encode_role(host)) == host
    with pytest.raises(CallerError):
        encode_role(replace(host, role=Role.IMPORTER))
    body = encode_role(host)
    assert reason(lambda: decode_role(0, b"\x03" + body[1:])) == "trailing_bytes"
    assert reason(lambda: decode_role(0, body[:-1])) == "truncated"
    assert reason(lambda: decode_role(0, body + b"\0")) == "trailing_bytes"


@pytest.mark.parametrize("number", [0, 5, 255])
def test_there_are_four_roles(number: int) -> None:
    assert reason(lambda: decode_role(0, bytes([number]) + bytes(16))) == "bad_role"


@pytest.mark.parametrize("why", RevocationReason)
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("cuts", [(), CUTS[:1], CUTS[:CUTS_MAX]])
def test_a_revocation_decodes_to_what_was_encoded(
    why: RevocationReason, role: Role | None, cuts: tuple[Cut, ...]
) -> None:
    fields = RevocationFields(why, fingerprint(ANNA.public), cuts, role)
    assert decode_revocation(0, encode_revocation(fields)) == fields


@pytest.mark.parametrize(
    "cuts",
    [
        CUTS,
        (CUTS[1], CUTS[0]),
        (CUTS[0], CUTS[0]),
        (Cut(CUTS[0].key, 0),),
        (Cut(CUTS[0].key, SEQUENCE_MAX + 1),),
    ],
)
def test_cuts_outside_their_bounds_are_our_own_mistake(cuts: tuple[Cut, ...]) -> None:
    with pytest.raises(CallerError):
        encode_revocation(RevocationFields(RevocationReason.LOST, fingerprint(ANNA.public), cuts))


@pytest.mark.parametrize(
    ("first", "rest", "why"),
    [
        (b"\x06", b"\x00", "bad_reason"),
        (b"\x20", b"\x00", "bad_reason"),
        (b"\x10", b"\x00\x00", "bad_role"),
        (b"\x00", b"\x09", "oversize"),
        (b"\x00", b"\x01abcd\x00", "not_canonical"),
        (b"\x00", b"\x02abcd\x01abcd\x02", "not_canonical"),
        (b"\x00", b"\x02abce\x01abcd\x02", "not_canonical"),
        (b"\x00", b"\x00\x00", "trailing_bytes"),
        (b"\x00", b"\x01abc", "truncated"),
    ],
)
def test_a_damaged_revocation_is_refused(first: bytes, rest: bytes, why: str) -> None:
    assert reason(lambda: decode_revocation(0, first + bytes(16) + rest)) == why


# Notices, profiles, names, alerts.


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("why", Reason)
def test_a_notice_decodes_to_what_was_encoded(act: Act, why: Reason) -> None:
    fields = NoticeFields(act, why, TARGET, "Der Hahn am Nordmarkt läuft wieder.")
    codec, body = encode_notice(fields)
    assert decode_notice(codec, body, PARENT) == fields
    assert read_notice_head(body, PARENT).act is act


def test_only_a_correction_must_have_a_text() -> None:
    codec, body = encode_notice(NoticeFields(Act.HIDE, Reason.SPAM, TARGET))
    assert (codec, decode_notice(codec, body, PARENT).text) == (0, "")
    with pytest.raises(LimitError, match="Write the text"):
        encode_notice(NoticeFields(Act.CORRECT, Reason.WRONG, TARGET))
    correct = bytes([Act.CORRECT << 4]) + rest_of(TARGET)
    assert reason(lambda: read_notice_head(correct, PARENT)) == "bad_length"
    assert reason(lambda: decode_notice(1, body, PARENT)) == "unexpected_codec"


def test_a_notice_has_at_most_four_hundred_characters() -> None:
    fields = NoticeFields(Act.LABEL, Reason.RUMOUR, TARGET, "ä" * NOTICE_CHARACTERS_MAX)
    codec, body = encode_notice(fields)
    assert decode_notice(codec, body, PARENT) == fields
    with pytest.raises(LimitError, match="401 characters"):
        encode_notice(replace(fields, text="ä" * (NOTICE_CHARACTERS_MAX + 1)))
    long = body[:13] + b"a" * (NOTICE_CHARACTERS_MAX + 1)
    assert reason(lambda: decode_notice(0, long, PARENT)) == "bad_length"


@pytest.mark.parametrize("first", [0x50, 0x0A, 0xFF])
def test_unknown_acts_and_reasons_are_refused(first: int) -> None:
    assert reason(lambda: read_notice_head(bytes([first]) + bytes(12), PARENT)) == "bad_act"


@pytest.mark.parametrize("languages", [(), ("de",), ("de", "uk", "ar", "tr")])
def test_a_profile_decodes_to_what_was_encoded(languages: tuple[str, ...]) -> None:
    fields = ProfileFields("Küche St. Josef", languages)
    assert decode_profile(0, encode_profile(fields)) == fields


@pytest.mark.parametrize(
    "languages", [("de", "de"), ("d",), ("DE",), ("de-",), ("de", "uk", "ar", "tr", "pl")]
)
def test_languages_are_at_most_four_different_codes(languages: tuple[str, ...]) -> None:
    with pytest.raises(LimitError, match=f"at most {LANGUAGES_MAX}"):
        encode_profile(ProfileFields("n", languages))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x02deden", "bad_language"),
        (b"\x01DEn", "bad_language"),
        (b"\x01\xff\xffn", "bad_language"),
        (b"\x05deukartrpln", "oversize"),
        (b"\x02ded", "truncated"),
        (b"\x01de", "bad_length"),
    ],
)
def test_languages_outside_their_bounds_are_refused_from_the_wire(body: bytes, why: str) -> None:
    assert reason(lambda: decode_profile(0, body)) == why


@pytest.mark.parametrize("name", ["N", "Küche St. Josef", "n" * 40, "ä" * 20, "🚰" * 10])
def test_a_name_decodes_to_what_was_encoded(name: str) -> None:
    assert decode_name(encode_name(name)) == name


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
        encode_name(name)


@pytest.mark.parametrize(
    ("name", "why"),
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
def test_a_name_outside_its_bounds_is_refused_from_the_wire(name: bytes, why: str) -> None:
    assert reason(lambda: decode_name(name)) == why


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


@given(NAMES, MINUTES, st.sampled_from(Severity))
def test_an_alert_decodes_to_what_was_encoded(source: str, minute: int, severity: Severity) -> None:
    provenance = Provenance(source, minute)
    fields = BulletinFields("Sturmböen bis 100 km/h.", None, "weather", severity)
    codec, body = encode_alert(provenance, fields)
    check_alert(body)
    assert decode_alert(codec, body) == (provenance, fields)
    thing = made(ANNA, Kind.ALERT, body, sequence=1, minute=MINUTE, minutes=60, codec=codec)
    assert severity_of(thing) is severity


REFERENCES = st.binary(min_size=8, max_size=8).map(Reference)


@given(
    st.builds(
        lambda own, others, **rest: Provenance(
            "DWD",
            7,
            reference=own,
            replaces=() if own is None else tuple(sorted(others - {own})),
            **rest,
        ),
        st.none() | REFERENCES,
        st.sets(REFERENCES, max_size=REPLACES_MAX),
        state=st.sampled_from(AlertState),
        onset_min=st.none() | MINUTES,
        ends_min=st.none() | MINUTES,
    )
)
def test_all_that_a_source_said_decodes_to_what_was_encoded(provenance: Provenance) -> None:
    fields = BulletinFields("Sturm", None, "weather", Severity.EXTREME)
    codec, body = encode_alert(provenance, fields)
    check_alert(body)
    assert decode_alert(codec, body) == (provenance, fields)
    thing = made(ANNA, Kind.ALERT, body, sequence=1, minute=MINUTE, minutes=60, codec=codec)
    is_urgent = severity_of(thing) is Severity.EXTREME
    assert is_urgent == (provenance.state is AlertState.IN_FORCE)


@pytest.mark.parametrize(
    "changes",
    [
        {"replaces": (Reference(bytes(8)),)},
        {"reference": Reference(bytes(8)), "replaces": (Reference(bytes(8)),)},
        {"reference": Reference(b"x" * 8), "replaces": (Reference(b"b" * 8), Reference(b"a" * 8))},
        {
            "reference": Reference(b"x" * 8),
            "replaces": tuple(Reference(bytes([n]) * 8) for n in range(REPLACES_MAX + 1)),
        },
    ],
)
def test_a_provenance_of_another_form_is_not_written(changes: dict[str, object]) -> None:
    fields = BulletinFields("Sturm", None, "weather", Severity.INFO)
    with pytest.raises(LimitError):
        encode_alert(Provenance("DWD", 7, **changes), fields)  # type: ignore[arg-type]


def test_an_alert_without_source_or_bulletin_is_refused() -> None:
    _, bulletin = encode_bulletin(BulletinFields("Sturm", None, "weather", Severity.INFO))
    assert reason(lambda: check_alert(b"\x00" + bytes(3) + bulletin)) == "bad_length"
    assert reason(lambda: check_alert(b"\x03DWD" + bytes(2))) == "truncated"
    assert reason(lambda: check_alert(b"\x03DWD" + bytes(3))) == "truncated"
    assert reason(lambda: check_alert(b"\x29" + b"n" * 41 + bytes(3) + bulletin)) == "oversize"


# Of all.

PLAIN = [
    decode_charter,
    decode_certificate,
    decode_invitation,
    decode_device,
    decode_role,
    decode_revocation,
    decode_profile,
]


@pytest.mark.parametrize("decode", PLAIN)
def test_where_there_is_no_text_there_is_no_codec(
    decode: Callable[[int, bytes], object],
) -> None:
    assert reason(lambda: decode(1, b"")) == "unexpected_codec"
    assert reason(lambda: decode_withdrawal(1, b"", PARENT)) == "unexpected_codec"
    assert reason(lambda: decode_endorsement(1, rest_of(TARGET), PARENT)) == "unexpected_codec"


VALID = [
    encode_charter(CHARTER),
    encode_certificate(CertificateFields(IdentityClass.NODE, ANNA.public, "Kiosk")),
    encode_invitation(InvitationFields(ANNA.public, 5)),
    encode_device(BERT, ANNA.public, COMMUNITY),
    encode_role(RoleFields(Role.HOST, fingerprint(ANNA.public), TARGET)),
    encode_revocation(RevocationFields(RevocationReason.LOST, TARGET, CUTS[:2], Role.HOST)),  # type: ignore[arg-type]
    encode_notice(NoticeFields(Act.CORRECT, Reason.WRONG, TARGET, "nein"))[1],
    encode_profile(ProfileFields("Kiosk", ("de", "tr"))),
    encode_alert(Provenance("DWD", 7), BulletinFields("Sturm", None, "weather", Severity.INFO))[1],
]
"""One valid body of each, for bytes that are nearly right."""


@st.composite
def nearly_right(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 3))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(body[: draw(st.integers(0, len(body)))]) + draw(st.binary(max_size=3))


@given(
    st.integers(0, 16),
    CODECS,
    st.none() | st.just(PARENT),
    st.binary(max_size=120) | nearly_right(),
)
def test_no_bytes_do_more_than_be_refused(
    kind: int, codec: int, parent: ShortId | None, body: bytes
) -> None:
    thing = made(ANNA, kind, body, sequence=1, minute=0, minutes=60, codec=codec, parent=parent)
    with suppress(PeerError):
        check_body(thing)
    with suppress(PeerError):
        decode_notice(codec, body, parent)
    with suppress(PeerError):
        decode_alert(codec, body)


@given(st.binary(max_size=120) | nearly_right())
def test_what_decodes_encodes_to_the_same_bytes(body: bytes) -> None:
    pairs: list[tuple[Callable[[int, bytes], object], Callable[..., bytes]]] = [
        (decode_charter, encode_charter),
        (decode_certificate, encode_certificate),
        (decode_invitation, encode_invitation),
        (decode_role, encode_role),
        (decode_revocation, encode_revocation),
        (decode_profile, encode_profile),
    ]
    for decode, encode in pairs:
        with suppress(PeerError):
            assert encode(decode(0, body)) == body
