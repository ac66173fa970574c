"""Takes calls on one address. A caller costs little until it has shown who it is."""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from meshnode.links import Host
from meshnode.links.internet.addresses import ListenAddress, join_address
from meshnode.links.internet.backoff import Backoff
from meshnode.links.internet.connection import Connection, Route
from meshnode.links.internet.greeting import Greeting, Unwanted
from meshnode.links.internet.introduction import agree, introduction
from meshnode.links.internet.peers import Peers
from meshnode.links.internet.sockets import open_listener, plain, tune
from meshnode.links.internet.timing import Timing
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.ports import Dice

HANDSHAKES_MAX: Final = 64
"""Callers in handshake at a time; each holds a socket and some 50 kB of TLS at most."""

HANDSHAKES_PER_SOURCE_MAX: Final = 8
"""Of those, from one address (IPv6: one /64): several nodes may share one, a flooder has one."""

_IPV6_SITE_BITS: Final = 64


@dataclass(slots=True)
class Callers:
    """Who stands at the door, for all listeners together."""

    refused: int = 0
    """Strangers, and peers for whom there was no room."""
    unfinished: int = 0
    """Those who left, broke off or said nothing."""
    turned_away: int = 0
    """Those who met a bound on handshakes."""
    last_refused: str = ""
    _by_source: Counter[str] = field(default_factory=Counter)

    def enter(self, source: str) -> bool:
        """Count a caller in; return False, without counting it in, if there are too many."""
        is_too_many = (
            self._by_source.total() >= HANDSHAKES_MAX
            or self._by_source[source] >= HANDSHAKES_PER_SOURCE_MAX
        )
        if is_too_many:
            self.turned_away += 1
            return False
        self._by_source[source] += 1
        return True

    def leave(self, source: str) -> None:
        """Count a caller out."""
        self._by_source[source] -= 1
        if not self._by_source[source]:
            del self._by_source[source]

    def note_failure(self, address: str, error: LinkLost | LinkRefused) -> None:
        """Count a handshake that led to nothing."""
        if isinstance(error, Unwanted) and error.answer is Greeting.DUPLICATE:
            return
        if isinstance(error, (LinkRefused, Unwanted)):
            self.refused += 1
            self.last_refused = f"{address}: {error}"
        else:
            self.unfinished += 1


class Listener:
    """One listening address. `state` and `sentence` say how it is; `on_change` hears of it."""

    def __init__(
        self,
        address: ListenAddress,
        *,
        own: PublicKey,
        context: ssl.SSLContext,
        peers: Peers,
        callers: Callers,
        dice: Dice,
        timing: Timing,
    ) -> None:
        self.state = "connecting"
        self.sentence = f"about to listen on {address}"
        self.port: int | None = None
        self._address = address
        self._own = own
        self._context = context
        self._peers = peers
        self._callers = callers
        self._dice = dice
        self._timing = timing

    async def run(
        self, host: Host, tasks: asyncio.TaskGroup, on_change: Callable[[], None]
    ) -> None:
        """Listen until cancelled; each caller becomes one of `tasks`."""
        with await self._opened(on_change) as sock:
            self.port = sock.getsockname()[1]
            self.state = "up"
            self.sentence = f"listening on {_where(self._address.host, self.port)}"
            on_change()
            try:
                while True:
                    await self._accept(sock, host, tasks, on_change)
            finally:
                self.port = None

    async def _opened(self, on_change: Callable[[], None]) -> socket.socket:
        """Return the listening socket, as soon as the system lets us have it.

        At start the address may not be there yet, and an old process may still hold the port.
        """
        backoff = Backoff(self._timing.first_retry_s, self._timing.longest_retry_s)
        failures = 0
        while True:
            try:
                return await open_listener(self._address)
            except OSError as error:
                failures += 1
                delay_s = backoff.delay_s(failures, self._dice)
                self.state = "waiting"
                self.sentence = (
                    f"cannot listen on {self._address}: {plain(error)}; "
                    f"next try in {max(round(delay_s), 1)} s"
                )
            on_change()
            await asyncio.sleep(delay_s)

    async def _accept(
        self,
        listening: socket.socket,
        host: Host,
        tasks: asyncio.TaskGroup,
        on_change: Callable[[], None],
    ) -> None:
        try:
            sock, name = await asyncio.get_running_loop().sock_accept(listening)
        except OSError:  # The caller is gone already, or there are no file descriptors left.
            await asyncio.sleep(self._timing.accept_pause_s)
            return
        caller = host_of(name[0])
        source = source_of(caller)
        if not self._callers.enter(source):
            sock.close()
            await asyncio.sleep(0)  # An accept that need not wait does not yield.
            return
        tasks.create_task(
            self._answer(sock, source, join_address(caller, name[1]), host, on_change)
        )

    async def _answer(
        self,
        sock: socket.socket,
        source: str,
        address: str,
        host: Host,
        on_change: Callable[[], None],
    ) -> None:
        try:
            connection = await self._introduced(sock, Route(address, is_dialled=False))
        except (LinkLost, LinkRefused) as error:
            self._callers.note_failure(address, error)
            on_change()
            return
        finally:
            self._callers.leave(source)
        on_change()
        try:
            await connection.serve(host)
        finally:
            self._peers.release(connection)
        on_change()

    async def _introduced(self, sock: socket.socket, route: Route) -> Connection:
        tune(sock, silence_s=self._timing.silence_s)
        stream = TlsStream(sock, self._context, is_server=True, silence_s=self._timing.silence_s)
        async with introduction(stream, self._timing):
            peer = await stream.handshake()
            if peer == self._own:
                raise LinkLost("this node called itself")
            return await agree(stream, peer, route, peers=self._peers, timing=self._timing)


def host_of(address: str) -> str:
    """Return how people know a caller: on a socket for both, IPv4 looks like IPv6."""
    return address.removeprefix("::ffff:")


def source_of(host: str) -> str:
    """Return for whom callers from `host` are counted: itself, for IPv6 its network."""
    ip = ip_address(host.partition("%")[0])
    return host if ip.version == 4 else f"{int(ip) >> _IPV6_SITE_BITS:x}/64"


def _where(host: str, port: int) -> str:
    return join_address(host, port) if host else f"port {port} of all addresses"
