"""The bytes of a range message: statements about ranges of ids, and ids that are wanted.

Not for: what to say (`ranges`).
Invariants: ranges are half-open, ascending and do not touch back; a message has one form only;
`decode` accepts nothing that `Writer` cannot make. Bounds are as in `idset`, on the wire without
trailing zeros.
Source: docs/spec/ranges.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final

from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.idset import END
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.object import OBJECT_ID_BYTES, SHORT_ID_BYTES, ObjectId, ShortId

FRAME_ROOM_BYTES: Final = 512
"""Left free in a stream frame for what stands around a message."""
MESSAGE_BYTES_MAX: Final = STREAM_FRAME_BYTES_MAX - FRAME_ROOM_BYTES
"""Longest message, read or written."""
STATEMENTS_MAX: Final = 8192
"""Most statements of a message, skips included: 60 kB of fingerprints are about 5,000."""
LISTED_IDS_MAX: Final = 256
"""Most ids of one list. We list a dozen; others may find more worth it."""
WANTED_IDS_MAX: Final = 4096
"""Most wanted ids of a message: as many ids as lists of one message can name."""
DIGEST_BYTES: Final = 8
"""An accidental match hides a difference once in 2^64 ranges, until the next change in it."""

_DIGEST_DOMAIN: Final = b"meshnode range 1\0"
_MODE_SHIFT: Final = 5
_BOUND_MASK: Final = 0x1F
_STATEMENT_BYTES_MAX: Final = 64
"""A skip and a fingerprint with the longest bounds are 47 bytes."""


class _Mode(IntEnum):
    """What a statement says about its range; the upper three bits of its first byte."""

    SKIP = 0
    FINGERPRINT = 1
    LISTING = 2


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The sender holds `count` ids in the range, at least one, and `digest` is what they make."""

    lower: bytes
    upper: bytes
    count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Listing:
    """The sender holds exactly `ids` in the range."""

    lower: bytes
    upper: bytes
    ids: tuple[ObjectId, ...]


Statement = Fingerprint | Listing


@dataclass(frozen=True, slots=True)
class Message:
    """One decoded message; `wanted` are beginnings of ids that the sender lacks."""

    wanted: tuple[ShortId, ...]
    statements: tuple[Statement, ...]


def digest(count: int, total: int) -> bytes:
    """Return what `count` ids with the sum `total` make."""
    content = total.to_bytes(OBJECT_ID_BYTES, "big") + count.to_bytes(8, "big")
    return sha256(_DIGEST_DOMAIN + content).digest()[:DIGEST_BYTES]


