"""Write frames.json: every frame with its fields and bytes.

Run: `python tests/vectors/make_frames.py`.

The network key is 32 bytes 0x07, the sender's key id begins abcd, frame numbers are as given. The
symbols are a data symbol and a sum of the batch of two objects of 40 times 0x11 and 0x22, cut for
symbols of at most 30 bytes.
"""

import json
from pathlib import Path

from meshnode.protocol.batch import BatchId, compose
from meshnode.protocol.frames import (
    Beacon,
    Hello,
    Objects,
    Partial,
    RadioCodec,
    Ranges,
    Scope,
    Symbol,
    Total,
    encode_stream,
)

TARGET = Path(__file__).with_name("frames.json")
NETWORK_KEY = b"\x07" * 32
SENDER = b"\xab\xcd\x00\x00"
BATCH = compose([b"\x11" * 40, b"\x22" * 40], 30)
PARTIALS = (Partial(BATCH.shape.id, 2), Partial(BatchId(b"\x01\x02\x03\x04"), 7))
HEARS = (b"\x12\x34", b"\xfe\xdc")
SYNDROME = bytes.fromhex("0a0b0c0d")
RADIO = {
    "objects": (1, Objects((b"first", b"second"))),
    "symbol-data": (2, Symbol(BATCH.shape, 1, 2, BATCH.symbol(1))),
    "symbol-sum": (3, Symbol(BATCH.shape, 200, 0, BATCH.symbol(200))),
    "beacon-quiet": (4, Beacon(25_000, 0, 0, 5, 0x1234, (), SYNDROME)),
    "beacon-bucket": (5, Beacon(25_000, 3, 5, 7, 0x1234, (), SYNDROME + bytes.fromhex("01020304"))),
    "beacon-partials": (255, Beacon(25_000, 0, 0, 5, 0x1234, PARTIALS, SYNDROME)),
    "beacon-hears": (0, Beacon(25_000, 0, 0, 5, 0x1234, (), SYNDROME, HEARS)),
    "beacon-hears-nobody": (1, Beacon(25_000, 0, 0, 5, 0x1234, (), SYNDROME, ())),
    "beacon-urgent": (
        2,
        Beacon(25_000, 0, 0, 1, 0x1234, (), SYNDROME, scope=Scope.URGENT),
    ),
    "beacon-full": (3, Beacon(25_000, 0, 0, 5, 0x1234, PARTIALS, SYNDROME, HEARS)),
}
STREAM = {
    "hello": Hello(25_000, (b"profile",)),
    "ranges": Ranges(25_000, b"\x00\x01"),
    "stream-objects": Objects((b"first",)),
    "total": Total(25_000, 300, bytes(range(1, 9))),
}


def frames() -> dict[str, str]:
    """Return every frame's bytes in hex, by name."""
    codec = RadioCodec(NETWORK_KEY, SENDER)
    radio = {name: codec.seal(number, body).hex() for name, (number, body) in RADIO.items()}
    return radio | {name: encode_stream(frame).hex() for name, frame in STREAM.items()}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(frames(), indent=2) + "\n", encoding="utf-8")
