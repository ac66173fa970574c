"""Bulletins: public news and warnings; their fields and the body that carries them.

Not for: who may post one or when it ends. Invariants: `decode_bulletin` reads exactly what
`encode_bulletin` can write (the compressed text may come from another compressor); `read_head`
reads neither texts nor a template's values, so a node passes on what it cannot read.
Source: docs/spec/kinds.md section 3.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meshnode.board.bulletins.template import (
    TEMPLATE_BYTES_MAX,
    TemplateFields,
    decode_template,
    encode_template,
)
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader, block
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX

TITLE_CHARACTERS_MAX: Final = 80
"""One line on a phone held upright, two on a printed board."""

TEXT_CHARACTERS_MAX: Final = 1600
"""About one printed page of A5; what still fits an object once it is compressed."""

CATEGORY_BYTES_MAX: Final = 24
"""A custom category is a word on a label, not a sentence."""

PLAIN_BYTES_MAX: Final = 4 * (TITLE_CHARACTERS_MAX + 1 + TEXT_CHARACTERS_MAX)
"""Title, newline and text as UTF-8, four bytes a character at most: bounds decompression."""

CATEGORIES: Final = (
    "general",
    "water",
    "power",
    "heat",
    "food",
    "health",
    "shelter",
    "transport",
    "safety",
    "communication",
    "event",
    "lost-found",
    "help",
    "weather",
    "other",
)
"""The known categories; the index is the number on the wire and never changes."""

_CATEGORY_CUSTOM: Final = 15
_CATEGORY_SHAPE: Final = re.compile(rf"[a-z0-9-]{{1,{CATEGORY_BYTES_MAX}}}", re.ASCII)
_TITLE_FLAG: Final = 0x02
_TEMPLATE_FLAG: Final = 0x01
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


class Severity(StrEnum):
    """How bad it is; decides which bulletin gets the air first."""

    INFO = "info"
    MINOR = "minor"
    SEVERE = "severe"
    EXTREME = "extreme"


_SEVERITIES: Final = tuple(Severity)
"""The index is the number on the wire."""


@dataclass(frozen=True, slots=True)
class BulletinFields:
    """What a bulletin says.

    Shapes: `text` 1..1600 characters (code points); `title` 1..80 characters in one line, or
    None; `category` is one of `CATEGORIES` or a word of 1..24 of a-z, 0-9 and '-'. With a
    `template` the text is empty and the title None: `rendering` makes the text for its reader.
    """

    text: str
    title: str | None
    category: str
    severity: Severity
    template: TemplateFields | None = None


@dataclass(frozen=True, slots=True)
class BulletinHead:
    """What a bulletin's body says before its text."""

    category: str
    severity: Severity
    has_title: bool
    has_template: bool


def clean(text: str) -> str:
    """Return what a person typed in the form that bulletins carry.

    One kind of line end, composed characters (NFC), nothing invisible that could mislead, no
    blank space at either end. Nothing that can be seen is lost.
    """
    lines = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", texts.without_unshowable(lines)).strip()


def encode_bulletin(fields: BulletinFields) -> tuple[int, bytes]:
    """Return the text codec's number and the body.

    Raises:
        LimitError: A field is outside its bounds; the message is for the person who wrote it.
    """
    _check(fields)
    is_known = fields.category in CATEGORIES
    number = CATEGORIES.index(fields.category) if is_known else _CATEGORY_CUSTOM
    has_title = fields.title is not None
    first = _SEVERITIES.index(fields.severity) << 6 | number << 2
    head = bytes([first | (_TITLE_FLAG if has_title else 0)])
    if not is_known:
        head += block(fields.category.encode())
    if fields.template is not None:
        codec, data = encode_template(fields.template)
        return codec, bytes([first | _TEMPLATE_FLAG]) + head[1:] + data
    codec, data = texts.encode(f"{fields.title}\n{fields.text}" if has_title else fields.text)
    body = head + data
    if len(body) > BODY_BYTES_MAX:
        raise LimitError(
            f"The bulletin takes {len(body)} bytes compressed; at most {BODY_BYTES_MAX} fit. "
            f"Shorten the text or split it in two."
        )
    return codec, body