class Writer:
    """Writes one message, statement after statement in ascending order."""

    __slots__ = ("_encoded", "_said", "_wanted", "position")

    def __init__(self, wanted: Iterable[ObjectId]) -> None:
        shorts = sorted({one[:SHORT_ID_BYTES] for one in wanted})
        self._wanted = len(shorts)
        self._encoded = bytearray(varint(len(shorts)) + b"".join(shorts))
        self.position = b""
        """The end of the last range."""
        self._said = 0

    def put(self, statement: Statement) -> None:
        """Write a statement whose range begins at or above the end of the last one's.

        The caller has asked `has_room_for` before.

        Raises:
            CallerError: It does not.
        """
        if not self.position <= statement.lower < statement.upper:
            raise CallerError(f"a range from {statement.lower.hex()} is out of order")
        if statement.lower != self.position:
            self._head(_Mode.SKIP, statement.lower)
        if isinstance(statement, Fingerprint):
            self._head(_Mode.FINGERPRINT, statement.upper)
            self._encoded += varint(statement.count) + statement.digest
        else:
            self._head(_Mode.LISTING, statement.upper)
            self._encoded += varint(len(statement.ids)) + b"".join(statement.ids)

    def has_room_for(self, statements: Sequence[Statement]) -> bool:
        """Return whether these and one fingerprint after them surely fit."""
        listed = sum(len(one.ids) for one in statements if isinstance(one, Listing))
        needed = _STATEMENT_BYTES_MAX * (len(statements) + 1) + OBJECT_ID_BYTES * listed
        return (
            len(self._encoded) + needed <= MESSAGE_BYTES_MAX
            and self._said + 2 * (len(statements) + 1) <= STATEMENTS_MAX
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the message yet, so that it must not be sent."""
        return not self._said and not self._wanted

    def encoded(self) -> bytes:
        """Return the message's bytes."""
        return bytes(self._encoded)

    def _head(self, mode: _Mode, upper: bytes) -> None:
        bound = b"" if upper == END else upper
        self._encoded += bytes([mode << _MODE_SHIFT | len(bound)]) + bound
        self.position = upper
        self._said += 1


def decode(encoded: bytes) -> Message:
    """Return the message that `encoded` holds.

    Raises:
        PeerError: It is too long, cut short, says nothing or is not in its one form.
    """
    if len(encoded) > MESSAGE_BYTES_MAX:
        raise PeerError("oversize", f"message of {len(encoded)} bytes, at most {MESSAGE_BYTES_MAX}")
    reader = Reader(encoded)
    wanted = tuple(ShortId(one) for one in _ascending(reader, SHORT_ID_BYTES, WANTED_IDS_MAX))
    statements = tuple(_statements(reader))
    if not wanted and not statements:
        raise PeerError("not_canonical", "a range message that says nothing")
    return Message(wanted=wanted, statements=statements)


def _statements(reader: Reader) -> Iterable[Statement]:
    lower = b""
    is_after_skip = False
    for _ in range(STATEMENTS_MAX):
        if not reader.remaining:
            break
        mode, upper = _mode_and_upper(reader)
        if upper <= lower:
            raise PeerError("not_canonical", f"a range from {lower.hex()} to {upper.hex()}")
        if mode != _Mode.SKIP:
            yield _statement(reader, mode, lower, upper)
        elif is_after_skip or not reader.remaining:
            raise PeerError("not_canonical", "a skip before another one or at the end")
        is_after_skip = mode == _Mode.SKIP
        lower = upper
    reader.finish()


def _mode_and_upper(reader: Reader) -> tuple[int, bytes]:
    head = reader.uint(1)
    length = head & _BOUND_MASK
    if length > OBJECT_ID_BYTES:
        raise PeerError("oversize", f"a bound of {length} bytes, at most {OBJECT_ID_BYTES}")
    bound = reader.take(length)
    if bound.endswith(b"\0"):
        raise PeerError("not_canonical", f"the bound {bound.hex()} ends in zero")
    return head >> _MODE_SHIFT, bound or END


def _statement(reader: Reader, mode: int, lower: bytes, upper: bytes) -> Statement:
    if mode == _Mode.FINGERPRINT:
        count = reader.varint()
        if not count:
            raise PeerError("not_canonical", "a fingerprint of nothing; an empty list says it")
        return Fingerprint(lower, upper, count, reader.take(DIGEST_BYTES))
    if mode != _Mode.LISTING:
        raise PeerError("unknown_mode", f"statement mode {mode}, we know 0 to 2")
    ids = tuple(ObjectId(one) for one in _ascending(reader, OBJECT_ID_BYTES, LISTED_IDS_MAX))
    if ids and not (lower <= ids[0] and ids[-1] < upper):
        raise PeerError("out_of_range", f"an id outside {lower.hex()} to {upper.hex()}")
    return Listing(lower, upper, ids)


def _ascending(reader: Reader, length: int, count_max: int) -> list[bytes]:
    """Return counted strings of one length, each above the one before."""
    count = reader.varint()
    if count > count_max:
        raise PeerError("oversize", f"{count} ids, at most {count_max}")
    raw = reader.take(length * count)
    found = [raw[at : at + length] for at in range(0, len(raw), length)]
    if any(one >= other for one, other in pairwise(found)):
        raise PeerError("not_canonical", "ids are not in ascending order")
    return found
