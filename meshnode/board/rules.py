"""The community's policy: what joins the set, one for every path by which objects enter.

Not for: who is who (`membership`) or what each may do (`permissions`). Invariants: what is judged
depends on the set of accepted objects, not on their order; nothing by an author that nobody
vouches for is accepted; what loses its ground leaves (`shift`), and may come back with it.
Source: docs/spec/trust.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from meshnode.board.accounts import REPLACEABLE, authority_allowance, content_allowance
from meshnode.board.bodies import check_body, severity_of
from meshnode.board.bulletin import Severity
from meshnode.board.certificate import IdentityClass
from meshnode.board.charter import community_of, decode_charter
from meshnode.board.device import decode_device
from meshnode.board.eligibility import may_count
from meshnode.board.endorsement import decode_endorsement
from meshnode.board.evidence import GOVERNANCE
from meshnode.board.invitation import decode_invitation
from meshnode.board.lifetimes import lives_too_long
from meshnode.board.membership import evaluate
from meshnode.board.notice import Act, read_notice_head
from meshnode.board.permissions import PERMISSIONS, Action, Office
from meshnode.board.profile import ProfileFields, decode_profile
from meshnode.board.register import Register, is_target, newness, noticed
from meshnode.board.role import Role
from meshnode.board.standing import UNLIMITED, Grant, Identity, Signer, Standing
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId, PublicKey, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted, Allowance, Refused, Shift, Verdict, Waiting
from meshnode.protocol.priority import Priority

SIGNERS_MAX: Final = 4
"""Keys with the same four-byte id that are tried; more is an attack."""
GRANT_SLACK_MINUTES: Final = 60
"""So much earlier than the grant may an act be dated: clocks of two nodes differ."""
_ACTIONS: Final[dict[int, Action]] = {
    Kind.DRILL: Action.DRILL,
    Kind.ALERT: Action.ALERT,
    Kind.PREKEY: Action.RECEIVE,
    Kind.SEALED: Action.CARRY,
    Kind.CIRCLE: Action.LIST_CIRCLE,
}
_OFFICES: Final = {
    Role.COORDINATOR: Office.COORDINATOR,
    Role.MODERATOR: Office.MODERATOR,
    Role.IMPORTER: Office.IMPORTER,
    Role.HOST: Office.HOST,
}
_WARNINGS: Final = (Kind.BULLETIN, Kind.ALERT)
"""What may be urgent by its severity."""
_URGENT: Final = (Severity.SEVERE, Severity.EXTREME)


class NeighbourhoodRules:
    """The policy of one community.

    `pinned` are charters that this node trusts whatever arrives (docs/spec/trust.md section 2).
    """

    def __init__(self, community: CommunityId, pinned: Sequence[SignedObject] = ()) -> None:
        self.community = community
        self._pinned = tuple(sorted(pinned, key=_number_of))
        self._pinned_number = max(map(_number_of, pinned), default=0)
        self._governance: dict[ObjectId, SignedObject] = {}
        self._standing: Standing | None = None
        self._judged: tuple[ObjectId, PublicKey | None, Standing | None] | None = None
        """What was judged last: by which key it is, and the standing if it joins."""
        self._before = Standing()
        """The standing by which what is held was judged."""
        self._keys: dict[ObjectId, PublicKey] = {}
        """By which key what is held was signed: key ids can be made to collide."""
        self._signatures: dict[ObjectId, dict[PublicKey, bool]] = {}
        self._register = Register()
        self._identity_keys: dict[Fingerprint, list[PublicKey]] | None = None
        self.people_revision = 0
        """Counts what may have changed who is who, or under which name."""
        self._severity: tuple[ObjectId, Severity] | None = None
        """Of the object asked about last: it is needed at every step of its way in."""

    # What the engine asks.

    def judge(self, candidate: SignedObject) -> Verdict:
        """Return what to do with an object whose time and size are in order."""
        if lives_too_long(candidate):
            return Refused("lifetime")
        try:
            check_body(candidate)
        except PeerError as error:
            return Refused(error.reason)
        if candidate.kind in GOVERNANCE:
            return self._judge_governance(candidate)
        ground = self._ground(candidate, is_held=False)
        if not isinstance(ground, Accepted):
            return ground
        self._judged = (candidate.id, self._key_of(candidate, is_held=False), None)
        return self._judge_content(candidate)

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
        self._register.add(accepted)
        if accepted.kind in REPLACEABLE:
            self.people_revision += 1

    def forget(self, removed: SignedObject) -> None:
        """Take note that an object left the set."""
        self._keys.pop(removed.id, None)
        if removed.kind in GOVERNANCE:
            self._governance.pop(removed.id, None)
            self._signatures.pop(removed.id, None)
            self._unsettle()
            return
        self._register.remove(removed)
        if removed.kind in REPLACEABLE:
            self.people_revision += 1

    def is_settled(self) -> bool:
        """Return whether the standing is still the one by which `shift` looked at what is held."""
        return self._standing is self._before

    def shift(self, held: Iterable[SignedObject]) -> Shift:
        """Return what the standing now means for what is held, since this was asked last."""
        before, after = self._before, self.standing
        self._before = after
        moved = frozenset(
            author
            for author in {*before.keys, *after.keys}
            if _footing(before, author) != _footing(after, author)
        )
        lost: dict[ObjectId, tuple[SignedObject, str]] = {}
        for thing in held:
            if thing.kind in GOVERNANCE:
                ground = self._governance_ground(thing)
            elif thing.author in moved:
                ground = self._ground(thing, is_held=True)
            else:
                continue
            if not isinstance(ground, Accepted):
                lost[thing.id] = (thing, ground.reason)
            elif thing.author in moved:
                # A key may sign for somebody else now: then its withdrawals are another's too.
                lost |= {one.id: (one, "withdrawn") for one in self._newly_withdrawn(thing)}
        return Shift(tuple(lost.values()), moved)

    def _newly_withdrawn(self, thing: SignedObject) -> Iterator[SignedObject]:
        if thing.kind == Kind.WITHDRAWAL:
            yield from self._withdrawn_by(thing)
        elif (
            self._register.withdrawals(thing.short_id)
            and is_target(thing)
            and not isinstance(self._judge_target(thing), Accepted)
        ):
            yield thing

    def rank(self, accepted: SignedObject) -> Priority:
        """Return with which priority the object gets the air."""
        match accepted.kind:
            case Kind.REVOCATION:
                return Priority.URGENT
            case Kind.PROFILE:
                return Priority.AUTHORITY
            case Kind.BULLETIN | Kind.ALERT:
                return Priority.URGENT if self._is_urgent(accepted) else Priority.ORDINARY
            case Kind.WITHDRAWAL | Kind.NOTICE:
                return min((Priority.AUTHORITY, *map(self.rank, self._register.meant_by(accepted))))
            case kind if kind in GOVERNANCE:
                return Priority.AUTHORITY
            case _:
                return Priority.ORDINARY

    def companion_of(self, thing: SignedObject) -> ObjectId | None:
        """Return what must not be seen without this object: a correction goes with its target."""
        return noticed(thing) if thing.kind == Kind.NOTICE else None

    def allowance(self, thing: SignedObject) -> Allowance:
        """Return to whose account an object goes, and how many of its sort a day may hold."""
        if thing.kind in GOVERNANCE:
            return authority_allowance(thing, self._key_of(thing, is_held=True))
        signer = self._signer(thing, is_held=True)
        identity = None if signer is None else signer.identity
        is_urgent = thing.kind in _WARNINGS and self._is_urgent(thing)
        return content_allowance(thing, identity, is_urgent=is_urgent)

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

    # What the board and people ask.

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
        self._pinned, self._pinned_number = (charter,), _number_of(charter)
        self._unsettle()

    def may_say(self, thing: SignedObject) -> bool:
        """Return whether the author of a held object may say it, as things stand."""
        return isinstance(self._ground(thing, is_held=True), Accepted)

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
        same_id = self._register.versions(kind, key_id(key))
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
        roles = {_OFFICES[grant.role] for grant in grants if grant.cuts is None}
        return set() if identity.is_revoked else {*_standing_offices(identity), *roles}

    def notices_on(self, target: ObjectId) -> list[SignedObject]:
        """Return the notices of moderation on an object, in the order in which they were made."""
        return self._register.notices_on(target)

    # Judging.

    def _unsettle(self) -> None:
        """Let the standing be found out anew when it is asked for."""
        self._standing = self._judged = None
        self._identity_keys = None
        self.people_revision += 1

    def _judge_governance(self, candidate: SignedObject) -> Verdict:
        if self._is_superseded(candidate):
            return Refused("superseded")
        if candidate.kind == Kind.CHARTER and self._is_first_charter(candidate):
            return Accepted()
        if not any(self._candidate_keys(candidate)):
            return Waiting("stranger")
        key = self._key_of(candidate, is_held=False)
        if key is None:
            return Refused("bad_signature")
        if self._counts(candidate, key):
            return Accepted()
        return Refused("revoked") if self._signer_cut(candidate) else Waiting("role")

    def _counts(self, candidate: SignedObject, key: PublicKey) -> bool:
        """Return whether an object of authority that a key signed says anything."""
        held = self._governance.values()
        if not may_count(candidate, key, self.standing, held, self.community):
            return False
        after = evaluate(self.community, self._pinned, (*held, candidate), self._is_signed_by)
        self._judged = (candidate.id, key, after)
        return candidate.id in after.recognised

    def _is_superseded(self, thing: SignedObject) -> bool:
        """Return whether an object speaks of charters before the pinned one, or against it."""
        if not self._pinned or thing.kind not in (Kind.CHARTER, Kind.ENDORSEMENT):
            return False
        pinned, number = self._pinned[-1], self._pinned_number
        if thing.kind == Kind.CHARTER:
            return 0 < number >= _number_of(thing) and thing.id != pinned.id
        target = decode_endorsement(thing.codec, thing.body, thing.parent)
        return number > 0 and target == pinned.id

    def _is_first_charter(self, candidate: SignedObject) -> bool:
        fields = decode_charter(candidate.codec, candidate.body)
        return (
            fields.number == 0
            and community_of(candidate.body) == self.community
            and any(
                key_id(key) == candidate.author and self._is_signed_by(candidate, key)
                for key in fields.stewards
            )
        )

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

    def _governance_ground(self, thing: SignedObject) -> Verdict:
        if self._is_superseded(thing):
            return Refused("superseded")
        is_good = thing.id in self.standing.recognised or any(
            thing.id == one.id for one in self._pinned
        )
        if is_good or (thing.kind == Kind.CHARTER and self._is_first_charter(thing)):
            return Accepted()
        if thing.kind == Kind.ENDORSEMENT and self._pinned_number:
            return Refused("superseded")
        return Refused("revoked" if self._signer_cut(thing) else "stranger")

    def _signer_cut(self, thing: SignedObject) -> bool:
        signers = self.standing.signers.get(thing.author, ())
        return any(thing.sequence > signer.last for signer in signers)

    def _ground(self, thing: SignedObject, *, is_held: bool) -> Verdict:
        """Return whether an author may say such a thing, as things stand."""
        signers = self.standing.signers.get(thing.author, ())
        if not signers:
            return Waiting("stranger")
        signer = self._signer(thing, is_held=is_held)
        if signer is None:
            return Waiting("stranger") if is_held else Refused("bad_signature")
        is_void = signer.identity.is_revoked and thing.kind in REPLACEABLE
        if is_void or thing.sequence > signer.last:
            return Refused("revoked")
        is_over_with_target = thing.kind in (Kind.WITHDRAWAL, Kind.NOTICE)
        if thing.expires_min > signer.identity.expires_min and not is_over_with_target:
            return Refused("outlives_certificate")
        action = self._action_of(thing)
        if action is Action.WITHDRAW or self._offices_for(thing, signer) & PERMISSIONS[action]:
            return Accepted()
        return Waiting("role")

    def _action_of(self, thing: SignedObject) -> Action:
        match thing.kind:
            case Kind.BULLETIN:
                return Action.WARN if self._is_urgent(thing) else Action.POST
            case Kind.WITHDRAWAL:
                return Action.WITHDRAW
            case Kind.NOTICE:
                head = read_notice_head(thing.body, thing.parent)
                return Action.ERASE if head.act is Act.ERASE else Action.MODERATE
            case kind:
                return _ACTIONS.get(kind, Action.POST)

    def _is_urgent(self, thing: SignedObject) -> bool:
        """Return whether a bulletin or alert is severe enough for that."""
        if self._severity is None or self._severity[0] != thing.id:
            self._severity = thing.id, severity_of(thing)
        return self._severity[1] in _URGENT

    def _offices_for(self, thing: SignedObject, signer: Signer) -> set[Office]:
        offices = _standing_offices(signer.identity)
        for grant in self.standing.grants.get(signer.identity.fingerprint, ()):
            is_kept = grant.cuts is None or thing.sequence <= grant.cuts.get(thing.author, 0)
            is_then = grant.created_min - GRANT_SLACK_MINUTES <= thing.created_min
            if is_kept and is_then and thing.expires_min <= grant.expires_min:
                offices.add(_OFFICES[grant.role])
        return offices

    def _judge_content(self, candidate: SignedObject) -> Verdict:
        match candidate.kind:
            case kind if kind in REPLACEABLE:
                return self._judge_replaceable(candidate)
            case Kind.WITHDRAWAL:
                return Accepted(tuple(one.id for one in self._withdrawn_by(candidate)))
            case Kind.NOTICE:
                return self._judge_notice(candidate)
            case _:
                return self._judge_target(candidate)

    def _judge_replaceable(self, candidate: SignedObject) -> Verdict:
        same = self._register.versions(candidate.kind, candidate.author)
        signer = self._signer(candidate, is_held=False)
        earlier = [one for one in same if self._signer(one, is_held=True) == signer]
        if any(newness(one) >= newness(candidate) for one in earlier):
            return Refused("superseded")
        return Accepted(tuple(one.id for one in earlier))

    def _judge_notice(self, candidate: SignedObject) -> Verdict:
        head = read_notice_head(candidate.body, candidate.parent)
        if head.act is not Act.ERASE:
            return Accepted()
        target = self._register.targets(candidate.parent).get(head.target)
        is_covered = target is not None and target.expires_min <= candidate.expires_min
        return Accepted((head.target,) if is_covered else ())

    def _judge_target(self, candidate: SignedObject) -> Verdict:
        for one in self._register.withdrawals(candidate.short_id):
            is_own = self._author_fingerprint(one) == self._author_fingerprint(candidate)
            if is_own and one.expires_min >= candidate.expires_min:
                return Refused("withdrawn")
        for one in self._register.erasures_of(candidate.id):
            if one.expires_min >= candidate.expires_min:
                return Refused("erased")
        return Accepted()

    def _withdrawn_by(self, withdrawal: SignedObject) -> Iterator[SignedObject]:
        """Yield what a withdrawal takes back: its author's own, which it must outlive."""
        author = self._author_fingerprint(withdrawal)
        for one in self._register.targets(withdrawal.parent).values():
            is_own = self._author_fingerprint(one) == author
            if is_own and one.expires_min <= withdrawal.expires_min:
                yield one

    def _author_fingerprint(self, thing: SignedObject) -> Fingerprint | None:
        signer = self._signer(thing, is_held=True)
        return None if signer is None else signer.identity.fingerprint

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


def _standing_offices(identity: Identity) -> set[Office]:
    is_node = identity.identity_class is IdentityClass.NODE
    offices = {Office.NODE if is_node else Office.MEMBER}
    if identity.is_steward:
        offices.add(Office.STEWARD)
    return offices


def _footing(
    standing: Standing, author: KeyId
) -> tuple[tuple[Signer, ...], list[tuple[Grant, ...]]]:
    """Return all on which it depends what an author's objects are worth."""
    signers = standing.signers.get(author, ())
    grants = [standing.grants.get(one.identity.fingerprint, ()) for one in signers]
    return signers, grants


def _names(thing: SignedObject, public_key: PublicKey) -> bool:
    """Return whether a certificate or a device object is about a key."""
    match thing.kind:
        case Kind.CERTIFICATE:
            return thing.body[1:33] == public_key
        case Kind.DEVICE:
            return decode_device(0, thing.body) == public_key
        case _:
            return False


def _number_of(charter: SignedObject) -> int:
    return decode_charter(charter.codec, charter.body).number
