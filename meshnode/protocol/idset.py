"""A sorted set of object ids that knows the count and the sum of any range of itself at once.

Not for: objects, or what a range is compared with (`ranges`).
Invariants: ids are 16 bytes, each once, ascending. A *bound* is 0..16 bytes and stands for the id
that it becomes when zeros are appended; `END` stands above all ids. A *rank* is the number of ids
below. Sums are of ids as big-endian numbers, modulo 2^128.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

from meshnode.protocol.errors import CallerError
from meshnode.protocol.object import OBJECT_ID_BYTES, ObjectId

END: Final = b"\xff" * (OBJECT_ID_BYTES + 1)
"""The bound above all ids."""
SUM_MODULUS: Final = 1 << 8 * OBJECT_ID_BYTES

_BLOCK_IDS: Final = 256
"""Ids of a fresh block; at twice as many it is cut in two. A change makes one block's sums anew."""


class _Block:
    """Some neighbouring ids, never none, and the sums of those before each of them."""

    __slots__ = ("_sums", "ids")

    def __init__(self, ids: list[ObjectId]) -> None:
        self.ids = ids
        self._sums: list[int] = []

    def sums(self) -> list[int]:
        """Return the sum of the first 0, 1, 2 .. all ids."""
        if not self._sums:
            numbers = (int.from_bytes(one, "big") for one in self.ids)
            self._sums = list(accumulate(numbers, initial=0))
        return self._sums


class IdSet:
    """Object ids in order: a change costs one block, a question after it two bisections."""

    __slots__ = ("_blocks", "_counts", "_sums")

    def __init__(self, ids: Iterable[ObjectId] = ()) -> None:
        ordered = sorted(dict.fromkeys(ids))
        if any(len(one) != OBJECT_ID_BYTES for one in ordered):
            raise CallerError(f"an id is not {OBJECT_ID_BYTES} bytes long")
        self._blocks = [
            _Block(ordered[at : at + _BLOCK_IDS]) for at in range(0, len(ordered), _BLOCK_IDS)
        ]
        self._counts: list[int] = []
        self._sums: list[int] = []

    def __len__(self) -> int:
        return sum(len(block.ids) for block in self._blocks)

    def __iter__(self) -> Iterator[ObjectId]:
        return chain.from_iterable(block.ids for block in self._blocks)

    def __contains__(self, object_id: ObjectId) -> bool:
        if not self._blocks:
            return False
        ids = self._blocks[self._block_of(object_id)].ids
        position = bisect_left(ids, object_id)
        return position < len(ids) and ids[position] == object_id

    def add(self, object_id: ObjectId) -> None:
        """Add an id; nothing happens if it is in.

        Raises:
            CallerError: It is not 16 bytes long.
        """
        if len(object_id) != OBJECT_ID_BYTES:
            raise CallerError(f"an id of {len(object_id)} bytes, must be {OBJECT_ID_BYTES}")
        if object_id in self:
            return
        if not self._blocks:
            self._replace(0, 0, [object_id])
            return
        index = self._block_of(object_id)
        ids = self._blocks[index].ids
        ids.insert(bisect_left(ids, object_id), object_id)
        middle = len(ids) // 2 if len(ids) >= 2 * _BLOCK_IDS else len(ids)
        self._replace(index, index + 1, ids[:middle], ids[middle:])

    def discard(self, object_id: ObjectId) -> None:
        """Remove an id; nothing happens if it is not in."""
        if object_id not in self:
            return
        index = self._block_of(object_id)
        ids = self._blocks[index].ids
        ids.remove(object_id)
        stop = index + 1
        if stop < len(self._blocks) and len(ids) + len(self._blocks[stop].ids) <= _BLOCK_IDS:
            ids += self._blocks[stop].ids
            stop += 1
        self._replace(index, stop, ids)

    def rank(self, bound: bytes) -> int:
        """Return how many ids are below `bound`."""
        if not self._blocks:
            return 0
        index = self._block_of(bound)
        return self._ranks()[index] + bisect_left(self._blocks[index].ids, bound)

    def at(self, rank: int) -> ObjectId:
        """Return the id that has `rank` ids below it, 0..len-1."""
        index, offset = self._place(rank)
        return self._blocks[index].ids[offset]

    def sum(self, start: int, stop: int) -> int:
        """Return the sum of the ids of rank `start` up to but not including `stop`."""
        return (self._sum_below(stop) - self._sum_below(start)) % SUM_MODULUS

    def between(self, lower: bytes, upper: bytes) -> list[ObjectId]:
        """Return the ids from `lower` up to but not including `upper`, ascending."""
        return self.slice(self.rank(lower), self.rank(upper))

    def slice(self, start: int, stop: int) -> list[ObjectId]:
        """Return the ids of rank `start` up to but not including `stop`, ascending."""
        if start >= stop:
            return []
        first, offset = self._place(start)
        last, _ = self._place(stop - 1)
        held = chain.from_iterable(block.ids for block in self._blocks[first : last + 1])
        return list(held)[offset : offset + stop - start]

    def _block_of(self, bound: bytes) -> int:
        """Return the index of the block that `bound` falls into."""
        return max(0, bisect_right(self._blocks, bound, key=_first_id) - 1)

    def _place(self, rank: int) -> tuple[int, int]:
        """Return the block and the position in it of the id with this rank."""
        ranks = self._ranks()
        index = bisect_right(ranks, rank, hi=len(self._blocks)) - 1
        return index, rank - ranks[index]

    def _sum_below(self, rank: int) -> int:
        if not rank:
            return 0
        index, offset = self._place(rank - 1)
        sums = self._block_sums()
        return sums[index] + self._blocks[index].sums()[offset + 1]

    def _ranks(self) -> Sequence[int]:
        """Return the rank of each block's first id."""
        if not self._counts:
            counts = (len(block.ids) for block in self._blocks)
            self._counts = list(accumulate(counts, initial=0))
        return self._counts

    def _block_sums(self) -> Sequence[int]:
        """Return the sum of the ids before each block."""
        if not self._sums:
            sums = (block.sums()[-1] for block in self._blocks)
            self._sums = list(accumulate(sums, initial=0))
        return self._sums

    def _replace(self, start: int, stop: int, *parts: list[ObjectId]) -> None:
        """Put blocks of the non-empty `parts` in the place of those from `start` to `stop`."""
        self._blocks[start:stop] = [_Block(part) for part in parts if part]
        self._counts = []
        self._sums = []


def _first_id(block: _Block) -> ObjectId:
    return block.ids[0]
