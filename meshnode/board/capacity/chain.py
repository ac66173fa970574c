"""Chains: who owns each unit, and to whom it is sold, from what nodes have signed about it.

All units belong to the authority, in generation 0. In each generation the owner's first act counts,
by the sequence number of its key, which no clock decides:

- it sells the unit (a booking); then its first allotment to itself frees it, and begins the next
  generation;
- or it passes the unit on, which begins the next generation, of the one that it passed it to.

Whatever else the owner signs about that unit and generation counts nothing, and is a proof of
double confirmation. Where an owner is revoked, the last one before it that is not revoked may take
the unit, by an allotment to itself, whatever the revoked one did.
Not for: who asked for what (`ledger`). Invariants: at any time, from any part of the acts, each
unit has one owner and at most one booking; a booking changes nothing about who owns what.
Source: docs/spec/capacity.md section 5.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from meshnode.board.capacity.lots import Lot
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId

PROOFS_MAX: Final = 100
"""Proofs that one evaluation names; one is enough to revoke a node."""

AskName = bytes
"""Eight bytes of an ask's id: its short id and its mark."""


@dataclass(frozen=True, slots=True)
class Act:
    """A booking or an allotment that a node signed about one thing.

    `claim` is set in a booking, `to` in an allotment; `ends_min` is the lease, or when unsold units
    go back.
    """

    id: ObjectId
    by: Fingerprint
    sequence: int
    created_min: int
    lots: tuple[Lot, ...]
    claim: AskName | None = None
    to: Fingerprint | None = None
    ends_min: int | None = None

    @property
    def order(self) -> tuple[int, ObjectId]:
        """Which of several acts of one node it signed first."""
        return self.sequence, self.id

    @property
    def is_release(self) -> bool:
        """Whether it frees what its author had sold."""
        return self.to == self.by


@dataclass(frozen=True, slots=True)
class Run:
    """Units of a slot that follow one another and have had the same fate.

    Shapes: `units` of them from `first_unit` on; `owner` owns them in `generation`; `grantors` are
    those they went through, from the authority on; `sold` is the booking that counts, None: they
    are free; `granted` is the allotment by which the owner got them from the last grantor.
    """

    slot: int
    first_unit: int
    units: int
    generation: int
    owner: Fingerprint
    grantors: tuple[Fingerprint, ...] = ()
    sold: Act | None = None
    granted: Act | None = None

    @property
    def lot(self) -> Lot:
        """These units, as acts name them."""
        return Lot(self.slot, self.first_unit, 1, self.units, self.generation)

    @property
    def is_free(self) -> bool:
        """Whether nobody has booked them."""
        return self.sold is None


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """One node did two things with the same unit: `first` counts, `other` does not."""

    by: Fingerprint
    first: ObjectId
    other: ObjectId
    slot: int
    unit: int


@dataclass(slots=True)
class Fates:
    """What became of all units. `ended` are the bookings whose units were freed."""

    runs: list[Run] = field(default_factory=list)
    ended: dict[ObjectId, Act] = field(default_factory=dict)
    proofs: dict[tuple[ObjectId, ObjectId], Proof] = field(default_factory=dict)


@dataclass(slots=True)
class _Fate:
    """One stretch of units while its acts are gone through."""

    owner: Fingerprint
    generation: int = 0
    grantors: tuple[Fingerprint, ...] = ()
    grants: tuple[Act, ...] = ()
    sold: Act | None = None

    @property
    def granted(self) -> Act | None:
        """The act by which the owner got it; None: the owner is the authority."""
        return self.grants[-1] if self.grants else None


def fates(
    acts: Iterable[Act],
    *,
    slots: int,
    capacity: int,
    authority: Fingerprint,
    is_revoked: Callable[[Fingerprint], bool],
) -> Fates:
    """Return what became of every unit; the same for the same acts in any order.

    Shapes: `slots` and `capacity` as in the timetable; what lies beyond them is not looked at.
    """
    found = Fates()
    touching: list[list[tuple[Lot, Act]]] = [[] for _ in range(slots)]
    for act in _of_owners(acts, authority):
        for lot in act.lots:
            if lot.first_unit < capacity:
                for slot in range(lot.first_slot, min(lot.end_slot, slots)):
                    touching[slot].append((lot, act))
    for slot, pairs in enumerate(touching):
        last: Run | None = None
        for first, end, by_generation in _stretches(pairs, capacity):
            fate = _follow(found, by_generation, authority, is_revoked, at=(slot, first))
            run = Run(
                slot=slot,
                first_unit=first,
                units=end - first,
                generation=fate.generation,
                owner=fate.owner,
                grantors=fate.grantors,
                sold=fate.sold,
                granted=fate.granted,
            )
            last = _joined(last, run)
            if last is None:
                found.runs.append(run)
                last = run
            else:
                found.runs[-1] = last
    return found


