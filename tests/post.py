"""A neighbourhood of devices and nodes in memory: real vaults, real sealed bytes, a clock by hand.

The nodes keep what they are given and hand it on when a test says so; no policy is checked here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

from meshnode.board.mail.circle import decode_circle
from meshnode.board.mail.prekey import decode_prekey
from meshnode.board.trust.certificate import IdentityClass
from meshnode.person.carrier import CarryRefused, Listing, Page, Place
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.mailbox import Mailbox
from meshnode.person.paper import PaperSecret
from meshnode.person.records import Received, Sent
from meshnode.person.roster import Contact, Device, Offer, Roster
from meshnode.person.sync import collect, deliver
from meshnode.person.vault import Vault
from meshnode.person.vaultfile import unattended
from meshnode.protocol.keys import Fingerprint, PublicKey, SigningKey, fingerprint, key_id
from meshnode.protocol.object import Kind, ObjectId, SignedObject, compose, lifetime_code_for
from tests.community import COMMUNITY

MINUTE = 1_500_000
DAY = 1440


def secret_of(name: str) -> bytes:
    return sha256(name.encode()).digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a meeting brought: new messages, what the node refused, and whether it knows us."""

    new: tuple[Received, ...]
    refusals: tuple[str, ...]
    is_known: bool


class MemoryVault(Vault):
    """A vault whose disk is a variable; `power_cut` brings back what was saved."""

    def __init__(self, fields: dict) -> None:
        super().__init__(Path("nowhere"), unattended(bytes(32), bytes(16)), fields, 0)
        self.disk = b""
        self.cut_after: int | None = None
        self.save()

    def save(self) -> None:
        import json  # noqa: PLC0415

        if self.cut_after is not None:
            if self.cut_after == 0:
                raise PowerCut
            self.cut_after -= 1
        self.disk = json.dumps(self.fields).encode()
        self.fields = json.loads(self.disk)


class PowerCut(BaseException):
    """The device went dark."""


@dataclass
class Node:
    """A node: what it holds in the order in which it came, and whether it takes anything."""

    name: str
    held: dict[ObjectId, SignedObject] = field(default_factory=dict)
    sequence: int = 0
    refusal: str | None = None
    cut_after: int | None = None
    """So many bodies are taken before the device that hands them over goes dark."""

    @property
    def key(self) -> SigningKey:
        return SigningKey(secret_of(f"node {self.name}"))

    def take(self, things: Iterable[SignedObject]) -> None:
        for thing in things:
            self.held.setdefault(thing.id, thing)


class Town:
    """Nodes, people and the minute."""

    def __init__(self, seed: int = 1) -> None:
        self.minute = MINUTE
        self.dice = Random(seed)
        self.nodes: dict[str, Node] = {}
        self.people: dict[str, list[Person]] = {}
        self.revoked: set[PublicKey] = set()
        self.uncertified: set[str] = set()

    def node(self, name: str) -> Node:
        return self.nodes.setdefault(name, Node(name))

    def person(self, name: str, node: str = "nord") -> "Person":
        """Return a new person, or one more device of somebody's."""
        devices = self.people.setdefault(name, [])
        person = Person(self, name, len(devices), self.node(node))
        devices.append(person)
        return person

    def gossip(self, *names: str) -> None:
        """Let these nodes hold the same; all of them if none is named."""
        some = [self.nodes[name] for name in names] or list(self.nodes.values())
        everything = [thing for node in some for thing in node.held.values()]
        for node in some:
            node.take(everything)

    def wait(self, minutes: int) -> None:
        self.minute += minutes
        for node in self.nodes.values():
            over = [one.id for one in node.held.values() if one.expires_min <= self.minute]
            for thing in over:
                del node.held[thing]

    def roster(self, node: Node) -> Roster:
        contacts = [
            Contact(
                devices[0].identity.fingerprint,
                name,
                tuple(
                    Device(one.device, _offer(node, one.device))
                    for one in devices
                    if one.device not in self.revoked
                ),
            )
            for name, devices in self.people.items()
            if name not in self.uncertified
        ]
        return Roster(self.minute, tuple(contacts))


