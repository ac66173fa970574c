"""What people of a small community may do, honest or not, as small numbers that can be shrunk.

`Pool` turns each `Act` into a signed object: certificates, charters, revocations and content by
stewards, members, their devices, invitations' keys and outsiders, true or contradicting each other.
`Node` is one engine with a disk, to which objects are offered as gossip would.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act as NoticeAct
from meshnode.board.bulletins.notice import NoticeFields, Reason, encode_notice
from meshnode.board.parts import Cut
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
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
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role, RoleFields, encode_role
from meshnode.protocol.effects import Drop, Effect, RemoveObject, StoreObject
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.events import Tick, WallClock
from meshnode.protocol.keys import CommunityId, KeyId, SigningKey, fingerprint
from meshnode.protocol.object import (
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)
from tests.community import MINUTE, NETWORK_KEY, bulletin_body, signing_key

DAY: Final = 1440
YEAR: Final = 365 * DAY
STEWARDS: Final = tuple(signing_key(f"steward {number}") for number in range(3))
PEOPLE: Final = tuple(signing_key(f"person {number}") for number in range(4))
PHONES: Final = tuple(signing_key(f"phone {number}") for number in range(4))
"""Two of stewards, two of people; anybody may try to call them its own."""
SHEETS: Final = tuple(signing_key(f"invitation {number}") for number in range(2))
NODES: Final = tuple(signing_key(f"node {number}") for number in range(2))
OUTSIDER: Final = signing_key("outsider")
KEYS: Final = (*STEWARDS, *PEOPLE, *PHONES, *SHEETS, *NODES, OUTSIDER)
VERBS: Final = (
    "certificate",
    "invitation",
    "device",
    "role",
    "revocation",
    "charter",
    "endorsement",
    "bulletin",
    "withdrawal",
    "notice",
    "profile",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something; every number is taken modulo what there is."""

    verb: str
    actor: int
    subject: int = 0
    sequence: int = 1
    minute: int = 0
    choice: int = 0


def acts(verbs: Sequence[str] = VERBS) -> st.SearchStrategy[Act]:
    """Any act of these sorts; stewards and short sequences come often."""
    return st.builds(
        Act,
        verb=st.sampled_from(verbs),
        actor=st.integers(0, 4) | st.integers(0, len(KEYS) - 1),
        subject=st.integers(0, len(KEYS) - 1),
        sequence=st.integers(1, 6),
        minute=st.integers(0, 3),
        choice=st.integers(0, 23),
    )


def community(threshold: int) -> tuple[CommunityId, SignedObject]:
    """Three stewards found a community."""
    keys = tuple(key.public for key in STEWARDS)
    body = encode_charter(CharterFields(0, None, threshold, keys, (), "Nordstadt"))
    charter = compose(
        key=STEWARDS[0],
        community=community_of(body),
        kind=Kind.CHARTER,
        body=body,
        sequence=1,
        created_min=MINUTE - 60,
        lifetime_code=lifetime_code_for(YEAR),
    )
    return community_of(body), charter


