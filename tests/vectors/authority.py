"""The vectors of who is who and of moderation: objects of each kind, and bodies to refuse."""

from typing import Any, Final

from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, decode_notice
from meshnode.board.parts import Cut
from meshnode.board.trust.certificate import (
    CertificateFields,
    IdentityClass,
    decode_certificate,
    encode_certificate,
)
from meshnode.board.trust.charter import (
    CharterFields,
    KeptKey,
    charter_hash,
    decode_charter,
    encode_charter,
)
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.invitation import InvitationFields, decode_invitation, encode_invitation
from meshnode.board.trust.profile import ProfileFields, decode_profile, encode_profile
from meshnode.board.trust.revocation import (
    RevocationFields,
    RevocationReason,
    decode_revocation,
    encode_revocation,
)
from meshnode.board.trust.role import Role, RoleFields, decode_role, encode_role
from meshnode.protocol.cursor import varint
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.vectors.writers import COMMUNITY, CREATED_MIN, FOUNDED, KEYS, composed, plain

YEAR: Final = 15
QUARTER: Final = 13
FORTNIGHT: Final = 9
"""Lifetime codes."""

_Row = tuple[SignedObject, dict[str, Any]]
_Refused = tuple[str, Kind, int, bytes, str]


def objects_of_authority() -> dict[str, _Row]:
    """Return the objects by which the vectors' community knows who is who, by name."""
    invitation = _invitation()
    steward, second = KEYS["steward"].public, KEYS["second"].public
    person, guest = fingerprint(KEYS["person"].public), fingerprint(KEYS["guest"].public)
    following = CharterFields(
        number=1,
        previous=charter_hash(encode_charter(FOUNDED)),
        threshold=1,
        stewards=(second, KEYS["person"].public),
        kept=(KeptKey(steward, 9),),
        name="Nordstadt",
    )
    proposed = _charter("steward", following, sequence=9)
    return {
        "charter": _charter("steward", FOUNDED, sequence=1),
        "invitation": invitation,
        "certificate-by-steward": _certificate(
            "steward", IdentityClass.NODE, "node", "Nordmarkt", sequence=3
        ),
        "certificate-of-person": _certificate(
            "steward", IdentityClass.PERSON, "person", "Ayşe", sequence=4
        ),
        "certificate-by-invitation": _certificate(
            "invitation",
            IdentityClass.NODE,
            "guest",
            "Küche St. Josef",
            sequence=1,
            parent=invitation[0].short_id,
        ),
        "device": (
            composed(
                "person",
                Kind.DEVICE,
                encode_device(KEYS["device"], KEYS["person"].public, COMMUNITY),
                sequence=1,
                lifetime_code=YEAR,
            ),
            {"device": KEYS["device"].public.hex()},
        ),
        "profile": _profile("device", ProfileFields("Ayşe Y.", ("tr", "de"))),
        "role": _role(RoleFields(Role.COORDINATOR, fingerprint(KEYS["node"].public)), sequence=5),
        "role-host": _role(
            RoleFields(Role.HOST, person, ObjectId(bytes(range(16)))),
            sequence=6,
        ),
        "revocation": _revocation(
            "steward",
            RevocationFields(RevocationReason.COMPROMISED, guest, (Cut(KEYS["guest"].id, 300),)),
            sequence=7,
        ),
        "revocation-of-role": _revocation(
            "steward",
            RevocationFields(RevocationReason.LEFT, person, role=Role.HOST),
            sequence=8,
        ),
        "revocation-of-device": _revocation(
            "person",
            RevocationFields(
                RevocationReason.LOST,
                fingerprint(KEYS["device"].public),
                (Cut(KEYS["device"].id, 1),),
            ),
            sequence=2,
        ),
        "charter-next": proposed,
        "endorsement": (
            composed(
                "second",
                Kind.ENDORSEMENT,
                rest_of(proposed[0].id),
                sequence=1,
                lifetime_code=YEAR,
                parent=proposed[0].short_id,
            ),
            {"endorsed": proposed[0].id.hex()},
        ),
    }


