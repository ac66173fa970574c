"""What the tests of the internet link share: a host that remembers, nodes, raw streams."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from meshnode.links import LinkState, Send
from meshnode.links.internet import InternetLink, ListenAddress, PeerUrl, Timing
from meshnode.links.internet.context import tls_contexts
from meshnode.links.internet.sockets import tune
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.priority import Priority
from tests.patience import ANSWER_S

FULL_S = 1.0
"""When the system has taken no frame for so long, its buffers are full."""
NETWORK_KEY = bytes(range(32))
OTHER_NETWORK_KEY = bytes(range(1, 33))

CALM = Timing(
    connect_s=5.0,
    handshake_s=5.0,
    keepalive_s=2.0,
    silence_s=8.0,
    first_retry_s=0.05,
    longest_retry_s=0.2,
    lasting_s=0.3,
    settle_s=0.2,
    farewell_s=1.0,
    accept_pause_s=0.05,
)
"""Tries again at once; never mistakes a busy test machine for a dead peer."""

HASTY = replace(CALM, handshake_s=0.4, keepalive_s=0.1, silence_s=0.5)
"""For tests in which somebody is silent on purpose."""


def in_time(test: Coroutine[object, object, None]) -> None:
    """Run a test's coroutine, but not forever."""

    async def bounded() -> None:
        async with asyncio.timeout(5 * ANSWER_S):
            await test

    asyncio.run(bounded())


def key_number(number: int) -> SigningKey:
    return SigningKey(number.to_bytes(32, "big"))


def keys_in_order(low: int = 1, high: int = 2) -> tuple[SigningKey, SigningKey]:
    """Two keys, the one with the last word first."""
    first, second = sorted((key_number(low), key_number(high)), key=lambda key: key.public)
    return first, second


class RecordingHost:
    """Remembers everything, in order, and wakes whoever waits for something to be so."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []
        self.sends: dict[str, Send] = {}
        self.media: dict[str, Medium] = {}
        self.frames: list[bytes] = []
        self.outcomes: dict[int, Outcome] = {}
        self.states: dict[str, LinkState] = {}
        self.history: list[tuple[str, LinkState]] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self._changed = asyncio.Event()

    async def link_up(self, link: str, medium: Medium, send: Send) -> None:
        assert link not in self.sends, "a link came up twice"
        self.sends[link] = send
        self.media[link] = medium
        self._note("up", link)

    async def link_down(self, link: str, reason: str) -> None:
        del self.sends[link]
        self._note("down", link, reason)

    async def frame_received(self, link: str, frame: bytes, snr_db: float | None) -> None:
        assert link in self.sends
        assert snr_db is None
        await self.reading.wait()
        self.frames.append(frame)
        self._note("frame", link, len(frame))

    async def transmit_done(
        self, link: str, token: int, outcome: Outcome, retry_after_ms: int
    ) -> None:
        assert link in self.sends, "an answer after the link went down"
        assert token not in self.outcomes, "a token was answered twice"
        self.outcomes[token] = outcome
        self._note("done", link, token, outcome)

    async def channel_utilisation(self, link: str, percent: float) -> None:
        raise AssertionError("a stream has no channel")

    def report(self, link: str, state: LinkState) -> None:
        self.states[link] = state
        self.history.append((link, state))
        self._changed.set()

    def _note(self, *event: object) -> None:
        self.events.append(event)
        self._changed.set()

    def count(self, kind: str) -> int:
        return sum(event[0] == kind for event in self.events)

    @property
    def links(self) -> list[str]:
        return list(self.sends)

    def sentence(self, link: str) -> str:
        return self.states[link].sentence if link in self.states else ""

    def has_said(self, link: str, words: str) -> bool:
        return any(words in state.sentence for name, state in self.history if name == link)

    async def until(self, is_so: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                while not is_so():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"never so; {self.events[-20:]} {self.states}") from None


@dataclass
class Node:
    """A link with its host."""

    key: SigningKey
    listen: tuple[ListenAddress, ...] = (ListenAddress("127.0.0.1", 0),)
    peers: tuple[PeerUrl, ...] = ()
    network_key: bytes = NETWORK_KEY
    timing: Timing = CALM
    host: RecordingHost = field(default_factory=RecordingHost)

    def __post_init__(self) -> None:
        self.link = InternetLink(
            listen=self.listen,
            peers=self.peers,
            key=self.key,
            network_key=self.network_key,
            dice=random.Random(int.from_bytes(self.key.id, "big")),
            timing=self.timing,
        )

    @property
    def name(self) -> str:
        """Under which others see this node."""
        return f"internet:{self.key.id.hex()}"

    @property
    def port(self) -> int:
        port = self.link.listening_port
        assert port is not None
        return port

    def url(self, pin: bytes = b"") -> PeerUrl:
        return PeerUrl("127.0.0.1", self.port, pin)

    async def sent_within(self, other: "Node", frame: bytes, *, token: int, wait_s: float) -> bool:
        """Send a frame; return whether it was answered in this time."""
        self.send(other, frame, token)
        try:
            async with asyncio.timeout(wait_s):
                await self.host.until(lambda: token in self.host.outcomes)
        except TimeoutError:
            return False
        return True

    async def until_linked(self, *others: "Node") -> None:
        names = {other.name for other in others}
        await self.host.until(lambda: set(self.host.sends) == names)

    def send(self, other: "Node", frame: bytes, token: int) -> None:
        self.host.sends[other.name](frame, Priority.ORDINARY, token)


@asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    """Run the links of `nodes`; those that listen do so by the time this yields."""
    tasks = [asyncio.create_task(node.link.run(node.host)) for node in nodes]
    try:
        for node in nodes:
            await node.host.until(lambda node=node: is_settled(node))
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if not isinstance(result, asyncio.CancelledError):
            raise AssertionError(f"a link ended by itself: {result!r}")


def is_settled(node: Node) -> bool:
    state = node.host.states.get("internet")
    return state is not None and state.state == "up"


def caller(port: int, *, url_host: str = "127.0.0.1") -> tuple[PeerUrl, ...]:
    return (PeerUrl(url_host, port),)


async def raw_connection(port: int) -> socket.socket:
    sock = socket.socket()
    tune(sock, silence_s=60.0)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return sock


async def raw_peer(
    port: int, key: SigningKey, network_key: bytes = NETWORK_KEY, silence_s: float = ANSWER_S
) -> TlsStream:
    """A caller after the handshake and before the greeting, to misbehave with."""
    sock = await raw_connection(port)
    context = tls_contexts(key, network_key).caller
    stream = TlsStream(sock, context, is_server=False, silence_s=silence_s)
    await stream.handshake()
    return stream


def free_port() -> int:
    """A port on which nobody listens, for a moment at least."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port
