"""A model's file: the alphabet, the tree, the index and the weights, and how they are written.

Not for: making one (`training/`). Invariants: a released file never changes; a test pins its
hash. Source: docs/spec/text.md section 7.
"""

import sys
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from meshnode.protocol.errors import CallerError
from meshnode.protocol.textmodel.alphabet import Alphabet
from meshnode.protocol.textmodel.index import LEAF, Index, make_index
from meshnode.protocol.textmodel.tables import NO_EVIDENCE
from meshnode.protocol.textmodel.walk import (
    AMOUNT_SETS,
    INPUTS,
    SIDE_SETS,
    Walk,
    Weights,
)

MAGIC: Final = b"meshnode text 1\n"
_ROW: Final = INPUTS + 1

Path = tuple[tuple[int, int], ...]
"""Nodes, each with the bit that leads on."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that is known of one language."""

    alphabet: Alphabet
    index: Index
    weights: Weights
    paths: tuple[Path, ...]

    def walk(self) -> Walk:
        """Return a walk that stands before the first character."""
        return Walk(self.alphabet, self.index, self.weights)


@cache
def shipped_model(name: str) -> Model:
    """Return a model of the package; the first call takes some milliseconds, later ones none."""
    path = resources.files("meshnode.protocol") / "models" / f"{name}.bin"
    return read_model(path.read_bytes())


def read_model(data: bytes) -> Model:
    """Return the model in a file's bytes.

    Raises:
        CallerError: It is not a model of this version.
    """
    if not data.startswith(MAGIC):
        raise CallerError("this file is not a text model of version 1")
    reader = _Reader(zlib.decompress(data[len(MAGIC) :], wbits=-15))
    alphabet = Alphabet(tuple(reader.numbers("I")))
    ends = reader.numbers("H")
    children = tuple(zip(ends[::2], ends[1::2], strict=True))
    counts = tuple(reader.numbers("I"))
    bits = reader.block()
    index = make_index(children, counts, bits, newline=alphabet.newline)
    return Model(
        alphabet=alphabet,
        index=index,
        paths=paths_of(children, len(alphabet)),
        weights=Weights(
            odds=_rows(reader.numbers("h"), NO_EVIDENCE + 1),
            by_node=_rows(reader.numbers("h"), _ROW),
            by_sides=_rows(reader.numbers("h"), _ROW),
            by_amounts=_rows(reader.numbers("h"), _ROW),
        ),
    )


def write_model(
    *,
    code_points: tuple[int, ...],
    children: tuple[tuple[int, int], ...],
    counts: tuple[int, ...],
    bits: bytes,
    weights: Weights,
) -> bytes:
    """Return the bytes that `read_model` reads."""
    if not len(code_points) + 3 == len(counts) == len(children) + 1:
        raise CallerError("alphabet, tree and counts do not belong together")
    if (len(weights.by_sides), len(weights.by_amounts)) != (SIDE_SETS, AMOUNT_SETS):
        raise CallerError("the weights are not of this version")
    payload = b"".join(
        (
            _block("I", code_points),
            _block("H", [child for pair in children for child in pair]),
            _block("I", counts),
            len(bits).to_bytes(4, "big") + bits,
            *(
                _block("h", [number for row in table for number in row])
                for table in (weights.odds, weights.by_node, weights.by_sides, weights.by_amounts)
            ),
        )
    )
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9)
    return MAGIC + stream.compress(payload) + stream.flush()


class _Reader:
    """Blocks, each after its length in bytes."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    def block(self) -> bytes:
        begin = self._at + 4
        self._at = begin + int.from_bytes(self._payload[self._at : begin], "big")
        return self._payload[begin : self._at]

    def numbers(self, typecode: str) -> "array[int]":
        return _swapped(array(typecode, self.block()))


def _block(typecode: str, numbers: Iterable[int]) -> bytes:
    data = _swapped(array(typecode, numbers)).tobytes()
    return len(data).to_bytes(4, "big") + data


def _swapped(numbers: "array[int]") -> "array[int]":
    """Return numbers in the file's byte order, or read from it."""
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _rows(numbers: "array[int]", width: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(numbers[at : at + width]) for at in range(0, len(numbers), width))


def paths_of(children: tuple[tuple[int, int], ...], symbol_count: int) -> tuple[Path, ...]:
    """Return for each symbol the nodes and bits that lead to it from the root."""
    ways: list[Path] = [() for _ in children]
    paths: list[Path] = [() for _ in range(symbol_count)]
    for node, pair in enumerate(children):
        for bit, child in enumerate(pair):
            way = (*ways[node], (node, bit))
            if child & LEAF:
                paths[child & ~LEAF] = way
            else:
                ways[child] = way
    return tuple(paths)
