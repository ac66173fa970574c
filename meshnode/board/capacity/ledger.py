"""The ledger of one thing: what is sold, held and free in each slot, and how each claim stands.

A pure function of the acts and claims that are known here, in any order and any part of them. Not
for: finding them (`books`), or selling (`meshnode.node.capacity.sales`). Invariants: a claim is
booked only by a booking that counts (`chain`); the sold units of a slot never exceed its capacity.
Source: docs/spec/capacity.md section 6.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from meshnode.board.capacity.chain import Act, AskName, Proof, Run, fates
from meshnode.board.capacity.timetable import Sort, Timetable
from meshnode.board.exchange.claim import SlotRange, Step
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId


@dataclass(frozen=True, slots=True)
class Saying:
    """A later step about an ask that its taker may take; `order` says which one is later."""

    step: Step
    created_min: int
    order: tuple[int, int, ObjectId]


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody asks for `units` in each of some slots; `said` are all later steps that count."""

    id: ObjectId
    by: Fingerprint
    created_min: int
    slots: SlotRange
    units: int = 1
    said: tuple[Saying, ...] = ()

    @property
    def name(self) -> AskName:
        """By what bookings name it."""
        return self.id[:8]

    @property
    def order(self) -> tuple[int, ObjectId]:
        """In which order asks are answered, where one node answers them."""
        return self.created_min, self.id

    def has(self, *steps: Step) -> bool:
        """Return whether one of these was said."""
        return any(one.step in steps for one in self.said)

    @property
    def is_given_up(self) -> bool:
        """Whether its units are wanted no more: cancelled, declined, or nobody came."""
        return self.has(Step.CANCEL, Step.DECLINE, Step.NO_SHOW)


class State(StrEnum):
    """How a claim stands, as far as it is known here.

    A ledger never says the last two: its thing was withdrawn by who made it, or is not here.
    """

    ASKED = "asked"
    BOOKED = "booked"
    CALLED = "called"
    USED = "used"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    LEASE_OVER = "lease-over"
    RELEASED = "released"
    IMPOSSIBLE = "impossible"
    CALLED_OFF = "called-off"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim, its state, and what it has.

    Shapes: `runs` are the units that are sold to it; `bookings` the acts that count, the one to
    keep first; `ahead` how many who wait, or stand in the queue, are before it: a hint.
    """

    ask: Ask
    state: State
    runs: tuple[Run, ...] = ()
    bookings: tuple[Act, ...] = ()
    ahead: int | None = None

    @property
    def seller(self) -> Fingerprint | None:
        """The node whose booking is the one to keep."""
        return self.bookings[0].by if self.bookings else None

    @property
    def surplus(self) -> tuple[Act, ...]:
        """Bookings by other nodes than that: they sold to the same claim."""
        return tuple(one for one in self.bookings if one.by != self.seller)


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a slot is. Shapes: `sold` + `free` + `held` is the capacity; `held` is free, but
    for other nodes than the authority to sell.
    """

    slot: int
    sold: int
    free: int
    held: int


@dataclass(frozen=True)
class Ledger:
    """What all that is known about one thing comes to."""

    timetable: Timetable
    runs: tuple[Run, ...] = ()
    ended: Mapping[ObjectId, Act] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    asks: tuple[Ask, ...] = ()

    @cached_property
    def sold_runs(self) -> dict[AskName, list[Run]]:
        """The sold units of each claim."""
        found: dict[AskName, list[Run]] = {}
        for run in self.runs:
            if run.sold is not None and run.sold.claim is not None:
                found.setdefault(run.sold.claim, []).append(run)
        return found

    @cached_property
    def runs_by_slot(self) -> list[list[Run]]:
        """The units of each slot, by number."""
        found: list[list[Run]] = [[] for _ in range(self.timetable.count)]
        for run in self.runs:
            found[run.slot].append(run)
        return found

    def free(self, owner: Fingerprint, slot: int) -> list[Run]:
        """Return the units of a slot that a node owns and nobody has booked."""
        return [run for run in self.runs_by_slot[slot] if run.is_free and run.owner == owner]

    def fills(self) -> list[Fill]:
        """Return how full each slot is."""
        terms = self.timetable.terms
        authority = None if terms is None else terms.authority
        fills: list[Fill] = []
        for slot, runs in enumerate(self.runs_by_slot):
            sold = sum(run.units for run in runs if not run.is_free)
            free = sum(run.units for run in runs if run.is_free and run.owner == authority)
            held = sum(run.units for run in runs if run.is_free and run.owner != authority)
            fills.append(Fill(slot, sold, free, held))
        return fills

    def standings(self, minute: int) -> list[Standing]:
        """Return how every claim stands at a minute, in the order in which they were made."""
        alone = [
            self._standing(ask, minute) for ask in sorted(self.asks, key=lambda one: one.order)
        ]
        if self.timetable.sort is Sort.QUEUE:
            return _with_places(alone)
        return _with_waiting(alone)

    def standing(self, ask: ObjectId, minute: int) -> Standing | None:
        """Return how one claim stands; None: it is not about this."""
        return next((one for one in self.standings(minute) if one.ask.id == ask), None)

    def _standing(self, ask: Ask, minute: int) -> Standing:
        runs = tuple(self.sold_runs.get(ask.name, ()))
        bookings = self._bookings(runs)
        return Standing(ask, self._state(ask, bookings, minute), runs, bookings)

    def _bookings(self, runs: Sequence[Run]) -> tuple[Act, ...]:
        """Return the acts behind units, the one to keep first.

        A node that was passed units answers only who asks there, so that is what they were told.
        """
        terms = self.timetable.terms
        authority = None if terms is None else terms.authority
        acts = {run.sold.id: run.sold for run in runs if run.sold is not None}
        return tuple(
            sorted(
                acts.values(),
                key=lambda one: (one.by == authority, one.created_min, one.by, one.order),
            )
        )

    def is_possible(self, ask: Ask) -> bool:
        """Return whether an ask is for slots that there are, and for no more than one may."""
        terms, slots = self.timetable.terms, ask.slots
        is_there = slots.first + slots.count <= self.timetable.count
        return is_there and (terms is None or ask.units <= terms.claim_max)

    def lacking(self, ask: Ask) -> dict[int, int]:
        """Return how many units a claim still lacks in each slot where it lacks any."""
        lacks = dict.fromkeys(range(ask.slots.first, ask.slots.first + ask.slots.count), ask.units)
        for run in self.sold_runs.get(ask.name, ()):
            if run.slot in lacks:
                lacks[run.slot] -= run.units
        return {slot: units for slot, units in lacks.items() if units > 0}

    def _state(self, ask: Ask, bookings: Sequence[Act], minute: int) -> State:
        if ask.has(Step.DECLINE):
            return State.DECLINED
        if ask.has(Step.CANCEL):
            return State.CANCELLED
        if not bookings or self.lacking(ask):
            return self._unsold(ask)
        steps = [one.step for one in sorted(ask.said, key=lambda one: one.order)]
        for step in reversed(steps):
            if step in _AFTER_BOOKING:
                return _AFTER_BOOKING[step]
        return State.LEASE_OVER if is_lease_over(bookings[0], minute) else State.BOOKED

    def _unsold(self, ask: Ask) -> State:
        if ask.has(Step.NO_SHOW):
            return State.NO_SHOW
        if not self.is_possible(ask):
            return State.IMPOSSIBLE
        if self.timetable.terms is None:
            return State.BOOKED
        had = [one for one in self.ended.values() if one.claim == ask.name]
        if not had:
            return State.ASKED
        return State.RELEASED if all(one.ends_min is None for one in had) else State.LEASE_OVER


