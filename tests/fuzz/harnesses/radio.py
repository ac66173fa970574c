"""Radio frames: any bytes, and any content behind a right MAC."""

from collections.abc import Iterator

from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import MAC_BYTES, MAGIC, RadioCodec
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
    return True


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
