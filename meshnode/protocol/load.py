"""One frame's worth of what is said, and a batch in the middle of being said.

Not for: choosing what is said next (`outbox`). Invariants: a batch that is being said has symbols
left; a sum is said once.
Source: docs/spec/coding.md section 4.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from meshnode.protocol.batch import Batch, BatchId
from meshnode.protocol.frames import Objects, Symbol
from meshnode.protocol.object import ObjectId
from meshnode.protocol.priority import Priority


class Purpose(StrEnum):
    """Why airtime is spent, for the account in `status`."""

    PUSH = "push"
    REPAIR = "repair"
    BEACON = "beacon"


@dataclass(frozen=True, slots=True)
class Load:
    """One frame's worth: its body, the objects it is about and why they are sent.

    `is_end`: with it they are said; `batch` names the batch of which it is only a sum.
    """

    body: Objects | Symbol
    ids: tuple[ObjectId, ...]
    is_urgent: bool
    purpose: Purpose
    is_end: bool = True
    batch: BatchId | None = None


@dataclass(slots=True)
class Saying:
    """A batch in the middle of being said, whole or only `left` sums of it."""

    batch: Batch
    left: list[int]
    purpose: Purpose
    rank: Priority
    since_ms: int
    is_whole: bool
    receivers: Collection[bytes]

    def load(self) -> Load:
        """Return the next symbol."""
        index, shape = self.left[0], self.batch.shape
        return Load(
            body=Symbol(shape, index, len(self.left) - 1, self.batch.symbol(index)),
            ids=self.batch.ids,
            is_urgent=self.rank is Priority.URGENT,
            purpose=self.purpose,
            is_end=len(self.left) == 1,
            batch=None if self.is_whole else shape.id,
        )

    def sent(self, index: int) -> None:
        """The medium took a symbol, or never will."""
        if index in self.left:
            self.batch.used.add(index)
            self.left.remove(index)

    def leave_to_other(self, symbol: Symbol, *, is_first: bool) -> None:
        """Somebody else said a symbol to our receivers: one less is left, or none at all.

        Who has less left goes on and the other stops; `is_first`: the other goes on where both
        have as much left.
        """
        lead = len(self.left) - symbol.remaining
        data_count = self.batch.shape.data_count
        # Sums alone, for somebody who lacks little, do not stand for data that is still to be said.
        is_alike = symbol.index < data_count or self.left[0] >= data_count
        if symbol.index in self.left:
            self.left.remove(symbol.index)
        elif symbol.index not in self.batch.used:
            self.left.pop()
        if is_alike and (lead > 0 or (lead == 0 and is_first)):
            self.left.clear()
