"""Bookings: a node sells units that it owns to somebody who asked for them.

Its parent is the ask's short id; four bytes more of that id stand in the body, so that nobody can
make a second ask that the booking would mean as well. Not for: whether it counts (`ledger`).
Source: docs/spec/capacity.md section 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.lots import Lot, encode_lots, read_lots
from meshnode.board.parts import encode_minute, read_minute, require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import KEY_ID_BYTES, KeyId
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId

SALE_BODY_BYTES_MAX: Final = 40
"""With its parent a booking or an allotment is 120 bytes on the air, until the node's two
millionth object; two of them share a radio frame with what asks for them."""
MARK_BYTES: Final = 4
BOOKING_LOTS_BYTES_MAX: Final = SALE_BODY_BYTES_MAX - 1 - SHORT_ID_BYTES - KEY_ID_BYTES - 4 - 3
"""What is left for lots beside flags, thing, mark and lease."""
_LEASE_FLAG: Final = 0x01


@dataclass(frozen=True, slots=True)
class BookingFields:
    """Which units, of what, for whom.

    Shapes: `root` and `author` (what begins the fingerprint of the thing's author) name the thing;
    `mark` bytes 4..8 of the ask's id; `lease_min` until when the units are kept for somebody who
    does not come, None: until the slot is over.
    """

    root: ShortId
    author: KeyId
    mark: bytes
    lots: tuple[Lot, ...]
    lease_min: int | None = None


def encode_booking(fields: BookingFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: A field is outside its bounds, or there are more lots than fit.
    """
    if len(fields.mark) != MARK_BYTES:
        raise LimitError(f"An ask is named by {MARK_BYTES} bytes beside the parent.")
    flags = 0 if fields.lease_min is None else _LEASE_FLAG
    lease = b"" if fields.lease_min is None else encode_minute(fields.lease_min)
    head = bytes([flags]) + fields.root + fields.author + fields.mark + lease
    return head + fitting(fields.lots, room=SALE_BODY_BYTES_MAX - len(head))


def decode_booking(codec: int, body: bytes, parent: ShortId | None) -> BookingFields:
    """Return the fields of a booking's body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical, or names no ask.
    """
    reader = begin(codec, body, parent, "a booking")
    flags = reader.uint(1)
    if flags & ~_LEASE_FLAG:
        raise PeerError("not_canonical", f"flags {flags:#x} of a booking")
    root, author = ShortId(reader.take(SHORT_ID_BYTES)), KeyId(reader.take(KEY_ID_BYTES))
    mark = reader.take(MARK_BYTES)
    lease_min = read_minute(reader) if flags & _LEASE_FLAG else None
    return BookingFields(root, author, mark, read_lots(reader), lease_min)


def fitting(lots: Sequence[Lot], *, room: int) -> bytes:
    """Return lots that take at most `room` bytes.

    Raises:
        LimitError: They take more.
    """
    data = encode_lots(lots)
    if len(data) > room:
        raise LimitError(f"The ranges of units take {len(data)} bytes; {room} fit in one act.")
    return data


def begin(codec: int, body: bytes, parent: ShortId | None, what: str) -> Reader:
    """Begin to read what a node sells or passes on.

    Raises:
        PeerError: It is too long, has a codec, or is about nothing.
    """
    require_plain(codec, what)
    if parent is None:
        raise PeerError("missing_parent", f"{what} about nothing")
    if len(body) > SALE_BODY_BYTES_MAX:
        raise PeerError("oversize", f"{what} of {len(body)} bytes, at most {SALE_BODY_BYTES_MAX}")
    return Reader(body)
