"""Every statement that the store runs, and the plan that turns effects into batches of rows.

Not for: running them. Pure, so that the fault tests run the same statements through another
binding. Invariant: carrying out a plan in order is carrying out its effects in order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final, assert_never

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.inventory import EXPIRED
from meshnode.protocol.object import Kind, ObjectId
from meshnode.store.port import DropSetting, Removed, StoredObject, StoreEffect
from meshnode.store.rows import Row, object_row, removed_row, setting_row

BUSY_TIMEOUT_MS: Final = 5_000
"""How long a backup program may hold the database before a write fails."""

WAL_BYTES_MAX: Final = 1024 * 1024
"""The log is carried over to the database at about this size, and cut back to it. Half of the
ballast: on a full disk, dropping the ballast must leave room to carry all of it over."""

_PAGE_BYTES: Final = 4096

PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    # FULL: measured over 1,500 power cuts, NORMAL lost acknowledged rows in 35 of 100.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA wal_autocheckpoint = {WAL_BYTES_MAX // _PAGE_BYTES}",
    f"PRAGMA journal_size_limit = {WAL_BYTES_MAX}",
    # What was erased must not lie on in pages that are free now.
    "PRAGMA secure_delete = ON",
    # A damaged or foreign schema must not call functions, and damaged cells are found sooner.
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    # A node reads its store once, at the start; what it would keep of that are 2 MB. Half of one is
    # more pages than any change here touches.
    "PRAGMA cache_size = -512",
)
"""How each connection is set up, in this order."""

EMPTY_LOG: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
"""Carry the log over to the database and cut it back to nothing; a reader may keep it busy."""
BEGIN: Final = "BEGIN IMMEDIATE"

ADD_OBJECT: Final = (
    "INSERT INTO objects (arrival, id, encoded, kind, author, sequence, created_min,"
    " expires_min, parent, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
DELETE_OBJECT: Final = "DELETE FROM objects WHERE id = ?"
ADD_REMOVED: Final = (
    "INSERT OR REPLACE INTO removed (id, reason, remember_until_min, checksum) VALUES (?, ?, ?, ?)"
)
DELETE_REMOVED: Final = "DELETE FROM removed WHERE id = ?"
FORGET_REMOVED: Final = "DELETE FROM removed WHERE remember_until_min <= ?"
SAVE_SETTING: Final = "INSERT OR REPLACE INTO settings (key, value, checksum) VALUES (?, ?, ?)"
DROP_SETTING: Final = "DELETE FROM settings WHERE key = ?"
SAVE_COUNTER: Final = "INSERT OR REPLACE INTO counters (name, last, checksum) VALUES (?, ?, ?)"
KEEP_DAMAGED: Final = (
    "INSERT INTO damaged (arrival, id, encoded)"
    " SELECT arrival, id, encoded FROM objects WHERE arrival = ?"
)
DELETE_DAMAGED: Final = "DELETE FROM objects WHERE arrival = ?"
FORGET_DAMAGED: Final = "DELETE FROM damaged"
TRIM_DAMAGED: Final = "DELETE FROM damaged WHERE number <= (SELECT max(number) FROM damaged) - ?"

# Text is loaded as bytes: one flipped bit in it would otherwise fail the whole statement.
LOAD_OBJECTS: Final = (
    "SELECT arrival, id, encoded, CAST(link AS BLOB) FROM objects"
    " WHERE arrival > ? ORDER BY arrival LIMIT ?"
)
LOAD_OBJECTS_BACKWARDS: Final = (
    "SELECT arrival, id, encoded, CAST(link AS BLOB) FROM objects"
    " WHERE arrival < ? ORDER BY arrival DESC LIMIT ?"
)
LOAD_REMOVED: Final = (
    "SELECT id, CAST(reason AS BLOB), remember_until_min, checksum FROM removed ORDER BY id"
)
LOAD_SETTINGS: Final = "SELECT CAST(key AS BLOB), value, checksum FROM settings"
LOAD_COUNTERS: Final = "SELECT CAST(name AS BLOB), last, checksum FROM counters"
ARRIVED_SINCE: Final = "SELECT arrival FROM objects WHERE arrival >= ? ORDER BY arrival"
LAST_ARRIVAL: Final = "SELECT max(arrival) FROM objects"
FREE_BYTES: Final = (
    "SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size()"
)
WRITE_NOTHING: Final = "DELETE FROM settings WHERE 0"

ALL: Final = (
    ADD_OBJECT,
    DELETE_OBJECT,
    ADD_REMOVED,
    DELETE_REMOVED,
    FORGET_REMOVED,
    SAVE_SETTING,
    DROP_SETTING,
    SAVE_COUNTER,
    KEEP_DAMAGED,
    DELETE_DAMAGED,
    FORGET_DAMAGED,
    TRIM_DAMAGED,
    LOAD_OBJECTS,
    LOAD_OBJECTS_BACKWARDS,
    LOAD_REMOVED,
    LOAD_SETTINGS,
    LOAD_COUNTERS,
    ARRIVED_SINCE,
    LAST_ARRIVAL,
)
"""All of them compile against a schema that is whole."""


_TAKING_BACK: Final = (Kind.NOTICE, Kind.WITHDRAWAL, Kind.REVOCATION)


@dataclass(frozen=True, slots=True)
class Batch:
    """One statement for many rows: one hop to the thread that runs it."""

    sql: str
    rows: Sequence[Row]


def plan(effects: Sequence[StoreEffect], *, arrival_first: int) -> tuple[Batch, ...]:
    """Return few batches that do what `effects` do one after the other.

    The n-th `StoreObject` gets arrival `arrival_first` + n - 1, used or not.
    """
    arrivals = count(arrival_first)
    phases = [_Phase()]
    for effect in effects:
        if phases[-1].must_end_before(effect):
            phases.append(_Phase())
        phases[-1].add(effect, arrivals)
    batches = tuple(batch for phase in phases for batch in phase.batches())
    if any(takes_back(effect) for effect in effects):
        batches += (Batch(FORGET_DAMAGED, ((),)),)
    return batches


def takes_back(effect: StoreEffect) -> bool:
    """Return whether somebody takes back, erases or voids something: its text must be nowhere then.

    Rotten rows go with it, whichever they are of: of what had rotted, and was not held when it was
    erased, nothing else would ever remove the text.
    """
    if isinstance(effect, StoreObject):
        return effect.object.kind in _TAKING_BACK
    return isinstance(effect, RemoveObject) and effect.reason != EXPIRED


@dataclass(slots=True)
class _Phase:
    """Effects sorted by statement: forgetting, then storing, then removing.

    Effects on different ids commute, so a long mixed list becomes a few batches; only what would
    have to go back in this order ends a phase.
    """

    forgotten: list[Row] = field(default_factory=list)
    stored: dict[ObjectId, Row] = field(default_factory=dict)
    removed: dict[ObjectId, Row] = field(default_factory=dict)
    settings: dict[str, Row] = field(default_factory=dict)
    dropped: dict[str, Row] = field(default_factory=dict)

    def must_end_before(self, effect: StoreEffect) -> bool:
        match effect:
            case StoreObject():
                return effect.object.id in self.removed
            case ForgetRemoved():
                return bool(self.removed)
            case SaveSetting():
                return effect.key in self.dropped
            case RemoveObject() | DropSetting():
                return False
        assert_never(effect)

    def add(self, effect: StoreEffect, arrivals: Iterator[int]) -> None:
        match effect:
            case StoreObject():
                stored = StoredObject(effect.object, next(arrivals), effect.link)
                self.stored.setdefault(effect.object.id, object_row(stored))
            case RemoveObject():
                removed = Removed(effect.id, effect.reason, effect.remember_until_min)
                self.removed[effect.id] = removed_row(removed)
            case ForgetRemoved():
                self.forgotten.append((effect.minute,))
            case SaveSetting():
                self.settings[effect.key] = setting_row(effect.key, effect.value)
            case DropSetting():
                self.dropped[effect.key] = (effect.key,)
            case _:
                assert_never(effect)

    def batches(self) -> Iterator[Batch]:
        stored, removed = tuple(self.stored.values()), tuple(self.removed.values())
        candidates = (
            Batch(FORGET_REMOVED, self.forgotten),
            Batch(ADD_OBJECT, stored),
            Batch(DELETE_REMOVED, [(held_id,) for held_id in self.stored]),
            Batch(DELETE_OBJECT, [(removed_id,) for removed_id in self.removed]),
            Batch(ADD_REMOVED, removed),
            Batch(SAVE_SETTING, tuple(self.settings.values())),
            Batch(DROP_SETTING, tuple(self.dropped.values())),
        )
        return (batch for batch in candidates if batch.rows)
