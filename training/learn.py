"""What to make of evidence: odds for each state, weights for each place; integers come out.

Every text is read with an index of the other files only, as a stranger's text will be.
Invariants: the same texts give the same numbers on every machine: sums, products and
quotients of floats in a fixed order, no library's exponentials, no chance.
"""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from operator import getitem, mul
from typing import Final

from meshnode.protocol.textmodel.alphabet import END, Alphabet
from meshnode.protocol.textmodel.index import Index
from meshnode.protocol.textmodel.model import Path
from meshnode.protocol.textmodel.tables import (
    COUNT_CLASSES,
    NO_EVIDENCE,
    ODDS_MAX,
    PROBABILITIES,
)
from meshnode.protocol.textmodel.walk import (
    AMOUNT_SETS,
    BIAS,
    INPUTS,
    SIDE_SETS,
    WEIGHT_BITS,
    Walk,
    Weights,
)

_TYPICAL_COUNTS: Final = (
    0, 1, 2, 3, 4, 5, 6, 8, 11, 15, 21, 30, 44, 70, 115, 210, 450, 1100, 3000, 8000,
)  # fmt: skip
"""One count for each class, to guess at the odds of states that were hardly ever met."""
_GUESS_WEIGHT: Final = 2
_EPOCHS: Final = 12
_RATE: Final = 0.004
_WEIGHT_FIRST: Final = 0.2
_STRIDE: Final = 618_970_019
"""A prime: decisions are visited in steps of it, so that neighbours in the text are not."""
_WEIGHT_MAX: Final = 1 << 14
"""Sums of three rows and nine inputs stay below 2^31."""


@dataclass(slots=True)
class Evidence:
    """What the contexts had seen at each decision, and what was decided.

    Shapes: `states` has `INPUTS` numbers a decision, the others one.
    """

    states: "array[int]" = field(default_factory=lambda: array("H"))
    nodes: bytearray = field(default_factory=bytearray)
    sides: "array[int]" = field(default_factory=lambda: array("H"))
    amounts: bytearray = field(default_factory=bytearray)
    bits: bytearray = field(default_factory=bytearray)


def untaught(node_count: int) -> Weights:
    """Return weights for walks that only look."""
    none = (0,) * (INPUTS + 1)
    return Weights(
        odds=((0,) * (NO_EVIDENCE + 1),) * INPUTS,
        by_node=(none,) * node_count,
        by_sides=(none,) * SIDE_SETS,
        by_amounts=(none,) * AMOUNT_SETS,
    )


def gather(
    evidence: Evidence, alphabet: Alphabet, index: Index, paths: tuple[Path, ...], text: str
) -> None:
    """Add what can be learned from one text."""
    walk = Walk(alphabet, index, untaught(len(index.children)))
    for symbol in [*(unit.symbol for unit in alphabet.units(text)), END]:
        for node, bit in paths[symbol]:
            walk.look(node)
            evidence.states.extend(walk.states)
            evidence.nodes.append(node)
            evidence.sides.append(walk.sides)
            evidence.amounts.append(walk.amounts)
            evidence.bits.append(bit)
            walk.take(bit)
        if symbol != END:
            walk.advance(symbol)


def learn(evidence: Evidence, node_count: int) -> Weights:
    """Return the weights that predict the evidence best."""
    odds = tuple(_odds(evidence, place) for place in range(INPUTS))
    scaled = [[value / BIAS for value in row] for row in odds]
    by_node = [[_WEIGHT_FIRST] * INPUTS + [0.0] for _ in range(node_count)]
    by_sides = [[0.0] * (INPUTS + 1) for _ in range(SIDE_SETS)]
    by_amounts = [[0.0] * (INPUTS + 1) for _ in range(AMOUNT_SETS)]
    count = len(evidence.bits)
    for epoch in range(_EPOCHS):
        rate = _RATE / (1 + epoch / 2) / (1 << 16)
        at = 0
        for _ in range(count):
            at = (at + _STRIDE) % count
            states = evidence.states[at * INPUTS : (at + 1) * INPUTS]
            inputs = [*map(getitem, scaled, states), 1.0]
            first = by_node[evidence.nodes[at]]
            second = by_sides[evidence.sides[at]]
            third = by_amounts[evidence.amounts[at]]
            total = sum(map(mul, first, inputs)) + sum(map(mul, second, inputs))
            total += sum(map(mul, third, inputs))
            place = max(-ODDS_MAX, min(ODDS_MAX, int(total * BIAS))) + ODDS_MAX + 1
            error = (evidence.bits[at] << 16) - PROBABILITIES[place]
            step = error * rate
            for number, value in enumerate(inputs):
                change = value * step
                first[number] += change
                second[number] += change
                third[number] += change
    return Weights(odds, _rounded(by_node), _rounded(by_sides), _rounded(by_amounts))


def _odds(evidence: Evidence, place: int) -> tuple[int, ...]:
    zeros = [0] * (NO_EVIDENCE + 1)
    ones = [0] * (NO_EVIDENCE + 1)
    for state, bit in zip(evidence.states[place::INPUTS], evidence.bits, strict=True):
        (ones if bit else zeros)[state] += 1
    row = [_odds_of(state, zeros[state], ones[state]) for state in range(NO_EVIDENCE)]
    return (*row, 0)


def _odds_of(state: int, zeros: int, ones: int) -> int:
    zero = 5 * _TYPICAL_COUNTS[state // COUNT_CLASSES] + 2
    one = 5 * _TYPICAL_COUNTS[state % COUNT_CLASSES] + 2
    weight = zeros + ones + _GUESS_WEIGHT
    share = (1 << 16) * (ones * (zero + one) + _GUESS_WEIGHT * one) // (weight * (zero + one))
    place = bisect_left(PROBABILITIES, share, 1, len(PROBABILITIES) - 1)
    return place - ODDS_MAX - 1


def _rounded(rows: list[list[float]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(map(_weight, row)) for row in rows)


def _weight(value: float) -> int:
    return max(-_WEIGHT_MAX, min(_WEIGHT_MAX, round(value * (1 << WEIGHT_BITS))))
