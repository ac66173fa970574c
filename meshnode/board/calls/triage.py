"""Triage: what coordinators sign about a call for help: taken, handed over, done.

Not for: what follows from several of them (`desk`). Invariant: `read_triage_head` reads no words.
Source: docs/spec/calls.md section 2.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.parts import read_fingerprint
from meshnode.board.tail import Words, decode_words, encode_words, shown_words
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId, SignedObject

NOTE_CHARACTERS_MAX: Final = 120
"""One line of a printed list; more is said by message."""
_ACT_SHIFT: Final = 4
_PERSON_FLAG: Final = 0x08
_KEPT_BITS: Final = 0x07


class Act(IntEnum):
    """What somebody says about a call; the number on the wire."""

    TAKEN = 0
    HANDED_OVER = 1
    ON_THE_WAY = 2
    DONE = 3
    DUPLICATE = 4
    REOPENED = 5

    @property
    def word(self) -> str:
        """The word in programs."""
        return self.name.lower()


NAMING: Final = frozenset({Act.TAKEN, Act.HANDED_OVER, Act.ON_THE_WAY})
"""Acts by which somebody has a call: who signs, or whom they name."""


@dataclass(frozen=True, slots=True)
class TriageHead:
    """What an act says before its note.

    Shapes: `person` has the call from now on, None: who signs; always there in `HANDED_OVER`.
    `duplicate_of` is the root of another call, in `DUPLICATE` only.
    """

    act: Act
    person: Fingerprint | None = None
    duplicate_of: ShortId | None = None


@dataclass(frozen=True, slots=True)
class TriageFields:
    """What an act says; `note` has 0..120 characters, empty means not said."""

    head: TriageHead
    note: str = ""


def encode_triage(fields: TriageFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body; the parent is the root of the call.

    Raises:
        LimitError: The note is outside its bounds; the message is for its author.
        CallerError: A field stands where it does not belong, or lacks.
    """
    head = fields.head
    if (head.act is Act.DUPLICATE) != (head.duplicate_of is not None):
        raise CallerError("a duplicate names the other call, and no other act does")
    if head.person is not None and head.act not in NAMING:
        raise CallerError(f"{head.act.word} names nobody")
    if head.person is None and head.act is Act.HANDED_OVER:
        raise CallerError("a call is handed over to somebody")
    first = head.act << _ACT_SHIFT | _PERSON_FLAG * (head.person is not None)
    words = Words((), fields.note)
    codec, tail = encode_words(words, text_characters_max=NOTE_CHARACTERS_MAX)
    return codec, bytes([first]) + (head.person or b"") + (head.duplicate_of or b"") + tail


def read_triage_head(body: bytes, parent: ShortId | None) -> TriageHead:
    """Return what an act says before its note.

    Raises:
        PeerError: It is damaged or not canonical, or is about nothing.
    """
    return _read_head(Reader(body), parent)


def decode_triage(codec: int, body: bytes, parent: ShortId | None) -> TriageFields:
    """Return the fields of an act's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    reader = Reader(body)
    head = _read_head(reader, parent)
    words = decode_words(codec, reader.rest(), lines=0, text_characters_max=NOTE_CHARACTERS_MAX)
    return TriageFields(head, words.text)


def shown_triage(thing: SignedObject) -> TriageFields:
    """Return what an accepted act says, or a sentence in place of its note."""
    reader = Reader(thing.body)
    head = _read_head(reader, thing.parent)
    words = shown_words(
        thing.codec, reader.rest(), lines=0, text_characters_max=NOTE_CHARACTERS_MAX
    )
    return TriageFields(head, words.text)


def _read_head(reader: Reader, parent: ShortId | None) -> TriageHead:
    if parent is None:
        raise PeerError("missing_parent", "an act of triage is about no call")
    first = reader.uint(1)
    if first >> _ACT_SHIFT not in set(Act):
        raise PeerError("bad_act", f"{first:#04x}")
    if first & _KEPT_BITS:
        raise PeerError("not_canonical", f"bits of an act that are kept: {first:#04x}")
    act = Act(first >> _ACT_SHIFT)
    person = read_fingerprint(reader) if first & _PERSON_FLAG else None
    if person is not None and act not in NAMING:
        raise PeerError("not_canonical", f"{act.word} names somebody")
    if person is None and act is Act.HANDED_OVER:
        raise PeerError("not_canonical", "handed over to nobody")
    other = ShortId(reader.take(SHORT_ID_BYTES)) if act is Act.DUPLICATE else None
    return TriageHead(act, person, other)
