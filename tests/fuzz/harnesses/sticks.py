"""What a Meshtastic radio says: frames on the wire, packets in them, and a whole session."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import isfinite
from random import Random
from struct import unpack

from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.links.meshtastic import packets
from meshnode.links.meshtastic.framing import PAYLOAD_BYTES_MAX, FrameDecoder, encode
from meshnode.links.meshtastic.outbox import Done
from meshnode.links.meshtastic.packets import (
    BROADCAST,
    PORTNUM,
    HeardFrame,
    Utilisation,
    read_packet,
)
from meshnode.links.meshtastic.radio_config import RadioSettings
from meshnode.links.meshtastic.session import Output, RadioSession, Up, Write, is_message
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.priority import Priority
from tests.fuzz.harness import Cuts, Harness, packed, require
from tests.unit.links.meshtastic.scripted_radio import (
    NEIGHBOUR,
    OWN_NUMBER,
    ScriptedRadio,
    duty_notice,
    from_radio,
    heard,
    queue_status,
    routing_error,
    telemetry,
)

_WIRE, _SESSION, _STRANGE_RADIO, _PACKET = range(4)
_PORTS = (PORTNUM, portnums_pb2.PortNum.ROUTING_APP, portnums_pb2.PortNum.TELEMETRY_APP, 1)
_NUMBERS = (NEIGHBOUR, OWN_NUMBER, BROADCAST, 0)
_STEPS_MAX = 60
_STEP_MS = (0, 50, 1_000, 30_000)
_SEND, _PACKET_ID = 0xFE, 0xFD
"""Instead of a message of the radio's: we send something; it answers with our packet's number."""


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    cuts = Cuts(data)
    mode = cuts.byte() % 4
    if mode == _PACKET:
        return _packet(cuts)
    return _wire(cuts) if mode == _WIRE else _session(cuts, knows_radio=mode == _SESSION)


def seeds() -> Iterator[bytes]:
    said = (
        heard(b"\xb1\x00\x01\x02mac!"),
        heard(b"x", via_mqtt=True),
        heard(b"x", portnum=1),
        queue_status(7),
        queue_status(7, result=32, free=0),
        routing_error(7, 9),
        duty_notice(7, 12),
        telemetry(12.5),
        from_radio(rebooted=True),
        *ScriptedRadio().settings(5),
    )
    yield bytes([_WIRE, 3]) + b"boot\r\n" + b"".join(map(encode, said))
    yield bytes([_SESSION]) + b"".join(b"\x01" + packed(one) for one in said)
    for one in said:
        yield bytes([_SESSION, _SEND, 9, 1]) + packed(one) + bytes([_PACKET_ID, 0, 2, 3])
    for port in range(len(_PORTS)):
        yield bytes([_PACKET, port, 0]) + b"\x00\x00\xd0\x40" + b"\x08\x09" * 3
        yield bytes([_PACKET, port, 0x15]) + b"\x00\x00\xc0\x7f"
    settings = b"".join(b"\x00" + packed(one) for one in ScriptedRadio().settings(5))
    yield bytes([_STRANGE_RADIO]) + settings + bytes([_SEND, 20, _SEND, 250, 2, 0])


def _wire(cuts: Cuts) -> bool:
    length = 1 + cuts.byte()
    decoder = FrameDecoder(is_message)
    is_any = False
    while cuts.remaining:
        is_any = _packets(decoder.feed(cuts.take(length))) or is_any
    while decoder.is_inside_frame:
        is_any = _packets(decoder.abandon()) or is_any
    return is_any


def _packet(cuts: Cuts) -> bool:
    """A packet that parses, with any fields: what stops at protobuf's lengths gets behind them."""
    port, flags, snr_db = cuts.byte(), cuts.byte(), unpack("<f", cuts.take(4).ljust(4, b"\0"))[0]
    payload = cuts.rest()[: mesh_pb2.Constants.DATA_PAYLOAD_LEN + 8]
    data = mesh_pb2.Data(portnum=_PORTS[port % len(_PORTS)], payload=payload, request_id=flags >> 4)
    fields = {
        "from": _NUMBERS[flags & 3],
        "to": _NUMBERS[flags >> 2 & 3],
        "via_mqtt": bool(port & 0x80),
        "rx_snr": snr_db,
        "decoded": data,
    }
    received = read_packet(mesh_pb2.MeshPacket(**fields), own_number=OWN_NUMBER)
    _look_at(received)
    return not isinstance(received, packets.Ignored)


