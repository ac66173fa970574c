"""Small files that must survive a power cut: written whole, checked, kept twice.

Not for: objects (`sqlite`). Invariants: a file that `write_checked` or `write_twice` returned from
is on disk, twice, the first copy before the second; a damaged one is noticed, its twin is read
instead, and neither is ever made up anew: `mend_checked` copies a whole one over the other, and
that is all. All functions block.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from meshnode.protocol.errors import StoreError

PRIVATE_MODE = 0o600
_TWIN_SUFFIX = ".twin"
_CHECK = "check"


def write_checked(path: Path, fields: Mapping[str, Any]) -> None:
    """Write `fields` as JSON with a checksum to `path` and to its twin, readable by us alone.

    Raises:
        StoreError: The disk will not take it.
    """
    document = dict(fields)
    document[_CHECK] = _checksum(fields)
    data = (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
    write_twice(path, data)


def write_twice(path: Path, data: bytes) -> None:
    """Write `data` to `path`, and when it is on disk to its twin, readable by us alone.

    Raises:
        StoreError: The disk will not take it; the first copy may be the new one already.
    """
    for target in copies_of(path):
        write_atomically(target, data, mode=PRIVATE_MODE)


def read_checked(path: Path) -> dict[str, Any]:
    """Return the fields of the file, or of its twin where the file is damaged or gone.

    Raises:
        StoreError: Both are damaged, or neither is there, or this user may not read them.
    """
    whole = [fields for fields in _copies(path) if fields is not None]
    if not whole:
        raise StoreError(
            f"{path} and its twin cannot be read or are damaged. Restore them from a backup; "
            "nothing was overwritten."
        )
    return whole[0]


def is_single(path: Path) -> bool:
    """Return whether only one of the two copies is whole: the next bad spot takes the other.

    Raises:
        StoreError: This user may not read them.
    """
    copies = _copies(path)
    return None in copies and any(fields is not None for fields in copies)


def mend_checked(path: Path) -> bool:
    """Write the file and its twin alike where one was damaged, gone or older; return whether so.

    What is written is what `read_checked` returns; where both are damaged, nothing is.

    Raises:
        StoreError: Both are damaged, or the disk will not take it.
    """
    fields = read_checked(path)
    if all(copy == fields for copy in _copies(path)):
        return False
    write_checked(path, fields)
    return True


def exists_checked(path: Path) -> bool:
    """Return whether the file or its twin is there, whatever its state; or may be, for all that
    this user can see.
    """
    return any(may_exist(copy) for copy in copies_of(path))


def may_exist(path: Path) -> bool:
    """Return whether a file is there; where this user may not look, it is taken to be."""
    try:
        return path.exists()
    except PermissionError:
        return True


def remove_checked(path: Path) -> None:
    """Remove the file and its twin; the removal is on disk when this returns.

    Raises:
        StoreError: They cannot be removed.
    """
    try:
        for copy in copies_of(path):
            copy.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise StoreError(f"Cannot remove {path}: {error.strerror}.") from error


def copies_of(path: Path) -> tuple[Path, Path]:
    """Return where the file and its twin are, in the order in which they are written."""
    return path, path.with_name(path.name + _TWIN_SUFFIX)


def write_atomically(path: Path, data: bytes, *, mode: int) -> None:
    """Replace `path` by `data` so that after a power cut either the old or the new is there.

    Raises:
        StoreError: The disk will not take it.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise StoreError(f"Cannot write {path}: {error.strerror}. Is the disk full?") from error


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copies(path: Path) -> list[dict[str, Any] | None]:
    """Return what stands in either copy; None: it is damaged or gone.

    Raises:
        StoreError: This user may not read one, and the other is no better: nothing is said to be
            damaged that nobody could look at.
    """
    found: list[dict[str, Any] | None] = []
    closed: Path | None = None
    for copy in copies_of(path):
        try:
            found.append(_read(copy))
        except PermissionError:
            closed = copy
            found.append(None)
    if closed is not None and not any(found):
        raise StoreError(not_readable(closed))
    return found


def not_readable(path: Path) -> str:
    """Return the sentence about a file that belongs to somebody else."""
    return (
        f"This user may not read {path}. Nothing is lost: do it as the user whose file it is "
        f"(ls -l {path.parent} shows who that is), or with sudo give it back to the one who "
        "needs it."
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except PermissionError:
        raise
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict):
        return None
    check = document.pop(_CHECK, None)
    return document if check == _checksum(document) else None


def _checksum(fields: Mapping[str, Any]) -> str:
    return sha256(json.dumps(dict(fields), sort_keys=True).encode()).hexdigest()
