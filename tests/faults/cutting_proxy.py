"""A TCP proxy in front of a listener that can cut, stall, damage and half-close what passes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Damage = Callable[[int, bytes], bytes]
"""Gets how many bytes passed before in this direction, and the next ones; returns what passes."""


def unharmed(_passed: int, data: bytes) -> bytes:
    return data


class Cut(Exception):
    """Raised by a `Damage`: both sides of this connection are closed."""


class Proxy:
    """Forwards to `port`. `upward` is what the caller says, `downward` what the listener says."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.upward: Damage = unharmed
        self.downward: Damage = unharmed
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.calls = 0
        self._callers: list[asyncio.StreamWriter] = []
        self._listeners: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def abandon_listeners(self) -> None:
        """The callers see their connections reset; the listeners notice nothing."""
        for writer in self._callers:
            writer.transport.abort()
        self._callers.clear()

    def cut_all(self) -> None:
        """Both sides see their connections reset."""
        for writer in (*self._callers, *self._listeners):
            writer.transport.abort()
        self._callers.clear()
        self._listeners.clear()

    async def serve(
        self, caller_reader: asyncio.StreamReader, caller_writer: asyncio.StreamWriter
    ) -> None:
        self.calls += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._callers.append(caller_writer)
        self._listeners.append(writer)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass(caller_reader, writer, caller_writer, is_upward=True))
            group.create_task(self._pass(reader, caller_writer, caller_writer, is_upward=False))

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        caller: asyncio.StreamWriter,
        *,
        is_upward: bool,
    ) -> None:
        passed = 0
        with suppress(OSError):
            while data := await reader.read(1000):
                await self.flowing.wait()
                try:
                    piece = (self.upward if is_upward else self.downward)(passed, data)
                except Cut:
                    self.cut_all()
                    return
                passed += len(data)
                writer.write(piece)
                await writer.drain()
        if caller in self._callers:  # Otherwise the caller was torn away on purpose.
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        try:
            yield self
        finally:
            self.cut_all()
            self._server.close()


def cut_after(bytes_passed: int) -> Damage:
    """Let `bytes_passed` bytes of each connection through, then cut it."""

    def damage(passed: int, data: bytes) -> bytes:
        if passed + len(data) > bytes_passed:
            raise Cut
        return data

    return damage


def flip_at(offset: int) -> Damage:
    """Flip the lowest bit of the byte at `offset` of each connection."""

    def damage(passed: int, data: bytes) -> bytes:
        if not passed <= offset < passed + len(data):
            return data
        damaged = bytearray(data)
        damaged[offset - passed] ^= 1
        return bytes(damaged)

    return damage
