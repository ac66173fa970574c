"""What is done when the database is not what we wrote: find it out, save what can be read.

Not for: single rotten rows in a file that is otherwise whole (`sqlite.SqliteStore.load`).
Invariant: nothing is saved whose hash or checksum does not match.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from meshnode.protocol.errors import StoreError
from meshnode.protocol.limits import HELD_OBJECTS_MAX
from meshnode.store import statements
from meshnode.store.database import Database
from meshnode.store.failures import Damaged
from meshnode.store.port import Removed, StoredObject
from meshnode.store.rows import (
    Row,
    counter_from_row,
    counter_row,
    object_from_row,
    object_row,
    removed_from_row,
    removed_row,
    setting_from_row,
    setting_row,
)
from meshnode.store.statements import Batch

_CHUNK_ROWS: Final = 256
_ARRIVAL_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be read of a damaged database, each part verified."""

    objects: tuple[StoredObject, ...] = ()
    removed: tuple[Removed, ...] = ()
    settings: Mapping[str, bytes] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)

    def batches(self) -> tuple[Batch, ...]:
        """Return what puts all of it into a new database, arrivals kept."""
        return (
            Batch(statements.ADD_OBJECT, [object_row(held) for held in self.objects]),
            Batch(statements.ADD_REMOVED, [removed_row(removed) for removed in self.removed]),
            Batch(statements.SAVE_SETTING, [setting_row(*each) for each in self.settings.items()]),
            Batch(statements.SAVE_COUNTER, [counter_row(*each) for each in self.last.items()]),
        )


async def require_sound(database: Database, *, is_newest: bool) -> None:
    """Raise Damaged or Refused unless structure, indexes and schema are whole and writable.

    Bits that flip within an object are not seen here, but when it is loaded.
    """
    problems = await database.read("PRAGMA integrity_check(1)")
    if problems != [("ok",)]:
        raise Damaged(f"{database.path} is damaged ({problems[0][0]!s:.200}).")
    if is_newest:
        for sql in statements.ALL:
            await database.read(f"EXPLAIN {sql}", (None,) * sql.count("?"))
    # A flipped bit in the header can make the file read-only; only a statement that would write
    # shows it.
    await database.read(statements.WRITE_NOTHING)


async def salvage(database: Database) -> Salvaged:
    """Return what can still be read, from both ends of the table towards the damage."""
    objects: dict[int, StoredObject] = {}
    for sql, start in (
        (statements.LOAD_OBJECTS, 0),
        (statements.LOAD_OBJECTS_BACKWARDS, _ARRIVAL_MAX),
    ):
        async for row in _readable(database, sql, start):
            if (held := object_from_row(row)) is not None:
                objects[held.arrival] = held
    removed = [removed_from_row(row) for row in await _all_or_none(database, _REMOVED)]
    settings = [setting_from_row(row) for row in await _all_or_none(database, _SETTINGS)]
    last = [counter_from_row(row) for row in await _all_or_none(database, _COUNTERS)]
    return Salvaged(
        objects=tuple(objects[arrival] for arrival in sorted(objects)),
        removed=tuple(each for each in removed if each is not None),
        settings=dict(each for each in settings if each is not None),
        last=dict(each for each in last if each is not None),
    )


_REMOVED: Final = statements.LOAD_REMOVED
_SETTINGS: Final = statements.LOAD_SETTINGS
_COUNTERS: Final = statements.LOAD_COUNTERS


async def _readable(database: Database, sql: str, start: int) -> AsyncIterator[Row]:
    """Yield rows in order until the damage; single rows where a chunk cannot be read."""
    limit, position, total = _CHUNK_ROWS, start, 0
    while total < HELD_OBJECTS_MAX:
        try:
            rows = await database.read(sql, (position, limit))
        except StoreError:
            if limit == 1:
                return
            limit = 1
            continue
        for row in rows:
            yield row
        arrival = rows[-1][0] if rows else position
        # A damaged tree can lead in circles.
        if not isinstance(arrival, int) or abs(arrival - start) <= abs(position - start):
            return
        position, total = arrival, total + len(rows)


async def _all_or_none(database: Database, sql: str) -> list[Row]:
    try:
        return await database.read(sql)
    except StoreError:
        return []
