"""Server-sent events: that something changed, for phones that then ask for what they show.

Why not the watch: strangers read this, so there is no content in it, and a phone that was away for
a moment goes on where it was. Invariants: at most `PER_HOUSEHOLD_MAX` streams for an address and
`STREAMS_MAX` in all; none outlasts `LIFETIME_S` or the node; who does not read is cut; one that a
phone signed for ends when that phone is unpaired or revoked.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from meshnode.api.codes import ErrorCode
from meshnode.api.door.connections import StrangerProtocol
from meshnode.api.live.stream import run_until_over
from meshnode.api.refusals import RequestError
from meshnode.node.happenings import Happening, Happenings
from meshnode.node.pairing.households import household_of

PER_HOUSEHOLD_MAX: Final = 4
"""A page open twice and what a phone that walked away left behind, which goes within a minute."""
STREAMS_MAX: Final = 40
"""A fifth of all connections; everybody else asks every quarter of a minute."""
LIFETIME_S: Final = 3600.0
"""Whoever still listens then calls again at once."""
KEEPALIVE_S: Final = 15.0
"""Short enough to notice a phone that went away; a phone takes a node for gone after three."""
SEND_S: Final = 20.0
"""How long somebody may leave unread what does not fit on the way any more."""
RETRY_MS: Final = 3000
"""How long a browser waits before it calls again: a node restarts in about that."""
_BUSY_RETRY_S: Final = 15
_KEEPALIVE: Final = b": keepalive\n\n"


class Streams:
    """Which streams are open, by the households that read them."""

    def __init__(self) -> None:
        self._open: Counter[bytes] = Counter()

    @contextmanager
    def opened(self, household: bytes | None) -> Iterator[None]:
        """Keep a place while the block lasts; None: on the UNIX socket, which needs none.

        Raises:
            RequestError: There is no room.
        """
        if household is None:
            yield
            return
        is_full = self._open.total() >= STREAMS_MAX
        if is_full or self._open[household] >= PER_HOUSEHOLD_MAX:
            raise RequestError(
                ErrorCode.BUSY,
                "Too many listen to this node already; ask again now and then instead.",
                retry_after_s=_BUSY_RETRY_S,
            )
        self._open[household] += 1
        try:
            yield
        finally:
            self._open[household] -= 1
            if not self._open[household]:
                del self._open[household]


class EventsResponse(Response):
    """An answer that lasts. `last` is the `Last-Event-ID` of the request; `stop` ends it.

    `is_welcome` says whether the phone that signed for it still is; None: nobody signed.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        happenings: Happenings,
        streams: Streams,
        *,
        stranger: StrangerProtocol | None,
        last: str | None,
        is_welcome: Callable[[], bool] | None,
        stop: asyncio.Event,
    ) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._happenings = happenings
        self._streams = streams
        self._stranger = stranger
        self._last = last
        self._is_welcome = is_welcome or (lambda: True)
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the reader goes, the node stops or the time is over.

        Raises:
            RequestError: Too many listen already.
        """
        stranger = self._stranger
        household = None if stranger is None else household_of(stranger.address or "")
        with self._streams.opened(household):
            if stranger is not None:
                stranger.stay(LIFETIME_S)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            telling = self._tell(send)
            await run_until_over(telling, receive=receive, stop=self._stop, within_s=LIFETIME_S)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        """Send what happens; return once nobody reads it, or its phone is let in no more."""
        try:
            number = await self._begin(send)
            # A revocation is itself something that happens, so it is noticed with its arrival.
            while self._is_welcome():
                number = await self._go_on(send, number)
        except TimeoutError:
            if self._stranger is not None:
                self._stranger.cut()

    async def _begin(self, send: Send) -> int:
        """Send where the stream begins; return the number after which it goes on."""
        here = self._happenings
        number = here.number if self._last is None else _number_in(self._last, here.boot)
        # An id without data is no event, and from then on what a browser calls again with.
        beginning = f"retry: {RETRY_MS}\n" + _named(here.boot, max(number, 0)) + "\n"
        await _send(send, beginning.encode())
        return number

    async def _go_on(self, send: Send, number: int) -> int:
        """Send what came after a number, or that nothing did for a while; return the new one."""
        here = self._happenings
        missed = here.since(number)
        if missed is None:
            lost = f"event: lost\n{_named(here.boot, here.number)}data: {{}}\n\n"
            await _send(send, lost.encode())
            return here.number
        if missed:
            await _send(send, b"".join(_event(here.boot, one) for one in missed))
            return missed[-1].number
        try:
            async with asyncio.timeout(KEEPALIVE_S):
                await here.more(number)
        except TimeoutError:
            await _send(send, _KEEPALIVE)
        return number


async def _send(send: Send, chunk: bytes) -> None:
    """Send bytes.

    Raises:
        TimeoutError: The reader has not taken what was sent before.
    """
    async with asyncio.timeout(SEND_S):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


def _event(boot: str, happening: Happening) -> bytes:
    shown = {name: value for name, value in asdict(happening).items() if name != "number"}
    document = {name: value for name, value in shown.items() if value is not None}
    data = json.dumps(document, separators=(",", ":"))
    return f"{_named(boot, happening.number)}data: {data}\n\n".encode()


def _named(boot: str, number: int) -> str:
    return f"id: {boot}.{number}\n"


_NOT_OURS: Final = -1
"""A number that nothing has: whoever comes with it has missed something."""


def _number_in(last: str, boot: str) -> int:
    """Return the number in an id of this run of the node; `_NOT_OURS` in any other."""
    began, dot, digits = last.partition(".")
    is_ours = began == boot and dot and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if is_ours else _NOT_OURS
