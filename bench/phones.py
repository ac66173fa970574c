"""Phones of a neighbourhood, as a node notices them: paired, asking signed questions, listening.

Not for: pairing itself, whose handshake is over when a node keeps the phone. Every phone has an
address of its own, as in a Wi-Fi: the node bounds what one address may have. Linux only, where all
of 127/8 is this machine.
"""

import asyncio
import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from hashlib import blake2s
from typing import Final

from meshnode.board.pairing.signed import (
    Authorization,
    encode_authorization,
    signed_bytes,
    target_hash,
)
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.pairing.phonebook import Phonebook
from meshnode.protocol.keys import PublicKey, SigningKey
from meshnode.store.opening import open_store

ANSWER_S: Final = 30.0
_BASE: Final = "/api/v1"


def paired(home: Home, count: int) -> list[SigningKey]:
    """Return the keys of so many phones that a node that does not run now knows."""
    keys = [SigningKey(blake2s(b"phone %d" % number).digest()) for number in range(count)]
    asyncio.run(_keep(home, keys))
    return keys


def ask_all(port: int, keys: Sequence[SigningKey], path: str) -> None:
    """Let every phone ask one question of its own, whose answer is sealed to it.

    Raises:
        RuntimeError: One was not answered.
    """
    known = json.loads(_answer(port, 0, "/challenge", {}))
    node, challenge = bytes.fromhex(known["node"]["key"]), bytes.fromhex(known["challenge"])
    for number, key in enumerate(keys):
        where, _, query = f"{_BASE}{path}".partition("?")
        signed = signed_bytes(
            wants_seal=True,
            node_key=PublicKey(node),
            challenge=challenge,
            counter=1,
            target=target_hash("GET", where, query),
            body=b"",
        )
        given = Authorization(
            wants_seal=True, device_key=key.public, counter=1, signature=key.sign(signed)
        )
        _answer(port, number, path, {"Authorization": encode_authorization(given)})


@contextmanager
def listening(port: int, count: int) -> Iterator[None]:
    """Let so many phones hear what happens while the block lasts.

    Raises:
        RuntimeError: One is not let in.
    """
    with ExitStack() as stack:
        for number in range(count):
            connection = stack.enter_context(closing(_connection(port, number)))
            connection.request("GET", f"{_BASE}/events")
            _require_ok(connection.getresponse())
        yield


async def _keep(home: Home, keys: Sequence[SigningKey]) -> None:
    opened = await open_store(home.store)
    try:
        book = Phonebook(opened.store)
        for key in keys:
            await book.add(key.public, minute=Clock().wall_minute(), is_member=lambda _: True)
    finally:
        await opened.store.close()


def _answer(port: int, number: int, path: str, headers: dict[str, str]) -> bytes:
    with closing(_connection(port, number)) as connection:
        connection.request("GET", f"{_BASE}{path}", headers=headers)
        response = connection.getresponse()
        _require_ok(response)
        return response.read()


def _connection(port: int, number: int) -> http.client.HTTPConnection:
    high, low = divmod(number, 250)
    address = f"127.1.{high}.{low + 1}"
    return http.client.HTTPConnection(
        "127.0.0.1", port, timeout=ANSWER_S, source_address=(address, 0)
    )


def _require_ok(response: http.client.HTTPResponse) -> None:
    if response.status != http.client.OK:
        raise RuntimeError(f"a phone was answered {response.status}: {response.read()[:200]!r}")
