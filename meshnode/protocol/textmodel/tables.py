"""Integer tables that need no model: from evidence to classes, from odds to probabilities.

Source: docs/spec/text.md sections 4 and 5.
"""

from typing import Final

ODDS_MAX: Final = 2047
"""Log odds in 1/256, as far as they go: 1 to 3000."""

_KNOTS: Final = (
    22, 28, 36, 47, 60, 77, 98, 126, 162, 208, 267, 342, 439, 562, 720, 922, 1179, 1506, 1921,
    2446, 3108, 3938, 4971, 6249, 7812, 9702, 11955, 14595, 17625, 21025, 24743, 28693, 32768,
    36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428, 63090,
    63615, 64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410, 65438,
    65459, 65476, 65489, 65500, 65508, 65514,
)  # fmt: skip
"""65536 / (1 + exp(-x)) for x = -8, -7.75 .. 8, rounded."""
_KNOT_BITS: Final = 6

COUNT_CLASSES: Final = 20
_CLASS_BEGINS: Final = (
    0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 18, 25, 36, 55, 90, 150, 300, 700, 1800, 5000,
)  # fmt: skip
COUNT_MAX: Final = _CLASS_BEGINS[-1]
"""From here on more evidence makes no difference."""

NO_EVIDENCE: Final = COUNT_CLASSES * COUNT_CLASSES
"""The class of a context that was never seen at this point of the tree."""


def _interpolated(index: int) -> int:
    knot, rest = index >> _KNOT_BITS, index & (1 << _KNOT_BITS) - 1
    if not rest:
        return _KNOTS[knot]
    low, high = _KNOTS[knot], _KNOTS[knot + 1]
    return low + ((high - low) * rest >> _KNOT_BITS)


PROBABILITIES: Final = tuple(_interpolated(index) for index in range(2 * ODDS_MAX + 2))
"""Of a 1, in 65536, by log odds + 2048; index 0 is not used."""

COUNT_CLASS: Final = bytes(
    max(at for at, begin in enumerate(_CLASS_BEGINS) if begin <= count)
    for count in range(COUNT_MAX + 1)
)
"""0..19 by how often something was seen, 0..5000."""

SIDES: Final = bytes(
    0 if state == NO_EVIDENCE else 1 if state < COUNT_CLASSES else 3 - (state % COUNT_CLASSES == 0)
    for state in range(NO_EVIDENCE + 1)
)
"""What a context has seen: 0 nothing, 1 only ones, 2 only zeros, 3 both."""

AMOUNTS: Final = bytes(
    0
    if state == NO_EVIDENCE
    else min(COUNT_CLASSES - 1, state // COUNT_CLASSES + state % COUNT_CLASSES)
    for state in range(NO_EVIDENCE + 1)
)
"""About how much a context has seen, 0..19."""


def probability(odds: int) -> int:
    """Return the probability of a 1, 22..65513 in 65536; log odds in 1/256 may be any number."""
    return PROBABILITIES[max(-ODDS_MAX, min(ODDS_MAX, odds)) + ODDS_MAX + 1]
