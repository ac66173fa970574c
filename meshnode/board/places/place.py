"""Places: what has an address and a host, and is open at some hours; the body that carries them.

Not for: how full a place is (`level`). Invariants: a position is never finer than a thousandth of
a degree, about 100 m; `read_head` reads no words, so that a node passes on what it cannot read.
Source: docs/spec/places.md section 1.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from meshnode.board.places.opening import Week, encode_week, read_week
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX

CATEGORIES: Final = (
    "hall",
    "water",
    "power",
    "warm-room",
    "shelter",
    "food",
    "shop",
    "pharmacy",
    "first-aid",
    "park",
    "restaurant",
    "bus-stop",
    "library",
    "workshop",
    "playground",
    "other",
)
"""The known categories; the index is the number on the wire and never changes."""
OTHER: Final = CATEGORIES.index("other")

PEOPLE_MAX: Final = 50_000
"""People in one place: a stadium. More is a typing error."""
TEXT_CHARACTERS_MAX: Final = 400
"""What to know before one goes there: a third of a printed slip."""
MILLIDEGREES: Final = 1000
"""Steps in a degree: 111 m to the north, 69 m to the east in Dortmund."""
WORDS_READ_MAX: Final = 500
"""Words of places that are kept as read; a town's worth, under 1 MB."""

_LATITUDE_MAX: Final = 90 * MILLIDEGREES
_LONGITUDE_MAX: Final = 180 * MILLIDEGREES
_POSITION_BYTES: Final = 5
_LINES: Final = 5
_HOURS_MASK: Final = 0x0F
_CAPACITY_FLAG: Final = 0x10
_POSITION_FLAG: Final = 0x20
_STEPS_SHIFT: Final = 6


class Steps(IntEnum):
    """Whether one gets in without a step; who cannot climb any must not have to guess."""

    UNSAID = 0
    STEP_FREE = 1
    STEPS = 2


@dataclass(frozen=True, slots=True)
class Position:
    """Where a place is, in thousandths of a degree north and east.

    Shapes: `latitude_mdeg` -90000..90000, `longitude_mdeg` -180000..179999.
    """

    latitude_mdeg: int
    longitude_mdeg: int


@dataclass(frozen=True, slots=True)
class PlaceHead:
    """What a place says in numbers; the body before its words.

    Shapes: `category` 0..255, of which `CATEGORIES` names the known ones; `capacity` counts people,
    0..50000, 0 is not said; `week` None is not said.
    """

    category: int
    capacity: int = 0
    week: Week | None = None
    position: Position | None = None
    steps: Steps = Steps.UNSAID

    @property
    def category_word(self) -> str:
        """The category's word; that of `other` for one that only newer versions know."""
        return CATEGORIES[self.category if self.category < len(CATEGORIES) else OTHER]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What a place says in words: lines of at most 60 characters and a text of at most 400.

    Shapes: `name` is never empty; `on_behalf_of` is for whom somebody enters it.
    """

    name: str
    address: str = ""
    hours: str = ""
    contact: str = ""
    on_behalf_of: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """A place, whole."""

    head: PlaceHead
    words: PlaceWords


def coarse_position(latitude: float, longitude: float) -> Position:
    """Return the position of these degrees, rounded to about 100 m.

    Raises:
        LimitError: There is no such position.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise LimitError(
            f"{latitude:g},{longitude:g} is nowhere on Earth; write degrees north and east, as in "
            "51.523,7.467."
        )
    east = round(longitude * MILLIDEGREES)
    return Position(
        round(latitude * MILLIDEGREES), -_LONGITUDE_MAX if east == _LONGITUDE_MAX else east
    )


