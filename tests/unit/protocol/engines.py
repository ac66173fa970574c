"""An engine with two radios' worth of community around it, for tests that read as scripts."""

from dataclasses import dataclass, field
from random import Random

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, found, grant
from meshnode.board.trust.role import Role, RoleFields
from meshnode.protocol.effects import Decode, Drop, Effect, StoreObject, Transmit
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.events import (
    Decoded,
    Event,
    FrameReceived,
    LinkUp,
    Submitted,
    Tick,
    WallClock,
)
from meshnode.protocol.frames import Objects, RadioBody, RadioCodec
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.medium import LONG_FAST, Medium
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from meshnode.protocol.sketch import decode

MINUTE = 1_500_000
NETWORK_KEY = b"n" * 32
ROOT = SigningKey(b"\x01" * 32)
OWN = SigningKey(b"\x02" * 32)
FRIEND = SigningKey(b"\x03" * 32)
STRANGER = SigningKey(b"\x09" * 32)
COMMUNITY, CHARTER = found(ROOT, "n", minute=MINUTE - 60)
RADIO = "radio"
MEDIUM = Medium(frame_bytes_max=200, modulation=LONG_FAST, overhead_bytes=24, duty_share_max=0.1)


def certificate(key: SigningKey, *, name: str = "n", sequence: int = 1) -> SignedObject:
    """Return the steward's word for a node's key."""
    return certify(
        ROOT,
        COMMUNITY,
        key.public,
        name,
        identity_class=IdentityClass.NODE,
        minute=MINUTE,
        sequence=sequence,
    )


def role(key: SigningKey) -> SignedObject:
    """Return the steward's leave to warn."""
    fields = RoleFields(Role.COORDINATOR, fingerprint(key.public))
    return grant(ROOT, COMMUNITY, fields, minute=MINUTE, sequence=1)


def bulletin(
    key: SigningKey,
    text: str,
    *,
    severity: Severity = Severity.INFO,
    minutes: int = 1440,
    created_min: int = MINUTE,
    sequence: int = 2,
) -> SignedObject:
    """Return a bulletin."""
    codec, body = encode_bulletin(BulletinFields(text, None, "general", severity))
    return made(
        key,
        Kind.BULLETIN,
        body,
        codec=codec,
        minutes=minutes,
        created_min=created_min,
        sequence=sequence,
    )


def withdrawal(of: SignedObject, key: SigningKey, *, sequence: int = 9) -> SignedObject:
    """Return what takes a bulletin back."""
    return made(key, Kind.WITHDRAWAL, b"", minutes=1440, sequence=sequence, parent=of.short_id)


def made(key, kind, body, *, minutes, created_min=MINUTE, sequence=1, codec=0, parent=None):
    """Return a signed object."""
    return compose(
        key=key,
        community=COMMUNITY,
        kind=kind,
        codec=codec,
        body=body,
        sequence=sequence,
        created_min=created_min,
        lifetime_code=lifetime_code_for(minutes),
        parent=parent,
    )


@dataclass
class Talk:
    """A script: events in, effects out, with the clock in the hand of the test."""

    now_ms: int = 0
    seed: int = 1
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        configuration = Configuration(OWN.public, NETWORK_KEY)
        rules = NeighbourhoodRules(COMMUNITY, (CHARTER,))
        self.engine = Engine(configuration, rules=rules, dice=Random(self.seed), now_ms=0)
        self.friend = RadioCodec(NETWORK_KEY, FRIEND.id)
        self.numbers = 0

    def give(self, event: Event) -> list[Effect]:
        """Give the engine an event now; sketches that it hands out are decoded at once."""
        effects = self.engine.handle(event, self.now_ms)
        for effect in list(effects):
            if isinstance(effect, Decode):
                elements = decode(effect.difference, effort=effect.effort)
                effects += self.give(Decoded(effect.link, effect.token, elements))
        return effects

    def begin(self) -> None:
        """Set the clock, bring the radio up, and make us and the friend members.

        We may also warn.
        """
        self.give(WallClock(MINUTE, is_synchronised=True))
        self.give(LinkUp(RADIO, MEDIUM))
        for thing in (certificate(OWN), role(OWN)):
            self.give(Submitted(thing))
        self.hear(Objects((certificate(FRIEND).encoded,)))

    def hear(self, body: RadioBody) -> list[Effect]:
        """Let the radio hear a frame of the friend's."""
        self.numbers += 1
        return self.give(FrameReceived(RADIO, self.friend.seal(self.numbers, body), 5.0))

    def wait(self, ms: int) -> list[Effect]:
        """Let time pass, with a tick at every deadline; frames are not confirmed."""
        effects: list[Effect] = []
        end_ms = self.now_ms + ms
        while (deadline_ms := self.engine.next_deadline_ms()) <= end_ms:
            self.now_ms = max(self.now_ms, deadline_ms)
            effects += self.give(Tick())
        self.now_ms = end_ms
        return effects


def drops(effects: list[Effect]) -> list[str]:
    """Return the reasons for which something was dropped."""
    return [effect.reason for effect in effects if isinstance(effect, Drop)]


def stored(effects: list[Effect]) -> list[SignedObject]:
    """Return what is to be stored."""
    return [effect.object for effect in effects if isinstance(effect, StoreObject)]


def sent(effects: list[Effect]) -> list[Transmit]:
    """Return what is to be transmitted."""
    return [effect for effect in effects if isinstance(effect, Transmit)]
