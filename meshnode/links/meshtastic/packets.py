"""Our frames as Meshtastic packets, and back.

Not for: what a frame means; the engine checks that. Invariants: what we send is a broadcast that
asks for no acknowledgement, so that a hop limit of 0 stays 0; what we take in is on our port, was
heard on the air, and is not our own.
Source: docs/spec/radio.md section 1; firmware 2.7 src/mesh/Router.cpp, src/mesh/RadioInterface.h.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import mesh_pb2, portnums_pb2, telemetry_pb2

from meshnode.protocol.errors import CallerError
from meshnode.protocol.priority import Priority

PORTNUM: Final = 437
"""Our port among the private ones, 256..511. Not 256 to 258, where every hobby project talks."""
BROADCAST: Final = 0xFFFFFFFF
PACKET_ID_MAX: Final = 0xFFFFFFFF

RADIO_HEADER_BYTES: Final = 16
RADIO_PACKET_BYTES_MAX: Final = 255
"""What the LoRa chips' length field can say."""
SIGNATURE_FIELD_BYTES: Final = 66
"""An XEdDSA signature of 64 bytes behind tag and length, added by firmware 2.8 where it fits."""


def _data_overhead_bytes(payload_bytes: int) -> int:
    # The firmware adds `bitfield` to every packet of its own, so we count it; the value does
    # not matter, a present field costs two bytes.
    data = mesh_pb2.Data(portnum=PORTNUM, payload=bytes(payload_bytes), bitfield=1)
    return len(data.SerializeToString()) - payload_bytes


OVERHEAD_BYTES: Final = RADIO_HEADER_BYTES + _data_overhead_bytes(128)
"""What the radio adds to a frame: 24 bytes, one less to frames of under 128."""
PAYLOAD_BYTES_MAX: Final = RADIO_PACKET_BYTES_MAX - OVERHEAD_BYTES
"""231: a longer frame is refused by the radio with TOO_LARGE."""
SIGNED_PAYLOAD_BYTES_MAX: Final = PAYLOAD_BYTES_MAX - SIGNATURE_FIELD_BYTES
"""165: up to here firmware 2.8 adds its signature."""

_URGENT: Final = mesh_pb2.MeshPacket.Priority.HIGH
_ORDINARY: Final = mesh_pb2.MeshPacket.Priority.BACKGROUND
"""Below the DEFAULT of relayed packets: a full queue drops ours before the neighbours'."""


@dataclass(frozen=True, slots=True)
class HeardFrame:
    """A frame from the air; `snr_db` is None where the radio did not measure it."""

    frame: bytes
    snr_db: float | None


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How busy the radio found its channel, in per cent of the last minute."""

    percent: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What our radio says about a packet of ours: a number of `Routing.Error`."""

    packet_id: int
    error: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A packet that is not for us; `reason` is counted."""

    reason: str


Received = HeardFrame | Utilisation | Verdict | Ignored


def mesh_packet(
    frame: bytes, priority: Priority, *, packet_id: int, channel_index: int, hop_limit: int
) -> Any:
    """Return the MeshPacket that carries `frame`.

    Raises:
        CallerError: The frame is empty or longer than 231 bytes, or `packet_id` is 0.
    """
    if not 0 < len(frame) <= PAYLOAD_BYTES_MAX:
        raise CallerError(f"a frame of {len(frame)} bytes, not 1 to {PAYLOAD_BYTES_MAX}")
    if not 0 < packet_id <= PACKET_ID_MAX:
        raise CallerError(f"packet id {packet_id} is not in 1..2^32-1; the radio would replace it")
    return mesh_pb2.MeshPacket(
        to=BROADCAST,
        channel=channel_index,
        id=packet_id,
        hop_limit=hop_limit,
        want_ack=False,
        priority=_URGENT if priority is Priority.URGENT else _ORDINARY,
        decoded=mesh_pb2.Data(portnum=PORTNUM, payload=frame),
    )


def read_packet(packet: Any, *, own_number: int) -> Received:
    """Return what a MeshPacket from our radio says to us."""
    if packet.WhichOneof("payload_variant") != "decoded":
        return Ignored("encrypted")
    sender = getattr(packet, "from")
    portnum = packet.decoded.portnum
    if portnum == PORTNUM:
        return _heard_frame(packet, sender=sender, own_number=own_number)
    if sender != own_number:
        return Ignored("other_port")
    if portnum == portnums_pb2.PortNum.ROUTING_APP:
        return _verdict(packet.decoded)
    if portnum == portnums_pb2.PortNum.TELEMETRY_APP:
        return _utilisation(bytes(packet.decoded.payload))
    return Ignored("other_port")


def _heard_frame(packet: Any, *, sender: int, own_number: int) -> HeardFrame | Ignored:
    if sender in (own_number, 0):
        return Ignored("own_packet")
    if packet.to not in (BROADCAST, own_number):
        return Ignored("not_to_us")
    if packet.via_mqtt:
        return Ignored("via_mqtt")
    payload = bytes(packet.decoded.payload)
    if not 0 < len(payload) <= PAYLOAD_BYTES_MAX:
        return Ignored("payload_length")
    return HeardFrame(payload, _snr_db(packet))


def _snr_db(packet: Any) -> float | None:
    snr = float(packet.rx_snr)
    is_absent = snr == 0 and packet.rx_rssi == 0
    return None if is_absent or not math.isfinite(snr) else snr


def _verdict(decoded: Any) -> Verdict | Ignored:
    try:
        routing = mesh_pb2.Routing.FromString(decoded.payload)
    except DecodeError:
        return Ignored("malformed_routing")
    if decoded.request_id == 0 or routing.WhichOneof("variant") not in (None, "error_reason"):
        return Ignored("other_routing")
    return Verdict(int(decoded.request_id), int(routing.error_reason))


def _utilisation(payload: bytes) -> Utilisation | Ignored:
    try:
        telemetry = telemetry_pb2.Telemetry.FromString(payload)
    except DecodeError:
        return Ignored("malformed_telemetry")
    variant = telemetry.WhichOneof("variant")
    if variant == "device_metrics" and telemetry.device_metrics.HasField("channel_utilization"):
        percent = float(telemetry.device_metrics.channel_utilization)
    elif variant == "local_stats":
        percent = float(telemetry.local_stats.channel_utilization)
    else:
        return Ignored("other_telemetry")
    # Firmware 2.8.1 was seen to report 7000 % until its next reboot (issue 11935).
    return Utilisation(percent) if 0 <= percent <= 100 else Ignored("utilisation_nonsense")
