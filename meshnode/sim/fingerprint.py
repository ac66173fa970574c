"""One hash over everything that happened to the engines of a world, and over what they wanted.

Two runs with the same hash had the same events, with the same bytes, at the same times, in the same
order, on the same nodes, and the engines answered each with the same effects.
Not for: reading (`eventlog`). Invariants: every byte that an engine takes in or gives out is in
the hash, each part behind its length, so that no two histories look alike; no `repr` and no
Python hash is in it where a kind of event or effect is known. An unknown kind goes in by its
`repr`, which is slower and as exact, since events and effects are dataclasses of plain values.
"""

from collections.abc import Callable
from hashlib import blake2b
from struct import Struct
from typing import Any, Final

from meshnode.protocol.effects import Drop, Effect, RemoveObject, SaveSetting, StoreObject, Transmit
from meshnode.protocol.events import (
    ChannelUtilisation,
    Event,
    FrameReceived,
    Submitted,
    Tick,
    TransmitDone,
)

PARTS_MAX: Final = 512
"""Parts collected before they are hashed at once: a call for each would cost more than the hash."""

_HEAD: Final = Struct("<dHIBI")
"""Time in ms, number of the node, number of effects; kind and number of bytes of the event."""
_SHAPE: Final = Struct("<BI")
"""Kind and number of bytes of an effect."""
_PLACES: Final = Struct("<dI")
_FLOAT: Final = Struct("<d")
_NO_SNR: Final = -1000.0


class Fingerprint:
    """The hash of one world; `events` counts what is in it."""

    __slots__ = ("_hash", "_parts", "events")

    def __init__(self) -> None:
        self.events = 0
        self._hash = blake2b(digest_size=32)
        self._parts: list[bytes] = []

    def add(self, now_ms: float, node: int, event: Event, effects: list[Effect]) -> None:
        """Take in what happened to the node with this number, and what its engine wanted."""
        self.events += 1
        parts = self._parts
        number, content = _KINDS.get(type(event), _OTHER)
        data = content(event)
        parts.append(_HEAD.pack(now_ms, node, len(effects), number, len(data)))
        parts.append(data)
        for effect in effects:
            number, content = _KINDS.get(type(effect), _OTHER)
            data = content(effect)
            parts.append(_SHAPE.pack(number, len(data)))
            parts.append(data)
        if len(parts) > PARTS_MAX:
            self._flush()

    def hex(self) -> str:
        """Return the hash so far."""
        self._flush()
        return self._hash.hexdigest()

    def _flush(self) -> None:
        self._hash.update(b"".join(self._parts))
        self._parts.clear()


def _frame_received(event: FrameReceived) -> bytes:
    snr_db = _NO_SNR if event.snr_db is None else event.snr_db
    return _PLACES.pack(snr_db, len(event.frame)) + event.frame + event.link.encode()


def _transmit_done(event: TransmitDone) -> bytes:
    what = f"{event.token} {event.outcome.value} {event.retry_after_ms} {event.link}"
    return what.encode()


def _utilisation(event: ChannelUtilisation) -> bytes:
    return _FLOAT.pack(event.percent) + event.link.encode()


def _transmit(effect: Transmit) -> bytes:
    rest = f"{effect.token} {effect.priority:d} {effect.link}".encode()
    return len(effect.frame).to_bytes(4, "little") + effect.frame + rest


def _store(effect: StoreObject) -> bytes:
    return effect.object.encoded + f"\0{effect.link}".encode()


def _remove(effect: RemoveObject) -> bytes:
    return effect.id + f"{effect.remember_until_min} {effect.reason}".encode()


def _save(effect: SaveSetting) -> bytes:
    return effect.key.encode() + b"\0" + effect.value


def _drop(effect: Drop) -> bytes:
    return f"{effect.reason}\0{effect.link}\0{effect.detail}".encode()


_OTHER: Final[tuple[int, Callable[[Any], bytes]]] = (0, lambda thing: repr(thing).encode())
_KINDS: Final[dict[type, tuple[int, Callable[[Any], bytes]]]] = {
    Tick: (1, lambda _: b""),
    FrameReceived: (2, _frame_received),
    TransmitDone: (3, _transmit_done),
    ChannelUtilisation: (4, _utilisation),
    Submitted: (5, lambda event: event.object.encoded),
    Transmit: (6, _transmit),
    StoreObject: (7, _store),
    RemoveObject: (8, _remove),
    SaveSetting: (9, _save),
    Drop: (10, _drop),
}
