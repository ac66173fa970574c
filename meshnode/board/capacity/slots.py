"""Slots: windows that can be booked, or a queue in which people take tickets, perhaps at a place.

Not for: who has booked (`ledger`). Invariant: what stands before the words can be checked without
reading them.
Source: docs/spec/capacity.md section 2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from meshnode.board.capacity.timetable import Timetable, encode_timetable, read_timetable
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId

SLOTS_CHARACTERS_MAX: Final = 300
"""What to bring and where to stand; the place itself is described elsewhere."""
WORDS_READ_MAX: Final = 500
"""Words that are kept as read: each is decoded in milliseconds, and whoever waits for an answer
asks again and again. A neighbourhood's worth of slots, under 1 MB."""
_PLACE_FLAG: Final = 0x01


@dataclass(frozen=True, slots=True)
class SlotsFields:
    """What can be booked.

    Shapes: `place` the root of the place where it is; `title` 0..60 characters, one line; `text`
    0..300 characters.
    """

    timetable: Timetable
    title: str = ""
    text: str = ""
    place: ShortId | None = None


def encode_slots(fields: SlotsFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds, or nothing is sold.
    """
    if fields.timetable.terms is None:
        raise LimitError("Slots have a capacity and a node that books. Say how many fit.")
    words = Words((fields.title,), fields.text)
    codec, tail = encode_words(words, text_characters_max=SLOTS_CHARACTERS_MAX)
    return codec, encode_timetable(fields.timetable) + encode_place(fields.place) + tail


def read_slots_head(body: bytes) -> tuple[SlotsFields, bytes]:
    """Return what stands before the words, and the bytes of these, unread.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    timetable = read_timetable(reader)
    if timetable.terms is None:
        raise PeerError("missing_value", "slots that nobody sells")
    return SlotsFields(timetable, place=read_place(reader)), reader.rest()


def decode_slots(codec: int, body: bytes) -> SlotsFields:
    """Return the fields of a body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    head, data = read_slots_head(body)
    words = decode_words(codec, data, lines=1, text_characters_max=SLOTS_CHARACTERS_MAX)
    return SlotsFields(head.timetable, words.lines[0], words.text, head.place)


@lru_cache(maxsize=WORDS_READ_MAX)
def shown_slots(codec: int, body: bytes) -> SlotsFields:
    """Return the fields of an accepted object; a sentence where its words cannot be read."""
    head, data = read_slots_head(body)
    words = shown_words(codec, data, lines=1, text_characters_max=SLOTS_CHARACTERS_MAX)
    return SlotsFields(head.timetable, words.lines[0], words.text, head.place)


def encode_place(place: ShortId | None) -> bytes:
    """Return whether there is a place, and its root."""
    return b"\0" if place is None else bytes([_PLACE_FLAG]) + place


def read_place(reader: Reader) -> ShortId | None:
    """Return the next place's root; None: there is none.

    Raises:
        PeerError: It is damaged or not canonical.
    """
    flags = reader.uint(1)
    if flags & ~_PLACE_FLAG:
        raise PeerError("not_canonical", f"flags {flags:#x} before a place")
    return ShortId(reader.take(SHORT_ID_BYTES)) if flags else None
