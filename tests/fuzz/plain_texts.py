"""Text codecs 0 and 1: bounded and showable whatever the bytes, and our own text comes back."""

from collections.abc import Iterator

from meshnode.board.bulletins.bulletin import PLAIN_BYTES_MAX, clean
from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from tests.fuzz.harness import Cuts, require, vectors

_WRITTEN = 0x02


def run(data: bytes) -> bool:
    """The first byte is the codec, and whether the rest is compressed already."""
    cuts = Cuts(data)
    first = cuts.byte()
    codec = first & 1
    bound = 1 + (cuts.byte() << 8 | cuts.byte()) % PLAIN_BYTES_MAX
    body = cuts.rest()
    if first & _WRITTEN:
        return _written(body.decode("utf-8", "replace"))
    try:
        read = texts.decode(codec, body, text_bytes_max=bound)
    except PeerError:
        return False
    require(len(read.encode()) <= bound, "a text over its bound")
    require(texts.first_unshowable(read) is None, "a text that must not be shown")
    return True


def seeds() -> Iterator[bytes]:
    rows = vectors("text")
    for row in rows["texts"] + rows["strange"]:
        if row["codec"] < 2:
            yield bytes([row["codec"], 0xFF, 0xFF]) + bytes.fromhex(row["bytes"])
    for row in rows["texts"]:
        text = row["text"].encode()[:500]
        yield bytes([_WRITTEN, 0, 0]) + text
        yield bytes([texts.DEFLATE, 0x07, 0xFF]) + texts.deflate(text)


def _written(given: str) -> bool:
    text = clean(given)
    require(clean(text) == text, "cleaning twice is not cleaning once")
    plain = text.encode()
    bound = max(1, len(plain))
    read = texts.decode(texts.DEFLATE, texts.deflate(plain), text_bytes_max=bound)
    require(read == text, "a text does not come back")
    return True
