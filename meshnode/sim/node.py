"""A modelled node: a real engine and real rules on a modelled disk and radio, in virtual time.

Not for: what is around it (`world`). Invariant: a crash keeps what was stored and nothing else.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.role import Role
from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN
from meshnode.protocol.effects import (
    CloseLink,
    Decode,
    Drop,
    Effect,
    ForgetRemoved,
    RemoveObject,
    SaveSetting,
    StoreObject,
    Transmit,
)
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import (
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)
from meshnode.protocol.priority import Priority
from meshnode.protocol.sketch import decode
from meshnode.sim.channel import Channel
from meshnode.sim.disk import Disk
from meshnode.sim.kernel import Kernel, Timer
from meshnode.sim.packet import HEADER_BYTES, framing_bytes
from meshnode.sim.radio import BACKGROUND, HIGH, VirtualRadio
from meshnode.sim.settings import RadioSettings, Result
from meshnode.sim.streams import stream
from meshnode.sim.texts import encoded

RADIO: Final = "radio"
TELEMETRY_MS: Final = 60_000.0
QUEUE_PLACES: Final = 16
QUEUE_POLL_MS: Final = 200.0
QUEUE_RESERVE: Final = 2
"""Places in the radio's queue that the driver leaves to relays."""

_OUTCOMES: Final = {
    Result.OK: Outcome.SENT,
    Result.TOO_LARGE: Outcome.TOO_LARGE,
    Result.DUTY_CYCLE_LIMIT: Outcome.DUTY_LIMIT,
}


class Line(Protocol):
    """A wire, as the nodes at its ends use it."""

    ends: "tuple[Node, Node]"

    def cut(self) -> None:
        """Hang up."""

    def carry(self, sender: "Node", frame: bytes, token: int) -> None:
        """Take a frame to the other end."""


class Surroundings(Protocol):
    """What a node finds around it; `World` is one."""

    seed: int
    preset: str
    region: str
    frame_bytes_max: int
    has_radios: bool
    network_key: bytes
    kernel: Kernel
    channel: Channel

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""

    @property
    def minute(self) -> int:
        """The true minute of the community's clock."""

    def lines_of(self, node: "Node") -> Sequence[Line]:
        """Return the wires that end at a node."""

    def wire_named(self, name: str) -> Line:
        """Return a wire by its link name."""

    def rules(self) -> NeighbourhoodRules:
        """Return the rules of a node that knows the charter and nobody yet."""

    def admission(self, key: SigningKey, name: str, minute: int) -> list[SignedObject]:
        """Return what makes somebody a member who may warn."""

    def grant(self, key: SigningKey, role: Role, minute: int) -> SignedObject:
        """Return what gives somebody a role."""

    def note(self, node: "Node", event: Event, effects: list[Effect]) -> None:
        """Take note of what happened."""


