"""Set sketches (PinSketch): the difference of two sets out of as many bytes as it needs.

Not for: which ids belong to a set, or whether a decoded difference is true. A sketch that is too
short for its difference decodes to a wrong one in about one of capacity! cases, and a capacity of
one always decodes: the caller carries an independent check (count and check bits of a beacon).
Invariants: a sketch is a linear function of its set, so adding an element twice removes it, and
the sum of two sketches is the sketch of the symmetric difference; the first n syndromes of a
sketch are the sketch of capacity n; bytes are those of libminisketch for 32-bit elements.
Source: docs/spec/sketch.md; Dodis, Ostrovsky, Reyzin and Smith, "Fuzzy extractors", 2004.
"""

from functools import reduce as accumulate
from operator import mul, xor
from struct import pack, unpack
from typing import Final, Self

from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.gf32 import (
    LANE_BITS,
    first,
    gather,
    lanes,
    odd_powers,
    reduce,
    spread,
)
from meshnode.protocol.roots import distinct_roots, monic

CAPACITY_MAX: Final = 128
"""Longest sketch: 512 bytes. Work grows with the square; larger differences go by ranges."""
SYNDROME_BYTES: Final = 4


class Sketch:
    """The odd power sums of a changing set of elements 1..2^32-1, `capacity` of them."""

    __slots__ = ("capacity", "row")

    def __init__(self, capacity: int) -> None:
        if not 1 <= capacity <= CAPACITY_MAX:
            raise CallerError(f"a sketch of capacity {capacity}, allowed are 1..{CAPACITY_MAX}")
        self.capacity = capacity
        self.row = 0
        """The power sums as a row of `gf32`."""

    def toggle(self, element: int) -> None:
        """Add `element`, 1..2^32-1, or remove it if it is in."""
        if not 0 < element < 1 << 32:
            raise CallerError(f"{element} is not a sketch element (1..2^32-1)")
        self.row ^= odd_powers(element, self.capacity)

    def merge(self, other: "Sketch") -> None:
        """Become the sketch of the symmetric difference with `other`, which is not shorter."""
        if other.capacity < self.capacity:
            raise CallerError(f"capacity {other.capacity} merged into capacity {self.capacity}")
        self.row ^= first(other.row, self.capacity)

    def copy(self) -> "Sketch":
        """Return another sketch of the same set."""
        twin = Sketch(self.capacity)
        twin.row = self.row
        return twin

    def serialize(self, count: int) -> bytes:
        """Return the first `count` syndromes, 4 bytes each, little-endian."""
        if not 0 <= count <= self.capacity:
            raise CallerError(f"{count} syndromes wanted of a capacity of {self.capacity}")
        return pack(f"<{count}I", *gather(first(self.row, count), count))

    @classmethod
    def deserialize(cls, data: bytes) -> Self:
        """Return the sketch that `data` holds.

        Raises:
            PeerError: The length is not 4 to 512 bytes in steps of 4.
        """
        capacity, rest = divmod(len(data), SYNDROME_BYTES)
        if rest or not 1 <= capacity <= CAPACITY_MAX:
            raise PeerError("sketch_length", f"{len(data)} bytes, allowed are 4, 8 .. 512")
        sketch = cls(capacity)
        sketch.row = spread(unpack(f"<{capacity}I", data))
        return sketch


def decode(difference: Sketch | bytes, *, effort: int) -> list[int] | None:
    """Return the elements of a set, ascending, from its sketch; None if that is not possible.

    Shapes: `effort` is the largest number of elements to look for; work grows with its square.
    A larger set than the sketch's capacity or `effort` gives None, and sometimes a wrong answer.

    Raises:
        PeerError: `difference` is bytes of a length that no sketch has.
    """
    sketch = difference if isinstance(difference, Sketch) else Sketch.deserialize(difference)
    if not sketch.row:
        return []
    if effort < 1:
        return None
    lone = gather(first(sketch.row, 1), 1)[0]
    if odd_powers(lone, sketch.capacity) == sketch.row:
        return [lone]
    locator = _locator(lanes(sketch.row, sketch.capacity), effort)
    if locator is None:
        return None
    roots = distinct_roots(locator)
    return None if roots is None else sorted(roots)


def _locator(odd_sums: list[int], effort: int) -> int | None:
    """Return the monic polynomial whose roots are the elements, None if it is too long.

    Shapes: `odd_sums` are rows of one element. The polynomial found satisfies all of them.
    Source: Massey, "Shift-register synthesis and BCH decoding", 1969, without divisions; over a
    binary code every second discrepancy is zero and its step is left out.
    """
    degree_max = min(effort, len(odd_sums))
    sums: list[int] = []
    current = previous = previous_discrepancy = gap = 1
    degree = 0
    taps = [1]
    for step, odd_sum in enumerate(odd_sums):
        if step:
            sums.append(reduce(sums[step - 1] * sums[step - 1]))
        sums.append(odd_sum)
        discrepancy = reduce(accumulate(xor, map(mul, taps, sums[2 * step - degree :])))
        if discrepancy:
            grown = previous_discrepancy * current ^ (discrepancy * previous) << LANE_BITS * gap
            if degree <= step:
                degree = 2 * step + 1 - degree
                if degree > degree_max:
                    return None
                previous, previous_discrepancy, gap = current, discrepancy, 0
            current = reduce(grown)
            taps = lanes(current, degree + 1)[::-1]
        gap += 2
    # The roots of `current` are the inverses. Zero is no root of the reversed polynomial: because
    # sum 2k is the square of sum k, `current` has exactly the degree that its recurrence is long.
    return monic(spread(gather(current, degree + 1)[::-1]))
