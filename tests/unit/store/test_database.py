import asyncio
import sqlite3

import pytest

from meshnode.protocol.errors import CallerError, StoreError
from meshnode.store.database import Database, uncancelled
from meshnode.store.statements import Batch

INSERT = "INSERT INTO a VALUES (?)"
ALL = "SELECT x FROM a ORDER BY x"


@pytest.fixture
def play(tmp_path):
    def run(script):
        async def whole():
            database = await Database.open(tmp_path / "db")
            try:
                async with database.transaction() as transaction:
                    await transaction.execute("CREATE TABLE a (x)")
                await script(database)
            finally:
                await database.close()

        asyncio.run(whole())

    return run


async def insert(database, value):
    async with database.transaction() as transaction:
        await transaction.run([Batch(INSERT, [(value,)])])


def test_the_connection_is_set_up_for_durability(play):
    async def script(database):
        assert await database.read("PRAGMA journal_mode") == [("wal",)]
        assert await database.read("PRAGMA synchronous") == [(2,)]
        assert await database.read("PRAGMA foreign_keys") == [(1,)]

    play(script)


def test_an_error_within_a_transaction_undoes_all_of_it(play):
    async def script(database):
        async def fail():
            async with database.transaction() as transaction:
                await transaction.run([Batch(INSERT, [(1,)])])
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await database.read(ALL) == []
        await insert(database, 2)
        assert await database.read(ALL) == [(2,)]

    play(script)


def test_a_reader_never_sees_half_a_transaction(play):
    async def script(database):
        entered, go_on = asyncio.Event(), asyncio.Event()

        async def write():
            async with database.transaction() as transaction:
                await transaction.run([Batch(INSERT, [(1,)])])
                entered.set()
                await go_on.wait()
                await transaction.run([Batch(INSERT, [(2,)])])

        async with asyncio.TaskGroup() as group:
            group.create_task(write())
            await entered.wait()
            reading = group.create_task(database.read(ALL))
            other = group.create_task(insert(database, 3))
            go_on.set()
        assert reading.result() == [(1,), (2,)]
        assert other.done()
        assert await database.read(ALL) == [(1,), (2,), (3,)]

    play(script)


def test_a_cancelled_transaction_is_undone_wherever_it_was(play):
    async def script(database):
        for turns in range(12):
            task = asyncio.create_task(insert(database, turns))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            task.cancel()
            await asyncio.wait([task])
            after = await database.read(ALL)
            assert ((turns,) in after) or task.cancelled()
            # Not within a transaction any more: the next one begins and commits.
            await insert(database, turns + 100)
            assert (turns + 100,) in await database.read(ALL)

    play(script)


def test_work_goes_on_to_its_end_when_it_is_cancelled():
    async def script():
        go_on, ended = asyncio.Event(), asyncio.Event()

        async def work():
            await go_on.wait()
            ended.set()

        task = asyncio.create_task(uncancelled(work()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(script())


def test_a_closed_database_is_our_bug_to_use(play):
    async def script(database):
        await database.close()
        await database.close()
        with pytest.raises(CallerError, match="closed"):
            await database.read(ALL)
        with pytest.raises(CallerError, match="closed"):
            await insert(database, 1)

    play(script)


def test_a_statement_that_sqlite_refuses_is_a_store_error(play):
    async def script(database):
        with pytest.raises(StoreError, match="no such table"):
            await database.read("SELECT * FROM nowhere")

    play(script)


def test_another_program_that_writes_is_named_as_the_trouble(play):
    async def script(database):
        await database.read("PRAGMA busy_timeout = 1")
        other = sqlite3.connect(database.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program holds"):
            await insert(database, 1)
        other.execute("COMMIT")
        other.close()
        await insert(database, 2)

    play(script)


def test_a_folder_that_is_missing_is_said_plainly(tmp_path):
    with pytest.raises(StoreError, match="No such file or directory"):
        asyncio.run(Database.open(tmp_path / "missing" / "db"))