def _of_owners(acts: Iterable[Act], authority: Fingerprint) -> list[Act]:
    """Return the acts of those who may own anything: who was never passed a unit sells none."""
    ordered = sorted(acts, key=lambda one: (one.by, one.order))
    owners, grown = {authority}, True
    while grown:
        known = len(owners)
        owners |= {one.to for one in ordered if one.to is not None and one.by in owners}
        grown = len(owners) > known
    return [one for one in ordered if one.by in owners]


def _stretches(
    pairs: Sequence[tuple[Lot, Act]], capacity: int
) -> Iterator[tuple[int, int, dict[int, list[Act]]]]:
    """Yield stretches of units that the same acts are about: first, end, acts by generation."""
    edges = {0, capacity}
    for lot, _ in pairs:
        edges |= {lot.first_unit, min(lot.end_unit, capacity)}
    waiting = sorted(pairs, key=lambda pair: pair[0].first_unit, reverse=True)
    active: list[tuple[Lot, Act]] = []
    ordered = sorted(edges)
    for first, end in pairwise(ordered):
        active = [pair for pair in active if pair[0].end_unit > first]
        while waiting and waiting[-1][0].first_unit <= first:
            active.append(waiting.pop())
        by_generation: dict[int, list[Act]] = {}
        for lot, act in active:
            by_generation.setdefault(lot.generation, []).append(act)
        yield first, end, by_generation


def _follow(
    found: Fates,
    by_generation: dict[int, list[Act]],
    authority: Fingerprint,
    is_revoked: Callable[[Fingerprint], bool],
    *,
    at: tuple[int, int],
) -> _Fate:
    """Go through the generations of one stretch of units, as far as acts lead.

    Shapes: `at` are the slot and the first unit.
    """
    fate = _Fate(authority)
    while fate.generation in by_generation:
        acts = by_generation[fate.generation]
        own = sorted((one for one in acts if one.by == fate.owner), key=lambda one: one.order)
        first = own[0] if own else None
        taken = _taken(acts, fate, is_revoked) if is_revoked(fate.owner) else None
        if taken is not None and taken.to is not None:
            if first is not None and first.claim is not None:
                found.ended[first.id] = first
            _go_back(fate, taken.to)
        elif first is None:
            break
        elif first.claim is not None:
            release = next((one for one in own[1:] if one.is_release), None)
            _prove(found, first, [one for one in own[1:] if one is not release], at)
            if release is None:
                fate.sold = first
                break
            found.ended[first.id] = first
        else:
            _prove(found, first, own[1:], at)
            _pass_on(fate, first)
        fate.generation += 1
    return fate


def _pass_on(fate: _Fate, act: Act) -> None:
    """Let the owner pass the units on: forth, back to one they went through, or to itself."""
    to = act.to
    if to is None or to == fate.owner:
        return
    if to in fate.grantors:
        _go_back(fate, to)
    else:
        fate.grantors, fate.grants = (*fate.grantors, fate.owner), (*fate.grants, act)
        fate.owner = to


def _go_back(fate: _Fate, to: Fingerprint) -> None:
    """Let one of those they went through own the units again, as it had got them."""
    at = fate.grantors.index(to)
    fate.owner, fate.grantors, fate.grants = to, fate.grantors[:at], fate.grants[:at]


def _taken(
    acts: Sequence[Act], fate: _Fate, is_revoked: Callable[[Fingerprint], bool]
) -> Act | None:
    """Return the act by which the last grantor that is not revoked takes units of a revoked one."""
    taker = heir(fate.grantors, is_revoked)
    takes = [one for one in acts if one.by == taker and one.is_release]
    return min(takes, key=lambda one: one.order, default=None)


def heir(
    grantors: Sequence[Fingerprint], is_revoked: Callable[[Fingerprint], bool]
) -> Fingerprint | None:
    """Return who may take what a revoked node held; None: all before it are revoked as well."""
    return next((one for one in reversed(grantors) if not is_revoked(one)), None)


def _prove(found: Fates, first: Act, others: Iterable[Act], at: tuple[int, int]) -> None:
    for other in others:
        key = first.id, other.id
        if key not in found.proofs and len(found.proofs) < PROOFS_MAX:
            found.proofs[key] = Proof(first.by, first.id, other.id, *at)


def _joined(last: Run | None, run: Run) -> Run | None:
    """Return two runs as one, if they have had the same fate; else None."""
    if last is None or _fate_of(last) != _fate_of(run):
        return None
    return Run(
        last.slot,
        last.first_unit,
        last.units + run.units,
        last.generation,
        last.owner,
        last.grantors,
        last.sold,
        last.granted,
    )


def _fate_of(run: Run) -> tuple[object, ...]:
    sold = None if run.sold is None else run.sold.id
    granted = None if run.granted is None else run.granted.id
    return run.slot, run.generation, run.owner, run.grantors, sold, granted
