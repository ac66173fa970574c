"""The record: every act of governance and of moderation that is held, for everybody to read.

Not for: what follows from the acts (`membership`, `moderation`). Invariant: what counts no more
stays in the record while it is held, and is said not to be in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from meshnode.board.bulletins.moderation import Notice, moderate
from meshnode.board.bulletins.notice import Act
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.charter import decode_charter
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.role import decode_role
from meshnode.board.trust.standing import UNLIMITED
from meshnode.protocol.keys import Fingerprint, KeyId, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

RECORDED: frozenset[int] = GOVERNANCE | {Kind.NOTICE}
"""The kinds that stand in the record."""


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """One act.

    Shapes: `subject` is whom it is about, `target` which object; `role` and `reason` are words;
    `text` is a name or what a notice says. `author_name` is None where nobody belongs to the key.
    """

    thing: SignedObject
    author_name: str | None
    subject: Fingerprint | None = None
    target: ObjectId | None = None
    act: str | None = None
    role: str | None = None
    reason: str | None = None
    text: str | None = None
    in_force: bool = True


class Record:
    """The acts of one community, as its rules judge them; `minute` is now."""

    def __init__(
        self,
        rules: NeighbourhoodRules,
        names: Mapping[Fingerprint, str],
        *,
        minute: int,
    ) -> None:
        self._rules = rules
        self._standing = rules.standing
        self._names = names
        self._minute = minute
        self._invitations = {
            one.short_id: one for one in rules.governance.values() if one.kind == Kind.INVITATION
        }

    def acts(self, things: Iterable[SignedObject], notices: Iterable[Notice]) -> list[RecordedAct]:
        """Return the acts among these objects, and the notices, newest first."""
        by_target: dict[ObjectId, list[Notice]] = {}
        for notice in notices:
            by_target.setdefault(notice.target, []).append(notice)
        recorded = [self._governance(one) for one in things if one.kind in GOVERNANCE]
        for same in by_target.values():
            in_force = {one.thing.id for one in moderate(same).in_force}
            last = max(same, key=lambda one: one.order)
            recorded += [
                self._notice(
                    one,
                    in_force=one.thing.id in in_force or (one is last and one.act is Act.RESTORE),
                )
                for one in same
            ]
        return sorted(
            recorded,
            key=lambda one: (one.thing.created_min, one.thing.sequence, one.thing.id),
            reverse=True,
        )

    def _notice(self, notice: Notice, *, in_force: bool) -> RecordedAct:
        return RecordedAct(
            notice.thing,
            notice.by_name,
            target=notice.target,
            act=notice.act.word,
            reason=notice.reason.word,
            text=notice.text or None,
            in_force=in_force,
        )

    def _governance(self, thing: SignedObject) -> RecordedAct:
        name = self._author_name(thing)
        is_recognised = thing.id in self._standing.recognised
        match thing.kind:
            case Kind.CERTIFICATE:
                act = self._certificate(thing, name)
            case Kind.INVITATION:
                act = self._invitation(thing, name)
            case Kind.ROLE:
                act = self._role(thing, name)
            case Kind.REVOCATION:
                act = self._revocation(thing, name)
            case Kind.DEVICE:
                device = decode_device(thing.codec, thing.body)
                act = RecordedAct(
                    thing, name, subject=fingerprint(device), in_force=self._signs(device)
                )
            case Kind.ENDORSEMENT:
                target = decode_endorsement(thing.codec, thing.body, thing.parent)
                act = RecordedAct(thing, name, target=target)
            case _:
                return self._charter(thing, name)
        return act if is_recognised else replace(act, in_force=False)

    def _certificate(self, thing: SignedObject, name: str | None) -> RecordedAct:
        fields = decode_certificate(thing.codec, thing.body)
        subject = fingerprint(fields.public_key)
        known = self._standing.identities.get(subject)
        in_force = known is not None and not known.is_revoked
        return RecordedAct(thing, name, subject=subject, text=fields.name, in_force=in_force)

    def _invitation(self, thing: SignedObject, name: str | None) -> RecordedAct:
        fields = decode_invitation(thing.codec, thing.body)
        is_open = fields.valid_until_min >= self._minute
        return RecordedAct(thing, name, subject=fingerprint(fields.public_key), in_force=is_open)

    def _revocation(self, thing: SignedObject, name: str | None) -> RecordedAct:
        fields = decode_revocation(thing.codec, thing.body)
        return RecordedAct(
            thing,
            name,
            subject=fields.subject,
            role=None if fields.role is None else fields.role.word,
            reason=fields.reason.word,
        )

    def _charter(self, thing: SignedObject, name: str | None) -> RecordedAct:
        fields = decode_charter(thing.codec, thing.body)
        in_force = self._standing.charters[-1:] == (thing,)
        return RecordedAct(thing, name, text=fields.name, in_force=in_force)

    def _role(self, thing: SignedObject, name: str | None) -> RecordedAct:
        role = decode_role(thing.codec, thing.body)
        in_force = any(
            grant.role is role.role
            and grant.created_min == thing.created_min
            and grant.expires_min == thing.expires_min
            and grant.cuts is None
            for grant in self._standing.grants.get(role.subject, ())
        )
        return RecordedAct(
            thing, name, subject=role.subject, role=role.role.word, in_force=in_force
        )

    def _signs(self, key: PublicKey) -> bool:
        signers = self._standing.signers.get(key_id(key), ())
        return any(one.public_key == key and one.last == UNLIMITED for one in signers)

    def _author_name(self, thing: SignedObject) -> str | None:
        """Return who did it; with an invitation's key, who invited."""
        author = self._rules.author_of(thing)
        if author is None and thing.kind == Kind.CERTIFICATE:
            invitation = self._invitations.get(thing.parent or ShortId(b""))
            author = None if invitation is None else self._rules.author_of(invitation)
        return None if author is None else self._names.get(author.fingerprint)


def sequences_of(things: Iterable[SignedObject]) -> dict[KeyId, int]:
    """Return the highest sequence number of every author among these objects."""
    highest: dict[KeyId, int] = {}
    for thing in things:
        highest[thing.author] = max(highest.get(thing.author, 0), thing.sequence)
    return highest