@dataclass(slots=True)
class Pool:
    """The objects that acts make, each in the light of those before."""

    threshold: int = 2
    community: CommunityId = field(init=False)
    things: list[SignedObject] = field(init=False)

    def __post_init__(self) -> None:
        self.community, charter = community(self.threshold)
        self.things = [charter]

    def settle(self) -> None:
        """Let the first people, devices and a node join, so that there is something to do."""
        for number, person in enumerate(PEOPLE[:2]):
            self._add(STEWARDS[0], Kind.CERTIFICATE, _certificate(person, 0), 1 + number)
        self._add(STEWARDS[1], Kind.CERTIFICATE, _certificate(NODES[0], 2), 1)
        for number, owner in enumerate((*STEWARDS[:2], *PEOPLE[:2])):
            self.device(owner, PHONES[number], sequence=1)

    def device(self, owner: SigningKey, phone: SigningKey, *, sequence: int) -> SignedObject:
        body = encode_device(phone, owner.public, self.community)
        return self._add(owner, Kind.DEVICE, body, sequence)

    def do(self, act: Act) -> SignedObject:
        """Return what the act makes; it is in the pool from then on."""
        key, subject = KEYS[act.actor % len(KEYS)], KEYS[act.subject % len(KEYS)]
        match act.verb:
            case "certificate":
                return self._certificate(act, key, subject)
            case "charter":
                return self._charter(act, key)
            case "endorsement" | "withdrawal" | "notice":
                return self._answer(act, key)
            case "bulletin" | "profile":
                return self._say(act, key)
            case _:
                return self._govern(act, key, subject)

    def _govern(self, act: Act, key: SigningKey, subject: SigningKey) -> SignedObject:
        kind, minutes = Kind[act.verb.upper()], YEAR
        match kind:
            case Kind.INVITATION:
                sheet, class_ = SHEETS[act.choice % len(SHEETS)], IdentityClass(act.choice % 3)
                until, uses = MINUTE + act.choice % 3, 1 + act.choice % 2
                body = encode_invitation(InvitationFields(sheet.public, until, class_, uses))
            case Kind.DEVICE:
                owner = key if act.choice % 4 else subject
                body = encode_device(subject, owner.public, self.community)
            case Kind.ROLE:
                role = Role(1 + act.choice % 4)
                body, minutes = encode_role(RoleFields(role, fingerprint(subject.public))), 30 * DAY
            case _:
                body = _revocation(act, subject)
        return self._add(key, kind, body, act.sequence, MINUTE + act.minute, minutes=minutes)

    def _answer(self, act: Act, key: SigningKey) -> SignedObject:
        """Return what speaks of another object."""
        kind = Kind[act.verb.upper()]
        is_endorsement = kind is Kind.ENDORSEMENT
        target = self._some(act.choice, Kind.CHARTER if is_endorsement else Kind.BULLETIN)
        codec, body, minutes = 0, b"", 2 * DAY
        if is_endorsement:
            body, minutes = rest_of(target.id), YEAR
        elif kind is Kind.NOTICE:
            what = NoticeAct.ERASE if act.choice % 2 else NoticeAct.HIDE
            codec, body = encode_notice(NoticeFields(what, Reason.OTHER, target.id))
        when = act.sequence, MINUTE + act.minute
        return self._add(key, kind, body, *when, on=target, codec=codec, minutes=minutes)

    def _say(self, act: Act, key: SigningKey) -> SignedObject:
        when = act.sequence, MINUTE + act.minute
        if act.verb == "profile":
            body = encode_profile(ProfileFields(f"Name {act.choice % 3}"))
            minutes = (30 * DAY, 61 * DAY)[act.choice % 2]
            return self._add(key, Kind.PROFILE, body, *when, minutes=minutes)
        severity = Severity.SEVERE if act.choice % 3 == 0 else Severity.INFO
        codec, body = bulletin_body(f"Wasser {act.choice % 4}", severity)
        return self._add(key, Kind.BULLETIN, body, *when, codec=codec, minutes=DAY)

    def _certificate(self, act: Act, key: SigningKey, subject: SigningKey) -> SignedObject:
        sheets = [one for one in self.things if one.kind == Kind.INVITATION]
        is_invited = key in SHEETS and bool(sheets)
        parent = sheets[act.choice % len(sheets)] if is_invited else None
        body = _certificate(subject, act.choice % 3, name=f"K{act.choice % 2}")
        minutes = (YEAR, 30 * DAY)[act.choice % 2]
        return self._add(
            key,
            Kind.CERTIFICATE,
            body,
            act.sequence,
            MINUTE + act.minute,
            on=parent,
            minutes=minutes,
        )

    def _charter(self, act: Act, key: SigningKey) -> SignedObject:
        last = self._some(act.choice, Kind.CHARTER)
        fields = decode_charter(0, last.body)
        stewards = [
            one.public
            for place, one in enumerate((*STEWARDS, *PEOPLE[:2]))
            if act.subject >> place & 1
        ] or [STEWARDS[0].public]
        kept = (KeptKey(STEWARDS[act.choice % 3].public, act.choice % 5 + 1),)
        successor = CharterFields(
            fields.number + 1,
            charter_hash(last.body),
            1 + act.choice % len(stewards),
            tuple(stewards),
            kept if act.choice % 2 else (),
            "Nordstadt",
        )
        body = encode_charter(successor)
        return self._add(key, Kind.CHARTER, body, act.sequence, MINUTE + act.minute)

    def _some(self, choice: int, kind: Kind) -> SignedObject:
        some = [one for one in self.things if one.kind == kind] or self.things
        return some[choice % len(some)]

    def _add(
        self,
        key: SigningKey,
        kind: Kind,
        body: bytes,
        sequence: int,
        minute: int = MINUTE,
        *,
        on: SignedObject | None = None,
        codec: int = 0,
        minutes: int = YEAR,
    ) -> SignedObject:
        thing = compose(
            key=key,
            community=self.community,
            kind=kind,
            body=body,
            sequence=sequence,
            created_min=minute,
            lifetime_code=lifetime_code_for(minutes),
            codec=codec,
            parent=None if on is None else ShortId(on.short_id),
        )
        self.things.append(thing)
        return thing


