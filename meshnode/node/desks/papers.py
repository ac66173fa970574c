"""What a held object needs on paper: its signed bytes, and what vouches for whoever signed it.

Not for: lines or pages. Invariant: a node that knows the community's charter and holds nothing
else takes the object once it has taken what vouches for it, in the order given here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.bodies import severity_of
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.role import decode_role
from meshnode.protocol.keys import fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject

VOUCHERS_MAX: Final = 24
"""Two members who vouch, each with device, certificate and who certified them: far below it."""


_BY_ROLE: Final = (Kind.DRILL, Kind.ALERT, Kind.NOTICE, Kind.TRIAGE, Kind.MODE)
"""What only the holder of a role says; bulletins are among it if they are severe."""
_URGENT: Final = (Severity.SEVERE, Severity.EXTREME)


@dataclass(frozen=True, slots=True)
class Papers:
    """An object as it goes on paper.

    `notices` are the corrections and labels without which it must not be seen; `vouchers` stand
    in the order in which they can be taken; `is_hidden`: moderation hides it.
    """

    thing: SignedObject
    notices: tuple[SignedObject, ...]
    vouchers: tuple[SignedObject, ...]
    is_hidden: bool = False


def papers_of(
    thing: SignedObject, notices: Sequence[SignedObject], rules: NeighbourhoodRules
) -> Papers:
    """Return an object and the notices on it, with what vouches for those who signed them."""
    found: dict[ObjectId, SignedObject] = {}
    governance = sorted(rules.governance.values(), key=lambda one: (one.created_min, one.id))
    for one in (thing, *notices):
        if one.kind not in (Kind.CHARTER, Kind.ENDORSEMENT):
            _gather(one, rules, governance, found)
    found.pop(thing.id, None)
    return Papers(thing, tuple(notices), tuple(found.values()))


def _gather(
    thing: SignedObject,
    rules: NeighbourhoodRules,
    governance: Sequence[SignedObject],
    found: dict[ObjectId, SignedObject],
) -> None:
    """Put into `found` what must be known before `thing` says anything, deepest first."""
    for ground in _grounds(thing, rules, governance):
        if ground.id not in found and ground.id != thing.id and len(found) < VOUCHERS_MAX:
            # Marked before it is followed, so that two who vouch for each other end it.
            found[ground.id] = ground
            _gather(ground, rules, governance, found)
            found[ground.id] = found.pop(ground.id)


def _grounds(
    thing: SignedObject, rules: NeighbourhoodRules, governance: Sequence[SignedObject]
) -> Iterator[SignedObject]:
    identity = rules.author_of(thing)
    recognised = rules.standing.recognised
    yield from _invitations(thing, governance)
    for one in governance:
        if one.id not in recognised or identity is None:
            continue
        match one.kind:
            case Kind.DEVICE if key_id(decode_device(0, one.body)) == thing.author:
                yield one
            case Kind.CERTIFICATE if not identity.is_steward:
                fields = decode_certificate(one.codec, one.body)
                if fingerprint(fields.public_key) == identity.fingerprint:
                    yield one
            case Kind.ROLE if _needs_role(thing):
                if decode_role(one.codec, one.body).subject == identity.fingerprint:
                    yield one


def _needs_role(thing: SignedObject) -> bool:
    return thing.kind in _BY_ROLE or (thing.kind == Kind.BULLETIN and severity_of(thing) in _URGENT)


def _invitations(thing: SignedObject, governance: Sequence[SignedObject]) -> Iterator[SignedObject]:
    """Yield the invitation with whose key a certificate was signed."""
    if thing.kind == Kind.CERTIFICATE and thing.parent is not None:
        for one in governance:
            if one.kind == Kind.INVITATION and one.short_id == thing.parent:
                yield one
