"""What the internet does to a link, and what strangers and broken peers do to a listener."""

import asyncio
import os
import random
import resource
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace

import pytest

from meshnode.links.internet import ListenAddress, Timing
from meshnode.links.internet import peers as peers_module
from meshnode.links.internet.context import tls_contexts
from meshnode.links.internet.listener import HANDSHAKES_PER_SOURCE_MAX
from meshnode.links.internet.peers import INBOUND_PEERS_MAX
from meshnode.links.internet.stream_frames import KEEPALIVE, encode_frame
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkRefused
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Outcome
from meshnode.protocol.priority import Priority
from tests.faults.cutting_proxy import Proxy, cut_after, flip_at, unharmed
from tests.patience import ANSWER_S
from tests.unit.links.internet.support import (
    CALM,
    FULL_S,
    HASTY,
    NETWORK_KEY,
    OTHER_NETWORK_KEY,
    Node,
    caller,
    free_port,
    in_time,
    key_number,
    keys_in_order,
    raw_connection,
    raw_peer,
    running,
)

LOW, HIGH = keys_in_order()
BOTH_ORDERS = pytest.mark.parametrize(("answering", "calling"), [(LOW, HIGH), (HIGH, LOW)])
YES = b"\x01"


@asynccontextmanager
async def through_proxy(
    answering: SigningKey = LOW,
    calling: SigningKey = HIGH,
    timing: Timing = CALM,
) -> AsyncIterator[tuple[Node, Node, Proxy]]:
    near = Node(answering, timing=timing)
    async with running(near), Proxy(near.port).running() as proxy:
        far = Node(calling, (), caller(proxy.address), timing=timing)
        async with running(far):
            yield near, far, proxy


async def until_both_linked(near: Node, far: Node) -> None:
    await asyncio.gather(near.until_linked(far), far.until_linked(near))


async def fill_the_line(one: Node, other: Node, *, first_token: int) -> int:
    """Send until the system takes no more, and one frame on top; return the last token."""
    token = first_token
    frame = bytes(STREAM_FRAME_BYTES_MAX)
    while await one.sent_within(other, frame, token=token, wait_s=FULL_S):
        token += 1
    one.send(other, frame, token + 1)
    return token + 1


@BOTH_ORDERS
def test_a_cut_in_mid_frame_loses_what_was_under_way_and_nothing_else(answering, calling) -> None:
    async def test() -> None:
        async with through_proxy(answering, calling) as (near, far, proxy):
            await until_both_linked(near, far)
            far.send(near, b"before", 1)
            await near.host.until(lambda: near.host.frames == [b"before"])
            proxy.flowing.clear()
            last = 1 + await fill_the_line(far, near, first_token=2)
            proxy.upward = cut_after(20_000)
            proxy.flowing.set()
            await far.host.until(lambda: far.host.count("down") == 1)
            await near.host.until(lambda: near.host.count("down") == 1)
            assert near.host.frames == [b"before"]
            far_outcomes = [far.host.outcomes[token] for token in range(1, last)]
            assert set(far_outcomes) == {Outcome.SENT, Outcome.LOST}
            assert far_outcomes == sorted(far_outcomes, key=lambda end: end is Outcome.LOST)
            proxy.upward = unharmed
            await until_both_linked(near, far)
            far.send(near, b"after", last)
            await near.host.until(lambda: near.host.frames == [b"before", b"after"])

    in_time(test())


def test_cuts_at_random_places_never_deliver_half_a_frame_or_lose_count() -> None:
    dice = random.Random(20)

    async def test() -> None:
        async with through_proxy() as (near, far, proxy):
            token = 0
            sent: list[bytes] = []
            for _ in range(8):
                await until_both_linked(near, far)
                proxy.upward = cut_after(dice.randrange(1_500, 60_000))
                proxy.downward = cut_after(dice.randrange(1_500, 60_000))
                downs = far.host.count("down")
                while far.host.count("down") == downs and far.host.sends:
                    token += 1
                    sent.append(token.to_bytes(4, "big") + dice.randbytes(dice.randrange(9_000)))
                    far.send(near, sent[-1], token)
                    await far.host.until(
                        lambda token=token, downs=downs: (
                            token in far.host.outcomes or far.host.count("down") > downs
                        )
                    )
                proxy.upward = proxy.downward = unharmed
            assert set(far.host.outcomes) == set(range(1, token + 1))
            assert near.host.frames == [frame for frame in sent if frame in near.host.frames]
            assert len(near.host.frames) > 8

    in_time(test())


