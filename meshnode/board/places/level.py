"""Levels: how full a place is now, said by somebody; the parent is the place's root.

Not for: what becomes of several of them (`crowding`). Invariants: a level or a number of people,
never both; a counter says a number.
Source: docs/spec/places.md section 2.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.parts import require_plain
from meshnode.board.places.place import PEOPLE_MAX
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import ShortId

_NUMBER: Final = 4
_SOURCE_SHIFT: Final = 4
_STATE_MASK: Final = 0x0F


class Level(IntEnum):
    """How full a place is; the number on the wire."""

    EMPTY = 0
    SOME = 1
    FULL = 2
    CLOSED = 3

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


class Source(IntEnum):
    """How somebody knows; the number on the wire."""

    PERSON = 0
    COUNTER = 1
    ESTIMATE = 2

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class LevelFields:
    """What a level says: `level`, or `people` 0..50000; the other one is None."""

    level: Level | None = None
    people: int | None = None
    source: Source = Source.PERSON


def encode_level(fields: LevelFields) -> tuple[int, bytes]:
    """Return the text codec's number, 0, and the body.

    Raises:
        LimitError: A field is outside its bounds.
    """
    if (fields.level is None) == (fields.people is None):
        raise LimitError("Say either how full it is, or how many people are there.")
    first = fields.source << _SOURCE_SHIFT
    if fields.people is None:
        if fields.source is Source.COUNTER:
            raise LimitError("A counter says a number of people, as in 37.")
        return 0, bytes([first | Level(fields.level or 0)])
    if not 0 <= fields.people <= PEOPLE_MAX:
        raise LimitError(f"{fields.people} people are not possible; 0 to {PEOPLE_MAX} are.")
    return 0, bytes([first | _NUMBER]) + varint(fields.people)


def decode_level(codec: int, body: bytes, parent: ShortId | None) -> LevelFields:
    """Return the fields of a level's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical, or names no place.
    """
    require_plain(codec, "a level")
    if parent is None:
        raise PeerError("missing_parent", "a level names no place")
    reader = Reader(body)
    first = reader.uint(1)
    number, state = first >> _SOURCE_SHIFT, first & _STATE_MASK
    if number > Source.ESTIMATE or state > _NUMBER:
        raise PeerError("bad_level", f"{first:#04x}")
    source = Source(number)
    people = reader.varint() if state == _NUMBER else None
    reader.finish()
    if people is None and source is Source.COUNTER:
        raise PeerError("bad_level", "a counter that says no number")
    if people is not None and people > PEOPLE_MAX:
        raise PeerError("oversize", f"{people} people")
    return LevelFields(None if state == _NUMBER else Level(state), people, source)
