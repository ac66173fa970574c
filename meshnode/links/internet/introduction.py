"""From a connected socket to a peer: who it is, and whether both sides want the connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meshnode.links.internet.connection import Connection, Route
from meshnode.links.internet.greeting import Greeting, Unwanted, greet
from meshnode.links.internet.peers import Peers
from meshnode.links.internet.timing import Timing
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.keys import PublicKey


@asynccontextmanager
async def introduction(stream: TlsStream, timing: Timing) -> AsyncIterator[None]:
    """Bound what happens inside by `timing.handshake_s`, and close `stream` if it fails.

    Raises:
        LinkLost: It took too long.
    """
    try:
        async with asyncio.timeout(timing.handshake_s):
            yield
    except TimeoutError:
        stream.close()
        raise LinkLost(
            f"the other side did not introduce itself within {timing.handshake_s:g} s"
        ) from None
    except (LinkLost, LinkRefused):
        await stream.close_explained(timing.farewell_s)
        raise
    except asyncio.CancelledError:
        stream.close()
        raise


async def agree(
    stream: TlsStream, peer: PublicKey, route: Route, *, peers: Peers, timing: Timing
) -> Connection:
    """Return the connection that both sides want; `peers` holds it by then.

    Raises:
        LinkLost: One side does not want it, or it broke.
        LinkRefused: The other side does not accept our certificate, or greets in an unknown way.
    """
    loop = asyncio.get_running_loop()
    connection = Connection(stream, peer=peer, route=route, timing=timing)
    has_last_word = peers.has_last_word(peer)

    def verdict() -> Greeting:
        answer = peers.verdict(connection, loop.time())
        if has_last_word and answer is Greeting.YES:
            peers.take(connection, loop.time())
        return answer

    is_agreed = False
    try:
        await greet(stream, has_last_word=has_last_word, verdict=verdict)
        is_agreed = True
    finally:
        if not is_agreed:
            peers.abandon(connection)
    if not has_last_word:
        # Others may have come in while we waited for the last word.
        if peers.verdict(connection, loop.time()) is Greeting.FULL:
            raise Unwanted(Greeting.FULL)
        peers.take(connection, loop.time())
    return connection
