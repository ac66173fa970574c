"""Two and more nodes over real sockets on this machine."""

import asyncio
import random
from dataclasses import replace

import pytest

from meshnode.links import Link
from meshnode.links.internet import InternetLink, ListenAddress, PeerUrl
from meshnode.links.internet.connection import QUEUE_FRAMES_MAX
from meshnode.protocol.errors import LinkRefused
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from tests.unit.links.internet.support import (
    CALM,
    FULL_S,
    NETWORK_KEY,
    OTHER_NETWORK_KEY,
    Node,
    caller,
    free_port,
    in_time,
    key_number,
    keys_in_order,
    running,
)

ALICE, BOB = keys_in_order()
STRANGER = "not of our community or uses an old network key"
SETTLING = replace(CALM, settle_s=1.0)
"""What two make at the same time is made within a second on a busy machine, too."""


def test_it_is_a_link_and_says_what_it_needs() -> None:
    link: Link = InternetLink(
        listen=(), peers=(), key=ALICE, network_key=NETWORK_KEY, dice=random.Random(1)
    )
    assert link.name == "internet"
    link.close_peer("internet:nobody", "unknown names are ignored")
    with pytest.raises(LinkRefused, match="--listen :4480"):
        in_time(link.run(Node(ALICE).host))


@pytest.mark.parametrize(("answering", "calling"), [(ALICE, BOB), (BOB, ALICE)])
def test_frames_of_every_size_go_both_ways_whoever_called(answering, calling) -> None:
    sizes = [1, 2, 255, 256, 16_384, 16_385, 65_535, STREAM_FRAME_BYTES_MAX]
    frames = [random.Random(size).randbytes(size) for size in sizes]

    async def test() -> None:
        near = Node(answering)
        async with running(near):
            far = Node(calling, listen=(), peers=(near.url(),))
            async with running(far):
                await asyncio.gather(near.until_linked(far), far.until_linked(near))
                for token, frame in enumerate(frames):
                    near.send(far, frame, token)
                    far.send(near, frame, token)
                await near.host.until(lambda: near.host.frames == frames)
                await far.host.until(lambda: far.host.frames == frames)
                done = dict.fromkeys(range(len(frames)), Outcome.SENT)
                await near.host.until(lambda: near.host.outcomes == done)
                await far.host.until(lambda: far.host.outcomes == done)

    in_time(test())


def test_the_host_learns_the_proven_key_and_the_frame_size() -> None:
    async def test() -> None:
        async with linked() as (near, far):
            for one, other in ((near, far), (far, near)):
                assert one.host.media == {
                    other.name: Medium(
                        frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=other.key.public
                    )
                }

    in_time(test())


class linked:  # noqa: N801
    """Two nodes, the second one calling the first."""

    def __init__(self, near: Node | None = None, **far: object) -> None:
        self.near = near or Node(ALICE)
        self.far_settings = far

    async def __aenter__(self) -> tuple[Node, Node]:
        self._first = running(self.near)
        await self._first.__aenter__()
        settings = {"key": BOB, "listen": (), "peers": (self.near.url(),), **self.far_settings}
        far = Node(**settings)
        self._second = running(far)
        await self._second.__aenter__()
        await asyncio.gather(self.near.until_linked(far), far.until_linked(self.near))
        return self.near, far

    async def __aexit__(self, *error: object) -> None:
        await self._second.__aexit__(*error)
        await self._first.__aexit__(*error)


def test_an_empty_frame_is_a_sign_of_life_and_a_long_one_is_not_sent() -> None:
    async def test() -> None:
        async with linked() as (near, far):
            near.send(far, b"", 1)
            near.send(far, bytes(STREAM_FRAME_BYTES_MAX + 1), 2)
            near.send(far, b"after", 3)
            await far.host.until(lambda: far.host.frames == [b"after"])
            await near.host.until(lambda: len(near.host.outcomes) == 3)
            assert near.host.outcomes == {1: Outcome.SENT, 2: Outcome.TOO_LARGE, 3: Outcome.SENT}

    in_time(test())


def test_a_full_queue_answers_busy_and_keeps_the_order() -> None:
    async def test() -> None:
        async with linked() as (near, far):
            total = QUEUE_FRAMES_MAX + 5
            for token in range(total):
                near.send(far, token.to_bytes(2, "big"), token)
            await near.host.until(lambda: len(near.host.outcomes) == total)
            await far.host.until(lambda: len(far.host.frames) == QUEUE_FRAMES_MAX)
            kept = [token.to_bytes(2, "big") for token in range(QUEUE_FRAMES_MAX)]
            assert far.host.frames == kept
            busy = [token for token, end in near.host.outcomes.items() if end is Outcome.BUSY]
            assert busy == list(range(QUEUE_FRAMES_MAX, total))
            near.send(far, b"again", 999)
            await far.host.until(lambda: far.host.frames[-1] == b"again")

    in_time(test())