def _certificate(subject: SigningKey, number: int, name: str = "K") -> bytes:
    return encode_certificate(CertificateFields(IdentityClass(number), subject.public, name))


def _revocation(act: Act, subject: SigningKey) -> bytes:
    phones = (PHONES[act.choice % len(PHONES)], subject)
    cuts = sorted({one.id: Cut(KeyId(one.id), 1 + act.choice % 4) for one in phones}.values())
    fields = RevocationFields(
        RevocationReason.COMPROMISED,
        fingerprint(subject.public),
        tuple(cuts) if act.choice % 3 else (),
        Role(1 + act.choice % 4) if act.choice % 5 == 0 else None,
    )
    return encode_revocation(fields)


class Node:
    """One engine and its disk."""

    def __init__(self, community: CommunityId, pinned: SignedObject) -> None:
        self.community = community
        self.pinned = pinned
        self.disk: dict[ObjectId, SignedObject] = {}
        self.gone: dict[ObjectId, tuple[str, int]] = {}
        self.now_ms = 0
        self.start()

    def start(self, *, clock_is_known: bool = True) -> None:
        """Begin with what is on the disk, as after a power cut."""
        self.rules = NeighbourhoodRules(self.community, (self.pinned,))
        configuration = Configuration(signing_key("our node").public, NETWORK_KEY)
        self.engine = Engine(configuration, rules=self.rules, dice=Random(1), now_ms=self.now_ms)
        removed = [(thing, *why) for thing, why in self.gone.items()]
        self.engine.restore(self.disk.values(), removed, {}, self.now_ms)
        minute = MINUTE + 5 + self.now_ms // 60_000
        event = WallClock(minute, True) if clock_is_known else Tick()
        self.write(self.engine.handle(event, self.now_ms))

    @property
    def held(self) -> set[ObjectId]:
        return set(self.engine.held)

    def offer(self, things: Iterable[SignedObject]) -> list[str]:
        """Let objects arrive over a link; return why some were dropped."""
        effects: list[Effect] = []
        for thing in things:
            effects += self.engine._ingress.enter(thing.encoded, "air", self.now_ms)
        self.write(effects)
        return [effect.reason for effect in effects if isinstance(effect, Drop)]

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now_ms += ms
        self.write(self.engine.handle(Tick(), self.now_ms))

    def write(self, effects: Iterable[Effect]) -> None:
        """Do to the disk what the effects say."""
        for effect in effects:
            match effect:
                case StoreObject(thing):
                    self.disk[thing.id] = thing
                    self.gone.pop(thing.id, None)
                case RemoveObject(thing_id, reason, until_min):
                    self.disk.pop(thing_id, None)
                    self.gone[thing_id] = (reason, until_min)
                case _:
                    pass

    def missing_from(self, other: "Node") -> list[SignedObject]:
        """What this node holds and the other one does not."""
        return [one.object for one in self.engine.held.values() if one.object.id not in other.held]


ROUNDS_MAX: Final = 12
"""So often neighbours may tell each other news before it counts as running in circles."""


def gossip(nodes: Sequence[Node]) -> None:
    """Let all tell each other what they lack until nothing changes."""
    for _ in range(ROUNDS_MAX):
        before = [node.held for node in nodes]
        for node in nodes:
            for other in nodes:
                if other is not node:
                    node.offer(other.missing_from(node))
        if [node.held for node in nodes] == before:
            return
    raise AssertionError("gossip runs in circles")


def offer_until_stable(node: Node, things: Sequence[SignedObject]) -> None:
    """Offer all of it again and again, as somebody would who keeps everything."""
    for _ in range(ROUNDS_MAX):
        before = node.held
        node.offer(things)
        if node.held == before:
            return
    raise AssertionError("what is offered again and again is taken and dropped in circles")
