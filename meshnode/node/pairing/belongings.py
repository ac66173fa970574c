"""What a node holds of one member, and invitations found by their key: what a phone asks for.

Not for: who may ask (`meshnode.api.door.gate`). Invariant: nothing of anybody else is in it.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass, decode_certificate
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.role import decode_role
from meshnode.board.trust.standing import UNLIMITED, Identity
from meshnode.node.denials import NotFoundError
from meshnode.node.desks.papers import papers_of
from meshnode.protocol.engine import Engine
from meshnode.protocol.keys import Fingerprint, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, SignedObject

_PEOPLE: Final = (IdentityClass.PERSON, IdentityClass.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Belonging:
    """An object by somebody (`is_own`), or about them."""

    thing: SignedObject
    is_own: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation with what vouches for it, deepest first, and how many may still join by it."""

    thing: SignedObject
    vouchers: tuple[SignedObject, ...]
    uses_left: int


def owner_of(rules: NeighbourhoodRules, device_key: PublicKey) -> Identity | None:
    """Return the member, a person or an organisation, for whom a key signs, if it still does."""
    for one in rules.standing.signers.get(key_id(device_key), ()):
        is_it = one.public_key == device_key and one.last == UNLIMITED
        identity = one.identity
        if is_it and not identity.is_revoked and identity.identity_class in _PEOPLE:
            return identity
    return None


def is_revoked(rules: NeighbourhoodRules, device_key: PublicKey) -> bool:
    """Return whether a key signed for somebody, and it or they were revoked.

    It follows from what is held now: where the revocation has not arrived nobody is revoked, and
    where it ended, or what it stood on fell, nobody is any more.
    """
    signers = rules.standing.signers.get(key_id(device_key), ())
    own = [one for one in signers if one.public_key == device_key]
    return bool(own) and all(one.identity.is_revoked or one.last != UNLIMITED for one in own)


def belongings_of(rules: NeighbourhoodRules, engine: Engine, owner: Identity) -> list[Belonging]:
    """Return all that is held by a member and about them, in the order in which it came."""
    found = []
    for held in engine.held.values():
        thing = held.object
        author = rules.author_of(thing)
        is_own = author is not None and author.fingerprint == owner.fingerprint
        if is_own or _subject(thing) == owner.fingerprint:
            found.append(Belonging(thing, is_own))
    return found


def find_invitation(rules: NeighbourhoodRules, public_key: PublicKey) -> OpenInvitation:
    """Return the invitation that names this key.

    Raises:
        NotFoundError: There is none that counts.
    """
    recognised = [one for one in rules.governance.values() if one.id in rules.standing.recognised]
    is_taken_back = any(
        one.kind == Kind.REVOCATION and _subject(one) == fingerprint(public_key)
        for one in recognised
    )
    for thing in recognised:
        if thing.kind != Kind.INVITATION or is_taken_back:
            continue
        terms = decode_invitation(thing.codec, thing.body)
        if terms.public_key == public_key:
            left = max(0, terms.uses - _uses(rules, thing))
            return OpenInvitation(thing, papers_of(thing, (), rules).vouchers, left)
    raise NotFoundError("This invitation is not here, or it was taken back. Ask for a new one.")


def _uses(rules: NeighbourhoodRules, invitation: SignedObject) -> int:
    return sum(
        one.kind == Kind.CERTIFICATE
        and one.parent == invitation.short_id
        and one.id in rules.standing.recognised
        for one in rules.governance.values()
    )


def _subject(thing: SignedObject) -> Fingerprint | None:
    """Return whom an object of authority is about."""
    match thing.kind:
        case Kind.CERTIFICATE:
            return fingerprint(decode_certificate(thing.codec, thing.body).public_key)
        case Kind.ROLE:
            return decode_role(thing.codec, thing.body).subject
        case Kind.REVOCATION:
            return decode_revocation(thing.codec, thing.body).subject
        case _:
            return None
