"""Radio frames: any bytes, and any content behind a right MAC."""

from collections.abc import Iterator

from meshnode.protocol.batch import DATA_SYMBOLS_MAX, SYMBOL_BYTES_MAX, SYMBOL_BYTES_MIN
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import (
    DEPTH_MAX,
    HEARS_MAX,
    MAC_BYTES,
    MAGIC,
    Beacon,
    Objects,
    RadioBody,
    RadioCodec,
    Symbol,
)
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from tests.fuzz.harness import Harness, require, vectors

CODEC = RadioCodec(b"\x07" * 32, b"\xab\xcd\x00\x00")
_SEALED = 1


def run(data: bytes) -> bool:
    """The first byte says whether the rest is a frame or the content of one."""
    frame = sealed(data[1:]) if data[:1] != b"\x00" else data[1:]
    try:
        opened = CODEC.open(frame)
    except PeerError:
        return False
    sender = RadioCodec(b"\x07" * 32, opened.sender)
    require(sender.seal(opened.number, opened.body) == frame, "a frame with two forms")
    _check(opened.body)
    return True


def _check(body: RadioBody) -> None:
    """What is said stays within what the rest of the node reckons with."""
    match body:
        case Symbol(shape, index, remaining, data):
            require(1 <= shape.data_count <= DATA_SYMBOLS_MAX, "a batch out of bounds")
            require(SYMBOL_BYTES_MIN <= len(data) <= SYMBOL_BYTES_MAX, "a symbol out of bounds")
            require(len(data) == shape.symbol_bytes and max(index, remaining) < 256, "its numbers")
        case Beacon():
            require(body.depth <= DEPTH_MAX and body.bucket < 1 << body.depth, "no such bucket")
            require(len(body.hears or ()) <= HEARS_MAX, "too many neighbours")
            require(0 < len(body.syndromes) == len(body.syndromes) // 4 * 4, "half a syndrome")
            missing = [partial.missing for partial in body.partials]
            require(all(1 <= one <= DATA_SYMBOLS_MAX for one in missing), "a batch out of bounds")
        case Objects(encoded):
            require(all(len(one) <= OBJECT_BYTES_MAX for one in encoded), "an object out of bounds")


def sealed(content: bytes) -> bytes:
    """Return the content of a frame with its MAC; the magic half byte is put right, too."""
    first = bytes([MAGIC | content[0] & 0x0F]) if content else bytes([MAGIC])
    whole = first + content[1:]
    return whole + CODEC._mac(whole)


def seeds() -> Iterator[bytes]:
    rows = vectors("frames")
    rows = [rows[name] for name in rows if name not in ("hello", "ranges", "stream-objects")]
    for row in rows + [one["frame"] for one in vectors("coding")["refused_frames"]]:
        frame = bytes.fromhex(row)
        yield b"\x00" + frame
        yield bytes([_SEALED]) + frame[:-MAC_BYTES]


HARNESS = Harness(run=run, seeds=seeds, reads=(CODEC.open,), bytes_max=300)
