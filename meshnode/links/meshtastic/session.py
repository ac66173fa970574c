"""The conversation with one connected radio, as a machine without input, output or clock.

Not for: framing, sockets, reconnecting. Invariants: every token given to `send` comes back exactly
once as `Done`; `Up` and `Down` alternate; no bytes from the radio raise; one packet is with the
radio at a time; a radio that a person must set up first stays connected and is asked again.
Source: docs/spec/radio.md sections 3 and 4.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import mesh_pb2

from meshnode.links.meshtastic.handshake import Handshake
from meshnode.links.meshtastic.liveness import Liveness
from meshnode.links.meshtastic.outbox import Done, Outbox, Waiting
from meshnode.links.meshtastic.packets import (
    PACKET_ID_MAX,
    HeardFrame,
    Ignored,
    Received,
    Utilisation,
    Verdict,
    mesh_packet,
    read_packet,
)
from meshnode.links.meshtastic.radio_config import RadioPlan, RadioSettings, plan
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.medium import Outcome
from meshnode.protocol.ports import Dice
from meshnode.protocol.priority import Priority

_SILENT_MINUTES: Final = re.compile(r"again in (\d{1,3}) min")
"""Firmware 2.7 and 2.8 src/mesh/Router.cpp: `You can send again in %d mins`."""


@dataclass(frozen=True, slots=True)
class Write:
    """Give this ToRadio message to the radio."""

    message: bytes


@dataclass(frozen=True, slots=True)
class Wake:
    """Get the radio's ear first. `is_thorough`: also out of a frame that never ended."""

    is_thorough: bool


@dataclass(frozen=True, slots=True)
class Up:
    """The radio carries frames from now on, as `plan` says."""

    plan: RadioPlan


@dataclass(frozen=True, slots=True)
class Down:
    """The radio carries no frames any more, though the connection stands."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The radio answers but cannot work as it is set up; `plan.refusal` says what to do."""

    plan: RadioPlan


@dataclass(frozen=True, slots=True)
class Gone:
    """The radio does not answer any more: close the connection and begin anew."""

    reason: str


Output = Write | Wake | Up | Down | Refused | Gone | HeardFrame | Utilisation | Ignored | Done


def is_message(payload: bytes) -> bool:
    """Return whether `payload` parses as a FromRadio message; unknown variants do."""
    try:
        mesh_pb2.FromRadio.FromString(payload)
    except DecodeError:
        return False
    return True


