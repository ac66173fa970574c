"""Writes down what happened in a world, as far as checkers and the report need it.

Not for: judging it. Invariants: writing down changes nothing; airtime is taken from what was on
the channel, never from the nodes' own accounts.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from meshnode.board.bulletin import Severity
from meshnode.protocol.effects import Effect, RemoveObject, StoreObject, Transmit
from meshnode.protocol.events import Event
from meshnode.protocol.object import ObjectId
from meshnode.protocol.outbox import Purpose
from meshnode.protocol.priority import Priority
from meshnode.sim.packet import AirPacket
from meshnode.sim.world import RADIO, Node, World

HOUR_MS: Final = 3_600_000
GRACE_MINUTES: Final = 61
"""Nodes forget what is over at the full hour, and look for it once a minute."""
COMEBACKS_MAX: Final = 20
"""Objects that came back which are written down; one is a defect."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that an honest member said."""

    id: ObjectId
    author: str
    severity: Severity
    at_ms: float
    expires_min: int
    is_partitioned: bool
    """Whether the neighbourhood was cut in two at that moment."""

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
class _Station:
    all: RollingHour = field(default_factory=RollingHour)
    ordinary: RollingHour = field(default_factory=RollingHour)
    handed_over: dict[bytes, bool] = field(default_factory=dict)
    """Frames that the radio has and has not sent; whether each is urgent."""


class Record:
    """What happened in one world since the record was begun."""

    def __init__(self, world: World) -> None:
        self.posts: dict[ObjectId, Post] = {}
        self.withdrawn: dict[ObjectId, float] = {}
        """When each withdrawn post was withdrawn."""
        self.comebacks: list[str] = []
        """What had expired or was withdrawn and was stored again."""
        self.stations = {name: _Station() for name in world.nodes}
        self.spent_ms = dict.fromkeys(Purpose, 0.0)
        """Airtime of engines that are no more, by purpose."""
        self._off: dict[str, list[tuple[float, float]]] = {name: [] for name in world.nodes}
        self._removed: dict[str, dict[ObjectId, str]] = {name: {} for name in world.nodes}
        self._world = world
        world.watchers.append(self._note)
        world.channel.watchers.append(self._sent)

    def switched_off(self, node: Node) -> None:
        """Take note that a node is about to lose power, or is not there yet."""
        self._off[node.name].append((self._world.kernel.now_ms, float("inf")))
        for contacts in node.engine.contacts.values() if node.engine else ():
            for purpose, ms in contacts.spent_ms.items():
                self.spent_ms[purpose] += ms

    def switched_on(self, node: Node) -> None:
        """Take note that a node has power again."""
        spans = self._off[node.name]
        if spans:
            spans[-1] = (spans[-1][0], self._world.kernel.now_ms)

    def was_off(self, name: str, from_ms: float, until_ms: float) -> bool:
        """Return whether a node had no power at some time between."""
        return any(begin < until_ms and end > from_ms for begin, end in self._off[name])

    def _sent(self, name: str, packet: AirPacket, airtime_ms: float) -> None:
        station = self.stations[name]
        now_ms = self._world.kernel.now_ms
        station.all.add(now_ms, airtime_ms)
        if not station.handed_over.pop(packet.body, False):
            station.ordinary.add(now_ms, airtime_ms)

    def _note(self, name: str, _: Event, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(link, frame, priority) if link == RADIO:
                    self.stations[name].handed_over[frame] = priority is Priority.URGENT
                case RemoveObject(thing_id, reason):
                    self._removed[name][thing_id] = reason
                case StoreObject(thing, _):
                    self._stored(name, thing.id, thing.expires_min)
                case _:
                    pass

    def _stored(self, name: str, thing_id: ObjectId, expires_min: int) -> None:
        """A node whose clock was wrong may take back what it forgot too early, nothing else."""
        reason = self._removed[name].get(thing_id)
        is_over = expires_min + GRACE_MINUTES < self._world.minute
        is_comeback = reason is not None and (reason != "expired" or is_over)
        if is_comeback and len(self.comebacks) < COMEBACKS_MAX:
            self.comebacks.append(f"{name} took {thing_id.hex()[:8]} again after it was {reason}")
