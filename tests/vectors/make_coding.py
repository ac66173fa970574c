"""Write coding.json: the field, the code, batches and what is refused, for every implementation.

Run: `python tests/vectors/make_coding.py`. Objects are those of objects.json; the refused frames
are sealed as in frames.json: network key 32 bytes 0x07, a sender whose key id begins abcd.
"""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from meshnode.protocol import erasure
from meshnode.protocol.batch import Batch, compose, whole_objects
from meshnode.protocol.cursor import block
from meshnode.protocol.frames import RadioCodec, symbol_room_bytes
from meshnode.protocol.inventory import Held
from meshnode.protocol.object import ObjectId, decode
from meshnode.protocol.outbox import in_order
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import CONFIDENCE, CONFIDENCE_URGENT, spare_count

HERE = Path(__file__).parent
PATH = HERE / "coding.json"
OBJECTS = {
    row["name"]: bytes.fromhex(row["encoded"])
    for row in json.loads((HERE / "objects.json").read_text(encoding="utf-8"))["objects"]
}
RANKED = (
    ("bulletin-title", Priority.ORDINARY),
    ("bulletin-deflate", Priority.ORDINARY),
    ("charter-next", Priority.AUTHORITY),
)
HEARD = {
    64: ([8], [6, 7, 8], [4, 6, 5], [5, 4], [1, 2, 3, 0, 4], [8, 7, 6, 5, 4, 3, 2, 1]),
    200: ([2], [1, 2], [1, 0], [0, 2]),
}
"""By frame size: data symbols in the order they are heard, never all."""
FACTORS = (0x00, 0x01, 0x02, 0x53, 0x80, 0xCA, 0xFF)
DATA = ("000102", "53caff", "80001d")


def build() -> dict[str, Any]:
    """Return the content of `coding.json`."""
    held = in_order(Held(decode(OBJECTS[name]), rank) for name, rank in RANKED)
    encoded = [one.object.encoded for one in held]
    content = b"".join(map(block, encoded))
    return {
        "about": "Made by tests/vectors/make_coding.py. Byte strings are hex. See coding.md.",
        "field": _field(),
        "code": _code(),
        "order": _order(),
        "batch": {
            "objects": [name for name, _ in RANKED],
            "ranks": [int(rank) for _, rank in RANKED],
            "encoded": [one.hex() for one in encoded],
            "content": content.hex(),
            "id": sha256(content).digest()[:4].hex(),
        },
        "cuts": [_cut(encoded, frame_bytes) for frame_bytes in HEARD],
        "length_alone": _length_alone(),
        "refused_batches": _refused_batches(),
        "refused_frames": _refused_frames(),
        "spare": _spare(),
    }


def _field() -> dict[str, Any]:
    products = [
        [f"{one:02x}", f"{other:02x}", f"{erasure._product(one, other):02x}"]
        for one in FACTORS
        for other in FACTORS
        if one <= other
    ]
    inverses = bytes(erasure._inverse(value) for value in range(1, 256))
    return {"modulus": "11d", "products": products, "inverses_of_1_to_255": inverses.hex()}


def _code() -> dict[str, Any]:
    data = [bytes.fromhex(part) for part in DATA]
    indices = (0, 1, 2, 3, 4, 5, 6, 7, 64, 128, 254, 255)
    return {
        "data": DATA,
        "symbols": {str(index): erasure.symbol(data, index).hex() for index in indices},
        "enough": [[0, 1, 2], [0, 2, 3], [1, 4, 255], [5, 64, 254], [3, 4, 5]],
    }


def _order() -> list[dict[str, Any]]:
    """Return what in_order looks at of some objects, in that order."""
    thing = decode(OBJECTS["bulletin-raw"])
    held = [
        Held(replace(thing, id=ObjectId(bytes([number]) * 16), created_min=minute), rank)
        for number, minute, rank in (
            (1, 100, Priority.ORDINARY),
            (4, 200, Priority.ORDINARY),
            (7, 150, Priority.BULK),
            (3, 200, Priority.ORDINARY),
            (5, 50, Priority.AUTHORITY),
            (6, 10, Priority.URGENT),
            (2, 11, Priority.URGENT),
        )
    ]
    return [
        {
            "rank": int(one.rank),
            "created_min": one.object.created_min,
            "id": one.object.id.hex(),
        }
        for one in in_order(held)
    ]


def _cut(encoded: list[bytes], frame_bytes: int) -> dict[str, Any]:
    batch = compose(encoded, symbol_room_bytes(frame_bytes))
    count = batch.shape.data_count
    return {
        "frame_bytes": frame_bytes,
        "data_count": count,
        "symbol_bytes": batch.shape.symbol_bytes,
        "data": [part.hex() for part in batch.data],
        "sums": {str(index): batch.symbol(index).hex() for index in (count, 255)},
        "early": [_early(batch, encoded, heard) for heard in HEARD[frame_bytes]],
    }


