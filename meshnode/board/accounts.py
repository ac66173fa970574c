"""To whose account an object goes, and how many of its sort a day may hold.

Not for: counting (`meshnode.protocol.quota`). Invariant: it follows from the object and who signed
it alone: what else is held is not the same on all nodes.
Source: docs/spec/trust.md section 7.
"""

from typing import Final

from meshnode.board.certificate import IdentityClass
from meshnode.board.revocation import decode_revocation
from meshnode.board.standing import Identity
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Allowance

PERSON_DAY_MAX: Final = 40
"""Ordinary objects of one person and day."""
VOUCHED_DAY_MAX: Final = 12
"""The same for somebody for whom only two members speak: who invents people gains little."""
SPEAKER_DAY_MAX: Final = 200
"""The same for an organisation; and for a node, which carries its residents' messages."""
URGENT_DAY_MAX: Final = 60
"""Severe bulletins and alerts of one identity and day: a stolen key must not drown the others."""
GOVERNANCE_DAY_MAX: Final = 300
"""Objects of authority of one key and day: a steward who renews a whole community."""
NEWEST_DAY_MAX: Final = 64
"""Profiles and prekeys of one identity and day: never reached, as each key has one of each."""

REPLACEABLE: Final = (Kind.PROFILE, Kind.PREKEY)
"""Of these only an author's newest counts."""


def content_allowance(
    thing: SignedObject, identity: Identity | None, *, is_urgent: bool
) -> Allowance:
    """Return the account of anything but authority: one an identity, whichever device signed."""
    account = bytes(thing.author if identity is None else identity.fingerprint)
    if thing.kind in REPLACEABLE:
        return Allowance(b"newest" + account, NEWEST_DAY_MAX)
    if thing.kind in (Kind.WITHDRAWAL, Kind.NOTICE):
        return Allowance(b"acts" + account, SPEAKER_DAY_MAX)
    if is_urgent:
        return Allowance(b"urgent" + account, URGENT_DAY_MAX)
    if identity is None or identity.identity_class is not IdentityClass.PERSON:
        return Allowance(account, SPEAKER_DAY_MAX)
    return Allowance(account, PERSON_DAY_MAX if identity.is_full else VOUCHED_DAY_MAX)


def authority_allowance(thing: SignedObject, key: PublicKey | None) -> Allowance:
    """Return the account of an object of authority: one a key, not one an identity.

    A thief of one device must not use up what the owner needs to revoke it, nor may any other
    object of authority keep out one that would make it void.
    """
    account = bytes(key or thing.author)
    match thing.kind:
        case Kind.REVOCATION if decode_revocation(thing.codec, thing.body).subject.startswith(
            thing.author
        ):
            return Allowance(b"self" + account, GOVERNANCE_DAY_MAX)
        case Kind.REVOCATION:
            return Allowance(b"revocation" + account, GOVERNANCE_DAY_MAX)
        case Kind.CHARTER | Kind.ENDORSEMENT:
            return Allowance(b"charter" + account, GOVERNANCE_DAY_MAX)
        case _:
            return Allowance(b"authority" + account, GOVERNANCE_DAY_MAX)
