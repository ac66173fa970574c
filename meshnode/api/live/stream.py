"""The watch: what happens on the node as a stream of JSON lines.

Invariants: a line comes at least every `KEEPALIVE_S`; the stream ends when the reader goes or the
node stops; a slow reader loses news and is told how many.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from meshnode.node.hub import News, Watcher
from meshnode.node.service import Service

KEEPALIVE_S: Final = 15.0
"""Short enough to notice a node that hangs, long enough to cost nothing."""

Document = dict[str, Any]
Describe = Callable[[News], Awaitable[Document]]


class WatchResponse(Response):
    """An answer that lasts; `describe` turns news into a document, `stop` ends it."""

    media_type = "application/x-ndjson"

    def __init__(self, service: Service, describe: Describe, *, stop: asyncio.Event) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._service = service
        self._describe = describe
        self._stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the reader goes or the node stops.

        Raises:
            LimitError: Too many watch already.
        """
        with self._service.watch() as watcher:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _send_line(send, {"kind": "hello", "name": self._service.name})
            await self._stream(watcher, receive, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stream(self, watcher: Watcher, receive: Receive, send: Send) -> None:
        telling = _tell(watcher, self._describe, send)
        await run_until_over(telling, receive=receive, stop=self._stop)


async def run_until_over(
    telling: Coroutine[Any, Any, None],
    *,
    receive: Receive,
    stop: asyncio.Event,
    within_s: float | None = None,
) -> None:
    """Run what tells until it ends, its reader goes, `stop` is set or the time is over."""
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(telling),
            tasks.create_task(_await_disconnect(receive)),
            tasks.create_task(_await_stop(stop)),
        ]
        await asyncio.wait(running, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()


async def _tell(watcher: Watcher, describe: Describe, send: Send) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_send_news(watcher, describe, send))
        tasks.create_task(_send_keepalives(send))


async def _send_news(watcher: Watcher, describe: Describe, send: Send) -> None:
    told_count = 0
    async for news in watcher:
        if watcher.lost_count > told_count:
            await _send_line(send, {"kind": "lost", "count": watcher.lost_count - told_count})
            told_count = watcher.lost_count
        await _send_line(send, await describe(news))


async def _send_keepalives(send: Send) -> None:
    while True:
        await asyncio.sleep(KEEPALIVE_S)
        await _send_line(send, {"kind": "keepalive"})


async def _await_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _await_stop(stop: asyncio.Event) -> None:
    await stop.wait()


async def _send_line(send: Send, document: Document) -> None:
    line = json.dumps(document, ensure_ascii=False).encode() + b"\n"
    await send({"type": "http.response.body", "body": line, "more_body": True})
