"""Between the client's packets and those on the air: encryption, checks, acknowledgements.

Not for: the client's stream (`session`), waiting for a free channel (`meshnode.sim.radio`).
Source: meshtastic/firmware 2.7.26, `src/mesh/Router.cpp`, `src/mesh/ReliableRouter.cpp`,
`src/mesh/MeshModule.cpp`, `src/modules/RoutingModule.cpp`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.protocol.ports import Dice
from meshnode.sim.firmware.device import Device
from meshnode.sim.firmware.encoding import DIRECT_HASH, Encoding
from meshnode.sim.firmware.priorities import CORE_PORTS, default_priority
from meshnode.sim.firmware.reliable import Reliable
from meshnode.sim.packet import HOPS_MAX, AirPacket, is_broadcast
from meshnode.sim.radio import ACK, VirtualRadio
from meshnode.sim.settings import Result

NOISE_FIGURE_DB: Final = 6.0
TRANSPORT_LORA: Final = 1
MAX_RETRANSMIT: Final = mesh_pb2.Routing.MAX_RETRANSMIT
NO_RESPONSE: Final = mesh_pb2.Routing.NO_RESPONSE
NO_CHANNEL: Final = mesh_pb2.Routing.NO_CHANNEL
PKI_UNKNOWN_PUBKEY: Final = mesh_pb2.Routing.PKI_UNKNOWN_PUBKEY

_PARTICULAR: Final = ("LOCAL_ONLY", "KNOWN_ONLY")
"""Rebroadcast modes that do not touch what they cannot read."""


@dataclass(frozen=True, slots=True)
class Upcalls:
    """What the router asks of the personality."""

    to_phone: Callable[[mesh_pb2.MeshPacket], None]
    """Hand a packet to the client."""
    heard: Callable[[mesh_pb2.MeshPacket], mesh_pb2.MeshPacket | None]
    """Look at a packet we could read; a reply to a request, if there is one."""
    send: Callable[[mesh_pb2.MeshPacket], None]
    """Send a packet of the firmware's own, with a status to the client."""
    clock_s: Callable[[], int]
    """Unix time in seconds; 0 while the radio does not know it."""


