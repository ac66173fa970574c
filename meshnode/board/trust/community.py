"""Community: what a node knows of who is who, from the objects it holds.

Not for: what joins the set (`rules`). Invariants: the standing follows from the governance objects
that are held and the pinned charter alone; an object is attributed to the key that signed it, also
where key ids collide.
Source: docs/spec/trust.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from meshnode.board.trust.accounts import ANNOUNCED
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import decode_charter
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.permissions import Office
from meshnode.board.trust.profile import ProfileFields, decode_profile
from meshnode.board.trust.register import Register, newness, noticed
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import UNLIMITED, Identity, Signer, Standing
from meshnode.board.versions import UPDATABLE, known_as, thing_id
from meshnode.protocol.keys import CommunityId, Fingerprint, PublicKey, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject

SIGNERS_MAX: Final = 4
"""Keys with the same four-byte id that are tried; more is an attack."""
OFFICES: Final = {
    Role.COORDINATOR: Office.COORDINATOR,
    Role.MODERATOR: Office.MODERATOR,
    Role.IMPORTER: Office.IMPORTER,
    Role.HOST: Office.HOST,
}


class Community:
    """One community as this node knows it; `register` finds what it holds beside authority.

    `pinned` are charters that this node trusts whatever arrives (docs/spec/trust.md section 2).
    """

    def __init__(self, community: CommunityId, pinned: Sequence[SignedObject] = ()) -> None:
        self.community = community
        self._pinned = tuple(sorted(pinned, key=number_of))
        self._pinned_number = max(map(number_of, pinned), default=0)
        self._governance: dict[ObjectId, SignedObject] = {}
        self._standing: Standing | None = None
        self._judged: tuple[ObjectId, PublicKey | None, Standing | None] | None = None
        """What was judged last: by which key it is, and the standing if it joins."""
        self._keys: dict[ObjectId, PublicKey] = {}
        """By which key what is held was signed: key ids can be made to collide."""
        self._signatures: dict[ObjectId, dict[PublicKey, bool]] = {}
        self.register = Register()
        self._identity_keys: dict[Fingerprint, list[PublicKey]] | None = None
        self.people_revision = 0
        """Counts what may have changed who is who, or under which name."""

    def learn(self, accepted: SignedObject) -> None:
        """Take note of an object that joined the set."""
        judged, self._judged = self._judged, None
        is_judged = judged is not None and judged[0] == accepted.id
        if judged is not None and is_judged and judged[1] is not None:
            self._keys[accepted.id] = judged[1]
        if accepted.kind in GOVERNANCE:
            self._governance[accepted.id] = accepted
            self._unsettle()
            self._standing = judged[2] if judged is not None and is_judged else None
            return
        self.register.add(accepted)
        if accepted.kind in ANNOUNCED:
            self.people_revision += 1

    def forget(self, removed: SignedObject) -> None:
        """Take note that an object left the set."""
        self._keys.pop(removed.id, None)
        if removed.kind in GOVERNANCE:
            self._governance.pop(removed.id, None)
            self._signatures.pop(removed.id, None)
            self._unsettle()
            return
        self.register.remove(removed)
        if removed.kind in ANNOUNCED:
            self.people_revision += 1

    def is_member(self, public_key: PublicKey) -> bool:
        """Return whether the community vouches for the holder of this key."""
        return any(
            signer.public_key == public_key and signer.last == UNLIMITED
            for signer in self.standing.signers.get(key_id(public_key), ())
        )

    def credentials(self, public_key: PublicKey) -> list[SignedObject]:
        """Return what somebody who knows only the community's charter needs to vouch for a key."""
        own = [one for one in self._governance.values() if _names(one, public_key)]
        parents = {one.parent for one in own if one.parent is not None}
        chain = [
            one
            for one in self._governance.values()
            if one.kind in (Kind.CHARTER, Kind.ENDORSEMENT)
            or (one.kind == Kind.INVITATION and one.short_id in parents)
        ]
        authors = {one.author for one in (*own, *chain)}
        devices = [
            one
            for one in self._governance.values()
            if one.kind == Kind.DEVICE and key_id(decode_device(0, one.body)) in authors
        ]
        # In the order in which each finds its ground: charters are kind 4, endorsements 5.
        chain.sort(key=lambda one: (one.kind == Kind.INVITATION, one.kind, one.created_min))
        return [*devices, *chain, *own]

    @property
    def standing(self) -> Standing:
        """Who is who, as far as this node knows."""
        if self._standing is None:
            self._standing = evaluate(
                self.community, self._pinned, self._governance.values(), self._is_signed_by
            )
        return self._standing

    @property
    def governance(self) -> Mapping[ObjectId, SignedObject]:
        """The objects from which the standing follows; not to be changed."""
        return self._governance

    @property
    def pinned(self) -> SignedObject | None:
        """The charter that this node trusts whatever arrives."""
        return self._pinned[-1] if self._pinned else None

    def pin(self, charter: SignedObject) -> None:
        """Trust a charter from now on, whatever arrives."""
        self._pinned, self._pinned_number = (charter,), number_of(charter)
        self._unsettle()

    def author_of(self, thing: SignedObject) -> Identity | None:
        """Return who signed an accepted object."""
        signer = self._signer(thing, is_held=True)
        return None if signer is None else signer.identity

    def profile_of(self, identity: Identity) -> ProfileFields | None:
        """Return the newest profile of an identity, whichever of its keys signed it."""
        newest = self._newest_profile(identity)
        return None if newest is None else decode_profile(newest.codec, newest.body)

    def profile_end_min(self, identity: Identity) -> int | None:
        """Return when the newest profile of an identity ends; None: there is none."""
        newest = self._newest_profile(identity)
        return None if newest is None else newest.expires_min

    def _newest_profile(self, identity: Identity) -> SignedObject | None:
        profiles = [
            thing for key in self.keys_of(identity) for thing in self._said_by(Kind.PROFILE, key)
        ]
        return max(profiles, key=newness, default=None)

    def _said_by(self, kind: Kind, key: PublicKey) -> list[SignedObject]:
        """Return what a key itself announced, not another one with its key id."""
        same_id = self.register.versions(kind, key_id(key))
        return [thing for thing in same_id if self._key_of(thing, is_held=True) == key]

    def prekeys_of(self, identity: Identity) -> list[SignedObject]:
        """Return the prekeys of an identity's devices, one a device."""
        return [
            max(things, key=newness)
            for key in self.keys_of(identity)
            if (things := self._said_by(Kind.PREKEY, key))
        ]

    def name_of(self, identity: Identity) -> str:
        """Return under which name somebody goes: organisations under the certified one."""
        if identity.identity_class is IdentityClass.ORGANISATION:
            return identity.name
        profile = self.profile_of(identity)
        return profile.name if profile else identity.name

    def keys_of(self, identity: Identity) -> list[PublicKey]:
        """Return the keys that sign for an identity, its own first."""
        standing = self.standing
        if self._identity_keys is None:
            signers = (one for same_id in standing.signers.values() for one in same_id)
            self._identity_keys = {}
            for one in sorted(signers, key=lambda one: one.is_device):
                self._identity_keys.setdefault(one.identity.fingerprint, []).append(one.public_key)
        return self._identity_keys.get(identity.fingerprint, [])

    def members(self) -> list[Identity]:
        """Return all who belong and are not revoked, by fingerprint."""
        everybody = self.standing.identities.values()
        present = (one for one in everybody if not one.is_revoked)
        return sorted(present, key=lambda one: one.fingerprint)

    def offices(self, identity: Identity) -> set[Office]:
        """Return in which qualities somebody may act now."""
        grants = self.standing.grants.get(identity.fingerprint, ())
        roles = {OFFICES[grant.role] for grant in grants if grant.cuts is None}
        return set() if identity.is_revoked else {*standing_offices(identity), *roles}

    def notices_on(self, target: ObjectId) -> list[SignedObject]:
        """Return the notices of moderation on an object, in the order in which they were made."""
        return self.register.notices_on(target)

    def notices_about(self, thing: SignedObject) -> list[SignedObject]:
        """Return the notices on an object, and on the thing of which it is a version.

        What was said of the first version holds for those after it: else an update would be a way
        out of being hidden or corrected.
        """
        near = self.register.notices_near(thing)
        if not near or thing.kind not in UPDATABLE:
            return [one for one in near if noticed(one) == thing.id]
        author = self._author_fingerprint(thing)
        root = known_as(thing)
        own = {thing.id} if author is None else {thing.id, thing_id(root, author)}
        others = {thing_id(root, one) for one in self.standing.identities}
        others |= set(self.register.targets(root))
        is_update = root != thing.short_id
        return [
            one
            for one in near
            if noticed(one) in own
            or (is_update and one.parent == root and noticed(one) not in others)
        ]

    def _unsettle(self) -> None:
        """Let the standing be found out anew when it is asked for."""
        self._standing = self._judged = None
        self._identity_keys = None
        self.people_revision += 1

    def _signer(self, thing: SignedObject, *, is_held: bool) -> Signer | None:
        """Return who signed an object. Who is first among several stays it: no later claim to a
        key takes it away.
        """
        key = self._key_of(thing, is_held=is_held)
        signers = self.standing.signers.get(thing.author, ())
        return next((one for one in signers if one.public_key == key), None)

    def _key_of(self, thing: SignedObject, *, is_held: bool) -> PublicKey | None:
        """Return which known key signed an object. One that is held was verified before it was
        stored: if it can be by one key only, it is by that one.
        """
        known = self._keys.get(thing.id)
        if known is None and self._judged is not None and self._judged[0] == thing.id:
            known = self._judged[1]
        if known is not None:
            return known
        keys = list(dict.fromkeys(self._candidate_keys(thing)))
        if is_held and len(keys) == 1:
            found: PublicKey | None = keys[0]
        else:
            found = next((key for key in keys if self._is_signed_by(thing, key)), None)
        if found is not None:
            if is_held:
                self._keys[thing.id] = found
            else:
                self._judged = (thing.id, found, None)
        return found

    def _is_signed_by(self, thing: SignedObject, public_key: PublicKey) -> bool:
        """Verify a signature; what is needed at every evaluation is remembered."""
        if thing.kind not in GOVERNANCE:
            return thing.is_signed_by(public_key, self.community)
        verdicts = self._signatures.get(thing.id, {})
        known = verdicts.get(public_key)
        if known is None:
            known = thing.is_signed_by(public_key, self.community)
            if thing.id in self._governance:
                self._signatures.setdefault(thing.id, {})[public_key] = known
        return known

    def _candidate_keys(self, thing: SignedObject) -> Iterator[PublicKey]:
        """Yield the known keys by which an object may be signed."""
        if thing.kind not in GOVERNANCE:
            for signer in self.standing.signers.get(thing.author, ())[:SIGNERS_MAX]:
                yield signer.public_key
            return
        yield from self.standing.keys.get(thing.author, ())
        if thing.kind == Kind.CERTIFICATE and thing.parent is not None:
            for one in self._governance.values():
                if one.kind == Kind.INVITATION and one.short_id == thing.parent:
                    key = decode_invitation(one.codec, one.body).public_key
                    if key_id(key) == thing.author:
                        yield key

    def _author_fingerprint(self, thing: SignedObject) -> Fingerprint | None:
        signer = self._signer(thing, is_held=True)
        return None if signer is None else signer.identity.fingerprint


def standing_offices(identity: Identity) -> set[Office]:
    """Return in which qualities somebody may act without any role."""
    is_node = identity.identity_class is IdentityClass.NODE
    offices = {Office.NODE if is_node else Office.MEMBER}
    if identity.is_steward:
        offices.add(Office.STEWARD)
    return offices


def _names(thing: SignedObject, public_key: PublicKey) -> bool:
    """Return whether a certificate or a device object is about a key."""
    match thing.kind:
        case Kind.CERTIFICATE:
            return thing.body[1:33] == public_key
        case Kind.DEVICE:
            return decode_device(0, thing.body) == public_key
        case _:
            return False


def number_of(charter: SignedObject) -> int:
    """Return a charter's number."""
    return decode_charter(charter.codec, charter.body).number
