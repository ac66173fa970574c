"""Evidence: the governance objects of a set, decoded once, and which keys sign for whom.

Not for: whose word counts (`charters`, `membership`). Invariant: the same objects in any order
are the same evidence.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from meshnode.board.device import decode_device
from meshnode.board.revocation import RevocationFields, decode_revocation
from meshnode.board.standing import UNLIMITED, Cuts
from meshnode.protocol.keys import Fingerprint, KeyId, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject

DEVICES_MAX: Final = 8
"""Devices of one identity; those announced first count."""

GOVERNANCE: Final = frozenset(
    {
        Kind.INVITATION,
        Kind.CHARTER,
        Kind.ENDORSEMENT,
        Kind.CERTIFICATE,
        Kind.DEVICE,
        Kind.ROLE,
        Kind.REVOCATION,
    }
)
"""The kinds from which a standing follows."""

IsSignedBy = Callable[[SignedObject, PublicKey], bool]
IsAct = Callable[[SignedObject], bool]
"""Whether an object is an act of somebody who may revoke what it revokes."""


class Evidence:
    """What was said about who is who."""

    def __init__(self, objects: Iterable[SignedObject], is_signed_by: IsSignedBy) -> None:
        self.is_signed_by = is_signed_by
        self.recognised: set[ObjectId] = set()
        """Whoever reads the evidence notes here what is by somebody who may say it."""
        self._kinds: dict[int, list[SignedObject]] = {kind: [] for kind in GOVERNANCE}
        unique = {thing.id: thing for thing in objects if thing.kind in GOVERNANCE}
        for thing in sorted(unique.values(), key=lambda one: (one.created_min, one.id)):
            self._kinds[thing.kind].append(thing)
        self.revocations: list[tuple[SignedObject, RevocationFields]] = [
            (thing, decode_revocation(thing.codec, thing.body))
            for thing in self._kinds[Kind.REVOCATION]
        ]
        self._devices: dict[KeyId, list[tuple[SignedObject, PublicKey]]] = {}
        for thing in self._kinds[Kind.DEVICE]:
            device = decode_device(thing.codec, thing.body)
            self._devices.setdefault(thing.author, []).append((thing, device))

    def of(self, kind: Kind) -> list[SignedObject]:
        """Return the objects of a kind, by creation minute, then id."""
        return self._kinds[kind]

    def keys_of(
        self, identity_key: PublicKey, cuts: Cuts | None, *, may_revoke: IsAct | None = None
    ) -> Iterator[tuple[PublicKey, int, bool]]:
        """Yield the keys that sign for an identity: its own, then its devices.

        Shapes: (key, last sequence number that counts, whether it is a device). `cuts` is None
        for an identity in good standing. Devices are revoked by the identity's own key, or by
        what `may_revoke` says.
        """
        own = key_id(identity_key)
        own_last = UNLIMITED if cuts is None else cuts.get(own, 0)
        yield identity_key, own_last, False
        seen: set[PublicKey] = set()
        announced = sorted(self._devices.get(own, ()), key=lambda pair: pair[0].sequence)
        for thing, device in announced:
            if not self.is_signed_by(thing, identity_key):
                continue
            self.recognised.add(thing.id)
            if device in seen:
                continue
            if len(seen) == DEVICES_MAX:
                return
            seen.add(device)
            name = key_id(device)
            last = UNLIMITED if cuts is None else cuts.get(name, 0)
            for left in self._left_of_device(identity_key, own_last, device, may_revoke):
                last = min(last, left.get(name, 0))
            yield device, last, True

    def _left_of_device(
        self, identity_key: PublicKey, own_last: int, device: PublicKey, may_revoke: IsAct | None
    ) -> Iterator[Cuts]:
        wanted = fingerprint(device)
        for thing, fields in self.revocations:
            if fields.subject != wanted or fields.role is not None:
                continue
            is_own = thing.sequence <= own_last and self.is_by(thing, identity_key)
            if is_own or (may_revoke is not None and may_revoke(thing)):
                self.recognised.add(thing.id)
                yield cuts_of(fields)

    def is_by(self, thing: SignedObject, public_key: PublicKey) -> bool:
        """Return whether a key signed an object."""
        return thing.author == key_id(public_key) and self.is_signed_by(thing, public_key)


def cuts_of(fields: RevocationFields) -> Cuts:
    """Return what a revocation leaves valid."""
    return {cut.key: cut.sequence for cut in fields.cuts}


def least(cuts: Iterable[Cuts]) -> Cuts:
    """Return what every one of several revocations leaves valid."""
    some = list(cuts)
    common = set.intersection(*map(set, some)) if some else set[KeyId]()
    return {key: min(one[key] for one in some) for key in sorted(common)}


def by_fingerprint(keys: Iterable[PublicKey]) -> dict[Fingerprint, PublicKey]:
    """Return keys by their fingerprints."""
    return {fingerprint(key): key for key in keys}
