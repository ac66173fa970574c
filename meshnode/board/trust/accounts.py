"""To whose account an object goes, and how many of its sort a day may hold.

Not for: counting (`meshnode.protocol.quota`). Invariant: it follows from the object and who signed
it alone: what else is held is not the same on all nodes.
Source: docs/spec/trust.md section 7.
"""

from typing import Final

from meshnode.board.calls.checkin import is_call
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.standing import Identity
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

CALLS_DAY_MAX: Final = 12
"""Calls for help of one identity and day: they are urgent; a volunteer makes some for others."""
CLAIMS_DAY_MAX: Final = 100
"""Steps of one identity and day: a club that answers everybody who asks."""
SALES_DAY_MAX: Final = 600
"""Bookings and allotments of one node and day: a water point with sixty slots for ten queues."""

ANNOUNCED: Final = (Kind.PROFILE, Kind.PREKEY)
"""What somebody says about itself."""
REPLACEABLE: Final = (*ANNOUNCED, Kind.LEVEL)
"""Of these only a key's newest counts; of levels, its newest for each place."""
_SORTS: Final[dict[int, tuple[bytes, int]]] = {
    Kind.PROFILE: (b"newest", NEWEST_DAY_MAX),
    Kind.PREKEY: (b"newest", NEWEST_DAY_MAX),
    Kind.LEVEL: (b"levels", NEWEST_DAY_MAX),
    Kind.WITHDRAWAL: (b"acts", SPEAKER_DAY_MAX),
    Kind.NOTICE: (b"acts", SPEAKER_DAY_MAX),
    Kind.TRIAGE: (b"acts", SPEAKER_DAY_MAX),
    Kind.MODE: (b"acts", SPEAKER_DAY_MAX),
    Kind.CLAIM: (b"claims", CLAIMS_DAY_MAX),
    Kind.BOOKING: (b"sales", SALES_DAY_MAX),
    Kind.ALLOTMENT: (b"sales", SALES_DAY_MAX),
}
"""Kinds with an account of their own, and how many of them it may hold a day."""


def content_allowance(
    thing: SignedObject, identity: Identity | None, *, is_urgent: bool
) -> Allowance:
    """Return the account of anything but authority: one an identity, whichever device signed."""
    account = bytes(thing.author if identity is None else identity.fingerprint)
    if is_urgent:
        return Allowance(b"urgent" + account, URGENT_DAY_MAX)
    if is_call(thing):
        return Allowance(b"calls" + account, CALLS_DAY_MAX)
    if thing.kind in _SORTS:
        sort, day_max = _SORTS[thing.kind]
        return Allowance(sort + account, day_max)
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
