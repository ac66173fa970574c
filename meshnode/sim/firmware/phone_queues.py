"""What waits for the client: three small queues, each with its own way of overflowing.

They fill up while no client is there. The radio is no mailbox: of ordinary packets the first are
kept and the later ones lost.
Source: meshtastic/firmware 2.7.26, `src/mesh/MeshService.cpp`, `src/mesh/mesh-pb-constants.h`.
"""

from collections import deque
from typing import Final

from meshtastic.protobuf import mesh_pb2, portnums_pb2

PACKETS_MAX: Final = 32
STATUSES_MAX: Final = 2
NOTIFICATIONS_MAX: Final = 2

_OLDEST_GIVES_WAY: Final = (portnums_pb2.TEXT_MESSAGE_APP, portnums_pb2.RANGE_TEST_APP)


class PhoneQueues:
    """Packets, queue statuses and notifications on their way to the client."""

    def __init__(self, *, packets_max: int = PACKETS_MAX) -> None:
        self.dropped = 0
        self._packets_max = packets_max
        self._packets: deque[mesh_pb2.MeshPacket] = deque()
        self._statuses: deque[mesh_pb2.QueueStatus] = deque(maxlen=STATUSES_MAX)
        self._notifications: deque[mesh_pb2.ClientNotification] = deque(maxlen=NOTIFICATIONS_MAX)

    @property
    def has_packets(self) -> bool:
        """Whether a packet waits: nobody may be there to take it."""
        return bool(self._packets)

    def put_packet(self, packet: mesh_pb2.MeshPacket) -> None:
        """Queue a packet; a full queue drops its oldest for a text, and anything else itself."""
        if len(self._packets) >= self._packets_max:
            self.dropped += 1
            if packet.decoded.portnum not in _OLDEST_GIVES_WAY:
                return
            self._packets.popleft()
        self._packets.append(packet)

    def put_status(self, status: mesh_pb2.QueueStatus) -> None:
        """Queue a status; the oldest is lost."""
        self._statuses.append(status)

    def put_notification(self, notification: mesh_pb2.ClientNotification) -> None:
        """Queue a notification; the oldest is lost."""
        self._notifications.append(notification)

    def pop(self) -> mesh_pb2.FromRadio | None:
        """Return what the client gets next: statuses, then notifications, then packets."""
        if self._statuses:
            return mesh_pb2.FromRadio(queueStatus=self._statuses.popleft())
        if self._notifications:
            return mesh_pb2.FromRadio(clientNotification=self._notifications.popleft())
        if self._packets:
            return mesh_pb2.FromRadio(packet=self._packets.popleft())
        return None

    def clear(self) -> None:
        """Lose everything."""
        self._packets.clear()
        self._statuses.clear()
        self._notifications.clear()
