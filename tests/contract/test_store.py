"""What every store promises. The same tests run on memory and on SQLite."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.errors import LimitError
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.store.memory import MemoryStore
from meshnode.store.opening import open_store
from meshnode.store.port import (
    Applied,
    DropSetting,
    Removed,
    Store,
    StoredObject,
    StoreEffect,
)
from tests.unit.store.samples import KEY, OTHER_KEY, held, sample, samples, stores

Script = Callable[["Home"], Awaitable[None]]


class Home:
    """A store that can be closed and opened again, as a node's restart does."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "store.db" if folder else None
        self._memory = MemoryStore()
        self.store: Store = self._memory

    async def open(self) -> Store:
        if self._path:
            opened = await open_store(self._path)
            assert opened.warnings == ()
            self.store = opened.store
        return self.store

    async def restart(self) -> Store:
        await self.store.close()
        return await self.open()


@pytest.fixture(params=["memory", "sqlite"])
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Script], None]:
    """Run a script against an empty store."""

    def run(script: Script) -> None:
        async def whole() -> None:
            home = Home(tmp_path if request.param == "sqlite" else None)
            await home.open()
            try:
                await script(home)
            finally:
                await home.store.close()

        asyncio.run(whole())

    return run


def test_an_empty_store_holds_nothing(play):
    async def script(home):
        loaded = await home.store.load()
        assert (loaded.objects, loaded.removed, loaded.settings) == ((), (), {})
        assert loaded.damaged_rows == 0
        assert (await home.store.check()).is_sound
        assert await home.store.apply([]) == Applied(())

    play(script)


def test_what_was_applied_is_there_after_a_restart(play):
    async def script(home):
        first, second = samples(2)
        await home.store.apply([StoreObject(first, "radio"), StoreObject(second, None)])
        await home.store.apply([RemoveObject(sample(9).id, "expired", 5000)])
        await home.store.apply([SaveSetting("clock", b"\0\xff")])
        loaded = await (await home.restart()).load()
        assert [(each.object, each.link) for each in loaded.objects] == [
            (first, "radio"),
            (second, None),
        ]
        assert loaded.removed == (Removed(sample(9).id, "expired", 5000),)
        assert loaded.settings == {"clock": b"\0\xff"}

    play(script)


def test_arrivals_rise_across_batches_and_restarts_and_removals(play):
    async def script(home):
        applied = [await home.store.apply(stores(samples(3)))]
        await home.store.apply([RemoveObject(sample(3).id, "expired", 1)])
        store = await home.restart()
        applied.append(await store.apply(stores(samples(2, first=4))))
        arrivals = [each.arrival for batch in applied for each in batch.stored]
        assert len(arrivals) == 5
        assert arrivals == sorted(set(arrivals))
        loaded = await store.load()
        assert [each.arrival for each in loaded.objects] == arrivals[:2] + arrivals[3:]

    play(script)


def test_applied_names_what_it_added_with_its_arrival(play):
    async def script(home):
        objects = samples(3)
        await home.store.apply(stores(objects[:1]))
        applied = await home.store.apply(stores(objects, link="lan"))
        assert [each.object for each in applied.stored] == objects[1:]
        assert (await home.store.load()).objects[1:] == applied.stored

    play(script)


def test_storing_an_object_again_changes_nothing(play):
    async def script(home):
        await home.store.apply(stores(samples(2)))
        before = await home.store.load()
        again = await home.store.apply(stores([*samples(2), *samples(2)], link="lan"))
        assert again == Applied(())
        assert await home.store.load() == before

    play(script)


def test_an_object_twice_in_one_batch_is_one_object(play):
    async def script(home):
        applied = await home.store.apply(stores([sample(1), sample(1), sample(2)]))
        assert [each.object for each in applied.stored] == samples(2)
        assert await held(home.store) == samples(2)

    play(script)


def test_removing_an_absent_object_remembers_it(play):
    async def script(home):
        await home.store.apply([RemoveObject(sample(1).id, "withdrawn", 70)])
        await home.store.apply([RemoveObject(sample(1).id, "expired", 90)])
        loaded = await (await home.restart()).load()
        assert loaded.removed == (Removed(sample(1).id, "expired", 90),)
        assert loaded.objects == ()

    play(script)


