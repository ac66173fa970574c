"""Fan-out of what happens on the node to those who watch. Bounded: a slow watcher loses news."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from meshnode.node.happenings import Happenings

NEWS_MAX: Final = 256
"""News kept for one watcher; beyond it the oldest is lost and counted."""
WATCHERS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: `kind` is a word such as `bulletin`, `removed`, `link`, `drop`."""

    kind: str
    fields: dict[str, object]


class Watcher:
    """What one watcher has not read yet."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[News] = asyncio.Queue(NEWS_MAX)
        self.lost_count = 0

    def offer(self, news: News) -> None:
        """Take news; if there is no room the oldest goes."""
        if self._queue.full():
            self._queue.get_nowait()
            self.lost_count += 1
        self._queue.put_nowait(news)

    @property
    def is_told(self) -> bool:
        """Whether it has taken all that there is."""
        return self._queue.empty()

    def drain(self) -> list[News]:
        """Return what there is now, without waiting."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def next(self) -> News:
        """Wait for the next of the news."""
        return await self._queue.get()

    async def __aiter__(self) -> AsyncIterator[News]:
        while True:
            yield await self._queue.get()


class Hub:
    """Everybody who watches; `happenings` are kept for those who come back."""

    def __init__(self) -> None:
        self.happenings = Happenings()
        self._watchers: dict[int, Watcher] = {}
        self._next = 0

    @property
    def is_full(self) -> bool:
        """Whether nobody else may watch now."""
        return len(self._watchers) >= WATCHERS_MAX

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        """Watch until the block ends."""
        self._next += 1
        number, watcher = self._next, Watcher()
        self._watchers[number] = watcher
        try:
            yield watcher
        finally:
            del self._watchers[number]

    def publish(self, kind: str, **fields: object) -> None:
        """Tell everybody."""
        self.happenings.take(kind, fields)
        for watcher in self._watchers.values():
            watcher.offer(News(kind, fields))
