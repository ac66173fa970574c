"""Writes down every event of a world as one JSON object a line, for whoever has to debug a run.

Not for: comparing runs (`fingerprint`). Invariants: watching changes nothing that is watched; what
happened to nobody's effect (a timer, a measurement) is left out; ids are shortened.
Source: docs/spec/scenarios.md section 4.
"""

import json
from collections.abc import Callable
from typing import Any, Final, TextIO

from meshnode.protocol.effects import (
    CloseLink,
    Drop,
    Effect,
    ForgetRemoved,
    RemoveObject,
    SaveSetting,
    StoreObject,
    Transmit,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import (
    ChannelUtilisation,
    Event,
    FrameReceived,
    LinkDown,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.sim.channel import Fate
from meshnode.sim.node import RADIO
from meshnode.sim.packet import AirPacket
from meshnode.sim.trace import FrameLog
from meshnode.sim.world import World

DETAIL_MAX: Final = 40
"""Characters of a detail that are shown."""
ID_DIGITS: Final = 4
_SILENT: Final = (Tick, ChannelUtilisation)
"""Events that are worth a line only where an effect followed."""


class EventLog:
    """Writes to `file` from now on."""

    def __init__(self, world: World, file: TextIO) -> None:
        self._world = world
        self._file = file
        self._frames = FrameLog(world)
        world.watchers.append(self._note)
        world.channel.end_watchers.append(self._ended)

    def _note(self, name: str, event: Event, effects: list[Effect]) -> None:
        if isinstance(event, _SILENT) and not effects:
            return
        shown = [text for effect in effects if (text := self._effect(effect))]
        self._write(name, **self._event(event), effects=shown)

    def _ended(self, name: str, packet: AirPacket, fates: dict[str, Fate]) -> None:
        became = {
            str(fate): [receiver for receiver, one in fates.items() if one is fate]
            for fate in Fate
            if fate in fates.values()
        }
        self._write(name, event="was on air", what=_words(self._frames, packet.body), **became)

    def _write(self, name: str, **fields: Any) -> None:
        line = {"t_s": round(self._world.kernel.now_ms / 1000, 3), "node": name, **fields}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _event(self, event: Event) -> dict[str, Any]:
        shown = _EVENTS.get(type(event))
        return shown(self._frames, event) if shown else {"event": type(event).__name__}

    def _effect(self, effect: Effect) -> str:
        shown = _EFFECTS.get(type(effect))
        return shown(self._frames, effect) if shown else type(effect).__name__


def short(thing_id: bytes) -> str:
    """Return the beginning of an id, enough to follow it through a log."""
    return thing_id.hex()[:ID_DIGITS]


def _words(frames: FrameLog, frame: bytes) -> str:
    try:
        return frames.describe(frame)
    except PeerError as error:
        return f"{error.reason} ({len(frame)} bytes)"


def _heard(frames: FrameLog, event: FrameReceived) -> dict[str, Any]:
    if event.link != RADIO:
        return {"event": "heard", "what": f"{len(event.frame)} bytes", "link": event.link}
    snr_db = None if event.snr_db is None else round(event.snr_db, 1)
    return {"event": "heard", "what": _words(frames, event.frame), "snr_db": snr_db}


def _clock(_: FrameLog, event: WallClock) -> dict[str, Any]:
    sure = "sure" if event.is_synchronised else "not sure"
    return {"event": "clock", "what": f"minute {event.minute}, {sure}"}


def _send(frames: FrameLog, effect: Transmit) -> str:
    is_radio = effect.link == RADIO
    what = _words(frames, effect.frame) if is_radio else f"{len(effect.frame)} bytes"
    return f"send {what} by {effect.link} as {effect.token}"


_EVENTS: Final[dict[type, Callable[[FrameLog, Any], dict[str, Any]]]] = {
    FrameReceived: _heard,
    WallClock: _clock,
    Submitted: lambda _, event: {"event": "made", "what": short(event.object.id)},
    TransmitDone: lambda _, event: {
        "event": "sent",
        "what": event.outcome.value,
        "link": event.link,
        "token": event.token,
    },
    ChannelUtilisation: lambda _, event: {
        "event": "measured",
        "what": f"{event.percent:.1f} % busy",
    },
    LinkUp: lambda _, event: {"event": "link up", "what": event.link},
    LinkDown: lambda _, event: {"event": "link down", "what": event.link},
    Tick: lambda _, event: {"event": "timer"},
}
"""How each kind of event is shown; one that is not here is shown by its name."""

_EFFECTS: Final[dict[type, Callable[[FrameLog, Any], str]]] = {
    Transmit: _send,
    StoreObject: lambda _, effect: f"store {short(effect.object.id)} from {effect.link or 'here'}",
    RemoveObject: lambda _, effect: f"remove {short(effect.id)}: {effect.reason}",
    Drop: lambda _, effect: f"drop: {effect.reason} {effect.detail[:DETAIL_MAX]}".rstrip(),
    CloseLink: lambda _, effect: f"close {effect.link}: {effect.reason}",
    SaveSetting: lambda _, effect: "",
    ForgetRemoved: lambda _, effect: "",
}
"""How each kind of effect is shown; empty: not at all."""
