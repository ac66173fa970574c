"""Opening a store, whatever state its files are in, so that a node always starts.

Invariants: one process at a time; a damaged file is renamed, not deleted here; numbers go on above
all that either copy of the counters knows; what happened is told in words for the operator.
Source: docs/spec/store.md section 5.
"""

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from meshnode.protocol.errors import StoreError
from meshnode.store import statements
from meshnode.store.counters import ARRIVAL, NUMBERS_BYTES_MAX, Counters, decode_numbers
from meshnode.store.damage import Salvaged, require_sound, salvage
from meshnode.store.database import Database
from meshnode.store.failures import Damaged, ReadOnly, Refused, named_errors
from meshnode.store.files import (
    ROOM_BYTES_MIN,
    SET_ASIDE_DAYS,
    HomeLock,
    StoreFiles,
    drop_ballast,
    finish_replacement,
    is_writable,
    lay_ballast,
    remove_database,
    replace_database,
    set_aside,
)
from meshnode.store.migrate import migrate, released, version_of
from meshnode.store.rows import counter_from_row
from meshnode.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Opened:
    """A store ready for use, and what the operator should know about how it was found.

    `set_aside` is where a damaged database went; `warnings` are whole sentences.
    """

    store: SqliteStore
    set_aside: Path | None
    warnings: tuple[str, ...]


async def open_store(path: Path) -> Opened:
    """Return the store whose database is `path`, made if absent; its folder must exist.

    Raises:
        StoreError: Another process has it, it is of a newer program, or the disk refuses.
    """
    files = StoreFiles(path)
    lock = HomeLock.take(files.lock)
    async with AsyncExitStack() as undo:
        undo.callback(lock.release)
        found = await _find_with_room(files)
        undo.push_async_callback(found.database.close)
        opened = await _finish(files, lock, found)
        undo.pop_all()
        return opened


@dataclass(frozen=True, slots=True)
class _Found:
    database: Database
    set_aside: Path | None = None
    was_new: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The second copy of the counters; None: there is none that can be read."""

    below: Mapping[str, int] | None
    warnings: tuple[str, ...] = ()


class _Unusable(Damaged):
    """A database is damaged; this is what could be read of it."""

    def __init__(self, reason: str, salvaged: Salvaged) -> None:
        super().__init__(reason)
        self.salvaged = salvaged


async def _finish(files: StoreFiles, lock: HomeLock, found: _Found) -> Opened:
    numbers = _read_numbers(files.numbers)
    rows = await found.database.read(statements.LOAD_COUNTERS)
    counted = [counter_from_row(row) for row in rows]
    last = dict(each for each in counted if each is not None)
    [(arrival,)] = await found.database.read(statements.LAST_ARRIVAL)
    if isinstance(arrival, int):
        last[ARRIVAL] = max(last.get(ARRIVAL, 0), arrival)
    warnings = [*found.warnings, *numbers.warnings]
    if found.was_new and numbers.below:
        warnings.append(
            f"The database {files.database} was missing, an empty one was started: "
            "the objects come back from the neighbours."
        )
    if numbers.below is None and (found.set_aside or None in counted):
        warnings.append(
            "Both copies of the numbering of posts were damaged: before anybody posts here, "
            "wait until the neighbours have sent this node's own posts back."
        )
    counters = Counters(files.numbers, last=last, below=numbers.below or {})
    with named_errors(files.ballast):
        has_ballast = lay_ballast(files.ballast)
    if not has_ballast:
        warnings.append(
            f"Under {ROOM_BYTES_MIN // 2**20} MB are free on the disk of {files.database}: nothing "
            "new is stored until you free some space. Objects can still be removed."
        )
    store = SqliteStore(
        database=found.database,
        counters=counters,
        files=files,
        lock=lock,
        has_ballast=has_ballast,
    )
    return Opened(store, found.set_aside, tuple(warnings))


async def _find_with_room(files: StoreFiles) -> _Found:
    try:
        return await _find(files.database)
    except StoreError:
        # On a full disk even opening fails, in more than one way: the log's index needs room.
        with named_errors(files.ballast):
            if not drop_ballast(files.ballast):
                raise
        return await _find(files.database)


async def _find(path: Path) -> _Found:
    """Return the database in `path`, replaced by what can be read of it if it is damaged."""
    replacement = path.with_name(f"{path.name}.new")
    finish_replacement(path, replacement)
    try:
        database, was_new = await _open_sound(path)
        return _Found(database, was_new=was_new)
    except Damaged as error:
        salvaged = error.salvaged if isinstance(error, _Unusable) else Salvaged()
        reason = str(error)
    remove_database(replacement)
    await _fill(replacement, salvaged)
    aside = set_aside(path)
    replace_database(path, replacement)
    database, _ = await _open_sound(path)
    warning = (
        f"{reason} It is kept as {aside.name} for {SET_ASIDE_DAYS} days, with what is erased "
        "meanwhile still in it: delete it sooner if you do not need it. "
        f"{len(salvaged.objects)} objects were saved from it, the others come back from the "
        "neighbours."
    )
    return _Found(database, aside, warnings=(warning,))


async def _open_sound(path: Path) -> tuple[Database, bool]:
    """Return the database at the newest version, and whether it was made just now."""
    with _as_damage(path):
        database = await Database.open(path)
    async with AsyncExitStack() as undo:
        undo.push_async_callback(database.close)
        try:
            is_new = await _prepare(database)
        except Damaged as error:
            raise _Unusable(str(error), await salvage(database)) from error
        undo.pop_all()
        return database, is_new


async def _prepare(database: Database) -> bool:
    migrations = released()
    with _as_damage(database.path):
        version = await version_of(database, known=len(migrations))
        if version:
            await require_sound(database, is_newest=version == len(migrations))
    await migrate(database, migrations)
    return version == 0


async def _fill(path: Path, salvaged: Salvaged) -> None:
    database = await Database.open(path)
    try:
        await migrate(database, released())
        async with database.transaction() as transaction:
            await transaction.run(salvaged.batches())
    finally:
        await database.close()


@contextmanager
def _as_damage(path: Path) -> Iterator[None]:
    """Read refusals as damage: bits that flip in the header make SQLite refuse the file."""
    try:
        yield
    except Refused as error:
        raise Damaged(f"{path} is damaged ({error.__cause__}).") from error
    except ReadOnly as error:
        if not is_writable(path):
            raise
        raise Damaged(f"{path} is damaged ({error.__cause__}).") from error


def _read_numbers(path: Path) -> _Numbers:
    with named_errors(path):
        try:
            with path.open("rb") as file:
                data = file.read(NUMBERS_BYTES_MAX + 1)
        except FileNotFoundError:
            return _Numbers(None)
    try:
        return _Numbers(decode_numbers(data))
    except Damaged as error:
        aside = set_aside(path)
        return _Numbers(None, (f"{path}: {error}. It is kept as {aside.name}.",))
