"""Allotments: a node passes units that it owns on, to another node, back, or to itself.

To itself it frees what it had sold and somebody gave up. Its parent is the root of the thing. Each
raises the units' generation by one. Not for: whether it counts (`ledger`).
Source: docs/spec/capacity.md section 4.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.booking import SALE_BODY_BYTES_MAX, begin, fitting
from meshnode.board.capacity.lots import Lot, read_lots
from meshnode.board.parts import encode_minute, read_fingerprint, read_minute
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import FINGERPRINT_BYTES, KEY_ID_BYTES, Fingerprint, KeyId
from meshnode.protocol.object import ShortId

ALLOTMENT_LOTS_BYTES_MAX: Final = SALE_BODY_BYTES_MAX - 1 - KEY_ID_BYTES - FINGERPRINT_BYTES - 3
"""What is left for lots beside flags, author, receiver and end: three lots of small numbers."""
_UNTIL_FLAG: Final = 0x01


@dataclass(frozen=True, slots=True)
class AllotmentFields:
    """Which units go to whom.

    Shapes: `author` is what begins the fingerprint of the thing's author; `lots` are of the
    generation that ends; `until_min` when the receiver gives back by itself what it has not sold.
    """

    author: KeyId
    to: Fingerprint
    lots: tuple[Lot, ...]
    until_min: int | None = None


def encode_allotment(fields: AllotmentFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: A field is outside its bounds, or there are more lots than fit.
    """
    if len(fields.to) != FINGERPRINT_BYTES:
        raise LimitError("Units are passed on to a node, by its whole fingerprint.")
    flags = 0 if fields.until_min is None else _UNTIL_FLAG
    until = b"" if fields.until_min is None else encode_minute(fields.until_min)
    head = bytes([flags]) + fields.author + fields.to + until
    return head + fitting(fields.lots, room=SALE_BODY_BYTES_MAX - len(head))


def decode_allotment(codec: int, body: bytes, parent: ShortId | None) -> AllotmentFields:
    """Return the fields of an allotment's body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical, or names no thing.
    """
    reader = begin(codec, body, parent, "an allotment")
    flags = reader.uint(1)
    if flags & ~_UNTIL_FLAG:
        raise PeerError("not_canonical", f"flags {flags:#x} of an allotment")
    author, to = KeyId(reader.take(KEY_ID_BYTES)), read_fingerprint(reader)
    until_min = read_minute(reader) if flags & _UNTIL_FLAG else None
    return AllotmentFields(author, to, read_lots(reader), until_min)
