"""Serves one virtual radio over TCP, as a board with Wi-Fi and `meshtasticd` do.

One client at a time: a new connection force-closes the old one. The `go_silent`, `drop_connection`
and other controls make the faults that real radios have.
Source: meshtastic/firmware 2.7.26, `src/mesh/api/ServerAPI.cpp`.
"""

import asyncio
from typing import Final, cast

from meshnode.protocol.errors import CallerError
from meshnode.sim.firmware import FirmwarePersonality
from meshnode.sim.realtime import Pump

IDLE_S: Final = 15 * 60.0
"""A client that says nothing for this long is disconnected. Real time: clients live in it."""
LISTEN_BACKLOG: Final = 4


class TcpServer:
    """The TCP port of one radio."""

    def __init__(
        self,
        personality: FirmwarePersonality,
        pump: Pump,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        idle_s: float = IDLE_S,
    ) -> None:
        self.personality = personality
        self.pump = pump
        self.idle_s = idle_s
        self.is_silent = False
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._client: _Client | None = None
        personality.on_output = self._flush
        personality.on_reboot = self.drop_connection

    @property
    def port(self) -> int:
        """The port in use; it stays the same when the radio is unplugged and plugged in."""
        return self._port

    @property
    def url(self) -> str:
        """Where a client finds the radio."""
        return f"tcp://{self._host}:{self._port}"

    async def plug(self) -> None:
        """Begin to listen."""
        if self._server is not None:
            raise CallerError(f"{self.url} is plugged in already")
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Client(self), self._host, self._port, backlog=LISTEN_BACKLOG
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Drop the client and stop listening; the radio itself goes on."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.drop_connection()
        if server is not None:
            await server.wait_closed()

    def drop_connection(self) -> None:
        """Cut the connection off; the client may come back at once."""
        client, self._client = self._client, None
        if client is not None:
            client.abort()
        self.personality.close()

    def go_silent(self) -> None:
        """Neither read nor write any more, but keep the connection: a hung radio."""
        self.is_silent = True

    def speak(self) -> None:
        """Read and write again, beginning with what has piled up."""
        self.is_silent = False
        if self._client is not None:
            self._client.catch_up()

    def send_garbage(self, data: bytes) -> None:
        """Write bytes to the client that are no message."""
        if self._client is not None:
            self._client.write(data)

    def reboot(self) -> None:
        """Let the radio reboot now."""
        self.pump.catch_up()
        self.personality.reboot()

    def take_over(self, client: "_Client") -> None:
        """Serve a new client instead of the old one; none while the radio is booting."""
        self.pump.catch_up()
        self.drop_connection()
        if not self.personality.is_up:
            client.abort()
            return
        self._client = client
        self.personality.open()

    def forget(self, client: "_Client") -> None:
        """Note that a connection is over."""
        if client is self._client:
            self._client = None
            self.personality.close()

    def _flush(self) -> None:
        if self._client is not None:
            self._client.flush()


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: TcpServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._is_writable = True
        self._unread = bytearray()
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._expect_contact()
        self._server.take_over(self)

    def connection_lost(self, _: Exception | None) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._server.forget(self)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if self._server.is_silent and self._transport is not None:
            self._transport.pause_reading()
            return
        self._expect_contact()
        self._read()

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        self.flush()

    def catch_up(self) -> None:
        """Take up reading and writing after a silence."""
        if self._transport is not None:
            self._transport.resume_reading()
        self._read()
        self.flush()

    def flush(self) -> None:
        """Write all that the radio has to say and the client takes."""
        while self._is_writable and not self._server.is_silent:
            data = self._server.personality.next_bytes()
            if data is None:
                return
            self.write(data)

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        """Cut the connection off without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _read(self) -> None:
        data = bytes(self._unread)
        self._unread.clear()
        self._server.pump.catch_up()
        self._server.personality.receive(data)

    def _expect_contact(self) -> None:
        """Begin to count anew how long the client is silent."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._server.idle_s, self.abort)
