"""Who we are connected with: one connection a peer, and a bound on those who called us.

Decides without waiting, so that no two connections are judged by the same state of affairs.
Times come in as seconds of the event loop.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from meshnode.links.internet.addresses import PeerUrl
from meshnode.links.internet.connection import Connection
from meshnode.links.internet.greeting import Greeting
from meshnode.links.internet.timing import Timing
from meshnode.protocol.keys import PublicKey

INBOUND_PEERS_MAX: Final = 64
"""More neighbours than a neighbourhood has nodes; one connection took 13 to 55 kB when measured."""

REMEMBERED_PEERS_MAX: Final = 256
"""Whose connects are counted on; who holds the network key could invent keys without end."""

LINK_NAME: Final = "internet"
_SHORT_ID_DIGITS: Final = 8


class Peers:
    """The connections that are up or about to be."""

    def __init__(self, own: PublicKey, timing: Timing) -> None:
        self._own = own
        self._timing = timing
        self._by_key: dict[PublicKey, Connection] = {}
        self._connects: Counter[PublicKey] = Counter()
        self._ended_bytes_in = 0
        self._ended_bytes_out = 0
        self.connects = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._by_key.values())

    def find(self, peer: PublicKey) -> Connection | None:
        """Return the connection with the holder of this key."""
        return self._by_key.get(peer)

    def find_pinned(self, url: PeerUrl) -> Connection | None:
        """Return a connection with the one node that `url` pins, if it pins one."""
        if not url.pin:
            return None
        return next((each for each in self if url.admits(each.peer)), None)

    def find_link(self, link: str) -> Connection | None:
        """Return the connection that is known under this name."""
        return next((each for each in self if each.link == link), None)

    def has_last_word(self, peer: PublicKey) -> bool:
        """Return whether we decide which connection of the two of us stays."""
        return self._own < peer

    def verdict(self, candidate: Connection, now_s: float) -> Greeting:
        """Return what we say to a connection that stands but is not ours yet.

        A caller without the last word has no connection in its view, or would not ask: what we
        hold is half dead and gives way, unless it is so young that the two were made together.
        """
        held = self._by_key.get(candidate.peer)
        if held is None:
            return Greeting.FULL if self._is_too_many(candidate) else Greeting.YES
        if candidate.route.is_dialled:
            return Greeting.DUPLICATE
        is_settled = now_s - held.since_s >= self._timing.settle_s
        if self.has_last_word(candidate.peer) and not is_settled:
            return Greeting.DUPLICATE
        return Greeting.YES

    def take(self, connection: Connection, now_s: float) -> None:
        """Hold `connection`; the one held before with the same peer ends."""
        held = self._by_key.get(connection.peer)
        connection.link = held.link if held else self._free_name(connection.peer)
        connection.since_s = now_s
        connection.connects = self._count_connect(connection.peer)
        connection.replaces = held
        self._by_key[connection.peer] = connection
        if held is not None:
            held.end("replaced by a newer connection")

    def release(self, connection: Connection) -> None:
        """Let go of a connection that has ended."""
        self._ended_bytes_in += connection.stream.bytes_in
        self._ended_bytes_out += connection.stream.bytes_out
        if self._by_key.get(connection.peer) is connection:
            del self._by_key[connection.peer]

    def abandon(self, connection: Connection) -> None:
        """Let go of a connection that broke before it was served; nothing if we never took it."""
        if self._by_key.get(connection.peer) is connection:
            self.release(connection)
            connection.abandon()

    @property
    def bytes_in(self) -> int:
        """Bytes received from all peers so far, TLS included."""
        return self._ended_bytes_in + sum(each.stream.bytes_in for each in self)

    @property
    def bytes_out(self) -> int:
        """Bytes sent to all peers so far, TLS included."""
        return self._ended_bytes_out + sum(each.stream.bytes_out for each in self)

    def _is_too_many(self, candidate: Connection) -> bool:
        if candidate.route.is_dialled:
            return False  # The operator named them one by one.
        return sum(not each.route.is_dialled for each in self) >= INBOUND_PEERS_MAX

    def _count_connect(self, peer: PublicKey) -> int:
        self.connects += 1
        count = self._connects.pop(peer, 0) + 1
        self._connects[peer] = count  # Back at the end: the first one is the longest unseen.
        if len(self._connects) > REMEMBERED_PEERS_MAX:
            del self._connects[next(iter(self._connects))]
        return count

    def _free_name(self, peer: PublicKey) -> str:
        """Return `internet:` and the short id; more digits where somebody forged the same one."""
        digits = sha256(peer).hexdigest()
        taken = {each.link for each in self}
        lengths = range(_SHORT_ID_DIGITS, len(digits) + 1, _SHORT_ID_DIGITS)
        names = [f"{LINK_NAME}:{digits[:length]}" for length in lengths]
        return next(name for name in names if name not in taken)
