"""Objects that do not fit one frame together: a batch, cut into symbols of equal length.

Not for: who lacks which symbols (`collector`) or when they are said (`outbox`).
A batch's content is its objects behind their lengths, in one order that all nodes choose alike;
zeros fill up the last symbol. Each symbol begins with the place of the first object that begins
in it, so that whole objects can be read out of symbols although others are lost.
Invariants: the id commits to the content; the same objects and frames give the same batch on
every node, so symbols from different senders fit together.
Source: docs/spec/coding.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NewType

from meshnode.protocol import erasure
from meshnode.protocol.cursor import Reader, block
from meshnode.protocol.errors import PeerError
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import ObjectId, object_id

BatchId = NewType("BatchId", bytes)
"""4 bytes: the beginning of SHA-256 of a batch's content."""

BATCH_ID_BYTES: Final = 4
DATA_SYMBOLS_MAX: Final = 64
"""Data symbols of one batch; enough for the largest object in frames of 50 bytes."""
SYMBOL_BYTES_MIN: Final = 2
SYMBOL_BYTES_MAX: Final = 255
"""The place of an object in its symbol is one byte."""
_NO_OBJECT: Final = 255
"""In the first byte: no object begins in this symbol."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which batch, and how it is cut: symbols of different shapes do not fit together."""

    id: BatchId
    data_count: int
    symbol_bytes: int


@dataclass(slots=True)
class Batch:
    """A batch of which we hold everything. `used` are the indices that were on the air."""

    shape: Shape
    ids: tuple[ObjectId, ...]
    data: tuple[bytes, ...]
    used: set[int] = field(default_factory=set)

    def symbol(self, index: int) -> bytes:
        """Return the symbol with this index, 0..255."""
        return erasure.symbol(self.data, index)

    def fresh(self, start: int, count: int) -> list[int]:
        """Return indices of sums that were not on the air yet, from `start` on, round and round.

        When all were, a new round begins, in which none comes twice either: whoever came late
        would otherwise hear the first ones over and over.
        """
        first = self.shape.data_count
        span = erasure.SYMBOLS_MAX - first
        around = [first + (start + step) % span for step in range(span)]
        unused = [index for index in around if index not in self.used]
        if len(unused) < count:
            self.used.difference_update(around)
            unused += [index for index in around if index not in unused]
        return unused[:count]


def data_count(content_bytes: int, symbol_bytes_max: int) -> int:
    """Return into how many data symbols a content is cut."""
    return -(-content_bytes // (symbol_bytes_max - 1))


def compose(encoded: Sequence[bytes], symbol_bytes_max: int) -> Batch:
    """Return the batch of these objects, in this order.

    Shapes: together at most `DATA_SYMBOLS_MAX` symbols of at most `symbol_bytes_max` bytes.
    """
    content = b"".join(map(block, encoded))
    count = data_count(len(content), symbol_bytes_max)
    length = -(-len(content) // count)
    begins = _begins(encoded)
    data = tuple(
        _first_in(begins, index * length, length)
        + content[index * length : (index + 1) * length].ljust(length, b"\0")
        for index in range(count)
    )
    shape = Shape(BatchId(sha256(content).digest()[:BATCH_ID_BYTES]), count, length + 1)
    return Batch(shape, tuple(map(object_id, encoded)), data)


def open_batch(shape: Shape, data: Sequence[bytes]) -> tuple[Batch, list[bytes]]:
    """Return the batch that these data symbols are, and the objects in it.

    Raises:
        PeerError: They are not the batch that their id names, or not in its one form.
    """
    content = b"".join(part[1:] for part in data)
    encoded = [one for one, _ in _read(content, 0)]
    batch = compose(encoded, shape.symbol_bytes) if encoded else None
    if batch is None or batch.shape != shape or list(batch.data) != list(data):
        raise PeerError("bad_batch", "the symbols do not make the batch they name")
    return batch, encoded


def whole_objects(data: Mapping[int, bytes], index: int) -> list[bytes]:
    """Return the objects that can be read because the data symbol `index` is there, too.

    What does not look like an object ends the reading: nobody has checked these bytes yet.
    """
    first = last = index
    while first - 1 in data:
        first -= 1
    while last + 1 in data:
        last += 1
    joined = b"".join(data[each][1:] for each in range(first, last + 1))
    length = len(data[index]) - 1
    begin = (index - first) * length
    for at in range(first, last + 1):
        place = data[at][0]
        if place < length:
            place += (at - first) * length
            return [
                one
                for one, end in _read(joined, place)
                if end > begin and end - len(block(one)) < begin + length
            ]
    return []


def _read(content: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield the objects from `start` on that are whole, each with where it ends."""
    reader = Reader(content[start:])
    with suppress(PeerError):
        while reader.remaining:
            one = reader.block(bytes_max=OBJECT_BYTES_MAX)
            if not one:
                return
            yield one, len(content) - reader.remaining


def _begins(encoded: Sequence[bytes]) -> list[int]:
    begins, at = [], 0
    for one in encoded:
        begins.append(at)
        at += len(block(one))
    return begins


def _first_in(begins: Sequence[int], start: int, length: int) -> bytes:
    inside = (at - start for at in begins if start <= at < start + length)
    return bytes([next(inside, _NO_OBJECT)])
