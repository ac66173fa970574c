"""Who may say what: the community's policy, one for every path by which objects enter.

For now a community is its root key, the nodes that the root certified, and the nodes that hold a
certificate by one of the root's invitations. Roles, revocation and people come on top of this.
Invariants: what is judged depends on the set of accepted objects, not on their order; nothing by
an author that nobody vouches for is accepted.
Source: docs/spec/trust.md.
"""

from dataclasses import dataclass, field
from typing import Final

from meshnode.board.bulletin import Severity, read_head
from meshnode.board.invitation import decode_invitation
from meshnode.board.profile import ProfileFields, certifies, decode_profile
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, KeyId, PublicKey, community_id, key_id
from meshnode.protocol.object import LIFETIME_MINUTES, Kind, ObjectId, ShortId, SignedObject
from meshnode.protocol.ports import Accepted, Refused, Verdict, Waiting
from meshnode.protocol.priority import Priority

DAY_MINUTES: Final = 1440
BULLETIN_MINUTES_MAX: Final = 14 * DAY_MINUTES
"""A bulletin lives two weeks at most; what is still true then is posted again."""
OPAQUE_MINUTES_MAX: Final = 30 * DAY_MINUTES
"""Objects of kinds that this version does not know are carried a month at most."""
KEY_CANDIDATES_MAX: Final = 4
"""Members with the same four-byte key id whose keys are tried; more is an attack."""

_MINUTES_MAX: Final[dict[int, int]] = {
    Kind.PROFILE: 365 * DAY_MINUTES,
    Kind.INVITATION: 365 * DAY_MINUTES,
    Kind.BULLETIN: BULLETIN_MINUTES_MAX,
    Kind.WITHDRAWAL: BULLETIN_MINUTES_MAX,
}
_URGENT: Final = (Severity.SEVERE, Severity.EXTREME)


@dataclass(slots=True)
class _Member:
    profile: SignedObject
    fields: ProfileFields


_Slot = tuple[KeyId, ShortId]
"""Where objects that concern each other meet: an author, and the short id of one of its objects."""
_Table = dict[_Slot, dict[ObjectId, SignedObject]]


@dataclass(slots=True)
class _Index:
    """What the rules know of the accepted objects."""

    members: dict[KeyId, dict[PublicKey, _Member]] = field(default_factory=dict)
    invitations: _Table = field(default_factory=dict)
    bulletins: _Table = field(default_factory=dict)
    withdrawals: _Table = field(default_factory=dict)


