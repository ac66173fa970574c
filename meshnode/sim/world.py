"""A world of nodes in virtual time: real engines, real rules, modelled radios and wires.

Not for: real time or real sockets. Invariants: the same seed and the same calls give the same
trace, whatever Python's hash seed; a crash keeps what was stored and nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Final

from meshnode.board.accounts import GOVERNANCE_DAY_MAX
from meshnode.board.bulletin import Severity
from meshnode.board.certificate import IdentityClass
from meshnode.board.founding import certify, found, grant
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.role import Role, RoleFields
from meshnode.board.rules import NeighbourhoodRules
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
    LinkDown,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT, STREAM_FRAME_BYTES_MAX
from meshnode.protocol.load import Purpose
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
from meshnode.sim.fingerprint import Fingerprint
from meshnode.sim.kernel import Kernel, Timer
from meshnode.sim.packet import HEADER_BYTES, framing_bytes
from meshnode.sim.radio import BACKGROUND, HIGH, VirtualRadio
from meshnode.sim.settings import RadioSettings, Result
from meshnode.sim.streams import stream
from meshnode.sim.texts import encoded

START_MIN: Final = 1_500_000
"""Minute of the community's clock at which every world begins: November 2026."""
RADIO: Final = "radio"
WIRE_DELAY_MS: Final = 40.0
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


@dataclass(slots=True)
class Disk:
    """What survives a crash of one node."""

    objects: dict[ObjectId, SignedObject] = field(default_factory=dict)
    removed: dict[ObjectId, tuple[str, int]] = field(default_factory=dict)
    settings: dict[str, bytes] = field(default_factory=dict)
    sequence: int = 0

    def carry_out(self, effect: StoreObject | RemoveObject | ForgetRemoved | SaveSetting) -> None:
        """Do to the disk what the store would do."""
        match effect:
            case StoreObject(thing, _):
                self.objects[thing.id] = thing
            case RemoveObject(thing_id, reason, until_min):
                self.objects.pop(thing_id, None)
                self.removed[thing_id] = (reason, until_min)
            case ForgetRemoved(minute):
                over = [one for one, (_, until) in self.removed.items() if until <= minute]
                for thing_id in over:
                    del self.removed[thing_id]
            case SaveSetting(key, value):
                self.settings[key] = value


class Node:
    """One node of a world: an engine, its disk, its radio and its wires."""

    def __init__(self, world: "World", number: int, name: str, key: SigningKey) -> None:
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
        for wire in self.world.wires:
            if self in wire.ends:
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


class Wire:
    """A reliable, ordered stream between two nodes, as the internet link gives one."""

    def __init__(self, world: "World", name: str, ends: tuple[Node, Node]) -> None:
        self.name = name
        self.ends = ends
        self.bytes_carried = 0
        self._world = world
        self._session = 0
        self._is_up = False

    def join(self) -> None:
        """Connect both ends."""
        if self._is_up or not all(end.engine for end in self.ends):
            return
        self._is_up = True
        self._session += 1
        for end, other in (self.ends, self.ends[::-1]):
            medium = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=other.key.public)
            end.handle(LinkUp(self.name, medium))

    def cut(self) -> None:
        """Hang up; what is under way is lost."""
        if self._is_up:
            self._is_up = False
            self._session += 1
            for end in self.ends:
                end.handle(LinkDown(self.name))

    def carry(self, sender: Node, frame: bytes, token: int) -> None:
        """Take a frame from one end to the other."""
        session = self._session
        other = self.ends[1] if sender is self.ends[0] else self.ends[0]
        self.bytes_carried += len(frame)

        def arrive() -> None:
            if self._session == session:
                sender.handle(TransmitDone(self.name, token, Outcome.SENT))
                other.handle(FrameReceived(self.name, frame))

        self._world.kernel.call_in(WIRE_DELAY_MS, arrive)


