"""One flipped bit in a valid object, of any kind, through any door: it stays outside."""

import asyncio
import sqlite3
from pathlib import Path
from random import Random

import pytest

from meshnode.protocol.batch import compose
from meshnode.protocol.clock import Quality
from meshnode.protocol.effects import Effect, StoreObject
from meshnode.protocol.events import FrameReceived
from meshnode.protocol.frames import Objects, RadioCodec, Symbol
from meshnode.protocol.object import Kind
from meshnode.store.opening import open_store
from tests.community import ANNA, CHARTER, NETWORK_KEY, RADIO, Script
from tests.entrances import ONE_FRAME_BYTES, Door, Watch, come, connect, state
from tests.everykind import village

FLIPS = 128
"""For each kind and each door: 2,048 a door."""
FLIPS_SWEEP = 1_024
ROWS_ROUNDS = 50
NAME = "store.db"


def flipped(encoded: bytes, dice: Random) -> bytes:
    return _flip(encoded, dice.randrange(8 * len(encoded)))


def mutants(kind: Kind, count: int, dice: Random) -> list[bytes]:
    """Return so many different flips of one bit in the objects of a kind."""
    originals = [one.encoded for one in village().of(kind)]
    places = [(one, bit) for one in originals for bit in range(8 * len(one))]
    return [_flip(one, bit) for one, bit in dice.sample(places, count)]


def _flip(encoded: bytes, bit: int) -> bytes:
    data = bytearray(encoded)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def node(*, knows_all: bool, minute: int | None = None) -> Script:
    """A node that knows who is who, and also what was said, or not yet."""
    held = village().things if knows_all else village().ground
    if minute is None:
        return Script(members=(), held=held)
    return Script(members=(), held=held, minute=minute, is_synchronised=False)


def flip_everywhere(door: Door, count: int) -> None:
    dice = Random(f"flips {door}")
    for knows_all in (True, False):
        watch = Watch.over(node(knows_all=knows_all))
        before = state(watch.script)
        for kind in Kind:
            for number, mutated in enumerate(mutants(kind, count // 2, dice)):
                assert not watch.offer(door, mutated), (door, kind.name, mutated.hex())
                if number % 48 == 47:
                    watch.settle()
            watch.settle()
            assert state(watch.script) == before, kind.name
        assert sum(watch.refused.values()) >= count // 2 * len(Kind)
        # The node is no wall: what was flipped is welcome as it was.
        for thing in village().things:
            watch.offer(door, thing.encoded)
        assert {thing.id for thing in village().things} == watch.script.held


@pytest.mark.parametrize("door", Door)
def test_a_flipped_bit_in_any_kind_is_refused_at_every_door(door: Door) -> None:
    flip_everywhere(door, FLIPS)


@pytest.mark.sweep
@pytest.mark.parametrize("door", Door)
def test_many_flipped_bits_in_any_kind_are_refused_at_every_door(door: Door) -> None:
    flip_everywhere(door, FLIPS_SWEEP)


def test_the_flips_would_be_seen_on_a_node_that_does_not_verify(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("meshnode.protocol.object.verify", lambda *_: True)
    with pytest.raises(AssertionError):
        flip_everywhere(Door.STREAM, FLIPS)


def test_a_flipped_bit_on_the_air_spoils_the_frame_or_the_batch() -> None:
    dice = Random("air")
    script = node(knows_all=False)
    connect(script)
    before = state(script)
    for kind in Kind:
        for _ in range(FLIPS):
            thing = dice.choice(village().of(kind))
            effects = _spoilt(script, thing.encoded, dice)
            assert not any(isinstance(effect, StoreObject) for effect in effects), kind.name
    assert state(script) == before
    drops = script.engine.common.drops
    assert set(drops) <= {"wrong_mac", "foreign_frame", "bad_batch", "bad_symbol"}
    assert drops["wrong_mac"] > FLIPS
    assert drops["bad_batch"] > FLIPS


def test_flipped_objects_do_not_set_the_clock_of_a_node_that_has_none() -> None:
    dice = Random("clock")
    script = node(knows_all=True, minute=0)
    for kind in Kind:
        for _ in range(FLIPS):
            mutated = flipped(dice.choice(village().of(kind)).encoded, dice)
            come(script, dice.choice([Door.RADIO, Door.BATCH]), mutated)
    assert script.engine.common.clock.quality(script.now_ms) is Quality.UNKNOWN


def test_flipped_rows_of_every_kind_are_set_aside_and_the_node_is_as_without_them(
    tmp_path: Path,
) -> None:
    asyncio.run(_flip_rows(tmp_path / NAME))


async def _flip_rows(path: Path) -> None:
    dice = Random("rows")
    things = [one for one in village().things if one.id != CHARTER.id]
    opened = await open_store(path)
    await opened.store.apply([StoreObject(one, None) for one in things])
    await opened.store.close()
    flips = 0
    for _ in range(ROWS_ROUNDS):
        spoilt = dice.sample(things, len(things) // 2)
        kept = [one for one in things if one not in spoilt]
        with sqlite3.connect(path) as database:
            database.executemany(
                "UPDATE objects SET encoded = ? WHERE id = ?",
                [(flipped(one.encoded, dice), one.id) for one in spoilt],
            )
        database.close()
        opened = await open_store(path)
        loaded = await opened.store.load()
        assert loaded.damaged_rows == len(spoilt)
        assert [one.object for one in loaded.objects] == kept
        found = Script(members=(), held=[one.object for one in loaded.objects])
        assert state(found) == state(Script(members=(), held=kept))
        # What was lost comes back as it came first.
        await opened.store.apply([StoreObject(one, None) for one in spoilt])
        things = [one.object for one in (await opened.store.load()).objects]
        await opened.store.close()
        flips += len(spoilt)
    assert flips >= 1_000


def _spoilt(script: Script, encoded: bytes, dice: Random) -> list[Effect]:
    """Let a frame, or a batch, arrive of which one bit is wrong."""
    if len(encoded) <= ONE_FRAME_BYTES and dice.random() < 0.5:
        frame = RadioCodec(NETWORK_KEY, ANNA.id).seal(0, Objects((encoded,)))
        return script(FrameReceived(RADIO, flipped(frame, dice)))
    batch = compose([encoded], ONE_FRAME_BYTES)
    wrong = dice.randrange(len(batch.data))
    return [
        effect
        for index, data in enumerate(batch.data)
        for effect in script.hear(
            Symbol(
                batch.shape,
                index,
                len(batch.data) - 1 - index,
                flipped(data, dice) if index == wrong else data,
            )
        )
    ]
