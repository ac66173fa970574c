"""The internet link: listeners and dialers under one roof, each peer a link of its own."""

import asyncio
from collections.abc import Iterable

from meshnode.links import Host, LinkState
from meshnode.links.internet.addresses import ListenAddress, PeerUrl
from meshnode.links.internet.context import tls_contexts
from meshnode.links.internet.dialer import Dialer
from meshnode.links.internet.listener import Callers, Listener
from meshnode.links.internet.peers import LINK_NAME, Peers
from meshnode.links.internet.timing import Timing
from meshnode.protocol.errors import LinkRefused
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.ports import Dice


class InternetLink:
    """Connects this node with others of its community over TLS.

    `key` is the node's identity, `network_key` the community's 32 secret bytes; neither is kept
    beyond the TLS settings made from them. Peers appear at the host as `internet:` and the
    short id of their key, dial targets as `internet:HOST:PORT` in reports only.
    """

    name = LINK_NAME

    def __init__(
        self,
        *,
        listen: Iterable[ListenAddress],
        peers: Iterable[PeerUrl],
        key: SigningKey,
        network_key: bytes,
        dice: Dice,
        timing: Timing | None = None,
    ) -> None:
        timing = timing or Timing()
        contexts = tls_contexts(key, network_key)
        self._peers = Peers(key.public, timing)
        self._callers = Callers()
        self._listeners = tuple(
            Listener(
                address,
                own=key.public,
                context=contexts.listener,
                peers=self._peers,
                callers=self._callers,
                dice=dice,
                timing=timing,
            )
            for address in listen
        )
        self._dialers = tuple(
            Dialer(
                url,
                own=key.public,
                context=contexts.caller,
                peers=self._peers,
                dice=dice,
                timing=timing,
            )
            for url in peers
        )

    @property
    def listening_port(self) -> int | None:
        """The port of the first address that is listened on right now; None if there is none."""
        return next((each.port for each in self._listeners if each.port is not None), None)

    async def run(self, host: Host) -> None:
        """Serve until cancelled.

        Raises:
            LinkRefused: There is nobody to call and nowhere to be called.
        """
        if not self._listeners and not self._dialers:
            raise LinkRefused(
                "the internet link has nothing to do: give it an address to listen on "
                "(--listen :4480) or a peer to call (--peer tls://node.example.org:4480)"
            )

        def report() -> None:
            host.report(self.name, self._state())

        async with asyncio.TaskGroup() as tasks:
            report()
            for listener in self._listeners:
                tasks.create_task(listener.run(host, tasks, report))
            for dialer in self._dialers:
                tasks.create_task(dialer.run(host))
            # A dialer that called its own node returns; the link stays until it is cancelled.
            await asyncio.get_running_loop().create_future()

    def close_peer(self, link: str, reason: str) -> None:
        """Hang up on one peer; unknown names are ignored."""
        connection = self._peers.find_link(link)
        if connection is not None:
            connection.end(reason)

    def _state(self) -> LinkState:
        callers, peers = self._callers, self._peers
        detail: dict[str, str | int | float] = {
            "peers": len(peers),
            "connects": peers.connects,
            "refused": callers.refused,
            "unfinished": callers.unfinished,
            "turned_away": callers.turned_away,
            "bytes_in": peers.bytes_in,
            "bytes_out": peers.bytes_out,
        }
        if callers.last_refused:
            detail["last_refused"] = callers.last_refused
        waiting = [each.state for each in self._listeners if each.state != "up"]
        sentences = [each.sentence for each in self._listeners]
        sentence = "; ".join(sentences) or "not listening; only calling others"
        return LinkState(waiting[0] if waiting else "up", sentence, detail=detail)