class World:
    """Nodes on one modelled channel, driven in virtual time."""

    def __init__(
        self,
        seed: int,
        names: Sequence[str],
        *,
        preset: str = "LONG_FAST",
        region: str = "EU_868",
        frame_bytes_max: int = FRAME_BYTES_MAX_DEFAULT,
        has_radios: bool = True,
    ) -> None:
        self.seed = seed
        self.preset = preset
        self.region = region
        self.frame_bytes_max = frame_bytes_max
        self.has_radios = has_radios
        self.kernel = Kernel()
        settings = RadioSettings(preset=preset, region=region)
        self.channel = Channel(self.kernel, settings.modulation, seed=seed)
        self.steward = SigningKey(blake2s(b"steward %d" % seed).digest())
        self.community, self._charter = found(self.steward, "Quartier", minute=START_MIN)
        self._acts = 1
        """Sequence numbers that the steward has used."""
        self.network_key = blake2s(b"network %d" % seed).digest()
        self._fingerprint = Fingerprint()
        self.watchers: list[Callable[[str, Event, list[Effect]], None]] = []
        """Called with every event and its effects, before these are carried out."""
        self.wires: list[Wire] = []
        self.nodes = {
            name: Node(self, number, name, SigningKey(blake2s(f"{seed} {name}".encode()).digest()))
            for number, name in enumerate(names)
        }

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since the world began."""
        return int(self.kernel.now_ms)

    @property
    def minute(self) -> int:
        """The true minute of the community's clock."""
        return START_MIN + self.now_ms // 60_000

    @property
    def trace_hash(self) -> str:
        """A hash over every event and effect so far."""
        return self._fingerprint.hex()

    @property
    def events(self) -> int:
        """How many events the engines have had."""
        return self._fingerprint.events

    @property
    def airtime_ms(self) -> float:
        """All airtime so far, of all nodes together."""
        return sum(self.channel.counters.airtime_ms.values())

    def rules(self) -> NeighbourhoodRules:
        """Return the rules of a node that knows the charter and nobody yet."""
        return NeighbourhoodRules(self.community, (self._charter,))

    def admission(self, key: SigningKey, name: str, minute: int) -> list[SignedObject]:
        """Return the steward's certificate for a node, and a coordinator's role."""
        # A steward's day is bounded: a large community was admitted on several.
        minute -= DAY_MINUTES * (self._acts // GOVERNANCE_DAY_MAX)
        self._acts += 2
        certificate = certify(
            self.steward,
            self.community,
            key.public,
            name,
            identity_class=IdentityClass.NODE,
            minute=minute,
            sequence=self._acts - 1,
        )
        return [certificate, self._granted(key, Role.COORDINATOR, minute, self._acts)]

    def grant(self, key: SigningKey, role: Role, minute: int) -> SignedObject:
        """Return the steward's leave for a node to do more."""
        self._acts += 1
        return self._granted(key, role, minute, self._acts)

    def _granted(self, key: SigningKey, role: Role, minute: int, sequence: int) -> SignedObject:
        fields = RoleFields(role, fingerprint(key.public))
        return grant(self.steward, self.community, fields, minute=minute, sequence=sequence)

    def start(self, *, acquainted: bool = True) -> None:
        """Boot all nodes; `acquainted` ones know of each other from the start."""
        for node in self.nodes.values():
            node.start()
            node.announce()
        if acquainted:
            self.share_disks()

    def share_disks(self) -> None:
        """Let every node hold what any node holds, without a word on the air; all boot anew."""
        self.acquaint(list(self.nodes.values()))

    def acquaint(self, nodes: Sequence[Node]) -> None:
        """Let these nodes hold what any of them holds; they boot anew."""
        shared = {thing.id: thing for node in nodes for thing in node.disk.objects.values()}
        for node in nodes:
            node.crash()
            node.disk.objects.update(shared)
            node.start()

    def spent_ms(self) -> dict[Purpose, float]:
        """Return the airtime of all engines since their last boot, by purpose."""
        total = dict.fromkeys(Purpose, 0.0)
        for node in self.nodes.values():
            for contacts in node.engine.contacts.values() if node.engine else ():
                for purpose, ms in contacts.spent_ms.items():
                    total[purpose] += ms
        return total

    def wire(self, one: str, other: str) -> Wire:
        """Lay a wire between two nodes and connect it."""
        wire = Wire(self, f"wire:{one}-{other}", (self.nodes[one], self.nodes[other]))
        self.wires.append(wire)
        wire.join()
        return wire

    def wire_named(self, name: str) -> Wire:
        """Return a wire by its link name."""
        return next(wire for wire in self.wires if wire.name == name)

    def run_for(self, ms: float) -> None:
        """Let time pass."""
        self.kernel.run_until(self.kernel.now_ms + ms)

    def run_until(self, condition: Callable[[], bool], *, limit_ms: float, step_ms: float) -> bool:
        """Let time pass until a condition holds; return whether it does within the limit."""
        end_ms = self.kernel.now_ms + limit_ms
        while not condition():
            if self.kernel.now_ms >= end_ms:
                return False
            self.run_for(step_ms)
        return True

    def holds_all(self, ids: Iterable[ObjectId], names: Iterable[str] | None = None) -> bool:
        """Return whether the named nodes, or all, hold these objects."""
        wanted = frozenset(ids)
        return all(wanted <= self.nodes[name].ids for name in names or self.nodes)

    def is_converged(self) -> bool:
        """Return whether all nodes that are on hold the same set."""
        sets = {node.ids for node in self.nodes.values() if node.engine is not None}
        return len(sets) <= 1

    def note(self, node: Node, event: Event, effects: list[Effect]) -> None:
        """Take note of what happened to a node and what its engine wanted."""
        for watcher in self.watchers:
            watcher(node.name, event, effects)
        self._fingerprint.add(self.kernel.now_ms, node.number, event, effects)
