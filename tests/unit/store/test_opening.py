import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from meshnode.protocol.errors import StoreError
from meshnode.store.files import BALLAST_BYTES, ROOM_BYTES_MIN, forget_set_aside
from meshnode.store.opening import open_store
from tests.unit.store.samples import KEY, held, samples, stores

NAME = "store.db"


def open_with(path, script):
    """Run a script on an opened store; close it in the end."""

    async def whole():
        opened = await open_store(path)
        try:
            return await script(opened)
        finally:
            await opened.store.close()

    return asyncio.run(whole())


async def fill(opened):
    await opened.store.apply(stores(samples(30)))
    return [await opened.store.next_sequence(KEY.id) for _ in range(20)]


async def look(opened):
    number = await opened.store.next_sequence(KEY.id)
    return await held(opened.store), number, opened.warnings


def test_a_new_store_has_nothing_to_tell(tmp_path):
    objects, number, warnings = open_with(tmp_path / NAME, look)
    assert (objects, number, warnings) == ([], 1, ())


def test_nobody_else_may_read_the_files(tmp_path):
    async def script(opened):
        await fill(opened)
        return {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob(f"{NAME}*")}

    assert set(open_with(tmp_path / NAME, script).values()) == {0}


def test_a_ballast_is_laid_at_the_start(tmp_path):
    open_with(tmp_path / NAME, fill)
    assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES


def test_the_operator_is_told_at_the_start_when_the_disk_is_full(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": ROOM_BYTES_MIN - 1})
    monkeypatch.setattr("meshnode.store.files.shutil.disk_usage", lambda folder: usage)

    async def script(opened):
        assert "Under 4 MB are free" in opened.warnings[0]
        with pytest.raises(StoreError, match="is full"):
            await opened.store.apply(stores(samples(1)))

    open_with(tmp_path / NAME, script)
    assert not (tmp_path / "ballast").exists()


def test_a_second_process_is_refused_with_the_number_of_the_first(tmp_path):
    async def script(opened):
        with pytest.raises(StoreError, match=rf"another meshnode .*pid {os.getpid()}\)"):
            await open_store(tmp_path / NAME)
        await opened.store.apply(stores(samples(1)))

    open_with(tmp_path / NAME, script)
    open_with(tmp_path / NAME, look)


def test_a_store_that_failed_to_open_can_be_opened_later(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        asyncio.run(open_store(tmp_path / NAME))
    (tmp_path / NAME).rmdir()
    open_with(tmp_path / NAME, fill)


def test_a_home_that_is_missing_is_said_plainly(tmp_path):
    with pytest.raises(StoreError, match="No such file"):
        asyncio.run(open_store(tmp_path / "missing" / NAME))


def test_a_file_that_is_no_database_is_set_aside_and_kept(tmp_path):
    (tmp_path / NAME).write_bytes(b"no database" * 1000)

    async def script(opened):
        assert opened.set_aside == tmp_path / f"{NAME}.damaged-1"
        assert opened.set_aside.read_bytes() == b"no database" * 1000
        assert "is kept as store.db.damaged-1 for 30 days" in opened.warnings[0]
        await opened.store.apply(stores(samples(2)))

    open_with(tmp_path / NAME, script)
    objects, _, warnings = open_with(tmp_path / NAME, look)
    assert objects == samples(2)
    assert warnings == ()


def test_each_damaged_file_is_kept_under_its_own_number(tmp_path):
    for number in (1, 2, 3):
        (tmp_path / NAME).write_bytes(f"junk {number}".encode() * 1000)
        open_with(tmp_path / NAME, look)
    kept = [(tmp_path / f"{NAME}.damaged-{number}").read_bytes() for number in (1, 2, 3)]
    assert [data[:6] for data in kept] == [b"junk 1", b"junk 2", b"junk 3"]


def test_what_was_set_aside_is_deleted_after_a_month_and_nothing_else(tmp_path):
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    # Last written long before it was found damaged: that is not what counts.
    os.utime(tmp_path / NAME, (0, 0))
    open_with(tmp_path / NAME, fill)
    aside = tmp_path / f"{NAME}.damaged-1"
    began_s = aside.stat().st_ctime
    before = {path.name for path in tmp_path.iterdir()}
    assert forget_set_aside(tmp_path / NAME, now_s=began_s + 30 * 86_400) == []
    assert forget_set_aside(tmp_path / NAME, now_s=began_s + 30 * 86_400 + 1) == [aside.name]
    assert {path.name for path in tmp_path.iterdir()} == before - {aside.name}
    open_with(tmp_path / NAME, look)


def test_numbers_are_not_used_again_after_the_database_is_lost(tmp_path):
    given = open_with(tmp_path / NAME, fill)
    for part in tmp_path.glob(f"{NAME}*"):
        if part.suffix != ".numbers":
            part.unlink()

    async def script(opened):
        assert "was missing" in opened.warnings[0]
        number = await opened.store.next_sequence(KEY.id)
        [stored] = (await opened.store.apply(stores(samples(1)))).stored
        return number, stored.arrival

    number, arrival = open_with(tmp_path / NAME, script)
    assert number == max(given) + 1
    assert arrival == 31


def test_numbers_are_not_used_again_after_their_file_is_lost(tmp_path):
    given = open_with(tmp_path / NAME, fill)
    (tmp_path / f"{NAME}.numbers").unlink()
    _, number, warnings = open_with(tmp_path / NAME, look)
    assert number == max(given) + 1
    assert warnings == ()


def test_a_damaged_file_of_numbers_is_set_aside_and_replaced(tmp_path):
    given = open_with(tmp_path / NAME, fill)
    (tmp_path / f"{NAME}.numbers").write_bytes(b"meshnode numbers 1\n")
    objects, number, warnings = open_with(tmp_path / NAME, look)
    assert objects == samples(30)
    assert number == max(given) + 1
    assert "is kept as store.db.numbers.damaged-1" in warnings[0]
    assert open_with(tmp_path / NAME, look)[2] == ()


def test_the_operator_is_told_when_both_copies_of_the_numbers_are_damaged(tmp_path):
    open_with(tmp_path / NAME, fill)
    (tmp_path / f"{NAME}.numbers").write_bytes(b"")
    (tmp_path / NAME).write_bytes(b"junk" * 1000)
    warnings = open_with(tmp_path / NAME, look)[2]
    assert "wait until the neighbours have sent this node's own posts back" in warnings[-1]


def test_an_older_copy_of_the_database_repeats_no_number(tmp_path):
    open_with(tmp_path / NAME, fill)
    shutil.copy(tmp_path / NAME, tmp_path / "backup")
    given = open_with(tmp_path / NAME, fill)
    shutil.copy(tmp_path / "backup", tmp_path / NAME)
    assert open_with(tmp_path / NAME, look)[1] == max(given) + 1


def test_what_can_be_read_of_a_damaged_database_is_saved(tmp_path):
    open_with(tmp_path / NAME, fill)
    with sqlite3.connect(tmp_path / NAME) as connection:
        [(root,)] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_objects_1'"
        )
    connection.close()
    data = bytearray((tmp_path / NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (tmp_path / NAME).write_bytes(data)
    objects, _, warnings = open_with(tmp_path / NAME, look)
    assert objects == samples(30)
    assert "30 objects were saved" in warnings[0]


def test_a_header_that_makes_the_database_read_only_is_damage(tmp_path):
    open_with(tmp_path / NAME, fill)
    data = bytearray((tmp_path / NAME).read_bytes())
    data[18] = 3  # The file format's version for writing; 2 is the highest there is.
    (tmp_path / NAME).write_bytes(data)
    objects, _, warnings = open_with(tmp_path / NAME, look)
    assert objects == samples(30)
    assert "is kept as store.db.damaged-1 for 30 days" in warnings[0]


def test_a_replacement_that_the_power_cut_off_is_finished(tmp_path):
    open_with(tmp_path / NAME, fill)
    (tmp_path / NAME).rename(tmp_path / f"{NAME}.new")
    objects, _, warnings = open_with(tmp_path / NAME, look)
    assert objects == samples(30)
    assert warnings == ()


def test_half_a_replacement_is_thrown_away(tmp_path):
    (tmp_path / NAME).write_bytes(b"junk" * 1000)
    (tmp_path / f"{NAME}.new").write_bytes(b"half")
    assert open_with(tmp_path / NAME, look)[0] == []
    assert not (tmp_path / f"{NAME}.new").exists()


def test_a_file_of_a_newer_program_is_refused_and_left_where_it_is(tmp_path):
    open_with(tmp_path / NAME, fill)
    with sqlite3.connect(tmp_path / NAME) as connection:
        [(stamp,)] = connection.execute("PRAGMA application_id")
        connection.execute(f"PRAGMA application_id = {stamp + 50}")
        [(version,)] = connection.execute("PRAGMA user_version")
        connection.execute(f"PRAGMA user_version = {version + 50}")
    connection.close()
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(StoreError, match="made by a newer meshnode"):
        asyncio.run(open_store(tmp_path / NAME))
    assert (tmp_path / NAME).read_bytes() == before


def test_the_lock_of_a_dead_process_does_not_hold(tmp_path):
    script = (
        "import asyncio, os, sys, pathlib; from meshnode.store.opening import open_store; "
        "asyncio.run(open_store(pathlib.Path(sys.argv[1]))); os._exit(9)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / NAME)]
    assert subprocess.run(command, check=False).returncode == 9
    assert open_with(tmp_path / NAME, look)[2] == ()
