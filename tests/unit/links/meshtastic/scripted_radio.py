"""The other side of the wire for tests: real Meshtastic messages, no model of the air."""

import asyncio
import os
import pty
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from meshtastic.protobuf import channel_pb2, config_pb2, mesh_pb2, portnums_pb2, telemetry_pb2

from meshnode.links.meshtastic.framing import FrameDecoder, encode
from meshnode.links.meshtastic.packets import BROADCAST, PORTNUM
from meshnode.protocol.errors import LinkLost
from tests.patience import ANSWER_S

OWN_NUMBER = 0x11223344
NEIGHBOUR = 0x55667788
PRIVATE_KEY = bytes(range(32))


def from_radio(**variant: Any) -> bytes:
    return bytes(mesh_pb2.FromRadio(**variant).SerializeToString())


def lora_config(**changes: Any) -> Any:
    settings: dict[str, Any] = {"use_preset": True, "region": 3, "tx_enabled": True, "hop_limit": 3}
    return config_pb2.Config.LoRaConfig(**(settings | changes))


def channel(index: int, *, name: str = "", psk: bytes = b"", role: int = 0) -> bytes:
    settings = channel_pb2.ChannelSettings(name=name, psk=psk)
    return from_radio(channel=channel_pb2.Channel(index=index, settings=settings, role=role))


def queue_status(packet_id: int = 0, *, result: int = 0, free: int = 16) -> bytes:
    status = mesh_pb2.QueueStatus(res=result, free=free, maxlen=16, mesh_packet_id=packet_id)
    return from_radio(queueStatus=status)


def heard(payload: bytes, *, sender: int = NEIGHBOUR, snr_db: float = 6.5, **more: Any) -> bytes:
    data = mesh_pb2.Data(portnum=more.pop("portnum", PORTNUM), payload=payload, bitfield=0)
    fields = {"from": sender, "to": BROADCAST, "id": 77, "decoded": data, "rx_rssi": -90} | more
    return from_radio(packet=mesh_pb2.MeshPacket(rx_snr=snr_db, **fields))


def routing_error(request_id: int, error: int) -> bytes:
    payload = mesh_pb2.Routing(error_reason=error).SerializeToString()
    data = mesh_pb2.Data(
        portnum=portnums_pb2.PortNum.ROUTING_APP, payload=payload, request_id=request_id
    )
    fields = {"from": OWN_NUMBER, "to": OWN_NUMBER, "decoded": data}
    return from_radio(packet=mesh_pb2.MeshPacket(**fields))


def duty_notice(reply_id: int, minutes: int) -> bytes:
    text = f"Duty cycle limit exceeded. You can send again in {minutes} mins"
    return from_radio(
        clientNotification=mesh_pb2.ClientNotification(reply_id=reply_id, message=text)
    )


def telemetry(percent: float, *, sender: int = OWN_NUMBER) -> bytes:
    metrics = telemetry_pb2.DeviceMetrics(channel_utilization=percent)
    payload = telemetry_pb2.Telemetry(device_metrics=metrics).SerializeToString()
    return heard(payload, sender=sender, portnum=portnums_pb2.PortNum.TELEMETRY_APP)


