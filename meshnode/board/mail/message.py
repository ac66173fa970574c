"""What a sealed payload says: a text, a receipt, a circle's epoch, or a wish to join or leave.

Not for: sealing (`sealed`, `epoch`) or whether the sender may say it. Invariants: a payload is
padded to a few lengths, so the length of a body says little; every payload but for a compressed
text has one form.
Source: docs/spec/private.md section 5.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.mail.circle import (
    CIRCLE_ID_BYTES,
    CircleId,
    EpochFields,
    decode_epoch,
    encode_epoch,
)
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId

MESSAGE_CHARACTERS_MAX: Final = 1600
"""As much as a bulletin's text."""
MESSAGE_BYTES_MAX: Final = 4 * MESSAGE_CHARACTERS_MAX
"""Of UTF-8, four a character at most: bounds decompression."""

NUMBER_MAX: Final = 65_535
"""Numbers of messages between two devices; after the last comes 0 again."""

RECEIPT_IDS_MAX: Final = 64
"""Messages that one receipt names: what came while somebody was away for days."""

BUCKET_BYTES: Final = 16
BUCKET_OFFSET_BYTES: Final = 5
"""Payloads are 5, 21, 37, 53 ... bytes long. With these steps a text of 120 characters makes an
object of 163 or 179 bytes, one frame, and in a circle one of 200."""

_PAD: Final = b"\x80"
"""Comes before the zeros, so that content may end in zeros (ISO/IEC 7816-4)."""
_REPLY_FLAG: Final = 0x01


class Wish(IntEnum):
    """What a member or a newcomer asks a circle's founder for; the number on the wire."""

    JOIN = 0
    LEAVE = 1


@dataclass(frozen=True, slots=True)
class Text:
    """Something written, 1..1600 characters, perhaps in reply to the sealed object named."""

    text: str
    reply_to: ShortId | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which sealed objects reached the device, and which its owner has read.

    Shapes: together 1..64 short ids, in rising order in each, none in both.
    """

    reached: tuple[ShortId, ...] = ()
    read: tuple[ShortId, ...] = ()


@dataclass(frozen=True, slots=True)
class CircleRequest:
    """A wish about a circle of the recipient's; a member that joins again gets the keys anew."""

    circle: CircleId
    wish: Wish


Content = Text | Receipt | EpochFields | CircleRequest
"""What devices say to each other."""
CircleContent = Text | Receipt
"""What is said in a circle."""


class _Type(IntEnum):
    """What a payload is; the number on the wire. Others are unknown to this version."""

    TEXT = 0
    RECEIPT = 1
    EPOCH = 2
    REQUEST = 3


def encode_payload(content: Content, *, number: int) -> bytes:
    """Return the padded payload of a message for one device or several.

    Shapes: `number` 0..65535, one more for every message of this sender to this recipient.

    Raises:
        LimitError: The content is outside its bounds; the message is for people.
        CallerError: A number or an id has no valid form.
    """
    if not 0 <= number <= NUMBER_MAX:
        raise CallerError(f"message number {number} is outside 0..{NUMBER_MAX}")
    head, data = _encode(content)
    return _padded(bytes([head]) + number.to_bytes(2, "big") + data)


def decode_payload(payload: bytes) -> tuple[int, Content]:
    """Return number and content of a message for one device or several.

    Raises:
        PeerError: The payload is damaged, out of bounds or not canonical.
    """
    reader = Reader(_unpadded(payload))
    head, number = reader.uint(1), reader.uint(2)
    return number, _decode(head, reader)


def encode_circle_payload(content: CircleContent) -> bytes:
    """Return the padded payload of a circle's message, which is numbered by its chain.

    Raises:
        LimitError: The content is outside its bounds; the message is for people.
        CallerError: An id has no valid form.
    """
    head, data = _encode(content)
    return _padded(bytes([head]) + data)


def decode_circle_payload(payload: bytes) -> CircleContent:
    """Return the content of a circle's message.

    Raises:
        PeerError: The payload is damaged, out of bounds, not canonical or not for a circle.
    """
    reader = Reader(_unpadded(payload))
    content = _decode(reader.uint(1), reader)
    if not isinstance(content, Text | Receipt):
        raise PeerError("bad_value", "circles are for texts and receipts")
    return content


def _encode(content: Content) -> tuple[int, bytes]:
    """Return a payload's first byte, and what comes after the number."""
    match content:
        case Text():
            return _encode_text(content)
        case Receipt():
            return _Type.RECEIPT << 4, _encode_receipt(content)
        case EpochFields():
            return _Type.EPOCH << 4, encode_epoch(content)
        case CircleRequest():
            if len(content.circle) != CIRCLE_ID_BYTES:
                raise CallerError("a circle's id has no valid form")
            return _Type.REQUEST << 4, content.circle + bytes([content.wish])


