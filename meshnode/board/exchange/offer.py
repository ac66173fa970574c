"""Offers and requests: what somebody gives or needs; their fields and the body that carries them.

Not for: what becomes of one (`life`) or how it reads (`wording`). Invariants: `decode_offer` reads
exactly what `encode_offer` can write; `check_offer` reads no words, so a node passes on what it
cannot read; all versions of an offer but of a lending end by one minute, which every claim
outlives, so that what was given away never comes back.
Source: docs/spec/exchange.md section 1.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.exchange.claim import QUANTITY_MAX, SPAN_MINUTES_MAX
from meshnode.board.exchange.things import ITEM_MAX, UNIT_MAX, Direction, Sort
from meshnode.board.parts import encode_minute, read_minute
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX, CREATED_MIN_MAX
from meshnode.protocol.object import LIFETIME_MINUTES, SHORT_ID_BYTES, ShortId, SignedObject

OFFER_CHARACTERS_MAX: Final = 600
"""What somebody reads before they ask; the rest is said when they do."""
WINDOW_MINUTES_MAX: Final = SPAN_MINUTES_MAX
"""As long as a claim lives at most."""
CLAIM_CODE_MAX: Final = 13
"""The lifetime code of 91 days: the longest that a claim may have."""
CHAIN_STEPS: Final = 2
"""By so many lifetime codes may later versions end after the first one: a week becomes three."""

_REQUEST_FLAG: Final = 0x80
_SORT_SHIFT: Final = 4
_ITEM_FLAG: Final = 0x80
_QUANTITY_FLAG: Final = 0x40
_START_FLAG: Final = 0x20
_END_FLAG: Final = 0x10
_PLACE_FLAG: Final = 0x08
_LAST_FLAG: Final = 0x04
_FLAGS: Final = 0xFC
_LINES: Final = 3
_LENDING_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of a unit: 1..9999, and the unit's number 0..63; later versions know more of them."""

    count: int
    unit: int


@dataclass(frozen=True, slots=True)
class OfferFields:
    """What an offer or a request says.

    Shapes: `category` one of `CATEGORIES`; `item` a number 1..255 of `things.THINGS` or of a later
    version, 0 where none says it; `start_min` and `end_min` minutes since 2024-01-01, the end after
    the start and at most 91 days; `place` the root of a place; title, place words, whom it is for
    and deposit 0..60 characters in one line, the deposit in a lending only; `text` 0..600
    characters. `last_min` is in an update of anything but a lending: `chain_end` of the first
    version.
    """

    direction: Direction
    sort: Sort
    category: str
    item: int = 0
    quantity: Quantity | None = None
    start_min: int | None = None
    end_min: int | None = None
    place: ShortId | None = None
    last_min: int | None = None
    title: str = ""
    place_words: str = ""
    on_behalf: str = ""
    deposit: str = ""
    text: str = ""

    @property
    def is_lending(self) -> bool:
        """Whether the thing comes back."""
        return self.sort is Sort.LENDING


