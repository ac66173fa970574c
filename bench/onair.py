"""What went over a modelled channel: airtime, frames and collisions, ours and others'.

Works on a world in virtual time and on radios that real programs use, so that both can be
compared. Not for: what is inside the frames.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields

from meshnode.sim.channel import Channel
from meshnode.sim.packet import AirPacket


@dataclass(slots=True)
class Traffic:
    """Sums since the count began. Receptions count once a receiver; `other` is not ours."""

    airtime_s: float = 0.0
    frames: int = 0
    bytes_sent: int = 0
    other_airtime_s: float = 0.0
    other_frames: int = 0
    received: int = 0
    lost: int = 0
    collided: int = 0
    deaf: int = 0


@dataclass(slots=True)
class TrafficCount:
    """Counts what a channel carries; `is_ours` tells our packets from the firmware's own."""

    channel: Channel
    is_ours: Callable[[AirPacket], bool] = lambda _: True
    _sums: Traffic = field(default_factory=Traffic)

    def __post_init__(self) -> None:
        self.channel.watchers.append(self._sent)

    def now(self) -> Traffic:
        """Return the sums so far."""
        counters = self.channel.counters
        values = {each.name: getattr(self._sums, each.name) for each in fields(Traffic)}
        for name in ("received", "lost", "collided", "deaf"):
            values[name] = getattr(counters, name)
        return Traffic(**values)

    def _sent(self, _name: str, packet: AirPacket, airtime_ms: float) -> None:
        if self.is_ours(packet):
            self._sums.airtime_s += airtime_ms / 1000
            self._sums.frames += 1
            self._sums.bytes_sent += packet.phy_bytes
        else:
            self._sums.other_airtime_s += airtime_ms / 1000
            self._sums.other_frames += 1


def between(before: Traffic, after: Traffic) -> Traffic:
    """Return what went over the channel from one count to another."""
    return Traffic(
        **{
            each.name: getattr(after, each.name) - getattr(before, each.name)
            for each in fields(Traffic)
        }
    )
