"""Whether what nodes say of each other's sets is true: claims against a history of every disk.

Not for: how soon they know it. Invariants: the history is made from what engines stored and
removed, never from what they say about others.
"""

from dataclasses import dataclass, field
from math import inf

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.effects import Effect, RemoveObject, StoreObject
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import Event, FrameReceived
from meshnode.protocol.frames import Beacon, RadioCodec, Scope
from meshnode.protocol.holdings import State
from meshnode.protocol.inventory import EXPIRED
from meshnode.protocol.object import ObjectId
from meshnode.protocol.whereabouts import Holder
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.disk import Disk
from meshnode.sim.node import RADIO, Node
from meshnode.sim.streams import stream
from meshnode.sim.world import World

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
UNDER_WAY_MS = 2 * MINUTE_MS
"""How old a frame may be when it is heard: it waits in the radio's queue and for a free channel."""


@dataclass
class History:
    """When one node held which object: spans of [from, until]."""

    spans: dict[ObjectId, list[list[float]]] = field(default_factory=dict)

    def begin(self, thing: ObjectId, now_ms: float) -> None:
        spans = self.spans.setdefault(thing, [])
        if not spans or spans[-1][1] != inf:
            spans.append([now_ms, inf])

    def end(self, thing: ObjectId, now_ms: float) -> None:
        for span in self.spans.get(thing, [])[-1:]:
            span[1] = min(span[1], now_ms)

    def held(self, thing: ObjectId, since_ms: float, until_ms: float) -> bool:
        """Return whether it was held at some moment of this span."""
        return any(
            begin <= until_ms and end >= since_ms for begin, end in self.spans.get(thing, [])
        )

    def lacked(self, thing: ObjectId, since_ms: float, until_ms: float) -> bool:
        """Return whether it was not held at some moment of this span."""
        return not any(
            begin <= since_ms and end > until_ms for begin, end in self.spans.get(thing, [])
        )


