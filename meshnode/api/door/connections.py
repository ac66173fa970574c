"""Bounds on connections from strangers: how many from one address, and how long each may last.

Why: uvicorn waits for ever for a request that comes byte by byte, and for a reader that does not
read. Invariants: one address holds at most `PER_ADDRESS_MAX` connections, none longer than
`LIFETIME_S`; a browser that wants more opens another. Only an answer that is meant to last asks for
more (`stay`), and is over with its reader within a minute.
"""

import asyncio
import socket
from typing import Any, Final

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

PER_ADDRESS_MAX: Final = 32
"""A phone opens six; several may stand behind one address."""
LIFETIME_S: Final = 30.0
"""A page of 30 kB takes a few seconds at the edge of the Wi-Fi."""
STAY_GRACE_S: Final = 30.0
"""How long after the end it asked for an answer that lasts may take to end by itself."""
UNACKNOWLEDGED_MS: Final = 30_000
"""A phone that takes nothing for so long has left the Wi-Fi; the kernel would wait 15 minutes."""

_PLACE: Final = "stranger"


class StrangerProtocol(H11Protocol):
    """One connection over TCP."""

    _end: asyncio.TimerHandle | None = None

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, _PLACE: self}, _loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless its address has enough of them."""
        super().connection_made(transport)
        self._end = self.loop.call_later(LIFETIME_S, transport.abort)
        others = (one for one in self.connections if isinstance(one, StrangerProtocol))
        if sum(one.address == self.address for one in others) > PER_ADDRESS_MAX:
            transport.abort()

    def stay(self, lifetime_s: float) -> None:
        """Let the connection last so long from now, unless its reader is gone before."""
        if self._end is not None:
            self._end.cancel()
        self._end = self.loop.call_later(lifetime_s + STAY_GRACE_S, self.cut)
        connected: socket.socket = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)

    def cut(self) -> None:
        """End the connection at once, whatever is on its way."""
        self.transport.abort()

    @property
    def address(self) -> str | None:
        """Where it comes from."""
        return self.client[0] if self.client else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


def stranger_of(scope: Scope) -> StrangerProtocol | None:
    """Return the connection of a request; None where it did not come over TCP."""
    found = scope.get("state", {}).get(_PLACE)
    return found if isinstance(found, StrangerProtocol) else None
