"""Evidence: the governance objects of a set, decoded once, and which keys sign for whom.

Not for: whose word counts (`charters`, `membership`). Invariant: the same objects in any order
are the same evidence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.charter import decode_charter
from meshnode.board.trust.device import decode_device, is_proven
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.revocation import RevocationFields, decode_revocation
from meshnode.board.trust.role import decode_role
from meshnode.board.trust.standing import UNLIMITED, Cuts
from meshnode.protocol.keys import (
    CommunityId,
    Fingerprint,
    KeyId,
    PublicKey,
    fingerprint,
    key_id,
)
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

DECODED_MAX: Final = 4096
"""Bodies of each kind that are kept decoded: every evaluation reads all of them."""
certificate_of = lru_cache(DECODED_MAX)(decode_certificate)
charter_of = lru_cache(DECODED_MAX)(decode_charter)
invitation_of = lru_cache(DECODED_MAX)(decode_invitation)
role_of = lru_cache(DECODED_MAX)(decode_role)
_device_of = lru_cache(DECODED_MAX)(decode_device)
_revocation_of = lru_cache(DECODED_MAX)(decode_revocation)

IsSignedBy = Callable[[SignedObject, PublicKey], bool]
IsAct = Callable[[SignedObject], bool]
"""Whether an object is an act of somebody who may revoke what it revokes."""


class Evidence:
    """What was said about who is who in one community."""

    def __init__(
        self, community: CommunityId, objects: Iterable[SignedObject], is_signed_by: IsSignedBy
    ) -> None:
        self.community = community
        self.is_signed_by = is_signed_by
        self.recognised: set[ObjectId] = set()
        """Whoever reads the evidence notes here what is by somebody who may say it."""
        self.heard: dict[KeyId, set[PublicKey]] = {}
        """All keys whose word was asked for, also those of stewards of earlier charters."""
        self.governing: set[PublicKey] = set()
        """Those of them that sign, or signed, for a steward."""
        self._kinds: dict[int, list[SignedObject]] = {kind: [] for kind in GOVERNANCE}
        unique = {thing.id: thing for thing in objects if thing.kind in GOVERNANCE}
        for thing in sorted(unique.values(), key=lambda one: (one.created_min, one.id)):
            self._kinds[thing.kind].append(thing)
        self.revocations: list[tuple[SignedObject, RevocationFields]] = [
            (thing, _revocation_of(thing.codec, thing.body))
            for thing in self._kinds[Kind.REVOCATION]
        ]
        self._revoking: dict[Fingerprint, list[tuple[SignedObject, Cuts]]] = {}
        for thing, fields in self.revocations:
            if fields.role is None:
                self._revoking.setdefault(fields.subject, []).append((thing, cuts_of(fields)))
        self._devices: dict[KeyId, list[tuple[SignedObject, PublicKey]]] = {}
        for thing in sorted(self._kinds[Kind.DEVICE], key=lambda one: one.sequence):
            device = _device_of(thing.codec, thing.body)
            self._devices.setdefault(thing.author, []).append((thing, device))
        self._endorsements: dict[ObjectId, list[SignedObject]] = {}
        for thing in self._kinds[Kind.ENDORSEMENT]:
            target = decode_endorsement(thing.codec, thing.body, thing.parent)
            self._endorsements.setdefault(target, []).append(thing)

    def of(self, kind: Kind) -> list[SignedObject]:
        """Return the objects of a kind, by creation minute, then id."""
        return self._kinds[kind]

    def endorsements_of(self, charter: ObjectId) -> Sequence[SignedObject]:
        """Return the endorsements that name a charter."""
        return self._endorsements.get(charter, ())

    def revoking(self, subject: Fingerprint) -> Sequence[tuple[SignedObject, Cuts]]:
        """Return what would revoke somebody, if by the right one, and what it leaves valid."""
        return self._revoking.get(subject, ())

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
        self.heard.setdefault(own, set()).add(identity_key)
        yield identity_key, own_last, False
        seen: set[PublicKey] = set()
        for thing, device in self._devices.get(own, ()):
            is_own = self.is_signed_by(thing, identity_key)
            if not is_own or not is_proven(thing.body, identity_key, self.community):
                continue
            self.recognised.add(thing.id)
            if device in seen or len(seen) == DEVICES_MAX:
                continue
            seen.add(device)
            name = key_id(device)
            last = UNLIMITED if cuts is None else cuts.get(name, 0)
            for left in self._left_of_device(identity_key, own_last, device, may_revoke):
                last = min(last, left.get(name, 0))
            self.heard.setdefault(name, set()).add(device)
            yield device, last, True

    def _left_of_device(
        self, identity_key: PublicKey, own_last: int, device: PublicKey, may_revoke: IsAct | None
    ) -> Iterator[Cuts]:
        for thing, cuts in self.revoking(fingerprint(device)):
            is_own = thing.sequence <= own_last and self.is_by(thing, identity_key)
            if is_own or (may_revoke is not None and may_revoke(thing)):
                self.recognised.add(thing.id)
                yield cuts

    def is_by(self, thing: SignedObject, public_key: PublicKey) -> bool:
        """Return whether a key signed an object."""
        return thing.author == key_id(public_key) and self.is_signed_by(thing, public_key)


def is_within(certificate: SignedObject, invitation: SignedObject) -> bool:
    """Return whether a certificate is of the class and in the time that an invitation names."""
    terms = invitation_of(invitation.codec, invitation.body)
    fields = certificate_of(certificate.codec, certificate.body)
    is_in_time = invitation.created_min <= certificate.created_min <= terms.valid_until_min
    return is_in_time and fields.identity_class is terms.identity_class


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
