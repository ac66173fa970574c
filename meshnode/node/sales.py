"""The desk of the node that sells: it books what people ask for, out of the units it owns.

Not for: what counts (`board.capacity.chain`) or what to sign next (`board.capacity.selling`).
Invariants: one act after the other, each from a ledger that knows every act this node ever signed;
an act is in the node's log on disk before it is told anybody; while the time is unknown, or while
this node may have forgotten acts of its own, nothing is sold that they could be about.
Source: docs/spec/capacity.md section 8.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.books import (
    ACT_KINDS,
    SOLD_KINDS,
    Books,
    Name,
    Sold,
    is_rightful,
)
from meshnode.board.capacity.ledger import Ask, Ledger
from meshnode.board.capacity.lots import Lot
from meshnode.board.capacity.selling import (
    Draft,
    allotting,
    duties,
    giving_back,
    lent,
    sales,
    taken_from,
)
from meshnode.board.certificate import IdentityClass
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.standing import Identity
from meshnode.node.denials import NotAllowedError, RefusedError
from meshnode.node.runner import Runner
from meshnode.node.saleslog import SalesLog
from meshnode.node.status import Selling
from meshnode.node.voice import Voice
from meshnode.protocol.errors import LimitError, MeshError, StoreError
from meshnode.protocol.keys import Fingerprint, fingerprint
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.store.port import Store

LOOK_S: Final = 20.0
"""How often it looks for leases and allotments that are over; both count minutes."""
OTHERS_FIRST_S: Final = 120.0
"""So long the authority lets another node answer that owns units and may have been asked itself:
otherwise both would answer, and one booking would have to go again."""
AUTHORITY_FIRST_S: Final = 600.0
"""So long a node that was passed units waits before it answers who did not ask here."""
DOUBT_S: Final = 3600.0
"""So long nothing is sold after the last act of our own that came from a neighbour and was not in
our log: the store is an old copy, and we do not know what else we have sold."""
PRUNE_S: Final = 3600.0
"""How often the log is looked through for what ended more than a month ago."""
HEARD_MAX: Final = 4096
"""Asks of which it is remembered when and from where they came."""
ROUNDS_MAX: Final = 64
"""Evaluations of one thing in a row; what is left then waits for the next look."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Passed:
    """Units that went to another node."""

    to: Fingerprint
    acts: tuple[ObjectId, ...]
    units: int


