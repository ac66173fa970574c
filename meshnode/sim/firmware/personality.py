"""The firmware as its client meets it: bytes in, bytes out, no input or output of its own.

Not for: sockets and terminals (`meshnode.sim.server`), the channel (`meshnode.sim.channel`).

Invariants: at most one session at a time; nothing is sent to a client that has not asked for the
configuration; every packet from the client is answered by a status, except a repeated one.
Source: docs/spec/virtual_radio.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import admin_pb2, mesh_pb2, portnums_pb2, telemetry_pb2

from meshnode.protocol.ports import Dice
from meshnode.sim.firmware.admin import Admin, Answer
from meshnode.sim.firmware.announcer import Announcer
from meshnode.sim.firmware.device import Device
from meshnode.sim.firmware.framing import framed
from meshnode.sim.firmware.handshake import handshake
from meshnode.sim.firmware.phone_queues import PACKETS_MAX, PhoneQueues
from meshnode.sim.firmware.router import NO_RESPONSE, Router, Upcalls
from meshnode.sim.firmware.session import Session, Verdict
from meshnode.sim.firmware.telemetry import device_metrics, local_stats
from meshnode.sim.kernel import Timer
from meshnode.sim.packet import BROADCAST, AirPacket
from meshnode.sim.radio import BACKGROUND, RELIABLE, VirtualRadio
from meshnode.sim.settings import Result
from meshnode.sim.transmit_queue import PLACES

BOOT_MS: Final = 3_000
"""How long a reboot takes: nothing is heard, no client served."""
TELEMETRY_FIRST_MS: Final = 10_000
STATS_EVERY: Final = 15
"""One LocalStats for so many DeviceMetrics, beginning with the first."""

_BOOT_TEXT: Final = b"INFO  | ??:??:?? 1 [Main] A virtual radio has booted\r\n"
"""A serial port is a text console until its client has sent a message."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a virtual radio does by itself. Times are modelled milliseconds."""

    telemetry_ms: int | None = 60_000
    """How often it tells its client how busy the channel is; None: never."""
    announces: bool = True
    """Whether it sends its NodeInfo half a minute after boot, every three hours, to strangers."""
    packets_max: int = PACKETS_MAX
    """Places for packets to the client; 32 on most boards, 8 on the oldest."""


