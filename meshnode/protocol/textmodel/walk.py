"""The predictor: where in the index each context stands, and the odds of the next decision.

Contexts: the last one to six symbols; all since the previous word began; the letters of the
current word after a space or a capital mark. Not for: coding. Invariants: integers only; no
table changes while a text is read. This is the innermost loop, hence the long function.
Source: docs/spec/text.md sections 4 and 5.
"""

from dataclasses import dataclass
from operator import getitem, mul, sub
from typing import Final

from meshnode.protocol.textmodel.alphabet import CAPITAL, END, Alphabet
from meshnode.protocol.textmodel.index import ONES_BEFORE, Index
from meshnode.protocol.textmodel.tables import (
    AMOUNTS,
    COUNT_CLASS,
    COUNT_CLASSES,
    COUNT_MAX,
    NO_EVIDENCE,
    ODDS_MAX,
    SIDES,
)

ORDERS: Final = 6
_PHRASE: Final = 6
"""Slot of the context that began with the previous word."""
_AFTER_SPACE: Final = 7
_AFTER_CAPITAL: Final = 8
_WORD_ITSELF: Final = 9
"""Slot of the context that began with the current word: the next phrase."""
_SLOTS: Final = 10

WORD: Final = 7
"""Input of the two word contexts together."""
INPUTS: Final = 8
SIDE_SETS: Final = 512
AMOUNT_SETS: Final = COUNT_CLASSES * (ORDERS + 1)
BIAS: Final = 256
WEIGHT_BITS: Final = 13


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned.

    Shapes: `odds[input][state]` are log odds in 1/256 for 401 states; each weight is a row of
    nine numbers in 1/8192, the last for the bias; rows by node, by sides and by amounts.
    """

    odds: tuple[tuple[int, ...], ...]
    by_node: tuple[tuple[int, ...], ...]
    by_sides: tuple[tuple[int, ...], ...]
    by_amounts: tuple[tuple[int, ...], ...]


class Walk:
    """One pass over one text: `odds` and `take` down the tree, then `advance`."""

    __slots__ = (
        "_alphabet", "_high_ones", "_highs", "_in_word", "_index", "_low_ones", "_lows",
        "_weights", "_word_letters", "amounts", "sides", "states",
    )  # fmt: skip

    def __init__(self, alphabet: Alphabet, index: Index, weights: Weights) -> None:
        self._alphabet = alphabet
        self._index = index
        self._in_word = False
        self._weights = weights
        self._low_ones = [0] * _SLOTS
        self._high_ones = [0] * _SLOTS
        self.states = [NO_EVIDENCE] * INPUTS
        self.sides = 0
        self.amounts = 0
        self._restart()

    def odds(self, node: int) -> int:
        """Return the log odds of a 1 at `node`, in 1/256, -2047..2047."""
        self.look(node)
        weights = self._weights
        inputs = [*map(getitem, weights.odds, self.states), BIAS]
        total: int = (
            sum(map(mul, weights.by_node[node], inputs))
            + sum(map(mul, weights.by_sides[self.sides], inputs))
            + sum(map(mul, weights.by_amounts[self.amounts], inputs))
        ) >> WEIGHT_BITS
        return -ODDS_MAX if total < -ODDS_MAX else ODDS_MAX if total > ODDS_MAX else total

    def look(self, node: int) -> None:
        """Count what each context has seen at `node`, and class it."""
        index = self._index
        bits, ones = index.bits, index.ones
        base, before = index.bases[node], index.before[node]
        lows, highs = self._lows, self._highs
        low_ones, high_ones, states = [0] * _SLOTS, [0] * _SLOTS, [NO_EVIDENCE] * INPUTS
        order = first = last = state = zero = one = word_zeros = word_ones = 0
        last_low = last_high = -1
        for slot in range(_SLOTS):
            low, high = lows[slot], highs[slot]
            if low == high:
                continue
            # A longer context often means the same places as the one before.
            if low != last_low or high != last_high:
                last_low, last_high = low, high
                at = base + (low >> 3)
                first = ones[at] + ONES_BEFORE[bits[at] << 3 | low & 7] - before
                # The byte after a node's last bit exists: a zero byte ends them all.
                at = base + (high >> 3)
                last = ones[at] + ONES_BEFORE[bits[at] << 3 | high & 7] - before
                one = last - first
                zero = high - low - one
                state = (
                    COUNT_CLASS[zero if zero < COUNT_MAX else COUNT_MAX] * COUNT_CLASSES
                    + COUNT_CLASS[one if one < COUNT_MAX else COUNT_MAX]
                )
            low_ones[slot], high_ones[slot] = first, last
            if slot < WORD:
                states[slot] = state
                if slot < ORDERS:
                    order = slot + 1
            elif slot < _WORD_ITSELF and self._word_letters:
                word_zeros += zero
                word_ones += one
        if word_zeros or word_ones:
            states[WORD] = (
                COUNT_CLASS[min(word_zeros, COUNT_MAX)] * COUNT_CLASSES
                + COUNT_CLASS[min(word_ones, COUNT_MAX)]
            )
        self._low_ones, self._high_ones, self.states = low_ones, high_ones, states
        word = states[WORD]
        sides = SIDES[states[2]] << 6 | SIDES[states[3]] << 4 | SIDES[states[4]] << 2 | SIDES[word]
        self.sides = sides | (256 if order == ORDERS else 0)
        self.amounts = AMOUNTS[word] * (ORDERS + 1) + order

    def take(self, bit: int) -> None:
        """Go down from the node that was looked at last."""
        if bit:
            self._lows, self._highs = self._low_ones, self._high_ones
        else:
            self._lows = [*map(sub, self._lows, self._low_ones)]
            self._highs = [*map(sub, self._highs, self._high_ones)]

    def advance(self, symbol: int) -> None:
        """Move every context past `symbol`, to whose leaf the walk has come down."""
        alphabet = self._alphabet
        if symbol == alphabet.newline:
            self._restart()
            return
        lows, highs = self._lows, self._highs
        first = self._index.firsts[symbol]
        # A context of order k becomes one of order k + 1; the empty one is the whole text.
        del lows[ORDERS - 1], highs[ORDERS - 1]
        lows.insert(0, 0)
        highs.insert(0, self._index.counts[symbol])
        for slot in range(_SLOTS):
            if lows[slot] != highs[slot]:
                lows[slot] += first
                highs[slot] += first
        self._note_word(symbol)

    def _note_word(self, symbol: int) -> None:
        alphabet = self._alphabet
        is_letter = symbol in alphabet.letters
        if (is_letter or symbol == CAPITAL) and not self._in_word:
            self._set(_PHRASE, self._lows[_WORD_ITSELF], self._highs[_WORD_ITSELF])
            self._set_last(_WORD_ITSELF, symbol)
        self._in_word = is_letter or symbol == CAPITAL
        if is_letter:
            self._word_letters += 1
        else:
            self._forget_word()

    def _restart(self) -> None:
        self._lows = [0] * _SLOTS
        self._highs = [0] * _SLOTS
        self._in_word = False
        self._set_last(0, END)
        self._set_last(_WORD_ITSELF, END)
        self._forget_word()

    def _forget_word(self) -> None:
        self._word_letters = 0
        self._set_last(_AFTER_SPACE, self._alphabet.space)
        self._set_last(_AFTER_CAPITAL, CAPITAL)

    def _set_last(self, slot: int, symbol: int) -> None:
        """Let a context be just this symbol."""
        first = self._index.firsts[symbol]
        self._set(slot, first, first + self._index.counts[symbol])

    def _set(self, slot: int, low: int, high: int) -> None:
        self._lows[slot], self._highs[slot] = low, high