@dataclass(frozen=True, slots=True)
class _Heard:
    """When an ask came, in seconds of the loop's clock, and whether it was handed in here."""

    at_s: float
    is_local: bool


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
        self.own = fingerprint(voice.public_key)
        self._rules = rules
        self._runner = runner
        self._voice = voice
        self._minute = minute
        self._is_time_known = is_time_known
        self._lock = asyncio.Lock()
        self._heard: dict[ObjectId, _Heard] = {}
        self._dirty: set[ShortId] = set()
        self._has_news = asyncio.Event()
        self._begun_s: float | None = None
        self._doubt_until_s = 0.0
        self._prune_due_s = 0.0
        self._untold: dict[ObjectId, SignedObject] = {}
        """Acts in the log that may not have joined the set yet."""
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
        forgotten = sum(map(self.is_forgotten, things))
        return Selling(len(things), forgotten, self.is_in_doubt)

    def is_forgotten(self, sold: Sold) -> bool:
        """Return whether this node may have pruned what it sold of a thing: a clock was wrong."""
        return sold.timetable.closes_min <= self.log.forgotten_min

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
        self._require_ready(sold)
        self._require_node(to)
        chosen = slots if slots is not None else range(sold.timetable.count)
        if not chosen or chosen.start < 0 or chosen.stop > sold.timetable.count or units < 1:
            raise LimitError(
                f"There are slots 1 to {sold.timetable.count}, and at least one unit is passed on."
            )
        async with self._lock:
            ledger = self.ledger(sold)
            lots: list[Lot] = []
            for slot in chosen:
                free = ledger.free(self.own, slot)
                taken = taken_from(free, units, is_last=True)
                if not taken:
                    left = sum(run.units for run in free)
                    raise LimitError(
                        f"This node has {left} free in slot {slot + 1}, not {units}. Pass fewer on."
                    )
                lots += taken
            acts = await self._sign(sold, allotting(sold, lots, to, until_min))
        return Passed(to, tuple(one.id for one in acts), units * len(chosen))

    async def give_back(self, sold: Sold) -> int:
        """Give back all unsold units that other nodes passed on to this one; return how many.

        Raises:
            NotAllowedError, StoreError: As `allot`.
        """
        self._require_ready(sold)
        async with self._lock:
            runs = lent(self.ledger(sold), self.own)
            await self._sign(sold, giving_back(sold, runs, self.books.is_revoked))
        return sum(run.units for run in runs)

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
        async with self._lock:
            return await self.log.prune(minute=self._minute(), is_needed=self._is_held)

    async def _begin(self) -> None:
        """Tell what was written down and not told before the program ended."""
        self._begun_s = self._now_s()
        if self.log.is_in_doubt:
            self._doubt_until_s = self._now_s() + DOUBT_S
        for thing in self.log:
            if thing.id not in self._runner.engine.held:
                await self._tell(thing, is_first=False)
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
            if self.log.is_in_doubt and self._now_s() >= self._doubt_until_s:
                await self._end_doubt()
            if self._now_s() >= self._prune_due_s:
                await self._prune_or_wait()
            await self.look()

    async def _end_doubt(self) -> None:
        try:
            await self.log.doubt(is_in_doubt=False)
            self._look_at_all()
        except StoreError as error:
            log.warning("doubt stays", extra={"fields": {"error": str(error)}})

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
            self._hear(thing, is_local=link is None)
            root = self.books.asked_about(thing)
            self._dirty |= {root} if root is not None else set()
        elif thing.kind in ACT_KINDS:
            if self._is_own_act(thing) and thing.id not in self.log:
                await self._doubt(thing)
            self._dirty.add(self.books.named_by(thing)[0])
        elif thing.kind in SOLD_KINDS:
            self._dirty.add(thing.parent or thing.short_id)
        elif thing.kind == Kind.REVOCATION:
            self._dirty |= {one.root for one in self.books.things()}

    def _hear(self, claim: SignedObject, *, is_local: bool) -> None:
        self._heard[claim.id] = _Heard(self._now_s(), is_local)
        if len(self._heard) > HEARD_MAX:
            del self._heard[next(iter(self._heard))]

    async def _doubt(self, thing: SignedObject) -> None:
        """An act of our own came from somebody else: we have lost what we had signed."""
        self._doubt_until_s = self._now_s() + DOUBT_S
        try:
            await self.log.write(thing)
            if not self.log.is_in_doubt:
                await self.log.doubt(is_in_doubt=True)
                self._runner.notices.append(
                    "This node's store is older than what its neighbours hold: it had forgotten "
                    "what it sold. It sells nothing until it has heard nothing more of that for an "
                    "hour. If you know that all is back: meshnode slots resume."
                )
        except StoreError as error:
            log.warning("an act is not logged", extra={"fields": {"error": str(error)}})

    async def _answer(self, sold: Sold, minute: int) -> None:
        """Sign what is due about one thing, until nothing is."""
        if not (self._may_sign() and self._is_concerned(sold)):
            return
        async with self._lock:
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
                        may_answer=lambda ask, known=ledger: self._may_answer(sold, known, ask),  # type: ignore[misc]
                    )
                if not drafts or not await self._try(sold, drafts):
                    self._due_min[sold.name] = self._next_min(sold, ledger, minute)
                    return

    async def _try(self, sold: Sold, drafts: Sequence[Draft]) -> bool:
        """Sign drafts; return whether all were taken."""
        try:
            await self._sign(sold, drafts)
        except StoreError:
            raise
        except MeshError as error:
            log.warning("nothing is sold", extra={"fields": {"error": str(error)}})
            return False
        return True

    async def _sign(self, sold: Sold, drafts: Sequence[Draft]) -> list[SignedObject]:
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

    def _may_answer(self, sold: Sold, ledger: Ledger, ask: Ask) -> bool:
        """Return whether it is this node's turn to answer an ask."""
        heard = self._heard.get(ask.id) or _Heard(self._begun_s or 0.0, is_local=False)
        slots = range(ask.slots.first, min(ask.slots.first + ask.slots.count, sold.timetable.count))
        others = any(
            run.is_free and run.owner != self.own and not self.books.is_revoked(run.owner)
            for slot in slots
            for run in ledger.runs_by_slot[slot]
        )
        if heard.is_local or not others:
            return True
        terms = sold.timetable.terms
        is_authority = terms is not None and terms.authority == self.own
        wait_s = OTHERS_FIRST_S if is_authority else AUTHORITY_FIRST_S
        return self._now_s() - heard.at_s >= wait_s

    def _is_concerned(self, sold: Sold) -> bool:
        """Return whether this node may own units of a thing."""
        terms = sold.timetable.terms
        if terms is None or self.is_forgotten(sold):
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

    def _may_sign(self) -> bool:
        return self._is_time_known() and not self.log.is_in_doubt

    def _require_ready(self, sold: Sold) -> None:
        if not self._is_time_known():
            raise NotAllowedError("This node does not know what time it is. Set its clock first.")
        if self.log.is_in_doubt:
            raise NotAllowedError(
                "This node had forgotten what it sold, and sells nothing until it has it back."
            )
        if self.is_forgotten(sold):
            raise NotAllowedError(
                "This node has forgotten what it sold of this, because a clock was wrong, and "
                "sells no more of it."
            )

    def _require_node(self, to: Fingerprint) -> None:
        identity: Identity | None = self._rules.standing.identities.get(to)
        is_node = identity is not None and identity.identity_class is IdentityClass.NODE
        if identity is None or not is_node or identity.is_revoked or to == self.own:
            raise LimitError("Units are passed on to another node of this community.")

    def _is_own_act(self, thing: SignedObject) -> bool:
        by = self._rules.author_of(thing) if thing.kind in ACT_KINDS else None
        return by is not None and by.fingerprint == self.own

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
