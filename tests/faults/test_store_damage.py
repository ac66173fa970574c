"""Bits that flip and files that end too early, at random places of every file of the store."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from meshnode.protocol.effects import RemoveObject, SaveSetting
from meshnode.store.opening import open_store
from tests.unit.store.samples import KEY, held, sample, samples, stores

NAME = "store.db"
FILES = (NAME, f"{NAME}-wal", f"{NAME}.numbers")
PLACES = 50
PLACES_SWEEP = 5_000
SEQUENCES = 40
ARRIVALS = 90

Harm = Callable[[Path, Random], None]


def flip_bits(path: Path, dice: Random) -> None:
    data = bytearray(path.read_bytes())
    # Headers are small and hold what matters most: half of the flips go there.
    reach = dice.choice((len(data), 100))
    for _ in range(dice.choice((1, 1, 8))):
        data[dice.randrange(min(len(data), reach))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def truncate(path: Path, dice: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as a power cut leaves it: part of it in the database, part still in the log."""
    folder = tmp_path_factory.mktemp("original")
    running = folder / "running"
    running.mkdir()
    asyncio.run(fill(running, folder))
    return folder


async def fill(running: Path, folder: Path) -> None:
    store = (await open_store(running / NAME)).store
    await store.apply(stores(samples(60)))
    for _ in range(SEQUENCES):
        await store.next_sequence(KEY.id)
    await store.close()
    store = (await open_store(running / NAME)).store
    await store.apply(stores(samples(30, first=61)))
    await store.apply([RemoveObject(sample(5).id, "expired", 9), SaveSetting("clock", b"12")])
    for name in FILES:
        shutil.copy(running / name, folder / name)
    await store.close()


async def open_damaged(path: Path) -> int:
    """Check what a node finds, twice; return how many objects it still has."""
    opened = await open_store(path)
    store = opened.store
    loaded = await store.load()
    shown = [each.object for each in loaded.objects]
    intact = {each.id: each for each in samples(90)}
    assert all(intact.get(each.id) == each for each in shown)
    assert len({each.id for each in shown}) == len(shown)
    assert all(each.reason == "expired" and each.id == sample(5).id for each in loaded.removed)
    assert all(pair == ("clock", b"12") for pair in loaded.settings.items())
    assert await store.next_sequence(KEY.id) > SEQUENCES
    [new] = (await store.apply(stores([sample(200)]))).stored
    assert new.arrival > ARRIVALS
    # Those that were lost come back from the neighbours.
    await store.apply(stores(samples(90)))
    assert len(await held(store)) == 91
    assert (await store.check()).is_sound
    await store.close()
    again = await open_store(path)
    assert again.set_aside is None
    assert again.warnings == ()
    assert len(await held(again.store)) == 91
    await again.store.close()
    return len(shown)


def damage_at_places(original: Path, folder: Path, harm: Harm, places: int) -> None:
    saved = 0
    for seed in range(places):
        dice = Random(f"{harm.__name__} {seed}")
        home = folder / str(seed)
        home.mkdir()
        for name in FILES:
            shutil.copy(original / name, home / name)
        harm(home / dice.choice(FILES), dice)
        try:
            saved += asyncio.run(open_damaged(home / NAME))
        except BaseException as error:
            error.add_note(f"{harm.__name__}, seed {seed}")
            raise
        shutil.rmtree(home)
    # Most places cost a few objects at most; a store that gave up each time would save none.
    assert saved > places * 90 // 2


@pytest.mark.parametrize("harm", [flip_bits, truncate])
def test_a_damaged_file_never_stops_the_start_nor_shows_a_damaged_object(original, tmp_path, harm):
    damage_at_places(original, tmp_path, harm, PLACES // 2)


@pytest.mark.sweep
@pytest.mark.parametrize("harm", [flip_bits, truncate])
def test_damage_at_many_places_never_stops_the_start(original, tmp_path, harm):
    damage_at_places(original, tmp_path, harm, PLACES_SWEEP // 2)
