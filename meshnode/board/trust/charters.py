"""Which charter is in force, which of its stewards stand, and what counts as a steward's act.

Not for: members (`membership`). Invariants: the same evidence gives the same charter; one stolen
key does not bring down stewards who agree against it.
Source: docs/spec/trust.md sections 2 and 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from meshnode.board.trust.charter import CharterFields, charter_hash, community_of
from meshnode.board.trust.evidence import Evidence, by_fingerprint, charter_of, least
from meshnode.board.trust.standing import Cuts
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class _Charter:
    """A charter, and since when it has had enough signatures, by what they say themselves."""

    thing: SignedObject
    fields: CharterFields
    complete_min: int


@dataclass(frozen=True, slots=True)
class _Accusation:
    """A steward revokes another one."""

    accuser: Fingerprint
    accused: Fingerprint
    thing: SignedObject
    cuts: Cuts


class Stewardship:
    """The stewards of one charter: who stands, and which objects are their acts."""

    def __init__(self, charter: CharterFields, evidence: Evidence) -> None:
        self.charter = charter
        self._evidence = evidence
        self.stewards = by_fingerprint(charter.stewards)
        """In rank order."""
        self._keys: dict[KeyId, list[tuple[PublicKey, Fingerprint, int]]] = {}
        for name, key in self.stewards.items():
            for public_key, last, _ in evidence.keys_of(key, None):
                self._add(public_key, name, last)
                evidence.governing.add(public_key)
        fallen = self._find_fallen_by_themselves()
        self.fallen: dict[Fingerprint, Cuts] = self._find_fallen_by_others(fallen)
        self._keys = {}
        for name, key in self.stewards.items():
            for public_key, last, _ in evidence.keys_of(key, self.fallen.get(name)):
                self._add(public_key, name, last)
        for one in charter.kept:
            evidence.heard.setdefault(key_id(one.public_key), set()).add(one.public_key)
            evidence.governing.add(one.public_key)
            self._add(one.public_key, fingerprint(one.public_key), one.sequence)

    def steward_of(self, thing: SignedObject) -> Fingerprint | None:
        """Return whose act an object is; None: no steward's, or after the steward fell."""
        for public_key, name, last in self._keys.get(thing.author, ()):
            if thing.sequence <= last and self._evidence.is_signed_by(thing, public_key):
                return name
        return None

    def is_act(self, thing: SignedObject) -> bool:
        """Return whether an object is a steward's act."""
        return self.steward_of(thing) is not None

    def _add(self, public_key: PublicKey, name: Fingerprint, last: int) -> None:
        self._keys.setdefault(key_id(public_key), []).append((public_key, name, last))

    def _find_fallen_by_themselves(self) -> dict[Fingerprint, Cuts]:
        """Return the stewards whose own key says that it does not count any more."""
        evidence, fallen = self._evidence, dict[Fingerprint, Cuts]()
        for name, key in self.stewards.items():
            own = [one for one in evidence.revoking(name) if evidence.is_by(one[0], key)]
            evidence.recognised.update(thing.id for thing, _ in own)
            if own:
                fallen[name] = least(cuts for _, cuts in own)
        return fallen

    def _find_fallen_by_others(self, fallen: Mapping[Fingerprint, Cuts]) -> dict[Fingerprint, Cuts]:
        """Return the stewards who fell, and what stays of their acts.

        Whoever most others accuse falls first, ties together; what an accuser signed after it
        fell counts no more for who is next.
        """
        accusations = list(self._accusations())
        needed = max(1, self.charter.threshold - 1)
        fallen = dict(fallen)
        while True:
            against: dict[Fingerprint, dict[Fingerprint, list[Cuts]]] = {}
            for one in accusations:
                if one.accused not in fallen and _counts(one, fallen):
                    by_accuser = against.setdefault(one.accused, {})
                    by_accuser.setdefault(one.accuser, []).append(one.cuts)
            most = max(map(len, against.values()), default=0)
            if most < needed:
                return fallen
            for accused, by_accuser in against.items():
                if len(by_accuser) == most:
                    fallen[accused] = least(cuts for some in by_accuser.values() for cuts in some)

    def _accusations(self) -> Iterator[_Accusation]:
        for accused in self.stewards:
            for thing, cuts in self._evidence.revoking(accused):
                accuser = self.steward_of(thing)
                if accuser is not None and accuser != accused:
                    # Also what counts no more: without it nobody could find out who fell first.
                    self._evidence.recognised.add(thing.id)
                    yield _Accusation(accuser, accused, thing, cuts)