def test_a_line_that_goes_silent_is_noticed_on_both_sides_and_comes_back() -> None:
    async def test() -> None:
        async with through_proxy(timing=HASTY) as (near, far, proxy):
            await until_both_linked(near, far)
            proxy.flowing.clear()
            for one, other in ((near, far), (far, near)):
                await one.host.until(lambda one=one: one.host.count("down") >= 1)
                down = ("down", other.name, "nothing was heard for 0.5 s")
                assert down in one.host.events
            proxy.flowing.set()
            await until_both_linked(near, far)

    in_time(test())


@BOTH_ORDERS
def test_a_reconnect_replaces_the_half_dead_connection(answering, calling) -> None:
    async def test() -> None:
        async with through_proxy(answering, calling) as (near, far, proxy):
            await until_both_linked(near, far)
            await asyncio.sleep(CALM.settle_s)
            proxy.abandon_listeners()
            await near.host.until(lambda: near.host.count("up") == 2)
            await until_both_linked(near, far)
            kinds = [event[0] for event in near.host.events]
            assert kinds == ["up", "down", "up"]
            assert near.host.events[1][2] == "replaced by a newer connection"
            far.send(near, b"here again", 1)
            await near.host.until(lambda: near.host.frames == [b"here again"])

    in_time(test())


def test_damage_on_the_line_ends_the_connection_and_reaches_nobody() -> None:
    async def test() -> None:
        async with through_proxy() as (near, far, proxy):
            await until_both_linked(near, far)
            proxy.upward = flip_at(10_000)
            far.send(near, bytes(30_000), 1)
            await near.host.until(lambda: near.host.count("down") == 1)
            await far.host.until(lambda: far.host.count("down") == 1)
            assert "bad record mac" in str(near.host.events[-1][2])
            assert near.host.frames == []
            proxy.upward = unharmed
            await until_both_linked(near, far)

    in_time(test())


def test_damage_anywhere_in_the_handshake_only_costs_time() -> None:
    async def test() -> None:
        async with through_proxy(timing=HASTY) as (near, far, proxy):
            for offset in (0, 200, 500, 900):
                await until_both_linked(near, far)
                ups = near.host.count("up")
                calls = proxy.calls
                proxy.upward = proxy.downward = flip_at(offset)
                proxy.cut_all()
                # At least one call was damaged; whatever it led to, a good one follows.
                await far.host.until(lambda calls=calls: proxy.calls > calls)
                await asyncio.sleep(0.05)
                proxy.upward = proxy.downward = unharmed
                await near.host.until(lambda ups=ups: near.host.count("up") > ups)
            await until_both_linked(near, far)
            assert near.host.frames == far.host.frames == []

    in_time(test())


def refusing(near: Node, counter: str) -> int:
    return int(near.host.states["internet"].detail[counter])


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\nHost: node\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        random.Random(1).randbytes(4_000),
        b"\x16\x03\x01\x00\x05" + bytes(5),
        b"\x16\x03\x01\xff\xff",
    ],
)
def test_a_caller_that_talks_nonsense_is_hung_up_on(nonsense: bytes) -> None:
    async def test() -> None:
        near = Node(LOW, timing=HASTY)
        async with running(near):
            loop = asyncio.get_running_loop()
            with await raw_connection(near.port) as sock:
                await loop.sock_sendall(sock, nonsense)
                while await loop.sock_recv(sock, 4096):
                    pass
            await near.host.until(
                lambda: refusing(near, "refused") + refusing(near, "unfinished") == 1
            )
            far = Node(HIGH, (), caller(near.port))
            async with running(far):
                await near.until_linked(far)

    in_time(test())


def test_a_tls_client_without_our_certificate_learns_nothing_and_is_counted() -> None:
    async def test() -> None:
        near = Node(LOW)
        async with running(near):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            reader, writer = await asyncio.open_connection("127.0.0.1", near.port, ssl=context)
            with pytest.raises(ssl.SSLError, match="certificate required"):
                await reader.read()
            writer.close()
            with suppress(ssl.SSLError):
                await writer.wait_closed()
            await near.host.until(lambda: refusing(near, "refused") == 1)
            assert near.host.count("up") == 0

    in_time(test())


