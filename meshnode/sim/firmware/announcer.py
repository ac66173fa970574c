"""Telling the others our name, and learning theirs.

This is traffic of the firmware's own: it costs airtime whether or not the client sends anything.
Source: meshtastic/firmware 2.7.26, `src/modules/NodeInfoModule.cpp`, `src/mesh/MeshService.cpp`.
"""

from collections.abc import Callable
from typing import Final

from google.protobuf.message import DecodeError
from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.sim.firmware.device import Device
from meshnode.sim.kernel import Timer
from meshnode.sim.packet import BROADCAST
from meshnode.sim.radio import BACKGROUND, VirtualRadio

FIRST_MS: Final = 30_000
QUIET_MS: Final = 10 * 60_000
"""We do not introduce ourselves again within this time, whoever asks."""
BUSY_PERCENT: Final = 40
BUSY_POLITE_PERCENT: Final = 25


class Announcer:
    """Sends our NodeInfo; keeps what we hear of others in the device's memory."""

    def __init__(
        self, radio: VirtualRadio, device: Device, send: Callable[[mesh_pb2.MeshPacket], None]
    ) -> None:
        self._radio = radio
        self._device = device
        self._send = send
        self._timer: Timer | None = None
        self._last_ms: float | None = None

    def start(self) -> None:
        """Announce ourselves half a minute from now, every few hours, and to strangers."""
        self._timer = self._radio.kernel.call_in(FIRST_MS, self._announce)

    def stop(self) -> None:
        """Do not announce ourselves any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._last_ms = None

    def packet(self) -> mesh_pb2.MeshPacket | None:
        """Return our NodeInfo; None when the channel is busy or we sent it not long ago."""
        now_ms = self._radio.kernel.now_ms
        is_recent = self._last_ms is not None and now_ms - self._last_ms < QUIET_MS
        if is_recent or self._radio.channel_utilisation_percent >= BUSY_PERCENT:
            return None
        self._last_ms = now_ms
        packet = mesh_pb2.MeshPacket(hop_limit=self._device.hop_limit, priority=BACKGROUND)
        packet.decoded.portnum = portnums_pb2.NODEINFO_APP
        packet.decoded.payload = self._device.owner.SerializeToString()
        return packet

    def learn(self, packet: mesh_pb2.MeshPacket) -> None:
        """Take note of a packet that we could read, and of the name it may carry."""
        sender = getattr(packet, "from")
        node = self._device.meet(sender)
        node.snr = packet.rx_snr
        node.last_heard = packet.rx_time
        node.channel = packet.channel
        if packet.hop_start:
            node.hops_away = packet.hop_start - packet.hop_limit
        if packet.decoded.portnum == portnums_pb2.NODEINFO_APP:
            _learn_user(node, packet.decoded.payload)
        elif self._timer is not None and not node.HasField("user"):
            self._introduce(sender, packet.channel)

    def _introduce(self, number: int, channel: int) -> None:
        """Tell a stranger our name and ask for its own."""
        if self._radio.channel_utilisation_percent < BUSY_POLITE_PERCENT:
            self._send_own(number, channel, want_response=True)

    def _announce(self) -> None:
        self._send_own(BROADCAST, 0, want_response=False)
        delay_ms = 1000 * self._device.config.device.node_info_broadcast_secs
        self._timer = self._radio.kernel.call_in(delay_ms, self._announce)

    def _send_own(self, to: int, channel: int, *, want_response: bool) -> None:
        packet = self.packet()
        if packet is not None:
            packet.to = to
            packet.channel = channel
            packet.decoded.want_response = want_response
            self._send(packet)


def _learn_user(node: mesh_pb2.NodeInfo, payload: bytes) -> None:
    try:
        user = mesh_pb2.User.FromString(payload)
    except DecodeError:
        return
    user.id = f"!{node.num:08x}"
    node.user.CopyFrom(user)
