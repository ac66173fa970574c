"""Characters as symbols: capitals as a mark and the small letter, rare characters written out.

Not for: probabilities. Invariants: a text has exactly one form in symbols.
Source: docs/spec/text.md section 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

END: Final = 0
"""The end of a text, and what stands before its first character."""
ESCAPE: Final = 1
"""Characters follow that are not in the alphabet."""
CAPITAL: Final = 2
"""The next letter is a capital."""
SPECIAL_COUNT: Final = 3

CASE_DISTANCE: Final = 32
"""Between a small letter and its capital, in ASCII and in Latin-1."""
ASTRAL: Final = 0x10000
NEAR_BITS: Final = 7
PLANE_BITS: Final = 16
ASTRAL_BITS: Final = 20


@dataclass(frozen=True, slots=True)
class Unit:
    """A symbol, and for `ESCAPE` the characters that it brings."""

    symbol: int
    escaped: tuple[int, ...] = ()


class Alphabet:
    """The characters that have a symbol; their code points, rising, follow the special ones."""

    __slots__ = ("code_points", "letters", "newline", "space", "symbols")

    def __init__(self, code_points: tuple[int, ...]) -> None:
        self.code_points = code_points
        self.symbols = {point: SPECIAL_COUNT + at for at, point in enumerate(code_points)}
        self.letters = frozenset(self.symbols[one] for one in code_points if is_small_letter(one))
        self.newline = self.symbols[0x0A]
        self.space = self.symbols[0x20]

    def __len__(self) -> int:
        return SPECIAL_COUNT + len(self.code_points)

    def is_known(self, point: int) -> bool:
        """Return whether a character is written without an escape."""
        return point in self.symbols or small_letter(point) in self.symbols

    def units(self, text: str) -> Iterator[Unit]:
        """Yield the symbols of a text, without the end."""
        escaped: list[int] = []
        for point in map(ord, text):
            if not self.is_known(point):
                escaped.append(point)
                continue
            if escaped:
                yield Unit(ESCAPE, tuple(escaped))
                escaped = []
            if point in self.symbols:
                yield Unit(self.symbols[point])
            else:
                yield Unit(CAPITAL)
                yield Unit(self.symbols[small_letter(point)])
        if escaped:
            yield Unit(ESCAPE, tuple(escaped))

    def point(self, symbol: int) -> int:
        """Return the code point of a symbol that is not special."""
        return self.code_points[symbol - SPECIAL_COUNT]


def is_small_letter(point: int) -> bool:
    """Return whether this is a small letter of ASCII or Latin-1."""
    return 0x61 <= point <= 0x7A or (0xDF <= point <= 0xFF and point != 0xF7)


def small_letter(point: int) -> int:
    """Return the small letter of a capital of ASCII or Latin-1, or -1."""
    is_capital = 0x41 <= point <= 0x5A or (0xC0 <= point <= 0xDE and point != 0xD7)
    return point + CASE_DISTANCE if is_capital else -1


def escape_bits(points: tuple[int, ...]) -> list[int]:
    """Return the bits of escaped characters; each says whether another follows."""
    bits: list[int] = []
    previous = 0
    for at, point in enumerate(points):
        bits += _point_bits(point, previous)
        bits.append(int(at + 1 < len(points)))
        previous = point
    return bits


def _point_bits(point: int, previous: int) -> list[int]:
    if is_near(point, previous):
        return [1, *_bits(point, NEAR_BITS)]
    if point < ASTRAL:
        return [0, 0, *_bits(point, PLANE_BITS)]
    return [0, 1, *_bits(point - ASTRAL, ASTRAL_BITS)]


def is_near(point: int, previous: int) -> bool:
    """Return whether two characters are in the same block of 128."""
    return point >> NEAR_BITS == previous >> NEAR_BITS


def _bits(value: int, count: int) -> list[int]:
    return [value >> at & 1 for at in range(count - 1, -1, -1)]
