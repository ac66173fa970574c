"""How many symbols more than its data a batch needs on the air, before anybody asks.

Source: docs/spec/coding.md; docs/adr/0012.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from math import comb
from typing import Final, Protocol

CONFIDENCE: Final = 0.3
"""With this probability all receivers get enough; more sums would often be said in vain."""
CONFIDENCE_URGENT: Final = 0.9
SPARE_MAX: Final = 24
_STEPS: Final = 20
"""Losses are rounded to a twentieth, so that few distributions have to be computed."""


class Spare(Protocol):
    """Say how many sums or repeats should follow `count` symbols for these receivers."""

    def __call__(self, count: int, receivers: Collection[bytes], *, is_urgent: bool) -> int:
        """Return that number."""


def spare_count(count: int, losses: Sequence[float], confidence: float) -> int:
    """Return how many sums should follow `count` symbols for receivers with these losses."""
    steps = [round(loss * _STEPS) for loss in losses if round(loss * _STEPS)]
    for spare in range(SPARE_MAX):
        chance = 1.0
        for step in steps:
            chance *= _arrives(count, count + spare, min(step, _STEPS - 1))
        if chance >= confidence:
            return spare
    return SPARE_MAX


@lru_cache(maxsize=4096)
def _arrives(wanted: int, sent: int, step: int) -> float:
    """Return the chance that at least `wanted` of `sent` symbols are heard."""
    loss = step / _STEPS
    return sum(
        comb(sent, lost) * loss**lost * (1 - loss) ** (sent - lost)
        for lost in range(sent - wanted + 1)
    )
