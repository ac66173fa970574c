import socket
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256

import pytest

from meshnode.links.internet import peers as peers_module
from meshnode.links.internet.addresses import PeerUrl
from meshnode.links.internet.connection import Connection, Route
from meshnode.links.internet.context import tls_contexts
from meshnode.links.internet.greeting import Greeting
from meshnode.links.internet.peers import INBOUND_PEERS_MAX, REMEMBERED_PEERS_MAX, Peers
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.keys import PublicKey, SigningKey
from tests.unit.links.internet.support import CALM, NETWORK_KEY, key_number, keys_in_order

LOW, HIGH = keys_in_order()
SETTLED_S = CALM.settle_s


class Maker:
    """Makes connections over sockets that nobody uses."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._context = tls_contexts(LOW, NETWORK_KEY).caller

    def __call__(self, peer: bytes, *, is_dialled: bool) -> Connection:
        near, far = socket.socketpair()
        self._stack.callback(far.close)
        stream = TlsStream(near, self._context, is_server=False, silence_s=1.0)
        self._stack.callback(stream.close)
        route = Route("test:1", is_dialled=is_dialled)
        return Connection(stream, peer=PublicKey(peer), route=route, timing=CALM)


@pytest.fixture
def make() -> Iterator[Maker]:
    with ExitStack() as stack:
        yield Maker(stack)


def view(own: SigningKey) -> Peers:
    return Peers(own.public, CALM)


def test_the_lower_key_has_the_last_word() -> None:
    assert view(LOW).has_last_word(HIGH.public)
    assert not view(HIGH).has_last_word(LOW.public)


@pytest.mark.parametrize(
    ("own", "is_dialled", "age_s", "expected"),
    [
        (LOW, True, SETTLED_S, Greeting.DUPLICATE),
        (HIGH, True, SETTLED_S, Greeting.DUPLICATE),
        (LOW, False, SETTLED_S / 2, Greeting.DUPLICATE),
        (LOW, False, SETTLED_S, Greeting.YES),
        (HIGH, False, 0.0, Greeting.YES),
    ],
)
def test_a_second_connection_with_the_same_peer_is_judged_by_who_asks(
    make: Maker,
    own: SigningKey,
    is_dialled: bool,
    age_s: float,
    expected: Greeting,
) -> None:
    peer = HIGH if own is LOW else LOW
    peers = view(own)
    peers.take(make(peer.public, is_dialled=True), 100.0)
    candidate = make(peer.public, is_dialled=is_dialled)
    assert peers.verdict(candidate, 100.0 + age_s) is expected


def test_a_newer_connection_takes_the_name_and_ends_the_older(make: Maker) -> None:
    peers = view(LOW)
    first, second = (make(HIGH.public, is_dialled=False) for _ in range(2))
    peers.take(first, 0.0)
    peers.take(second, 10.0)
    assert second.link == first.link == f"internet:{HIGH.id.hex()}"
    assert first.end_reason == "replaced by a newer connection"
    peers.release(first)
    assert peers.find(HIGH.public) is second
    assert (second.connects, len(peers)) == (2, 1)


def test_callers_are_bounded_and_those_we_call_are_not(make: Maker) -> None:
    peers = view(LOW)
    for number in range(INBOUND_PEERS_MAX):
        peers.take(make(key_number(number + 100).public, is_dialled=False), 0.0)
    assert peers.verdict(make(HIGH.public, is_dialled=False), 1.0) is Greeting.FULL
    assert peers.verdict(make(HIGH.public, is_dialled=True), 1.0) is Greeting.YES
    returning = make(key_number(100).public, is_dialled=False)
    assert peers.verdict(returning, 1.0) is Greeting.YES


def test_a_forged_short_id_gets_a_longer_name(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    class SameBeginning:
        """SHA-256 as somebody sees it who tried keys until the first four bytes were equal."""

        def __init__(self, data: bytes) -> None:
            self._rest = sha256(data).hexdigest()[8:]

        def hexdigest(self) -> str:
            return "c0ffee00" + self._rest

    monkeypatch.setattr(peers_module, "sha256", SameBeginning)
    peers = view(LOW)
    first, second = make(HIGH.public, is_dialled=False), make(LOW.public, is_dialled=False)
    peers.take(first, 0.0)
    peers.take(second, 0.0)
    assert first.link == "internet:c0ffee00"
    assert second.link.startswith("internet:c0ffee00")
    assert len(second.link) == len(first.link) + 8
    assert peers.find_link(second.link) is second


def test_a_pin_finds_the_connection_of_its_node(make: Maker) -> None:
    peers = view(LOW)
    peers.take(make(HIGH.public, is_dialled=False), 0.0)
    assert peers.find_pinned(PeerUrl("a", 1, HIGH.id)) is peers.find(HIGH.public)
    assert peers.find_pinned(PeerUrl("a", 1, LOW.id)) is None
    assert peers.find_pinned(PeerUrl("a", 1)) is None


def test_connects_are_counted_for_a_bounded_number_of_keys(make: Maker) -> None:
    peers = view(LOW)
    key = HIGH.public
    for number in range(REMEMBERED_PEERS_MAX + 1):
        other = make((number + 1).to_bytes(32, "big"), is_dialled=True)
        peers.take(other, 0.0)
        peers.release(other)
    assert len(peers._connects) == REMEMBERED_PEERS_MAX
    assert peers.connects == REMEMBERED_PEERS_MAX + 1
    assert peers.find(key) is None
