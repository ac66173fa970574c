"""A phone that listens to a node's events over a real socket, as a browser does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two blank lines of a stream."""

    fields: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.fields).get(name, "")

    @property
    def data(self) -> Any:
        return json.loads(self["data"])


class Listener:
    """One open stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self._text = ""

    async def open(self, head: str) -> None:
        self.writer.write(head.encode())
        async with asyncio.timeout(ANSWER_S):
            lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        pairs = (line.partition(": ") for line in lines[1:] if line)
        self.headers = {name.lower(): value for name, _, value in pairs}

    async def block(self) -> Block:
        """Return the next block; EOFError at the orderly end."""
        async with asyncio.timeout(ANSWER_S):
            while "\n\n" not in self._text:
                self._text += (await self._chunk()).decode()
        block, _, self._text = self._text.partition("\n\n")
        pairs = (line.partition(":") for line in block.split("\n"))
        return Block(tuple((name, value.removeprefix(" ")) for name, _, value in pairs))

    async def body(self) -> Any:
        """Return the document of a refusal."""
        raw = await self._reader.readexactly(int(self.headers["content-length"]))
        return json.loads(raw)

    async def _chunk(self) -> bytes:
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        chunk = await self._reader.readexactly(size + 2)
        if size == 0:
            raise EOFError
        return chunk[:-2]


@asynccontextmanager
async def listening(
    here: ApiNode, *, last: str | None = None, method: str = "GET", signed: str = ""
) -> AsyncIterator[Listener]:
    """Ask for the events of a node while the block lasts; `signed` is a phone's header."""
    found = urlsplit(here.node.addresses[0])
    reader, writer = await asyncio.open_connection(found.hostname, found.port, limit=2**16)
    listener = Listener(reader, writer)
    head = f"{method} /api/v1/events HTTP/1.1\r\nHost: {found.netloc}\r\n"
    resumed = "" if last is None else f"Last-Event-ID: {last}\r\n"
    try:
        shown = f"Authorization: {signed}\r\n" if signed else ""
        await listener.open(f"{head}{resumed}{shown}\r\n")
        yield listener
    finally:
        writer.transport.abort()
