"""Text codecs 2 and 3, which predict: any bytes, and a text's own bytes with something changed."""

from collections.abc import Iterator

from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.codec import decode_text, encode_best
from meshnode.protocol.textmodel.model import shipped_model
from tests.fuzz.harness import Cuts, Harness, require, vectors

_WRITTEN, _SPOILT = 0x02, 0x04
_BOUND = 400
_SEED_BYTES = 30
"""A millisecond a byte, so that there is time for more than the first ones."""


def run(data: bytes) -> bool:
    """The first byte chooses the model, and whether the rest is a text or bytes of one."""
    cuts = Cuts(data)
    first = cuts.byte()
    codec = 2 + (first & 1)
    at, change = cuts.byte(), cuts.byte()
    body = cuts.rest()
    if first & _WRITTEN:
        written = _written(codec, body)
        if written is None:
            return False
        body = written
        if first & _SPOILT and body:
            at %= len(body)
            body = body[:at] + bytes([body[at] ^ change]) + body[at + 1 :]
    try:
        read = texts.decode(codec, body, text_bytes_max=_BOUND)
    except PeerError:
        return False
    require(len(read.encode()) <= _BOUND, "a text over its bound")
    require(texts.first_unshowable(read) is None, "a text that must not be shown")
    again = encode_best([shipped_model(texts.MODELS[codec])], read)
    require(again is not None and again[1] == body, "a text with two forms")
    return True


def seeds() -> Iterator[bytes]:
    rows = vectors("text")
    for row in rows["texts"] + rows["strange"]:
        if row["codec"] >= 2:
            yield bytes([row["codec"] - 2, 0, 0]) + bytes.fromhex(row["bytes"])[:_SEED_BYTES]
    for row in rows["texts"]:
        yield bytes([_WRITTEN, 0, 0]) + row["text"].encode()[:_SEED_BYTES]
        yield bytes([_WRITTEN | _SPOILT | 1, 7, 0x10]) + row["text"].encode()[:_SEED_BYTES]


def _written(codec: int, body: bytes) -> bytes | None:
    text = texts.without_unshowable(body.decode("utf-8", "ignore"))
    found = encode_best([shipped_model(texts.MODELS[codec])], text[:_BOUND])
    if found is None:
        return None
    if len(text.encode()) <= _BOUND:
        read = texts.decode(codec, found[1], text_bytes_max=_BOUND)
        require(read == text, "a text does not come back")
    return found[1]


HARNESS = Harness(
    run=run, seeds=seeds, reads=(texts.decode, decode_text), bytes_max=220, mutations=150
)
