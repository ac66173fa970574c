"""Mode objects: somebody proposes how the neighbourhood fares, others confirm it.

Not for: which mode is in force (`force`) or what it changes (`effects`). Invariant: a confirmation
names all of the proposal's id, and says its mode once more.
Source: docs/spec/modes.md section 1.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.board.trust.endorsement import read_target, rest_of
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.object import ObjectId, ShortId, SignedObject

REASON_CHARACTERS_MAX: Final = 200
"""Why; two lines of a printed board."""
MODE_MINUTES_MIN: Final = 60
_MODE_SHIFT: Final = 4
_DRILL_FLAG: Final = 0x01
_KEPT_BITS: Final = 0x0E


class Mode(IntEnum):
    """How the neighbourhood fares; the number on the wire."""

    NORMAL = 0
    DISRUPTED = 1
    OUTAGE = 2
    RECOVERY = 3

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class ModeHead:
    """What a mode object says before its reason; `proposal` is what it confirms, None: itself."""

    mode: Mode
    is_drill: bool = False
    proposal: ObjectId | None = None


@dataclass(frozen=True, slots=True)
class ModeFields:
    """What a mode object says; `reason` has 0..200 characters, and none in a confirmation."""

    head: ModeHead
    reason: str = ""


def encode_mode(fields: ModeFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body; a confirmation's parent is the short id of the
    proposal.

    Raises:
        LimitError: The reason is outside its bounds; the message is for its author.
        CallerError: A confirmation with a reason.
    """
    head = fields.head
    if head.proposal is not None and fields.reason:
        raise CallerError("a confirmation gives no reason of its own")
    first = bytes([head.mode << _MODE_SHIFT | _DRILL_FLAG * head.is_drill])
    if head.proposal is not None:
        return 0, first + rest_of(head.proposal)
    words = Words((), fields.reason)
    codec, tail = encode_words(words, text_characters_max=REASON_CHARACTERS_MAX)
    return codec, first + tail


def read_mode_head(body: bytes, parent: ShortId | None) -> ModeHead:
    """Return what a mode object says before its reason.

    Raises:
        PeerError: It is damaged or not canonical.
    """
    return _read_head(Reader(body), parent)


def decode_mode(codec: int, body: bytes, parent: ShortId | None) -> ModeFields:
    """Return the fields of a mode object's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    head = _read_head(reader, parent)
    words = decode_words(codec, reader.rest(), lines=0, text_characters_max=REASON_CHARACTERS_MAX)
    return ModeFields(head, words.text)


def shown_mode(thing: SignedObject) -> ModeFields:
    """Return what an accepted mode object says, or a sentence in place of its reason."""
    reader = Reader(thing.body)
    head = _read_head(reader, thing.parent)
    words = shown_words(
        thing.codec, reader.rest(), lines=0, text_characters_max=REASON_CHARACTERS_MAX
    )
    return ModeFields(head, words.text)


def _read_head(reader: Reader, parent: ShortId | None) -> ModeHead:
    first = reader.uint(1)
    if first >> _MODE_SHIFT not in set(Mode):
        raise PeerError("bad_mode", f"{first:#04x}")
    if first & _KEPT_BITS:
        raise PeerError("not_canonical", f"bits of a mode that are kept: {first:#04x}")
    proposal = None if parent is None else read_target(reader, parent, "a confirmation")
    if proposal is not None and reader.remaining:
        raise PeerError("bad_length", "a confirmation with a reason of its own")
    return ModeHead(Mode(first >> _MODE_SHIFT), bool(first & _DRILL_FLAG), proposal)
