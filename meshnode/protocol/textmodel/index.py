"""What followed each context in the model's text: a Burrows-Wheeler index in a wavelet tree.

All places of the text are sorted by what stands before them, nearest symbol first; so every
context of any length is one range of rows. The symbols that follow are kept as bits along a
binary tree, so the counts for one decision are two ranks, whatever the range.

Not for: choosing contexts or weighing them (`walk`). Source: docs/spec/text.md section 3.
"""

from array import array
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

LEAF: Final = 0x8000
"""A child that is a symbol has this bit; one without it is a node."""
ROOT: Final = 0
"""The node that asks whether the text ends: 1 is END."""

_ONES_IN_BYTE: Final = bytes(byte.bit_count() for byte in range(256))
ONES_BEFORE: Final = bytes(
    (byte >> (8 - count)).bit_count() for byte in range(256) for count in range(8)
)
"""By byte * 8 + count: how many of its first `count` bits are 1."""


@dataclass(frozen=True, slots=True)
class Index:
    """The tree and the bits.

    Shapes: `children` and `bases` by node, `firsts` and `counts` by symbol; `ones[i]` counts the
    ones in all bytes before byte i; `before` counts those before the node's first byte.
    """

    children: tuple[tuple[int, int], ...]
    counts: tuple[int, ...]
    firsts: tuple[int, ...]
    bits: bytes
    ones: "array[int]"
    bases: tuple[int, ...]
    before: tuple[int, ...]


def make_index(
    children: tuple[tuple[int, int], ...],
    counts: tuple[int, ...],
    bits: bytes,
    *,
    newline: int,
) -> Index:
    """Return the index with its sums.

    Shapes: `counts` says how often each symbol stands in the text. What follows a newline is
    filed under END, as the beginning of a text.
    """
    filed = list(counts)
    filed[0] += filed[newline]
    filed[newline] = 0
    ones = array("I", accumulate(bits.translate(_ONES_IN_BYTE), initial=0))
    bases = _bases(children, counts)
    return Index(
        children=children,
        counts=tuple(filed),
        firsts=tuple(accumulate(filed[:-1], initial=0)),
        bits=bits,
        ones=ones,
        bases=bases,
        before=tuple(ones[base] for base in bases),
    )


def _bases(children: tuple[tuple[int, int], ...], counts: tuple[int, ...]) -> tuple[int, ...]:
    """Return where the bits of each node begin; children come after their parents."""
    sizes = [0] * len(children)
    for node in range(len(children) - 1, -1, -1):
        sizes[node] = sum(
            counts[child & ~LEAF] if child & LEAF else sizes[child] for child in children[node]
        )
    return tuple(accumulate((size + 7 >> 3 for size in sizes[:-1]), initial=0))
