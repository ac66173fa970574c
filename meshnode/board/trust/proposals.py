"""Charters that wait for endorsements, and what stands about the one in force.

Not for: which charter is in force (`charters`).
Source: docs/spec/trust.md section 2.
"""

from dataclasses import dataclass

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.charter import CharterFields, charter_hash, decode_charter
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class Proposal:
    """A charter that would follow the one in force; `needed` more stewards have to sign it."""

    thing: SignedObject
    fields: CharterFields
    endorsed_by: tuple[Fingerprint, ...]
    needed: int


def proposals(rules: NeighbourhoodRules) -> list[Proposal]:
    """Return the charters that stewards proposed and that are not in force, oldest first."""
    standing = rules.standing
    if standing.charter is None:
        return []
    current = charter_hash(standing.charters[-1].body)
    found: list[Proposal] = []
    for thing in rules.governance.values():
        if thing.kind != Kind.CHARTER or thing.id not in standing.recognised:
            continue
        fields = decode_charter(thing.codec, thing.body)
        if fields.previous == current:
            signers = _signers(rules, thing)
            needed = max(0, standing.charter.threshold - len(signers))
            found.append(Proposal(thing, fields, signers, needed))
    return sorted(found, key=lambda one: (one.thing.created_min, one.thing.id))


def endorsements_of(rules: NeighbourhoodRules, charter: ObjectId) -> list[SignedObject]:
    """Return what stewards signed so that a charter counts, oldest first."""
    found = [
        thing
        for thing in rules.governance.values()
        if thing.kind == Kind.ENDORSEMENT
        and thing.id in rules.standing.recognised
        and decode_endorsement(thing.codec, thing.body, thing.parent) == charter
    ]
    return sorted(found, key=lambda one: (one.created_min, one.id))


def _signers(rules: NeighbourhoodRules, charter: SignedObject) -> tuple[Fingerprint, ...]:
    """Return the stewards in office who signed a charter, in rank order."""
    acts = (charter, *endorsements_of(rules, charter.id))
    authors = {one.fingerprint for act in acts if (one := rules.author_of(act)) is not None}
    return tuple(one for one in rules.standing.stewards if one in authors)
