"""From a client's packet to ciphertext and back: which key, and what is refused for want of one.

Source: meshtastic/firmware 2.7.26, `src/mesh/Router.cpp`: `perhapsEncode`, `perhapsDecode`.
"""

from dataclasses import dataclass
from typing import Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.protocol.ports import Dice
from meshnode.sim.firmware.channels import encrypted
from meshnode.sim.firmware.device import Device
from meshnode.sim.firmware.direct import KEY_BYTES, sealed, unsealed
from meshnode.sim.packet import AirPacket, is_broadcast
from meshnode.sim.settings import Result

DIRECT_HASH: Final = 0
"""Stands for the channel where a packet is encrypted for its receiver alone."""

_WANT_RESPONSE_BIT: Final = 2
_ON_THE_CHANNEL: Final = (
    portnums_pb2.TRACEROUTE_APP,
    portnums_pb2.NODEINFO_APP,
    portnums_pb2.ROUTING_APP,
    portnums_pb2.POSITION_APP,
)
"""Ports whose direct messages use the channel's key all the same."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a packet says. `public_key` is the sender's when it was encrypted for us alone."""

    channel: int
    data: mesh_pb2.Data
    public_key: bytes = b""


class Encoding:
    """Encrypts and decrypts with the keys of one device."""

    def __init__(self, device: Device, dice: Dice) -> None:
        self._device = device
        self._dice = dice

    def encode(self, packet: mesh_pb2.MeshPacket) -> AirPacket | Result:
        """Return a packet as it goes on the air, or why it cannot."""
        if packet.HasField("encrypted"):
            return self._air(packet, packet.encrypted, packet.channel & 0xFF)
        if not packet.HasField("decoded"):
            return Result.BAD_REQUEST
        if self._is_direct(packet):
            return self._encode_direct(packet)
        if packet.pki_encrypted:
            return Result.PKI_FAILED
        key = self._device.channels.key_at(packet.channel)
        if key is None:
            return Result.NO_CHANNEL
        body = encrypted(key.key, self._device.number, packet.id, self._data(packet))
        return self._air(packet, body, key.hash)

    def decode(self, air: AirPacket) -> Decoded | None:
        """Return what a packet says; None when it is not for our eyes.

        A text for us alone has to be encrypted for us alone: others are refused.
        """
        direct = self._decode_direct(air)
        if direct is not None:
            return direct
        for key in self._device.channels.candidates(air.channel_hash):
            data = parsed(encrypted(key.key, air.sender, air.id, air.body))
            is_text = data is not None and data.portnum == portnums_pb2.TEXT_MESSAGE_APP
            if is_text and air.to == self._device.number:
                return None
            if data is not None:
                return Decoded(key.index, data)
        return None

    def knows_key_of(self, number: int) -> bool:
        """Return whether we could decrypt a direct message of that node."""
        return len(self._public_key(number)) == KEY_BYTES

    def _encode_direct(self, packet: mesh_pb2.MeshPacket) -> AirPacket | Result:
        public_key = self._public_key(packet.to)
        if len(public_key) != KEY_BYTES:
            return Result.PKI_SEND_FAIL_PUBLIC_KEY
        if packet.pki_encrypted and packet.public_key not in (b"", public_key):
            return Result.PKI_FAILED
        body = sealed(
            self._data(packet),
            private_key=self._device.config.security.private_key,
            public_key=public_key,
            sender=self._device.number,
            packet_id=packet.id,
            extra_nonce=self._dice.randrange(2**31),
        )
        return Result.PKI_FAILED if body is None else self._air(packet, body, DIRECT_HASH)

    def _decode_direct(self, air: AirPacket) -> Decoded | None:
        if air.channel_hash != DIRECT_HASH or air.to != self._device.number:
            return None
        public_key = self._public_key(air.sender)
        data = unsealed(
            air.body,
            private_key=self._device.config.security.private_key,
            public_key=public_key,
            sender=air.sender,
            packet_id=air.id,
        )
        message = None if data is None else parsed(data)
        return None if message is None else Decoded(0, message, public_key)

    def _is_direct(self, packet: mesh_pb2.MeshPacket) -> bool:
        return not is_broadcast(packet.to) and packet.decoded.portnum not in _ON_THE_CHANNEL

    def _public_key(self, number: int) -> bytes:
        node = self._device.nodes.get(number)
        return b"" if node is None else bytes(node.user.public_key)

    def _data(self, packet: mesh_pb2.MeshPacket) -> bytes:
        """Return the message with the bits that the firmware adds to its own."""
        data = mesh_pb2.Data()
        data.CopyFrom(packet.decoded)
        data.bitfield = int(self._device.config.lora.config_ok_to_mqtt)
        if data.want_response:
            data.bitfield |= _WANT_RESPONSE_BIT
        return bytes(data.SerializeToString())

    def _air(self, packet: mesh_pb2.MeshPacket, body: bytes, channel_hash: int) -> AirPacket:
        return AirPacket(
            sender=self._device.number,
            id=packet.id,
            body=body,
            to=packet.to,
            hop_limit=packet.hop_limit,
            hop_start=packet.hop_limit,
            want_ack=packet.want_ack and not is_broadcast(packet.to),
            channel_hash=channel_hash,
            relay=self._device.number & 0xFF,
        )


def parsed(data: bytes) -> mesh_pb2.Data | None:
    """Return a decrypted message; None when the key was wrong: no message, or one without port."""
    try:
        message = mesh_pb2.Data.FromString(data)
    except DecodeError:
        return None
    if message.bitfield & _WANT_RESPONSE_BIT:
        message.want_response = True
    return None if message.portnum == portnums_pb2.UNKNOWN_APP else message
