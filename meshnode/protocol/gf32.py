"""Arithmetic in GF(2^32) on many elements at once, carried by Python's big integers.

Not for: what the elements mean (`sketch`) or polynomials over them (`roots`).
An element is a number 0..2^32-1; bit i stands for x^i, the modulus is x^32+x^7+x^3+x^2+1.
A *row* holds elements side by side as one integer: lane j is 64 bytes, and each of its bytes is
one bit of element j. A carry-less product of a row with one element is then a single ordinary
multiplication, because a byte has room for the 32 carries that may meet in it; `reduce` clears
them and folds every lane by the modulus in the same few operations.
Invariant: rows that functions take and return are reduced, each byte 0 or 1, the upper half of
each lane zero; products of reduced rows may be combined with `^` before they are reduced.
"""

from collections.abc import Sequence
from struct import pack, unpack
from typing import Final

from meshnode.protocol.errors import CallerError

ELEMENT_BITS: Final = 32
LANE_BYTES: Final = 64
"""A lane holds a product before it is reduced: 63 bits, one to a byte."""
LANE_BITS: Final = 8 * LANE_BYTES
LANES_MAX: Final = 256
"""Longest row that `reduce` can fold: the square of a polynomial for the largest sketch."""
MODULUS: Final = 1 << 32 | 0x8D
"""The modulus that minisketch uses for 32-bit elements."""

_HALF_BITS: Final = LANE_BITS // 2
_LOW: Final = int.from_bytes((b"\x01" * 32 + bytes(32)) * LANES_MAX, "little")
_ONES: Final = int.from_bytes(b"\x01" * LANE_BYTES * LANES_MAX, "little")
_FOLD: Final = 1 | 1 << 16 | 1 << 24 | 1 << 56
"""x^32 = x^7 + x^3 + x^2 + 1, one byte a bit."""
_DIGITS: Final = b"01" + bytes(254)


def spread(elements: Sequence[int]) -> int:
    """Return the row that holds `elements`, the first in lane 0."""
    packed = int.from_bytes(pack(f"<{len(elements)}Q", *elements), "little")
    return int.from_bytes(format(packed, "b").encode(), "big") & _ONES


def gather(row: int, count: int) -> tuple[int, ...]:
    """Return the first `count` elements of `row` as numbers; lanes above `count` are zero."""
    digits = row.to_bytes(LANE_BYTES * count, "little")[::-1].translate(_DIGITS)
    packed = int(digits or b"0", 2).to_bytes(8 * count, "little")
    return unpack(f"<{count}Q", packed)


def lanes(row: int, count: int) -> list[int]:
    """Return the first `count` elements of `row`, each as a row of its own."""
    raw = row.to_bytes(LANE_BYTES * count, "little")
    return [int.from_bytes(raw[at : at + 32], "little") for at in range(0, len(raw), LANE_BYTES)]


def first(row: int, count: int) -> int:
    """Return the first `count` lanes of `row`."""
    return row & ((1 << LANE_BITS * count) - 1)


def reduce(product: int) -> int:
    """Return the row that `product` is congruent to, at most `LANES_MAX` lanes."""
    high = product >> _HALF_BITS & _LOW
    product = product & _LOW ^ high * _FOLD
    high = product >> _HALF_BITS & _LOW
    return (product ^ high * _FOLD) & _LOW


def square(row: int, count: int) -> int:
    """Return the squares of the first `count` elements, element j in lane 2j, zeros between.

    As coefficients of a polynomial in a field of two, this is the polynomial's square.
    """
    stuffed = bytearray(2 * LANE_BYTES * count)
    stuffed[::2] = row.to_bytes(LANE_BYTES * count, "little")
    return reduce(int.from_bytes(stuffed, "little"))


def odd_powers(element: int, count: int) -> int:
    """Return the row of `element` to the powers 1, 3, 5 .. 2*count-1."""
    row = spread((element,))
    step = reduce(row * row)
    held = 1
    while held < count:
        row |= reduce(first(row, count - held) * step) << LANE_BITS * held
        held *= 2
        if held < count:
            step = reduce(step * step)
    return row


def product(left: int, right: int) -> int:
    """Return the product of two elements, all three as numbers."""
    return gather(reduce(spread((left,)) * spread((right,))), 1)[0]


def inverse(element: int) -> int:
    """Return the element that makes 1 with `element`, both non-zero numbers.

    Source: extended Euclid for binary polynomials.
    """
    if not element:
        raise CallerError("zero has no inverse")
    high, low, high_factor, low_factor = element, MODULUS, 1, 0
    while high != 1:
        shift = high.bit_length() - low.bit_length()
        if shift < 0:
            high, low, high_factor, low_factor = low, high, low_factor, high_factor
            shift = -shift
        high ^= low << shift
        high_factor ^= low_factor << shift
    return high_factor
