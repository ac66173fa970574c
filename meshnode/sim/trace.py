"""A readable log of what a world put on the air, for whoever wonders why it took so long.

Not for: comparing runs (`World.trace_hash`) or every event (`eventlog`). Invariants: watching
changes nothing that is watched; only the last lines are kept.
"""

from collections import deque
from typing import Final

from meshnode.protocol.effects import Effect, RemoveObject, StoreObject, Transmit
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import Event
from meshnode.protocol.frames import SYNDROME_BYTES, Beacon, Fragment, Objects, RadioCodec
from meshnode.protocol.object import object_id
from meshnode.sim.world import RADIO, World

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

    def _note(self, name: str, _: Event, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(link, frame) if link == RADIO:
                    self._write(name, frame_text(self._codec, frame))
                case Transmit(link, frame):
                    self._write(name, f"{link} {len(frame)} bytes")
                case StoreObject(thing, link) if self._has_arrivals:
                    self._write(name, f"  + {short(thing.id)} from {link or 'here'}")
                case RemoveObject(thing_id, reason) if self._has_arrivals:
                    self._write(name, f"  - {short(thing_id)} {reason}")
                case _:
                    pass

    def _write(self, name: str, what: str) -> None:
        held = len(self._world.nodes[name].disk.objects)
        self.lines.append(f"{self._world.kernel.now_ms / 1000:10.1f} {name} {what} [{held} held]")


def short(thing_id: bytes) -> str:
    """Return the beginning of an id, enough to follow it through a log."""
    return thing_id.hex()[:_SHOWN]


def frame_text(codec: RadioCodec, frame: bytes) -> str:
    """Return what a radio frame says, in a few words."""
    try:
        body = codec.open(frame).body
    except PeerError as error:
        return f"{error.reason} ({len(frame)} bytes)"
    match body:
        case Objects(encoded):
            ids = " ".join(short(object_id(one)) for one in encoded)
            return f"objects {ids} ({len(frame)} bytes)"
        case Fragment(short_id, index, count):
            return f"fragment {short(short_id)} {index} of {count}"
        case Beacon():
            return _beacon(body)


def _beacon(beacon: Beacon) -> str:
    partials = "".join(
        f" {short(partial.short_id)} lacks {list(partial.missing)}" for partial in beacon.partials
    )
    bucket = f" bucket {beacon.bucket} of {1 << beacon.depth}" if beacon.depth else ""
    syndromes = len(beacon.syndromes) // SYNDROME_BYTES
    return f"beacon {beacon.count} objects, {syndromes} syndromes{bucket}{partials}"
