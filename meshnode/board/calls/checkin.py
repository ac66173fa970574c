"""Check-ins: "I am OK", or "we need help", for oneself or for another.

Not for: what coordinators do about it (`triage`). Invariants: an OK check-in without words is one
byte; `read_checkin_head` reads no words, so a node passes on what it cannot read; needs that this
version does not know are kept.
Source: docs/spec/calls.md section 1.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from meshnode.board.parts import encode_minute, read_minute
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.object import SHORT_ID_BYTES, Kind, ShortId, SignedObject

CHECKIN_CHARACTERS_MAX: Final = 200
"""What to say before a helper comes; more is for the helper's ears."""
PERSONS_MAX: Final = 255
"""One byte; whoever speaks for more speaks for a place."""
_LINES: Final = 2
_STATE_SHIFT: Final = 6
_PERSONS_FLAG: Final = 0x20
_NEEDS_FLAG: Final = 0x10
_PLACE_FLAG: Final = 0x08
_SINCE_FLAG: Final = 0x04
_KEPT_BITS: Final = 0x03
_NEEDS_BYTES: Final = 2


class State(IntEnum):
    """How somebody is; the two highest bits of the body."""

    OK = 0
    HELP = 1
    URGENT = 2

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


class Need(IntFlag):
    """What is missing; the bit on the wire. Of sixteen bits four are free for later versions."""

    WATER = 1 << 0
    FOOD = 1 << 1
    MEDICINE = 1 << 2
    MEDICAL_CARE = 1 << 3
    POWER = 1 << 4
    WARMTH = 1 << 5
    TRANSPORT = 1 << 6
    COMPANY = 1 << 7
    SHELTER = 1 << 8
    INFORMATION = 1 << 9
    CHILD = 1 << 10
    ANIMAL = 1 << 11


NOTHING: Final = Need(0)
UNKNOWN_NEED: Final = "something-newer"
"""What stands for needs that a later version knows."""
_KNOWN: Final = sum(Need)


@dataclass(frozen=True, slots=True)
class CheckInHead:
    """What a check-in says before its words.

    Shapes: `persons` 1..255; `needs` is empty for `OK`; `place` is a place's root; `since_min`
    stands in updates only: the minute of the first version.
    """

    state: State
    persons: int = 1
    needs: Need = NOTHING
    place: ShortId | None = None
    since_min: int | None = None


@dataclass(frozen=True, slots=True)
class CheckInFields:
    """What a check-in says.

    Shapes: `where` (street or house) and `on_behalf_of` are lines of 0..60 characters, `text` has
    0..200; empty means not said.
    """

    head: CheckInHead
    where: str = ""
    on_behalf_of: str = ""
    text: str = ""


def need_words(needs: Need) -> tuple[str, ...]:
    """Return the words of needs, in the order of their numbers; unknown ones are one word."""
    known = tuple(need_word(one) for one in Need if one in needs)
    return (*known, UNKNOWN_NEED) if needs & ~_KNOWN else known


def need_word(need: Need) -> str:
    """Return the word of one need in programs and on the command line, as in `medical-care`."""
    return str(need.name).lower().replace("_", "-")


def encode_checkin(fields: CheckInFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: The words, the persons or the needs are outside their bounds; the message is
            for the author.
        CallerError: A number does not fit its field.
    """
    head = fields.head
    if not 1 <= head.persons <= PERSONS_MAX:
        raise LimitError(
            f"{head.persons} persons are not possible; say 1 to {PERSONS_MAX}. For more, name the "
            "place."
        )
    if head.needs and head.state is State.OK:
        raise LimitError("Whoever needs something asks for help: say help instead of ok.")
    if head.needs < 0 or head.needs >> 8 * _NEEDS_BYTES:
        raise CallerError("needs have sixteen bits")
    first = (
        head.state << _STATE_SHIFT
        | _PERSONS_FLAG * (head.persons > 1)
        | _NEEDS_FLAG * bool(head.needs)
        | _PLACE_FLAG * (head.place is not None)
        | _SINCE_FLAG * (head.since_min is not None)
    )
    words = Words((fields.where, fields.on_behalf_of), fields.text)
    codec, tail = encode_words(words, text_characters_max=CHECKIN_CHARACTERS_MAX)
    return codec, b"".join(
        (
            bytes([first]),
            bytes([head.persons]) if head.persons > 1 else b"",
            head.needs.to_bytes(_NEEDS_BYTES, "big") if head.needs else b"",
            head.place or b"",
            b"" if head.since_min is None else encode_minute(head.since_min),
            tail,
        )
    )


def read_checkin_head(body: bytes, parent: ShortId | None) -> CheckInHead:
    """Return what a check-in says before its words.

    Raises:
        PeerError: It is damaged or not canonical.
    """
    return _read_head(Reader(body), parent)


def decode_checkin(codec: int, body: bytes, parent: ShortId | None) -> CheckInFields:
    """Return the fields of a check-in's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    head = _read_head(reader, parent)
    return _fields(
        head,
        decode_words(
            codec, reader.rest(), lines=_LINES, text_characters_max=CHECKIN_CHARACTERS_MAX
        ),
    )


def shown_checkin(thing: SignedObject) -> CheckInFields:
    """Return what an accepted check-in says, or a sentence in place of its words."""
    reader = Reader(thing.body)
    head = _read_head(reader, thing.parent)
    return _fields(
        head,
        shown_words(
            thing.codec, reader.rest(), lines=_LINES, text_characters_max=CHECKIN_CHARACTERS_MAX
        ),
    )


def is_call(thing: SignedObject) -> bool:
    """Return whether an object is a check-in that asks for help."""
    return (
        thing.kind == Kind.CHECKIN
        and bool(thing.body)
        and thing.body[0] >> _STATE_SHIFT != State.OK
    )


def _fields(head: CheckInHead, words: Words) -> CheckInFields:
    where, on_behalf_of = words.lines
    return CheckInFields(head, where, on_behalf_of, words.text)


def _read_head(reader: Reader, parent: ShortId | None) -> CheckInHead:
    first = reader.uint(1)
    if first >> _STATE_SHIFT not in set(State):
        raise PeerError("bad_state", f"{first:#04x}")
    if first & _KEPT_BITS:
        raise PeerError("not_canonical", f"bits of a check-in that are kept: {first:#04x}")
    state = State(first >> _STATE_SHIFT)
    persons = reader.uint(1) if first & _PERSONS_FLAG else 1
    needs = Need(reader.uint(_NEEDS_BYTES)) if first & _NEEDS_FLAG else NOTHING
    place = ShortId(reader.take(SHORT_ID_BYTES)) if first & _PLACE_FLAG else None
    since_min = read_minute(reader) if first & _SINCE_FLAG else None
    if first & _PERSONS_FLAG and persons <= 1:
        raise PeerError("not_canonical", f"{persons} persons written out")
    if first & _NEEDS_FLAG and not needs:
        raise PeerError("not_canonical", "no needs written out")
    if needs and state is State.OK:
        raise PeerError("bad_needs", "OK, and needs something")
    if since_min is not None and parent is None:
        raise PeerError("not_canonical", "a first version that says since when")
    return CheckInHead(state, persons, needs, place, since_min)
