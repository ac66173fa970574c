import asyncio
import socket

import pytest

from meshnode.links.internet.context import tls_contexts
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkLost
from tests.unit.links.internet.support import NETWORK_KEY, in_time, keys_in_order

LOW, HIGH = keys_in_order()
RECORD_BYTES = 16_000


async def pair() -> tuple[TlsStream, TlsStream]:
    """Two ends that know each other."""
    sockets = socket.socketpair()
    for sock in sockets:
        sock.settimeout(0)
    near = TlsStream(
        sockets[0], tls_contexts(LOW, NETWORK_KEY).listener, is_server=True, silence_s=5.0
    )
    far = TlsStream(
        sockets[1], tls_contexts(HIGH, NETWORK_KEY).caller, is_server=False, silence_s=5.0
    )
    peers = await asyncio.gather(near.handshake(), far.handshake())
    assert peers == [HIGH.public, LOW.public]
    return near, far


def test_a_flood_leaves_turns_for_the_other_tasks() -> None:
    async def test() -> None:
        near, far = await pair()
        records = 6
        for _ in range(records):
            await far.write(bytes(RECORD_BYTES))
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        received = 0
        while received < records * RECORD_BYTES:
            received += len(await near.read())
        assert turns >= records - 1
        task.cancel()
        near.close()
        far.close()

    in_time(test())


def test_a_goodbye_is_told_from_a_broken_line() -> None:
    async def test() -> None:
        near, far = await pair()
        far.close()
        with pytest.raises(LinkLost, match="the other side hung up"):
            await near.read()
        near.close()
        near, far = await pair()
        far._socket.close()
        with pytest.raises(LinkLost, match="the other side closed the connection"):
            await near.read()
        near.close()

    in_time(test())


def test_a_close_that_waits_for_the_other_side_can_be_cancelled() -> None:
    async def test() -> None:
        near, far = await pair()
        closing = asyncio.create_task(near.close_explained(patience_s=5.0))
        with pytest.raises(LinkLost, match="the other side closed the connection"):
            await far.read()  # By now it waits for us to close, too.
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        assert near._socket.fileno() == -1
        far.close()

    in_time(test())


def test_bytes_are_counted_as_they_pass_the_line() -> None:
    async def test() -> None:
        near, far = await pair()
        await far.write(bytes(1000))
        assert await near.read() == bytes(1000)
        assert far.bytes_out == near.bytes_in > 1000
        near.close()
        far.close()

    in_time(test())
