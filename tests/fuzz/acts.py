"""Governance out of bytes: truly signed objects by a few keys, with fields that are often wrong.

Not for: what has to follow from them (`harnesses.standing`). Invariant: the same bytes are the same
objects.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.parts import Cut
from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
from meshnode.board.trust.charter import (
    CharterFields,
    CharterHash,
    KeptKey,
    charter_hash,
    community_of,
    encode_charter,
)
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role, RoleFields, encode_role
from meshnode.protocol.errors import CallerError, LimitError
from meshnode.protocol.keys import CommunityId, SigningKey, fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject, compose, lifetime_code_for
from tests.community import MINUTE, signing_key
from tests.fuzz.harness import Cuts

KEYS: Sequence[SigningKey] = tuple(signing_key(f"fuzzed key {number}") for number in range(8))
"""In the seeds: 0..2 stewards, 3..5 people, 6 a device, 7 an invitation's. Any may be any."""
KINDS = (
    Kind.CERTIFICATE,
    Kind.INVITATION,
    Kind.DEVICE,
    Kind.ROLE,
    Kind.REVOCATION,
    Kind.CHARTER,
    Kind.ENDORSEMENT,
    Kind.PROFILE,
    Kind.BULLETIN,
    Kind.WITHDRAWAL,
    Kind.NOTICE,
)
ACT_BYTES = 9
FORGED, SPOILT, HAS_PARENT, HAS_BODY = 0x80, 0x40, 0x20, 0x10
"""Of an act's first byte, beside the kind: a signature for another community; a wrong byte in the
body; a parent where there need not be one; a withdrawal that says something,
or a device that agreed to be another's."""
_KIND_MASK = 0x0F
_LIFETIMES_MINUTES = (1440, 91 * 1440, 365 * 1440, 60)
_ELSEWHERE = CommunityId(b"\xff" * 16)


class _Said(NamedTuple):
    codec: int
    body: bytes
    sequence: int
    minute: int
    lifetime: int
    parent: ShortId | None


def genesis(number: int) -> tuple[CommunityId, SignedObject]:
    """Return a community and its first charter: 1 steward, or 3 of which 1, 2 or 3 must agree."""
    return _geneses()[number % 4]


@lru_cache(maxsize=1)
def _geneses() -> tuple[tuple[CommunityId, SignedObject], ...]:
    return tuple(
        _genesis(threshold, count) for threshold, count in ((1, 1), (1, 3), (2, 3), (3, 3))
    )


def _genesis(threshold: int, count: int) -> tuple[CommunityId, SignedObject]:
    stewards = tuple(key.public for key in KEYS[:count])
    body = encode_charter(CharterFields(0, None, threshold, stewards, (), "Fuzzstadt"))
    community = community_of(body)
    said = _Said(0, body, sequence=1, minute=MINUTE - 60, lifetime=2, parent=None)
    return community, _signed(KEYS[0], community, Kind.CHARTER, said)


def acts(cuts: Cuts, number: int, count_max: int) -> Iterator[SignedObject]:
    """Yield the first charter, then what the rest of an input says, at most so many."""
    _, first = genesis(number)
    made = [first]
    yield first
    while cuts.remaining and len(made) <= count_max:
        data = cuts.take(ACT_BYTES).ljust(ACT_BYTES, b"\0")
        target = made[data[6] % len(made)]
        try:
            thing = _act(number % 4, data, target)
        except (CallerError, LimitError):
            continue  # A field that our own encoder refuses; `bodies` feeds the decoders.
        made.append(thing)
        yield thing


@lru_cache(maxsize=4096)
def _act(number: int, data: bytes, target: SignedObject) -> SignedObject:
    """Return an act: flags and kind, author, sequence, minute, subject, field, target, two more."""
    community, _ = genesis(number)
    flags, who, sequence, minute = data[:4]
    kind = KINDS[(flags & _KIND_MASK) % len(KINDS)]
    codec, body = _body(kind, data, target, community)
    if flags & SPOILT and body:
        at = data[7] % len(body)
        body = body[:at] + bytes([data[8]]) + body[at + 1 :]
    is_about = kind in (Kind.ENDORSEMENT, Kind.WITHDRAWAL, Kind.NOTICE)
    said = _Said(
        codec,
        body,
        sequence=sequence,
        minute=MINUTE + minute,
        lifetime=who >> 4 & 3,
        parent=target.short_id if is_about or flags & HAS_PARENT else None,
    )
    return _signed(KEYS[who % 8], _ELSEWHERE if flags & FORGED else community, kind, said)


