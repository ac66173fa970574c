"""Rows of the tables, from values and back. Pure: any SQLite binding can carry them.

Not for: statements. Invariant: what comes back is what was written, or nothing: objects are
compared with their hash, the other rows with a checksum, since cards flip bits in silence.
"""

from zlib import crc32

from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import ObjectId, decode
from meshnode.store.port import Removed, StoredObject

SqlValue = bytes | int | str | None
Row = tuple[SqlValue, ...]


def object_row(stored: StoredObject) -> Row:
    """Return the row of table `objects`."""
    held = stored.object
    return (
        stored.arrival,
        held.id,
        held.encoded,
        held.kind,
        held.author,
        held.sequence,
        held.created_min,
        held.expires_min,
        held.parent,
        stored.link,
    )


def object_from_row(row: Row) -> StoredObject | None:
    """Return what a row of `statements.LOAD_OBJECTS` holds; None: the row is damaged."""
    match row:
        case (int(arrival), bytes(row_id), bytes(encoded), bytes() | None as link):
            pass
        case _:
            return None
    try:
        held = decode(encoded)
        name = link if link is None else link.decode()
    except (PeerError, UnicodeDecodeError):
        return None
    return StoredObject(held, arrival, name) if held.id == row_id else None


def removed_row(removed: Removed) -> Row:
    """Return the row of table `removed`."""
    return _sealed(removed.id, removed.reason, removed.remember_until_min)


def removed_from_row(row: Row) -> Removed | None:
    """Return what a row of `statements.LOAD_REMOVED` holds; None: the row is damaged."""
    match row:
        case (bytes(row_id), bytes(reason), int(until), _) if _is_intact(row):
            return Removed(ObjectId(row_id), _text(reason), until)
        case _:
            return None


def setting_row(key: str, value: bytes) -> Row:
    """Return the row of table `settings`."""
    return _sealed(key, value)


def setting_from_row(row: Row) -> tuple[str, bytes] | None:
    """Return what a row of `statements.LOAD_SETTINGS` holds; None: the row is damaged."""
    match row:
        case (bytes(key), bytes(value), _) if _is_intact(row):
            return _text(key), value
        case _:
            return None


def counter_row(name: str, last: int) -> Row:
    """Return the row of table `counters`."""
    return _sealed(name, last)


def counter_from_row(row: Row) -> tuple[str, int] | None:
    """Return what a row of `statements.LOAD_COUNTERS` holds; None: the row is damaged."""
    match row:
        case (bytes(name), int(last), _) if _is_intact(row):
            return _text(name), last
        case _:
            return None


def _text(data: bytes) -> str:
    # The checksum has matched; what it overlooks once in 2^32 must not stop the start.
    return data.decode(errors="backslashreplace")


def _sealed(*fields: SqlValue) -> Row:
    return (*fields, _checksum(fields))


def _is_intact(row: Row) -> bool:
    return row[-1] == _checksum(row[:-1])


def _checksum(fields: Row) -> int:
    """Return a CRC-32; text and its UTF-8 bytes, as statements load it, count the same."""
    total = 0
    for field in fields:
        part = field if isinstance(field, bytes) else str(field).encode()
        total = crc32(len(part).to_bytes(4, "big") + part, total)
    return total
