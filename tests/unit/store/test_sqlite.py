import asyncio
import resource
import sqlite3
from contextlib import contextmanager
from random import Random

import pytest

from meshnode.protocol.effects import RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import Kind, compose
from meshnode.store.files import BALLAST_BYTES
from meshnode.store.opening import open_store
from tests.unit.store.samples import COMMUNITY, KEY, held, sample, samples, stores

NAME = "store.db"
IO_FAULTS = 20


def play(folder, script):
    async def whole():
        store = (await open_store(folder / NAME)).store
        try:
            return await script(store)
        finally:
            await store.close()

    return asyncio.run(whole())


@contextmanager
def edited(folder):
    """Change the closed database behind the store's back."""
    connection = sqlite3.connect(folder / NAME)
    with connection:
        yield connection
    connection.close()


def rot(folder, number):
    with edited(folder) as connection:
        encoded = bytearray(sample(number).encoded)
        encoded[40] ^= 1
        connection.execute(
            "UPDATE objects SET encoded = ? WHERE id = ?", (encoded, sample(number).id)
        )


def test_a_rotten_object_is_set_aside_and_can_be_stored_anew(tmp_path):
    play(tmp_path, lambda store: store.apply(stores(samples(3))))
    rot(tmp_path, 2)

    async def script(store):
        loaded = await store.load()
        assert [each.object for each in loaded.objects] == [sample(1), sample(3)]
        assert loaded.damaged_rows == 1
        assert (await store.load()).damaged_rows == 0
        [again] = (await store.apply(stores([sample(2)]))).stored
        assert again.arrival == 4
        assert await held(store) == [sample(1), sample(3), sample(2)]

    play(tmp_path, script)
    with edited(tmp_path) as connection:
        assert connection.execute("SELECT arrival, id FROM damaged").fetchall() == [
            (2, sample(2).id)
        ]


@pytest.mark.parametrize("sort", ["notice", "withdrawal", "revocation", "removal"])
def test_what_had_rotted_is_nowhere_once_somebody_takes_something_back(tmp_path, sort):
    play(tmp_path, lambda store: store.apply(stores(samples(3))))
    rot(tmp_path, 2)
    text = sample(2).encoded[41:]
    taking = {
        "notice": StoreObject(act(Kind.NOTICE, sample(2)), None),
        "withdrawal": StoreObject(act(Kind.WITHDRAWAL, sample(2)), None),
        "revocation": StoreObject(act(Kind.REVOCATION), None),
        "removal": RemoveObject(sample(3).id, "erased", 9),
    }

    async def script(store):
        # It rots, and is not held: its erasure finds nothing to remove.
        assert (await store.load()).damaged_rows == 1
        assert text in written(tmp_path)
        await store.apply([RemoveObject(sample(1).id, "expired", 9)])
        assert text in written(tmp_path)
        await store.apply([taking[sort]])
        assert text not in written(tmp_path)

    play(tmp_path, script)


def act(kind, target=None):
    parent = None if target is None else target.short_id
    return compose(
        key=KEY,
        community=COMMUNITY,
        kind=kind,
        body=b"",
        sequence=900,
        created_min=1000,
        lifetime_code=5,
        parent=parent,
    )


