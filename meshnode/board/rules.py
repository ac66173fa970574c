"""The community's policy: what joins the set, one for every path by which objects enter.

Not for: who is who (`community`) or what each may do (`permissions`). Invariants: what is judged
depends on the set of accepted objects, not on their order; nothing by an author that nobody
vouches for is accepted; what loses its ground leaves (`shift`), and may come back with it.
Source: docs/spec/trust.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from meshnode.board.bodies import check_body, severity_of
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act, read_notice_head
from meshnode.board.calls.checkin import is_call
from meshnode.board.lifetimes import lives_too_long
from meshnode.board.trust.accounts import (
    ANNOUNCED,
    REPLACEABLE,
    authority_allowance,
    content_allowance,
)
from meshnode.board.trust.charter import community_of, decode_charter
from meshnode.board.trust.community import OFFICES, Community, number_of, standing_offices
from meshnode.board.trust.eligibility import may_count
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.permissions import PERMISSIONS, Action, Office
from meshnode.board.trust.register import is_target, newness, noticed
from meshnode.board.trust.standing import Grant, Signer, Standing
from meshnode.board.versions import (
    REFERRING,
    UPDATABLE,
    is_update,
    known_as,
    terms_of,
    thing_id,
    version_order,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, KeyId, PublicKey, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted, Allowance, Refused, Shift, Verdict, Waiting
from meshnode.protocol.priority import Priority

GRANT_SLACK_MINUTES: Final = 60
"""So much earlier than the grant may an act be dated: clocks of two nodes differ."""
_ACTIONS: Final[dict[int, Action]] = {
    Kind.DRILL: Action.DRILL,
    Kind.ALERT: Action.ALERT,
    Kind.PREKEY: Action.RECEIVE,
    Kind.SEALED: Action.CARRY,
    Kind.CIRCLE: Action.LIST_CIRCLE,
    Kind.BOOKING: Action.SELL,
    Kind.ALLOTMENT: Action.SELL,
    Kind.TRIAGE: Action.TRIAGE,
    Kind.MODE: Action.CHANGE_MODE,
}
_WARNINGS: Final = (Kind.BULLETIN, Kind.ALERT)
"""What may be urgent by its severity."""
_OVERTAKING: Final = (Kind.REVOCATION, Kind.TRIAGE, Kind.MODE)
"""What is always urgent."""
_URGENT: Final = (Severity.SEVERE, Severity.EXTREME)
_TRUSTED: Final = frozenset({Office.STEWARD, Office.COORDINATOR, Office.MODERATOR, Office.IMPORTER})
"""Whose urgent word has a share of its own; all others have one together."""


class NeighbourhoodRules(Community):
    """The policy of one community."""

    def __init__(self, community: CommunityId, pinned: Sequence[SignedObject] = ()) -> None:
        super().__init__(community, pinned)
        self._before = Standing()
        """The standing by which what is held was judged."""
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
                lost |= {one.id: (one, why) for one, why in self._newly_covered(thing)}
        return Shift(tuple(lost.values()), moved)

    def _newly_covered(self, thing: SignedObject) -> Iterator[tuple[SignedObject, str]]:
        """Yield what is withdrawn or replaced now that a key signs for somebody else."""
        if thing.kind == Kind.WITHDRAWAL:
            yield from ((one, "withdrawn") for one in self._withdrawn_by(thing))
        elif is_target(thing):
            verdict = self._judge_target(thing)
            if isinstance(verdict, Refused):
                yield thing, verdict.reason
            if thing.kind in UPDATABLE:
                versions = [one for one in self._own_versions(thing) if self.may_say(one)] + [thing]
                newest = max(versions, key=version_order)
                yield from ((one, "superseded") for one in versions if one.id != newest.id)

    def rank(self, accepted: SignedObject) -> Priority:
        """Return with which priority the object gets the air."""
        match accepted.kind:
            case Kind.PROFILE:
                return Priority.AUTHORITY
            case Kind.WITHDRAWAL | Kind.NOTICE:
                return min((Priority.AUTHORITY, *map(self.rank, self._meant_by(accepted))))
            case kind if kind in _OVERTAKING or self._asks_for_help(accepted):
                return Priority.URGENT
            case kind if kind in GOVERNANCE:
                return Priority.AUTHORITY
            case _:
                return Priority.ORDINARY

    def _asks_for_help(self, thing: SignedObject) -> bool:
        """Return whether it is a warning or a call for help."""
        return is_call(thing) or (thing.kind in _WARNINGS and self._is_urgent(thing))

    def companion_of(self, thing: SignedObject) -> ObjectId | None:
        """Return what must not be seen without this object: a correction goes with its target."""
        if thing.kind != Kind.NOTICE:
            return None
        return next((one.id for one in self._meant_by(thing)), noticed(thing))

    def allowance(self, thing: SignedObject) -> Allowance:
        """Return to whose account an object goes, and how many of its sort a day may hold."""
        if thing.kind in GOVERNANCE:
            allowance = authority_allowance(thing, self._key_of(thing, is_held=True))
            known = self.standing.signers.get(thing.author, ())
            is_steward = any(one.identity.is_steward for one in known)
            return allowance if is_steward else replace(allowance, beyond=Priority.AUTHORITY)
        signer = self._signer(thing, is_held=True)
        identity = None if signer is None else signer.identity
        is_urgent = thing.kind in _WARNINGS and self._is_urgent(thing)
        allowance = content_allowance(thing, identity, is_urgent=is_urgent)
        if signer is not None and self._offices_for(thing, signer) & _TRUSTED:
            return allowance
        is_act = thing.kind in (Kind.WITHDRAWAL, Kind.NOTICE)
        return replace(allowance, beyond=Priority.AUTHORITY if is_act else Priority.ORDINARY)

    def may_say(self, thing: SignedObject) -> bool:
        """Return whether the author of a held object may say it, as things stand."""
        return isinstance(self._ground(thing, is_held=True), Accepted)

    def is_erased(self, thing: SignedObject) -> bool:
        """Return whether a moderator's word that is held takes the text of an object away, whether
        it is held or was withdrawn before.
        """
        return any(
            noticed(one) in self._erased_as(thing) for one in self.register.erasures_of(thing)
        )

    # Judging.

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
            return 0 < number >= number_of(thing) and thing.id != pinned.id
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
            case Kind.CHECKIN:
                return Action.CALL if is_call(thing) else Action.POST
            case kind:
                return _ACTIONS.get(kind, Action.POST)

    def _is_urgent(self, thing: SignedObject) -> bool:
        """Return whether a bulletin or alert is severe enough for that."""
        if self._severity is None or self._severity[0] != thing.id:
            self._severity = thing.id, severity_of(thing)
        return self._severity[1] in _URGENT

    def _offices_for(self, thing: SignedObject, signer: Signer) -> set[Office]:
        offices = standing_offices(signer.identity)
        for grant in self.standing.grants.get(signer.identity.fingerprint, ()):
            is_kept = grant.cuts is None or thing.sequence <= grant.cuts.get(thing.author, 0)
            is_then = grant.created_min - GRANT_SLACK_MINUTES <= thing.created_min
            if is_kept and is_then and thing.expires_min <= grant.expires_min:
                offices.add(OFFICES[grant.role])
        return offices

    def _judge_content(self, candidate: SignedObject) -> Verdict:
        match candidate.kind:
            case kind if kind in ANNOUNCED:
                return self._judge_replaceable(candidate)
            case Kind.LEVEL:
                verdict = self._judge_target(candidate)
                is_free = isinstance(verdict, Accepted)
                return self._judge_replaceable(candidate) if is_free else verdict
            case Kind.WITHDRAWAL:
                return Accepted(tuple(one.id for one in self._withdrawn_by(candidate)))
            case Kind.NOTICE:
                return self._judge_notice(candidate)
            case kind if kind in UPDATABLE:
                return self._judge_version(candidate)
            case _:
                return self._judge_target(candidate)

    def _judge_replaceable(self, candidate: SignedObject) -> Verdict:
        about = candidate.parent if candidate.kind in REFERRING else None
        same = self.register.versions(candidate.kind, candidate.author, about)
        signer = self._signer(candidate, is_held=False)
        earlier = [one for one in same if self._signer(one, is_held=True) == signer]
        if any(newness(one) >= newness(candidate) for one in earlier):
            return Refused("superseded")
        return Accepted(tuple(one.id for one in earlier))

    def _judge_version(self, candidate: SignedObject) -> Verdict:
        verdict = self._judge_target(candidate)
        if not isinstance(verdict, Accepted):
            return verdict
        earlier = self._own_versions(candidate, is_held=False)
        if any(version_order(one) >= version_order(candidate) for one in earlier):
            return Refused("superseded")
        return Accepted(tuple(one.id for one in earlier))

    def _own_versions(self, thing: SignedObject, *, is_held: bool = True) -> list[SignedObject]:
        """Return the other held versions of a thing by its author, whichever device signed."""
        same = self.register.versions_of(thing)
        if not same:
            return []
        signer = self._signer(thing, is_held=is_held)
        author = None if signer is None else signer.identity.fingerprint
        others = (one for one in same if one.id != thing.id)
        own = (one for one in others if self._author_fingerprint(one) == author)
        return [one for one in own if terms_of(one) == terms_of(thing)]

    def _judge_notice(self, candidate: SignedObject) -> Verdict:
        head = read_notice_head(candidate.body, candidate.parent)
        if head.act is not Act.ERASE:
            return Accepted()
        erased = [
            one
            for one in self.register.meant_by(candidate)
            if one.expires_min <= candidate.expires_min and head.target in self._erased_as(one)
        ]
        # One that names the first version alone says nothing of updates that this had outlived.
        lets_return = any(one.id == head.target and one.kind in UPDATABLE for one in erased)
        return Accepted(tuple(one.id for one in erased), lets_return)

    def _meant_by(self, act: SignedObject) -> list[SignedObject]:
        """Return the held objects that a withdrawal or a notice is about."""
        near = self.register.meant_by(act)
        if act.kind != Kind.NOTICE:
            return near
        target = noticed(act)
        return [one for one in near if target == one.id or target in self._erased_as(one)]

    def _erased_as(self, thing: SignedObject) -> set[ObjectId]:
        """Return by which ids a notice may erase an object: an update only with the whole thing."""
        names = set() if is_update(thing) else {thing.id}
        author = self._author_fingerprint(thing) if thing.kind in UPDATABLE else None
        return names if author is None else names | {thing_id(known_as(thing), author)}

    def _judge_target(self, candidate: SignedObject) -> Verdict:
        for one in self.register.withdrawals(candidate):
            is_own = self._author_fingerprint(one) == self._author_fingerprint(candidate)
            if is_own and one.expires_min >= candidate.expires_min:
                return Refused("withdrawn")
        for one in self.register.erasures_of(candidate):
            is_meant = noticed(one) in self._erased_as(candidate)
            if is_meant and one.expires_min >= candidate.expires_min:
                return Refused("erased")
        return Accepted()

    def _withdrawn_by(self, withdrawal: SignedObject) -> Iterator[SignedObject]:
        """Yield what a withdrawal takes back: its author's own, which it must outlive."""
        author = self._author_fingerprint(withdrawal)
        for one in self.register.meant_by(withdrawal):
            is_own = self._author_fingerprint(one) == author
            if is_own and one.expires_min <= withdrawal.expires_min:
                yield one


def _footing(
    standing: Standing, author: KeyId
) -> tuple[tuple[Signer, ...], list[tuple[Grant, ...]]]:
    """Return all on which it depends what an author's objects are worth."""
    signers = standing.signers.get(author, ())
    grants = [standing.grants.get(one.identity.fingerprint, ()) for one in signers]
    return signers, grants
