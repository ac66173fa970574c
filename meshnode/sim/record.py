"""Writes down what happened in a world, as far as checkers and the report need it.

Not for: judging it. Invariants: writing down changes nothing; airtime is taken from what was on
the channel, never from the nodes' own accounts.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.effects import Effect, RemoveObject, StoreObject, Transmit
from meshnode.protocol.events import Event
from meshnode.protocol.ledger import LEGAL_SHARE_ASSUMED, URGENT_SHARE
from meshnode.protocol.load import Purpose
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority
from meshnode.sim.node import RADIO, Node
from meshnode.sim.packet import AirPacket
from meshnode.sim.world import World

HOUR_MS: Final = 3_600_000
GRACE_MINUTES: Final = 61
"""Nodes forget what is over at the full hour, and look for it once a minute."""
DEFECTS_MAX: Final = 20
"""Defects of one kind that are written down; one is too many."""
OVERTAKEN_MAX: Final = 2
"""Less urgent frames of a node that may leave between a new alert of its own and its next urgent
frame: one may be in the radio's queue already, and one on its way there."""
URGENT_FULL_SHARE: Final = 0.9
"""Of the budget for alerts: above it a frame may not fit any more."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that an honest member said."""

    id: ObjectId
    author: str
    severity: Severity
    at_ms: float
    expires_min: int

    @property
    def is_urgent(self) -> bool:
        """Whether it overtakes others."""
        return self.severity in (Severity.SEVERE, Severity.EXTREME)


class RollingHour:
    """What one radio sent in the last hour, and the most that it ever was, in milliseconds."""

    __slots__ = ("_frames", "max_ms", "sum_ms")

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float]] = deque()
        self.sum_ms = 0.0
        self.max_ms = 0.0

    def add(self, now_ms: float, airtime_ms: float) -> None:
        """Count a frame that begins now."""
        self._frames.append((now_ms, airtime_ms))
        self.sum_ms += airtime_ms
        while self._frames[0][0] <= now_ms - HOUR_MS:
            self.sum_ms -= self._frames.popleft()[1]
        self.max_ms = max(self.max_ms, self.sum_ms)


@dataclass(slots=True)
class Station:
    """What one node's radio did."""

    all: RollingHour = field(default_factory=RollingHour)
    ordinary: RollingHour = field(default_factory=RollingHour)
    handed_over: dict[bytes, bool] = field(default_factory=dict)
    """Frames that the radio has and has not sent; whether each is urgent."""
    alert: ObjectId | None = None
    """The node's own alert that waits for the next urgent frame."""
    passed: int = 0
    """How many less urgent frames have left since that alert was made."""
    unheard: set[ObjectId] = field(default_factory=set)
    """The node's own objects that nobody else has yet."""


