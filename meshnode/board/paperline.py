"""Lines for paper: signed objects as text that QR codes pack well and that any scanner types.

A line is one object, or a part of one that is long; a QR code holds one line or several, a file
as many as there are. Not for: what stands beside the code, or what a node then does with the bytes
(they go through its one ingress like all others). Invariants: lines may come in any order, twice,
in small letters and among other text; no object is read but the one whose id its lines name.
Source: docs/spec/paper.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import SHORT_ID_BYTES, ShortId, SignedObject, decode, object_id

PREFIX: Final = "MN1:"
"""Says what this is and in which version; no letter of the alphabet is a colon."""
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*+-./"
"""41 of the 45 characters that a QR code packs in five and a half bits: 41**3 > 2**16, so two bytes
are three characters, as in RFC 9285, but none is a space or means something to a shell's quotes.
"""
PARTS_MAX: Final = 16
PART_BYTES_MAX: Final = 600
"""An object of up to so many bytes is one line: 913 characters, a code of 97 modules at the lowest
error correction, which on paper is 45 mm and which cheap phones still read.
"""
LINE_CHARACTERS_MAX: Final = len(PREFIX) + (OBJECT_BYTES_MAX + SHORT_ID_BYTES + 1) * 3 // 2 + 2
TEXT_CHARACTERS_MAX: Final = 4 * 1024 * 1024
"""A thousand bulletins with all that vouches for them."""

_BASE: Final = len(ALPHABET)
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_HEAD_BYTES: Final = SHORT_ID_BYTES + 1
_PARAGRAPHS: Final = re.compile(r"\n[^\S\n]*\n")
_LETTERS: Final = re.compile(rf"[{re.escape(ALPHABET)}]*")


@dataclass(frozen=True, slots=True)
class PaperPart:
    """What one line says.

    Shapes: `number` counts from 0 and is below `count`, 1..16; `chunk` is 1..2048 bytes.
    """

    thing: ShortId
    number: int
    count: int
    chunk: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that looks like a line and cannot be used; `position` counts the lines from 1."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An object of which not all lines are here; the numbers count from 1."""

    thing: ShortId
    numbers: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a text holds: whole objects in the order in which they were complete, and the rest."""

    things: tuple[SignedObject, ...]
    missing: tuple[Missing, ...]
    unreadable: tuple[Unreadable, ...]


def encode_paper(thing: SignedObject, *, part_bytes_max: int = PART_BYTES_MAX) -> list[str]:
    """Return the lines that carry an object, 1..16 of them.

    Raises:
        CallerError: Such short parts would be more than sixteen.
    """
    count = -(-len(thing.encoded) // part_bytes_max)
    if count > PARTS_MAX:
        raise CallerError(f"{count} parts of {part_bytes_max} bytes, at most {PARTS_MAX}")
    size = -(-len(thing.encoded) // count)
    chunks = [thing.encoded[at : at + size] for at in range(0, len(thing.encoded), size)]
    return [
        encode_paper_part(PaperPart(thing.short_id, number, len(chunks), chunk))
        for number, chunk in enumerate(chunks)
    ]


def encode_paper_part(part: PaperPart) -> str:
    """Return the line that says this."""
    head = part.thing + bytes([part.number << 4 | part.count - 1])
    return PREFIX + _letters(head + part.chunk)


def decode_paper_part(line: str) -> PaperPart:
    """Return what one line says, in capitals or not.

    Raises:
        PeerError: It is no such line, damaged, or not canonical.
    """
    if len(line) > LINE_CHARACTERS_MAX:
        raise PeerError("oversize", f"line of {len(line)} characters")
    capital = line.upper()
    if not capital.startswith(PREFIX):
        raise PeerError("bad_prefix", f"no {PREFIX} at the beginning")
    data = _bytes(capital.removeprefix(PREFIX))
    if not _HEAD_BYTES < len(data) <= _HEAD_BYTES + OBJECT_BYTES_MAX:
        raise PeerError("bad_length", f"{len(data)} bytes in a line")
    number, count = data[SHORT_ID_BYTES] >> 4, (data[SHORT_ID_BYTES] & 0x0F) + 1
    if number >= count:
        raise PeerError("bad_value", f"part {number + 1} of {count}")
    return PaperPart(ShortId(data[:SHORT_ID_BYTES]), number, count, data[_HEAD_BYTES:])


def scan(text: str) -> Scanned:
    """Return the objects in a text of lines, wherever in it they stand.

    A line may be broken by blanks and line ends, as mail programs do it, and ends with its
    paragraph. A text that is too long is read up to `TEXT_CHARACTERS_MAX`.
    """
    gathered: dict[tuple[ShortId, int], dict[int, bytes]] = {}
    things: dict[bytes, SignedObject] = {}
    unreadable: list[Unreadable] = []
    for position, line in enumerate(_lines(text[:TEXT_CHARACTERS_MAX]), start=1):
        try:
            part = decode_paper_part(line)
            chunks = gathered.setdefault((part.thing, part.count), {})
            if chunks.setdefault(part.number, part.chunk) != part.chunk:
                raise PeerError("two_versions", f"part {part.number + 1} of {part.count}")
            if len(chunks) == part.count:
                thing = _joined(part.thing, chunks)
                things.setdefault(thing.id, thing)
        except PeerError as error:
            unreadable.append(Unreadable(position, error.reason))
    missing = _missing(gathered, {one.short_id for one in things.values()})
    return Scanned(tuple(things.values()), tuple(missing), tuple(unreadable))


def codes(
    things: Sequence[SignedObject], *, characters_max: int, part_bytes_max: int = PART_BYTES_MAX
) -> list[str]:
    """Return the contents of as few QR codes as carry all these objects, in their order.

    Shapes: a content is lines with blanks between them, at most `characters_max` characters.
    """
    contents: list[str] = []
    for thing in things:
        for line in encode_paper(thing, part_bytes_max=part_bytes_max):
            if contents and len(contents[-1]) + 1 + len(line) <= characters_max:
                contents[-1] += f" {line}"
            else:
                contents.append(line)
    return contents


def _lines(text: str) -> Iterator[str]:
    for paragraph in _PARAGRAPHS.split(text.upper()):
        for rest in "".join(paragraph.split()).split(PREFIX)[1:]:
            letters = _LETTERS.match(rest)
            yield PREFIX + (letters.group() if letters else "")


def _joined(thing: ShortId, chunks: dict[int, bytes]) -> SignedObject:
    encoded = b"".join(chunks[number] for number in sorted(chunks))
    if object_id(encoded)[:SHORT_ID_BYTES] != thing:
        # What was gathered is wrong somewhere; the parts may come again, right this time.
        chunks.clear()
        raise PeerError("bad_checksum", "the lines do not give the object that they name")
    return decode(encoded)


def _missing(
    gathered: dict[tuple[ShortId, int], dict[int, bytes]], whole: set[ShortId]
) -> Iterable[Missing]:
    for (thing, count), chunks in gathered.items():
        if chunks and thing not in whole and len(chunks) < count:
            numbers = tuple(number + 1 for number in range(count) if number not in chunks)
            yield Missing(thing, numbers, count)


def _letters(data: bytes) -> str:
    letters: list[str] = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, _BASE)
            letters.append(ALPHABET[digit])
    return "".join(letters)


def _bytes(letters: str) -> bytes:
    data = bytearray()
    for at in range(0, len(letters), 3):
        group = letters[at : at + 3]
        if len(group) == 1:
            raise PeerError("truncated", "a letter too many or too few")
        value = 0
        for letter in reversed(group):
            if letter not in _VALUES:
                raise PeerError("bad_character", repr(letter))
            value = value * _BASE + _VALUES[letter]
        if value >= 1 << 8 * (len(group) - 1):
            raise PeerError("bad_value", f"{group} is no byte")
        data += value.to_bytes(len(group) - 1, "big")
    return bytes(data)
