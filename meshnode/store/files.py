"""The files of a store and how they are handled so that a power cut leaves each whole.

Not for: what is in them. All functions block: call them in a thread where the loop runs.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, Self

from meshnode.protocol.errors import StoreError
from meshnode.store.failures import named_errors

BALLAST_BYTES: Final = 2 * 1024 * 1024
"""Room set aside for the day the disk is full: removing and cutting back the log need some."""

ROOM_BYTES_MIN: Final = 2 * BALLAST_BYTES
"""A ballast is only laid where so much is free: it must not fill the disk itself."""

SET_ASIDE_DAYS: Final = 30
"""So long a damaged database is kept for whoever wants to look. It holds what was erased since, and
all that could be read of it is in the new one."""
_DAY_S: Final = 86_400

_PRIVATE: Final = 0o600
"""Only the node's user reads who wrote what from where."""


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """Where everything lies, beside the database."""

    database: Path

    @property
    def lock(self) -> Path:
        """Locked while a node runs; holds its process id."""
        return self.database.with_name(f"{self.database.name}.lock")

    @property
    def numbers(self) -> Path:
        """The second copy of the counters."""
        return self.database.with_name(f"{self.database.name}.numbers")

    @property
    def ballast(self) -> Path:
        """Deleted when the disk is full."""
        return self.database.with_name("ballast")

    @property
    def size_bytes(self) -> int:
        """Bytes of the database and its log."""
        return sum(_size_bytes(part) for part in _with_companions(self.database))


class HomeLock:
    """Held by the one process that may use the store; the kernel lets go when it dies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self:
        """Return the lock.

        Raises:
            StoreError: Another process holds it, or the file cannot be made.
        """
        with named_errors(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise StoreError(
                f"another meshnode runs with this home (pid {holder}): stop it, "
                f"or choose another home than {path.parent}."
            ) from error
        _write_process_id(descriptor)
        return cls(descriptor)

    def release(self) -> None:
        """Let others have the store; again is harmless."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def make_private(path: Path) -> None:
    """Make `path` if it is absent, for its owner alone; say why where it cannot be written."""
    with named_errors(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE))


def replace_file(path: Path, content: bytes) -> None:
    """Give `path` new content, durably: after a power cut it holds the old or the new."""
    temporary = path.with_name(f"{path.name}.new")
    with named_errors(path):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(temporary, flags, _PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)


def set_aside(path: Path) -> Path:
    """Rename `path` and what belongs to it to `NAME.damaged-N`; return the new path."""
    with named_errors(path):
        numbered = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
        target = next(candidate for candidate in numbered if not candidate.exists())
        for part, kept in zip(_with_companions(path), _with_companions(target), strict=True):
            with suppress(FileNotFoundError):
                part.rename(kept)
        _sync_folder(path.parent)
    return target


def forget_set_aside(path: Path, *, now_s: float) -> list[str]:
    """Delete what was set aside of a database `SET_ASIDE_DAYS` ago; return the names."""
    gone = []
    with named_errors(path):
        for kept in sorted(path.parent.glob(f"{path.name}.damaged-*")):
            # When it got its name, not when it was written last: the node may have been off.
            if now_s - kept.stat().st_ctime > SET_ASIDE_DAYS * _DAY_S:
                kept.unlink(missing_ok=True)
                gone.append(kept.name)
    return gone


def replace_database(path: Path, replacement: Path) -> None:
    """Give a closed database the name `path`, durably; nothing has that name."""
    with named_errors(path):
        replacement.rename(path)
        _sync_folder(path.parent)


def finish_replacement(path: Path, replacement: Path) -> None:
    """Do what the power cut off, if it went between setting aside and `replace_database`."""
    with named_errors(path):
        is_due = replacement.exists() and not path.exists()
    if is_due:
        replace_database(path, replacement)


def remove_database(path: Path) -> None:
    """Delete what an interrupted replacement has left."""
    with named_errors(path):
        for part in _with_companions(path):
            part.unlink(missing_ok=True)


def lay_ballast(path: Path) -> bool:
    """Return whether the ballast is there, laid now if there is room for it."""
    if _size_bytes(path) >= BALLAST_BYTES:
        return True
    if shutil.disk_usage(path.parent).free < ROOM_BYTES_MIN:
        return False
    try:
        with path.open("wb") as file:
            file.write(bytes(BALLAST_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # The room went away meanwhile: half a ballast would pass for one at no later start.
        path.unlink(missing_ok=True)
        return False
    return True


def drop_ballast(path: Path) -> bool:
    """Delete the ballast; return whether that freed room."""
    was_there = _size_bytes(path) > 0
    path.unlink(missing_ok=True)
    return was_there


def is_writable(path: Path) -> bool:
    """Return whether the system would let us write `path` and its folder."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _with_companions(database: Path) -> tuple[Path, ...]:
    return tuple(database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm"))


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_process_id(descriptor: int) -> None:
    # On a full disk this fails, and the node must start all the same: the number is only for
    # the message that another process gets.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
