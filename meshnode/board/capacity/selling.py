"""Selling: what a node should sign next about a thing, from the ledger as it knows it.

Not for: signing (`meshnode.node.capacity.sales`). Invariants: a plan never touches a unit twice,
nor one that the node does not own; whoever carries a plan out knows all that it ever signed itself.
Source: docs/spec/capacity.md section 8.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.allotment import (
    ALLOTMENT_LOTS_BYTES_MAX,
    AllotmentFields,
    encode_allotment,
)
from meshnode.board.capacity.booking import BOOKING_LOTS_BYTES_MAX, BookingFields, encode_booking
from meshnode.board.capacity.books import Sold
from meshnode.board.capacity.chain import Run, heir
from meshnode.board.capacity.ledger import Ask, Ledger, Standing, State
from meshnode.board.capacity.lots import Lot, packed
from meshnode.board.capacity.timetable import Sort
from meshnode.board.exchange.claim import Step, mark_of
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SHORT_ID_BYTES, Kind, ShortId

AFTER_MINUTES: Final = 1440
"""So long after its last slot stays what was signed about a thing, for those who settle up."""

IsRevoked = Callable[[Fingerprint], bool]
_OVER = frozenset({State.CANCELLED, State.DECLINED, State.NO_SHOW, State.LEASE_OVER})


@dataclass(frozen=True, slots=True)
class Draft:
    """An act before it is signed; `lasts_min` is how long it should be held."""

    kind: Kind
    body: bytes
    parent: ShortId
    lasts_min: int


def duties(
    sold: Sold, ledger: Ledger, own: Fingerprint, *, minute: int, is_revoked: IsRevoked
) -> list[Draft]:
    """Return what a node owes: to free what was given up, to take what a revoked node held, and to
    give back what it has not sold in time.
    """
    standings = ledger.standings(minute)
    drafts = _passed(sold, own, _given_up(ledger, standings, own))
    drafts += _passed(sold, own, _left_behind(ledger, standings, own, is_revoked))
    late = [
        run
        for run in lent(ledger, own)
        if run.granted is not None
        and run.granted.ends_min is not None
        and run.granted.ends_min <= minute
    ]
    return drafts + giving_back(sold, late, is_revoked)


def giving_back(sold: Sold, runs: Iterable[Run], is_revoked: IsRevoked) -> list[Draft]:
    """Return the acts that give units back to those whom they came from."""
    by_grantor: dict[Fingerprint, list[Run]] = {}
    for run in runs:
        grantor = heir(run.grantors, is_revoked)
        if grantor is not None:
            by_grantor.setdefault(grantor, []).append(run)
    return [one for to, some in sorted(by_grantor.items()) for one in _passed(sold, to, some)]


def lent(ledger: Ledger, own: Fingerprint) -> list[Run]:
    """Return the unsold units that a node has from another one."""
    return [run for run in ledger.runs if run.is_free and run.owner == own and run.grantors]


def allotting(
    sold: Sold, lots: Iterable[Lot], to: Fingerprint, until_min: int | None
) -> list[Draft]:
    """Return the acts that pass units on."""
    groups = packed(merged(lots), bytes_max=ALLOTMENT_LOTS_BYTES_MAX)
    return [_allotment(sold, to, group, until_min) for group in groups]


def sales(
    sold: Sold,
    ledger: Ledger,
    own: Fingerprint,
    *,
    minute: int,
    may_answer: Callable[[Ask], bool],
) -> list[Draft]:
    """Return the bookings for everybody who asked and can be served, in the order of asking.

    Whoever asks for several units or slots gets all of them or none.
    """
    terms = sold.timetable.terms
    if terms is None:
        return []
    free = {
        slot: ledger.free(own, slot)
        for slot in range(sold.timetable.count)
        if sold.timetable.ends_min(slot) > minute
    }
    drafts: list[Draft] = []
    for one in ledger.standings(minute):
        is_said = terms.is_automatic or one.ask.has(Step.CONFIRM)
        if _is_waiting(one, own) and is_said and may_answer(one.ask):
            lots = _chosen(ledger.lacking(one.ask), free)
            drafts += [_booking(sold, one.ask, group, minute) for group in _groups(lots)]
    return drafts


def merged(lots: Iterable[Lot]) -> list[Lot]:
    """Return the same units in fewer lots: those of slots that follow one another as one."""
    found: list[Lot] = []
    ordered = sorted(lots, key=lambda one: (one.first_unit, one.units, one.generation, one))
    for lot in ordered:
        last = found[-1] if found else None
        if last is not None and _follows(last, lot):
            found[-1] = Lot(
                last.first_slot,
                last.first_unit,
                last.slots + lot.slots,
                last.units,
                last.generation,
            )
        else:
            found.append(lot)
    return sorted(found)


def taken_from(runs: Sequence[Run], units: int, *, is_last: bool = False) -> list[Lot]:
    """Return so many of the units of one slot, the first or the last ones; [] if there are fewer.

    Shapes: `runs` rise by unit.
    """
    if sum(run.units for run in runs) < units:
        return []
    lots: list[Lot] = []
    for run in reversed(runs) if is_last else runs:
        count = min(units, run.units)
        if count:
            first = run.first_unit + (run.units - count if is_last else 0)
            lots.append(Lot(run.slot, first, 1, count, run.generation))
        units -= count
    return lots


def _is_waiting(one: Standing, own: Fingerprint) -> bool:
    """Return whether a claim wants units, and nobody but this node has given it any yet."""
    is_ours = all(act.by == own for act in one.bookings)
    return one.state is State.ASKED and is_ours


def _given_up(ledger: Ledger, standings: Iterable[Standing], own: Fingerprint) -> list[Run]:
    """Return the units sold by a node that are wanted no more.

    Tickets stay used up: a number that is called twice starts a quarrel.
    """
    is_queue = ledger.timetable.sort is Sort.QUEUE
    found: list[Run] = []
    for one in standings:
        surplus = {act.id for act in one.surplus}
        for run in one.runs:
            is_over = one.state in _OVER and not is_queue
            is_surplus = run.sold is not None and run.sold.id in surplus
            if run.owner == own and (is_over or is_surplus):
                found.append(run)
    return found


def _left_behind(
    ledger: Ledger, standings: Iterable[Standing], own: Fingerprint, is_revoked: IsRevoked
) -> list[Run]:
    """Return the units of revoked nodes that fall to this one: free ones, and given up ones."""
    over = {one.ask.name for one in standings if one.state in _OVER}
    return [
        run
        for run in ledger.runs
        if is_revoked(run.owner)
        and heir(run.grantors, is_revoked) == own
        and (run.sold is None or run.sold.claim in over)
    ]


def _passed(sold: Sold, to: Fingerprint, runs: Iterable[Run]) -> list[Draft]:
    return allotting(sold, [run.lot for run in runs], to, None)


def _chosen(lacking: dict[int, int], free: dict[int, list[Run]]) -> list[Lot]:
    """Return the units for one claim, and take them out of what is free; [] if not all are there.

    Shapes: `lacking` says how many units each slot lacks.
    """
    found: list[Lot] = []
    for slot, units in lacking.items():
        lots = taken_from(free.get(slot, []), units)
        if not lots:
            return []
        found += lots
    for lot in found:
        free[lot.first_slot] = _without(free[lot.first_slot], lot)
    return found


def _without(runs: Iterable[Run], lot: Lot) -> list[Run]:
    """Return what is left of runs of which a lot takes the first units."""
    left: list[Run] = []
    for run in runs:
        if run.lot.meets(lot):
            taken = lot.end_unit - run.first_unit
            if taken >= run.units:
                continue
            run = Run(  # noqa: PLW2901  The rest of it.
                run.slot,
                run.first_unit + taken,
                run.units - taken,
                run.generation,
                run.owner,
                run.grantors,
                run.sold,
                run.granted,
            )
        left.append(run)
    return left


def _groups(lots: Iterable[Lot]) -> list[tuple[Lot, ...]]:
    found = merged(lots)
    return packed(found, bytes_max=BOOKING_LOTS_BYTES_MAX) if found else []


def _booking(sold: Sold, ask: Ask, lots: tuple[Lot, ...], minute: int) -> Draft:
    root, author = sold.name
    terms = sold.timetable.terms
    lease_min = None
    if terms is not None and terms.lease_minutes:
        starts_min = sold.timetable.starts_min(lots[0].first_slot)
        lease_min = max(minute, starts_min) + terms.lease_minutes
    fields = BookingFields(root, author, mark_of(ask.id), lots, lease_min)
    return Draft(
        Kind.BOOKING, encode_booking(fields), ShortId(ask.id[:SHORT_ID_BYTES]), _lasts(sold)
    )


def _allotment(sold: Sold, to: Fingerprint, lots: tuple[Lot, ...], until_min: int | None) -> Draft:
    root, author = sold.name
    fields = AllotmentFields(author, to, lots, until_min)
    return Draft(Kind.ALLOTMENT, encode_allotment(fields), root, _lasts(sold))


def _lasts(sold: Sold) -> int:
    return sold.timetable.closes_min + AFTER_MINUTES


def _follows(one: Lot, other: Lot) -> bool:
    same = (one.first_unit, one.units, one.generation)
    return one.end_slot == other.first_slot and same == (
        other.first_unit,
        other.units,
        other.generation,
    )
