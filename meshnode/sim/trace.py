"""A readable log of what a world put on the air, for whoever wonders why it took so long.

Not for: comparing runs (`World.trace_hash`). Invariants: watching changes nothing that is watched;
only the last lines are kept.
"""

from collections import deque
from typing import Final

from meshnode.protocol.effects import Effect, RemoveObject, StoreObject, Transmit
from meshnode.protocol.events import Event
from meshnode.protocol.frames import SYNDROME_BYTES, Beacon, Objects, RadioCodec, Symbol
from meshnode.protocol.object import object_id
from meshnode.sim.node import RADIO
from meshnode.sim.world import World

LINES_MAX: Final = 2_000
_SHOWN: Final = 4
"""Hexadecimal digits of an id that are shown."""


class FrameLog:
    """The last frames of a world, one line each: second, sender, what, how many it holds."""

    def __init__(self, world: World, *, has_arrivals: bool = False) -> None:
        self.lines: deque[str] = deque(maxlen=LINES_MAX)
        self._world = world
        self._has_arrivals = has_arrivals
        self._codec = RadioCodec(world.network_key, b"")
        world.watchers.append(self._note)

    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    def describe(self, frame: bytes) -> str:
        """Return what a radio frame says, in a few words.

        Raises:
            PeerError: It is not a frame of this community.
        """
        return self._frame(frame)

    def _note(self, name: str, _: Event, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(link, frame) if link == RADIO:
                    self._write(name, self._frame(frame))
                case Transmit(link, frame):
                    self._write(name, f"{link} {len(frame)} bytes")
                case StoreObject(thing, link) if self._has_arrivals:
                    self._write(name, f"  + {thing.id.hex()[:_SHOWN]} from {link or 'here'}")
                case RemoveObject(thing_id, reason) if self._has_arrivals:
                    self._write(name, f"  - {thing_id.hex()[:_SHOWN]} {reason}")
                case _:
                    pass

    def _write(self, name: str, what: str) -> None:
        held = len(self._world.nodes[name].disk.objects)
        self.lines.append(f"{self._world.kernel.now_ms / 1000:10.1f} {name} {what} [{held} held]")

    def _frame(self, frame: bytes) -> str:
        match self._codec.open(frame).body:
            case Objects(encoded):
                ids = " ".join(object_id(one).hex()[:_SHOWN] for one in encoded)
                return f"objects {ids} ({len(frame)} bytes)"
            case Symbol(shape, index, remaining):
                cut = f"{index} of {shape.data_count}"
                return f"batch {shape.id.hex()[:_SHOWN]} symbol {cut}, {remaining} follow"
            case Beacon() as beacon:
                return _beacon(beacon)


def _beacon(beacon: Beacon) -> str:
    partials = "".join(
        f" {partial.batch.hex()[:_SHOWN]} lacks {partial.missing}" for partial in beacon.partials
    )
    bucket = f" bucket {beacon.bucket} of {1 << beacon.depth}" if beacon.depth else ""
    syndromes = len(beacon.syndromes) // SYNDROME_BYTES
    return f"beacon {beacon.count} objects, {syndromes} syndromes{bucket}{partials}"
