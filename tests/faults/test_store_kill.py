"""kill -9 of a real process that writes to a store: what it acknowledged is there afterwards."""

import asyncio
import os
import signal
from pathlib import Path
from random import Random

import pytest

from meshnode.protocol.effects import RemoveObject, StoreObject
from meshnode.store.opening import open_store
from meshnode.store.port import Loaded
from tests.unit.store.samples import KEY, sample

KILLS = 25
KILLS_SWEEP = 2_000


async def write_until_killed(path: Path, acknowledge: int) -> None:
    """Store objects without end, drop every third again; write a line after each change."""
    store = (await open_store(path)).store
    while True:
        sequence = await store.next_sequence(KEY.id)
        os.write(acknowledge, f"sequence {sequence}\n".encode())
        held = sample(sequence)
        applied = await store.apply([StoreObject(held, None)])
        os.write(acknowledge, f"stored {sequence} {applied.stored[0].arrival}\n".encode())
        if sequence % 3 == 0:
            await store.apply([RemoveObject(held.id, "expired", 9)])
            os.write(acknowledge, f"removed {sequence}\n".encode())


def start_writer(path: Path) -> tuple[int, int]:
    """Return the process id of a writer, and the pipe on which it acknowledges."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(write_until_killed(path, writing))
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def acknowledged_until_kill(path: Path, lines_before: int) -> list[list[str]]:
    """Kill a writer after so many lines; return all that it wrote, in words."""
    child, reading = start_writer(path)
    with os.fdopen(reading) as pipe:
        lines = [pipe.readline() for _ in range(lines_before)]
        os.kill(child, signal.SIGKILL)
        lines += pipe.readlines()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return [line.split() for line in lines]


async def found_after(path: Path) -> tuple[Loaded, int]:
    """Return what a restart finds, and the next sequence number."""
    opened = await open_store(path)
    try:
        assert opened.warnings == ()
        assert (await opened.store.check()).is_sound
        return await opened.store.load(), await opened.store.next_sequence(KEY.id)
    finally:
        await opened.store.close()


def kill_often(path: Path, kills: int) -> None:
    dice = Random(kills)
    sequence_last, arrival_last = 0, 0
    stored: dict[int, int] = {}
    for _ in range(kills):
        lines = acknowledged_until_kill(path, dice.randrange(1, 40))
        for word, number, *rest in lines:
            match word:
                case "sequence":
                    assert int(number) > sequence_last
                    sequence_last = int(number)
                case "stored":
                    assert int(rest[0]) > arrival_last
                    arrival_last = int(rest[0])
                    stored[int(number)] = arrival_last
                case "removed":
                    del stored[int(number)]
        loaded, following = asyncio.run(found_after(path))
        assert following > sequence_last
        sequence_last = following
        found = {each.object.sequence: each.arrival for each in loaded.objects}
        require_acknowledged(stored, found, lines[-1])
        stored = found


def require_acknowledged(stored: dict[int, int], found: dict[int, int], last: list[str]) -> None:
    """Only the one change after the last acknowledged one may have happened or not."""
    number = int(last[1])
    perhaps_stored = {number} if last[0] == "sequence" else set()
    perhaps_removed = {number} if last[0] == "stored" and number % 3 == 0 else set()
    assert found.keys() - stored.keys() <= perhaps_stored
    assert stored.keys() - found.keys() <= perhaps_removed
    assert all(found[each] == stored[each] for each in found.keys() & stored.keys())


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path):
    kill_often(tmp_path / "store.db", KILLS)


@pytest.mark.sweep
def test_nothing_acknowledged_is_lost_over_many_kills(tmp_path):
    kill_often(tmp_path / "store.db", KILLS_SWEEP)
