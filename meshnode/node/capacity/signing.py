"""Signing bookings and allotments: an act is in the node's log on disk before anybody hears of it.

Not for: what to sign (`board.capacity.selling`). Invariants: one act after the other; what was
written and not told, because the disk failed or the program ended, is told before anything new.
Source: docs/spec/capacity.md section 8.
"""

import asyncio
from collections.abc import Sequence

from meshnode.board.capacity.selling import Draft
from meshnode.node.capacity.saleslog import SalesLog
from meshnode.node.denials import RefusedError
from meshnode.node.runner import Runner
from meshnode.node.voice import Voice
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import ObjectId, SignedObject


class SalesSigning:
    """The pen of the node that sells; who signs holds `lock` from the ledger to the last act."""

    def __init__(self, *, log: SalesLog, runner: Runner, voice: Voice) -> None:
        self.log = log
        self.own = fingerprint(voice.public_key)
        self.lock = asyncio.Lock()
        self._runner = runner
        self._voice = voice
        self._untold: dict[ObjectId, SignedObject] = {}
        """Acts in the log that may not have joined the set yet."""

    async def tell_again(self) -> None:
        """Tell what was written down and not told before the program ended."""
        for thing in self.log:
            if thing.id not in self._runner.engine.held:
                await self._tell(thing, is_first=False)

    async def sign(self, drafts: Sequence[Draft]) -> list[SignedObject]:
        """Sign acts, log them, and only then tell them; the lock is held.

        Raises:
            LimitError: Our own rules refuse one, or the log is full; those before it count.
            StoreError: One could not be saved; those before it count.
        """
        for thing in [one for one in self._untold.values() if one.id in self.log]:
            await self._tell(thing, is_first=False)
        signed: list[SignedObject] = []
        for draft in drafts:
            if self.log.is_full:
                raise LimitError("This node has sold all that it can in three months.")
            created_min = self._voice.creation_minute()
            thing = await self._voice.sign(
                draft.kind,
                0,
                draft.body,
                minutes=max(1, draft.lasts_min - created_min),
                created_min=created_min,
                parent=draft.parent,
            )
            self._untold[thing.id] = thing
            await self.log.write(thing)
            await self._tell(thing, is_first=True)
            signed.append(thing)
        return signed

    async def _tell(self, thing: SignedObject, *, is_first: bool) -> None:
        """Let an act that is in the log join the set.

        Raises:
            RefusedError: Our own rules refuse it, so that nobody will ever hear of it.
            StoreError: It could not be saved with the set; it is in the log and is told later.
        """
        try:
            await self._runner.submit(thing)
        except RefusedError:
            # An old one may be refused because a clock says that it is over: it was told then.
            if is_first:
                await self.log.strike(thing)
                self._untold.pop(thing.id, None)
                raise
        self._untold.pop(thing.id, None)
