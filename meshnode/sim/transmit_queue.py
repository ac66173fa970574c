"""The firmware's transmit queue: sixteen places, by priority.

Invariants: higher priority first; at equal priority packets of others before our own, then first
come, first served. When full, a packet takes the last place if what stands there has a lower
priority; otherwise it is refused.
Source: meshtastic/firmware 2.7.26, `src/mesh/MeshPacketQueue.cpp`.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from meshnode.sim.packet import AirPacket

PLACES: Final = 16


@dataclass(frozen=True, slots=True)
class Queued:
    """A packet that waits. `relayed_snr_db` is how well we heard it; None: it is our own."""

    packet: AirPacket
    priority: int
    relayed_snr_db: float | None = None

    @property
    def order(self) -> tuple[int, bool]:
        """Smaller goes first."""
        return -self.priority, self.relayed_snr_db is None


class TransmitQueue:
    """What a radio still has to send."""

    def __init__(self) -> None:
        self._waiting: list[Queued] = []

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def free(self) -> int:
        """Places left."""
        return PLACES - len(self._waiting)

    @property
    def front(self) -> Queued | None:
        """What goes next."""
        return self._waiting[0] if self._waiting else None

    def put(self, queued: Queued) -> bool:
        """Take a packet in; False when all that wait are at least as important."""
        if self.free == 0:
            if self._waiting[-1].priority >= queued.priority:
                return False
            self._waiting.pop()
        place = bisect_right(self._waiting, queued.order, key=lambda each: each.order)
        self._waiting.insert(place, queued)
        return True

    def pop(self) -> Queued:
        """Take out what goes next."""
        return self._waiting.pop(0)

    def find(self, key: tuple[int, int]) -> Queued | None:
        """Return the copy that waits of the packet with this key."""
        return next((each for each in self._waiting if each.packet.key == key), None)

    def remove(self, key: tuple[int, int]) -> bool:
        """Take a packet out; False when it does not wait here."""
        found = self.find(key)
        if found is not None:
            self._waiting.remove(found)
        return found is not None

    def clear(self) -> None:
        """Lose everything."""
        self._waiting.clear()
