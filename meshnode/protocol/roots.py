"""All roots of a polynomial over GF(2^32), or the certainty that some are missing.

Not for: where the polynomial comes from (`sketch`).
Up to degree four the roots are solutions of linear equations over bits. Above, the polynomial P
is first tested: it has as many distinct roots as its degree exactly if x^(2^32) = x modulo P.
Then the traces of 1*r, 2*r, 4*r .. 2^31*r, 32 bits that tell any two roots r apart, split it with
greatest common divisors until all parts are small. There is no chance in it and no input that
makes it run longer than 32 splits of each part.
Invariant: a polynomial is a row of coefficients (see `gf32`), the constant first, monic.
Source: Berlekamp, "Factoring polynomials over large finite fields", 1970, the trace algorithm;
Berlekamp, Rumsey and Solomon, "On the solution of algebraic equations over finite fields", 1967.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from functools import reduce as accumulate
from operator import mul, xor
from struct import pack, unpack
from typing import Final

from meshnode.protocol.gf32 import (
    ELEMENT_BITS,
    LANE_BITS,
    MODULUS,
    first,
    gather,
    inverse,
    lanes,
    product,
    reduce,
    spread,
    square,
)

_X: Final = 1 << LANE_BITS
"""The polynomial x."""
_VECTOR: Final = (1 << 2 * ELEMENT_BITS) - 1
_VECTOR_FEET: Final = sum(1 << 2 * ELEMENT_BITS * index for index in range(ELEMENT_BITS))
"""32 vectors of 64 bits beside each other; the lowest bit of each."""
_DIRECT_DEGREE_MAX: Final = 4
"""Up to here an equation has a linear form over bits; above it, splitting is needed."""


def distinct_roots(polynomial: int) -> list[int] | None:
    """Return the roots of a monic polynomial, None unless they are as many as its degree.

    Shapes: degree 1..128; the roots are numbers, all different, in no order.
    """
    if degree(polynomial) <= _DIRECT_DEGREE_MAX:
        return _direct_roots(polynomial)
    conjugates = _conjugates(polynomial)
    if conjugates.pop() != _X:
        return None
    roots: list[int] = []
    for part in _split(polynomial, conjugates):
        roots += _direct_roots(part) or ()
    return roots


def degree(polynomial: int) -> int:
    """Return the highest power with a coefficient; 0 also for the zero polynomial."""
    return max(0, polynomial.bit_length() - 1) // LANE_BITS


def monic(polynomial: int) -> int:
    """Return `polynomial`, which is not zero, divided by its leading coefficient."""
    leading = polynomial >> LANE_BITS * degree(polynomial)
    if leading == 1:
        return polynomial
    return reduce(polynomial * spread((inverse(gather(leading, 1)[0]),)))


def _split(polynomial: int, conjugates: Sequence[int]) -> list[int]:
    """Return factors of degree 1 to 4 whose product is `polynomial`, which has only roots."""
    small: list[int] = []
    large = [polynomial]
    for bit in range(ELEMENT_BITS):
        trace = _trace(1 << bit, conjugates)
        parts = [part for whole in large for part in _parts(whole, trace)]
        small += (part for part in parts if degree(part) <= _DIRECT_DEGREE_MAX)
        large = [part for part in parts if degree(part) > _DIRECT_DEGREE_MAX]
        if not large:
            break
    return small


def _parts(polynomial: int, trace: int) -> Iterator[int]:
    """Yield the factor of the roots whose trace is 0 and that of the others, if both exist."""
    common = _common_divisor(polynomial, _divide(trace, polynomial)[1])
    if 0 < degree(common) < degree(polynomial):
        yield common
        yield _divide(polynomial, common)[0]
    else:
        yield polynomial


def _conjugates(modulus: int) -> list[int]:
    """Return x, x^2, x^4 .. x^(2^32), each modulo `modulus`: 33 polynomials."""
    count = degree(modulus)
    folds = _even_powers(modulus)
    lowest = count + count % 2
    power = _X
    conjugates = [power]
    for _ in range(ELEMENT_BITS):
        squared = square(power, count)
        high = lanes(squared >> LANE_BITS * lowest, 2 * count - lowest)[::2]
        power = first(squared, count) ^ reduce(_combined(high, folds))
        conjugates.append(power)
    return conjugates


def _even_powers(modulus: int) -> list[int]:
    """Return the even powers of x from the degree of `modulus` to twice it, modulo `modulus`."""
    count = degree(modulus)
    low = first(modulus, count)
    powers = [low]
    for _ in range(count - 1):
        shifted = powers[-1] << LANE_BITS
        leading = shifted >> LANE_BITS * count
        powers.append(first(shifted, count) ^ reduce(leading * low))
    return powers[count % 2 :: 2]


def _trace(factor: int, conjugates: Iterable[int]) -> int:
    """Return the polynomial whose value at a root r is the trace of factor * r, 0 or 1."""
    scale = spread((factor,))
    scales = [scale]
    for _ in range(ELEMENT_BITS - 1):
        scale = reduce(scale * scale)
        scales.append(scale)
    return reduce(_combined(scales, conjugates))


def _combined(elements: Iterable[int], rows: Iterable[int]) -> int:
    """Return the sum of each element times its row, not reduced."""
    return accumulate(xor, map(mul, elements, rows), 0)


def _divide(dividend: int, divisor: int) -> tuple[int, int]:
    """Return quotient and remainder; `divisor` is monic."""
    size = degree(divisor)
    low = first(divisor, size)
    quotient, remainder = 0, dividend
    for position in range(degree(dividend), size - 1, -1):
        leading = remainder >> LANE_BITS * position
        if leading:
            shift = LANE_BITS * (position - size)
            quotient |= leading << shift
            remainder = first(remainder, position) ^ reduce(leading * low) << shift
    return quotient, remainder


def _common_divisor(left: int, right: int) -> int:
    """Return the greatest common divisor, monic; `left` is not zero."""
    while right:
        size = degree(right)
        if size == 0:
            return 1
        leading = right >> LANE_BITS * size
        while (above := degree(left) - size) >= 0 and left:
            over = left >> LANE_BITS * (above + size)
            left = reduce(left * leading ^ (right * over) << LANE_BITS * above)
        left, right = right, left
    return monic(left)


def _direct_roots(polynomial: int) -> list[int] | None:
    """Return the distinct roots of a monic polynomial of degree 1 to 4, None if some lack."""
    coefficients = gather(polynomial, degree(polynomial) + 1)[:-1]
    match coefficients:
        case (constant,):
            return [constant]
        case (constant, linear):
            return _quadratic_roots(linear, constant)
        case (constant, linear, quadratic):
            return _cubic_roots(quadratic, linear, constant)
        case (constant, linear, quadratic, cubic):
            return _quartic_roots(cubic, quadratic, linear, constant)
    return None


def _quadratic_roots(linear: int, constant: int) -> list[int] | None:
    """Return the two roots of x^2 + linear x + constant."""
    if not linear:
        return None
    scale = inverse(linear)
    root = _solve(_artin_schreier(), product(constant, product(scale, scale)))
    if root is None:
        return None
    root = product(root, linear)
    return [root, root ^ linear]


def _cubic_roots(quadratic: int, linear: int, constant: int) -> list[int] | None:
    """Return the three roots of x^3 + quadratic x^2 + linear x + constant.

    Multiplied by (x + quadratic) the equation loses its cubic term and is linear over bits.
    """
    solutions = _linear_quartic_roots(
        quadratic=product(quadratic, quadratic) ^ linear,
        linear=product(quadratic, linear) ^ constant,
        constant=product(quadratic, constant),
    )
    if solutions is None:
        return None
    return [root for root in solutions if root != quadratic]


def _quartic_roots(cubic: int, quadratic: int, linear: int, constant: int) -> list[int] | None:
    """Return the four roots of x^4 + cubic x^3 + quadratic x^2 + linear x + constant.

    With x = 1/y + shift, where shift^2 = linear / cubic, the equation in y has no cubic term.
    """
    if not cubic:
        return _linear_quartic_roots(quadratic=quadratic, linear=linear, constant=constant)
    shift = _square_root(product(linear, inverse(cubic)))
    value = 1
    for coefficient in (cubic, quadratic, linear, constant):
        value = product(value, shift) ^ coefficient
    if not value:
        return None
    scale = inverse(value)
    solutions = _linear_quartic_roots(
        quadratic=product(quadratic ^ product(cubic, shift), scale),
        linear=product(cubic, scale),
        constant=scale,
    )
    if solutions is None:
        return None
    return [inverse(solution) ^ shift for solution in solutions]


def _linear_quartic_roots(*, quadratic: int, linear: int, constant: int) -> list[int] | None:
    """Return the four roots of x^4 + quadratic x^2 + linear x + constant."""
    pivots, kernel = _eliminated(_linear_quartic_images(quadratic, linear))
    if len(kernel) != 2:
        return None
    root = _solve(pivots, constant)
    if root is None:
        return None
    one, other = kernel
    return [root, root ^ one, root ^ other, root ^ one ^ other]


def _linear_quartic_images(quadratic: int, linear: int) -> list[int]:
    """Return x^4 + quadratic x^2 + linear x for x = 1, 2, 4 .. 2^31."""
    images: list[int] = []
    for fourth in _fourth_powers():
        images.append(fourth ^ quadratic ^ linear)
        quadratic = _doubled(_doubled(quadratic))
        linear = _doubled(linear)
    return images


@cache
def _fourth_powers() -> list[int]:
    """Return x^4 for x = 1, 2, 4 .. 2^31."""
    squares = [product(1 << bit, 1 << bit) for bit in range(ELEMENT_BITS)]
    return [product(square, square) for square in squares]


@cache
def _artin_schreier() -> list[int]:
    """Return the pivots of the map x^2 + x, which every quadratic equation comes down to."""
    elements = [1 << bit for bit in range(ELEMENT_BITS)]
    pivots, _ = _eliminated([product(element, element) ^ element for element in elements])
    return pivots


def _eliminated(images: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return pivots and kernel of the map over bits that sends 2^i to images[i].

    Shapes: a pivot is 64 bits, an image above the argument it comes from; their highest bits
    fall from one to the next. The kernel is a basis, as arguments.
    """
    vectors = [image << ELEMENT_BITS | 1 << bit for bit, image in enumerate(images)]
    matrix = int.from_bytes(pack(f"<{ELEMENT_BITS}Q", *vectors), "little")
    pivots: list[int] = []
    for bit in range(2 * ELEMENT_BITS - 1, ELEMENT_BITS - 1, -1):
        # One bit at the foot of each vector that has `bit`: times the pivot, it clears them all.
        marks = matrix >> bit & _VECTOR_FEET
        if marks:
            pivot = matrix >> (marks.bit_length() - 1) & _VECTOR
            pivots.append(pivot)
            matrix ^= marks * pivot
    left = unpack(f"<{ELEMENT_BITS}Q", matrix.to_bytes(8 * ELEMENT_BITS, "little"))
    return pivots, [argument for argument in left if argument]


def _solve(pivots: Sequence[int], image: int) -> int | None:
    """Return one argument whose image this is, None if there is none."""
    vector = image << ELEMENT_BITS
    for pivot in pivots:
        cleared = vector ^ pivot
        vector = min(vector, cleared)
    return None if vector >> ELEMENT_BITS else vector


def _doubled(element: int) -> int:
    """Return x times `element`."""
    element <<= 1
    return element ^ MODULUS if element >> ELEMENT_BITS else element


def _square_root(element: int) -> int:
    """Return the root, the 31st square: squaring 32 times gives the element back."""
    root = spread((element,))
    for _ in range(ELEMENT_BITS - 1):
        root = reduce(root * root)
    return gather(root, 1)[0]
