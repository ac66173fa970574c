"""Turns: which of several nodes that own units answers an ask first, so that not two of them do.

Not for: what is booked (`board.capacity.selling`). Invariant: whoever asked at this node is
answered at once; somebody answers everybody in the end.
Source: docs/spec/capacity.md section 8.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.books import Books, Sold
from meshnode.board.capacity.ledger import Ask, Ledger
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId

OTHERS_FIRST_S: Final = 120.0
"""So long the authority lets another node answer that owns units and may have been asked itself:
otherwise both would answer, and one booking would have to go again."""
AUTHORITY_FIRST_S: Final = 600.0
"""So long a node that was passed units waits before it answers who did not ask here."""
HEARD_MAX: Final = 4096
"""Asks of which it is remembered when and from where they came."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """When an ask came, in seconds of the loop's clock, and whether it was handed in here."""

    at_s: float
    is_local: bool


class Turns:
    """When this node heard of asks, and whether it is its turn to answer them."""

    def __init__(self, *, books: Books, own: Fingerprint) -> None:
        self._books = books
        self._own = own
        self._heard: dict[ObjectId, _Heard] = {}
        self._begun_s = 0.0

    def begin(self) -> None:
        """Take asks that were held before for heard now: nobody knows how long they wait."""
        self._begun_s = _now_s()

    def hear(self, ask: ObjectId, *, is_local: bool) -> None:
        """Remember that an ask came, and whether it was handed in at this node."""
        self._heard[ask] = _Heard(_now_s(), is_local)
        if len(self._heard) > HEARD_MAX:
            del self._heard[next(iter(self._heard))]

    def may_answer(self, sold: Sold, ledger: Ledger, ask: Ask) -> bool:
        """Return whether it is this node's turn to answer an ask."""
        heard = self._heard.get(ask.id) or _Heard(self._begun_s, is_local=False)
        if heard.is_local or not self._others_could(sold, ledger, ask):
            return True
        terms = sold.timetable.terms
        is_authority = terms is not None and terms.authority == self._own
        wait_s = OTHERS_FIRST_S if is_authority else AUTHORITY_FIRST_S
        return _now_s() - heard.at_s >= wait_s

    def _others_could(self, sold: Sold, ledger: Ledger, ask: Ask) -> bool:
        """Return whether another node has units free in one of the slots that are asked for."""
        slots = range(ask.slots.first, min(ask.slots.first + ask.slots.count, sold.timetable.count))
        return any(
            run.is_free and run.owner != self._own and not self._books.is_revoked(run.owner)
            for slot in slots
            for run in ledger.runs_by_slot[slot]
        )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