_AFTER_BOOKING = {
    Step.DONE: State.USED,
    Step.NO_SHOW: State.NO_SHOW,
    Step.CALL: State.CALLED,
}


def evaluate(
    timetable: Timetable,
    acts: Iterable[Act],
    asks: Iterable[Ask],
    *,
    is_revoked: Callable[[Fingerprint], bool],
) -> Ledger:
    """Return the ledger of a thing; the same for the same acts and asks in any order."""
    asked = tuple(sorted(asks, key=lambda one: one.order))
    terms = timetable.terms
    if terms is None:
        return Ledger(timetable, asks=asked)
    found = fates(
        acts,
        slots=timetable.count,
        capacity=terms.capacity,
        authority=terms.authority,
        is_revoked=is_revoked,
    )
    proofs = tuple(sorted(found.proofs.values()))
    return Ledger(timetable, tuple(found.runs), found.ended, proofs, asked)


def called_off(standing: Standing, timetable: Timetable, at_min: int) -> Standing:
    """Return how a claim stands whose thing its host withdrew at a minute.

    What had ended by then took place; what was given up or refused before stays so.
    """
    slots = standing.ask.slots
    last = min(slots.first + slots.count, timetable.count) - 1
    is_over = last >= slots.first and timetable.ends_min(last) <= at_min
    if is_over or standing.state not in _CALLABLE_OFF:
        return standing
    return Standing(standing.ask, State.CALLED_OFF, standing.runs, standing.bookings)


_CALLABLE_OFF = (State.ASKED, State.BOOKED, State.CALLED)


def is_lease_over(booking: Act, minute: int) -> bool:
    """Return whether nobody came for what was kept."""
    return booking.ends_min is not None and booking.ends_min <= minute


def _with_waiting(alone: list[Standing]) -> list[Standing]:
    """Say how many who asked earlier wait for a slot as well."""
    waiting: dict[int, int] = {}
    found: list[Standing] = []
    for one in alone:
        if one.state is not State.ASKED:
            found.append(one)
            continue
        slots = range(one.ask.slots.first, one.ask.slots.first + one.ask.slots.count)
        ahead = max((waiting.get(slot, 0) for slot in slots), default=0)
        for slot in slots:
            waiting[slot] = waiting.get(slot, 0) + 1
        found.append(Standing(one.ask, one.state, one.runs, one.bookings, ahead))
    return found


def _with_places(alone: list[Standing]) -> list[Standing]:
    """Say how many in the queue were booked earlier and are not called or over yet."""
    ahead: dict[ObjectId, int] = {}
    before: dict[int, int] = {}
    booked = [one for one in alone if one.state is State.BOOKED and one.bookings]
    for one in sorted(booked, key=_queue_order):
        slot = one.ask.slots.first
        ahead[one.ask.id] = before.get(slot, 0)
        before[slot] = before.get(slot, 0) + 1
    return [
        Standing(one.ask, one.state, one.runs, one.bookings, ahead.get(one.ask.id)) for one in alone
    ]


def _queue_order(one: Standing) -> tuple[int, Fingerprint, int]:
    first = one.bookings[0]
    return first.created_min, first.by, min(run.first_unit for run in one.runs)
