"""Notices of moderation: somebody with the role hides, labels, corrects, restores or erases.

Not for: who may (`permissions`) or what people then see (`view`).
Source: docs/spec/kinds.md section 6.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.trust.endorsement import read_target, rest_of
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import ObjectId, ShortId

NOTICE_CHARACTERS_MAX: Final = 400
"""A correction fits a radio frame or two; more is a bulletin of its own."""
_TEXT_BYTES_MAX: Final = 4 * NOTICE_CHARACTERS_MAX
_HEAD_BYTES: Final = 13
"""Act and reason, and what the parent does not hold of the target's id."""


class Act(IntEnum):
    """What is done to the target; the number on the wire."""

    HIDE = 0
    LABEL = 1
    CORRECT = 2
    RESTORE = 3
    ERASE = 4

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


class Reason(IntEnum):
    """Why; the number on the wire."""

    OTHER = 0
    RUMOUR = 1
    UNCONFIRMED = 2
    OUTDATED = 3
    DUPLICATE = 4
    WRONG = 5
    OFFENSIVE = 6
    SPAM = 7
    PRIVATE = 8
    REQUEST = 9

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class NoticeFields:
    """What a notice says; `text` is 0..400 characters, and not empty in a correction."""

    act: Act
    reason: Reason
    target: ObjectId
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """What a notice says before its text."""

    act: Act
    reason: Reason
    target: ObjectId


def encode_notice(fields: NoticeFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body; the parent is the target's short id.

    Raises:
        LimitError: The text is outside its bounds.
    """
    if len(fields.text) > NOTICE_CHARACTERS_MAX:
        raise LimitError(
            f"The text has {len(fields.text)} characters; at most {NOTICE_CHARACTERS_MAX} fit. "
            "Shorten it."
        )
    if fields.act is Act.CORRECT and not fields.text:
        raise LimitError("A correction says what is right. Write the text.")
    codec, data = texts.encode(fields.text) if fields.text else (0, b"")
    return codec, bytes([fields.act << 4 | fields.reason]) + rest_of(fields.target) + data


def read_notice_head(body: bytes, parent: ShortId | None) -> NoticeHead:
    """Return what a notice says before its text.

    Raises:
        PeerError: The head is damaged, or a correction has no text.
    """
    reader = Reader(body)
    first = reader.uint(1)
    try:
        act, reason = Act(first >> 4), Reason(first & 0x0F)
    except ValueError:
        raise PeerError("bad_act", f"{first:#04x}") from None
    target = read_target(reader, parent, "a notice")
    if act is Act.CORRECT and not reader.remaining:
        raise PeerError("bad_length", "a correction without text")
    return NoticeHead(act, reason, target)


def decode_notice(codec: int, body: bytes, parent: ShortId | None) -> NoticeFields:
    """Return the fields of a notice's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    head = read_notice_head(body, parent)
    data = body[_HEAD_BYTES:]
    if not data:
        if codec != 0:
            raise PeerError("unexpected_codec", f"codec {codec} without a text")
        return NoticeFields(head.act, head.reason, head.target)
    text = texts.decode(codec, data, text_bytes_max=_TEXT_BYTES_MAX)
    if not 1 <= len(text) <= NOTICE_CHARACTERS_MAX:
        raise PeerError("bad_length", f"text of {len(text)} characters")
    return NoticeFields(head.act, head.reason, head.target, text)
