"""From an address to an open transport.

Not for: retrying; the link does. Invariant: exactly one place knows all the media.
"""

from typing import assert_never

from meshnode.links.meshtastic.address import (
    BleAddress,
    RadioAddress,
    SerialAddress,
    TcpAddress,
)
from meshnode.links.meshtastic.ble import open_ble
from meshnode.links.meshtastic.serial import open_serial
from meshnode.links.meshtastic.session import is_message
from meshnode.links.meshtastic.tcp import open_tcp
from meshnode.links.meshtastic.timing import Timing
from meshnode.links.meshtastic.transport import FramedTransport, Transport


async def open_transport(address: RadioAddress, timing: Timing) -> Transport:
    """Return an open way to the radio at `address`.

    Raises:
        LinkLost: It is not there now.
        LinkRefused: A person must change something; the message says what.
    """
    match address:
        case TcpAddress():
            stream = await open_tcp(address, timeout_ms=timing.connect_ms)
            return FramedTransport(stream, is_message=is_message, timing=timing)
        case SerialAddress():
            port = open_serial(address)
            return FramedTransport(port, is_message=is_message, timing=timing)
        case BleAddress():
            return await open_ble(address, timing)
        case _:
            assert_never(address)
