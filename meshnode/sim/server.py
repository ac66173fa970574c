"""Serves one virtual radio over TCP, as a board with Wi-Fi and `meshtasticd` do.

One client at a time: a new connection force-closes the old one. `go_silent`, `drop_connection`
and the other controls make the faults that real radios have.
Source: meshtastic/firmware 2.7.26, `src/mesh/api/ServerAPI.cpp`.
"""

import asyncio
import socket
import struct
from typing import Final

from meshnode.protocol.errors import CallerError, LinkRefused
from meshnode.sim.firmware import FirmwarePersonality
from meshnode.sim.line import Line
from meshnode.sim.realtime import Pump

IDLE_S: Final = 15 * 60.0
"""A client that says nothing for this long is disconnected. Real time: clients live in it."""
LISTEN_BACKLOG: Final = 4

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""Linger for no time: closing sends a reset and throws away what was not sent."""


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
        self._pump = pump
        self._host = host
        self._port = port
        self._idle_s = idle_s
        self._is_silent = False
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None
        self._line: Line | None = None
        self._idle: asyncio.TimerHandle | None = None
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

    def plug(self) -> None:
        """Begin to listen.

        Raises:
            LinkRefused: The port is taken, or the address is not ours.
        """
        if self._listener is not None:
            raise CallerError(f"{self.url} is plugged in already")
        try:
            listener = socket.create_server((self._host, self._port), backlog=LISTEN_BACKLOG)
        except OSError as error:
            raise LinkRefused(f"{self.url}: {error.strerror}; choose another port") from error
        self._listener = listener
        self._listener.settimeout(0)
        self._port = self._listener.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def unplug(self) -> None:
        """Drop the client and stop listening; the radio itself goes on."""
        self.drop_connection()
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def drop_connection(self) -> None:
        """Cut the connection off; the client may come back at once."""
        if self._client is not None:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._hang_up()

    def go_silent(self) -> None:
        """Neither read nor write any more, but keep the connection: a hung radio."""
        self._is_silent = True
        if self._line is not None:
            self._line.hold()

    def speak(self) -> None:
        """Read and write again, beginning with what has piled up."""
        self._is_silent = False
        if self._line is not None:
            self._line.release()

    def send_garbage(self, data: bytes) -> None:
        """Write bytes to the client that are no message."""
        if self._line is not None:
            self._line.write(data)

    def reboot(self) -> None:
        """Let the radio reboot now."""
        self._pump.catch_up()
        self.personality.reboot()

    def _accept(self, listener: socket.socket) -> None:
        """Serve a new client instead of the old one; none while the radio is booting."""
        try:
            client, _ = listener.accept()
        except OSError:  # It was gone before we looked.
            return
        self._pump.catch_up()
        self.drop_connection()
        if not self.personality.is_up:
            client.close()
            return
        client.settimeout(0)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self.personality.open()
        self._line = Line(
            client.fileno(),
            source=self.personality.next_bytes,
            sink=self._receive,
            ended=self._hang_up,
        )
        if self._is_silent:
            self._line.hold()
        self._expect_contact()

    def _receive(self, data: bytes) -> None:
        self._expect_contact()
        self._pump.catch_up()
        self.personality.receive(data)

    def _flush(self) -> None:
        if self._line is not None:
            self._line.flush()

    def _hang_up(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._line is not None:
            self._line.close()
        if self._client is not None:
            self._client.close()
        self._line = self._client = self._idle = None
        self.personality.close()

    def _expect_contact(self) -> None:
        """Begin to count anew how long the client is silent."""
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_s, self.drop_connection)
