"""Sketches: any syndromes, and true ones of a set with something changed."""

from collections.abc import Iterator
from struct import pack, unpack

from meshnode.protocol.errors import PeerError
from meshnode.protocol.sketch import CAPACITY_MAX, SYNDROME_BYTES, Sketch, decode
from tests.fuzz.harness import Cuts, Harness, require, vectors

_BYTES, _SET = range(2)


def run(data: bytes) -> bool:
    """The first byte says what the rest is, the second how much effort is made."""
    cuts = Cuts(data)
    mode, effort = cuts.byte() % 2, cuts.byte()
    if mode == _BYTES:
        return _decode(cuts.rest(), effort) is not None
    capacity = 1 + cuts.byte() % CAPACITY_MAX
    words = cuts.rest()
    count = len(words) // SYNDROME_BYTES
    elements = {one for one in unpack(f"<{count}I", words[: 4 * count]) if one}
    found = _decode(_sketch(elements, capacity), effort)
    # Where there is room for all elements there is only one answer.
    if capacity >= len(elements) and effort >= len(elements):
        require(found == sorted(elements), "a set does not come out of its own sketch")
    return found is not None


def seeds() -> Iterator[bytes]:
    rows = vectors("sketch")
    for row in rows["sets"] + rows["noise"]:
        yield bytes([_BYTES, CAPACITY_MAX]) + bytes.fromhex(row["sketch"])
    for row in rows["sets"]:
        words = pack(f"<{len(row['elements'])}I", *row["elements"])
        yield bytes([_SET, CAPACITY_MAX, row["capacity"] - 1]) + words


def _decode(data: bytes, effort: int) -> list[int] | None:
    try:
        found = decode(data, effort=effort)
    except PeerError:
        return None
    if found is not None:
        require(_sketch(set(found), len(data) // 4) == data, "the answer has another sketch")
    return found


def _sketch(elements: set[int], capacity: int) -> bytes:
    sketch = Sketch(capacity)
    for element in elements:
        sketch.toggle(element)
    return sketch.serialize(capacity)


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(decode, Sketch.deserialize),
    bytes_max=3 + SYNDROME_BYTES * CAPACITY_MAX + 4,
    mutations=400,
)
