"""Who belongs to the community and in which quality, as a pure function of a set of objects.

Not for: judging other objects (`rules`). Invariants: the same objects in any order give the same
`Standing`; objects without effect change nothing; nobody's word counts through more than one
other's. Time plays no part: what is over has left the set before.
Source: docs/spec/trust.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from meshnode.board.trust.certificate import CertificateFields, IdentityClass
from meshnode.board.trust.charters import Stewardship, charters_in_force
from meshnode.board.trust.evidence import (
    Evidence,
    IsSignedBy,
    certificate_of,
    cuts_of,
    invitation_of,
    is_within,
    least,
    role_of,
)
from meshnode.board.trust.invitation import InvitationFields
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import (
    FOREVER_MIN,
    UNLIMITED,
    Cuts,
    Grant,
    Identity,
    Signer,
    Standing,
)
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

VOUCHES_MAX: Final = 8
"""For so many people one member's word counts; more is a job for a steward."""
VOUCHERS_MIN: Final = 2
"""So many full members stand in for a steward."""

_Signers = Mapping[KeyId, Sequence[Signer]]


@dataclass(frozen=True, slots=True)
class _Invitation:
    thing: SignedObject
    fields: InvitationFields
    voucher: Fingerprint | None


@dataclass(frozen=True, slots=True)
class _Admission:
    """A certificate that counts: a steward's, or the word of the member `voucher`."""

    fields: CertificateFields
    subject: Fingerprint
    thing: SignedObject
    voucher: Fingerprint | None

    @property
    def order(self) -> tuple[int, ObjectId]:
        return self.thing.created_min, self.thing.id


def evaluate(
    community: CommunityId,
    pinned: Sequence[SignedObject],
    objects: Iterable[SignedObject],
    is_signed_by: IsSignedBy,
) -> Standing:
    """Return the standing that follows from `objects`, of which only `GOVERNANCE` matters.

    `pinned` are charters that this node trusts whatever arrives.
    """
    evidence = Evidence(community, (*pinned, *objects), is_signed_by)
    charters, stewardship = charters_in_force(community, pinned, evidence)
    if stewardship is None:
        return Standing()
    return _Evaluation(evidence, stewardship).standing(charters)


