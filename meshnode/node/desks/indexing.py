"""Indexing: keeps the search index in step with what the node holds, in the background.

Not for: what is found (`searchdesk`). Invariants: the index is compared with what is held at every
start, and whenever news were lost, never trusted; texts are decoded beside the loop, each once in
the life of the index; what is wrong with the index is a problem in the status, never an end of
the node.
Source: docs/spec/search.md section 4.
"""

import asyncio
import shutil
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import Final

from meshnode.board.bulletins.rendering import Reader
from meshnode.board.finding.pages import Page
from meshnode.board.finding.searched import SEARCHED, page_of
from meshnode.node.hub import News, Watcher
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.node.reader import LocalReader
from meshnode.node.runner import Runner
from meshnode.protocol.errors import StoreError
from meshnode.protocol.inventory import EXPIRED
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.store.failures import Damaged, disk_full, named_errors
from meshnode.store.files import remove_database
from meshnode.store.search import SearchIndex

CHUNK: Final = 16
"""Texts decoded at a time: a tenth of a second here, half a second on a small Pi."""
REST_SHARE: Final = 1.0
"""While it catches up, it rests as long as it worked: the loop and the radios come first."""
PURGE_S: Final = 60.0
"""So long may the words of what was withdrawn or erased stay in the file. Purging rewrites the
index's words, a few megabytes of a card where it is full; a member could ask for it each second."""
RETRY_S: Final = 60.0
"""Between two tries to open an index that the disk refuses."""
MEND_S: Final = 1.0
"""Before a damaged index is made anew, so that a card that rots all the time costs little."""
ROOM_BYTES_MIN: Final = 32 * 1024 * 1024
"""What is derived leaves so much of the disk to what is not."""
_PROBLEM: Final = "Searching does not find what is new for now: {}"