class RadioSession:
    """Feed it what the radio says, frames to send and the time; carry out what it returns."""

    def __init__(self, settings: RadioSettings, *, dice: Dice, timing: Timing, now_ms: int) -> None:
        self._settings = settings
        self._dice = dice
        self._timing = timing
        self._outbox = Outbox(timing)
        self._liveness = Liveness(timing, now_ms)
        self._handshake: Handshake | None = Handshake(dice, timing, now_ms)
        self._own_number = 0
        self._read_ms = now_ms
        self._is_up = False
        self._is_gone = False
        self.plan: RadioPlan | None = None

    @property
    def queue_free(self) -> int | None:
        """Free places in the radio's queue, where it told."""
        return self._outbox.queue_free

    @property
    def refusal(self) -> int | None:
        """The number by which the radio refused our last frame for good, or None."""
        return self._outbox.refusal

    def start(self) -> list[Output]:
        """Return the first words to the radio."""
        return self._question(is_thorough=False)

    def send(self, frame: bytes, priority: Priority, token: int, now_ms: int) -> list[Output]:
        """Take a frame of the engine's."""
        if not self._is_up or self.plan is None:
            return [Done(token, Outcome.LOST)]
        if not 0 < len(frame) <= self.plan.medium.frame_bytes_max:
            return [Done(token, Outcome.TOO_LARGE)]
        airtime_ms = self.plan.medium.airtime_ms(len(frame))
        refused = self._outbox.submit(Waiting(frame, priority, token, now_ms, airtime_ms))
        return [*refused, *self._pump(now_ms)]

    def receive(self, payload: bytes, now_ms: int) -> list[Output]:
        """Take one FromRadio message."""
        if self._is_gone:
            return []
        try:
            message = mesh_pb2.FromRadio.FromString(payload)
        except DecodeError:
            return [Ignored("malformed_message")]
        self._liveness.heard(now_ms)
        variant = message.WhichOneof("payload_variant") or "newer than this program"
        if variant == "rebooted":
            return self._begin_again("the radio restarted", now_ms)
        outputs = self._shake(variant, message, now_ms)
        handler = self._handlers().get(variant)
        if handler is not None:
            outputs += handler(message, now_ms)
        return [*outputs, *self._pump(now_ms)]

    def tick(self, now_ms: int) -> list[Output]:
        """Do what only the passing of time asks for."""
        if self._is_gone:
            return []
        if self._handshake is not None:
            outputs = self._tick_handshake(self._handshake, now_ms)
        else:
            outputs = self._tick_settled(now_ms)
        return [*outputs, *self._outbox.tick(now_ms), *self._pump(now_ms)]

    def deadline_ms(self) -> int | None:
        """Return when `tick` has something to do, at the latest."""
        if self._is_gone:
            return None
        if self._handshake is not None:
            deadlines = [self._handshake.deadline_ms(), self._outbox.patience_ms()]
        else:
            deadlines = [self._liveness.deadline_ms(), self._outbox.deadline_ms()]
            if self._outbox.is_idle:
                deadlines.append(self._reread_ms())
        return min(deadline for deadline in deadlines if deadline is not None)

    def close(self, reason: str) -> list[Output]:
        """End the session, because the connection did; answer every token."""
        self._is_gone = True
        return self._go_down(reason)

    # What the radio says.

    def _handlers(self) -> dict[str, Callable[[Any, int], list[Output]]]:
        return {
            "packet": self._on_packet,
            "queueStatus": self._on_queue_status,
            "clientNotification": self._on_notification,
        }

    def _on_packet(self, message: Any, now_ms: int) -> list[Output]:
        received: Received = read_packet(message.packet, own_number=self._own_number)
        if isinstance(received, Verdict):
            return [*self._outbox.verdict(received.packet_id, received.error, now_ms)]
        if isinstance(received, HeardFrame) and not self._is_up:
            return [Ignored("not_up")]
        return [received]

    def _on_queue_status(self, message: Any, now_ms: int) -> list[Output]:
        status = message.queueStatus
        return [
            *self._outbox.queue_status(
                result=status.res,
                free=status.free,
                length=status.maxlen,
                packet_id=status.mesh_packet_id,
                now_ms=now_ms,
            )
        ]

    def _on_notification(self, message: Any, _now_ms: int) -> list[Output]:
        notification = message.clientNotification
        minutes = _SILENT_MINUTES.search(notification.message)
        if minutes is None:
            return []
        return [*self._outbox.duty_notice(notification.reply_id, int(minutes.group(1)))]

    # Asking for the settings.

    def _question(self, *, is_thorough: bool) -> list[Output]:
        if self._handshake is None:
            return []
        question = mesh_pb2.ToRadio(want_config_id=self._handshake.nonce)
        return [Wake(is_thorough), Write(question.SerializeToString())]

    def _begin_again(self, reason: str, now_ms: int) -> list[Output]:
        lost = self._go_down(reason)
        self.plan = None
        self._handshake = Handshake(self._dice, self._timing, now_ms)
        return [*lost, *self._question(is_thorough=False)]

    def _reread(self, now_ms: int) -> list[Output]:
        self._handshake = Handshake(self._dice, self._timing, now_ms, is_brief=True)
        return self._question(is_thorough=False)

    def _shake(self, variant: str, message: Any, now_ms: int) -> list[Output]:
        if self._handshake is None:
            return []
        if self._handshake.take(variant, message, now_ms):
            return self._question(is_thorough=False)
        return self._settle(self._handshake, now_ms) if self._handshake.is_complete else []

    def _settle(self, handshake: Handshake, now_ms: int) -> list[Output]:
        self._handshake = None
        self._read_ms = now_ms
        self._outbox.needs_recheck = False
        before, self.plan = self.plan, plan(handshake.facts, self._settings)
        self._own_number = handshake.facts.node_number
        if self.plan.refusal is not None:
            return [*self._go_down(self.plan.refusal), Refused(self.plan)]
        if self._is_up and before is not None and _is_same_use(before, self.plan):
            return []
        lost = self._go_down("the radio's settings changed")
        self._is_up = True
        return [*lost, Up(self.plan)]

    def _tick_handshake(self, handshake: Handshake, now_ms: int) -> list[Output]:
        if handshake.is_too_late(now_ms):
            return self._give_up("the radio did not tell its settings in time")
        return self._question(is_thorough=True) if handshake.tick(now_ms) else []

    # Time, and giving up.

    def _tick_settled(self, now_ms: int) -> list[Output]:
        if self._outbox.wants_answer(now_ms):
            self._liveness.want()
        if self._liveness.is_due(now_ms):
            return [Write(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()).SerializeToString())]
        if self._liveness.is_silent:
            return self._give_up("the radio does not answer")
        return []

    def _reread_ms(self) -> int:
        is_soon = not self._is_up or self._outbox.needs_recheck
        return self._read_ms + (self._timing.recheck_ms if is_soon else self._timing.reread_ms)

    def _give_up(self, reason: str) -> list[Output]:
        self._is_gone = True
        return [*self._go_down(reason), Gone(reason)]

    def _go_down(self, reason: str) -> list[Output]:
        lost = self._outbox.lose_all()
        was_up, self._is_up = self._is_up, False
        return [*lost, Down(reason)] if was_up else [*lost]

    def _pump(self, now_ms: int) -> list[Output]:
        if self._is_gone or self._handshake is not None or not self._outbox.is_idle:
            return []
        if now_ms >= self._reread_ms():
            return self._reread(now_ms)
        if not self._is_up or self.plan is None:
            return []
        packet_id = 1 + self._dice.randrange(PACKET_ID_MAX)
        waiting = self._outbox.hand_over(packet_id, now_ms)
        if waiting is None or self.plan.channel is None:
            return []
        packet = mesh_packet(
            waiting.frame,
            waiting.priority,
            packet_id=packet_id,
            channel_index=self.plan.channel.index,
            hop_limit=self._settings.hop_limit,
        )
        return [Write(mesh_pb2.ToRadio(packet=packet).SerializeToString())]


def _is_same_use(before: RadioPlan, after: RadioPlan) -> bool:
    return before.medium == after.medium and before.channel == after.channel
