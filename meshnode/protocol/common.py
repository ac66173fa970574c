"""What the engine's link machines share: the set, the clock, the account, the dice."""

from dataclasses import dataclass, field

from meshnode.protocol.clock import CommunityClock
from meshnode.protocol.frames import RadioCodec
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory, element, variant_at
from meshnode.protocol.ledger import Ledger
from meshnode.protocol.object import ObjectId
from meshnode.protocol.pace import Pace
from meshnode.protocol.ports import Dice

REFUSED_MAX = 1024
"""Refused ids remembered, so that we do not keep asking for what we do not take."""
REFUSED_MS = 3_600_000


@dataclass(slots=True)
class Common:
    """The state of the node that all links work on; owned by the engine."""

    inventory: Inventory
    clock: CommunityClock
    ledger: Ledger
    codec: RadioCodec
    dice: Dice
    pace: Pace = field(default_factory=Pace)
    drops: dict[str, int] = field(default_factory=dict)
    refused: dict[ObjectId, int] = field(default_factory=dict)
    token: int = 0

    def next_token(self) -> int:
        """Return a number that no transmission in flight carries."""
        self.token += 1
        return self.token

    def cutoff_hour(self, now_ms: int) -> int:
        """Return the hour below which objects are over; 0 while the time is unknown."""
        return self.clock.minute(now_ms) // HOUR_MINUTES

    def refuse(self, thing: ObjectId, now_ms: int) -> None:
        """Remember that we do not take this object, for `REFUSED_MS`."""
        self.refused.pop(thing, None)
        self.refused[thing] = now_ms + REFUSED_MS
        if len(self.refused) > REFUSED_MAX:
            del self.refused[next(iter(self.refused))]

    def refused_elements(self, cutoff_hour: int) -> frozenset[int]:
        """Return what stands for the refused ids in sketches at this cutoff."""
        variant = variant_at(cutoff_hour)
        return frozenset(element(thing, variant) for thing in self.refused)

    def random_ms(self, low_ms: float, high_ms: float) -> int:
        """Return a random time between two bounds."""
        return round(low_ms + self.dice.random() * (high_ms - low_ms))
