"""The life of an offer and its claims: from what both sides signed to what people see.

Not for: words (`wording`) or finding the objects (`market`). Invariants: all of it follows from the
set of objects and the minute, in whatever order they came; what somebody says who may not is not
heard; a claim is promised only once the thing's author said so; nothing that ended comes back when
something expires, because a step counts only if it outlives its ask, and an ask only if it outlives
the thing.
Source: docs/spec/exchange.md section 3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from meshnode.board.exchange.claim import Side, Span, Step, mark_of
from meshnode.board.exchange.course import (
    Course,
    Said,
    amount_of,
    conflicts_of,
    course_of,
    is_back,
    is_promised,
    order,
)
from meshnode.board.exchange.offer import OfferFields, chain_end
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SignedObject


class State(StrEnum):
    """How far a claim is."""

    ASKED = "asked"
    HELD = "held"
    CONFIRMED = "confirmed"
    DONE = "done"
    RETURNED = "returned"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MISSED = "missed"
    LAPSED = "lapsed"


class Stock(StrEnum):
    """How much of an offer is left."""

    OPEN = "open"
    HELD = "held"
    PROMISED = "promised"
    DONE = "done"
    OVER = "over"


PROMISED = frozenset({State.CONFIRMED, State.DONE, State.RETURNED})
"""What the thing's author promised and nobody took back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of one ask.

    Shapes: `amount` is what is promised, or asked for before that; `done_by` and `returned_by`
    say who has signed it; `steps` are all that counted, in the order in which they were made;
    `is_conflict`: more was promised than there is, and others were promised it first.
    """

    ask: Said
    state: State
    amount: int
    held_until_min: int | None
    done_by: frozenset[Side]
    returned_by: frozenset[Side]
    is_conflict: bool
    is_overdue: bool
    steps: tuple[Said, ...]

    @property
    def span(self) -> Span | None:
        """For when it was asked, if that was said."""
        return self.ask.head.span


@dataclass(frozen=True, slots=True)
class OfferLife:
    """What became of an offer: how much is left, None where nobody counts, and its claims."""

    stock: Stock
    remaining: int | None
    claims: tuple[Claim, ...]


def life_of(
    thing: SignedObject,
    head: OfferFields,
    author: Fingerprint,
    asks: Iterable[Said],
    steps: Iterable[Said],
    *,
    minute: int,
) -> OfferLife:
    """Return what became of the newest version of an offer, at `minute`."""
    by_ask: dict[bytes, list[Said]] = {}
    for step in steps:
        if step.thing.parent is not None and step.head.mark is not None:
            by_ask.setdefault(step.thing.parent + step.head.mark, []).append(step)
    courses = [
        course_of(ask, by_ask.get(ask.thing.short_id + mark_of(ask.thing.id), ()), author, minute)
        for ask in _counted(asks, thing, head, minute)
    ]
    conflicts = conflicts_of(courses, head)
    is_over = _is_over(thing, head, minute)
    claims = [
        _claim(one, head, minute=minute, is_over=is_over, is_conflict=one.ask.thing.id in conflicts)
        for one in courses
    ]
    return _whole(head, sorted(claims, key=lambda one: order(one.ask)), is_over=is_over)


def _counted(
    asks: Iterable[Said], thing: SignedObject, head: OfferFields, minute: int
) -> list[Said]:
    """Return the asks that live, and long enough."""
    last_min = chain_end(thing, head)
    counted = []
    for ask in asks:
        if ask.head.step is not Step.ASK or ask.thing.expires_min <= minute:
            continue
        needed_min = last_min
        if head.is_lending:
            needed_min = 0 if ask.head.span is None else ask.head.span.end_min
        if ask.thing.expires_min >= needed_min:
            counted.append(ask)
    return counted


def _claim(
    course: Course, head: OfferFields, *, minute: int, is_over: bool, is_conflict: bool
) -> Claim:
    until_min = max((one.head.until_min or 0 for one in course.said(Step.HOLD)), default=None)
    done_by, returned_by = course.by(Step.DONE), course.by(Step.RETURNED)
    state = _state(course, head, minute, is_over=is_over)
    span = course.ask.head.span
    is_out = state in (State.CONFIRMED, State.DONE)
    return Claim(
        ask=course.ask,
        state=state,
        amount=amount_of(course),
        held_until_min=until_min,
        done_by=done_by,
        returned_by=returned_by,
        is_conflict=is_conflict and is_out,
        is_overdue=head.is_lending
        and is_out
        and not is_conflict
        and span is not None
        and span.end_min <= minute,
        steps=course.steps,
    )


def _state(course: Course, head: OfferFields, minute: int, *, is_over: bool) -> State:
    is_done = course.by(Step.DONE) >= frozenset(Side)
    if is_back(course, head):
        return State.RETURNED
    if is_done:
        return State.DONE
    for step, state in (
        (Step.CANCEL, State.CANCELLED),
        (Step.NO_SHOW, State.MISSED),
        (Step.DECLINE, State.CANCELLED if is_promised(course) else State.DECLINED),
    ):
        if course.said(step):
            return state
    if is_promised(course):
        return State.CONFIRMED
    if any((one.head.until_min or 0) > minute for one in course.said(Step.HOLD)):
        return State.HELD
    span = course.ask.head.span
    has_begun = span is not None and span.start_min <= minute
    return State.LAPSED if is_over or has_begun else State.ASKED


def _is_over(thing: SignedObject, head: OfferFields, minute: int) -> bool:
    end_min = thing.expires_min if head.end_min is None else min(head.end_min, thing.expires_min)
    return end_min <= minute


def _whole(head: OfferFields, claims: Sequence[Claim], *, is_over: bool) -> OfferLife:
    if head.quantity is None or head.is_lending:
        return OfferLife(Stock.OVER if is_over else Stock.OPEN, None, tuple(claims))
    total = head.quantity.count
    given = _sum(claims, State.DONE)
    promised = given + _sum(claims, State.CONFIRMED)
    held = _sum(claims, State.HELD)
    remaining = max(0, total - promised - held)
    return OfferLife(
        _stock(total, given, promised, remaining, is_over=is_over), remaining, tuple(claims)
    )


def _stock(total: int, given: int, promised: int, remaining: int, *, is_over: bool) -> Stock:
    if given >= total:
        return Stock.DONE
    if is_over:
        return Stock.OVER
    if remaining:
        return Stock.OPEN
    return Stock.PROMISED if promised >= total else Stock.HELD


def _sum(claims: Iterable[Claim], state: State) -> int:
    return sum(one.amount for one in claims if one.state is state and not one.is_conflict)
