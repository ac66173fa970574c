"""Calls one peer, again and again, and stays out of the way while that peer called us."""

import asyncio
import ssl
from typing import Final

from meshnode.links import Host, LinkState
from meshnode.links.internet.addresses import PeerUrl
from meshnode.links.internet.backoff import Backoff
from meshnode.links.internet.connection import Connection, Route
from meshnode.links.internet.introduction import agree, introduction
from meshnode.links.internet.peers import LINK_NAME, Peers
from meshnode.links.internet.sockets import connect, tune
from meshnode.links.internet.timing import Timing
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.keys import PublicKey, key_id
from meshnode.protocol.ports import Dice

_OWN_KEY: Final = (
    "answers with this node's own key: it is this node itself, or a copy of its card; "
    "take it off the list of peers"
)


class _OwnKey(LinkRefused):
    """We called ourselves."""


class Dialer:
    """Keeps one peer connected."""

    def __init__(
        self,
        url: PeerUrl,
        *,
        own: PublicKey,
        context: ssl.SSLContext,
        peers: Peers,
        dice: Dice,
        timing: Timing,
    ) -> None:
        self.name = f"{LINK_NAME}:{url.address}"
        self._url = url
        self._own = own
        self._context = context
        self._peers = peers
        self._dice = dice
        self._timing = timing
        self._backoff = Backoff(timing.first_retry_s, timing.longest_retry_s)
        self._failures = 0
        self._connects = 0
        self._last_seen: PublicKey | None = None

    async def run(self, host: Host) -> None:
        """Call until cancelled; return only if the address turned out to be our own."""
        while True:
            try:
                state, sentence = await self._once(host)
            except _OwnKey as error:
                self._report(host, "refused", str(error))
                return
            self._failures += 1
            delay_s = self._backoff.delay_s(self._failures, self._dice)
            self._report(host, state, f"{sentence}; next try in {max(round(delay_s), 1)} s")
            await asyncio.sleep(delay_s)

    async def _once(self, host: Host) -> tuple[str, str]:
        """Be connected once, by whatever way; return a state and a sentence when it is over."""
        held = self._held()
        if held is not None:
            self._report(host, "up", f"connected as {held.link}: {held.route.sentence}")
            await held.closed.wait()
            self._failures = 0
            return "waiting", f"disconnected: {held.end_reason}"
        try:
            return "waiting", f"disconnected: {await self._call(host)}"
        except LinkLost as error:
            return "waiting", str(error)
        except _OwnKey:
            raise
        except LinkRefused as error:
            return "refused", f"{self._url.address}: {error}"

    def _held(self) -> Connection | None:
        """Return the connection with our peer, whoever made it."""
        known = self._peers.find(self._last_seen) if self._last_seen else None
        return known or self._peers.find_pinned(self._url)

    async def _call(self, host: Host) -> str:
        """Connect, carry frames, and return why that ended."""
        self._report(host, "connecting", f"calling {self._url.address}")
        connection = await self._introduced()
        self._connects += 1
        self._report(host, "up", f"connected as {connection.link}")
        try:
            await connection.serve(host)
        finally:
            self._peers.release(connection)
        lived_s = asyncio.get_running_loop().time() - connection.since_s
        if lived_s >= self._timing.lasting_s:
            self._failures = 0
        return connection.end_reason

    async def _introduced(self) -> Connection:
        sock = await connect(self._url, timeout_s=self._timing.connect_s)
        tune(sock, silence_s=self._timing.silence_s)
        stream = TlsStream(sock, self._context, is_server=False, silence_s=self._timing.silence_s)
        route = Route(self._url.address, is_dialled=True)
        async with introduction(stream, self._timing):
            peer = await stream.handshake()
            self._check(peer)
            self._last_seen = peer
            return await agree(stream, peer, route, peers=self._peers, timing=self._timing)

    def _check(self, peer: PublicKey) -> None:
        if peer == self._own:
            raise _OwnKey(f"{self._url.address} {_OWN_KEY}")
        if not self._url.admits(peer):
            raise LinkRefused(
                f"the node that answers has the id {key_id(peer).hex()}, "
                f"not {self._url.pin.hex()} as set; correct the id or the address"
            )

    def _report(self, host: Host, state: str, sentence: str) -> None:
        host.report(self.name, LinkState(state, sentence, detail={"connects": self._connects}))