def charters_in_force(
    community: CommunityId, pinned: Sequence[SignedObject], evidence: Evidence
) -> tuple[tuple[tuple[SignedObject, int], ...], Stewardship | None]:
    """Return the charters that led here, the last one in force, and its stewards.

    Beside each charter stands the minute in which it was complete. `pinned` are charters that this
    node trusts whatever arrives; the last of them is the first of the chain. Without any, the
    charter that gave the community its id is.
    """
    charters = [
        _Charter(thing, charter_of(thing.codec, thing.body), thing.created_min)
        for thing in evidence.of(Kind.CHARTER)
    ]
    pinned_ids = {thing.id for thing in pinned}
    roots = [one for one in charters if one.thing.id in pinned_ids] or [
        one for one in charters if not one.fields.number and _founds(one.thing, community)
    ]
    if not roots:
        return (), None
    chain = [max(roots, key=lambda one: (one.fields.number, one.thing.id))]
    while True:
        last = chain[-1]
        evidence.recognised.add(last.thing.id)
        stewardship = Stewardship(last.fields, evidence)
        followers = [one for one in charters if _follows(one, last)]
        chosen = _chosen(stewardship, followers, evidence)
        if chosen is None:
            return tuple((one.thing, one.complete_min) for one in chain), stewardship
        chain.append(replace(chosen, complete_min=max(chosen.complete_min, last.complete_min)))


def _founds(thing: SignedObject, community: CommunityId) -> bool:
    return community_of(thing.body) == community


def _follows(one: _Charter, last: _Charter) -> bool:
    is_next = one.fields.number == last.fields.number + 1
    return is_next and one.fields.previous == charter_hash(last.thing.body)


def _chosen(
    stewardship: Stewardship, followers: Sequence[_Charter], evidence: Evidence
) -> _Charter | None:
    """Return the follower that enough stewards sign: the highest ranks, then the lowest id.

    Of its signers only as many as are needed are compared: one more never speaks against it.
    """
    ranks = {name: rank for rank, name in enumerate(stewardship.stewards)}
    threshold = stewardship.charter.threshold
    complete: list[tuple[list[int], ObjectId, _Charter]] = []
    for one in followers:
        signatures = (one.thing, *evidence.endorsements_of(one.thing.id))
        acts = {thing.id: stewardship.steward_of(thing) for thing in signatures}
        if acts[one.thing.id] not in ranks:
            # Also with enough endorsements: a node that meets it after its author fell would not
            # take it, and so not learn of them.
            continue
        evidence.recognised.update(thing for thing, name in acts.items() if name in ranks)
        signed_min = {
            ranks[name]: thing.created_min
            for thing in sorted(signatures, key=lambda each: each.created_min, reverse=True)
            if (name := acts[thing.id]) in ranks
        }
        if len(signed_min) >= threshold:
            complete_min = sorted(signed_min.values())[threshold - 1]
            signed = replace(one, complete_min=complete_min)
            complete.append((sorted(signed_min)[:threshold], one.thing.id, signed))
    return min(complete, key=lambda entry: entry[:2])[2] if complete else None


def _counts(accusation: _Accusation, fallen: dict[Fingerprint, Cuts]) -> bool:
    cuts = fallen.get(accusation.accuser)
    thing = accusation.thing
    return cuts is None or thing.sequence <= cuts.get(thing.author, 0)