def test_the_order_within_a_batch_counts(play):
    async def script(home):
        one, two = samples(2)
        applied = await home.store.apply(
            [
                StoreObject(one, None),
                RemoveObject(one.id, "withdrawn", 10),
                RemoveObject(two.id, "withdrawn", 10),
                StoreObject(two, None),
                SaveSetting("a", b"1"),
                SaveSetting("a", b"2"),
            ]
        )
        loaded = await home.store.load()
        assert [each.object for each in applied.stored] == [two]
        assert [each.object for each in loaded.objects] == [two]
        assert loaded.removed == (Removed(one.id, "withdrawn", 10),)
        assert loaded.settings == {"a": b"2"}

    play(script)


def test_removed_ids_are_forgotten_when_their_time_is_over(play):
    async def script(home):
        one, two, three = samples(3)
        await home.store.apply(
            [RemoveObject(one.id, "expired", 10), RemoveObject(two.id, "expired", 11)]
        )
        await home.store.apply([ForgetRemoved(10), RemoveObject(three.id, "expired", 9)])
        remembered = {each.id for each in (await home.store.load()).removed}
        assert remembered == {two.id, three.id}

    play(script)


def test_sequence_numbers_start_at_one_and_are_kept_per_author(play):
    async def script(home):
        assert [await home.store.next_sequence(KEY.id) for _ in range(3)] == [1, 2, 3]
        assert await home.store.next_sequence(OTHER_KEY.id) == 1

    play(script)


def test_sequence_numbers_go_on_after_a_clean_restart_without_a_gap(play):
    async def script(home):
        given = [await home.store.next_sequence(KEY.id) for _ in range(20)]
        store = await home.restart()
        given += [await store.next_sequence(KEY.id) for _ in range(20)]
        assert given == list(range(1, 41))

    play(script)


def test_a_sequence_number_is_above_what_the_caller_knows(play):
    async def script(home):
        assert await home.store.next_sequence(KEY.id, above=41) == 42
        assert await home.store.next_sequence(KEY.id, above=7) == 43
        assert await (await home.restart()).next_sequence(KEY.id) == 44

    play(script)


def test_an_author_without_numbers_left_is_told(play):
    async def script(home):
        assert await home.store.next_sequence(KEY.id, above=SEQUENCE_MAX - 1) == SEQUENCE_MAX
        with pytest.raises(LimitError, match="make a new key"):
            await home.store.next_sequence(KEY.id)

    play(script)


def test_concurrent_callers_never_share_a_number(play):
    async def script(home):
        numbers = await asyncio.gather(*(home.store.next_sequence(KEY.id) for _ in range(40)))
        applied = await asyncio.gather(*(home.store.apply([each]) for each in stores(samples(40))))
        arrivals = [each.arrival for batch in applied for each in batch.stored]
        assert sorted(numbers) == list(range(1, 41))
        assert len(set(arrivals)) == 40

    play(script)


def test_size_grows_with_what_is_held(play):
    async def script(home):
        before = home.store.size_bytes
        await home.store.apply(stores(samples(200)))
        assert home.store.size_bytes >= before + sum(len(each.encoded) for each in samples(200))

    play(script)


def effects() -> st.SearchStrategy[StoreEffect]:
    """A few ids only, so that effects meet each other."""
    objects = st.integers(1, 5).map(sample)
    return st.one_of(
        st.builds(StoreObject, objects, st.sampled_from([None, "radio", "lan"])),
        st.builds(
            RemoveObject,
            objects.map(lambda each: each.id),
            st.sampled_from(["expired", "withdrawn"]),
            st.integers(0, 5),
        ),
        st.builds(ForgetRemoved, st.integers(0, 5)),
        st.builds(SaveSetting, st.sampled_from(["a", "b"]), st.binary(max_size=2)),
        st.builds(DropSetting, st.sampled_from(["a", "b"])),
    )


@settings(max_examples=25, deadline=None)
@given(batches=st.lists(st.lists(effects(), max_size=12), max_size=4))
def test_sqlite_and_memory_hold_the_same_after_any_effects(batches, tmp_path_factory):
    async def script() -> None:
        path = tmp_path_factory.mktemp("twins") / "store.db"
        memory, sqlite = MemoryStore(), (await open_store(path)).store
        for batch in batches:
            expected, applied = await memory.apply(batch), await sqlite.apply(batch)
            assert without_arrivals(applied.stored) == without_arrivals(expected.stored)
        expected_all, loaded = await memory.load(), await sqlite.load()
        await sqlite.close()
        assert without_arrivals(loaded.objects) == without_arrivals(expected_all.objects)
        assert loaded.removed == expected_all.removed
        assert loaded.settings == expected_all.settings

    asyncio.run(script())


def without_arrivals(stored: tuple[StoredObject, ...]) -> list[tuple[object, str | None]]:
    return [(each.object, each.link) for each in stored]