def test_a_host_that_does_not_read_holds_the_sender_back() -> None:
    frame = bytes(STREAM_FRAME_BYTES_MAX)

    async def test() -> None:
        async with linked() as (near, far):
            far.host.reading.clear()
            token = 0
            # As long as the system's buffers take frames we give more; then nothing moves.
            while await near.sent_within(far, frame, token=token, wait_s=FULL_S):
                token += 1
                assert token < 1000
            assert len(far.host.frames) == 0
            far.host.reading.set()
            await far.host.until(lambda: len(far.host.frames) == token + 1)
            assert set(near.host.outcomes.values()) == {Outcome.SENT}

    in_time(test())


def test_a_stranger_is_no_listener_for_us_and_we_are_none_for_it() -> None:
    async def test() -> None:
        near = Node(ALICE)
        async with running(near):
            far = Node(BOB, listen=(), peers=(near.url(),), network_key=OTHER_NETWORK_KEY)
            async with running(far):
                dial = f"internet:127.0.0.1:{near.port}"
                await far.host.until(lambda: STRANGER in far.host.sentence(dial))
                assert far.host.states[dial].state == "refused"
                await near.host.until(lambda: refusals(near) >= 1)
                assert STRANGER in str(near.host.states["internet"].detail["last_refused"])
                assert near.host.count("up") == far.host.count("up") == 0

    in_time(test())


def refusals(node: Node) -> int:
    state = node.host.states.get("internet")
    return int(state.detail["refused"]) if state else 0


def test_a_pin_admits_its_node_and_refuses_another() -> None:
    async def test() -> None:
        near = Node(ALICE)
        async with running(near):
            right = Node(BOB, listen=(), peers=(near.url(ALICE.id),))
            wrong = Node(key_number(3), listen=(), peers=(near.url(BOB.id),))
            async with running(right, wrong):
                await right.until_linked(near)
                dial = f"internet:127.0.0.1:{near.port}"
                await wrong.host.until(lambda: "correct the id" in wrong.host.sentence(dial))
                sentence = wrong.host.sentence(dial)
                assert ALICE.id.hex() in sentence
                assert BOB.id.hex() in sentence
                assert wrong.host.states[dial].state == "refused"
                assert wrong.host.count("up") == 0

    in_time(test())


def test_two_nodes_that_call_each_other_keep_one_connection() -> None:
    async def test() -> None:
        low, high = ALICE, BOB
        ports = free_port(), free_port()
        nodes = [
            Node(key, (ListenAddress("127.0.0.1", mine),), caller(theirs), timing=SETTLING)
            for key, mine, theirs in ((low, *ports), (high, *reversed(ports)))
        ]
        async with running(*nodes):
            one, other = nodes
            await asyncio.gather(one.until_linked(other), other.until_linked(one))
            # Several rounds of calling and several settle times: nothing may move any more.
            await asyncio.sleep(2.5 * SETTLING.settle_s)
            assert [node.host.count("up") for node in nodes] == [1, 1]
            assert [node.host.count("down") for node in nodes] == [0, 0]
            one.send(other, b"there", 1)
            other.send(one, b"back", 1)
            await other.host.until(lambda: other.host.frames == [b"there"])
            await one.host.until(lambda: one.host.frames == [b"back"])
            for node, port in zip(nodes, reversed(ports), strict=True):
                await node.host.until(
                    lambda node=node, port=port: (
                        "connected as" in node.host.sentence(f"internet:127.0.0.1:{port}")
                    )
                )

    in_time(test())


def test_two_addresses_of_one_peer_make_one_connection() -> None:
    async def test() -> None:
        near = Node(ALICE, (ListenAddress("127.0.0.1", 0), ListenAddress("127.0.0.1", 0)))
        async with running(near):
            ports = [each.port for each in near.link._listeners]
            urls = tuple(PeerUrl("127.0.0.1", port) for port in ports)
            for key in (BOB, key_number(0)):
                far = Node(key, (), urls)
                async with running(far):
                    await far.until_linked(near)
                    for port in ports:
                        dial = f"internet:127.0.0.1:{port}"
                        await far.host.until(
                            lambda dial=dial, far=far: "connected as" in far.host.sentence(dial)
                        )
                    assert (far.host.count("up"), far.host.count("down")) == (1, 0)

    in_time(test())


def test_a_node_that_calls_itself_notices_and_stops() -> None:
    async def test() -> None:
        port = free_port()
        node = Node(ALICE, (ListenAddress("127.0.0.1", port),), caller(port))
        async with running(node):
            dial = f"internet:127.0.0.1:{port}"
            await node.host.until(lambda: "own key" in node.host.sentence(dial))
            assert node.host.states[dial].state == "refused"
            assert "next try" not in node.host.sentence(dial)
            assert node.host.count("up") == 0

    in_time(test())


