"""Whether an object of authority could count at all, told from who is who as it stands.

Finding out who is who anew takes milliseconds for each hundred people. Without this look before, a
stolen key, or any member, could make all nodes do so for each object that has no ground.
Invariant: what `membership.evaluate` would recognise may count; the other way round it need not.
Source: docs/spec/trust.md section 5.
"""

from collections.abc import Collection

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import is_proven
from meshnode.board.trust.evidence import invitation_of, is_within
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.standing import Standing
from meshnode.protocol.keys import KEY_ID_BYTES, CommunityId, KeyId, PublicKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject


def may_count(
    thing: SignedObject,
    key: PublicKey,
    standing: Standing,
    held: Collection[SignedObject],
    community: CommunityId,
) -> bool:
    """Return whether an object that `key` signed could have an effect.

    `thing.kind` is one of `GOVERNANCE`; `held` are the objects from which `standing` follows.
    """
    if key in standing.governing:
        return True
    match thing.kind:
        case Kind.DEVICE:
            return fingerprint(key) in standing.identities and is_proven(thing.body, key, community)
        case Kind.REVOCATION:
            return _is_of_its_own(thing, key, standing)
        case Kind.CERTIFICATE if thing.parent is not None:
            return any(_is_invited(thing, key, one, held) for one in held)
        case Kind.CERTIFICATE | Kind.INVITATION:
            return _may_speak(thing, key, standing)
        case _:
            return False


def _may_speak(thing: SignedObject, key: PublicKey, standing: Standing) -> bool:
    """Return whether this is the word of somebody whose word counts for others."""
    return any(
        signer.public_key == key
        and thing.sequence <= signer.last
        and signer.identity.is_full
        and signer.identity.identity_class is not IdentityClass.NODE
        for signer in standing.signers.get(thing.author, ())
    )


def _is_invited(
    thing: SignedObject, key: PublicKey, other: SignedObject, held: Collection[SignedObject]
) -> bool:
    """Return whether `other` is an invitation that lets `key` certify this, and not used up."""
    if other.kind != Kind.INVITATION or other.short_id != thing.parent:
        return False
    terms = invitation_of(other.codec, other.body)
    if key != terms.public_key or not is_within(thing, other):
        return False
    earlier = [
        one
        for one in held
        if one.kind == Kind.CERTIFICATE
        and (one.parent, one.author) == (thing.parent, thing.author)
        and (one.created_min, one.id) < (thing.created_min, thing.id)
    ]
    return len(earlier) < terms.uses


def _is_of_its_own(thing: SignedObject, key: PublicKey, standing: Standing) -> bool:
    """Return whether somebody revokes itself or one of its devices."""
    fields = decode_revocation(thing.codec, thing.body)
    if fields.role is not None:
        return False
    own = fingerprint(key)
    signers = standing.signers.get(KeyId(fields.subject[:KEY_ID_BYTES]), ())
    return fields.subject == own or any(
        signer.identity.fingerprint == own and fingerprint(signer.public_key) == fields.subject
        for signer in signers
    )