def test_a_refused_caller_hears_why_even_if_it_goes_on_talking() -> None:
    async def test() -> None:
        near = Node(LOW)
        async with running(near):
            context = tls_contexts(HIGH, OTHER_NETWORK_KEY).caller
            context.verify_mode = ssl.CERT_NONE
            sock = await raw_connection(near.port)
            stream = TlsStream(sock, context, is_server=False, silence_s=5.0)
            await stream.handshake()
            # The first byte may overtake the verdict, the second would cause a reset of a closed
            # socket, the third would meet it.
            for _ in range(3):
                await stream.write(YES)
                await asyncio.sleep(CALM.farewell_s / 8)
            with pytest.raises(LinkRefused, match="not of our community"):
                await stream.read()
            stream.close()

    in_time(test())


def test_a_member_that_speaks_another_version_is_told_to_update() -> None:
    async def test() -> None:
        near = Node(LOW)
        async with running(near):
            context = tls_contexts(HIGH, NETWORK_KEY).caller
            context.set_alpn_protocols(["meshnode/99"])
            sock = await raw_connection(near.port)
            stream = TlsStream(sock, context, is_server=False, silence_s=5.0)
            with pytest.raises(LinkRefused, match="does not speak meshnode/1; update"):
                await stream.handshake()
            stream.close()
            await near.host.until(lambda: refusing(near, "refused") == 1)
            assert "update" in str(near.host.states["internet"].detail["last_refused"])

    in_time(test())


def test_silent_callers_cannot_hold_the_door_for_long() -> None:
    async def test() -> None:
        # All of them are there, and one more comes, before the first is hung up on.
        near = Node(LOW, timing=replace(HASTY, handshake_s=3.0))
        async with running(near):
            held = [await raw_connection(near.port) for _ in range(HANDSHAKES_PER_SOURCE_MAX)]
            loop = asyncio.get_running_loop()
            with await raw_connection(near.port) as one_more:
                assert await loop.sock_recv(one_more, 1) == b""
            far = Node(HIGH, (), caller(near.port))
            async with running(far):
                await near.until_linked(far)
            for sock in held:
                with sock:
                    assert await loop.sock_recv(sock, 1) == b""
            assert refusing(near, "turned_away") >= 1

    in_time(test())


async def greeted(stream: TlsStream) -> TlsStream:
    """Finish the greeting, whoever has the last word."""
    await stream.write(YES)
    assert await stream.read(1) == YES
    return stream


def test_a_length_beyond_the_bound_ends_the_connection() -> None:
    async def test() -> None:
        near = Node(LOW)
        async with running(near):
            stream = await greeted(await raw_peer(near.port, HIGH))
            await stream.write(encode_frame(b"good") + b"\x01\x00\x01")
            await near.host.until(lambda: near.host.count("down") == 1)
            assert near.host.frames == [b"good"]
            assert "frame_too_long" in str(near.host.events[-1][2])
            stream.close()

    in_time(test())


def test_a_greeting_that_nobody_knows_is_refused() -> None:
    async def test() -> None:
        near = Node(LOW)
        async with running(near):
            stream = await raw_peer(near.port, HIGH)
            await stream.write(b"\x2a")
            await near.host.until(lambda: refusing(near, "refused") == 1)
            assert "0x2a" in str(near.host.states["internet"].detail["last_refused"])
            stream.close()

    in_time(test())


@pytest.mark.parametrize("has_greeted", [True, False])
def test_a_peer_that_falls_silent_is_noticed(has_greeted: bool) -> None:
    async def test() -> None:
        near = Node(LOW, timing=HASTY)
        async with running(near):
            stream = await raw_peer(near.port, HIGH)
            if has_greeted:
                await greeted(stream)
                await near.host.until(lambda: near.host.count("down") == 1)
                assert "nothing was heard" in str(near.host.events[-1][2])
            else:
                await near.host.until(lambda: refusing(near, "unfinished") == 1)
                assert near.host.count("up") == 0
            stream.close()

    in_time(test())


def test_a_peer_that_does_not_read_is_noticed() -> None:
    async def test() -> None:
        near = Node(LOW, timing=replace(HASTY, silence_s=2.0))
        async with running(near):
            stream = await greeted(await raw_peer(near.port, HIGH))
            await near.host.until(lambda: near.host.count("up") == 1)
            alive = asyncio.create_task(keep_alive(stream))
            send = near.host.sends[near.host.links[0]]
            token = 0
            while Outcome.LOST not in near.host.outcomes.values():
                send(bytes(STREAM_FRAME_BYTES_MAX), Priority.ORDINARY, token)
                await near.host.until(lambda token=token: token in near.host.outcomes)
                token += 1
            await near.host.until(lambda: near.host.count("down") == 1)
            assert near.host.events[-1][2] == "the other side took nothing for 2 s"
            assert near.host.outcomes[token - 1] is Outcome.LOST
            alive.cancel()
            await asyncio.gather(alive, return_exceptions=True)
            stream.close()

    in_time(test())


