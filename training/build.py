"""From texts to a tree and an index: counting and sorting, no learning."""

import heapq
from collections import Counter
from collections.abc import Sequence
from typing import Final

from meshnode.protocol.textmodel.alphabet import END, Alphabet
from meshnode.protocol.textmodel.index import LEAF, Index, make_index

Children = tuple[tuple[int, int], ...]

_CONTEXT_SYMBOLS: Final = 64
"""Places are sorted by so many symbols; longer equal contexts do not matter."""


def symbols_of(alphabet: Alphabet, texts: Sequence[str]) -> bytes:
    """Return the texts' symbols one after the other, each text with its end."""
    out = bytearray()
    for text in texts:
        out += bytes(unit.symbol for unit in alphabet.units(text))
        out.append(END)
    return bytes(out)


def tree_of(symbols: bytes, symbol_count: int) -> Children:
    """Return Huffman's tree of all symbols but END under a root that asks for END.

    Shapes: parents come before their children.
    """
    seen = Counter(symbols)
    heap = [(seen[symbol] + 2, symbol, symbol | LEAF) for symbol in range(1, symbol_count)]
    heapq.heapify(heap)
    made: list[tuple[int, int]] = []
    while len(heap) > 1:
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        made.append((first[2], second[2]))
        heapq.heappush(heap, (first[0] + second[0], symbol_count + len(made), len(made) - 1))
    made.append((len(made) - 1, END | LEAF))
    last = len(made) - 1
    return tuple((_renumbered(zero, last), _renumbered(one, last)) for zero, one in reversed(made))


def _renumbered(child: int, last: int) -> int:
    return child if child & LEAF else last - child


def followers(symbols: bytes, *, newline: int) -> bytes:
    """Return all symbols, sorted by what stands before them, nearest first."""
    size = len(symbols)
    before = symbols.replace(bytes([newline]), bytes([END]))[::-1]
    before += before[:_CONTEXT_SYMBOLS]
    # The symbol at `place` is preceded by what begins at `size - place` in the reversed text.
    places = sorted(
        range(size), key=lambda place: before[size - place : size - place + _CONTEXT_SYMBOLS]
    )
    return bytes(symbols[place] for place in places)


def bits_of(sorted_symbols: bytes, children: Children, symbol_count: int) -> bytes:
    """Return the bits of all nodes, each from a whole byte on, and a zero byte at the end."""
    rows = {0: sorted_symbols}
    out = bytearray()
    for node in range(len(children)):
        row = rows.pop(node)
        ones = _below(children, children[node][1])
        is_one = bytes(0x31 if symbol in ones else 0x30 for symbol in range(256))
        if row:
            digits = row.translate(is_one).decode().ljust(-len(row) // 8 * -8, "0")
            out += int(digits, 2).to_bytes(len(digits) // 8, "big")
        for bit, child in enumerate(children[node]):
            if not child & LEAF:
                others = bytes(s for s in range(symbol_count) if (s in ones) != bool(bit))
                rows[child] = row.translate(None, others)
    return bytes(out) + b"\0"


def _below(children: Children, child: int) -> frozenset[int]:
    if child & LEAF:
        return frozenset([child & ~LEAF])
    zero, one = children[child]
    return _below(children, zero) | _below(children, one)


def counts_of(symbols: bytes, symbol_count: int) -> tuple[int, ...]:
    """Return how often each symbol stands in the text."""
    seen = Counter(symbols)
    return tuple(seen[symbol] for symbol in range(symbol_count))


def index_of(alphabet: Alphabet, children: Children, symbols: bytes) -> Index:
    """Return the index of a text."""
    rows = followers(symbols, newline=alphabet.newline)
    return make_index(
        children,
        counts_of(symbols, len(alphabet)),
        bits_of(rows, children, len(alphabet)),
        newline=alphabet.newline,
    )
