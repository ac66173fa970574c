"""A world of nodes in virtual time: nodes on one modelled channel, and wires between them.

Not for: real time or real sockets. Invariants: the same seed and the same calls give the same
trace, whatever Python's hash seed; a crash keeps what was stored and nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2s
from typing import Final

from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.accounts import GOVERNANCE_DAY_MAX
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, found, grant
from meshnode.board.trust.role import Role, RoleFields
from meshnode.protocol.effects import (
    Effect,
)
from meshnode.protocol.events import (
    Event,
)
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.load import Purpose
from meshnode.protocol.object import (
    ObjectId,
    SignedObject,
)
from meshnode.sim.channel import Channel
from meshnode.sim.fingerprint import Fingerprint
from meshnode.sim.kernel import Kernel
from meshnode.sim.node import Node
from meshnode.sim.settings import RadioSettings
from meshnode.sim.wire import Wire

START_MIN: Final = 1_500_000
"""Minute of the community's clock at which every world begins: November 2026."""


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
        wire = Wire(self.kernel, f"wire:{one}-{other}", (self.nodes[one], self.nodes[other]))
        self.wires.append(wire)
        wire.join()
        return wire

    def lines_of(self, node: Node) -> list[Wire]:
        """Return the wires that end at a node."""
        return [wire for wire in self.wires if node in wire.ends]

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
