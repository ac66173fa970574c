"""A day among twelve nodes with everything that goes wrong, and what must hold all the same."""

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.object import ObjectId
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.node import Node
from meshnode.sim.packet import AirPacket
from meshnode.sim.streams import stream
from meshnode.sim.world import World

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
LOSS = 0.2
POSTS_AN_HOUR = 8
URGENT_SHARE_MAX = 0.08
SETTLE_MS = 8 * HOUR_MS
WORDS = (
    *("Wasser", "Strom", "Suppe", "Treppenhaus", "Werkzeug", "Medikament", "Sirene", "Nordmarkt"),
    *("Turnhalle", "morgen", "heute", "abends", "bitte", "bringt", "Decken", "mit", "und", "sagt"),
    *("den", "Nachbarn", "Bescheid", "Kerzen", "Akku", "Arzt", "offen", "zu"),
)
LENGTHS = (3, 8, 20, 60)
TEXTS_OF_A_LENGTH = 8


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    """All days share their texts: compressing new ones took a third of each day's time."""
    dice = stream(0, "texts of days")
    return tuple(
        " ".join(dice.choice(WORDS) for _ in range(length))
        for length in LENGTHS
        for _ in range(TEXTS_OF_A_LENGTH)
    )


@dataclass
class Hour:
    """What one radio sent in its last hour, and the most that it ever was."""

    frames: deque[tuple[float, float]] = field(default_factory=deque)
    sum_ms: float = 0.0
    max_ms: float = 0.0


class Day:
    """One seed's day."""

    def __init__(self, seed: int, *, nodes: int = 12, hours: float = 24.0) -> None:
        self.dice = stream(seed, "scenario")
        self.hours = hours
        self.names = [f"n{index:02}" for index in range(nodes)]
        self.world = World(seed, self.names)
        self.withdrawn: set[ObjectId] = set()
        self.sent = {name: Hour() for name in self.names}
        for name, node in self.world.nodes.items():
            self._measure(name, node)
        topology.full(self.world.channel, self.names, Path(snr_db=5, loss=LOSS))
        # Two clocks that nobody set: one at 1970, one three days behind.
        self.world.nodes[self.names[1]].clock_error_min = -1_500_000
        self.world.nodes[self.names[2]].clock_error_min = -3 * 1440
        for name in self.names[1:3]:
            self.world.nodes[name].is_clock_synchronised = False

    def run(self) -> bool:
        """Play the day, heal everything, and return whether all nodes came to hold the same."""
        self.world.start(acquainted=False)
        while self.world.now_ms < self.hours * HOUR_MS:
            self.world.run_for(self.dice.expovariate(POSTS_AN_HOUR / HOUR_MS))
            self._post()
            self._mishap()
        for node in self.world.nodes.values():
            if node.engine is None:
                node.start()
        self.world.channel.heal()
        return self.world.run_until(self.world.is_converged, limit_ms=SETTLE_MS, step_ms=MINUTE_MS)

    def _measure(self, name: str, node: Node) -> None:
        hour = self.sent[name]

        def sent(packet: AirPacket) -> None:
            now_ms = self.world.kernel.now_ms
            airtime_ms = node.radio.modulation.airtime_ms(packet.phy_bytes)
            hour.frames.append((now_ms, airtime_ms))
            hour.sum_ms += airtime_ms
            while hour.frames[0][0] <= now_ms - HOUR_MS:
                hour.sum_ms -= hour.frames.popleft()[1]
            hour.max_ms = max(hour.max_ms, hour.sum_ms)

        node.radio.on_sent = sent

    def _post(self) -> None:
        node = self.world.nodes[self.dice.choice(self.names)]
        if node.engine is None:
            return
        text = self.dice.choice(_texts())
        severity = self.dice.choice(tuple(Severity))
        posted = node.post(text, severity=severity, minutes=self.dice.choice((60, 360, 1440, 4320)))
        if posted in node.disk.objects and self.dice.random() < 0.1:
            node.withdraw(posted)
            self.withdrawn.add(posted)

    def _mishap(self) -> None:
        roll = self.dice.random()
        if roll < 0.04:
            node = self.world.nodes[self.dice.choice(self.names)]
            node.crash() if node.engine else node.start()
        elif roll < 0.08:
            cut = self.dice.randrange(1, len(self.names))
            shuffled = self.dice.sample(self.names, len(self.names))
            self.world.channel.partition(shuffled[:cut], shuffled[cut:])
        elif roll < 0.14:
            self.world.channel.heal()
