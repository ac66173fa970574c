"""What a scanner types: lines of objects, whole, in parts, damaged, among anything else."""

from collections.abc import Iterator

from meshnode.board.paperline import (
    LINE_CHARACTERS_MAX,
    PREFIX,
    PaperPart,
    codes,
    decode_paper_part,
    encode_paper,
    encode_paper_part,
    scan,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import SHORT_ID_BYTES, object_id
from tests.everykind import village
from tests.fuzz.harness import Harness, require

_TEXT, _PART, _OBJECT = range(3)


def run(data: bytes) -> bool:
    """The first byte says what the rest is: a text, what a line says, or an object in lines."""
    mode, rest = (data[0] % 3 if data else _TEXT), data[1:]
    if mode == _TEXT:
        return _text(rest.decode("utf-8", "replace"))
    if mode == _PART:
        return _part(rest)
    return _object(rest)


def seeds() -> Iterator[bytes]:
    things = village().things
    for thing in things[::6]:
        yield bytes([_TEXT]) + " ".join(encode_paper(thing, part_bytes_max=100)).encode()
        yield bytes([_OBJECT]) + thing.encoded
    yield bytes([_TEXT]) + "\n".join(codes(things[:3], characters_max=600)).lower().encode()
    yield bytes([_PART]) + b"\x01\x02\x03\x04\x10chunk"
    yield bytes([_TEXT]) + PREFIX.encode() * 20


def _text(text: str) -> bool:
    found = scan(text)
    for thing in found.things:
        require(scan(" ".join(encode_paper(thing))).things == (thing,), "an object is lost")
    return bool(found.things)


def _part(data: bytes) -> bool:
    """Any bytes in a line that is a line."""
    number, count = (data[4] >> 4, (data[4] & 15) + 1) if len(data) > 4 else (0, 1)
    line = encode_paper_part(PaperPart(data[:4], number, count, data[5:]))
    try:
        part = decode_paper_part(line)
    except PeerError:
        return False
    require(encode_paper_part(part) == line, "a line has two forms")
    require(len(line) <= LINE_CHARACTERS_MAX, "a line that is too long was read")
    return True


def _object(data: bytes) -> bool:
    """Any bytes under the id that they have."""
    short_id = object_id(data)[:SHORT_ID_BYTES]
    half = len(data) // 2
    halves = (data[:half], data[half:])
    lines = [encode_paper_part(PaperPart(short_id, at, 2, one)) for at, one in enumerate(halves)]
    found = scan("\n".join(lines))
    require(all(one.encoded == data for one in found.things), "other bytes than were sent")
    return bool(found.things)


HARNESS = Harness(run=run, seeds=seeds, reads=(decode_paper_part,), bytes_max=4_000)
