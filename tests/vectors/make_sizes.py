"""Writes docs/spec/sizes.md: what an example of every kind weighs on the air.

Run: `python -m tests.vectors.make_sizes`. Every row is a test vector, or, of kinds whose vectors
are not whole objects, an object of the village in which everybody does what they may; a test
compares.
"""

import json
from pathlib import Path

from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.object import Kind, decode
from tests.community import RADIO_MEDIUM
from tests.everykind import village

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs/spec/sizes.md"
FAMILIES = ("objects", "exchange", "places", "capacity", "calls")
HEAD = """# Sizes on the air

What an example of every kind takes: the object itself, a radio frame with this object alone in \
it, and how long that frame keeps a LongFast channel busy at the radio's own overhead. Objects \
that travel together share one frame. Rows are test vectors (`tests/vectors/`); a plain name is an \
object of `tests/everykind.py`. A frame holds 200 bytes unless a link says else; a longer object \
travels coded ([coding.md](coding.md)).

Made by `python -m tests.vectors.make_sizes`.

| kind | example | object, bytes | frame, bytes | LongFast, ms |
|---|---|---|---|---|
"""


def rows() -> list[tuple[int, str, bytes]]:
    """Return kind, name and bytes of every example, by kind."""
    found: list[tuple[int, str, bytes]] = []
    for family in FAMILIES:
        content = json.loads((ROOT / f"tests/vectors/{family}.json").read_text("utf-8"))
        found += [
            (int(one["kind"]), str(one["name"]), bytes.fromhex(one["encoded"]))
            for one in content["objects"]
        ]
    for kind in set(Kind) - {kind for kind, _, _ in found}:
        example = village().of(kind)[0]
        found.append((kind.value, kind.name.lower(), example.encoded))
    known = set(Kind)
    return sorted((one for one in found if one[0] in known), key=lambda one: (one[0], one[1]))


def frame_bytes(encoded: bytes) -> int:
    """Return how long the frame is that carries one object."""
    return len(RadioCodec(bytes(32), b"ab").seal(0, Objects((encoded,))))


def page() -> str:
    """Return the page."""
    lines = []
    for kind, name, encoded in rows():
        assert decode(encoded).kind == kind
        frame = frame_bytes(encoded)
        lines.append(
            f"| {kind} {Kind(kind).name.lower()} | {name} | {len(encoded)} | {frame} | "
            f"{RADIO_MEDIUM.airtime_ms(frame):.0f} |"
        )
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
