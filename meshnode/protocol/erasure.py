"""A code against lost frames: any `data_count` of up to 256 symbols give back the data.

Not for: how objects become symbols (`batch`). Systematic: symbol i below the data count is the
i-th part of the data itself, the others are sums of all parts over GF(2^8), part i times
1 / (index xor i): a Cauchy matrix, so that every square part of it can be inverted.
Invariants: a symbol is a pure function of the data and its index, so whoever holds the data makes
the same one; all symbols of one set are equally long.
Source: docs/spec/coding.md; Blömer et al., An XOR-Based Erasure-Resilient Coding Scheme, 1995.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from meshnode.protocol.errors import CallerError

SYMBOLS_MAX: Final = 256
"""Indices that one byte can name, data and sums together."""
_MODULUS: Final = 0x11D
"""x^8 + x^4 + x^3 + x^2 + 1; x is a generator of its field."""


def symbol(data: Sequence[bytes], index: int) -> bytes:
    """Return the symbol with this index.

    Shapes: `data` are 1..255 equally long parts; `index` 0..255.
    """
    if index < len(data):
        return data[index]
    total = 0
    for position, part in enumerate(data):
        total ^= int.from_bytes(_scaled(part, _coefficient(index, position)), "big")
    return total.to_bytes(len(data[0]), "big")


def recover(known: Mapping[int, bytes], data_count: int) -> list[bytes]:
    """Return the data from any `data_count` symbols by their indices; more are not looked at.

    Raises:
        CallerError: There are fewer.
    """
    parts = {index: part for index, part in known.items() if index < data_count}
    missing = [index for index in range(data_count) if index not in parts]
    sums = sorted(index for index in known if index >= data_count)[: len(missing)]
    if len(sums) < len(missing):
        raise CallerError(f"{len(known)} symbols do not give back {data_count}")
    equations = [_equation(known[index], index, parts, missing) for index in sums]
    parts.update(zip(missing, _solve(equations), strict=True))
    return [parts[index] for index in range(data_count)]


@dataclass(slots=True)
class _Equation:
    """The missing parts times their factors add up to `total`."""

    factors: list[int]
    total: bytes

    def scaled(self, factor: int) -> "_Equation":
        """Return the same, all times `factor`."""
        factors = [_product(each, factor) for each in self.factors]
        return _Equation(factors, _scaled(self.total, factor))

    def plus(self, other: "_Equation") -> "_Equation":
        """Return the sum of both."""
        factors = [one ^ two for one, two in zip(self.factors, other.factors, strict=True)]
        return _Equation(factors, _sum(self.total, other.total))


def _equation(
    part: bytes, index: int, parts: Mapping[int, bytes], missing: Sequence[int]
) -> _Equation:
    """Return what a symbol says of the missing parts."""
    for position, held in parts.items():
        part = _sum(part, _scaled(held, _coefficient(index, position)))
    return _Equation([_coefficient(index, position) for position in missing], part)


def _solve(equations: list[_Equation]) -> list[bytes]:
    """Return the missing parts: as many equations as parts, of which each can be a pivot."""
    rows = list(equations)
    for column in range(len(rows)):
        pivot = rows[column].scaled(_inverse(rows[column].factors[column]))
        rows = [
            pivot if at == column else row.plus(pivot.scaled(row.factors[column]))
            for at, row in enumerate(rows)
        ]
    return [row.total for row in rows]


def _sum(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def _coefficient(index: int, position: int) -> int:
    return _inverse(index ^ position)


def _product(one: int, other: int) -> int:
    return _table(other)[one]


def _scaled(part: bytes, factor: int) -> bytes:
    return part.translate(_table(factor))


@cache
def _inverse(value: int) -> int:
    return next(other for other in range(1, SYMBOLS_MAX) if _multiply(value, other) == 1)


@cache
def _table(factor: int) -> bytes:
    """Return what each byte becomes when it is multiplied by `factor`."""
    return bytes(_multiply(value, factor) for value in range(SYMBOLS_MAX))


def _multiply(one: int, other: int) -> int:
    total = 0
    while other:
        if other & 1:
            total ^= one
        one <<= 1
        if one > 0xFF:
            one ^= _MODULUS
        other >>= 1
    return total