class NeighbourhoodRules:
    """The policy of the community that `root_key` founded."""

    def __init__(self, root_key: PublicKey) -> None:
        self.community: CommunityId = community_id(root_key)
        self._root_key = root_key
        self._root_id = key_id(root_key)
        self._index = _Index()

    def judge(self, candidate: SignedObject) -> Verdict:
        """Return what to do with an object whose time and size are in order."""
        minutes_max = _MINUTES_MAX.get(candidate.kind, OPAQUE_MINUTES_MAX)
        if LIFETIME_MINUTES[candidate.lifetime_code] > minutes_max:
            return Refused("lifetime")
        try:
            match candidate.kind:
                case Kind.PROFILE:
                    return self._judge_profile(candidate)
                case Kind.INVITATION:
                    return self._judge_invitation(candidate)
                case _:
                    return self._judge_member_object(candidate)
        except PeerError as error:
            return Refused(error.reason)

    def learn(self, accepted: SignedObject) -> None:
        """Take note of an object that joined the set."""
        match accepted.kind:
            case Kind.PROFILE:
                fields = decode_profile(accepted.codec, accepted.body)
                same_id = self._index.members.setdefault(accepted.author, {})
                same_id[fields.public_key] = _Member(accepted, fields)
            case _:
                table = self._table_of(accepted)
                if table is not None:
                    table.setdefault(_slot(accepted), {})[accepted.id] = accepted

    def forget(self, removed: SignedObject) -> None:
        """Take note that an object left the set."""
        if removed.kind == Kind.PROFILE:
            same_id = self._index.members.get(removed.author, {})
            for public_key, member in list(same_id.items()):
                if member.profile.id == removed.id:
                    del same_id[public_key]
            return
        table = self._table_of(removed)
        if table is not None:
            table.get(_slot(removed), {}).pop(removed.id, None)

    def rank(self, accepted: SignedObject) -> Priority:
        """Return with which priority the object gets the air."""
        match accepted.kind:
            case Kind.PROFILE | Kind.INVITATION:
                return Priority.AUTHORITY
            case Kind.BULLETIN:
                severity = read_head(accepted.body)[0].severity
                return Priority.URGENT if severity in _URGENT else Priority.ORDINARY
            case Kind.WITHDRAWAL:
                ranks = map(self.rank, self._withdrawn_by(accepted))
                return min((Priority.AUTHORITY, *ranks))
            case _:
                return Priority.ORDINARY

    def is_member(self, public_key: PublicKey) -> bool:
        """Return whether the community vouches for the holder of this key."""
        return public_key in self._index.members.get(key_id(public_key), {})

    def name_of(self, public_key: PublicKey) -> str | None:
        """Return the name a member gave itself."""
        member = self._index.members.get(key_id(public_key), {}).get(public_key)
        return member.fields.name if member else None

    def members(self) -> list[ProfileFields]:
        """Return all members' profiles, by key."""
        members = (one for same_id in self._index.members.values() for one in same_id.values())
        return sorted((one.fields for one in members), key=lambda fields: fields.public_key)

    def author_of(self, thing: SignedObject) -> ProfileFields | None:
        """Return the profile of the member who signed an accepted object."""
        members = self._index.members.get(thing.author, {})
        for public_key, member in members.items():
            # Whatever was accepted is by one of them: a signature decides between several only.
            if len(members) == 1 or thing.is_signed_by(public_key, self.community):
                return member.fields
        return None

    def _judge_profile(self, candidate: SignedObject) -> Verdict:
        fields = decode_profile(candidate.codec, candidate.body)
        if key_id(fields.public_key) != candidate.author:
            return Refused("wrong_author")
        if not candidate.is_signed_by(fields.public_key, self.community):
            return Refused("bad_signature")
        known = self._index.members.get(candidate.author, {})
        earlier = known.get(fields.public_key)
        if earlier is not None and _newness(earlier.profile) >= _newness(candidate):
            return Refused("superseded")
        if earlier is None and len(known) >= KEY_CANDIDATES_MAX:
            return Refused("key_collision")
        verdict = self._judge_certificate(candidate, fields)
        if isinstance(verdict, Accepted) and earlier is not None:
            return Accepted(replaces=(earlier.profile.id,))
        return verdict

    def _judge_certificate(self, candidate: SignedObject, fields: ProfileFields) -> Verdict:
        if candidate.parent is None:
            is_good = certifies(self._root_key, self.community, fields)
            return Accepted() if is_good else Refused("stranger")
        invitations = self._index.invitations.get((self._root_id, candidate.parent), {})
        if not invitations:
            return Waiting()
        for invitation in invitations.values():
            terms = decode_invitation(invitation.codec, invitation.body)
            is_in_time = fields.granted_min <= terms.valid_until_min
            if is_in_time and certifies(terms.public_key, self.community, fields):
                return Accepted()
        return Refused("stranger")

    def _judge_invitation(self, candidate: SignedObject) -> Verdict:
        decode_invitation(candidate.codec, candidate.body)
        if candidate.author != self._root_id:
            return Refused("stranger")
        if not candidate.is_signed_by(self._root_key, self.community):
            return Refused("bad_signature")
        return Accepted()

    def _judge_member_object(self, candidate: SignedObject) -> Verdict:
        members = self._index.members.get(candidate.author)
        if not members:
            return Waiting()
        if not any(candidate.is_signed_by(key, self.community) for key in members):
            return Refused("bad_signature")
        match candidate.kind:
            case Kind.BULLETIN:
                # Not the text: that takes milliseconds, and may be in a codec of the future.
                read_head(candidate.body)
                is_withdrawn = any(
                    withdrawal.expires_min >= candidate.expires_min
                    for withdrawal in self._index.withdrawals.get(_slot(candidate), {}).values()
                )
                return Refused("withdrawn") if is_withdrawn else Accepted()
            case Kind.WITHDRAWAL:
                decode_withdrawal(candidate.codec, candidate.body, candidate.parent)
                return Accepted(tuple(one.id for one in self._withdrawn_by(candidate)))
            case _:
                return Accepted()

    def _withdrawn_by(self, withdrawal: SignedObject) -> list[SignedObject]:
        """Return the bulletins that a withdrawal takes back: it must outlive them."""
        targets = self._index.bulletins.get(_slot(withdrawal), {})
        return [one for one in targets.values() if one.expires_min <= withdrawal.expires_min]

    def _table_of(self, thing: SignedObject) -> _Table | None:
        match thing.kind:
            case Kind.INVITATION:
                return self._index.invitations
            case Kind.BULLETIN:
                return self._index.bulletins
            case Kind.WITHDRAWAL:
                return self._index.withdrawals
            case _:
                return None


def _slot(thing: SignedObject) -> _Slot:
    """Return the slot of an object: its own, or for a withdrawal that of its target."""
    is_withdrawal = thing.kind == Kind.WITHDRAWAL and thing.parent is not None
    return thing.author, thing.parent if is_withdrawal and thing.parent else thing.short_id


def _newness(profile: SignedObject) -> tuple[int, int, ObjectId]:
    """Which of an author's profiles counts: one never replaces another that outlives it.

    Otherwise a node that has forgotten the newer one would take the older one back.
    """
    return profile.expires_min, profile.sequence, profile.id