def _body(
    kind: Kind, data: bytes, target: SignedObject, community: CommunityId
) -> tuple[int, bytes]:
    """Return codec and body."""
    if kind in GOVERNANCE:
        return 0, _authority(kind, data, target, community)
    value, extra = data[5], data[7]
    match kind:
        case Kind.PROFILE:
            return 0, encode_profile(ProfileFields(f"N{value}"))
        case Kind.BULLETIN:
            severity = tuple(Severity)[value % len(Severity)]
            return encode_bulletin(BulletinFields("x", None, "water", severity))
        case Kind.NOTICE:
            return 0, bytes([value % 5 << 4 | extra % 10]) + rest_of(target.id) + b"x"
        case _:
            return 0, b"x" if data[0] & HAS_BODY else b""


def _authority(kind: Kind, data: bytes, target: SignedObject, community: CommunityId) -> bytes:
    """Return the body; `extra` and `last` choose among keys, numbers and flags."""
    subject, value, extra, last = KEYS[data[4] % 8], data[5], data[7], data[8]
    body = b""
    match kind:
        case Kind.CERTIFICATE:
            fields = CertificateFields(IdentityClass(value % 3), subject.public, f"P{data[4] % 8}")
            body = encode_certificate(fields)
        case Kind.INVITATION:
            until_min, uses = MINUTE + extra, last % 4
            terms = InvitationFields(subject.public, until_min, IdentityClass(value % 3), uses)
            body = encode_invitation(terms)
        case Kind.DEVICE:
            agreed = KEYS[(value if data[0] & HAS_BODY else data[1]) % 8]
            body = encode_device(subject, agreed.public, community)
        case Kind.ROLE:
            body = encode_role(RoleFields(Role(1 + value % 4), fingerprint(subject.public)))
        case Kind.REVOCATION:
            body = _revocation(subject, value, extra, last)
        case Kind.CHARTER:
            body = _charter(target, data)
        case Kind.ENDORSEMENT:
            body = rest_of(target.id)
    return body


def _revocation(subject: SigningKey, value: int, extra: int, last: int) -> bytes:
    """`extra`: one bit for each key of which something stays; `last`: up to where."""
    ids = sorted(key.id for at, key in enumerate(KEYS) if extra >> at & 1)
    cuts = tuple(Cut(one, 1 + last) for one in ids)
    role = Role(value >> 4) if 1 <= value >> 4 <= 4 else None
    reason = RevocationReason(value % 6)
    return encode_revocation(RevocationFields(reason, fingerprint(subject.public), cuts, role))


def _charter(target: SignedObject, data: bytes) -> bytes:
    """`extra`: one bit for each steward; `last`: one for each kept key; the subject ranks first."""
    first, value, extra, last = data[4] % 8, data[5], data[7], data[8]
    order = [*range(first, 8), *range(first)]
    stewards = tuple(KEYS[at].public for at in order if extra >> at & 1)
    kept = sorted(KEYS[at].public for at in range(8) if last >> at & 1)
    fields = CharterFields(
        number=value & 3,
        previous=CharterHash(charter_hash(target.body)) if value & 3 else None,
        threshold=1 + (value >> 2 & 3),
        stewards=stewards,
        kept=tuple(KeptKey(key, 1 + (value >> 4)) for key in kept),
        name="Fuzzstadt",
    )
    return encode_charter(fields)


def _signed(key: SigningKey, community: CommunityId, kind: Kind, said: _Said) -> SignedObject:
    return compose(
        key=key,
        community=community,
        kind=kind,
        body=said.body,
        sequence=said.sequence,
        created_min=said.minute,
        lifetime_code=lifetime_code_for(_LIFETIMES_MINUTES[said.lifetime]),
        codec=said.codec,
        parent=said.parent,
    )
