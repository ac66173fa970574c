"""One SQLite connection with one writer at a time. Knows no tables.

Invariants: coroutines that share a connection share its transaction, so a lock is held from
BEGIN to COMMIT, for reading too; a transaction that does not commit is rolled back before the
lock is let go, also when its task is cancelled.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import aiosqlite

from meshnode.protocol.errors import CallerError, StoreError
from meshnode.store.failures import named_errors
from meshnode.store.files import make_private
from meshnode.store.rows import Row
from meshnode.store.statements import BEGIN, PRAGMAS, Batch

T = TypeVar("T")


class Transaction:
    """The right to change the database, until the block that holds it ends."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def run(self, batches: Sequence[Batch]) -> None:
        """Execute each batch for all its rows, one hop a batch."""
        for batch in batches:
            await self._connection.executemany(batch.sql, batch.rows)

    async def execute(self, sql: str) -> None:
        """Execute one statement that may change the schema."""
        await self._connection.execute_fetchall(sql)

    async def read(self, sql: str, parameters: Row = ()) -> list[Row]:
        """Return all rows that `sql` finds, uncommitted ones included."""
        return await _fetch(self._connection, sql, parameters)


class Database:
    """An open database file."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = asyncio.Lock()
        self._is_closed = False

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Return the database in `path`, made if absent, set up as `PRAGMAS` say."""
        # A connection that cannot be opened leaves its thread behind: find out before.
        make_private(path)
        database = cls(path, aiosqlite.connect(path, isolation_level=None))
        async with AsyncExitStack() as undo:
            undo.push_async_callback(database.close)
            await database._set_up()
            undo.pop_all()
        return database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Hold the only write transaction; commit at the end of the block, durably."""
        async with self._lock:
            self._require_open()
            with named_errors(self.path):
                async with AsyncExitStack() as undo:
                    undo.push_async_callback(self._roll_back)
                    await self._connection.execute_fetchall(BEGIN)
                    yield Transaction(self._connection)
                    await uncancelled(self._connection.commit())
                    undo.pop_all()

    async def _roll_back(self) -> None:
        await uncancelled(self._connection.rollback())

    async def read(self, sql: str, parameters: Row = ()) -> list[Row]:
        """Return all rows that `sql` finds, in one hop."""
        async with self._lock:
            self._require_open()
            with named_errors(self.path):
                return await _fetch(self._connection, sql, parameters)

    async def close(self) -> None:
        """Close the file; again is harmless."""
        if self._is_closed:
            return
        self._is_closed = True
        async with self._lock:
            with named_errors(self.path):
                await uncancelled(self._connection.close())

    def _require_open(self) -> None:
        if self._is_closed:
            raise CallerError(f"the store in {self.path} is closed")

    async def _set_up(self) -> None:
        with named_errors(self.path):
            await uncancelled(_start(self._connection))
            for pragma in PRAGMAS:
                await self._connection.execute_fetchall(pragma)
            await self._require_wal()

    async def _require_wal(self) -> None:
        [(mode,)] = await self._connection.execute_fetchall("PRAGMA journal_mode")
        if mode != "wal":
            raise StoreError(
                f"{self.path} lies on a file system without shared memory (journal mode {mode}): "
                "put the node's home on a local disk."
            )


async def uncancelled(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; when cancelled meanwhile, finish `work` before saying so.

    The thread behind a connection cannot be stopped: letting go of the lock before it is done
    would mix two transactions.
    """
    task = asyncio.ensure_future(work)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancellation = error
    if cancellation is not None:
        # Seen on purpose: asyncio would report an error that nobody looked at.
        _ = task.cancelled() or task.exception()
        raise cancellation
    return task.result()


async def _start(connection: aiosqlite.Connection) -> None:
    await connection


async def _fetch(connection: aiosqlite.Connection, sql: str, parameters: Row) -> list[Row]:
    return cast(list[Row], await connection.execute_fetchall(sql, parameters))
