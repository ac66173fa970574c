"""One client's session: from bytes to requests, and from the device's answers to bytes.

Not for: carrying requests out (`personality`). A TCP connection is one session; a serial port has
one from boot to boot, whoever opens it.
Source: meshtastic/firmware 2.7.26, `src/mesh/PhoneAPI.cpp`.
"""

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.sim.firmware.framing import StreamDecoder

RECENT_IDS: Final = 20
"""Packets whose id is among this many last ones are ignored without a word."""

_TEN_SECONDS: Final = (
    portnums_pb2.POSITION_APP,
    portnums_pb2.WAYPOINT_APP,
    portnums_pb2.ALERT_APP,
    portnums_pb2.TELEMETRY_APP,
)
_QUIET_MS: Final = {
    portnums_pb2.TRACEROUTE_APP: 30_000,
    portnums_pb2.TEXT_MESSAGE_APP: 2_000,
    **dict.fromkeys(_TEN_SECONDS, 10_000),
}
"""How long after a packet on a port another one is dropped."""


PAYLOAD_BYTES_MAX: Final = 233
CIPHERTEXT_BYTES_MAX: Final = 256
"""The firmware's buffers: a request with more in it cannot even be parsed there."""


class Verdict(Enum):
    """What becomes of a packet from the client."""

    TAKEN = "taken"
    SEEN = "seen"
    """Ignored without an answer."""
    TOO_SOON = "too_soon"
    """Dropped; the status says 0 all the same."""


class Session:
    """What the firmware remembers of a connection."""

    def __init__(self) -> None:
        self.has_spoken = False
        """Whether the client ever sent a message: a serial port is a text console until then."""
        self.heartbeats = 0
        """Heartbeats not answered yet."""
        self.is_ready = False
        """Whether the handshake is over, so that packets flow."""
        self._handshake: Iterator[mesh_pb2.FromRadio] | None = None
        self._decoder = StreamDecoder()
        self._recent: deque[int] = deque(maxlen=RECENT_IDS)
        self._last_ms: dict[int, float] = {}

    def feed(self, data: bytes) -> list[mesh_pb2.ToRadio]:
        """Return the requests that are whole now; malformed ones are ignored."""
        requests = []
        for message in self._decoder.feed(data):
            self.has_spoken = True
            request = _parsed(message)
            if request is not None:
                requests.append(request)
        return requests

    def start(self, handshake: Iterator[mesh_pb2.FromRadio]) -> None:
        """Begin to send the configuration, also in the middle of an earlier one."""
        self.is_ready = False
        self._handshake = handshake

    def stop(self) -> None:
        """Forget the client; a new handshake may follow on the same line."""
        self.is_ready = False
        self._handshake = None
        self.heartbeats = 0
        self._last_ms.clear()

    def next_of_handshake(self) -> mesh_pb2.FromRadio | None:
        """Return the next message of the configuration; None when none is under way."""
        if self._handshake is None:
            return None
        message = next(self._handshake, None)
        if message is None:
            self._handshake = None
        elif message.HasField("config_complete_id"):
            self.is_ready = True
        return message

    def judge(self, packet: mesh_pb2.MeshPacket, now_ms: float) -> Verdict:
        """Return whether a packet is taken, and remember it."""
        if packet.id:
            if packet.id in self._recent:
                return Verdict.SEEN
            self._recent.append(packet.id)
        port = packet.decoded.portnum
        quiet_ms = _QUIET_MS.get(port, 0)
        if port in self._last_ms and now_ms - self._last_ms[port] < quiet_ms:
            return Verdict.TOO_SOON
        self._last_ms[port] = now_ms
        return Verdict.TAKEN


def _parsed(message: bytes) -> mesh_pb2.ToRadio | None:
    """Return a request; None when the firmware would call it malformed and say nothing."""
    try:
        request = mesh_pb2.ToRadio.FromString(message)
    except DecodeError:
        return None
    packet = request.packet
    fits = (
        len(packet.decoded.payload) <= PAYLOAD_BYTES_MAX
        and len(packet.encrypted) <= CIPHERTEXT_BYTES_MAX
    )
    return request if fits else None