def decode_bulletin(codec: int, body: bytes) -> BulletinFields:
    """Return the fields of a bulletin's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    head, data = read_head(body)
    if head.has_template:
        template = decode_template(codec, data)
        return BulletinFields("", None, head.category, head.severity, template)
    plain = texts.decode(codec, data, text_bytes_max=PLAIN_BYTES_MAX)
    title, text = _split(plain) if head.has_title else (None, plain)
    if not 1 <= len(text) <= TEXT_CHARACTERS_MAX:
        raise PeerError("bad_length", f"text of {len(text)} characters")
    return BulletinFields(text=text, title=title, category=head.category, severity=head.severity)


def read_head(body: bytes) -> tuple[BulletinHead, bytes]:
    """Return what a body says before its text or template, and the bytes of that, unread.

    Raises:
        PeerError: The head is damaged, out of bounds or not canonical; or no text, no template's
            number or more than any template may need follows.
    """
    if len(body) > BODY_BYTES_MAX:
        raise PeerError("oversize", f"body of {len(body)} bytes, at most {BODY_BYTES_MAX}")
    reader = Reader(body)
    first = reader.uint(1)
    if first & _TEMPLATE_FLAG and first & _TITLE_FLAG:
        raise PeerError("not_canonical", "a template with a title")
    head = BulletinHead(
        category=_decode_category(first >> 2 & 0x0F, reader),
        severity=_SEVERITIES[first >> 6],
        has_title=bool(first & _TITLE_FLAG),
        has_template=bool(first & _TEMPLATE_FLAG),
    )
    if head.has_template:
        return head, _template_bytes(reader)
    data = reader.rest()
    if not data:
        raise PeerError("bad_length", "no text")
    return head, data


def severity_in(body: bytes) -> Severity:
    """Return the severity in a body that was checked: lists look at thousands."""
    return _SEVERITIES[body[0] >> 6]


def category_in(body: bytes) -> str:
    """Return the category in a body that was checked."""
    number = body[0] >> 2 & 0x0F
    return read_head(body)[0].category if number == _CATEGORY_CUSTOM else CATEGORIES[number]


def _template_bytes(reader: Reader) -> bytes:
    """Return a template's number and what stands behind it, which is bounded, known or not."""
    number = reader.uint(1)
    if reader.remaining > TEMPLATE_BYTES_MAX:
        raise PeerError("oversize", f"{reader.remaining} bytes in template {number}")
    return bytes([number]) + reader.rest()


def _decode_category(number: int, reader: Reader) -> str:
    if number != _CATEGORY_CUSTOM:
        return CATEGORIES[number]
    word = reader.block(bytes_max=CATEGORY_BYTES_MAX).decode("ascii", errors="replace")
    if not _CATEGORY_SHAPE.fullmatch(word):
        raise PeerError("bad_category", repr(word))
    if word in CATEGORIES:
        raise PeerError("not_canonical", f"the category {word} has a number of its own")
    return word


def _split(plain: str) -> tuple[str, str]:
    title, newline, text = plain.partition("\n")
    if not newline or not 1 <= len(title) <= TITLE_CHARACTERS_MAX:
        raise PeerError("bad_length", f"title of {len(title)} characters")
    return title, text


def _check(fields: BulletinFields) -> None:
    _check_category(fields.category)
    if fields.template is not None:
        if fields.text or fields.title is not None:
            raise LimitError("A template has no text and no title of its own. Leave them out.")
        return
    if not fields.text:
        raise LimitError("The text is empty. Write at least one character.")
    if len(fields.text) > TEXT_CHARACTERS_MAX:
        raise LimitError(
            f"The text has {len(fields.text)} characters; at most {TEXT_CHARACTERS_MAX} fit. "
            f"Shorten it or split it in two."
        )
    if fields.title is not None:
        _check_title(fields.title)


def _check_category(category: str) -> None:
    if category not in CATEGORIES and not _CATEGORY_SHAPE.fullmatch(category):
        raise LimitError(
            f"The category {category!r} is not possible. Use one of "
            f"{', '.join(CATEGORIES)}, or a word of 1 to {CATEGORY_BYTES_MAX} of a-z, 0-9, '-'."
        )


def _check_title(title: str) -> None:
    if not title:
        raise LimitError("The title is empty. Write one or leave it out.")
    if "\n" in title:
        raise LimitError("The title has more than one line; one is possible. Shorten it.")
    if len(title) > TITLE_CHARACTERS_MAX:
        raise LimitError(
            f"The title has {len(title)} characters; at most {TITLE_CHARACTERS_MAX} fit. "
            f"Shorten it."
        )