class Node:
    """One node of a world: an engine, its disk, its radio and its wires."""

    def __init__(self, world: Surroundings, number: int, name: str, key: SigningKey) -> None:
        self.world = world
        self.number = number
        self.name = name
        self.key = key
        self.disk = Disk()
        self.clock_error_min = 0
        self.is_clock_synchronised = True
        self.boots = 0
        self.drops: dict[str, int] = {}
        self.arrivals_ms: dict[ObjectId, float] = {}
        """When each object first joined this node's set."""
        settings = RadioSettings(preset=world.preset, region=world.region)
        self.radio = VirtualRadio(
            world.channel,
            name=name,
            number=int.from_bytes(key.id, "big"),
            dice=stream(world.seed, "radio", name),
            settings=settings,
        )
        self.radio.on_receive = self._heard
        self.engine: Engine | None = None
        self.rules = world.rules()
        self._timer: Timer | None = None
        self._deadline_ms = 0

    @property
    def medium(self) -> Medium:
        """What the driver would say of our radio."""
        return Medium(
            frame_bytes_max=self.world.frame_bytes_max,
            modulation=self.radio.modulation,
            overhead_bytes=HEADER_BYTES + framing_bytes(self.world.frame_bytes_max),
            duty_share_max=self.radio.settings.limits.duty_share,
        )

    @property
    def ids(self) -> frozenset[ObjectId]:
        """The objects that the node holds on its disk."""
        return frozenset(self.disk.objects)

    def start(self) -> None:
        """Boot: load the disk, bring up the radio and the wires."""
        now_ms = self.world.now_ms
        self.rules = self.world.rules()
        configuration = Configuration(self.key.public, self.world.network_key)
        dice = stream(self.world.seed, "engine", self.name, self.boots)
        self.boots += 1
        self.engine = Engine(configuration, rules=self.rules, dice=dice, now_ms=now_ms)
        removed = [(one, reason, until) for one, (reason, until) in self.disk.removed.items()]
        objects = list(self.disk.objects.values())
        self.engine.restore(objects, removed, dict(self.disk.settings), now_ms)
        minute = self.world.minute + self.clock_error_min
        self.handle(WallClock(minute, self.is_clock_synchronised))
        if self.world.has_radios:
            self.radio.set_power(on=True)
            self.handle(LinkUp(RADIO, self.medium))
            self._later(TELEMETRY_MS, self._tell_utilisation)

    def crash(self) -> None:
        """Lose power: everything but the disk is gone."""
        for wire in self.world.lines_of(self):
            wire.cut()
        self.engine = None
        self.radio.set_power(on=False)
        if self._timer is not None:
            self._timer.cancel()

    def handle(self, event: Event) -> None:
        """Give the engine an event and carry out what it wants."""
        if self.engine is None:
            return
        effects = self.engine.handle(event, self.world.now_ms)
        self.world.note(self, event, effects)
        for effect in effects:
            self._carry_out(effect)
        self._wake_at(self.engine.next_deadline_ms())

    def submit(
        self,
        kind: Kind,
        codec: int,
        body: bytes,
        minutes: int,
        *,
        parent: ShortId | None = None,
    ) -> ObjectId:
        """Sign an object as this node and hand it to the engine."""
        if self.engine is None:
            raise RuntimeError(f"{self.name} is off")
        self.disk.sequence += 1
        thing = compose(
            key=self.key,
            community=self.rules.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=self.disk.sequence,
            created_min=self.engine.creation_minute(self.world.now_ms),
            lifetime_code=lifetime_code_for(minutes),
            parent=parent,
        )
        self.handle(Submitted(thing))
        return thing.id

    def announce(self) -> None:
        """Publish that the community's steward vouches for this node, and lets it warn.

        Dated by the node's own clock where that is behind: else it would not believe it.
        """
        if self.engine is None:
            raise RuntimeError(f"{self.name} is off")
        believed = self.engine.creation_minute(self.world.now_ms)
        is_set = PLAUSIBLE_FROM_MIN <= believed < self.world.minute
        minute = believed if is_set else self.world.minute
        for thing in self.world.admission(self.key, self.name, minute):
            self.handle(Submitted(thing))

    def post(
        self, text: str, *, severity: Severity = Severity.INFO, minutes: int = 1440
    ) -> ObjectId:
        """Publish a bulletin."""
        codec, body = encoded(text, severity)
        return self.submit(Kind.BULLETIN, codec, body, minutes)

    def withdraw(self, thing_id: ObjectId) -> ObjectId:
        """Withdraw a bulletin of our own."""
        target = self.disk.objects[thing_id]
        minutes = target.expires_min - self.world.minute
        return self.submit(Kind.WITHDRAWAL, 0, b"", max(1, minutes), parent=target.short_id)

    def say_about(
        self, thing_id: ObjectId, act: Act, *, reason: Reason = Reason.WRONG, text: str = ""
    ) -> ObjectId:
        """Moderate something that we hold, for as long as it lives."""
        target = self.disk.objects[thing_id]
        codec, body = encode_notice(NoticeFields(act, reason, thing_id, text))
        minutes = max(1, target.expires_min - self.world.minute)
        return self.submit(Kind.NOTICE, codec, body, minutes, parent=target.short_id)

    def empower(self, role: Role) -> None:
        """Publish that the community's steward lets this node do more from now on."""
        self.handle(Submitted(self.world.grant(self.key, role, self.world.minute)))

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StoreObject(thing, _):
                self.disk.carry_out(effect)
                self.arrivals_ms.setdefault(thing.id, self.world.kernel.now_ms)
            case RemoveObject() | ForgetRemoved() | SaveSetting():
                self.disk.carry_out(effect)
            case Transmit(link, frame, priority, token):
                self._transmit(link, frame, priority, token)
            case Drop(reason):
                self.drops[reason] = self.drops.get(reason, 0) + 1
            case CloseLink(link):
                self.world.wire_named(link).cut()
            case Decode(link, token, difference, effort):
                elements = decode(difference, effort=effort)
                self._later(0.0, lambda: self.handle(Decoded(link, token, elements)))

    def _transmit(self, link: str, frame: bytes, priority: Priority, token: int) -> None:
        if link != RADIO:
            self.world.wire_named(link).carry(self, frame, token)
            return
        if self.radio.queue_free <= QUEUE_RESERVE:
            outcome = Outcome.BUSY
        else:
            urgency = HIGH if priority is Priority.URGENT else BACKGROUND
            result = self.radio.send(frame, priority=urgency)
            outcome = _OUTCOMES.get(result, Outcome.BUSY)
        retry_ms = 60_000 if outcome is Outcome.DUTY_LIMIT else 0
        self._report_when_on_air(TransmitDone(RADIO, token, outcome, retry_ms))

    def _report_when_on_air(self, done: TransmitDone) -> None:
        """Ask the radio's queue, as the driver does, until the packet is out of it."""
        is_waiting = done.outcome is Outcome.SENT and self.radio.queue_free < QUEUE_PLACES
        if is_waiting:
            self._later(QUEUE_POLL_MS, lambda: self._report_when_on_air(done))
        else:
            self._later(0.0, lambda: self.handle(done))

    def _later(self, delay_ms: float, action: Callable[[], None]) -> None:
        boots = self.boots
        self.world.kernel.call_in(
            delay_ms, lambda: action() if self.boots == boots and self.engine else None
        )

    def _tell_utilisation(self) -> None:
        """Say how busy the channel is, as the radio's own telemetry does every minute."""
        self.handle(ChannelUtilisation(RADIO, self.radio.channel_utilisation_percent))
        self._later(TELEMETRY_MS, self._tell_utilisation)

    def _heard(self, payload: bytes, snr_db: float) -> None:
        self.handle(FrameReceived(RADIO, payload, snr_db))

    def _wake_at(self, deadline_ms: int) -> None:
        """Set the timer; one that goes off earlier stays, and is set again when it does."""
        self._deadline_ms = deadline_ms
        timer = self._timer
        if timer is not None:
            if timer.is_pending and timer.at_ms <= deadline_ms:
                return
            timer.cancel()
        self._timer = self.world.kernel.call_at(deadline_ms, self._tick)

    def _tick(self) -> None:
        if self._deadline_ms > self.world.now_ms:
            self._wake_at(self._deadline_ms)
        else:
            self.handle(Tick())
