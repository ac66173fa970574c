"""Claims: one side's signed step about a thing of somebody else, from asking for it to thanks.

Offers, lending, slots, queues and meet-ups share these steps. Not for: what the steps add up to
(each family's module). Invariants: an ask names its thing by the root, which is its parent; every
later step has the ask's short id as parent and eight bytes of its id in all, so that nobody can
make a second ask that a step would mean as well; `read_claim_head` never reads the words.
Source: docs/spec/exchange.md section 2.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from meshnode.board.parts import encode_minute, read_minute
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import SHORT_ID_BYTES, ObjectId, ShortId

QUANTITY_MAX: Final = 9999
"""Four digits of anything: more of it is no affair between two neighbours."""
SLOT_INDEX_MAX: Final = 4095
"""Half hours of twelve weeks."""
SLOT_COUNT_MAX: Final = 64
"""Slots of one ask: two working days and nights in half hours."""
SPAN_MINUTES_MAX: Final = 91 * 1440
"""No claim lives longer."""
CLAIM_CHARACTERS_MAX: Final = 160
"""Two sentences; longer talk is a private message."""
CLAIM_BODY_BYTES_MAX: Final = 108
"""What one radio frame of 200 bytes holds beside the longest head of an object: a claim is one
frame, always."""
MARK_BYTES: Final = 4
"""With the parent 64 bits of the ask's id; finding another such ask takes 2^64 signatures."""

_QUANTITY_FLAG: Final = 0x1
_SLOTS_FLAG: Final = 0x2
_SPAN_FLAG: Final = 0x4
_UNTIL_FLAG: Final = 0x8


class Step(IntEnum):
    """What is said; the number on the wire."""

    ASK = 0
    HOLD = 1
    CONFIRM = 2
    DECLINE = 3
    CANCEL = 4
    DONE = 5
    RETURNED = 6
    CALL = 7
    NO_SHOW = 8
    THANK = 9

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower().replace("_", "-")


class Side(StrEnum):
    """Who takes a step: the author of the thing, or whoever asked for it."""

    AUTHOR = "author"
    CLAIMANT = "claimant"


_EITHER: Final = frozenset(Side)
_AUTHOR: Final = frozenset({Side.AUTHOR})

TAKERS: Final[dict[Step, frozenset[Side]]] = {
    Step.ASK: frozenset({Side.CLAIMANT}),
    Step.HOLD: _AUTHOR,
    Step.CONFIRM: _AUTHOR,
    Step.DECLINE: _AUTHOR,
    Step.CANCEL: _EITHER,
    Step.DONE: _EITHER,
    Step.RETURNED: _EITHER,
    Step.CALL: _AUTHOR,
    Step.NO_SHOW: _AUTHOR,
    Step.THANK: _EITHER,
}
"""Who may take which step; whoever else does is not heard. The spec shows the same table."""

_FIELDS: Final[dict[Step, int]] = {
    Step.ASK: _QUANTITY_FLAG | _SLOTS_FLAG | _SPAN_FLAG,
    Step.HOLD: _QUANTITY_FLAG | _UNTIL_FLAG,
    Step.CONFIRM: _QUANTITY_FLAG,
    Step.CALL: _UNTIL_FLAG,
}
"""Which numbers a step may have; the others have none."""


@dataclass(frozen=True, slots=True)
class SlotRange:
    """Slots that follow one another: the first one's index 0..4095, and how many, 1..64."""

    first: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """From a minute since 2024-01-01 on, up to but not including another, later one."""

    start_min: int
    end_min: int

    def meets(self, other: "Span") -> bool:
        """Return whether the two have a minute in common."""
        return self.start_min < other.end_min and other.start_min < self.end_min


@dataclass(frozen=True, slots=True)
class ClaimFields:
    """What a claim says.

    Shapes: `mark` None in an ask, else `mark_of` the ask; `quantity` counts the offer's units, or
    the places in each slot, 0 where it is not said: one in an ask, as asked in later steps;
    `until_min` a minute since 2024-01-01, always in a hold, perhaps in a call; `on_behalf` 0..60
    characters, in an ask only; `text` 0..160 characters.
    """

    step: Step
    mark: bytes | None = None
    quantity: int = 0
    slots: SlotRange | None = None
    span: Span | None = None
    until_min: int | None = None
    on_behalf: str = ""
    text: str = ""


def mark_of(ask: ObjectId) -> bytes:
    """Return by which bytes of an ask's id, beside the parent, a later step names it."""
    return ask[SHORT_ID_BYTES : SHORT_ID_BYTES + MARK_BYTES]