def written(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_rotten_settings_and_removals_are_left_out_and_counted(tmp_path):
    async def fill(store):
        removals = [RemoveObject(sample(number).id, "expired", 9) for number in (1, 2)]
        await store.apply([*removals, SaveSetting("a", b"1"), SaveSetting("b", b"1")])

    play(tmp_path, fill)
    with edited(tmp_path) as connection:
        connection.execute("UPDATE removed SET remember_until_min = 8 WHERE id < ?", (b"\xff",))
        connection.execute("UPDATE settings SET value = x'32' WHERE key = 'a'")

    async def script(store):
        loaded = await store.load()
        assert loaded.removed == ()
        assert loaded.settings == {"b": b"1"}
        assert loaded.damaged_rows == 3
        await store.apply([SaveSetting("a", b"3")])
        assert (await store.load()).settings == {"a": b"3", "b": b"1"}

    play(tmp_path, script)


async def limit_pages(store):
    """Let the database not grow any more, as a disk without room does."""
    [(pages,)] = await store._database.read("PRAGMA page_count")
    await store._database.read(f"PRAGMA max_page_count = {pages}")


def without_room(monkeypatch):
    """Let the disk look full to whoever asks for its free space."""
    nothing = type("Usage", (), {"free": BALLAST_BYTES})
    monkeypatch.setattr("meshnode.store.files.shutil.disk_usage", lambda folder: nothing)


def test_on_a_full_disk_storing_is_refused_and_removing_makes_room(tmp_path, monkeypatch):
    async def script(store):
        await store.apply(stores(samples(100)))
        without_room(monkeypatch)
        await limit_pages(store)
        with pytest.raises(StoreError, match="is full, nothing was stored: free some space"):
            await store.apply(stores(samples(100, first=101)))
        assert not (tmp_path / "ballast").exists()
        assert await held(store) == samples(100)
        with pytest.raises(StoreError, match="is full"):
            await store.apply(stores([sample(101)]))
        leaving = [RemoveObject(each.id, "expired", 9) for each in samples(50)]
        await store.apply(leaving)
        await store.next_sequence(KEY.id)
        await store.apply(stores([sample(101)]))
        assert await held(store) == [*samples(50, first=51), sample(101)]
        assert (await store.check()).is_sound

    play(tmp_path, script)


def test_the_ballast_is_laid_again_when_there_is_room(tmp_path, monkeypatch):
    async def script(store):
        await store.apply(stores(samples(100)))
        await limit_pages(store)
        with monkeypatch.context() as patched:
            without_room(patched)
            with pytest.raises(StoreError, match="is full"):
                await store.apply(stores(samples(100, first=101)))
        await store._database.read("PRAGMA max_page_count = 1000000")
        await store.apply(stores(samples(100, first=101)))
        assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES
        assert await held(store) == samples(200)

    play(tmp_path, script)


@contextmanager
def files_bounded(size_bytes):
    """Let writes behind `size_bytes` of any file fail, as a dying card does."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_a_write_that_fails_anywhere_leaves_the_store_whole_and_usable(tmp_path):
    async def script(store):
        dice, expected, failures = Random(5), samples(20), 0
        await store.apply(stores(expected))
        for number in range(IO_FAULTS):
            batch = samples(20, first=100 + 20 * number)
            log_bytes = (tmp_path / f"{NAME}-wal").stat().st_size
            with files_bounded(log_bytes + dice.randrange(30_000)):
                try:
                    await store.apply(stores(batch))
                    expected += batch
                except StoreError:
                    failures += 1
            assert await held(store) == expected
            assert (await store.check()).is_sound
            await store.apply(stores([sample(number + 30)]))
            expected += [sample(number + 30)]
        assert failures >= IO_FAULTS // 2
        return expected

    expected = play(tmp_path, script)
    assert play(tmp_path, held) == expected


def test_a_cancelled_batch_is_whole_or_absent(tmp_path):
    async def script(store):
        for turns in range(20):
            batch = samples(3, first=1 + 3 * turns)
            task = asyncio.create_task(store.apply(stores(batch)))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            present = [each for each in await held(store) if each in batch]
            assert present in ([], batch)

    play(tmp_path, script)


def test_closing_twice_is_harmless_and_lets_others_in(tmp_path):
    async def script(store):
        await store.close()
        await store.close()
        other = (await open_store(tmp_path / NAME)).store
        await other.close()

    play(tmp_path, script)


def on_disk(folder, thing):
    """Return whether an object's bytes, or most of them, lie in any file of the store."""
    middle = thing.encoded[20:-20]
    return any(middle in path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("reason", ["replaced", "revoked"])
def test_what_was_taken_away_is_in_no_file_of_the_store_any_more(tmp_path, reason):
    async def script(store):
        await store.apply(stores(samples(40)))
        assert on_disk(tmp_path, sample(7))
        await store.apply([RemoveObject(sample(7).id, reason, 9_000_000)])
        assert not on_disk(tmp_path, sample(7))
        assert on_disk(tmp_path, sample(8))

    play(tmp_path, script)
