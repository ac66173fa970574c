"""How long to wait before trying again: twice as long each time, blurred, bounded.

Blurred, because after an outage all neighbours of a node find it at the same moment.
"""

from dataclasses import dataclass

from meshnode.protocol.ports import Dice

_DOUBLINGS_MAX = 32
"""Enough to get from a millisecond to any bound; keeps the power small."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that grow from `first_s` to `longest_s`."""

    first_s: float
    longest_s: float

    def delay_s(self, failures: int, dice: Dice) -> float:
        """Return the wait in seconds after the `failures`-th failure in a row, counted from 1.

        Shapes: between half of the doubled wait and all of it.
        """
        doublings = min(max(failures - 1, 0), _DOUBLINGS_MAX)
        span_s = min(self.first_s * 2.0**doublings, self.longest_s)
        return span_s * (1 + dice.random()) / 2