def notices_on(target: SignedObject) -> dict[str, _Row]:
    """Return notices about an object, by name."""
    hidden = NoticeFields(Act.HIDE, Reason.RUMOUR, target.id)
    right = "Die Ausgabe ist am Nordmarkt."
    # Codec 0, though another one would be shorter: this vector is to be read without a model.
    body = bytes([Act.CORRECT << 4 | Reason.OUTDATED]) + rest_of(target.id) + right.encode()
    corrected = decode_notice(0, body, target.short_id)
    hides = bytes([Act.HIDE << 4 | Reason.RUMOUR]) + rest_of(target.id)
    return {
        "notice-hide": (_notice(hides, target, sequence=2), plain(hidden)),
        "notice-correct": (_notice(body, target, sequence=3), plain(corrected)),
    }


def refused_bodies() -> list[_Refused]:
    """Return bodies of these kinds that each have one fault: name, kind, codec, body, reason."""
    key, other = KEYS["node"].public, KEYS["guest"].public
    name, zero = b"N", bytes(32)
    named = b"\x02" + key
    invitation = key + bytes(3)
    first = bytes([0, 1, 1]) + key
    person, cut = bytes(16), KEYS["guest"].id + b"\x01"
    twice = b"".join(one + b"\x01" for one in sorted((key, other), reverse=True))
    return [
        ("profile-without-name", Kind.PROFILE, 0, b"\x00", "bad_length"),
        ("profile-name-too-long", Kind.PROFILE, 0, b"\x00" + b"N" * 41, "oversize"),
        ("profile-name-two-lines", Kind.PROFILE, 0, b"\x00N\nN", "bad_character"),
        ("profile-name-with-space", Kind.PROFILE, 0, b"\x00N ", "not_canonical"),
        ("profile-too-short", Kind.PROFILE, 0, b"\x02ded", "truncated"),
        ("profile-codec-1", Kind.PROFILE, 1, b"\x00N", "unexpected_codec"),
        ("profile-language-in-capitals", Kind.PROFILE, 0, b"\x01DEN", "bad_language"),
        ("profile-language-twice", Kind.PROFILE, 0, b"\x02dedeN", "bad_language"),
        ("profile-of-five-languages", Kind.PROFILE, 0, b"\x05detrukarpoN", "oversize"),
        ("invitation-too-long", Kind.INVITATION, 0, invitation + b"\x02\x01\x00", "trailing_bytes"),
        ("invitation-too-short", Kind.INVITATION, 0, invitation + b"\x02", "truncated"),
        ("invitation-of-class-3", Kind.INVITATION, 0, invitation + b"\x03\x01", "bad_class"),
        ("invitation-without-uses", Kind.INVITATION, 0, invitation + b"\x02\x00", "not_canonical"),
        ("charter-without-stewards", Kind.CHARTER, 0, b"\x00\x00\x00\x00N", "bad_length"),
        ("charter-threshold-0", Kind.CHARTER, 0, b"\x00\x00\x01" + key + b"\x00N", "bad_length"),
        (
            "charter-threshold-too-high",
            Kind.CHARTER,
            0,
            b"\x00\x02\x01" + key + b"\x00N",
            "bad_length",
        ),
        (
            "charter-steward-twice",
            Kind.CHARTER,
            0,
            b"\x00\x01\x02" + key + key + b"\x00N",
            "not_canonical",
        ),
        ("charter-without-predecessor", Kind.CHARTER, 0, b"\x01" + bytes(15), "truncated"),
        ("charter-number-too-large", Kind.CHARTER, 0, varint(2**14) + bytes(60), "oversize"),
        (
            "charter-keeps-nothing",
            Kind.CHARTER,
            0,
            first + b"\x01" + other + b"\x00N",
            "not_canonical",
        ),
        (
            "charter-kept-out-of-order",
            Kind.CHARTER,
            0,
            first + b"\x02" + twice + name,
            "not_canonical",
        ),
        ("charter-keeps-thirteen", Kind.CHARTER, 0, first + b"\x0d", "oversize"),
        ("charter-codec-1", Kind.CHARTER, 1, first + b"\x00N", "unexpected_codec"),
        ("endorsement-without-parent", Kind.ENDORSEMENT, 0, bytes(12), "missing_parent"),
        ("certificate-of-small-order", Kind.CERTIFICATE, 0, b"\x02" + zero + name, "bad_key"),
        ("certificate-without-name", Kind.CERTIFICATE, 0, named, "bad_length"),
        ("certificate-of-class-3", Kind.CERTIFICATE, 0, b"\x03" + key + name, "bad_class"),
        ("certificate-too-short", Kind.CERTIFICATE, 0, named[:-1], "truncated"),
        ("certificate-codec-1", Kind.CERTIFICATE, 1, named + name, "unexpected_codec"),
        ("device-of-small-order", Kind.DEVICE, 0, zero, "bad_key"),
        ("device-without-proof", Kind.DEVICE, 0, key, "truncated"),
        ("device-too-short", Kind.DEVICE, 0, key + bytes(63), "truncated"),
        ("device-too-long", Kind.DEVICE, 0, key + bytes(65), "trailing_bytes"),
        ("role-0", Kind.ROLE, 0, b"\x00" + person, "bad_role"),
        ("role-5", Kind.ROLE, 0, b"\x05" + person, "bad_role"),
        ("role-coordinator-of-a-place", Kind.ROLE, 0, b"\x01" + bytes(32), "trailing_bytes"),
        ("role-host-of-half-a-place", Kind.ROLE, 0, b"\x04" + bytes(24), "truncated"),
        ("revocation-for-reason-6", Kind.REVOCATION, 0, b"\x06" + person + b"\x00", "bad_reason"),
        ("revocation-of-role-0", Kind.REVOCATION, 0, b"\x10" + person + b"\x00\x00", "bad_role"),
        ("revocation-of-nine-keys", Kind.REVOCATION, 0, b"\x00" + person + b"\x09", "oversize"),
        (
            "revocation-cuts-twice",
            Kind.REVOCATION,
            0,
            b"\x00" + person + b"\x02" + cut + cut,
            "not_canonical",
        ),
        (
            "revocation-keeps-nothing",
            Kind.REVOCATION,
            0,
            b"\x00" + person + b"\x01" + cut[:4] + b"\x00",
            "not_canonical",
        ),
        ("notice-without-parent", Kind.NOTICE, 0, b"\x01" + bytes(12), "missing_parent"),
        ("notice-of-act-5", Kind.NOTICE, 0, b"\x50" + bytes(12), "bad_act"),
        ("notice-for-reason-10", Kind.NOTICE, 0, b"\x0a" + bytes(12), "bad_act"),
    ]


