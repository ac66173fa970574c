import asyncio
import sqlite3

import pytest

from meshnode.protocol.errors import CallerError, StoreError
from meshnode.store.database import Database
from meshnode.store.failures import Damaged
from meshnode.store.migrate import Migration, migrate, released, split, version_of

FIRST = Migration(1, ("CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"))
SECOND = Migration(2, ("ALTER TABLE a ADD COLUMN y", "UPDATE a SET y = x + 1"))
BROKEN = Migration(2, ("ALTER TABLE a ADD COLUMN y", "UPDATE nowhere SET y = 1"))


def with_database(path, script):
    async def whole():
        database = await Database.open(path)
        try:
            return await script(database)
        finally:
            await database.close()

    return asyncio.run(whole())


def migrated(path, *migrations):
    async def script(database):
        await migrate(database, migrations)
        return await database.read("SELECT * FROM a")

    return with_database(path, script)


def version(path, known=9):
    return with_database(path, lambda database: version_of(database, known=known))


def test_a_new_file_gets_every_version_in_order(tmp_path):
    assert migrated(tmp_path / "db", FIRST, SECOND) == [(1, 2)]
    assert version(tmp_path / "db") == 2


def test_an_old_file_gets_only_what_it_lacks(tmp_path):
    assert migrated(tmp_path / "db", FIRST) == [(1,)]
    assert migrated(tmp_path / "db", FIRST, SECOND) == [(1, 2)]
    assert migrated(tmp_path / "db", FIRST, SECOND) == [(1, 2)]


def test_a_migration_that_fails_in_the_middle_leaves_the_version_before_it(tmp_path):
    with pytest.raises(StoreError, match="nowhere"):
        migrated(tmp_path / "db", FIRST, BROKEN)
    assert version(tmp_path / "db") == 1
    assert migrated(tmp_path / "db", FIRST) == [(1,)]
    assert migrated(tmp_path / "db", FIRST, SECOND) == [(1, 2)]


def test_a_file_of_a_newer_program_is_refused_and_left_alone(tmp_path):
    migrated(tmp_path / "db", FIRST, SECOND)
    with pytest.raises(StoreError, match=r"made by a newer meshnode .* update this one"):
        migrated(tmp_path / "db", FIRST)
    assert version(tmp_path / "db") == 2


@pytest.mark.parametrize("header", ["user_version = 3", "user_version = 0", "application_id = 7"])
def test_a_stamp_that_is_not_ours_is_damage(tmp_path, header):
    migrated(tmp_path / "db", FIRST)
    with sqlite3.connect(tmp_path / "db") as connection:
        connection.execute(f"PRAGMA {header}")
    connection.close()
    with pytest.raises(Damaged):
        version(tmp_path / "db")


def test_the_released_files_are_numbered_from_one_and_make_the_tables(tmp_path):
    assert [migration.version for migration in released()] == list(range(1, len(released()) + 1))

    async def script(database):
        await migrate(database, released())
        return await database.read("SELECT name FROM sqlite_master WHERE type = 'table'")

    names = {name for (name,) in with_database(tmp_path / "db", script)}
    assert names == {"objects", "removed", "settings", "counters", "damaged"}


def test_a_script_is_split_into_statements_with_their_comments():
    script = "-- One; two.\nCREATE TABLE a (\n  x -- ; here\n);\n\nDROP TABLE a;\n"
    assert [statement.split()[-1] for statement in split(script)] == [");", "a;"]


def test_a_script_that_ends_within_a_statement_is_our_bug():
    with pytest.raises(CallerError, match="ends within a statement"):
        list(split("CREATE TABLE a (x"))