def test_a_closed_port_is_named_and_called_again() -> None:
    async def test() -> None:
        port = free_port()
        node = Node(ALICE, (), caller(port))
        async with running(node):
            dial = f"internet:127.0.0.1:{port}"
            await node.host.until(lambda: node.host.states.get(dial) is not None)
            await node.host.until(lambda: node.host.states[dial].state == "waiting")
            assert node.host.sentence(dial) == (
                f"cannot reach 127.0.0.1:{port}: connection refused; next try in 1 s"
            )
            calling = [state for link, state in node.host.history if link == dial]
            assert calling[0].state == "connecting"

    in_time(test())


def test_a_name_that_nobody_has_is_named() -> None:
    async def test() -> None:
        node = Node(ALICE, (), (PeerUrl("no-such-node.invalid", 1),))
        async with running(node):
            dial = "internet:no-such-node.invalid:1"
            await node.host.until(lambda: "cannot find" in node.host.sentence(dial))

    in_time(test())


def test_the_engine_can_hang_up() -> None:
    async def test() -> None:
        async with linked() as (near, far):
            near.link.close_peer(far.name, "not a member")
            await near.host.until(lambda: ("down", far.name, "not a member") in near.host.events)
            await far.host.until(lambda: far.host.count("down") == 1)
            assert far.host.events[-1] == ("down", near.name, "the other side hung up")

    in_time(test())


def test_a_listener_that_comes_back_is_found_again() -> None:
    async def test() -> None:
        near = Node(ALICE)
        async with running(near):
            port = near.port
            far = Node(BOB, (), caller(port))
            far_run = running(far)
            await far_run.__aenter__()
            await far.until_linked(near)
        await far.host.until(lambda: far.host.count("down") == 1)
        again = Node(ALICE, (ListenAddress("127.0.0.1", port),))
        async with running(again):
            await asyncio.gather(far.until_linked(again), again.until_linked(far))
            assert far.host.states[again.name].detail["connects"] == 2
            await far_run.__aexit__(None, None, None)

    in_time(test())


def test_a_taken_port_is_waited_for() -> None:
    async def test() -> None:
        port = free_port()
        first = Node(ALICE, (ListenAddress("127.0.0.1", port),))
        first_run = running(first)
        await first_run.__aenter__()
        second = Node(BOB, (ListenAddress("127.0.0.1", port),))
        task = asyncio.create_task(second.link.run(second.host))
        await second.host.until(lambda: "already in use" in second.host.sentence("internet"))
        assert second.link.listening_port is None
        await first_run.__aexit__(None, None, None)
        await second.host.until(lambda: second.host.states["internet"].state == "up")
        assert second.link.listening_port == port
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    in_time(test())


@pytest.mark.parametrize("host", ["", "::", "localhost"])
def test_every_kind_of_listen_address_can_be_called(host: str) -> None:
    async def test() -> None:
        near = Node(ALICE, (ListenAddress(host, 0),))
        async with running(near):
            assert str(near.port) in near.host.sentence("internet")
            far = Node(BOB, (), caller(near.port, url_host="localhost"))
            async with running(far):
                await asyncio.gather(near.until_linked(far), far.until_linked(near))
                assert "ffff" not in near.host.sentence(far.name)

    in_time(test())


def test_idle_peers_stay_connected_by_keepalives() -> None:
    async def test() -> None:
        # Long enough for a machine that does something else for a second.
        timing = replace(CALM, keepalive_s=0.1, silence_s=2.0)
        near = Node(ALICE, timing=timing)
        async with linked(near, timing=timing) as (_, far):
            await asyncio.sleep(1.3 * timing.silence_s)
            assert near.host.count("down") == far.host.count("down") == 0
            detail = near.host.states[far.name].detail
            assert detail["bytes_in"] > 0
            assert detail["bytes_out"] > 0
            assert detail["peer"] == BOB.public.hex()

    in_time(test())


def test_stopping_signs_off_from_every_peer() -> None:
    async def test() -> None:
        near = Node(ALICE)
        async with running(near):
            others = [Node(key_number(n), (), (near.url(),)) for n in (5, 6, 7)]
            async with running(*others):
                await near.until_linked(*others)
            for other in others:
                assert other.host.events[-1] == ("down", near.name, "this node is stopping")
            await near.host.until(lambda: near.host.count("down") == 3)

    in_time(test())


def test_a_host_that_has_stopped_does_not_keep_the_link_from_stopping() -> None:
    async def test() -> None:
        near = Node(ALICE)
        async with linked(near, timing=replace(CALM, farewell_s=0.1)) as (_, far):

            async def never(*_: object) -> None:
                await asyncio.Event().wait()

            far.host.link_down = never  # type: ignore[method-assign]

    in_time(test())
