"""Sending again what asked for an acknowledgement, up to three times in all.

Not for: acknowledging (`personality`). The firmware also prolongs the wait by the airtime of
whatever it hears meanwhile; that is not modelled.
Source: meshtastic/firmware 2.7.26, `src/mesh/ReliableRouter.cpp`, `src/mesh/NextHopRouter.cpp`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from meshtastic.protobuf import mesh_pb2

from meshnode.sim.contention import retransmission_ms
from meshnode.sim.kernel import Timer
from meshnode.sim.packet import HEADER_BYTES
from meshnode.sim.radio import VirtualRadio

TRIES: Final = 3


class Reliable:
    """Packets that wait for an acknowledgement."""

    def __init__(
        self,
        radio: VirtualRadio,
        *,
        send: Callable[[mesh_pb2.MeshPacket], None],
        give_up: Callable[[mesh_pb2.MeshPacket], None],
    ) -> None:
        self._radio = radio
        self._send = send
        self._give_up = give_up
        self._waiting: dict[int, tuple[mesh_pb2.MeshPacket, Timer]] = {}

    def expect(self, packet: mesh_pb2.MeshPacket) -> None:
        """Wait for the acknowledgement of a packet that goes out now for the first time."""
        self._wait(packet, TRIES - 1)

    def settle(self, packet_id: int) -> mesh_pb2.MeshPacket | None:
        """Wait no longer; return the packet, or None when nobody waited for it."""
        packet, timer = self._waiting.pop(packet_id, (None, None))
        if timer is not None:
            timer.cancel()
        return packet

    def clear(self) -> None:
        """Forget everything, as a reboot does."""
        for packet_id in tuple(self._waiting):
            self.settle(packet_id)

    def _wait(self, packet: mesh_pb2.MeshPacket, tries_left: int) -> None:
        self.settle(packet.id)
        delay_ms = retransmission_ms(
            self._radio.modulation,
            HEADER_BYTES + packet.decoded.ByteSize(),
            self._radio.channel_utilisation_percent,
        )
        timer = self._radio.kernel.call_in(delay_ms, partial(self._again, packet, tries_left))
        self._waiting[packet.id] = (packet, timer)

    def _again(self, packet: mesh_pb2.MeshPacket, tries_left: int) -> None:
        if tries_left == 0:
            self.settle(packet.id)
            self._give_up(packet)
            return
        self._wait(packet, tries_left - 1)
        self._send(packet)
