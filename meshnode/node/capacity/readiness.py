"""Readiness: when a node may sell nothing, because it does not know the time or all it has sold.

Not for: who owns what (`board.capacity.chain`). Invariant: while an act of this node's may be
missing in its log, nothing is signed that could be about the same units.
Source: docs/spec/capacity.md section 8.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from meshnode.board.capacity.books import Sold
from meshnode.node.capacity.saleslog import SalesLog
from meshnode.node.denials import NotAllowedError
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import SignedObject

DOUBT_S: Final = 3600.0
"""So long nothing is sold after the last act of our own that came from a neighbour and was not in
our log: the store is an old copy, and we do not know what else we have sold."""

log = logging.getLogger(__name__)


class Readiness:
    """Whether this node may sell now; `notify` tells its keeper why it stopped."""

    def __init__(
        self,
        *,
        log: SalesLog,
        is_time_known: Callable[[], bool],
        notify: Callable[[str], None],
    ) -> None:
        self._log = log
        self._is_time_known = is_time_known
        self._notify = notify
        self._doubt_until_s = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether anything may be signed at all."""
        return self._is_time_known() and not self._log.is_in_doubt

    def is_forgotten(self, sold: Sold) -> bool:
        """Return whether this node may have pruned what it sold of a thing: a clock was wrong."""
        return sold.timetable.closes_min <= self._log.forgotten_min

    def require(self, sold: Sold) -> None:
        """Refuse to sign about a thing.

        Raises:
            NotAllowedError: This node may not sell now, or no more of this.
        """
        if not self._is_time_known():
            raise NotAllowedError("This node does not know what time it is. Set its clock first.")
        if self._log.is_in_doubt:
            raise NotAllowedError(
                "This node had forgotten what it sold, and sells nothing until it has it back."
            )
        if self.is_forgotten(sold):
            raise NotAllowedError(
                "This node has forgotten what it sold of this, because a clock was wrong, and "
                "sells no more of it."
            )

    def begin(self) -> None:
        """Go on doubting where the program ended."""
        if self._log.is_in_doubt:
            self._doubt_until_s = _now_s() + DOUBT_S

    async def doubt(self, thing: SignedObject) -> None:
        """An act of our own came from somebody else: we have lost what we had signed."""
        self._doubt_until_s = _now_s() + DOUBT_S
        try:
            await self._log.write(thing)
            if not self._log.is_in_doubt:
                await self._log.doubt(is_in_doubt=True)
                self._notify(
                    "This node's store is older than what its neighbours hold: it had forgotten "
                    "what it sold. It sells nothing until it has heard nothing more of that for an "
                    "hour. If you know that all is back: meshnode slots resume."
                )
        except StoreError as error:
            log.warning("an act is not logged", extra={"fields": {"error": str(error)}})

    async def end_doubt(self) -> bool:
        """End a doubt that is old enough; return whether it ended now."""
        if not self._log.is_in_doubt or _now_s() < self._doubt_until_s:
            return False
        try:
            await self._log.doubt(is_in_doubt=False)
        except StoreError as error:
            log.warning("doubt stays", extra={"fields": {"error": str(error)}})
            return False
        return True


def _now_s() -> float:
    return asyncio.get_running_loop().time()