@dataclass
class ScriptedRadio:
    """Answers ToRadio messages as firmware does; its fields are the script."""

    lora: Any = field(default_factory=lora_config)
    role: int = 0
    rebroadcast_mode: int = 0
    firmware: str = "2.7.26.54e0d8d"
    is_licensed: bool = False
    channels: tuple[tuple[str, bytes, int], ...] = (("", b"\x01", 1), ("meshnode", PRIVATE_KEY, 2))
    queue_free: int = 16
    next_free: list[int] = field(default_factory=list)
    is_silent: bool = False
    loses_statuses: bool = False
    result: int = 0
    packets: list[Any] = field(default_factory=list)
    heartbeats: int = 0
    goodbyes: int = 0
    questions: list[int] = field(default_factory=list)
    on_packet: Callable[[Any], list[bytes]] | None = None

    def answer(self, message: bytes) -> list[bytes]:
        """Return what the radio says to one ToRadio message."""
        try:
            to_radio = mesh_pb2.ToRadio.FromString(message)
        except DecodeError:
            return []  # Firmware logs it and goes on.
        if self.is_silent:
            return []
        match to_radio.WhichOneof("payload_variant"):
            case "want_config_id":
                self.questions.append(to_radio.want_config_id)
                return self.settings(to_radio.want_config_id)
            case "heartbeat":
                assert to_radio.heartbeat.nonce != 1
                self.heartbeats += 1
                if self.next_free:
                    self.queue_free = self.next_free.pop(0)
                return [queue_status(free=self.queue_free)]
            case "packet":
                self.packets.append(to_radio.packet)
                return self._take(to_radio.packet)
            case "disconnect":
                self.goodbyes += 1
        return []

    def _take(self, packet: Any) -> list[bytes]:
        if self.on_packet is not None:
            return self.on_packet(packet)
        if self.loses_statuses:
            return []
        return [queue_status(packet.id, result=self.result, free=self.queue_free)]

    def settings(self, nonce: int) -> list[bytes]:
        """Return a whole handshake, in the firmware's order."""
        user = mesh_pb2.User(is_licensed=self.is_licensed)
        device = config_pb2.Config.DeviceConfig(
            role=self.role, rebroadcast_mode=self.rebroadcast_mode
        )
        slots = [*self.channels, *[("", b"", 0)] * 8][:8]
        return [
            from_radio(my_info=mesh_pb2.MyNodeInfo(my_node_num=OWN_NUMBER)),
            from_radio(node_info=mesh_pb2.NodeInfo(num=OWN_NUMBER, user=user)),
            from_radio(metadata=mesh_pb2.DeviceMetadata(firmware_version=self.firmware)),
            bytes.fromhex("9a 01 02 08 01"),  # Variant 19, which this package does not know.
            *[
                channel(index, name=name, psk=psk, role=role)
                for index, (name, psk, role) in enumerate(slots)
            ],
            from_radio(config=config_pb2.Config(device=device)),
            from_radio(config=config_pb2.Config(lora=self.lora)),
            from_radio(node_info=mesh_pb2.NodeInfo(num=NEIGHBOUR)),
            from_radio(config_complete_id=nonce),
        ]


class MemoryTransport:
    """A scripted radio without a wire, for what wires do only seldom."""

    junk_bytes = 0

    def __init__(self, radio: ScriptedRadio) -> None:
        self.radio = radio
        self.is_broken = False
        self.chatter: bytes | None = None
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()

    async def receive(self) -> list[bytes]:
        if self.chatter is None:
            return [await self._answers.get()]
        await asyncio.sleep(0)
        return [self.chatter] * 10

    async def send(self, message: bytes) -> None:
        if self.is_broken:
            raise LinkLost("broken on purpose")
        for answer in self.radio.answer(message):
            self._answers.put_nowait(answer)

    async def wake(self, *, is_thorough: bool) -> None:
        pass

    async def close(self) -> None:
        pass


class TcpRadio:
    """A scripted radio on a real TCP port: one client, a new one closes the old."""

    def __init__(self, radio: ScriptedRadio) -> None:
        self.radio = radio
        self.port = 0
        self.connections = 0
        self.mangle: Callable[[bytes], list[bytes]] = lambda data: [data]
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._left = asyncio.Event()
        self._met = asyncio.Event()

    async def until_met(self) -> None:
        """Wait until a client connected."""
        await self._met.wait()

    async def until_left(self) -> None:
        """Wait until a client hung up and all that it said was heard."""
        async with asyncio.timeout(ANSWER_S):
            await self._left.wait()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Vanish: the port refuses, the connection is gone."""
        assert self._server is not None
        self._server.close()
        self.drop()
        await self._server.wait_closed()

    def drop(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None

    def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def write(self, data: bytes) -> None:
        if self._writer is not None:
            for part in self.mangle(data):
                self._writer.write(part)

    def say(self, message: bytes) -> None:
        self.write(encode(message))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hang_up()
        self._writer = writer
        self.connections += 1
        self._met.set()
        decoder = FrameDecoder()
        try:
            while data := await reader.read(4096):
                for message in decoder.feed(data):
                    for answer in self.radio.answer(message):
                        self.say(answer)
        except ConnectionError:
            pass
        finally:
            self._left.set()
            writer.close()


class PtyRadio:
    """A scripted radio on a pseudo-terminal behind a symbolic link, as udev makes them."""

    def __init__(self, radio: ScriptedRadio, path: Path) -> None:
        self.radio = radio
        self.path = path
        self._master = -1
        self._decoder = FrameDecoder()

    def plug_in(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.set_blocking(self._master, False)
        self._decoder = FrameDecoder()
        self._slave = slave
        asyncio.get_running_loop().add_reader(self._master, self._readable)

    def unplug(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        self.path.unlink()
        os.close(self._slave)
        os.close(self._master)

    def write(self, data: bytes) -> None:
        os.write(self._master, data)

    def say(self, message: bytes) -> None:
        self.write(encode(message))

    def _readable(self) -> None:
        try:
            data = os.read(self._master, 4096)
        except (BlockingIOError, OSError):
            return
        for message in self._decoder.feed(data):
            for answer in self.radio.answer(message):
                self.say(answer)
