"""A node that serves in a thread of its own, for tests that speak bytes to its port."""

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from meshnode.board.pairing.openings import Secret
from meshnode.board.pairing.proofs import phone_proof
from meshnode.board.pairing.signed import Authorization, encode_authorization
from meshnode.node.config import HttpSection
from meshnode.protocol.keys import SigningKey
from tests.pairedphone import PairedPhone
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node

T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """What came back to some bytes. `status` is 0 where the connection was closed without it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all_of(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def code(self) -> str:
        """The error's code; empty where there is none."""
        try:
            return str(json.loads(self.body)["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return ""


@dataclass(frozen=True)
class ServedNode:
    """A node that runs while the tests of a module do."""

    here: ApiNode
    loop: asyncio.AbstractEventLoop

    def run(self, task: Coroutine[Any, Any, T]) -> T:
        """Let the node's loop do something."""
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(ANSWER_S)

    def phone(self, key: SigningKey | None = None) -> PairedPhone:
        """Return a paired phone; no attempt is counted for it."""
        phone = PairedPhone(self.here.port) if key is None else PairedPhone(self.here.port, key)
        phones = self.here.node.service.phones

        async def pair() -> None:
            opening = phones.open_()
            proof = phone_proof(Secret(opening.token), phone.key.public)
            await phones.pair(phone.key.public, proof, "")

        self.run(pair())
        phone.node_key, phone.challenge = phones.node_key, phones.challenge
        return phone

    def tell(self, data: bytes, *, then: bytes = b"") -> Said:
        """Send bytes as they are, and return the answer; `then` follows once it was sent."""
        with closing(socket.create_connection(("127.0.0.1", self.here.port), ANSWER_S)) as wire:
            try:
                wire.sendall(data)
                if then:
                    wire.sendall(then)
            except OSError:
                pass  # The node has heard enough; what it said is still there to read.
            return _read(wire)

    def ask(
        self,
        method: str,
        target: str,
        *headers: tuple[str, str],
        body: bytes = b"",
        host: str | None = None,
    ) -> Said:
        """Send a well-formed request with these headers, in their order and as often as given."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.here.port}'}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "Connection: close", "", ""])
        return self.tell(head.encode("latin-1") + body)

    def show(
        self,
        given: Authorization,
        method: str,
        target: str,
        *headers: tuple[str, str],
        body: bytes = b"",
    ) -> Said:
        """Do as `ask` with a signature, be it the right one or not."""
        signed = ("Authorization", encode_authorization(given))
        return self.ask(method, target, signed, *headers, body=body)


@contextmanager
def served_node(directory: Path, *, app_origin: str = "") -> Iterator[ServedNode]:
    """Run a node in a thread while the block lasts."""
    started: list[ServedNode] = []
    is_up, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        http = HttpSection(listen="127.0.0.1:0", app_origin=app_origin)
        async with api_node(directory, http=http) as here:
            started.append(ServedNode(here, asyncio.get_running_loop()))
            is_up.set()
            await stop.wait()

    with ThreadPoolExecutor(max_workers=1) as threads:
        life = threads.submit(lambda: asyncio.run(serve()))
        life.add_done_callback(lambda _: is_up.set())
        assert is_up.wait(ANSWER_S)
        try:
            if not started:
                life.result()
            yield started[0]
        finally:
            if started:
                started[0].loop.call_soon_threadsafe(stop.set)
            life.result(ANSWER_S)


def _read(wire: socket.socket) -> Said:
    received = bytearray()
    try:
        while chunk := wire.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass  # What came before it counts.
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    if not head:
        return Said(0, [], b"")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in map(_cut, lines)]
    return Said(int(first.split()[1]), headers, body)


def _cut(line: str) -> tuple[str, str, str]:
    return line.partition(":")