async def keep_alive(stream: TlsStream) -> None:
    while True:
        await stream.write(KEEPALIVE)
        await asyncio.sleep(HASTY.keepalive_s)


@BOTH_ORDERS
def test_more_peers_than_there_is_room_for_are_told_so(answering, calling) -> None:
    async def test() -> None:
        near = Node(answering)
        async with running(near), AsyncExitStack() as stack:
            for number in range(100, 100 + INBOUND_PEERS_MAX):
                key = key_number(number)
                stream = await raw_peer(near.port, key)
                stack.callback(stream.close)
                await greeted(stream)
            await near.host.until(lambda: len(near.host.sends) == INBOUND_PEERS_MAX)
            far = Node(calling, (), caller(near.port))
            async with running(far):
                dial = f"internet:127.0.0.1:{near.port}"
                await far.host.until(lambda: "as many peers as it takes" in far.host.sentence(dial))
                assert far.host.states[dial].state == "waiting"
                near.link.close_peer(near.host.links[0], "to make room")
                await near.host.until(lambda: far.name in near.host.sends)

    in_time(test())


def test_the_last_place_is_given_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers_module, "INBOUND_PEERS_MAX", 1)

    async def test() -> None:
        callers = [key_number(number) for number in (1, 2)]
        highest = max(map(key_number, range(1, 40)), key=lambda key: key.public)
        near = Node(highest)
        async with running(near):
            streams = [await raw_peer(near.port, key) for key in callers]
            for stream in streams:
                assert await stream.read(1) == YES
            for stream in streams:
                await stream.write(YES)
            await near.host.until(lambda: refusing(near, "refused") == 1)
            await near.host.until(lambda: near.host.count("up") == 1)
            assert len(near.host.sends) == 1
            for stream in streams:
                stream.close()

    in_time(test())


def test_two_nodes_calling_each_other_over_bad_lines_end_with_one_connection() -> None:
    dice = random.Random(7)

    async def test() -> None:
        async with AsyncExitStack() as stack:
            ports = free_port(), free_port()
            proxies = [
                await stack.enter_async_context(Proxy(port).running()) for port in reversed(ports)
            ]
            nodes = [
                Node(key, (ListenAddress("127.0.0.1", port),), caller(proxy.address))
                for key, port, proxy in zip((LOW, HIGH), ports, proxies, strict=True)
            ]
            await stack.enter_async_context(running(*nodes))
            for _ in range(5):
                await until_both_linked(*nodes)
                dice.choice([Proxy.cut_all, Proxy.abandon_listeners])(dice.choice(proxies))
                await asyncio.sleep(dice.uniform(0, 1.2 * CALM.settle_s))
            await until_both_linked(*nodes)
            await until_nothing_moves(*nodes)
            near, far = nodes
            near.send(far, b"there", 1)
            far.send(near, b"back", 1)
            await far.host.until(lambda: far.host.frames == [b"there"])
            await near.host.until(lambda: near.host.frames == [b"back"])

    in_time(test())


async def until_nothing_moves(*nodes: Node) -> None:
    """Wait until no connection was made for some settle times; `in_time` bounds it."""
    before: list[int] = []
    while before != (ups := [node.host.count("up") for node in nodes]):
        before = ups
        await asyncio.sleep(3 * CALM.settle_s)


def test_failed_calls_leave_no_open_files() -> None:
    async def test() -> None:
        near = Node(LOW, timing=HASTY)
        async with running(near):
            before = len(os.listdir("/proc/self/fd"))
            for _ in range(20):
                with await raw_connection(near.port) as sock:
                    await asyncio.get_running_loop().sock_sendall(sock, b"\x16\x03")
            await near.host.until(lambda: refusing(near, "unfinished") == 20)
            async with asyncio.timeout(ANSWER_S):
                while len(os.listdir("/proc/self/fd")) > before:
                    await asyncio.sleep(0.01)

    in_time(test())


def test_a_node_without_file_descriptors_goes_on_listening() -> None:
    async def test() -> None:
        near = Node(LOW, timing=replace(HASTY, accept_pause_s=0.05))
        async with running(near):
            sock = await raw_connection(near.port)
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            highest = max(int(name) for name in os.listdir("/proc/self/fd"))
            second = await raw_connection(near.port)
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
            try:
                await asyncio.sleep(0.2)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            far = Node(HIGH, (), caller(near.port))
            async with running(far):
                await near.until_linked(far)
            sock.close()
            second.close()

    in_time(test())