class Indexing:
    """The index of one node, while `run` runs."""

    def __init__(self, path: Path, runner: Runner) -> None:
        self._path = path
        self._runner = runner
        self._index: SearchIndex | None = None
        self._watcher: Watcher | None = None
        self._is_damaged = False
        self._missing: dict[ObjectId, None] = {}
        """What is held and not in the index; the last one goes first: the newest."""
        self._gone: dict[ObjectId, str] = {}
        """What may be in the index and is not held, and why."""
        self._is_compared = False
        self._purge_due_s: float | None = None
        self._purged_s = -PURGE_S
        self._retry_s = 0.0
        self.is_open = asyncio.Event()
        """Set while there is an index that can be asked."""
        self.problem: str | None = None
        self.decoded_count = 0
        """Pages made since the start."""

    @property
    def index(self) -> SearchIndex | None:
        """The index; None while there is none that can be asked."""
        return None if self._is_damaged else self._index

    @property
    def missing_count(self) -> int | None:
        """How many things cannot be found yet; None: nobody knows yet."""
        return len(self._missing) if self._is_compared else None

    @property
    def is_in_step(self) -> bool:
        """Whether exactly what is held can be found."""
        is_told = self._watcher is not None and self._watcher.is_told
        return is_told and self._is_compared and not self._missing and not self._gone

    def report_damage(self) -> None:
        """Somebody who asked the index found it damaged."""
        self._is_damaged = True
        self.is_open.clear()
        if self._watcher is not None:
            self._watcher.offer(News("damage", {}))

    async def run(self) -> None:
        """Keep the index in step until cancelled."""
        await self._runner.is_running.wait()
        while True:
            try:
                await self._run_once()
            except Damaged:
                with named_errors(self._path):
                    remove_database(self._path)
                await asyncio.sleep(MEND_S)
            except StoreError as error:
                self.problem = _PROBLEM.format(error)
                await asyncio.sleep(RETRY_S)

    async def _run_once(self) -> None:
        async with AsyncExitStack() as stack:
            index = await SearchIndex.open(self._path)
            stack.push_async_callback(index.close)
            stack.callback(self._let_go)
            self._watcher = stack.enter_context(self._runner.hub.watch())
            self._index, self._is_damaged = index, False
            self.is_open.set()
            self._purge_due_s = time.monotonic() if await index.is_purge_due() else None
            await self._compare(index)
            self.problem = None
            await self._follow(index, self._watcher)

    def _let_go(self) -> None:
        self._index = self._watcher = None
        self.is_open.clear()
        self._is_compared = False

    async def _follow(self, index: SearchIndex, watcher: Watcher) -> None:
        lost_count = 0
        while True:
            for news in watcher.drain():
                self._note(news)
            if self._is_damaged:
                raise Damaged(f"{self._path} is damaged.")
            if watcher.lost_count > lost_count:
                lost_count = watcher.lost_count
                await self._compare(index)
            if time.monotonic() >= self._retry_s and await self._work(index):
                continue
            await self._wait(watcher)

    async def _work(self, index: SearchIndex) -> bool:
        """Do the next piece of work; return whether there was any, and the disk took it."""
        try:
            if self._gone:
                await self._remove(index)
            elif self._missing:
                await self._add(index)
            elif self._purge_due_s is not None and time.monotonic() >= self._purge_due_s:
                await index.purge()
                self._purge_due_s, self._purged_s = None, time.monotonic()
            else:
                return False
        except Damaged:
            raise
        except StoreError as error:
            # What is in the index can be found all the same.
            self.problem = _PROBLEM.format(error)
            self._retry_s = time.monotonic() + RETRY_S
            return False
        self.problem = None
        return True

    async def _wait(self, watcher: Watcher) -> None:
        """Wait for news, or until a purge or another try is due."""
        dues_s = [self._purge_due_s] if self._purge_due_s is not None else []
        if time.monotonic() < self._retry_s:
            dues_s = [self._retry_s]
        wait_s = max(0.0, dues_s[0] - time.monotonic()) if dues_s else None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                self._note(await watcher.next())

    def _note(self, news: News) -> None:
        match news:
            case News("object", {"id": str(thing), "number": int(kind)}) if kind in SEARCHED:
                self._missing[ObjectId(bytes.fromhex(thing))] = None
            case News("removed", {"id": str(thing), "reason": str(reason)}):
                thing_id = ObjectId(bytes.fromhex(thing))
                self._missing.pop(thing_id, None)
                self._gone[thing_id] = reason

    async def _compare(self, index: SearchIndex) -> None:
        """Find out by the ids what is missing and what is too much."""
        missing = dict.fromkeys(
            thing_id
            for thing_id, one in self._runner.engine.held.items()
            if one.object.kind in SEARCHED
        )
        gone = []
        # What comes or leaves meanwhile is among the news that wait.
        async for one in index.ids():
            if one in missing:
                del missing[one]
            else:
                gone.append(one)
        # Why something left while nobody looked is not known: its words have to leave as well.
        self._gone = dict.fromkeys(gone, "")
        # A dict that was large stays so.
        self._missing = dict(missing)
        self._is_compared = True

    async def _remove(self, index: SearchIndex) -> None:
        gone = dict(self._gone)
        # It may have come back since.
        held = self._runner.engine.held
        ids = [one for one in gone if one not in held]
        is_purge_due = any(gone[one] != EXPIRED for one in ids)
        was_any = await index.remove(ids, is_purge_due=is_purge_due)
        for one in gone:
            self._gone.pop(one, None)
        if was_any and is_purge_due:
            self._purge_due_s = max(time.monotonic(), self._purged_s + PURGE_S)

    async def _add(self, index: SearchIndex) -> None:
        _require_room(self._path)
        things = self._newest_missing()
        began_s = time.monotonic()
        pages = await asyncio.to_thread(_pages, things)
        self.decoded_count += len(pages)
        # What left meanwhile is in `_gone` by now or will be: it stays in for a moment at most.
        await index.add(list(zip(things, pages, strict=True)))
        for thing in things:
            self._missing.pop(thing.id, None)
        if self._missing:
            await asyncio.sleep(REST_SHARE * (time.monotonic() - began_s))

    def _newest_missing(self) -> list[SignedObject]:
        held = self._runner.engine.held
        things: list[SignedObject] = []
        for thing_id in list(islice(reversed(self._missing), CHUNK)):
            if thing_id in held:
                things.append(held[thing_id].object)
            else:
                del self._missing[thing_id]
        return things


def _pages(things: Sequence[SignedObject]) -> list[Page]:
    # The words of a template are searched in all languages; the first time they are read for that.
    readers = _readers()
    return [page_of(thing, readers) for thing in things]


def _readers() -> tuple[Reader, ...]:
    """Return a reader of each language who does not know what day it is: `today` would grow old."""
    return tuple(LocalReader(load_language(tag), None, None) for tag in LANGUAGES)


def _require_room(path: Path) -> None:
    with named_errors(path):
        free_bytes = shutil.disk_usage(path.parent).free
    if free_bytes < ROOM_BYTES_MIN:
        raise disk_full(path)
