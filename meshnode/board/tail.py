"""Tails: all the words of a body, together at its end, in the object's text codec.

A body begins with numbers, which every node checks; its words follow, first those that are one
line, then the text that may have several. Whoever relays does not read them: they are decoded when
somebody looks, and a tail that cannot be read is a sentence in its place.
Source: docs/spec/kinds.md section 4.2; docs/spec/object.md section 6.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol import text as texts
from meshnode.protocol.errors import LimitError, PeerError

LINE_CHARACTERS_MAX: Final = 60
"""A name, a place, a title: one line of a printed slip."""

FUTURE_TEXT: Final = (
    "(Dieser Text ist für eine neuere Version geschrieben. Bitte meshnode auf diesem Knoten "
    "aktualisieren.)\n"
    "(This text is written for a newer version. Please update meshnode on this node.)"
)
DAMAGED_TEXT: Final = (
    "(Dieser Text ist unlesbar angekommen. Bitte um eine neue Meldung.)\n"
    "(This text cannot be read. Please ask for it to be posted again.)"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a body: lines of 0..60 characters, and a text; empty means not said."""

    lines: tuple[str, ...]
    text: str


def encode_words(words: Words, *, text_characters_max: int) -> tuple[int, bytes]:
    """Return the text codec's number and the tail; no words at all are no bytes in codec 0.

    Shapes: every word is as `bulletin.clean` makes it.

    Raises:
        LimitError: A line or the text is outside its bounds; the message is for its author.
    """
    for line in words.lines:
        if "\n" in line or "\t" in line:
            raise LimitError(f"{line!r} has more than one line; one is possible. Shorten it.")
        if len(line) > LINE_CHARACTERS_MAX:
            raise LimitError(
                f"{line[:20]!r}... has {len(line)} characters; at most {LINE_CHARACTERS_MAX} fit. "
                "Shorten it."
            )
    if len(words.text) > text_characters_max:
        raise LimitError(
            f"The text has {len(words.text)} characters; at most {text_characters_max} fit. "
            "Shorten it."
        )
    if not any(words.lines) and not words.text:
        return 0, b""
    return texts.encode("\n".join((*words.lines, words.text)))


def decode_words(codec: int, data: bytes, *, lines: int, text_characters_max: int) -> Words:
    """Return the words of a tail with so many lines.

    Raises:
        PeerError: They are damaged, out of bounds, not canonical, or in a codec we do not know.
    """
    if not data:
        if codec:
            raise PeerError("not_canonical", f"no words, in codec {codec}")
        return Words(("",) * lines, "")
    bytes_max = 4 * (lines * (LINE_CHARACTERS_MAX + 1) + text_characters_max)
    plain = texts.decode(codec, data, text_bytes_max=bytes_max).split("\n", lines)
    if len(plain) != lines + 1:
        raise PeerError("bad_length", f"{len(plain)} lines, {lines} and a text wanted")
    *said, text = plain
    if not any(plain):
        raise PeerError("not_canonical", "nothing but line ends")
    if any(len(one) > LINE_CHARACTERS_MAX or "\t" in one for one in said):
        raise PeerError("bad_length", f"a line of more than {LINE_CHARACTERS_MAX} characters")
    if len(text) > text_characters_max:
        raise PeerError("bad_length", f"text of {len(text)} characters")
    return Words(tuple(said), text)


def shown_words(codec: int, data: bytes, *, lines: int, text_characters_max: int) -> Words:
    """Return the words of an accepted object's tail, or a sentence in their place that says why
    they cannot be shown.
    """
    try:
        return decode_words(codec, data, lines=lines, text_characters_max=text_characters_max)
    except PeerError as error:
        sentence = FUTURE_TEXT if error.reason == "unknown_codec" else DAMAGED_TEXT
        return Words(("",) * lines, sentence)
