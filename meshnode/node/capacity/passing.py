"""Passing units on: what a host has this node do with those that nobody has booked yet.

Not for: selling them (`sales`). Invariants: only units that this node owns and has not sold go, and
only to nodes of this community; an act is in the node's log on disk before it is told anybody.
Source: docs/spec/capacity.md section 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.books import Sold
from meshnode.board.capacity.ledger import Ledger
from meshnode.board.capacity.lots import Lot
from meshnode.board.capacity.selling import allotting, giving_back, lent, taken_from
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.standing import Identity
from meshnode.node.capacity.sales import Sales
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId

SHARED_NODES_MAX: Final = 3
"""Nodes among which the automatic split shares: more would leave too little for each."""
SHARED_CAPACITY_MIN: Final = 3
"""A smaller slot stays whole where it is."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Units that went to another node."""

    to: Fingerprint
    acts: tuple[ObjectId, ...]
    units: int


class Passing:
    """What goes from this node to others, and back."""

    def __init__(self, *, rules: NeighbourhoodRules, sales: Sales) -> None:
        self._rules = rules
        self._sales = sales

    async def allot(
        self,
        sold: Sold,
        to: Fingerprint,
        *,
        units: int,
        slots: range | None = None,
        until_min: int | None = None,
    ) -> Passed:
        """Pass so many unsold units of each slot on to another node, for it to sell.

        Raises:
            LimitError: There are not so many, or it is no node.
            NotAllowedError: This node may not sell now.
            StoreError: It could not be saved; nothing was passed on.
        """
        self._sales.readiness.require(sold)
        self._require_node(to)
        chosen = slots if slots is not None else range(sold.timetable.count)
        if not chosen or chosen.start < 0 or chosen.stop > sold.timetable.count or units < 1:
            raise LimitError(
                f"There are slots 1 to {sold.timetable.count}, and at least one unit is passed on."
            )
        async with self._sales.signing.lock:
            ledger = self._sales.ledger(sold)
            lots = [lot for slot in chosen for lot in self._taken(ledger, slot, units)]
            acts = await self._sales.signing.sign(allotting(sold, lots, to, until_min))
        return Passed(to, tuple(one.id for one in acts), units * len(chosen))

    async def share(
        self, sold: Sold, nodes: Sequence[Fingerprint], until_min: int | None
    ) -> list[Passed]:
        """Pass half of what is free on to the first of these nodes, at most three.

        Raises:
            LimitError: There is nothing to share, or nobody to share it with.
            NotAllowedError, StoreError: As `allot`.
        """
        chosen = nodes[:SHARED_NODES_MAX]
        fills = self._sales.ledger(sold).fills() if sold.timetable.terms is not None else []
        least = min((one.free for one in fills), default=0)
        each = (least - (least + 1) // 2) // len(chosen) if chosen else 0
        if not chosen:
            raise LimitError("No other node was heard in the last day, so nothing is passed on.")
        if sold.timetable.capacity < SHARED_CAPACITY_MIN or each < 1:
            raise LimitError("There are too few free to be shared; they stay where they are.")
        return [await self.allot(sold, one, units=each, until_min=until_min) for one in chosen]

    async def give_back(self, sold: Sold) -> int:
        """Give back all unsold units that other nodes passed on to this one; return how many.

        Raises:
            NotAllowedError, StoreError: As `allot`.
        """
        sales = self._sales
        sales.readiness.require(sold)
        async with sales.signing.lock:
            runs = lent(sales.ledger(sold), sales.own)
            await sales.signing.sign(giving_back(sold, runs, sales.books.is_revoked))
        return sum(run.units for run in runs)

    def _taken(self, ledger: Ledger, slot: int, units: int) -> list[Lot]:
        free = ledger.free(self._sales.own, slot)
        taken = taken_from(free, units, is_last=True)
        if not taken:
            left = sum(run.units for run in free)
            raise LimitError(
                f"This node has {left} free in slot {slot + 1}, not {units}. Pass fewer on."
            )
        return taken

    def _require_node(self, to: Fingerprint) -> None:
        identity: Identity | None = self._rules.standing.identities.get(to)
        is_node = identity is not None and identity.identity_class is IdentityClass.NODE
        if identity is None or not is_node or identity.is_revoked or to == self._sales.own:
            raise LimitError("Units are passed on to another node of this community.")