class Router:
    """Sends packets of this node and takes in those of others."""

    def __init__(self, radio: VirtualRadio, device: Device, dice: Dice, up: Upcalls) -> None:
        self._radio = radio
        self._device = device
        self._dice = dice
        self._up = up
        self._encoding = Encoding(device, dice)
        self._reliable = Reliable(radio, send=self._resend, give_up=self._give_up)
        radio.on_packet = self._receive
        radio.on_relayed = self._acknowledge_implicitly
        radio.relay_priority = self._relay_priority

    def new_id(self) -> int:
        """Return a packet id that is not nought."""
        return 1 + self._dice.randrange(2**32 - 1)

    def clear(self) -> None:
        """Forget what waits for acknowledgements."""
        self._reliable.clear()

    def send(self, packet: mesh_pb2.MeshPacket, *, is_from_phone: bool) -> Result:
        """Send a packet to others; its answer is the status's `res`."""
        if not packet.channel and packet.to in self._device.nodes:
            packet.channel = self._device.nodes[packet.to].channel
        if is_from_phone and packet.want_ack and packet.hop_limit == 0:
            packet.hop_limit = self._device.hop_limit
        packet.hop_limit = min(packet.hop_limit, HOPS_MAX)
        if packet.want_ack:
            self._reliable.expect(packet)
        return self._transmit(packet)

    def answer_phone(self, error: int, request: mesh_pb2.MeshPacket) -> None:
        """Tell the client what became of its packet: 0 is an acknowledgement."""
        if error:
            self._reliable.settle(request.id)
        self._up.to_phone(self._routing(error, request, to=self._device.number))

    def _transmit(self, packet: mesh_pb2.MeshPacket) -> Result:
        """Encrypt and queue; refusals but those of the radio itself come twice."""
        air = self._encoding.encode(packet)
        if isinstance(air, Result):
            if air is not Result.BAD_REQUEST:
                self.answer_phone(int(air), packet)
            return air
        data = packet.decoded if packet.HasField("decoded") else None
        priority = packet.priority or default_priority(data, want_ack=air.want_ack)
        result = self._radio.submit(air, priority=priority)
        if result in (Result.DUTY_CYCLE_LIMIT, Result.TOO_LARGE):
            self.answer_phone(int(result), packet)
        return result

    def _resend(self, packet: mesh_pb2.MeshPacket) -> None:
        self._transmit(packet)

    def _give_up(self, packet: mesh_pb2.MeshPacket) -> None:
        self.answer_phone(MAX_RETRANSMIT, packet)

    def _acknowledge_implicitly(self, air: AirPacket) -> None:
        """Somebody relays our packet: it has been heard."""
        packet = self._reliable.settle(air.id)
        if packet is not None:
            self.answer_phone(0, packet)

    def _receive(self, air: AirPacket, snr_db: float) -> None:
        packet = self._from_air(air, snr_db)
        mode = self._device.rebroadcast_mode
        if packet.HasField("encrypted"):
            if mode in _PARTICULAR and not self._is_among_friends(air):
                return
            self._refuse(air, packet)
        else:
            if mode == "CORE_PORTNUMS_ONLY" and packet.decoded.portnum not in CORE_PORTS:
                return
            self._respond(packet, self._up.heard(packet))
            self._settle(packet)
        if packet.to == self._device.number or is_broadcast(packet.to):
            self._up.to_phone(packet)

    def _from_air(self, air: AirPacket, snr_db: float) -> mesh_pb2.MeshPacket:
        noise_dbm = -174 + 10 * math.log10(self._radio.modulation.bandwidth_hz) + NOISE_FIGURE_DB
        packet = mesh_pb2.MeshPacket(
            to=air.to,
            id=air.id,
            rx_time=self._up.clock_s(),
            rx_snr=snr_db,
            rx_rssi=round(noise_dbm + snr_db),
            hop_limit=air.hop_limit,
            hop_start=air.hop_start,
            want_ack=air.want_ack,
            relay_node=air.relay if air.hop_start else 0,
            transport_mechanism=TRANSPORT_LORA,
        )
        setattr(packet, "from", air.sender)
        decoded = self._encoding.decode(air)
        if decoded is None:
            packet.channel = air.channel_hash
            packet.encrypted = air.body
        else:
            packet.channel = decoded.channel
            packet.decoded.CopyFrom(decoded.data)
            packet.public_key = decoded.public_key
            packet.pki_encrypted = bool(decoded.public_key)
        return packet

    def _respond(self, packet: mesh_pb2.MeshPacket, reply: mesh_pb2.MeshPacket | None) -> None:
        """Send what the request wants: a reply, an error, or at least an acknowledgement."""
        is_to_us = packet.to == self._device.number
        is_for_us = is_to_us or is_broadcast(packet.to)
        wants_reply = packet.decoded.want_response and is_for_us
        if wants_reply and reply is not None:
            reply.to = getattr(packet, "from")
            reply.channel = packet.channel
            reply.hop_limit = self._hops_back(packet)
            reply.want_ack = packet.want_ack
            reply.decoded.request_id = packet.id
            self._up.send(reply)
            return
        if wants_reply and packet.decoded.portnum != portnums_pb2.NODEINFO_APP:
            self._send_routing(NO_RESPONSE, packet)
        elif is_to_us and packet.want_ack:
            self._send_routing(0, packet)

    def _refuse(self, air: AirPacket, packet: mesh_pb2.MeshPacket) -> None:
        """Tell the sender of a direct message why we cannot read it."""
        if air.to != self._device.number or not air.want_ack:
            return
        is_stranger = not self._encoding.knows_key_of(air.sender)
        is_key_missing = air.channel_hash == DIRECT_HASH and is_stranger
        self._send_routing(PKI_UNKNOWN_PUBKEY if is_key_missing else NO_CHANNEL, packet)

    def _is_among_friends(self, air: AirPacket) -> bool:
        """Return whether an unreadable packet may be a direct message of nodes we know."""
        if air.channel_hash != DIRECT_HASH or is_broadcast(air.to):
            return False
        known = (self._device.number, *self._device.nodes)
        return air.sender in known or air.to in known

    def _send_routing(self, error: int, request: mesh_pb2.MeshPacket) -> None:
        answer = self._routing(error, request, to=getattr(request, "from"))
        answer.hop_limit = self._hops_back(request)
        self._transmit(answer)

    def _routing(self, error: int, request: mesh_pb2.MeshPacket, *, to: int) -> mesh_pb2.MeshPacket:
        answer = mesh_pb2.MeshPacket(
            id=self.new_id(),
            to=to,
            channel=request.channel if request.HasField("decoded") else 0,
            priority=ACK,
            rx_time=self._up.clock_s(),
        )
        setattr(answer, "from", self._device.number)
        answer.decoded.portnum = portnums_pb2.ROUTING_APP
        answer.decoded.payload = mesh_pb2.Routing(error_reason=error).SerializeToString()
        answer.decoded.request_id = request.id
        return answer

    def _settle(self, packet: mesh_pb2.MeshPacket) -> None:
        """An answer to us, whatever it says, ends the wait for it."""
        if packet.to == self._device.number and packet.decoded.request_id:
            self._reliable.settle(packet.decoded.request_id)

    def _hops_back(self, packet: mesh_pb2.MeshPacket) -> int:
        """Return how many hops a reply may take: those of the request, and two to spare."""
        hops = packet.hop_start - packet.hop_limit
        if packet.hop_start == 0:
            return 0
        wanted: int = max(hops, min(hops + 2, self._device.hop_limit))
        return min(wanted, HOPS_MAX)

    def _relay_priority(self, air: AirPacket) -> int | None:
        """Decide about a packet of others as the rebroadcast mode says."""
        decoded = self._encoding.decode(air)
        mode = self._device.rebroadcast_mode
        if decoded is None:
            refuses = mode in _PARTICULAR and not self._is_among_friends(air)
            return None if refuses else default_priority(None, want_ack=air.want_ack)
        if mode == "CORE_PORTNUMS_ONLY" and decoded.data.portnum not in CORE_PORTS:
            return None
        if mode == "KNOWN_ONLY" and air.sender not in self._device.nodes:
            return None
        return default_priority(decoded.data, want_ack=air.want_ack)
