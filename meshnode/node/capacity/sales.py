"""The desk of the node that sells: it books what people ask for, out of the units it owns.

Not for: what counts (`board.capacity.chain`), what to sign next (`board.capacity.selling`), how an
act is signed (`salessigning`), when none is (`salesreadiness`), or whose turn it is (`salesturns`).
Invariant: one act after the other, each from a ledger that knows every act this node ever signed.
Source: docs/spec/capacity.md section 8.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from meshnode.board.capacity.books import ACT_KINDS, SOLD_KINDS, Books, Name, Sold, is_rightful
from meshnode.board.capacity.ledger import Ledger
from meshnode.board.capacity.selling import Draft, duties, sales
from meshnode.board.rules import NeighbourhoodRules
from meshnode.node.capacity.readiness import Readiness
from meshnode.node.capacity.saleslog import SalesLog
from meshnode.node.capacity.signing import SalesSigning
from meshnode.node.capacity.turns import Turns
from meshnode.node.runner import Runner
from meshnode.node.status import Selling
from meshnode.node.voice import Voice
from meshnode.protocol.errors import MeshError, StoreError
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.store.port import Store

LOOK_S: Final = 20.0
"""How often it looks for leases and allotments that are over; both count minutes."""
PRUNE_S: Final = 3600.0
"""How often the log is looked through for what ended more than a month ago."""
ROUNDS_MAX: Final = 64
"""Evaluations of one thing in a row; what is left then waits for the next look."""

log = logging.getLogger(__name__)


class Sales:
    """What this node sells. `keep` does it for as long as it runs."""

    def __init__(
        self,
        *,
        rules: NeighbourhoodRules,
        runner: Runner,
        voice: Voice,
        store: Store,
        minute: Callable[[], int],
        is_time_known: Callable[[], bool],
    ) -> None:
        self.books = Books(rules)
        self.log = SalesLog(store)
        self.signing = SalesSigning(log=self.log, runner=runner, voice=voice)
        self.own = self.signing.own
        self.readiness = Readiness(
            log=self.log, is_time_known=is_time_known, notify=runner.notices.append
        )
        self._turns = Turns(books=self.books, own=self.own)
        self._rules = rules
        self._runner = runner
        self._minute = minute
        self._is_time_known = is_time_known
        self._dirty: set[ShortId] = set()
        self._has_news = asyncio.Event()
        self._prune_due_s = 0.0
        self._due_min: dict[Name, int] = {}
        """From which minute on time alone may change something about a thing."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether nothing is sold because the store is older than what neighbours hold."""
        return self.log.is_in_doubt

    def open_things(self) -> list[Sold]:
        """Return what is not over and which this node is the authority of."""
        minute = self._minute()
        return [
            one
            for one in self.books.things()
            if one.timetable.terms is not None
            and one.timetable.terms.authority == self.own
            and one.timetable.closes_min > minute
        ]

    def selling(self) -> Selling:
        """Return what there is to sell, and whether anything stands against it."""
        things = self.open_things()
        forgotten = sum(map(self.readiness.is_forgotten, things))
        return Selling(len(things), forgotten, self.is_in_doubt)

    async def keep(self) -> None:
        """Sell until cancelled."""
        with self._runner.hub.watch() as watcher:
            await self._runner.is_running.wait()
            await self._begin()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._work(), name="selling")
                lost = 0
                async for news in watcher:
                    if watcher.lost_count > lost:
                        lost = watcher.lost_count
                        self._dirty |= {one.root for one in self.books.things()}
                    if news.kind == "object":
                        await self._note(str(news.fields["id"]), news.fields.get("link"))
                    self._has_news.set()

    async def look(self) -> None:
        """Answer whatever can be answered now about what has changed, and do what is due."""
        roots = self._dirty
        self._dirty = set()
        minute = self._minute()
        for sold in list(self.books.things()):
            if sold.timetable.terms is not None and (sold.root in roots or self._is_due(sold)):
                try:
                    await self._answer(sold, minute)
                except StoreError as error:
                    log.warning("nothing is sold", extra={"fields": {"error": str(error)}})
                    self._dirty.add(sold.root)

    def ledger(self, sold: Sold) -> Ledger:
        """Return the ledger of a thing, as far as it is known here."""
        return self.books.ledger(sold, self.log.of(sold.name))

    async def trust_log(self) -> None:
        """Sell again, on the word of somebody who knows that nothing is missing.

        Raises:
            StoreError: It could not be saved.
        """
        await self.log.trust()
        self._look_at_all()

    async def prune(self) -> int:
        """Forget what was sold of things that are gone and long over; return how many acts.

        Raises:
            StoreError: It could not be saved; nothing was forgotten.
        """
        if not self._is_time_known():
            return 0
        async with self.signing.lock:
            return await self.log.prune(minute=self._minute(), is_needed=self._is_held)

    async def _begin(self) -> None:
        """Tell what was written down and not told before the program ended."""
        self._turns.begin()
        self.readiness.begin()
        await self.signing.tell_again()
        held = [one.object for one in self._runner.engine.held.values()]
        missing = [one for one in held if self._is_own_act(one) and one.id not in self.log]
        if missing:
            await self.log.write(*missing)
        self._look_at_all()

    async def _work(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._has_news.wait()
            except TimeoutError:
                pass
            self._has_news.clear()
            if await self.readiness.end_doubt():
                self._look_at_all()
            if self._now_s() >= self._prune_due_s:
                await self._prune_or_wait()
            await self.look()

    async def _prune_or_wait(self) -> None:
        self._prune_due_s = self._now_s() + PRUNE_S
        try:
            count = await self.prune()
        except StoreError as error:
            log.warning("nothing is pruned", extra={"fields": {"error": str(error)}})
        else:
            log.debug("pruned", extra={"fields": {"acts": count}})

    def _look_at_all(self) -> None:
        self._dirty |= {one.root for one in self.books.things()}
        self._has_news.set()

    def _is_held(self, name: Name) -> bool:
        return any(one.name == name for one in self.books.things(name[0]))

    async def _note(self, thing_id: str, link: object) -> None:
        """Take note of an object that joined the set."""
        held = self._runner.engine.held.get(ObjectId(bytes.fromhex(thing_id)))
        if held is None:
            return
        thing = held.object
        if thing.kind == Kind.CLAIM:
            self._turns.hear(thing.id, is_local=link is None)
            root = self.books.asked_about(thing)
            self._dirty |= {root} if root is not None else set()
        elif thing.kind in ACT_KINDS:
            if self._is_own_act(thing) and thing.id not in self.log:
                await self.readiness.doubt(thing)
            self._dirty.add(self.books.named_by(thing)[0])
        elif thing.kind in SOLD_KINDS:
            self._dirty.add(thing.parent or thing.short_id)
        elif thing.kind == Kind.REVOCATION:
            self._dirty |= {one.root for one in self.books.things()}

    async def _answer(self, sold: Sold, minute: int) -> None:
        """Sign what is due about one thing, until nothing is."""
        if not (self.readiness.is_ready and self._is_concerned(sold)):
            return
        async with self.signing.lock:
            for _ in range(ROUNDS_MAX):
                ledger = self.ledger(sold)
                drafts = duties(
                    sold, ledger, self.own, minute=minute, is_revoked=self.books.is_revoked
                )
                if not drafts and is_rightful(self._rules, sold):
                    drafts = sales(
                        sold,
                        ledger,
                        self.own,
                        minute=minute,
                        may_answer=lambda ask, known=ledger: self._turns.may_answer(
                            sold, known, ask
                        ),  # type: ignore[misc]
                    )
                if not drafts or not await self._try(drafts):
                    self._due_min[sold.name] = self._next_min(sold, ledger, minute)
                    return

    async def _try(self, drafts: Sequence[Draft]) -> bool:
        """Sign drafts; return whether all were taken."""
        try:
            await self.signing.sign(drafts)
        except StoreError:
            raise
        except MeshError as error:
            log.warning("nothing is sold", extra={"fields": {"error": str(error)}})
            return False
        return True

    def _is_concerned(self, sold: Sold) -> bool:
        """Return whether this node may own units of a thing."""
        terms = sold.timetable.terms
        if terms is None or self.readiness.is_forgotten(sold):
            return False
        if terms.authority == self.own or self.log.of(sold.name):
            return True
        return any(run.owner == self.own for run in self.ledger(sold).runs)

    def _is_due(self, sold: Sold) -> bool:
        """Return whether time alone may change something: leases, ends, asks that wait."""
        return self._due_min.get(sold.name, 0) <= self._minute()

    def _next_min(self, sold: Sold, ledger: Ledger, minute: int) -> int:
        """Return when to look at a thing again, though nothing about it is heard of."""
        if sold.timetable.closes_min <= minute:
            return CREATED_MIN_MAX
        waiting = any(ledger.lacking(one) and not one.is_given_up for one in ledger.asks)
        own = [run for run in ledger.runs if run.owner == self.own]
        ends = [
            act.ends_min
            for run in own
            for act in (run.sold if run.sold is not None else run.granted,)
            if act is not None and act.ends_min is not None and act.ends_min > minute
        ]
        return minute + 1 if waiting else min(ends, default=CREATED_MIN_MAX)

    def _is_own_act(self, thing: SignedObject) -> bool:
        by = self._rules.author_of(thing) if thing.kind in ACT_KINDS else None
        return by is not None and by.fingerprint == self.own

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
