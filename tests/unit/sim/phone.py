"""A client of virtual radios in virtual time, for tests: requests in, messages out."""

from dataclasses import dataclass, field
from random import Random

from meshtastic.protobuf import admin_pb2, mesh_pb2, portnums_pb2

from meshnode.sim.channel import Channel, Path
from meshnode.sim.firmware import DeviceSpec, FirmwarePersonality, Options
from meshnode.sim.firmware.device import introduce, made
from meshnode.sim.firmware.framing import StreamDecoder, framed
from meshnode.sim.kernel import Kernel
from meshnode.sim.presets import PRESETS
from meshnode.sim.radio import VirtualRadio
from meshnode.sim.streams import stream
from meshnode.sim.topology import full

QUIET = Options(telemetry_ms=None, announces=False)
"""A radio that says nothing of its own accord."""

BROADCAST = 0xFFFFFFFF


@dataclass(slots=True)
class Phone:
    """The client of one personality. `inbox` has what arrived since it was last emptied."""

    firmware: FirmwarePersonality
    inbox: list[mesh_pb2.FromRadio] = field(default_factory=list)
    decoder: StreamDecoder = field(default_factory=StreamDecoder)

    def connect(self, nonce: int = 7) -> list[mesh_pb2.FromRadio]:
        """Open a stream and shake hands; return what the radio said."""
        self.firmware.open()
        self.write(mesh_pb2.ToRadio(want_config_id=nonce))
        return self.read()

    def write(self, request: mesh_pb2.ToRadio) -> None:
        self.firmware.receive(framed(request.SerializeToString()))

    def read(self) -> list[mesh_pb2.FromRadio]:
        """Return everything the radio has to say now."""
        messages = []
        while (data := self.firmware.next_bytes()) is not None:
            messages += [mesh_pb2.FromRadio.FromString(each) for each in self.decoder.feed(data)]
        return messages

    def send(
        self,
        payload: bytes,
        *,
        packet_id: int = 1,
        to: int = BROADCAST,
        port: int = portnums_pb2.PRIVATE_APP,
        **more: object,
    ) -> None:
        packet = mesh_pb2.MeshPacket(id=packet_id, to=to, **more)
        packet.decoded.portnum = port
        packet.decoded.payload = payload
        self.write(mesh_pb2.ToRadio(packet=packet))

    def admin(self, message: admin_pb2.AdminMessage, *, packet_id: int = 1) -> None:
        """Ask something of the own radio, as the stock client does."""
        packet = mesh_pb2.MeshPacket(
            id=packet_id, to=self.firmware.device.number, want_ack=True, pki_encrypted=True
        )
        packet.decoded.portnum = portnums_pb2.ADMIN_APP
        packet.decoded.payload = message.SerializeToString()
        packet.decoded.want_response = True
        self.write(mesh_pb2.ToRadio(packet=packet))


def statuses(messages: list[mesh_pb2.FromRadio]) -> list[tuple[int, int]]:
    """Return the queue statuses as pairs of result and packet id."""
    return [
        (each.queueStatus.res, each.queueStatus.mesh_packet_id)
        for each in messages
        if each.HasField("queueStatus")
    ]


def packets(messages: list[mesh_pb2.FromRadio]) -> list[mesh_pb2.MeshPacket]:
    """Return the packets."""
    return [each.packet for each in messages if each.HasField("packet")]


def payloads(messages: list[mesh_pb2.FromRadio]) -> list[bytes]:
    """Return what the packets carry."""
    return [each.decoded.payload for each in packets(messages)]


def errors(messages: list[mesh_pb2.FromRadio]) -> list[tuple[int, int]]:
    """Return the routing packets as pairs of error and the id they answer."""
    return [
        (mesh_pb2.Routing.FromString(each.decoded.payload).error_reason, each.decoded.request_id)
        for each in packets(messages)
        if each.decoded.portnum == portnums_pb2.ROUTING_APP
    ]


@dataclass(slots=True)
class Village:
    """Radios with their clients on one channel, in virtual time."""

    names: tuple[str, ...]
    options: Options = QUIET
    path: Path = field(default_factory=Path)
    specs: dict[str, dict[str, object]] = field(default_factory=dict)
    seed: int = 1
    acquainted: bool = True
    kernel: Kernel = field(default_factory=Kernel)
    channel: Channel = field(init=False)
    phones: dict[str, Phone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.channel = Channel(self.kernel, PRESETS["LONG_FAST"], seed=self.seed)
        for number, name in enumerate(self.names, start=1):
            spec = DeviceSpec(
                number=0x1000 + number,
                long_name=f"Radio {name}",
                short_name=name[:4],
                **self.specs.get(name, {}),  # type: ignore[arg-type]
            )
            radio = VirtualRadio(
                self.channel, name=name, number=spec.number, dice=stream(self.seed, "radio", name)
            )
            firmware = FirmwarePersonality(
                radio,
                made(spec, Random(number)),
                dice=stream(self.seed, "ids", name),
                options=self.options,
                unix_s=1_700_000_000,
            )
            self.phones[name] = Phone(firmware)
        full(self.channel, self.names, self.path)
        if self.acquainted:
            introduce([phone.firmware.device for phone in self.phones.values()])

    def connected(self) -> list[Phone]:
        """Connect all clients; return them in order."""
        for phone in self.phones.values():
            phone.connect()
        return list(self.phones.values())

    def run_s(self, seconds: float) -> None:
        self.kernel.run_until(self.kernel.now_ms + seconds * 1000)