class Claims:
    """A small world with everything that goes wrong, and what its nodes say of each other."""

    def __init__(self, seed: int, *, nodes: int = 5, wires: int = 1) -> None:
        self.dice = stream(seed, "claims")
        self.names = [f"n{index}" for index in range(nodes)]
        self.world = World(seed, self.names)
        self.histories = {name: History() for name in self.names}
        self.counts = dict.fromkeys(State, 0)
        self.false: list[str] = []
        self.by_word: dict[bytes, str] = {}
        self.codec = RadioCodec(self.world.network_key, b"")
        self.beacons_ms: dict[tuple[str, bytes], int] = {}
        """When each node last heard whose beacon about everything."""
        for name, node in self.world.nodes.items():
            self.by_word[node.key.id[:2]] = name
            self.by_word[node.key.public] = name
        topology.full(self.world.channel, self.names, Path(snr_db=5, loss=0.2))
        if self.dice.random() < 0.5:
            # One clock that nobody set, one that runs three hours ahead.
            for name, error_min in zip(self.names, (-1_500_000, 180), strict=False):
                self.world.nodes[name].clock_error_min = error_min
                self.world.nodes[name].is_clock_synchronised = False
        self.wires = wires

    def start(self) -> None:
        self.world.start(acquainted=True)
        for name, node in self.world.nodes.items():
            for thing in node.disk.objects:
                self.histories[name].begin(thing, self.world.kernel.now_ms)
        self.world.watchers.append(self._watch)
        for _ in range(self.wires):
            self.world.wire(*self.dice.sample(self.names, 2))

    def run(self, hours: float) -> None:
        end_ms = self.world.now_ms + hours * HOUR_MS
        while self.world.now_ms < end_ms:
            self.world.run_for(self.dice.expovariate(1 / (4 * MINUTE_MS)))
            self.check()
            if self.dice.random() < 0.4:
                self._post()
            self._mishap()

    def calm(self, hours: float) -> None:
        """Mend everything and let time pass."""
        for node in self.world.nodes.values():
            if node.engine is None:
                node.start()
        self.world.channel.heal()
        for wire in self.world.wires:
            wire.join()
        for _ in range(round(hours * 6)):
            self.world.run_for(10 * MINUTE_MS)
            self.check()

    def check(self) -> None:
        """Compare every claim of every node with the histories."""
        for name, node in self.world.nodes.items():
            for thing in node.engine.held if node.engine else ():
                for holder in node.engine.holders(thing) if node.engine else ():
                    self.counts[holder.state] += 1
                    beacon_ms = self.beacons_ms.get((name, holder.neighbour), 0)
                    if not self._is_true(thing, holder, beacon_ms):
                        self.false.append(f"{name} at {self.world.now_ms}: {thing.hex()} {holder}")

    def lose_disk(self, node: Node) -> None:
        """Let a node come back with its key and nothing else."""
        node.crash()
        now_ms = self.world.kernel.now_ms
        for thing in node.disk.objects:
            self.histories[node.name].end(thing, now_ms)
        node.disk = Disk(sequence=node.disk.sequence, settings=node.disk.settings)
        node.start()
        node.announce()

    def untrue_now(self) -> list[str]:
        """Return the claims that were true when they were made, and are not any more."""
        untrue = []
        for name, node in self.world.nodes.items():
            for thing in node.engine.held if node.engine else ():
                for holder in node.engine.holders(thing) if node.engine else ():
                    other = self.world.nodes[self.by_word[holder.neighbour]]
                    # Whose clock is ahead has had what it lets expire before us.
                    is_over = other.disk.removed.get(thing, ("", 0))[0] == EXPIRED
                    had = thing in other.ids or is_over
                    state = State.HOLDS if had else State.LACKS
                    if holder.state not in (state, State.UNKNOWN):
                        untrue.append(f"{name}: {thing.hex()} {holder}")
        return untrue

    def _is_true(self, thing: ObjectId, holder: Holder, beacon_ms: int) -> bool:
        """Return whether a claim holds, and does not outlive a beacon that did not confirm it."""
        if holder.last_contact_ms > self.world.now_ms:
            return False
        if holder.known_ms is None:
            return holder.state is State.UNKNOWN
        if not beacon_ms <= holder.known_ms <= holder.last_contact_ms:
            return False
        history = self.histories[self.by_word[holder.neighbour]]
        span = holder.known_ms - UNDER_WAY_MS, holder.known_ms + 1
        is_so = history.held if holder.state is State.HOLDS else history.lacked
        return is_so(thing, *span)

    def _watch(self, name: str, event: Event, effects: list[Effect]) -> None:
        now_ms = self.world.kernel.now_ms
        if isinstance(event, FrameReceived) and event.link == RADIO:
            self._heard(name, event.frame)
        for effect in effects:
            match effect:
                case StoreObject(thing, _):
                    self.histories[name].begin(thing.id, now_ms)
                case RemoveObject(thing_id, _, _):
                    self.histories[name].end(thing_id, now_ms)

    def _heard(self, name: str, data: bytes) -> None:
        try:
            frame = self.codec.open(data)
        except PeerError:
            return
        match frame.body:
            case Beacon(depth=0, scope=Scope.ALL):
                self.beacons_ms[name, frame.sender] = self.world.now_ms

    def _post(self) -> None:
        node = self.world.nodes[self.dice.choice(self.names)]
        if node.engine is None:
            return
        for _ in range(self.dice.choice((1, 1, 1, 4, 12))):
            severity = self.dice.choice(tuple(Severity))
            minutes = self.dice.choice((60, 180, 1440))
            text = "Wasser " * self.dice.choice((1, 4, 20))
            posted = node.post(text, severity=severity, minutes=minutes)
            if posted in node.disk.objects and self.dice.random() < 0.15:
                node.withdraw(posted)

    def _mishap(self) -> None:
        roll = self.dice.random()
        node = self.world.nodes[self.dice.choice(self.names)]
        if roll < 0.08:
            node.crash() if node.engine else node.start()
        elif roll < 0.12:
            self.lose_disk(node)
        elif roll < 0.17:
            cut = self.dice.randrange(1, len(self.names))
            shuffled = self.dice.sample(self.names, len(self.names))
            self.world.channel.partition(shuffled[:cut], shuffled[cut:])
        elif roll < 0.3:
            self.world.channel.heal()
        elif roll < 0.36:
            for wire in self.world.wires:
                wire.cut()
        elif roll < 0.5:
            for wire in self.world.wires:
                wire.join()
