"""Power cuts and a full disk, beneath the real schema, pragmas and statements of the store.

The statements run through apsw on a disk in memory, because Python's own module takes no VFS.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import apsw
import pytest

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.store import statements
from meshnode.store.counters import ARRIVAL
from meshnode.store.files import BALLAST_BYTES
from meshnode.store.migrate import released
from meshnode.store.port import StoreEffect
from meshnode.store.rows import (
    counter_from_row,
    counter_row,
    object_from_row,
    removed_from_row,
    setting_from_row,
)
from tests.faults.store_disk import Disk, DiskVFS, PowerCut
from tests.unit.store.samples import KEY, sample

NAME = "store.db"
CUTS = 2_000
CUTS_SWEEP = 200_000
CUTS_A_SCRIPT = 50
FULL_DISKS = 20
FULL_DISKS_SWEEP = 2_000
STEPS = 8

VFS = DiskVFS()

State = tuple[Any, ...]
Pragmas = Sequence[str]

WITHOUT_SYNC = tuple(
    pragma.replace("synchronous = FULL", "synchronous = NORMAL") for pragma in statements.PRAGMAS
)
OFTEN_CARRIED_OVER = (*statements.PRAGMAS, "PRAGMA wal_autocheckpoint = 6")
"""Cuts while the log is carried over to the database, which short scripts never reach else."""


@dataclass(frozen=True)
class Script:
    """What a node does: batches of effects, and the states that it may be found in after each."""

    batches: tuple[tuple[StoreEffect, ...], ...]
    states: tuple[State, ...]
    operations: int


@contextmanager
def opened(disk: Disk, pragmas: Pragmas = statements.PRAGMAS) -> Iterator[apsw.Connection]:
    """Open the database as `Database.open` does; exclusive, as our disk shares no memory."""
    VFS.disk = disk
    connection = apsw.Connection(NAME, vfs=DiskVFS.NAME)
    try:
        for pragma in ("PRAGMA locking_mode = EXCLUSIVE", *pragmas):
            connection.execute(pragma).fetchall()
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    connection.execute(statements.BEGIN)
    try:
        yield
        connection.execute("COMMIT")
    except (PowerCut, apsw.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: apsw.Connection) -> None:
    [(version,)] = connection.execute("PRAGMA user_version")
    for migration in released()[version:]:
        with transaction(connection):
            for sql in migration.stamped:
                connection.execute(sql).fetchall()


def apply(connection: apsw.Connection, batch: Sequence[StoreEffect], arrival_first: int) -> None:
    last = counter_row(ARRIVAL, arrival_first + len(batch))
    author = counter_row(KEY.id.hex(), arrival_first)
    with transaction(connection):
        for part in statements.plan(batch, arrival_first=arrival_first):
            connection.executemany(part.sql, part.rows)
        connection.executemany(statements.SAVE_COUNTER, [last, author])


def state(connection: apsw.Connection) -> State:
    """Return everything held, in the values that the store would show."""
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return (
        [object_from_row(row) for row in connection.execute(statements.LOAD_OBJECTS, (0, 1000))],
        [removed_from_row(row) for row in connection.execute(statements.LOAD_REMOVED)],
        [setting_from_row(row) for row in connection.execute(statements.LOAD_SETTINGS)],
        [counter_from_row(row) for row in connection.execute(statements.LOAD_COUNTERS)],
    )


def state_found(image: dict[str, bytes]) -> State | None:
    """Return what the next start finds; None: not even the schema."""
    with opened(Disk(image)) as connection:
        [(version,)] = connection.execute("PRAGMA user_version")
        return state(connection) if version else None


def script(dice: Random, base: dict[str, bytes], pragmas: Pragmas) -> Script:
    """Return a random script, and how it goes when nothing happens to it."""
    batches = tuple(random_batch(dice) for _ in range(STEPS))
    disk = Disk(base)
    with opened(disk, pragmas) as connection:
        migrate(connection)
        states = [state(connection)]
        for number, batch in enumerate(batches):
            apply(connection, batch, arrival_of(number))
            states.append(state(connection))
    return Script(batches, tuple(states), disk.operations)


def random_batch(dice: Random) -> tuple[StoreEffect, ...]:
    return tuple(random_effect(dice) for _ in range(dice.choice((1, 1, 2, 12))))


def random_effect(dice: Random) -> StoreEffect:
    held = sample(dice.randrange(1, 40))
    draw = dice.random()
    if draw < 0.6:
        return StoreObject(held, dice.choice((None, "radio")))
    if draw < 0.8:
        return RemoveObject(held.id, "expired", dice.randrange(9))
    if draw < 0.85:
        return ForgetRemoved(dice.randrange(9))
    return SaveSetting("clock", dice.randbytes(9))


def arrival_of(number: int) -> int:
    return 1 + 20 * number


def cut_once(
    play: Script, base: dict[str, bytes], dice: Random, pragmas: Pragmas
) -> tuple[int, State | None]:
    """Return how many batches were acknowledged, and what the next start finds."""
    disk = Disk(base)
    disk.cut_after = dice.randrange(play.operations)
    acknowledged = -1
    try:
        with opened(disk, pragmas) as connection:
            migrate(connection)
            for number, batch in enumerate(play.batches):
                acknowledged = number
                apply(connection, batch, arrival_of(number))
            acknowledged = len(play.batches)
    except (PowerCut, apsw.Error):
        pass
    return acknowledged, state_found(disk.image_after_cut(dice))


def whole_states(play: Script, acknowledged: int) -> Sequence[State | None]:
    """Return the states that keep the promise: all that was acknowledged, and whole batches."""
    if acknowledged < 0:
        return (None, play.states[0])
    return play.states[acknowledged : acknowledged + 2]


def base_images(dice: Random) -> tuple[dict[str, bytes], ...]:
    """Return an empty disk, one with the schema, and one that has been used for a while."""
    made = Disk({})
    with opened(made) as connection:
        migrate(connection)
    used = Disk(made.image())
    with opened(used) as connection:
        for _ in range(20):
            apply(connection, random_batch(dice), 1)
    return {}, made.image(), used.image()


def broken_promises(cuts: int, seed: int, pragmas: Pragmas) -> list[str]:
    """Cut the power `cuts` times; return the seeds where the next start found something else."""
    broken = []
    for first in range(0, cuts, CUTS_A_SCRIPT):
        dice = Random(f"{seed} {first}")
        base = dice.choice(base_images(dice))
        play = script(dice, base, pragmas)
        for number in range(first, first + CUTS_A_SCRIPT):
            acknowledged, found = cut_once(play, base, Random(f"{seed} {number}"), pragmas)
            if found not in whole_states(play, acknowledged):
                broken.append(f"seed {seed}, script {first}, cut {number}")
    return broken


@pytest.mark.parametrize("pragmas", [statements.PRAGMAS, OFTEN_CARRIED_OVER])
def test_a_power_cut_leaves_all_that_was_acknowledged_and_whole_batches(pragmas):
    assert broken_promises(CUTS // 2, 1, pragmas) == []


@pytest.mark.sweep
@pytest.mark.parametrize("pragmas", [statements.PRAGMAS, OFTEN_CARRIED_OVER])
def test_many_power_cuts_leave_all_that_was_acknowledged(pragmas):
    assert broken_promises(CUTS_SWEEP // 2, 2, pragmas) == []


def test_the_power_cuts_find_a_store_that_does_not_sync():
    assert broken_promises(200, 3, WITHOUT_SYNC) != []


def fill_until_refused(connection: apsw.Connection) -> State:
    """Store objects until the disk is full; return the state before the refused one."""
    for number in count():
        before = state(connection)
        try:
            apply(connection, [StoreObject(sample(number + 50), None)], 5000 + number)
        except apsw.FullError:
            return before
    raise AssertionError("the disk never filled")


def fill_disk(seed: int) -> None:
    """Run a script on a disk that is full at some write; check that removing helps out."""
    dice = Random(seed)
    base = base_images(dice)[2]
    disk = Disk(base)
    with opened(disk, OFTEN_CARRIED_OVER) as connection:
        disk.room_bytes = sum(map(len, disk.image().values())) + dice.randrange(100_000)
        before = fill_until_refused(connection)
        # The commit may have been whole before the log's carrying over met the full disk.
        now = state(connection)
        assert now == before or now[0][:-1] == before[0]
        disk.room_bytes += BALLAST_BYTES
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        leaving = [RemoveObject(held.object.id, "expired", 9) for held in now[0]]
        apply(connection, leaving, 9000)
        assert state(connection)[0] == []
    found = state_found(disk.image())
    assert found is not None
    assert found[0] == []


def test_a_disk_that_is_full_at_any_write_loses_nothing_and_can_be_emptied():
    for seed in range(FULL_DISKS):
        fill_disk(seed)


@pytest.mark.sweep
def test_disks_that_are_full_at_many_writes_lose_nothing():
    for seed in range(FULL_DISKS_SWEEP):
        fill_disk(seed)