def _early(batch: Batch, encoded: list[bytes], heard: list[int]) -> dict[str, Any]:
    """Return which objects, by their place in the batch, the last of these makes readable."""
    data = {index: batch.data[index] for index in heard}
    read = whole_objects(data, heard[-1])
    return {"heard": heard, "readable": [encoded.index(one) for one in read]}


def _length_alone() -> dict[str, Any]:
    """A batch of which a symbol brings nothing of the second object but its length."""
    encoded = [b"y" * 8, b"z" * 20]
    batch = compose(encoded, 11)
    return {
        "objects": [one.hex() for one in encoded],
        "data": [part.hex() for part in batch.data],
        "early": _early(batch, encoded, [1, 2, 0]),
    }


def _refused_batches() -> list[dict[str, Any]]:
    good = compose([b"a" * 10, b"b" * 3, b"c" * 20], 11)
    wrong = [*good.data[:2], bytes(10), good.data[3]]
    rows = [
        ("another-id", b"\0" * 4, good.data),
        ("a-changed-symbol", good.shape.id, wrong),
        ("a-symbol-of-padding-alone", None, (b"\x00\x01x\x01y", b"\xff" + bytes(4))),
        ("a-place-that-is-not-named", None, (b"\xff\x03xyz",)),
        ("a-place-that-is-wrong", None, (b"\x02\x01x\x01y",)),
        ("no-object", None, (bytes(5),)),
        ("an-object-that-is-cut-off", None, (b"\x00\x02xy\x01",)),
        ("bytes-behind-the-end", None, (b"\x00\x01x\x00\x07",)),
        ("a-length-longer-than-needed", None, (b"\x00\x81\x00x\x00",)),
    ]
    return [
        {
            "name": name,
            "id": (known or sha256(_content(data)).digest()[:4]).hex(),
            "data": [part.hex() for part in data],
            "reason": "bad_batch",
        }
        for name, known, data in rows
    ]


def _content(data: tuple[bytes, ...] | list[bytes]) -> bytes:
    return b"".join(part[1:] for part in data).rstrip(b"\0")


def _refused_frames() -> list[dict[str, str]]:
    batch = b"\x01\x02\x03\x04"
    beacon = b"\x00\x61\xa8"
    counts = b"\x00\x05\x12\x34"
    syndrome = b"\x0a\x0b\x0c\x0d"
    rows = [
        ("symbol-head-cut-off", 2, batch + b"\x00\x02", "truncated"),
        ("symbol-of-no-data", 2, batch + b"\x00\x00\x00dd", "bad_symbol"),
        ("symbol-of-65-data", 2, batch + b"\x00\x41\x00dd", "bad_symbol"),
        ("symbol-of-1-byte", 2, batch + b"\x00\x02\x00d", "bad_symbol"),
        ("symbol-of-256-bytes", 2, batch + b"\x00\x02\x00" + b"d" * 256, "bad_symbol"),
        ("partial-that-lacks-0", 3, beacon + b"\x01" + counts + batch + b"\0", "bad_beacon"),
        ("partial-that-lacks-65", 3, beacon + b"\x01" + counts + batch + b"A", "bad_beacon"),
        ("partial-cut-off", 3, beacon + b"\x01" + counts + batch, "truncated"),
        ("urgent-bucket", 3, beacon + b"\x14\x01" + counts + syndrome, "bad_beacon"),
        ("hears-65", 3, beacon + b"\x08" + counts + b"\x41" + b"nn" * 65, "bad_beacon"),
        ("hears-cut-off", 3, beacon + b"\x08" + counts + b"\x03" + syndrome, "truncated"),
        ("hears-and-no-syndrome", 3, beacon + b"\x08" + counts + b"\x00", "bad_beacon"),
    ]
    codec = RadioCodec(b"\x07" * 32, b"\xab\xcd\x00\x00")
    refused = []
    for name, kind, payload, reason in rows:
        content = bytes([0xB0 | kind]) + codec.sender + b"\x01" + payload
        refused.append(
            {"name": name, "frame": (content + codec._mac(content)).hex(), "reason": reason}
        )
    return refused


def _spare() -> list[dict[str, Any]]:
    rows = [
        (1, [0.1], CONFIDENCE_URGENT),
        (1, [0.1, 0.1, 0.3], CONFIDENCE_URGENT),
        (3, [0.2], CONFIDENCE),
        (10, [0.1], CONFIDENCE),
        (10, [0.1], CONFIDENCE_URGENT),
        (10, [0.1, 0.2, 0.5], CONFIDENCE),
        (24, [0.1] * 10, CONFIDENCE),
        (24, [0.02, 0.024], CONFIDENCE_URGENT),
        (64, [0.5] * 8, CONFIDENCE_URGENT),
        (10, [], CONFIDENCE_URGENT),
    ]
    return [
        {
            "count": count,
            "losses": losses,
            "confidence": confidence,
            "spare": spare_count(count, losses, confidence),
        }
        for count, losses, confidence in rows
    ]


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
