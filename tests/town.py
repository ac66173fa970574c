"""A community of three stewards as a script: who says what in it, and who is who then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from meshnode.board.parts import Cut
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import (
    CharterFields,
    KeptKey,
    charter_hash,
    community_of,
    decode_charter,
    encode_charter,
)
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.founding import certify, grant
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role, RoleFields
from meshnode.board.trust.standing import Identity, Standing
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import (
    Kind,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)
from meshnode.protocol.ports import Accepted
from tests.community import MINUTE, signing_key

YEAR = 365 * 1440
ADA, BEN, CYD = (signing_key(f"steward {name}") for name in ("ada", "ben", "cyd"))
ANNA, BERT, CEM, DORA, EVA = (signing_key(name) for name in ("anna", "bert", "cem", "dora", "eva"))
PHONE, TABLET, THIEF = signing_key("phone"), signing_key("tablet"), signing_key("thief")
SHEET = signing_key("the key on a sheet")
PERSON, ORGANISATION, NODE = IdentityClass


@dataclass
class Town:
    """A community: who says what in it, with sequence numbers that rise for each key."""

    stewards: Sequence[SigningKey] = (ADA, BEN, CYD)
    threshold: int = 2
    numbers: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = tuple(key.public for key in self.stewards)
        body = encode_charter(CharterFields(0, None, self.threshold, keys, (), "Nordstadt"))
        self.community = community_of(body)
        self.founding = self.sign(self.stewards[0], Kind.CHARTER, body, sequence=1)

    def number(self, key: SigningKey, sequence: int | None) -> int:
        """Return the number given, or the next one of a key."""
        if sequence is None:
            self.numbers[key.id] = sequence = self.numbers.get(key.id, 9) + 1
        return sequence

    def sign(
        self,
        key: SigningKey,
        kind: Kind,
        body: bytes,
        *,
        sequence: int | None = None,
        minute: int = MINUTE,
        parent: ShortId | None = None,
    ) -> SignedObject:
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            body=body,
            sequence=self.number(key, sequence),
            created_min=minute,
            lifetime_code=lifetime_code_for(YEAR),
            parent=parent,
        )

    def vouch(
        self,
        certifier: SigningKey,
        subject: SigningKey,
        *,
        name: str = "K",
        class_: IdentityClass = PERSON,
        minute: int = MINUTE,
        minutes: int = YEAR,
        by: SignedObject | None = None,
        sequence: int | None = None,
    ) -> SignedObject:
        return certify(
            certifier,
            self.community,
            subject.public,
            name,
            identity_class=class_,
            minute=minute,
            minutes=minutes,
            sequence=self.number(certifier, sequence),
            invitation=by and by.short_id,
        )

    def invite(
        self,
        author: SigningKey,
        *,
        class_: IdentityClass = PERSON,
        uses: int = 2,
        until: int = MINUTE + 60,
        minute: int = MINUTE,
    ) -> SignedObject:
        terms = InvitationFields(SHEET.public, until, class_, uses)
        return self.sign(author, Kind.INVITATION, encode_invitation(terms), minute=minute)

    def device(
        self,
        owner: SigningKey,
        device: SigningKey,
        *,
        sequence: int | None = None,
        agreed_to: SigningKey | None = None,
    ) -> SignedObject:
        body = encode_device(device, (agreed_to or owner).public, self.community)
        return self.sign(owner, Kind.DEVICE, body, sequence=sequence)

    def role(
        self, author: SigningKey, subject: SigningKey, role: Role, *, minute: int = MINUTE
    ) -> SignedObject:
        fields = RoleFields(role, fingerprint(subject.public))
        number = self.number(author, None)
        return grant(author, self.community, fields, minute=minute, sequence=number)

    def revoke(
        self,
        author: SigningKey,
        subject: SigningKey,
        *,
        kept: dict[SigningKey, int] | None = None,
        role: Role | None = None,
        minute: int = MINUTE,
        sequence: int | None = None,
    ) -> SignedObject:
        cuts = tuple(sorted(Cut(key.id, last) for key, last in (kept or {}).items()))
        fields = RevocationFields(
            RevocationReason.COMPROMISED, fingerprint(subject.public), cuts, role
        )
        body = encode_revocation(fields)
        return self.sign(author, Kind.REVOCATION, body, minute=minute, sequence=sequence)

    def successor(
        self,
        author: SigningKey,
        stewards: Sequence[SigningKey],
        *,
        after: SignedObject | None = None,
        threshold: int = 1,
        kept: dict[SigningKey, int] | None = None,
        name: str = "Nordstadt",
        sequence: int | None = None,
        minute: int = MINUTE,
    ) -> SignedObject:
        after = after or self.founding
        fields = CharterFields(
            decode_charter(0, after.body).number + 1,
            charter_hash(after.body),
            threshold,
            tuple(key.public for key in stewards),
            tuple(
                sorted(
                    (KeptKey(key.public, last) for key, last in (kept or {}).items()),
                    key=lambda one: one.public_key,
                )
            ),
            name,
        )
        body = encode_charter(fields)
        return self.sign(author, Kind.CHARTER, body, sequence=sequence, minute=minute)

    def endorse(
        self,
        author: SigningKey,
        charter: SignedObject,
        *,
        sequence: int | None = None,
        minute: int = MINUTE,
    ) -> SignedObject:
        return self.sign(
            author,
            Kind.ENDORSEMENT,
            rest_of(charter.id),
            parent=charter.short_id,
            sequence=sequence,
            minute=minute,
        )

    def standing(self, *objects: SignedObject, pinned: Iterable[SignedObject] = ()) -> Standing:
        return evaluate(
            self.community,
            tuple(pinned) or (self.founding,),
            objects,
            lambda thing, key: thing.is_signed_by(key, self.community),
        )

    def rules(self, *objects: SignedObject) -> NeighbourhoodRules:
        """Rules that took all of these, each judged in its turn."""
        policy = NeighbourhoodRules(self.community, (self.founding,))
        for thing in objects:
            assert policy.judge(thing) == Accepted(), thing
            policy.learn(thing)
        return policy


def members(standing: Standing) -> set[bytes]:
    """The fingerprints of those who belong and are no stewards."""
    return {
        one.fingerprint
        for one in standing.identities.values()
        if not one.is_steward and not one.is_revoked
    }


def prints(*keys: SigningKey) -> set[bytes]:
    return {fingerprint(key.public) for key in keys}


def identity(standing: Standing, key: SigningKey) -> Identity:
    return standing.identities[fingerprint(key.public)]


def last_of(standing: Standing, key: SigningKey) -> int | None:
    """Up to which number what a key signs counts; None: it signs for nobody."""
    signers = standing.signers.get(key.id, ())
    return next((one.last for one in signers if one.public_key == key.public), None)
