"""Meet-ups: something that takes place once or again and again, with or without sign-up.

Source: docs/spec/capacity.md section 2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from meshnode.board.capacity.slots import WORDS_READ_MAX, encode_place, read_place
from meshnode.board.capacity.timetable import Sort, Timetable, encode_timetable, read_timetable
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import ShortId

MEETUP_CHARACTERS_MAX: Final = 300
"""As long as what a slot says."""


@dataclass(frozen=True, slots=True)
class MeetupFields:
    """A meet-up.

    Shapes: `title` and `where` 0..60 characters, one line each; `place` a root; `text` 0..300
    characters. A timetable without terms needs no sign-up.
    """

    timetable: Timetable
    title: str = ""
    where: str = ""
    text: str = ""
    place: ShortId | None = None


def encode_meetup(fields: MeetupFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds.
    """
    if fields.timetable.sort is Sort.QUEUE:
        raise LimitError("A meet-up is no queue. Open slots for that.")
    words = Words((fields.title, fields.where), fields.text)
    codec, tail = encode_words(words, text_characters_max=MEETUP_CHARACTERS_MAX)
    return codec, encode_timetable(fields.timetable) + encode_place(fields.place) + tail


def read_meetup_head(body: bytes) -> tuple[MeetupFields, bytes]:
    """Return what stands before the words, and the bytes of these, unread.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    timetable = read_timetable(reader)
    if timetable.sort is Sort.QUEUE:
        raise PeerError("bad_value", "a meet-up with tickets")
    return MeetupFields(timetable, place=read_place(reader)), reader.rest()


def decode_meetup(codec: int, body: bytes) -> MeetupFields:
    """Return the fields of a body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    head, data = read_meetup_head(body)
    return _with_words(
        head, decode_words(codec, data, lines=2, text_characters_max=MEETUP_CHARACTERS_MAX)
    )


@lru_cache(maxsize=WORDS_READ_MAX)
def shown_meetup(codec: int, body: bytes) -> MeetupFields:
    """Return the fields of an accepted object; a sentence where its words cannot be read."""
    head, data = read_meetup_head(body)
    return _with_words(
        head, shown_words(codec, data, lines=2, text_characters_max=MEETUP_CHARACTERS_MAX)
    )


def _with_words(head: MeetupFields, words: Words) -> MeetupFields:
    title, where = words.lines
    return MeetupFields(head.timetable, title, where, words.text, head.place)
