"""The schema's versions: numbered SQL files, forward only, each in one transaction.

Not for: opening the file or judging damage beyond the version stamp.
Invariants: a file is at exactly one version, never between two; a file of a newer program is
refused and left alone; released SQL files never change.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from meshnode.protocol.errors import CallerError, StoreError
from meshnode.store.database import Database
from meshnode.store.failures import Damaged

_STAMP: Final = 0x6D6E0000
"""`application_id` is this plus the version ("mn"): a bit that flips in one of the two numbers
of the header would otherwise look like a file from the future."""


@dataclass(frozen=True, slots=True)
class Migration:
    """The step from `version` - 1 to `version`."""

    version: int
    statements: tuple[str, ...]

    @property
    def stamped(self) -> tuple[str, ...]:
        """The statements, then those that write the new version into the header."""
        return (
            *self.statements,
            f"PRAGMA application_id = {_STAMP + self.version}",
            f"PRAGMA user_version = {self.version}",
        )


def released() -> tuple[Migration, ...]:
    """Return all migrations of this program, the first one first."""
    folder = resources.files("meshnode.store") / "schema"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    versions = [int(file.name.partition("_")[0]) for file in files]
    if versions != list(range(1, len(files) + 1)):
        raise CallerError(f"schema files are numbered {versions}: expected 1, 2, 3 and so on")
    return tuple(
        Migration(version, tuple(split(file.read_text(encoding="utf-8"))))
        for version, file in zip(versions, files, strict=True)
    )


def split(script: str) -> Iterator[str]:
    """Yield the statements of an SQL script; each starts on a line of its own.

    SQLite's own script runner commits first, which would break the one transaction.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip():
        raise CallerError(f"a schema file ends within a statement: {statement.strip()[:60]!r}")


async def version_of(database: Database, *, known: int) -> int:
    """Return the schema's version, at most `known`; 0: the file is new.

    Raises:
        Damaged: The header's stamp is not one that we write.
        StoreError: The file is newer than this program.
    """
    version, stamp, tables = [
        await database.read(question)
        for question in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_master",
        )
    ]
    if version == stamp == tables == [(0,)]:
        return 0
    [(number,)] = version
    if not isinstance(number, int) or number < 1 or stamp != [(_STAMP + number,)]:
        raise Damaged(f"{database.path} is stamped {stamp}, version {version}: not ours")
    if number > known:
        raise StoreError(
            f"{database.path} was made by a newer meshnode (schema {number}, this one knows "
            f"{known}): update this one."
        )
    return number


async def migrate(database: Database, migrations: Sequence[Migration]) -> None:
    """Bring the schema to the version of the last of `migrations`.

    Raises:
        StoreError: The file is newer than this program, or a step failed and was undone.
    """
    version = await version_of(database, known=len(migrations))
    for migration in migrations[version:]:
        async with database.transaction() as transaction:
            for sql in migration.stamped:
                await transaction.execute(sql)
