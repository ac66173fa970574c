"""What a person signs: acts of authority, of moderation, and posts. Each returns one object.

Not for: whether it will count (`board.rules` says so on every node). Raises, everywhere:
LimitError for a field outside its bounds, StoreError where the vault cannot be saved.
"""

from collections.abc import Sequence

from meshnode.board.bulletins.alert import Provenance, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, encode_bulletin
from meshnode.board.bulletins.notice import NoticeFields, encode_notice
from meshnode.board.parts import Cut
from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
from meshnode.board.trust.charter import CharterFields, encode_charter
from meshnode.board.trust.device import decode_device, is_proven
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.founding import ROLE_MINUTES, YEAR_MINUTES
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role, RoleFields, encode_role
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.person.identity import Identity, Lifetime
from meshnode.person.paper import PaperSecret
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint, PublicKey
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

_YEAR = Lifetime(YEAR_MINUTES)


def certify(
    identity: Identity,
    subject: PublicKey,
    name: str,
    *,
    identity_class: IdentityClass,
    minute: int,
    minutes: int = YEAR_MINUTES,
) -> SignedObject:
    """Vouch for a key: enough if a steward does it, half if another member does."""
    body = encode_certificate(CertificateFields(identity_class, subject, name))
    return identity.sign(Kind.CERTIFICATE, body, minute=minute, lifetime=Lifetime(minutes))


def invite(identity: Identity, terms: InvitationFields, *, minute: int) -> SignedObject:
    """Let the holder of another key certify somebody for a while."""
    return identity.sign(Kind.INVITATION, encode_invitation(terms), minute=minute, lifetime=_YEAR)


def grant(
    identity: Identity,
    role: Role,
    subject: Fingerprint,
    *,
    minute: int,
    minutes: int = ROLE_MINUTES,
    place: ObjectId | None = None,
) -> SignedObject:
    """Let somebody do more than every member may."""
    body = encode_role(RoleFields(role, subject, place))
    return identity.sign(Kind.ROLE, body, minute=minute, lifetime=Lifetime(minutes))


def revoke(
    identity: Identity,
    subject: Fingerprint,
    *,
    reason: RevocationReason,
    cuts: Sequence[Cut] = (),
    role: Role | None = None,
    minute: int,
) -> SignedObject:
    """Take back a role, or all trust in a key; `cuts` say what stays."""
    body = encode_revocation(RevocationFields(reason, subject, tuple(sorted(cuts)), role))
    return identity.sign(Kind.REVOCATION, body, minute=minute, lifetime=_YEAR)


def revoke_device(
    identity: Identity,
    device: Fingerprint,
    *,
    reason: RevocationReason,
    cuts: Sequence[Cut] = (),
    minute: int,
    paper: PaperSecret | None = None,
) -> SignedObject:
    """Take back the trust in one of one's own devices, with the key on paper."""
    body = encode_revocation(RevocationFields(reason, device, tuple(sorted(cuts))))
    return identity.sign_by_paper(Kind.REVOCATION, body, minute=minute, lifetime=_YEAR, paper=paper)


def name_device(
    identity: Identity, body: bytes, *, minute: int, paper: PaperSecret | None = None
) -> SignedObject:
    """Let another device, which made `body`, sign for the identity; signed by the key on paper.

    Raises:
        LimitError: The body is not one that a device made for this identity.
    """
    try:
        decode_device(0, body)
    except PeerError as error:
        raise LimitError("This is not the line that the new device showed.") from error
    if not is_proven(body, identity.public_key, identity.community):
        raise LimitError("This line was made for another identity or community.")
    return identity.sign_by_paper(Kind.DEVICE, body, minute=minute, lifetime=_YEAR, paper=paper)


def propose(identity: Identity, fields: CharterFields, *, minute: int) -> SignedObject:
    """Propose the next charter; the author counts as agreeing."""
    return identity.sign(Kind.CHARTER, encode_charter(fields), minute=minute, lifetime=_YEAR)


def endorse(identity: Identity, target: ObjectId, *, minute: int) -> SignedObject:
    """Agree with a charter that another steward proposed."""
    return identity.sign(
        Kind.ENDORSEMENT,
        rest_of(target),
        minute=minute,
        lifetime=_YEAR,
        parent=ShortId(target[:4]),
    )


def introduce(
    identity: Identity, name: str, languages: Sequence[str], *, minute: int, minutes: int
) -> SignedObject:
    """Say under which name one goes and what one reads; lives at most so many minutes."""
    body = encode_profile(ProfileFields(name, tuple(languages)))
    lifetime = Lifetime(minutes, is_ceiling=True)
    return identity.sign(Kind.PROFILE, body, minute=minute, lifetime=lifetime)


def post(
    identity: Identity,
    fields: BulletinFields,
    *,
    minute: int,
    minutes: int,
    is_drill: bool = False,
    provenance: Provenance | None = None,
) -> SignedObject:
    """Post a bulletin, a drill, or, with a provenance, an official alert."""
    if provenance is not None:
        codec, body = encode_alert(provenance, fields)
        kind = Kind.ALERT
    else:
        codec, body = encode_bulletin(fields)
        kind = Kind.DRILL if is_drill else Kind.BULLETIN
    return identity.sign(kind, body, minute=minute, lifetime=Lifetime(minutes), codec=codec)


def say(
    identity: Identity,
    kind: Kind,
    content: tuple[int, bytes],
    *,
    minute: int,
    minutes: int,
    parent: ShortId | None = None,
) -> SignedObject:
    """Sign any thing or step of the board: `content` is its text codec and body."""
    codec, body = content
    lifetime = Lifetime(minutes)
    return identity.sign(kind, body, minute=minute, lifetime=lifetime, codec=codec, parent=parent)


def withdraw(
    identity: Identity, target: ObjectId | ShortId, *, minute: int, expires_min: int
) -> SignedObject:
    """Take back something of one's own, for as long as it would have lived.

    `target` is its id, or its root: what was updated is known by that alone.
    """
    return identity.sign(
        Kind.WITHDRAWAL,
        WITHDRAWAL_BODY,
        minute=minute,
        lifetime=Lifetime(max(1, expires_min - minute)),
        parent=ShortId(target[:4]),
    )


def moderate(
    identity: Identity, fields: NoticeFields, *, minute: int, lifetime: Lifetime
) -> SignedObject:
    """Say something about another's object; an erasure counts if it outlives that."""
    codec, body = encode_notice(fields)
    return identity.sign(
        Kind.NOTICE,
        body,
        minute=minute,
        lifetime=lifetime,
        codec=codec,
        parent=ShortId(fields.target[:4]),
    )