class Record:
    """What happened in one world since the record was begun."""

    def __init__(self, world: World) -> None:
        self.posts: dict[ObjectId, Post] = {}
        self.withdrawn: dict[ObjectId, float] = {}
        """When each withdrawn post was withdrawn."""
        self.corrections: dict[ObjectId, ObjectId] = {}
        """The notice that corrects each corrected post."""
        self.comebacks: list[str] = []
        """What had expired or was withdrawn and was stored again."""
        self.overtaken: list[str] = []
        """Alerts whose own node let other frames go first."""
        self.stations = {name: Station() for name in world.nodes}
        self.spent_ms = dict.fromkeys(Purpose, 0.0)
        """Airtime of engines that are no more, by purpose."""
        self._cuts: list[tuple[float, float]] = []
        """When not all nodes with power could reach each other."""
        self._off: dict[str, list[tuple[float, float]]] = {name: [] for name in world.nodes}
        self._removed: dict[str, dict[ObjectId, str]] = {name: {} for name in world.nodes}
        self._world = world
        self._author_of: dict[ObjectId, str] = {}
        legal_share = next(iter(world.nodes.values())).medium.duty_share_max
        scale = min(1.0, legal_share / LEGAL_SHARE_ASSUMED)
        self._urgent_budget_ms = URGENT_SHARE * scale * HOUR_MS
        world.watchers.append(self._note)
        world.channel.watchers.append(self._sent)

    def switched_off(self, node: Node) -> None:
        """Take note that a node is about to lose power, or is not there yet."""
        self.stations[node.name].handed_over.clear()
        self.stations[node.name].alert = None
        self._off[node.name].append((self._world.kernel.now_ms, float("inf")))
        for contacts in node.engine.contacts.values() if node.engine else ():
            for purpose, ms in contacts.spent_ms.items():
                self.spent_ms[purpose] += ms

    def switched_on(self, node: Node) -> None:
        """Take note that a node has power again."""
        spans = self._off[node.name]
        if spans:
            spans[-1] = (spans[-1][0], self._world.kernel.now_ms)

    def mesh_changed(self, *, is_whole: bool) -> None:
        """Take note of whether all nodes with power can reach each other from now on."""
        now_ms = self._world.kernel.now_ms
        is_cut = bool(self._cuts) and self._cuts[-1][1] == float("inf")
        if is_whole and is_cut:
            self._cuts[-1] = (self._cuts[-1][0], now_ms)
        elif not is_whole and not is_cut:
            self._cuts.append((now_ms, float("inf")))

    def was_cut(self, from_ms: float, until_ms: float) -> bool:
        """Return whether some nodes could not reach others at some time between."""
        return any(begin < until_ms and end > from_ms for begin, end in self._cuts)

    def was_off(self, name: str, from_ms: float, until_ms: float) -> bool:
        """Return whether a node had no power at some time between."""
        return any(begin < until_ms and end > from_ms for begin, end in self._off[name])

    def _sent(self, name: str, packet: AirPacket, airtime_ms: float) -> None:
        station = self.stations[name]
        now_ms = self._world.kernel.now_ms
        station.all.add(now_ms, airtime_ms)
        is_urgent = station.handed_over.pop(packet.body, False)
        if not is_urgent:
            station.ordinary.add(now_ms, airtime_ms)
        if is_urgent:
            station.alert = None
        # An alert that waits for airtime may see the little pass that is kept for ordinary posts.
        elif station.alert and station.all.sum_ms < URGENT_FULL_SHARE * self._urgent_budget_ms:
            self._passed(name, station, station.alert)

    def _passed(self, name: str, station: Station, alert: ObjectId) -> None:
        station.passed += 1
        if station.passed == OVERTAKEN_MAX + 1 and len(self.overtaken) < DEFECTS_MAX:
            self.overtaken.append(f"{name} let others go before its alert {alert.hex()[:8]}")

    def _note(self, name: str, _: Event, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(link, frame, priority) if link == RADIO:
                    self.stations[name].handed_over[frame] = priority is Priority.URGENT
                case RemoveObject(thing_id, reason):
                    self._removed[name][thing_id] = reason
                    self._left(name, thing_id)
                case StoreObject(thing, link):
                    self._stored(name, thing.id, thing.expires_min)
                    if link is None:
                        self._made_here(name, thing)
                    elif author := self._author_of.pop(thing.id, None):
                        self.stations[author].unheard.discard(thing.id)
                case _:
                    pass

    def _made_here(self, name: str, thing: SignedObject) -> None:
        station = self.stations[name]
        station.unheard.add(thing.id)
        self._author_of[thing.id] = name
        if self._world.nodes[name].rules.rank(thing) is Priority.URGENT and not station.alert:
            station.alert, station.passed = thing.id, 0

    def _left(self, name: str, thing_id: ObjectId) -> None:
        """An object left a node's set: it is not going to be said any more."""
        station = self.stations[name]
        station.unheard.discard(thing_id)
        if station.alert == thing_id:
            station.alert = None

    def _stored(self, name: str, thing_id: ObjectId, expires_min: int) -> None:
        """A node whose clock was wrong may take back what it forgot too early, nothing else."""
        reason = self._removed[name].get(thing_id)
        is_over = expires_min + GRACE_MINUTES < self._world.minute
        is_comeback = reason is not None and (reason != "expired" or is_over)
        if is_comeback and len(self.comebacks) < DEFECTS_MAX:
            self.comebacks.append(f"{name} took {thing_id.hex()[:8]} again after it was {reason}")
