"""From the errors of SQLite and the file system to a `StoreError` that says what to do.

Invariant: nothing but `StoreError` (and `CallerError` for our own bugs) leaves the store.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from meshnode.protocol.errors import StoreError

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(StoreError):
    """There is no room for the change."""


class Damaged(StoreError):
    """The file is not what we wrote."""


class ReadOnly(StoreError):
    """The file refuses to be written."""


class Refused(StoreError):
    """SQLite does not understand a statement: our bug, or a schema that is not ours."""


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system about `path` into `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, path) from error
    except OSError as error:
        raise _from_system(error, path) from error


def disk_full(path: Path) -> DiskFull:
    """Return the error for a disk without room."""
    return DiskFull(
        f"The disk that holds {path} is full, nothing was stored: free some space on it. "
        "Objects can still be removed."
    )


def _from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    # Errors that Python's module raises by itself carry no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return disk_full(path)
    kind, sentence = _BY_CODE.get(code, _OTHERWISE)
    return kind(sentence.format(path=path, error=error))


def _from_system(error: OSError, path: Path) -> StoreError:
    if error.errno in _NO_ROOM:
        return disk_full(path)
    reason = error.strerror or str(error)
    return StoreError(f"{error.filename or path}: {reason}: check its owner, mode and disk.")


_DAMAGE: Final = (
    Damaged,
    "{path} is damaged ({error}): restart the node, it then sets the file aside.",
)
_LOCKED: Final = (StoreError, "Another program holds {path} open for writing: close it.")
_OTHERWISE: Final = (Refused, "{path} refused a statement ({error}): please report this.")
_BY_CODE: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_CORRUPT: _DAMAGE,
    sqlite3.SQLITE_NOTADB: _DAMAGE,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: (
        ReadOnly,
        "{path} cannot be written: check its owner, its mode and the mount.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreError,
        "{path} cannot be opened: check that its folder exists and is ours.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreError,
        "The disk failed on {path} ({error}): check the card and its space.",
    ),
}