class Person:
    """A device of somebody's: its mailbox, and the node that it meets. It is a carrier's user."""

    def __init__(self, town: Town, name: str, number: int, node: Node) -> None:
        self.town, self.name, self.node = town, name, node
        paper = PaperSecret(secret_of(f"paper {name}")[:16])
        seed = DeviceSeed(secret_of(f"device {name} {number}"))
        self.vault = MemoryVault(new_fields(name, IdentityClass.PERSON, paper, seed))
        self.identity = Identity(self.vault)
        self.identity.belong_to(COMMUNITY)
        self.box = self.opened()

    def opened(self) -> Mailbox:
        return Mailbox(self.identity, draw=self.town.dice.randbytes)

    def power_cut(self) -> None:
        """Forget all that was not saved, and start again."""
        import json  # noqa: PLC0415

        self.vault.cut_after = None
        self.vault.fields = json.loads(self.vault.disk)
        self.box = self.opened()

    @property
    def device(self) -> PublicKey:
        return self.identity.device.public

    @property
    def key(self) -> str:
        """Under which conversation others have this person."""
        return self.identity.fingerprint.hex()

    @property
    def contact(self) -> Contact:
        found = self.town.roster(self.node).contact(self.identity.fingerprint)
        assert found is not None
        return found

    def sync(self) -> Outcome:
        """Take in what came, then hand over what is due, as `message sync` does."""
        before = set(self.box.mail.received)
        roster = collect(self.box, self)
        refusals = deliver(self.box, self, roster)
        new = tuple(one for name, one in self.box.mail.received.items() if name not in before)
        return Outcome(new, refusals, self.box.device in roster.owners)

    def send(self, to: "Person", text: str, *, days: int = 7, reply_to=None) -> Sent:
        from meshnode.person.outbox import write  # noqa: PLC0415

        sent = write(
            self.box,
            to.contact,
            text,
            minute=self.town.minute,
            minutes=days * DAY,
            reply_to=reply_to,
        )
        self.box.save()
        return sent

    def texts(self, conversation: "Person | str | None" = None) -> list[str | None]:
        key = conversation.key if isinstance(conversation, Person) else conversation
        return [
            one.text
            for one in self.box.messages()
            if isinstance(one, Received) and key in (None, one.conversation)
        ]

    def state(self, sent: Sent):
        return self.box.mail.sent[sent.id].state

    # The node, as this device sees it.

    def roster(self) -> Roster:
        return self.town.roster(self.node)

    def sealed_after(self, after: ObjectId | None) -> Page:
        sealed = [one for one in self.node.held.values() if one.kind == Kind.SEALED]
        ids = [one.id for one in sealed]
        first = ids.index(after) + 1 if after in ids else 0
        return Page(tuple(sealed[first : first + 3]), first + 3 >= len(sealed))

    def carry(self, body: bytes, minutes: int) -> SignedObject:
        node = self.node
        if node.refusal is not None:
            raise CarryRefused(node.refusal)
        node.sequence += 1
        thing = compose(
            key=node.key,
            community=COMMUNITY,
            kind=Kind.SEALED,
            body=body,
            sequence=node.sequence,
            created_min=self.town.minute,
            lifetime_code=lifetime_code_for(minutes),
        )
        node.take([thing])
        if node.cut_after is not None:
            if node.cut_after == 0:
                node.cut_after = None
                raise PowerCut
            node.cut_after -= 1
        return thing

    def publish(self, objects: Sequence[SignedObject]) -> None:
        self.node.take(objects)

    def places_of(self, thing: ObjectId) -> tuple[Place, ...] | None:
        if thing not in self.node.held:
            return None
        others = (one for one in self.town.nodes.values() if one is not self.node)
        return tuple(Place(one.name, thing in one.held, self.town.minute) for one in others)

    def listings(self) -> tuple[Listing, ...]:
        owners = self.roster().owners
        by_id = {key_id(key): owner for key, owner in owners.items()}
        found = []
        for one in self.node.held.values():
            if one.kind == Kind.CIRCLE and one.author in by_id:
                fields, owner = decode_circle(one.codec, one.body), by_id[one.author]
                found.append(
                    Listing(
                        fields.circle,
                        fields.name,
                        owner.fingerprint,
                        owner.name,
                        is_open=fields.policy.is_open,
                        has_history=fields.policy.has_history,
                    )
                )
        return tuple(found)


def _offer(node: Node, device: PublicKey) -> Offer | None:
    made = [
        one
        for one in node.held.values()
        if one.kind == Kind.PREKEY and one.author == key_id(device)
    ]
    if not made:
        return None
    newest = max(made, key=lambda one: one.sequence)
    fields = decode_prekey(newest.codec, newest.body)
    return Offer(fields.public_key, newest.created_min, newest.expires_min)


def fingerprint_of(person: Person) -> Fingerprint:
    return fingerprint(person.identity.public_key)
