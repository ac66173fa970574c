"""The field and the code of docs/spec/coding.md once more, by logarithms, to compare with ours."""

from collections.abc import Sequence

MODULUS = 0x11D

EXPONENTS = [1]
"""The powers of x: entry n is x^n."""
while len(EXPONENTS) < 255:
    doubled = EXPONENTS[-1] << 1
    EXPONENTS.append(doubled ^ MODULUS if doubled > 0xFF else doubled)
LOGARITHMS = {power: exponent for exponent, power in enumerate(EXPONENTS)}


def product(one: int, other: int) -> int:
    """Return the product of two field elements."""
    if not one or not other:
        return 0
    return EXPONENTS[(LOGARITHMS[one] + LOGARITHMS[other]) % 255]


def inverse(value: int) -> int:
    """Return what times `value`, 1..255, is one."""
    return EXPONENTS[-LOGARITHMS[value] % 255]


def coded(data: Sequence[bytes], index: int) -> bytes:
    """Return a symbol, byte by byte as the specification says it."""
    if index < len(data):
        return data[index]
    symbol = bytearray(len(data[0]))
    for position, part in enumerate(data):
        for at, byte in enumerate(part):
            symbol[at] ^= product(byte, inverse(index ^ position))
    return bytes(symbol)