def encode_place(fields: PlaceFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds; the message is for the person who wrote it.
    """
    said = fields.words
    if not said.name:
        raise LimitError("The place has no name. Give it one.")
    lines = (said.name, said.address, said.hours, said.contact, said.on_behalf_of)
    codec, tail = encode_words(Words(lines, said.text), text_characters_max=TEXT_CHARACTERS_MAX)
    body = _encode_head(fields.head) + tail
    if len(body) > BODY_BYTES_MAX:
        raise LimitError(
            f"The place takes {len(body)} bytes compressed; at most {BODY_BYTES_MAX} fit. "
            "Shorten the text."
        )
    return codec, body


def decode_place(codec: int, body: bytes) -> PlaceFields:
    """Return the fields of a place's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    head, tail = read_place_head(body)
    words = decode_words(codec, tail, lines=_LINES, text_characters_max=TEXT_CHARACTERS_MAX)
    fields = PlaceFields(head, _place_words(words))
    if not fields.words.name:
        raise PeerError("bad_length", "a place without a name")
    return fields


def read_place_head(body: bytes) -> tuple[PlaceHead, bytes]:
    """Return what a body says before its words, and the bytes of these, unread.

    Raises:
        PeerError: The head is damaged, out of bounds or not canonical, or no words follow.
    """
    if len(body) > BODY_BYTES_MAX:
        raise PeerError("oversize", f"body of {len(body)} bytes, at most {BODY_BYTES_MAX}")
    reader = Reader(body)
    category, flags = reader.uint(1), reader.uint(1)
    steps = flags >> _STEPS_SHIFT
    if steps > Steps.STEPS:
        raise PeerError("bad_flags", f"{flags:#04x}")
    capacity = _read_capacity(reader) if flags & _CAPACITY_FLAG else 0
    position = _read_position(reader) if flags & _POSITION_FLAG else None
    week = read_week(reader, flags & _HOURS_MASK)
    tail = reader.rest()
    if not tail:
        raise PeerError("bad_length", "a place without words")
    return PlaceHead(category, capacity, week, position, Steps(steps)), tail


@lru_cache(maxsize=WORDS_READ_MAX)
def readable_place(codec: int, body: bytes) -> PlaceFields:
    """Return what the body of an accepted place says; words that cannot be shown are a sentence."""
    head, tail = read_place_head(body)
    words = shown_words(codec, tail, lines=_LINES, text_characters_max=TEXT_CHARACTERS_MAX)
    return PlaceFields(head, _place_words(words))


def _place_words(words: Words) -> PlaceWords:
    name, address, hours, contact, on_behalf_of = words.lines
    return PlaceWords(name, address, hours, contact, on_behalf_of, words.text)


def _encode_head(head: PlaceHead) -> bytes:
    if not 0 <= head.category <= 0xFF:
        raise LimitError(f"There is no category {head.category}; they are 0 to 255.")
    if not 0 <= head.capacity <= PEOPLE_MAX:
        raise LimitError(
            f"A place has room for 1 to {PEOPLE_MAX} people (0: nobody knows), not {head.capacity}."
        )
    form, hours = encode_week(head.week)
    flags = form | head.steps << _STEPS_SHIFT
    capacity = position = b""
    if head.capacity:
        flags |= _CAPACITY_FLAG
        capacity = varint(head.capacity)
    if head.position is not None:
        flags |= _POSITION_FLAG
        position = _encode_position(head.position)
    return bytes([head.category, flags]) + capacity + position + hours


def _read_capacity(reader: Reader) -> int:
    capacity = reader.varint()
    if not 1 <= capacity <= PEOPLE_MAX:
        raise PeerError("bad_capacity", f"room for {capacity}")
    return capacity


def _encode_position(position: Position) -> bytes:
    north = position.latitude_mdeg + _LATITUDE_MAX
    east = position.longitude_mdeg + _LONGITUDE_MAX
    if not (0 <= north <= 2 * _LATITUDE_MAX and 0 <= east < 2 * _LONGITUDE_MAX):
        raise LimitError(f"{position} is nowhere on Earth.")
    return (north * 2 * _LONGITUDE_MAX + east).to_bytes(_POSITION_BYTES, "big")


def _read_position(reader: Reader) -> Position:
    north, east = divmod(reader.uint(_POSITION_BYTES), 2 * _LONGITUDE_MAX)
    if north > 2 * _LATITUDE_MAX:
        raise PeerError("bad_position", f"{north} thousandths of a degree from the south pole")
    return Position(north - _LATITUDE_MAX, east - _LONGITUDE_MAX)