def _charter(signer: str, fields: CharterFields, *, sequence: int) -> _Row:
    body = encode_charter(fields)
    assert decode_charter(0, body) == fields
    made = composed(signer, Kind.CHARTER, body, sequence=sequence, lifetime_code=YEAR)
    return made, plain(fields)


def _invitation() -> _Row:
    fields = InvitationFields(
        public_key=KEYS["invitation"].public,
        valid_until_min=CREATED_MIN + 14 * 1440,
        identity_class=IdentityClass.NODE,
        uses=3,
    )
    body = encode_invitation(fields)
    assert decode_invitation(0, body) == fields
    made = composed("steward", Kind.INVITATION, body, sequence=2, lifetime_code=FORTNIGHT)
    return made, plain(fields)


def _certificate(
    signer: str,
    identity_class: IdentityClass,
    subject: str,
    name: str,
    *,
    sequence: int,
    parent: ShortId | None = None,
) -> _Row:
    fields = CertificateFields(identity_class, KEYS[subject].public, name)
    body = encode_certificate(fields)
    assert decode_certificate(0, body) == fields
    made = composed(
        signer, Kind.CERTIFICATE, body, sequence=sequence, lifetime_code=YEAR, parent=parent
    )
    return made, plain(fields)


def _profile(signer: str, fields: ProfileFields) -> _Row:
    body = encode_profile(fields)
    assert decode_profile(0, body) == fields
    # Half a year: a profile must not outlive the certificate, which was made before it.
    return composed(signer, Kind.PROFILE, body, sequence=1, lifetime_code=14), plain(fields)


def _role(fields: RoleFields, *, sequence: int) -> _Row:
    body = encode_role(fields)
    assert decode_role(0, body) == fields
    made = composed("steward", Kind.ROLE, body, sequence=sequence, lifetime_code=QUARTER)
    return made, plain(fields)


def _revocation(signer: str, fields: RevocationFields, *, sequence: int) -> _Row:
    body = encode_revocation(fields)
    assert decode_revocation(0, body) == fields
    made = composed(signer, Kind.REVOCATION, body, sequence=sequence, lifetime_code=YEAR)
    return made, plain(fields)


def _notice(body: bytes, target: SignedObject, *, sequence: int) -> SignedObject:
    return composed("second", Kind.NOTICE, body, sequence=sequence, parent=target.short_id)
