"""The store of a real node, in one SQLite file. Opened by `opening.open_store`.

Invariants: a change is one transaction, durable before its method returns; what fails leaves
the store as it was and usable; a rotten object is set aside, never shown.
Source: docs/spec/store.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from meshnode.protocol.effects import StoreObject
from meshnode.protocol.errors import StoreError
from meshnode.protocol.keys import KeyId
from meshnode.store import statements
from meshnode.store.counters import ARRIVAL, Counters, author_counter, require_sequence
from meshnode.store.database import Database, Transaction, uncancelled
from meshnode.store.failures import Damaged, DiskFull, disk_full, named_errors
from meshnode.store.files import HomeLock, StoreFiles, drop_ballast, lay_ballast
from meshnode.store.port import Applied, DropSetting, Integrity, Loaded, StoredObject, StoreEffect
from meshnode.store.rows import counter_row, object_from_row, removed_from_row, setting_from_row
from meshnode.store.statements import Batch, plan

T = TypeVar("T")

_CHUNK_ROWS: Final = 1000
"""Rows fetched in one hop while loading: about half a megabyte."""

_DAMAGED_ROWS_MAX: Final = 1000
"""Rotten rows that are kept; the oldest are forgotten first."""

_ROW_OVERHEAD_BYTES: Final = 512
"""What a row takes beside its object, index and half-empty pages included."""

_PROBLEMS_MAX: Final = 10
"""Findings that a check lists; the first one is enough to act on."""


class SqliteStore:
    """A store in a file that no other process has open."""

    def __init__(
        self,
        *,
        database: Database,
        counters: Counters,
        files: StoreFiles,
        lock: HomeLock,
        has_ballast: bool,
    ) -> None:
        self._database = database
        self._counters = counters
        self._files = files
        self._lock = lock
        self._has_ballast = has_ballast

    async def load(self) -> Loaded:
        """Return everything held; rotten objects are moved to the table `damaged`."""
        objects, rotten = await self._load_objects()
        if rotten:
            await self._with_ballast((), lambda: self._move_damaged(rotten))
        removed = [removed_from_row(row) for row in await self._read(statements.LOAD_REMOVED)]
        settings = [setting_from_row(row) for row in await self._read(statements.LOAD_SETTINGS)]
        return Loaded(
            objects=objects,
            removed=tuple(each for each in removed if each is not None),
            settings=dict(each for each in settings if each is not None),
            damaged_rows=len(rotten) + removed.count(None) + settings.count(None),
        )

    async def apply(self, effects: Sequence[StoreEffect]) -> Applied:
        """Carry out all effects in order, in one transaction; durable on return.

        On a full disk, only what fits into room that removing made is stored.
        """
        if not effects:
            return Applied(())
        return await self._with_ballast(effects, lambda: self._apply(effects))

    async def next_sequence(self, author: KeyId, *, above: int = 0) -> int:
        """Return a sequence number of `author` that was never returned before; durable."""
        return await self._with_ballast((), lambda: self._next_sequence(author, above))

    async def check(self) -> Integrity:
        """Return what SQLite's quick check and its check of foreign keys find."""
        try:
            found = await self._read(f"PRAGMA quick_check({_PROBLEMS_MAX})")
            foreign = await self._read("PRAGMA foreign_key_check")
        except Damaged as error:
            return Integrity((str(error),))
        problems = [str(row[0]) for row in found if row != ("ok",)]
        return Integrity((*problems, *(f"foreign key: {row}" for row in foreign)))

    @property
    def size_bytes(self) -> int:
        """Bytes of the database and its log."""
        return self._files.size_bytes

    async def close(self) -> None:
        """Write the log back, close the file and let other processes have it."""
        await uncancelled(self._close())

    async def _close(self) -> None:
        try:
            await self._database.close()
            # Without this the next start leaves out a few numbers, no harm.
            with suppress(StoreError):
                await asyncio.to_thread(self._counters.settle)
        finally:
            self._lock.release()

    async def _read(self, sql: str) -> list[tuple[bytes | int | str | None, ...]]:
        return await self._database.read(sql)

    async def _load_objects(self) -> tuple[tuple[StoredObject, ...], list[int]]:
        """Return the objects, and the arrivals of rows that are none any more."""
        objects: list[StoredObject] = []
        rotten: list[int] = []
        after: object = 0
        while isinstance(after, int):
            rows = await self._database.read(statements.LOAD_OBJECTS, (after, _CHUNK_ROWS))
            for row in rows:
                held = object_from_row(row)
                if held is not None:
                    objects.append(held)
                elif isinstance(row[0], int):
                    rotten.append(row[0])
            after = rows[-1][0] if rows else None
        return tuple(objects), rotten

    async def _move_damaged(self, arrivals: Sequence[int]) -> None:
        rows = [(arrival,) for arrival in arrivals]
        async with self._database.transaction() as transaction:
            await transaction.run(
                (
                    Batch(statements.KEEP_DAMAGED, rows),
                    Batch(statements.DELETE_DAMAGED, rows),
                    Batch(statements.TRIM_DAMAGED, [(_DAMAGED_ROWS_MAX,)]),
                )
            )

    async def _apply(self, effects: Sequence[StoreEffect]) -> Applied:
        stores = [effect for effect in effects if isinstance(effect, StoreObject)]
        async with self._database.transaction() as transaction:
            first = await self._take_arrivals(transaction, len(stores))
            await transaction.run(plan(effects, arrival_first=first))
            rows = await transaction.read(statements.ARRIVED_SINCE, (first,)) if stores else []
        if any(statements.takes_back(one) or isinstance(one, DropSetting) for one in effects):
            # Carried out already, and durable: a full disk keeps the log, and loses nothing.
            with suppress(StoreError):
                await self._read(statements.EMPTY_LOG)
        arrivals = [row[0] for row in rows if isinstance(row[0], int)]
        return Applied(
            tuple(
                StoredObject(stores[arrival - first].object, arrival, stores[arrival - first].link)
                for arrival in arrivals
            )
        )

    async def _take_arrivals(self, transaction: Transaction, amount: int) -> int:
        if not amount:
            return 0
        first = await self._counters.take(ARRIVAL, amount=amount)
        row = counter_row(ARRIVAL, first + amount - 1)
        await transaction.run((Batch(statements.SAVE_COUNTER, [row]),))
        return first

    async def _next_sequence(self, author: KeyId, above: int) -> int:
        name = author_counter(author)
        async with self._database.transaction() as transaction:
            sequence = await self._counters.take(name, above=above)
            require_sequence(sequence)
            row = counter_row(name, sequence)
            await transaction.run((Batch(statements.SAVE_COUNTER, [row]),))
        return sequence

    async def _with_ballast(
        self, effects: Sequence[StoreEffect], change: Callable[[], Awaitable[T]]
    ) -> T:
        """Make a change; when the disk is full, once more with the ballast's room."""
        if not self._has_ballast:
            await self._require_room(effects)
        try:
            return await change()
        except DiskFull:
            if not self._has_ballast:
                raise
        await self._spend_ballast()
        await self._require_room(effects)
        return await change()

    async def _spend_ballast(self) -> None:
        self._has_ballast = False
        with named_errors(self._files.ballast):
            await asyncio.to_thread(drop_ballast, self._files.ballast)
        # What the log holds goes back to the database, so that the log can start over; if even
        # that has no room, nothing is lost and removing still appends to the log.
        with suppress(DiskFull):
            await self._read(statements.EMPTY_LOG)

    async def _require_room(self, effects: Sequence[StoreEffect]) -> None:
        """Raise DiskFull where `effects` would use up what removing needs."""
        wanted_bytes = sum(
            len(effect.object.encoded) + _ROW_OVERHEAD_BYTES
            for effect in effects
            if isinstance(effect, StoreObject)
        )
        if not wanted_bytes:
            return
        if wanted_bytes <= await self._free_bytes():
            return
        with named_errors(self._files.ballast):
            self._has_ballast = await asyncio.to_thread(lay_ballast, self._files.ballast)
        if not self._has_ballast:
            raise disk_full(self._files.database)

    async def _free_bytes(self) -> int:
        """Return the room within the file that removed rows have left."""
        [(free_bytes,)] = await self._read(statements.FREE_BYTES)
        return free_bytes if isinstance(free_bytes, int) else 0