def _packets(payloads: Iterable[bytes]) -> bool:
    is_any = False
    for payload in payloads:
        require(len(payload) <= PAYLOAD_BYTES_MAX, "a payload longer than any")
        _look_at(read_packet(mesh_pb2.FromRadio.FromString(payload).packet, own_number=OWN_NUMBER))
        is_any = True
    return is_any


def _look_at(output: Output | object) -> None:
    if isinstance(output, HeardFrame):
        is_possible = 0 < len(output.frame) <= packets.PAYLOAD_BYTES_MAX
        require(is_possible, "a frame that cannot be on the air")
        require(output.snr_db is None or isfinite(output.snr_db), "a signal that cannot be")
    if isinstance(output, Utilisation):
        require(0 <= output.percent <= 100, "a share that cannot be")


class _Talk:
    """A session that hears what an input says, and the answers that it owes."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self.session = RadioSession(
            RadioSettings(), dice=Random(3), timing=Timing(), now_ms=self.now_ms
        )
        self.nonce = self.packet_id = 0
        self.owed: Counter[int] = Counter()
        self.was_up = False
        self.take(self.session.start())

    def take(self, outputs: list[Output]) -> None:
        for output in outputs:
            _look_at(output)
            if isinstance(output, Done):
                self.owed[output.token] -= 1
                require(self.owed[output.token] == 0, "a token that was answered already")
            elif isinstance(output, Up):
                self.was_up = True
            elif isinstance(output, Write):
                message = mesh_pb2.ToRadio.FromString(output.message)
                self.nonce = message.want_config_id or self.nonce
                self.packet_id = message.packet.id or self.packet_id

    def send(self, frame_bytes: int) -> None:
        token = len(self.owed)
        self.owed[token] = 1
        priority = Priority.URGENT if frame_bytes % 2 else Priority.ORDINARY
        self.take(self.session.send(bytes(frame_bytes), priority, token, self.now_ms))

    def end(self) -> None:
        self.take(self.session.close("over"))
        require(not any(self.owed.values()), "a token without an answer")


def _session(cuts: Cuts, *, knows_radio: bool) -> bool:
    talk = _Talk()
    if knows_radio:
        for message in ScriptedRadio().settings(talk.nonce):
            talk.take(talk.session.receive(message, talk.now_ms))
    for _ in range(_STEPS_MAX):
        if not cuts.remaining:
            break
        first = cuts.byte()
        talk.now_ms += _STEP_MS[first & 3]
        if first == _SEND:
            talk.send(cuts.byte())
        elif first == _PACKET_ID:
            answer = queue_status(talk.packet_id, result=cuts.byte() % 40, free=cuts.byte() % 17)
            talk.take(talk.session.receive(answer, talk.now_ms))
        else:
            talk.take(talk.session.receive(_with_nonce(cuts.block(), talk), talk.now_ms))
        deadline_ms = talk.session.deadline_ms()
        if deadline_ms is not None and deadline_ms <= talk.now_ms:
            talk.take(talk.session.tick(talk.now_ms))
    talk.end()
    return talk.was_up


def _with_nonce(message: bytes, talk: _Talk) -> bytes:
    """A radio ends its settings with the number of our question; that one is put right."""
    if not is_message(message):
        return message
    said = mesh_pb2.FromRadio.FromString(message)
    if said.WhichOneof("payload_variant") == "config_complete_id":
        return from_radio(config_complete_id=talk.nonce)
    return message


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(FrameDecoder.feed, FrameDecoder.abandon, read_packet, RadioSession.receive),
    bytes_max=2_000,
    mutations=2_000,
)