def encode_offer(fields: OfferFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds; the message is for the person who wrote it.
    """
    _check(fields)
    body = _encode_head(fields)
    deposit = (fields.deposit,) if fields.is_lending else ()
    words = Words((fields.title, fields.place_words, fields.on_behalf, *deposit), fields.text)
    codec, tail = encode_words(words, text_characters_max=OFFER_CHARACTERS_MAX)
    if len(body) + len(tail) > BODY_BYTES_MAX:
        raise LimitError(
            f"The words take {len(tail)} bytes compressed; at most {BODY_BYTES_MAX - len(body)} "
            "fit. Shorten the text."
        )
    return codec, body + tail


def read_offer_head(body: bytes) -> tuple[OfferFields, bytes]:
    """Return what an offer says before its words, and the bytes of these, unread.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    first, flags = reader.uint(1), reader.uint(1)
    number = first & 0x0F
    if number >= len(CATEGORIES):
        raise PeerError("bad_category", str(number))
    try:
        sort = Sort(first >> _SORT_SHIFT & 0x07)
    except ValueError:
        raise PeerError("bad_value", f"{first:#04x} has no known sort") from None
    if flags & ~_FLAGS:
        raise PeerError("not_canonical", f"flags {flags:#04x} of an offer")
    item = _bounded(reader.uint(1), 1, ITEM_MAX) if flags & _ITEM_FLAG else 0
    quantity = _read_quantity(reader) if flags & _QUANTITY_FLAG else None
    start_min = read_minute(reader) if flags & _START_FLAG else None
    end_min = _read_end(reader, start_min) if flags & _END_FLAG else None
    head = OfferFields(
        Direction.REQUEST if first & _REQUEST_FLAG else Direction.OFFER,
        sort,
        CATEGORIES[number],
        item,
        quantity,
        start_min,
        end_min,
        place=ShortId(reader.take(SHORT_ID_BYTES)) if flags & _PLACE_FLAG else None,
        last_min=read_minute(reader) if flags & _LAST_FLAG else None,
    )
    if not head.item and not reader.remaining:
        raise PeerError("bad_length", "an offer of nothing")
    return head, reader.rest()


def check_offer(thing: SignedObject) -> None:
    """Refuse an offer whose numbers have not the form they must have, or that is kept up too long.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical, or ends after its first version's
            `chain_end`.
    """
    head, _ = read_offer_head(thing.body)
    is_bounded = thing.parent is not None and not head.is_lending
    if (head.last_min is not None) != is_bounded:
        raise PeerError("not_canonical", "the end of all versions stands in an update, only there")
    if head.last_min is not None and thing.expires_min > head.last_min:
        raise PeerError("lifetime", "an offer that ends after all its versions have to")


def chain_end(thing: SignedObject, head: OfferFields) -> int:
    """Return the minute by which all versions of an offer end, as its newest version says.

    A lending has no such minute: its claims are about spans. For it the version's own end counts.
    """
    if head.is_lending:
        return thing.expires_min
    if head.last_min is not None:
        return head.last_min
    code = min(thing.lifetime_code + CHAIN_STEPS, CLAIM_CODE_MAX)
    return min(thing.created_min + LIFETIME_MINUTES[code], CREATED_MIN_MAX)


def decode_offer(codec: int, body: bytes) -> OfferFields:
    """Return the fields of an offer's body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    head, data = read_offer_head(body)
    words = decode_words(
        codec, data, lines=_lines_of(head), text_characters_max=OFFER_CHARACTERS_MAX
    )
    return _with_words(head, words)


def shown_offer(codec: int, body: bytes) -> OfferFields:
    """Return the fields of an accepted offer; a sentence where its words cannot be read."""
    head, data = read_offer_head(body)
    words = shown_words(
        codec, data, lines=_lines_of(head), text_characters_max=OFFER_CHARACTERS_MAX
    )
    return _with_words(head, words)


def _lines_of(head: OfferFields) -> int:
    return _LENDING_LINES if head.is_lending else _LINES


def _with_words(head: OfferFields, words: Words) -> OfferFields:
    title, place_words, on_behalf, *rest = words.lines
    return OfferFields(
        head.direction,
        head.sort,
        head.category,
        head.item,
        head.quantity,
        head.start_min,
        head.end_min,
        head.place,
        head.last_min,
        title,
        place_words,
        on_behalf,
        rest[0] if rest else "",
        words.text,
    )


def _encode_head(fields: OfferFields) -> bytes:
    first = (_REQUEST_FLAG if fields.direction is Direction.REQUEST else 0) | (
        fields.sort << _SORT_SHIFT | CATEGORIES.index(fields.category)
    )
    flags, rest = 0, b""
    if fields.item:
        flags, rest = flags | _ITEM_FLAG, rest + bytes([fields.item])
    if fields.quantity is not None:
        flags |= _QUANTITY_FLAG
        rest += varint(fields.quantity.count) + bytes([fields.quantity.unit])
    if fields.start_min is not None:
        flags, rest = flags | _START_FLAG, rest + encode_minute(fields.start_min)
    if fields.end_min is not None:
        flags, rest = flags | _END_FLAG, rest + _encode_end(fields.end_min, fields.start_min)
    if fields.place is not None:
        flags, rest = flags | _PLACE_FLAG, rest + fields.place
    if fields.last_min is not None:
        flags, rest = flags | _LAST_FLAG, rest + encode_minute(fields.last_min)
    return bytes([first, flags]) + rest


def _encode_end(end_min: int, start_min: int | None) -> bytes:
    return encode_minute(end_min) if start_min is None else varint(end_min - start_min)


def _read_end(reader: Reader, start_min: int | None) -> int:
    if start_min is None:
        return read_minute(reader)
    return _bounded(
        start_min + _bounded(reader.varint(), 1, WINDOW_MINUTES_MAX), 0, CREATED_MIN_MAX
    )


def _read_quantity(reader: Reader) -> Quantity:
    count = _bounded(reader.varint(), 1, QUANTITY_MAX)
    return Quantity(count, _bounded(reader.uint(1), 0, UNIT_MAX))


def _bounded(number: int, smallest: int, largest: int) -> int:
    if not smallest <= number <= largest:
        raise PeerError("bad_value", f"{number} is outside {smallest}..{largest}")
    return number


def _check(fields: OfferFields) -> None:
    if fields.category not in CATEGORIES:
        raise LimitError(
            f"The category {fields.category!r} is not possible. Use one of {', '.join(CATEGORIES)}."
        )
    words = (fields.title, fields.place_words, fields.on_behalf, fields.deposit, fields.text)
    if not fields.item and not any(words):
        raise LimitError("Say what it is about: an item, a title or a text.")
    if not 0 <= fields.item <= ITEM_MAX:
        raise LimitError(f"There is no item {fields.item}.")
    if fields.deposit and not fields.is_lending:
        raise LimitError("Only what is lent has a deposit. Leave it out, or offer a lending.")
    if fields.place is not None and len(fields.place) != SHORT_ID_BYTES:
        raise LimitError("A place is named by eight digits of its id.")
    quantity = fields.quantity
    if quantity is not None and not (
        1 <= quantity.count <= QUANTITY_MAX and 0 <= quantity.unit <= UNIT_MAX
    ):
        raise LimitError(f"{quantity.count} is not possible; 1 to {QUANTITY_MAX} are.")
    _check_window(fields)


def _check_window(fields: OfferFields) -> None:
    start_min, end_min = fields.start_min, fields.end_min
    if start_min is None or end_min is None:
        return
    if not 1 <= end_min - start_min <= WINDOW_MINUTES_MAX or end_min > CREATED_MIN_MAX:
        raise LimitError("The end is after the beginning, and at most 91 days after it.")