class FirmwarePersonality:
    """One radio with its memory, its client and its place on the channel."""

    def __init__(
        self,
        radio: VirtualRadio,
        device: Device,
        *,
        dice: Dice,
        options: Options | None = None,
        unix_s: float | None = None,
    ) -> None:
        self.device = device
        self.radio = radio
        self.is_up = True
        self.on_output: Callable[[], None] = _ignore
        """There may be something to take from `next_bytes`."""
        self.on_reboot: Callable[[], None] = _ignore
        """The radio goes down: connections break. For whoever serves it, as the next one."""
        self.on_boot: Callable[[], None] = _ignore
        """The radio is up again."""
        self._options = options or Options()
        self._clock_offset_s = None if unix_s is None else unix_s - self._now_ms / 1000
        self._session: Session | None = None
        self._raw: list[bytes] = []
        self._queues = PhoneQueues(packets_max=self._options.packets_max)
        self._last_free = PLACES
        self._admin = Admin(device)
        up = Upcalls(self._to_phone, self._heard, self.send_to_mesh, self._clock_s)
        self._router = Router(radio, device, dice, up)
        self._announcer = Announcer(radio, device, self.send_to_mesh)
        self._reboot_timer: Timer | None = None
        self._telemetry_timer: Timer | None = None
        self._reports = 0
        radio.configure(device.radio_settings())
        radio.on_dequeued = self._tell_of_space
        radio.on_duty_limit = self._notify_of_duty
        self._start()

    @property
    def has_session(self) -> bool:
        """Whether a client is connected."""
        return self._session is not None

    def open(self) -> None:
        """A client's stream begins; one that was there before has lost its radio."""
        self._session = Session()
        self._raw.clear()

    def close(self) -> None:
        """The client's stream is over."""
        self._session = None
        self._raw.clear()

    def receive(self, data: bytes) -> None:
        """Take in what the client wrote."""
        if self._session is None or not self.is_up:
            return
        for request in self._session.feed(data):
            self._handle(self._session, request)
        self.on_output()

    def next_bytes(self) -> bytes | None:
        """Return what goes to the client next; None when there is nothing now."""
        if self._raw:
            return self._raw.pop(0)
        if self._session is None or not self.is_up:
            return None
        message = self._next_message(self._session)
        return None if message is None else framed(message.SerializeToString())

    def end_idle_session(self) -> None:
        """Forget a silent client on a line that stays."""
        if self._session is not None:
            self._session.stop()

    def reboot(self) -> None:
        """Go down now and come up again in a while; only `device` survives."""
        if not self.is_up:
            return
        self.is_up = False
        for timer in (self._reboot_timer, self._telemetry_timer):
            if timer is not None:
                timer.cancel()
        self._announcer.stop()
        self._router.clear()
        self._queues.clear()
        self._admin = Admin(self.device)
        self.close()
        self.radio.set_power(on=False)
        self.radio.kernel.call_in(BOOT_MS, self._boot)
        self.on_reboot()

    def send_to_mesh(self, packet: mesh_pb2.MeshPacket) -> None:
        """Send a packet of the firmware's own; its status goes to the client as any other."""
        setattr(packet, "from", self.device.number)
        packet.id = packet.id or self._router.new_id()
        packet.priority = packet.priority or RELIABLE
        self._send(packet, is_from_phone=False)

    @property
    def _now_ms(self) -> float:
        return self.radio.kernel.now_ms

    def _clock_s(self) -> int:
        if self._clock_offset_s is None:
            return 0
        return int(self._clock_offset_s + self._now_ms / 1000)

    def _start(self) -> None:
        if self._options.announces:
            self._announcer.start()
        self._reports = 0
        telemetry_ms = self._options.telemetry_ms
        if telemetry_ms is not None:
            first_ms = min(TELEMETRY_FIRST_MS, telemetry_ms)
            self._telemetry_timer = self.radio.kernel.call_in(
                first_ms, partial(self._report, telemetry_ms)
            )

    def _boot(self) -> None:
        self.is_up = True
        self.radio.configure(self.device.radio_settings())
        self.radio.set_power(on=True)
        self._last_free = PLACES
        self._start()
        self.on_boot()

    def greet(self) -> None:
        """Write to a serial port what a board writes when it boots: `rebooted`, then its log."""
        rebooted = mesh_pb2.FromRadio(rebooted=True).SerializeToString()
        self._raw += [framed(rebooted), _BOOT_TEXT]
        self.on_output()

    def _next_message(self, session: Session) -> mesh_pb2.FromRadio | None:
        if session.heartbeats:
            session.heartbeats -= 1
            return mesh_pb2.FromRadio(queueStatus=self._status(0, 0))
        message = session.next_of_handshake()
        if message is not None or not session.is_ready:
            return message
        return self._queues.pop()

    def _handle(self, session: Session, request: mesh_pb2.ToRadio) -> None:
        variant = request.WhichOneof("payload_variant")
        if variant == "packet":
            self._take(session, request.packet)
        elif variant == "want_config_id":
            session.start(handshake(self.device, request.want_config_id))
        elif variant == "heartbeat":
            self._beat(session, request.heartbeat)
        elif variant == "disconnect":
            session.stop()

    def _beat(self, session: Session, heartbeat: mesh_pb2.Heartbeat) -> None:
        if heartbeat.nonce != 1:
            session.heartbeats = 1
            return
        packet = self._announcer.packet()
        if packet is not None:
            packet.to = BROADCAST
            self.send_to_mesh(packet)

    def _take(self, session: Session, packet: mesh_pb2.MeshPacket) -> None:
        """Do with a packet from the client what the firmware does."""
        verdict = session.judge(packet, self._now_ms)
        if verdict is Verdict.SEEN:
            return
        if verdict is Verdict.TOO_SOON:
            self._put_status(Result.OK, packet.id)
            if packet.decoded.portnum == portnums_pb2.TEXT_MESSAGE_APP:
                self._router.answer_phone(mesh_pb2.Routing.RATE_LIMIT_EXCEEDED, packet)
            return
        packet.ClearField("from")
        packet.id = packet.id or self._router.new_id()
        self._send(packet, is_from_phone=True)

    def _send(self, packet: mesh_pb2.MeshPacket, *, is_from_phone: bool) -> None:
        if packet.to == self.device.number:
            self._put_status(Result.OK, packet.id)
            self._handle_own(packet, is_from_phone=is_from_phone)
            return
        result = self._router.send(packet, is_from_phone=is_from_phone)
        self._put_status(result, packet.id)

    def _handle_own(self, packet: mesh_pb2.MeshPacket, *, is_from_phone: bool) -> None:
        """A packet from this node to this node: a request of its client, or the answer."""
        if not is_from_phone:
            packet.rx_time = self._clock_s()
            self._to_phone(packet)
        elif packet.decoded.portnum == portnums_pb2.ADMIN_APP:
            self._administer(packet)
        elif packet.decoded.want_response:
            self._router.answer_phone(NO_RESPONSE, packet)
        elif packet.want_ack:
            self._router.answer_phone(0, packet)

    def _administer(self, packet: mesh_pb2.MeshPacket) -> None:
        try:
            request = admin_pb2.AdminMessage.FromString(packet.decoded.payload)
        except DecodeError:
            return
        answer = self._admin.handle(request)
        self._carry_out(answer)
        wants_reply = packet.decoded.want_response
        if wants_reply and answer.message is not None:
            self.send_to_mesh(self._admin_reply(packet, answer.message))
        elif answer.is_refused and wants_reply:
            self._router.answer_phone(mesh_pb2.Routing.BAD_REQUEST, packet)
        elif wants_reply or packet.want_ack:
            self._router.answer_phone(0, packet)

    def _admin_reply(
        self, request: mesh_pb2.MeshPacket, message: admin_pb2.AdminMessage
    ) -> mesh_pb2.MeshPacket:
        reply = mesh_pb2.MeshPacket(to=self.device.number, channel=request.channel)
        reply.decoded.portnum = portnums_pb2.ADMIN_APP
        reply.decoded.payload = message.SerializeToString()
        reply.decoded.request_id = request.id
        return reply

    def _carry_out(self, answer: Answer) -> None:
        if answer.clock_s is not None:
            self._clock_offset_s = answer.clock_s - self._now_ms / 1000
        if answer.applies:
            self.radio.configure(self.device.radio_settings())
        if answer.reboot_seconds is not None:
            if self._reboot_timer is not None:
                self._reboot_timer.cancel()
            delay_ms = 1000 * answer.reboot_seconds
            self._reboot_timer = self.radio.kernel.call_in(delay_ms, self.reboot)

    def _heard(self, packet: mesh_pb2.MeshPacket) -> mesh_pb2.MeshPacket | None:
        self._announcer.learn(packet)
        is_name_wanted = (
            packet.decoded.portnum == portnums_pb2.NODEINFO_APP and packet.decoded.want_response
        )
        return self._announcer.packet() if is_name_wanted else None

    def _to_phone(self, packet: mesh_pb2.MeshPacket) -> None:
        self._queues.put_packet(packet)
        self.on_output()

    def _status(self, result: int, packet_id: int) -> mesh_pb2.QueueStatus:
        return mesh_pb2.QueueStatus(
            res=result, free=self.radio.queue_free, maxlen=PLACES, mesh_packet_id=packet_id
        )

    def _put_status(self, result: Result, packet_id: int) -> None:
        status = self._status(int(result), packet_id)
        self._last_free = status.free
        self._queues.put_status(status)
        self.on_output()

    def _tell_of_space(self) -> None:
        """The queue was full when we last told the client; now it is not."""
        if self._last_free == 0 and self.radio.queue_free > 0:
            self._put_status(Result.OK, 0)

    def _notify_of_duty(self, packet: AirPacket) -> None:
        minutes = self.radio.silent_minutes
        self._queues.put_notification(
            mesh_pb2.ClientNotification(
                reply_id=packet.id,
                level=mesh_pb2.LogRecord.WARNING,
                time=self._clock_s(),
                message=f"Duty cycle limit exceeded. You can send again in {minutes} mins",
            )
        )
        self.on_output()

    def _report(self, telemetry_ms: int) -> None:
        """Tell the client how busy the channel is; only when it takes what we tell it."""
        self._telemetry_timer = self.radio.kernel.call_in(
            telemetry_ms, partial(self._report, telemetry_ms)
        )
        if self._queues.has_packets:
            return
        time_s = self._clock_s()
        self._to_phone(self._telemetry(device_metrics(self.radio, time_s=time_s)))
        if self._reports % STATS_EVERY == 0:
            nodes = 1 + len(self.device.nodes)
            self._to_phone(self._telemetry(local_stats(self.radio, time_s=time_s, nodes=nodes)))
        self._reports += 1

    def _telemetry(self, telemetry: telemetry_pb2.Telemetry) -> mesh_pb2.MeshPacket:
        packet = mesh_pb2.MeshPacket(
            id=self._router.new_id(), to=BROADCAST, priority=BACKGROUND, rx_time=self._clock_s()
        )
        setattr(packet, "from", self.device.number)
        packet.decoded.portnum = portnums_pb2.TELEMETRY_APP
        packet.decoded.payload = telemetry.SerializeToString()
        return packet


def _ignore() -> None:
    """Nobody asked to hear about it."""
