"""Write frames.json: every frame with its fields and bytes.

Run: `python tests/vectors/make_frames.py`.

The network key is 32 bytes 0x07, the sender's key id begins abcd, frame numbers are as given.
"""

import json
from pathlib import Path

from meshnode.protocol.frames import (
    Beacon,
    Fragment,
    Hello,
    Objects,
    Partial,
    RadioCodec,
    Ranges,
    encode_stream,
)
from meshnode.protocol.object import ShortId

TARGET = Path(__file__).with_name("frames.json")
NETWORK_KEY = b"\x07" * 32
SENDER = b"\xab\xcd\x00\x00"
RADIO = {
    "objects": (1, Objects((b"first", b"second"))),
    "fragment": (2, Fragment(ShortId(b"\x01\x02\x03\x04"), 0, 2, b"part")),
    "beacon-quiet": (
        3,
        Beacon(25_000, 0, 0, 5, 0x1234, (), bytes.fromhex("0a0b0c0d")),
    ),
    "beacon-bucket": (
        4,
        Beacon(25_000, 3, 5, 7, 0x1234, (), bytes.fromhex("0a0b0c0d01020304")),
    ),
    "beacon-partial": (
        255,
        Beacon(
            25_000,
            0,
            0,
            5,
            0x1234,
            (Partial(ShortId(b"\x01\x02\x03\x04"), 9, (0, 8)),),
            bytes.fromhex("0a0b0c0d"),
        ),
    ),
}
STREAM = {
    "hello": Hello(25_000, (b"profile",)),
    "ranges": Ranges(25_000, b"\x00\x01"),
    "stream-objects": Objects((b"first",)),
}


def frames() -> dict[str, str]:
    """Return every frame's bytes in hex, by name."""
    codec = RadioCodec(NETWORK_KEY, SENDER)
    radio = {name: codec.seal(number, body).hex() for name, (number, body) in RADIO.items()}
    return radio | {name: encode_stream(frame).hex() for name, frame in STREAM.items()}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(frames(), indent=2) + "\n", encoding="utf-8")