def encode_claim(fields: ClaimFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds or has no place in this step.
    """
    _check(fields)
    flags = _flags_of(fields)
    body = bytes([fields.step << 4 | flags]) + (fields.mark or b"")
    if fields.quantity:
        body += varint(fields.quantity)
    if fields.slots is not None:
        body += varint(fields.slots.first) + varint(fields.slots.count)
    if fields.span is not None:
        body += encode_minute(fields.span.start_min)
        body += varint(fields.span.end_min - fields.span.start_min)
    if fields.until_min is not None:
        body += encode_minute(fields.until_min)
    lines = (fields.on_behalf,) if fields.step is Step.ASK else ()
    codec, tail = encode_words(Words(lines, fields.text), text_characters_max=CLAIM_CHARACTERS_MAX)
    body += tail
    if len(body) > CLAIM_BODY_BYTES_MAX:
        raise LimitError(
            f"The words take {len(tail)} bytes compressed, {len(body) - CLAIM_BODY_BYTES_MAX} too "
            "many for one radio frame. Say it shorter, or write a message."
        )
    return codec, body


def read_claim_head(body: bytes, parent: ShortId | None) -> tuple[ClaimFields, bytes]:
    """Return what a claim says before its words, and the bytes of these, unread.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    if parent is None:
        raise PeerError("no_parent", "a claim about nothing")
    if len(body) > CLAIM_BODY_BYTES_MAX:
        raise PeerError("oversize", f"a claim of {len(body)} bytes, at most {CLAIM_BODY_BYTES_MAX}")
    reader = Reader(body)
    first = reader.uint(1)
    try:
        step = Step(first >> 4)
    except ValueError:
        raise PeerError("bad_step", f"{first:#04x}") from None
    flags = first & 0x0F
    if flags & ~_FIELDS.get(step, 0):
        raise PeerError("not_canonical", f"flags {flags:#x} in a {step.word}")
    if step is Step.HOLD and not flags & _UNTIL_FLAG:
        raise PeerError("missing_value", "a hold without an end")
    head = ClaimFields(
        step,
        mark=None if step is Step.ASK else reader.take(MARK_BYTES),
        quantity=_bounded(reader, 1, QUANTITY_MAX) if flags & _QUANTITY_FLAG else 0,
        slots=_read_slots(reader) if flags & _SLOTS_FLAG else None,
        span=_read_span(reader) if flags & _SPAN_FLAG else None,
        until_min=read_minute(reader) if flags & _UNTIL_FLAG else None,
    )
    return head, reader.rest()


def decode_claim(codec: int, body: bytes, parent: ShortId | None) -> ClaimFields:
    """Return the fields of a claim's body.

    Raises:
        PeerError: It is damaged, out of bounds or not canonical.
    """
    head, data = read_claim_head(body, parent)
    lines = 1 if head.step is Step.ASK else 0
    words = decode_words(codec, data, lines=lines, text_characters_max=CLAIM_CHARACTERS_MAX)
    return _with_words(head, words)


def shown_claim(codec: int, body: bytes, parent: ShortId | None) -> ClaimFields:
    """Return the fields of an accepted claim; a sentence where its words cannot be read."""
    head, data = read_claim_head(body, parent)
    lines = 1 if head.step is Step.ASK else 0
    words = shown_words(codec, data, lines=lines, text_characters_max=CLAIM_CHARACTERS_MAX)
    return _with_words(head, words)


def _with_words(head: ClaimFields, words: Words) -> ClaimFields:
    return ClaimFields(
        head.step,
        head.mark,
        head.quantity,
        head.slots,
        head.span,
        head.until_min,
        words.lines[0] if words.lines else "",
        words.text,
    )


def _flags_of(fields: ClaimFields) -> int:
    return (
        (_QUANTITY_FLAG if fields.quantity else 0)
        | (_SLOTS_FLAG if fields.slots is not None else 0)
        | (_SPAN_FLAG if fields.span is not None else 0)
        | (_UNTIL_FLAG if fields.until_min is not None else 0)
    )


def _bounded(reader: Reader, smallest: int, largest: int) -> int:
    number = reader.varint()
    if not smallest <= number <= largest:
        raise PeerError("bad_value", f"{number} is outside {smallest}..{largest}")
    return number


def _read_slots(reader: Reader) -> SlotRange:
    first = _bounded(reader, 0, SLOT_INDEX_MAX)
    return SlotRange(first, _bounded(reader, 1, SLOT_COUNT_MAX))


def _read_span(reader: Reader) -> Span:
    start_min = read_minute(reader)
    end_min = start_min + _bounded(reader, 1, SPAN_MINUTES_MAX)
    if end_min > CREATED_MIN_MAX:
        raise PeerError("bad_value", f"a span up to minute {end_min}")
    return Span(start_min, end_min)


def _check(fields: ClaimFields) -> None:
    if (fields.mark is None) != (fields.step is Step.ASK) or len(fields.mark or b"1234") != 4:
        raise LimitError(f"A {fields.step.word} names an ask by four bytes; an ask names none.")
    if _flags_of(fields) & ~_FIELDS.get(fields.step, 0):
        raise LimitError(f"A {fields.step.word} has no place for one of these numbers.")
    if fields.step is Step.HOLD and fields.until_min is None:
        raise LimitError("A hold ends by itself. Say until when.")
    if fields.on_behalf and fields.step is not Step.ASK:
        raise LimitError("Only an ask says for whom it is; the later steps are about the same one.")
    if not 0 <= fields.quantity <= QUANTITY_MAX:
        raise LimitError(f"{fields.quantity} is outside 1..{QUANTITY_MAX}.")
    _check_times(fields)


def _check_times(fields: ClaimFields) -> None:
    slots, span = fields.slots, fields.span
    if slots is not None and not (
        0 <= slots.first <= SLOT_INDEX_MAX and 1 <= slots.count <= SLOT_COUNT_MAX
    ):
        raise LimitError(
            f"Slots {slots.first} and following, {slots.count} in all, are not possible; one claim "
            f"is for 1 to {SLOT_COUNT_MAX} slots with numbers up to {SLOT_INDEX_MAX}."
        )
    if span is not None and not 1 <= span.end_min - span.start_min <= SPAN_MINUTES_MAX:
        raise LimitError("The end is after the beginning, and within 91 days of it.")
    if span is not None and span.end_min > CREATED_MIN_MAX:
        raise LimitError("The end is too far away.")
