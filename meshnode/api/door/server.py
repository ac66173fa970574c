"""uvicorn as a guest in our event loop: on our socket, under our signals, ended by our event."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from meshnode.api.door.connections import StrangerProtocol

HEADER_BYTES_MAX: Final = 8 * 1024
CONNECTIONS_MAX: Final = 200
"""A hundred phones; each connection may hold about 100 kB."""
GRACE_S: Final = 3
"""How long answers that have begun may take once the node stops."""


async def serve(app: Starlette, listening: socket.socket, *, stop: asyncio.Event) -> None:
    """Serve `app` on a socket that listens already, until `stop` is set."""
    app.state.stop = stop
    is_local = listening.family == socket.AF_UNIX
    config = uvicorn.Config(
        app,
        http=H11Protocol if is_local else StrangerProtocol,
        loop="none",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        # Warnings are about strangers' nonsense; a flood of it must not fill the log.
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # A node may not know the time, and then must not say one (RFC 9110, section 6.6.1).
        date_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
    )
    server = _Server(config, stop)
    try:
        await server.serve(sockets=[listening])
    finally:
        server.abandon()


class _Server(uvicorn.Server):
    """Ends by an event instead of signals, and does not wake up ten times a second to look."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the node."""
        yield

    async def main_loop(self) -> None:
        """Wait for the end."""
        await self.on_tick(0)
        await self._stop.wait()

    def abandon(self) -> None:
        """Drop what is still open; nothing after an orderly end."""
        for server in getattr(self, "servers", []):
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()
