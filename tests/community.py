"""A small community for tests: its keys, its objects, and one engine of it as a script."""

from collections.abc import Iterable, Sequence
from hashlib import blake2s
from random import Random

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import ROLE_MINUTES, certify, found, grant
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.role import Role, RoleFields
from meshnode.protocol.collector import Collector
from meshnode.protocol.effects import (
    Decode,
    Drop,
    Effect,
    RemoveObject,
    StoreObject,
    Transmit,
)
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.events import (
    Decoded,
    Event,
    FrameReceived,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.frames import (
    Objects,
    RadioBody,
    RadioCodec,
    StreamFrame,
    Symbol,
    decode_stream,
)
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.medium import LONG_FAST, Medium, Outcome
from meshnode.protocol.object import (
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)
from meshnode.protocol.sketch import decode

MINUTE = 1_500_000
"""The community's minute at which scripts begin; a whole hour."""
YEAR_MINUTES = 365 * 1440
NETWORK_KEY = bytes(range(32))
RADIO = "radio"
RADIO_MEDIUM = Medium(
    frame_bytes_max=200, modulation=LONG_FAST, overhead_bytes=24, duty_share_max=0.10
)


def signing_key(name: str) -> SigningKey:
    return SigningKey(blake2s(name.encode()).digest())


ROOT = signing_key("root")
COMMUNITY, CHARTER = found(ROOT, "Nordstadt", minute=MINUTE - 60)
"""The community's one steward, and the charter that says so."""
HERE = signing_key("our node")
ANNA = signing_key("anna")
BERT = signing_key("bert")
CEM = signing_key("cem")
DORA = signing_key("dora")
INVITED = signing_key("the key in an invitation")
MEMBERS = (HERE, ANNA, BERT, CEM, DORA)


def rules() -> NeighbourhoodRules:
    """The rules of a node that knows the charter and nobody yet."""
    return NeighbourhoodRules(COMMUNITY, (CHARTER,))


def certificate(
    key: SigningKey,
    *,
    name: str = "Kiosk",
    sequence: int = 1,
    minute: int = MINUTE,
    minutes: int = YEAR_MINUTES,
    certifier: SigningKey = ROOT,
    identity_class: IdentityClass = IdentityClass.NODE,
    invitation: ShortId | None = None,
) -> SignedObject:
    """Somebody vouches for `key`; the steward unless another one is named."""
    return certify(
        certifier,
        COMMUNITY,
        key.public,
        name,
        identity_class=identity_class,
        minute=minute,
        sequence=sequence,
        minutes=minutes,
        invitation=invitation,
    )


def role(
    key: SigningKey,
    role: Role = Role.COORDINATOR,
    *,
    sequence: int = 1,
    minute: int = MINUTE,
    minutes: int = ROLE_MINUTES,
    author: SigningKey = ROOT,
) -> SignedObject:
    """The steward lets somebody do more; severe bulletins need a coordinator."""
    fields = RoleFields(role, fingerprint(key.public))
    return grant(author, COMMUNITY, fields, minute=minute, sequence=sequence, minutes=minutes)


def memberships(members: Iterable[SigningKey]) -> list[SignedObject]:
    """Two objects for each: what makes a member, and what lets it warn."""
    return [made_for(key) for made_for in (certificate, role) for key in members]


def profile(
    key: SigningKey,
    *,
    name: str = "Kiosk",
    sequence: int = 1,
    minute: int = MINUTE,
    minutes: int = YEAR_MINUTES,
) -> SignedObject:
    """Somebody says under which name it goes."""
    body = encode_profile(ProfileFields(name))
    return made(key, Kind.PROFILE, body, sequence=sequence, minute=minute, minutes=minutes)


def invitation(
    *,
    author: SigningKey = ROOT,
    valid_until_min: int = MINUTE + 1440,
    sequence: int = 1,
    identity_class: IdentityClass = IdentityClass.NODE,
    uses: int = 255,
) -> SignedObject:
    terms = InvitationFields(INVITED.public, valid_until_min, identity_class, uses)
    body = encode_invitation(terms)
    return made(
        author, Kind.INVITATION, body, sequence=sequence, minute=MINUTE, minutes=YEAR_MINUTES
    )


def bulletin(
    key: SigningKey,
    text: str = "Wasser gibt es am Nordmarkt.",
    *,
    sequence: int = 1,
    minute: int = MINUTE,
    minutes: int = 1440,
    severity: Severity = Severity.INFO,
) -> SignedObject:
    codec, body = bulletin_body(text, severity)
    return made(
        key, Kind.BULLETIN, body, sequence=sequence, minute=minute, minutes=minutes, codec=codec
    )


def bulletin_body(text: str, severity: Severity) -> tuple[int, bytes]:
    return encode_bulletin(BulletinFields(text, None, "water", severity))


def sized(
    key: SigningKey, encoded_bytes: int, *, sequence: int = 1, kind: int = 30
) -> SignedObject:
    """An object of a kind that nobody knows, exactly so many bytes long."""
    bare = made(key, kind, b"", sequence=sequence, minute=MINUTE, minutes=1440)
    filling = Random(f"{encoded_bytes} {sequence}").randbytes(encoded_bytes - len(bare.encoded))
    return made(key, kind, filling, sequence=sequence, minute=MINUTE, minutes=1440)


def withdrawal(
    key: SigningKey,
    target: SignedObject,
    *,
    sequence: int = 100,
    minute: int = MINUTE,
    minutes: int = 1440,
) -> SignedObject:
    return made(
        key,
        Kind.WITHDRAWAL,
        b"",
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=target.short_id,
    )


def notice(
    key: SigningKey,
    target: SignedObject,
    act: Act = Act.CORRECT,
    *,
    text: str = "",
    reason: Reason = Reason.WRONG,
    sequence: int = 200,
    minute: int = MINUTE,
    minutes: int = 1440,
) -> SignedObject:
    """Somebody with the role says something about another's object."""
    words = text or ("Das stimmt nicht." if act is Act.CORRECT else "")
    codec, body = encode_notice(NoticeFields(act, reason, target.id, words))
    return made(
        key,
        Kind.NOTICE,
        body,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        codec=codec,
        parent=target.short_id,
    )


def made(
    key: SigningKey,
    kind: int,
    body: bytes,
    *,
    sequence: int,
    minute: int,
    minutes: int,
    codec: int = 0,
    parent: ShortId | None = None,
) -> SignedObject:
    return compose(
        key=key,
        community=COMMUNITY,
        kind=kind,
        body=body,
        sequence=sequence,
        created_min=minute,
        lifetime_code=lifetime_code_for(minutes),
        codec=codec,
        parent=parent,
    )


class Script:
    """One engine: give it events, look at its effects. Frames are confirmed when asked to wait."""

    def __init__(
        self,
        *,
        me: SigningKey = HERE,
        members: Sequence[SigningKey] = MEMBERS,
        held: Sequence[SignedObject] = (),
        minute: int = MINUTE,
        is_synchronised: bool = True,
        has_radio: bool = True,
        medium: Medium = RADIO_MEDIUM,
        settings: dict[str, bytes] | None = None,
        removed: Sequence[tuple[ObjectId, str, int]] = (),
        seed: int = 1,
        now_ms: int = 5_000_000,
    ) -> None:
        self.now_ms = now_ms
        self.rules = rules()
        configuration = Configuration(me.public, NETWORK_KEY)
        self.engine = Engine(configuration, rules=self.rules, dice=Random(seed), now_ms=now_ms)
        objects = [*memberships(members), *held]
        self.engine.restore(objects, removed, settings or {}, now_ms)
        self.sent: list[Transmit] = []
        self.settings: dict[str, bytes] = {}
        self.outcome = Outcome.SENT
        self.busy_ms = 100
        self.decodes = True
        """Whether sketches are decoded at once; else the test gives the results back."""
        self._peers: dict[bytes, tuple[RadioCodec, int]] = {}
        self._due: list[tuple[int, Event]] = []
        self(WallClock(minute, is_synchronised))
        if has_radio:
            self(LinkUp(RADIO, medium))

    @property
    def minute(self) -> int:
        return self.engine.common.clock.minute(self.now_ms)

    @property
    def held(self) -> set[ObjectId]:
        return set(self.engine.held)

    def __call__(self, event: Event) -> list[Effect]:
        effects = self.engine.handle(event, self.now_ms)
        for effect in list(effects):
            if isinstance(effect, Transmit):
                self.sent.append(effect)
                done = TransmitDone(effect.link, effect.token, self.outcome)
                self._due.append((self.now_ms + self.busy_ms, done))
            if isinstance(effect, Decode) and self.decodes:
                effects += self(decoded(effect))
        return effects

    def submit(self, thing: SignedObject) -> list[Effect]:
        return self(Submitted(thing))

    def hear(self, body: RadioBody, *, sender: SigningKey = ANNA, lost: int = 0) -> list[Effect]:
        """Let a neighbour's frame arrive over the radio, after so many that did not."""
        codec, number = self._peers.get(sender.id, (RadioCodec(NETWORK_KEY, sender.id), 0))
        number += lost
        self._peers[sender.id] = (codec, number + 1)
        return self(FrameReceived(RADIO, codec.seal(number, body)))

    def wait(self, ms: int) -> list[Effect]:
        """Let time pass with all ticks the engine asks for; return what it did meanwhile."""
        end_ms = self.now_ms + ms
        effects: list[Effect] = []
        while True:
            tick_ms = self.engine.next_deadline_ms()
            self._due.sort(key=lambda entry: entry[0])
            event_ms = self._due[0][0] if self._due else end_ms + 1
            next_ms = min(tick_ms, event_ms)
            if next_ms > end_ms:
                self.now_ms = end_ms
                return effects
            self.now_ms = max(self.now_ms, next_ms)
            effects += self(self._due.pop(0)[1] if event_ms <= tick_ms else Tick())

    def bodies(self, effects: Sequence[Effect]) -> list[RadioBody]:
        """What the frames among these effects say on the radio."""
        codec = RadioCodec(NETWORK_KEY, b"")
        return [
            codec.open(effect.frame).body
            for effect in effects
            if isinstance(effect, Transmit) and effect.link == RADIO
        ]


def decoded(wanted: Decode) -> Decoded:
    """The result of a sketch that the engine handed out."""
    elements = decode(wanted.difference, effort=wanted.effort)
    return Decoded(wanted.link, wanted.token, elements)


def objects_of(bodies: Iterable[RadioBody]) -> list[bytes]:
    """Every object that somebody has who hears these frames, in the order of hearing."""
    collector = Collector()
    encoded: dict[bytes, None] = {}
    for body in bodies:
        if isinstance(body, Objects):
            encoded.update(dict.fromkeys(body.encoded))
        elif isinstance(body, Symbol):
            encoded.update(dict.fromkeys(collector.hear(body, 0)))
    return list(encoded)


def symbols(bodies: Iterable[RadioBody]) -> list[Symbol]:
    """The symbols among these frames."""
    return [body for body in bodies if isinstance(body, Symbol)]


def stream_frames(effects: Sequence[Effect], link: str) -> list[StreamFrame]:
    return [
        decode_stream(effect.frame)
        for effect in effects
        if isinstance(effect, Transmit) and effect.link == link
    ]


def drops(effects: Sequence[Effect]) -> list[str]:
    return [effect.reason for effect in effects if isinstance(effect, Drop)]


def stored(effects: Sequence[Effect]) -> list[ObjectId]:
    return [effect.object.id for effect in effects if isinstance(effect, StoreObject)]


def removed(effects: Sequence[Effect]) -> list[ObjectId]:
    return [effect.id for effect in effects if isinstance(effect, RemoveObject)]
