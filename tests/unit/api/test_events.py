"""The stream of events over a real socket: what it tells, where it goes on, when it ends."""

import asyncio
import socket
from contextlib import AsyncExitStack, ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from meshnode.api.door import connections, server
from meshnode.api.live import events
from meshnode.api.live.events import PER_HOUSEHOLD_MAX, RETRY_MS, STREAMS_MAX, Streams
from meshnode.api.refusals import RequestError
from meshnode.node.config import HttpSection
from meshnode.node.happenings import KEPT_MAX
from meshnode.protocol.object import Kind
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms
from tests.unit.api.listening import Block, Listener, listening

ANYWHERE = HttpSection(listen="127.0.0.1:0")


def happen(here: ApiNode, number: int = 1, kind: Kind = Kind.OFFER) -> None:
    """Let so much happen as if it had come by radio."""
    for at in range(number):
        here.node.service.happenings.take("object", {"id": f"{at:032x}", "number": int(kind)})


async def first_told(listener: Listener) -> Block:
    """Return the first block after the one that begins a stream."""
    await listener.block()
    return await listener.block()


def test_a_phone_hears_that_something_was_posted_and_not_what(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, listening(here) as phone:
            assert phone.status == 200
            assert phone.headers["content-type"].startswith("text/event-stream")
            assert phone.headers["cache-control"] == "no-store"
            beginning = await phone.block()
            assert beginning["retry"] == str(RETRY_MS)
            view = await here.node.service.bulletins.post("Wasser am Nordmarkt.")
            told = await phone.block()
            assert told.data == {"kind": "bulletin", "id": view.id.hex()}
            assert_conforms(told.data, "Happening")

    asyncio.run(play())


def test_of_a_check_in_and_of_what_is_sealed_a_phone_hears_only_that_it_came(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, listening(here) as phone:
            await phone.block()
            for kind in (Kind.SEALED, Kind.CHECKIN, Kind.TRIAGE, Kind.CERTIFICATE):
                happen(here, kind=kind)
                assert (await phone.block()).data == {"kind": kind.name.lower()}

    asyncio.run(play())


def test_a_phone_that_was_away_hears_what_it_missed_and_nothing_twice(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here:
            async with listening(here) as phone:
                last = (await phone.block())["id"]
            happen(here, 3)
            async with listening(here, last=last) as phone:
                told = [await first_told(phone), await phone.block(), await phone.block()]
                assert [one.data["id"] for one in told] == [f"{at:032x}" for at in range(3)]
            async with listening(here, last=told[1]["id"]) as phone:
                assert await first_told(phone) == told[2]

    asyncio.run(play())


@pytest.mark.parametrize(
    "last", ["", "x", "00000000.1", "{boot}", "{boot}.", "{boot}.-1", "{boot}.9999", "{boot}.1"]
)
def test_whoever_may_have_missed_something_is_told_so_and_goes_on(
    tmp_path: Path, last: str
) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here:
            boot = here.node.service.happenings.boot
            happen(here, KEPT_MAX + 10)
            async with listening(here, last=last.format(boot=boot)) as phone:
                lost = await first_told(phone)
                assert (lost["event"], lost.data) == ("lost", {})
                happen(here, kind=Kind.MODE)
                then = await phone.block()
                assert (then["event"], then.data["kind"]) == ("", "mode")
            async with listening(here, last=lost["id"]) as phone:
                assert await first_told(phone) == then

    asyncio.run(play())


def test_a_quiet_stream_shows_that_it_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEEPALIVE_S", 0.05)

    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, listening(here) as phone:
            await phone.block()
            assert (await phone.block()).fields == (("", "keepalive"),)
            assert (await phone.block()).fields == (("", "keepalive"),)

    asyncio.run(play())


def test_one_address_cannot_take_all_streams_and_a_phone_that_goes_makes_room(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, AsyncExitStack() as stack:
            phones = [
                await stack.enter_async_context(listening(here)) for _ in range(PER_HOUSEHOLD_MAX)
            ]
            assert [one.status for one in phones] == [200] * PER_HOUSEHOLD_MAX
            async with listening(here) as refused:
                assert refused.status == 429
                assert int(refused.headers["retry-after"]) > 0
                answer = await refused.body()
                assert_conforms(answer, "Error")
                assert answer["error"]["code"] == "busy"
            phones[0].writer.transport.abort()
            async with asyncio.timeout(ANSWER_S):
                while not await is_let_in(here):
                    await asyncio.sleep(0.01)

    asyncio.run(play())


async def is_let_in(here: ApiNode) -> bool:
    async with listening(here) as another:
        return another.status == 200


def test_all_addresses_together_have_a_bound_and_the_socket_has_no_other() -> None:
    streams = Streams()
    with ExitStack() as stack:
        for number in range(STREAMS_MAX):
            stack.enter_context(streams.opened(bytes([number])))
        with pytest.raises(RequestError, match="Too many"), streams.opened(b"another"):
            pass
    with ExitStack() as stack:
        for _ in range(STREAMS_MAX + 1):
            stack.enter_context(streams.opened(None))


def test_the_stream_ends_in_order_when_the_node_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE_S", round(ANSWER_S))

    async def play() -> None:
        async with AsyncExitStack() as stack:
            async with api_node(tmp_path, http=ANYWHERE) as here:
                phone = await stack.enter_async_context(listening(here))
                await phone.block()
                began_s = asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() - began_s < ANSWER_S
            with pytest.raises(EOFError):
                await phone.block()

    asyncio.run(play())


def test_a_stream_outlasts_other_connections_and_ends_in_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LIFETIME_S", 0.5)
    monkeypatch.setattr(events, "LIFETIME_S", 1.5)

    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, listening(here) as phone:
            began_s = asyncio.get_running_loop().time()
            await phone.block()
            with pytest.raises(EOFError):
                await phone.block()
            assert 1.4 < asyncio.get_running_loop().time() - began_s < ANSWER_S

    asyncio.run(play())


def test_a_connection_is_cut_when_its_answer_does_not_end_in_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STAY_GRACE_S", -events.LIFETIME_S + 1.0)

    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here, listening(here) as phone:
            await phone.block()
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await phone.block()

    asyncio.run(play())


def test_who_does_not_read_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SEND_S", 0.2)
    monkeypatch.setattr(events, "PER_HOUSEHOLD_MAX", 1)

    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here:
            with closing(await connected_without_reading(here)):
                assert not await is_let_in(here)
                async with asyncio.timeout(ANSWER_S):
                    while not await is_let_in(here):
                        happen(here, KEPT_MAX)

    asyncio.run(play())


async def connected_without_reading(here: ApiNode) -> socket.socket:
    found = urlsplit(here.node.addresses[0])
    phone = socket.socket()
    phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.to_thread(phone.connect, (found.hostname, found.port))
    phone.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {found.netloc}\r\n\r\n".encode())
    return phone


def test_asking_for_the_headers_alone_opens_no_stream(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path, http=ANYWHERE) as here:
            async with listening(here, method="HEAD") as phone:
                assert phone.headers["content-type"].startswith("text/event-stream")
            assert await is_let_in(here)

    asyncio.run(play())


def test_the_socket_of_the_home_tells_the_same(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            reader, writer = await asyncio.open_unix_connection(here.home.socket)
            phone = Listener(reader, writer)
            await phone.open("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await phone.block()
            happen(here)
            assert (await phone.block()).data["kind"] == "offer"
            writer.transport.abort()

    asyncio.run(play())