class _Evaluation:
    """The members of a community whose stewards are known."""

    def __init__(self, evidence: Evidence, stewardship: Stewardship) -> None:
        self._evidence = evidence
        self._stewardship = stewardship
        self._certified: dict[KeyId, set[PublicKey]] = {}
        for thing in evidence.of(Kind.CERTIFICATE):
            key = certificate_of(thing.codec, thing.body).public_key
            self._certified.setdefault(key_id(key), set()).add(key)
        self._cuts, self._taken_back = self._revoked()
        """What stays of whose acts. What an invitation's key certified only stewards undo: it must
        not take away its own ground.
        """

    def standing(self, charters: Sequence[tuple[SignedObject, int]]) -> Standing:
        """Return what follows."""
        stewardship = self._stewardship
        full = self._stewards()
        for one in self._direct(None):
            full[one.subject] = self._admitted(one, full.get(one.subject))
        invited = self._invited(self._invitations(None))
        for one in sorted(invited, key=lambda each: each.order):
            full[one.subject] = self._invited_in(one, full.get(one.subject))
        words = self._words(full)
        identities = full | self._vouched(words, full)
        signers = self._signers(identities.values())
        return Standing(
            charter=stewardship.charter,
            charters=tuple(thing for thing, _ in charters),
            complete_min=tuple(minute for _, minute in charters),
            stewards={name: name not in stewardship.fallen for name in stewardship.stewards},
            identities=identities,
            signers=signers,
            keys={name: tuple(sorted(keys)) for name, keys in self._evidence.heard.items()},
            governing=frozenset(self._evidence.governing),
            grants=self._grants(identities),
            vouched={name: frozenset(by_voucher) for name, by_voucher in words.items()},
            recognised=frozenset(self._evidence.recognised),
        )

    def _revoked(self) -> tuple[dict[Fingerprint, Cuts], dict[Fingerprint, Cuts]]:
        """Return what stays of whose acts: by anybody's word who may, and by stewards' alone."""
        evidence, stewardship = self._evidence, self._stewardship
        revoked: dict[Fingerprint, list[Cuts]] = {}
        taken_back: dict[Fingerprint, list[Cuts]] = {}
        for thing, fields in evidence.revocations:
            if fields.role is not None or fields.subject in stewardship.stewards:
                continue
            is_act = stewardship.is_act(thing)
            if is_act:
                taken_back.setdefault(fields.subject, []).append(cuts_of(fields))
            if is_act or self._is_own(thing, fields.subject):
                evidence.recognised.add(thing.id)
                revoked.setdefault(fields.subject, []).append(cuts_of(fields))
        return (
            {name: least(cuts) for name, cuts in revoked.items()} | stewardship.fallen,
            {name: least(cuts) for name, cuts in taken_back.items()} | stewardship.fallen,
        )

    def _is_own(self, revocation: SignedObject, subject: Fingerprint) -> bool:
        """Return whether somebody with a certificate revokes itself."""
        return any(
            fingerprint(key) == subject and self._evidence.is_by(revocation, key)
            for key in self._certified.get(revocation.author, ())
        )

    def _stewards(self) -> dict[Fingerprint, Identity]:
        charter, fallen = self._stewardship.charter, self._stewardship.fallen
        return {
            name: Identity(
                fingerprint=name,
                public_key=key,
                identity_class=IdentityClass.PERSON,
                name=charter.name,
                expires_min=FOREVER_MIN,
                is_steward=True,
                is_full=True,
                is_revoked=name in fallen,
            )
            for name, key in self._stewardship.stewards.items()
        }

    def _admitted(self, admission: _Admission, known: Identity | None) -> Identity:
        """Return who a steward's certificate makes somebody; the newest one names it."""
        fields = admission.fields
        if known is not None and known.is_steward:
            return replace(known, identity_class=fields.identity_class, name=fields.name)
        return Identity(
            fingerprint=admission.subject,
            public_key=fields.public_key,
            identity_class=fields.identity_class,
            name=fields.name,
            expires_min=max(admission.thing.expires_min, known.expires_min if known else 0),
            is_steward=False,
            is_full=True,
            is_revoked=admission.subject in self._cuts,
        )

    def _invited_in(self, admission: _Admission, known: Identity | None) -> Identity:
        """Return who an invitation's certificate makes somebody.

        It only lengthens what somebody is already: whoever found an invitation must not rename
        others, or make a node a person.
        """
        if known is None:
            return self._admitted(admission, None)
        if known.is_steward or known.identity_class is not admission.fields.identity_class:
            return known
        return replace(known, expires_min=max(admission.thing.expires_min, known.expires_min))

    def _words(
        self, full: Mapping[Fingerprint, Identity]
    ) -> dict[Fingerprint, dict[Fingerprint, _Admission]]:
        """Return by person which full members speak for it: each for the first so many people."""
        speakers = self._signers(
            one
            for one in full.values()
            if not one.is_steward and one.identity_class is not IdentityClass.NODE
        )
        candidates = [*self._direct(speakers), *self._invited(self._invitations(speakers))]
        spoken: dict[Fingerprint, set[Fingerprint]] = {}
        words: dict[Fingerprint, dict[Fingerprint, _Admission]] = {}
        for one in sorted(candidates, key=lambda each: each.order):
            if one.voucher is None or one.fields.identity_class is not IdentityClass.PERSON:
                continue
            subjects = spoken.setdefault(one.voucher, set())
            if one.subject in subjects or len(subjects) < VOUCHES_MAX:
                subjects.add(one.subject)
                words.setdefault(one.subject, {})[one.voucher] = one
        return dict(sorted(words.items()))

    def _vouched(
        self,
        words: Mapping[Fingerprint, Mapping[Fingerprint, _Admission]],
        full: Mapping[Fingerprint, Identity],
    ) -> dict[Fingerprint, Identity]:
        """Return the people for whom enough members speak, and no steward."""
        vouched: dict[Fingerprint, Identity] = {}
        for name, by_voucher in words.items():
            if name in full or len(by_voucher) < VOUCHERS_MIN:
                continue
            newest = max(by_voucher.values(), key=lambda one: one.order)
            ends = sorted((one.thing.expires_min for one in by_voucher.values()), reverse=True)
            admitted = self._admitted(newest, None)
            vouched[name] = replace(admitted, expires_min=ends[VOUCHERS_MIN - 1], is_full=False)
        return vouched

    def _direct(self, speakers: _Signers | None) -> Iterator[_Admission]:
        """Yield certificates by stewards, or by those who speak for others."""
        for thing in self._evidence.of(Kind.CERTIFICATE):
            if thing.parent is None:
                is_good, voucher = self._spoken_by(thing, speakers)
                if is_good:
                    yield _admission(thing, voucher)

    def _invitations(self, speakers: _Signers | None) -> Iterator[_Invitation]:
        for thing in self._evidence.of(Kind.INVITATION):
            is_good, voucher = self._spoken_by(thing, speakers)
            if is_good:
                yield _Invitation(thing, invitation_of(thing.codec, thing.body), voucher)

    def _spoken_by(
        self, thing: SignedObject, speakers: _Signers | None
    ) -> tuple[bool, Fingerprint | None]:
        """Return whether an object is by a steward, or by a speaker, and by which."""
        if speakers is None:
            is_act = self._stewardship.is_act(thing)
            if is_act:
                self._evidence.recognised.add(thing.id)
            return is_act, None
        for signer in speakers.get(thing.author, ()):
            is_by = self._evidence.is_signed_by(thing, signer.public_key)
            if thing.sequence <= signer.last and is_by:
                self._evidence.recognised.add(thing.id)
                return True, signer.identity.fingerprint
        return False, None

    def _invited(self, invitations: Iterable[_Invitation]) -> Iterator[_Admission]:
        """Yield what invitations' keys certified: in time, each the first so many."""
        by_parent: dict[ShortId, list[SignedObject]] = {}
        for thing in self._evidence.of(Kind.CERTIFICATE):
            if thing.parent is not None:
                by_parent.setdefault(thing.parent, []).append(thing)
        for invitation in invitations:
            uses = 0
            for thing in by_parent.get(invitation.thing.short_id, ()):
                if uses < invitation.fields.uses and self._is_invited(thing, invitation):
                    # One more says nothing: whoever found a sheet must not fill the nodes.
                    self._evidence.recognised.add(thing.id)
                    uses += 1
                    yield _admission(thing, invitation.voucher)

    def _is_invited(self, thing: SignedObject, invitation: _Invitation) -> bool:
        terms = invitation.fields
        cuts = self._taken_back.get(fingerprint(terms.public_key))
        last = UNLIMITED if cuts is None else cuts.get(key_id(terms.public_key), 0)
        return (
            is_within(thing, invitation.thing)
            and thing.sequence <= last
            and self._evidence.is_by(thing, terms.public_key)
        )

    def _signers(self, identities: Iterable[Identity]) -> dict[KeyId, tuple[Signer, ...]]:
        signers: dict[KeyId, tuple[Signer, ...]] = {}
        for one in identities:
            # A steward's devices are revoked by the steward's own key only: else one stolen
            # key could silence the others.
            may_revoke = None if one.is_steward else self._stewardship.is_act
            cuts = self._cuts.get(one.fingerprint)
            for public_key, last, is_device in self._evidence.keys_of(
                one.public_key, cuts, may_revoke=may_revoke
            ):
                name = key_id(public_key)
                signer = Signer(public_key, one, last, is_device)
                signers[name] = (*signers.get(name, ()), signer)
        return signers

    def _grants(
        self, identities: Mapping[Fingerprint, Identity]
    ) -> dict[Fingerprint, tuple[Grant, ...]]:
        taken: dict[tuple[Fingerprint, Role], list[tuple[int, Cuts]]] = {}
        for thing, fields in self._evidence.revocations:
            if fields.role is not None and self._stewardship.is_act(thing):
                self._evidence.recognised.add(thing.id)
                same = taken.setdefault((fields.subject, fields.role), [])
                same.append((thing.created_min, cuts_of(fields)))
        grants: dict[Fingerprint, list[Grant]] = {}
        for thing in self._evidence.of(Kind.ROLE):
            role = role_of(thing.codec, thing.body)
            if not self._stewardship.is_act(thing):
                continue
            self._evidence.recognised.add(thing.id)
            if role.subject not in identities:
                continue
            # One granted again after it was taken back counts again.
            after = taken.get((role.subject, role.role), ())
            cuts = [left for minute, left in after if thing.created_min <= minute]
            grants.setdefault(role.subject, []).append(
                Grant(
                    role=role.role,
                    created_min=thing.created_min,
                    expires_min=thing.expires_min,
                    place=role.place,
                    cuts=least(cuts) if cuts else None,
                )
            )
        return {name: tuple(some) for name, some in sorted(grants.items())}


def _admission(certificate: SignedObject, voucher: Fingerprint | None) -> _Admission:
    fields = certificate_of(certificate.codec, certificate.body)
    return _Admission(fields, fingerprint(fields.public_key), certificate, voucher)
