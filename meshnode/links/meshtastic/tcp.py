"""A radio's TCP port as a byte stream.

Not for: framing. Invariant: a peer that vanished without a word is noticed by the kernel's
keepalive at the latest, also when the session's heartbeats are stuck in the send buffer.
"""

import asyncio
import socket
from typing import Final

from meshnode.links.meshtastic.address import TcpAddress
from meshnode.protocol.errors import LinkLost

_READ_BYTES: Final = 4096
_CLOSE_S: Final = 1.0
"""How long a closing handshake may take; then the socket is dropped."""
_KEEPALIVE: Final = (
    ("TCP_KEEPIDLE", 10),
    ("TCP_KEEPINTVL", 5),
    ("TCP_KEEPCNT", 2),
    ("TCP_USER_TIMEOUT", 20_000),
)
"""Dead after 20 s, as by the session's heartbeats. Systems that lack an option do without."""


class HungUp(LinkLost):
    """The other side closed the connection in an orderly way."""


class TcpStream:
    """One connection; made by `open_tcp`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Return what has come."""
        try:
            data = await self._reader.read(_READ_BYTES)
        except OSError as error:
            raise LinkLost(f"the connection broke: {error}") from error
        if not data:
            raise HungUp("the radio closed the connection")
        return data

    async def write(self, data: bytes) -> None:
        """Write and wait until the system's buffer has room again."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise LinkLost(f"the connection broke: {error}") from error

    async def close(self) -> None:
        """Close the connection, without waiting long for the other side."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()


async def open_tcp(address: TcpAddress, *, timeout_ms: int) -> TcpStream:
    """Return a connection to the radio.

    Raises:
        LinkLost: Nobody answers there; the message says what to check.
    """
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            reader, writer = await asyncio.open_connection(address.host, address.port)
    except TimeoutError:
        raise LinkLost(
            f"{address.host} does not answer. Is the radio on and in the same network?"
        ) from None
    except OSError as error:
        raise LinkLost(
            f"{address.host} port {address.port} cannot be reached ({error.strerror or error}). "
            "Is the radio on, and is its network switched on in its settings?"
        ) from error
    _set_options(writer.get_extra_info("socket"))
    return TcpStream(reader, writer)


def _set_options(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in _KEEPALIVE:
        option = getattr(socket, name, None)
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
