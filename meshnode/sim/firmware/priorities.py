"""Which packets go first, and which an unfriendly neighbour does not relay.

Source: meshtastic/firmware 2.7.26, `src/mesh/MeshPacketQueue.cpp`, `src/mesh/Router.cpp`.
"""

from typing import Final

from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.sim.radio import ACK, DEFAULT, HIGH, RELIABLE, RESPONSE

CORE_PORTS: Final = (
    portnums_pb2.TEXT_MESSAGE_APP,
    portnums_pb2.TEXT_MESSAGE_COMPRESSED_APP,
    portnums_pb2.POSITION_APP,
    portnums_pb2.NODEINFO_APP,
    portnums_pb2.ROUTING_APP,
    portnums_pb2.TELEMETRY_APP,
    portnums_pb2.ADMIN_APP,
    portnums_pb2.ALERT_APP,
    portnums_pb2.KEY_VERIFICATION_APP,
    portnums_pb2.WAYPOINT_APP,
    portnums_pb2.STORE_FORWARD_APP,
    portnums_pb2.TRACEROUTE_APP,
    35,  # STORE_FORWARD_PLUSPLUS_APP, which the Python package does not name.
)
"""All that `CORE_PORTNUMS_ONLY` lets through: our own traffic is not among it."""


def default_priority(data: mesh_pb2.Data | None, *, want_ack: bool) -> int:
    """Return the priority of a packet that names none; `data` None: we cannot read it."""
    if data is None:
        return RELIABLE if want_ack else DEFAULT
    if data.portnum == portnums_pb2.ROUTING_APP:
        return ACK
    if data.portnum in (portnums_pb2.TEXT_MESSAGE_APP, portnums_pb2.ADMIN_APP):
        return HIGH
    if data.request_id:
        return RESPONSE
    return RELIABLE if want_ack or data.want_response else DEFAULT