def _decode(head: int, reader: Reader) -> Content:
    kind, codec, has_reply = head >> 4, head >> 1 & 0x07, bool(head & _REPLY_FLAG)
    if kind == _Type.TEXT:
        reply_to = ShortId(reader.take(SHORT_ID_BYTES)) if has_reply else None
        return Text(_decode_text(codec, reader.rest()), reply_to)
    if codec or has_reply:
        raise PeerError("not_canonical", f"first byte {head:#x} of a payload")
    match kind:
        case _Type.RECEIPT:
            return _decode_receipt(reader)
        case _Type.EPOCH:
            return decode_epoch(reader.rest())
        case _Type.REQUEST:
            return _decode_request(reader)
        case _:
            raise PeerError("unknown_type", f"payload of type {kind}")


def _encode_text(content: Text) -> tuple[int, bytes]:
    characters = len(content.text)
    if not 1 <= characters <= MESSAGE_CHARACTERS_MAX:
        raise LimitError(
            f"The message has {characters} characters; 1 to {MESSAGE_CHARACTERS_MAX} are "
            f"possible. Write something, or split it in two."
        )
    if content.reply_to is not None and len(content.reply_to) != SHORT_ID_BYTES:
        raise CallerError("a reply's short id has no valid form")
    codec, data = texts.encode(content.text)
    flag = _REPLY_FLAG if content.reply_to is not None else 0
    return _Type.TEXT << 4 | codec << 1 | flag, (content.reply_to or b"") + data


def _decode_text(codec: int, data: bytes) -> str:
    if not data:
        raise PeerError("bad_length", "no text")
    text = texts.decode(codec, data, text_bytes_max=MESSAGE_BYTES_MAX)
    if not 1 <= len(text) <= MESSAGE_CHARACTERS_MAX:
        raise PeerError("bad_length", f"text of {len(text)} characters")
    return text


def _encode_receipt(content: Receipt) -> bytes:
    count = len(content.reached) + len(content.read)
    if not 1 <= count <= RECEIPT_IDS_MAX:
        raise LimitError(f"A receipt for {count} messages; 1 to {RECEIPT_IDS_MAX} are possible.")
    if not _is_in_order(content) or any(len(one) != SHORT_ID_BYTES for one in _ids(content)):
        raise CallerError("a receipt's ids have no valid form or order")
    return bytes([len(content.reached)]) + b"".join(_ids(content))


def _decode_receipt(reader: Reader) -> Receipt:
    reached_count = reader.uint(1)
    count = reader.remaining // SHORT_ID_BYTES
    if not 1 <= count <= RECEIPT_IDS_MAX or reached_count > count:
        raise PeerError("bad_value", f"a receipt for {count} messages")
    ids = [ShortId(reader.take(SHORT_ID_BYTES)) for _ in range(count)]
    reader.finish()
    receipt = Receipt(tuple(ids[:reached_count]), tuple(ids[reached_count:]))
    if not _is_in_order(receipt):
        raise PeerError("not_canonical", "a receipt's ids do not rise, or come twice")
    return receipt


def _decode_request(reader: Reader) -> CircleRequest:
    circle, wish = CircleId(reader.take(CIRCLE_ID_BYTES)), reader.uint(1)
    reader.finish()
    if wish not in tuple(Wish):
        raise PeerError("bad_value", f"wish {wish} about a circle")
    return CircleRequest(circle, Wish(wish))


def _ids(receipt: Receipt) -> tuple[ShortId, ...]:
    return receipt.reached + receipt.read


def _is_in_order(receipt: Receipt) -> bool:
    parts = (receipt.reached, receipt.read)
    rises = all(list(part) == sorted(set(part)) for part in parts)
    return rises and len(set(_ids(receipt))) == len(_ids(receipt))


def _padded(content: bytes) -> bytes:
    length = len(content) + len(_PAD)
    padding = (BUCKET_OFFSET_BYTES - length) % BUCKET_BYTES
    return content + _PAD + bytes(padding)


def _unpadded(payload: bytes) -> bytes:
    if len(payload) > BODY_BYTES_MAX:
        raise PeerError("oversize", f"payload of {len(payload)} bytes")
    content = payload.rstrip(b"\0")
    if not content.endswith(_PAD) or _padded(content[: -len(_PAD)]) != payload:
        raise PeerError("not_canonical", "a payload is not padded as it has to be")
    return content[: -len(_PAD)]
