"""Bounds on connections from strangers: how many from one address, and how long each may last.

Why: uvicorn waits for ever for a request that comes byte by byte, and for a reader that does not
read. Invariants: one address holds at most `PER_ADDRESS_MAX` connections, none longer than
`LIFETIME_S`; a browser that wants more opens another.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

PER_ADDRESS_MAX: Final = 32
"""A phone opens six; several may stand behind one address."""
LIFETIME_S: Final = 30.0
"""A page of 30 kB takes a few seconds at the edge of the Wi-Fi."""


class StrangerProtocol(H11Protocol):
    """One connection over TCP."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless its address has enough of them."""
        super().connection_made(transport)
        self._end = self.loop.call_later(LIFETIME_S, transport.abort)
        others = (one for one in self.connections if isinstance(one, StrangerProtocol))
        if sum(one.address == self.address for one in others) > PER_ADDRESS_MAX:
            transport.abort()

    @property
    def address(self) -> str | None:
        """Where it comes from."""
        return self.client[0] if self.client else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)
