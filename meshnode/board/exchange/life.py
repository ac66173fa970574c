"""The life of an offer and its claims: from what both sides signed to what people see.

Not for: words (`wording`) or finding the objects (`market`). Invariants: all of it follows from the
set of objects and the minute, in whatever order they came; what somebody says who may not is not
heard; a claim is promised only once the thing's author said so; nothing that ended comes back when
something expires, because a step counts only if it outlives its ask, and an ask only if it outlives
the thing.
Source: docs/spec/exchange.md section 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from meshnode.board.exchange.claim import TAKERS, ClaimFields, Side, Span, Step, mark_of
from meshnode.board.exchange.offer import OfferFields, chain_end
from meshnode.board.exchange.things import Direction
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, SignedObject


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
class Said:
    """A claim that is held, who signed it, and what it says before its words."""

    thing: SignedObject
    by: Fingerprint
    head: ClaimFields


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


@dataclass(frozen=True, slots=True)
class _Course:
    """What was said about one ask, sorted by who said it."""

    ask: Said
    steps: tuple[Said, ...]
    sides: Mapping[ObjectId, frozenset[Side]]

    def said(self, step: Step) -> list[Said]:
        return [one for one in self.steps if one.head.step is step]

    def by(self, step: Step) -> frozenset[Side]:
        sides = [self.sides[one.thing.id] for one in self.said(step)]
        return frozenset(side for some in sides for side in some)


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
        _course(ask, by_ask.get(ask.thing.short_id + mark_of(ask.thing.id), ()), author, minute)
        for ask in _counted(asks, thing, head, minute)
    ]
    conflicts = _conflicts(courses, head)
    is_over = _is_over(thing, head, minute)
    claims = [
        _claim(one, head, minute=minute, is_over=is_over, is_conflict=one.ask.thing.id in conflicts)
        for one in courses
    ]
    return _whole(head, sorted(claims, key=lambda one: order(one.ask)), is_over=is_over)


def order(said: Said) -> tuple[int, int, int, ObjectId]:
    """Return where something stands among what was said; within a minute a promise comes first."""
    return said.thing.created_min, said.head.step, said.thing.sequence, said.thing.id


def giver_side(head: OfferFields) -> Side:
    """Return who gives: the author of an offer, or whoever answers a request."""
    return Side.AUTHOR if head.direction is Direction.OFFER else Side.CLAIMANT


def free_spans(
    head: OfferFields, claims: Iterable[Claim], *, start_min: int, end_min: int, amount: int = 1
) -> list[Span]:
    """Return when so many of a thing that is lent are free between two minutes."""
    taken = [one for one in claims if blocks(one) and one.span is not None]
    edges = {start_min, end_min}
    for one in taken:
        if one.span is not None:
            edges |= {one.span.start_min, one.span.end_min}
    cuts = sorted(edge for edge in edges if start_min <= edge <= end_min)
    free: list[Span] = []
    for start, end in pairwise(cuts):
        part = Span(start, end)
        if _taken(part, taken) + amount > units_of(head):
            continue
        if free and free[-1].end_min == start:
            part = Span(free.pop().start_min, end)
        free.append(part)
    return free


def units_of(head: OfferFields) -> int:
    """Return how many of what is lent there are."""
    return 1 if head.quantity is None else head.quantity.count


def blocks(claim: Claim) -> bool:
    """Return whether a claim on what is lent keeps others from its span."""
    is_kept = claim.state in (State.HELD, State.CONFIRMED, State.DONE)
    return is_kept and not claim.is_conflict


def _taken(part: Span, claims: Iterable[Claim]) -> int:
    """Return how many are taken in a part that no claim's span begins or ends in."""
    return sum(one.amount for one in claims if one.span is not None and one.span.meets(part))


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


def _course(ask: Said, steps: Iterable[Said], author: Fingerprint, minute: int) -> _Course:
    """Return the steps that count: by who may take them, and not over before the ask is."""
    heard, sides = [], {}
    for step in steps:
        who = _sides(step.by, author, ask.by) & TAKERS[step.head.step]
        is_lasting = step.thing.expires_min >= ask.thing.expires_min
        if who and is_lasting and step.thing.expires_min > minute:
            heard.append(step)
            sides[step.thing.id] = who
    return _Course(ask, tuple(sorted(heard, key=order)), sides)


def _sides(by: Fingerprint, author: Fingerprint, claimant: Fingerprint) -> frozenset[Side]:
    sides = {Side.AUTHOR} if by == author else set()
    return frozenset(sides | ({Side.CLAIMANT} if by == claimant else set()))


def _claim(
    course: _Course, head: OfferFields, *, minute: int, is_over: bool, is_conflict: bool
) -> Claim:
    until_min = max((one.head.until_min or 0 for one in course.said(Step.HOLD)), default=None)
    done_by, returned_by = course.by(Step.DONE), course.by(Step.RETURNED)
    state = _state(course, head, minute, is_over=is_over)
    span = course.ask.head.span
    is_out = state in (State.CONFIRMED, State.DONE)
    return Claim(
        ask=course.ask,
        state=state,
        amount=_amount(course),
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


def _state(course: _Course, head: OfferFields, minute: int, *, is_over: bool) -> State:
    is_done = course.by(Step.DONE) >= frozenset(Side)
    if _is_back(course, head):
        return State.RETURNED
    if is_done:
        return State.DONE
    for step, state in (
        (Step.CANCEL, State.CANCELLED),
        (Step.NO_SHOW, State.MISSED),
        (Step.DECLINE, State.CANCELLED if _is_promised(course) else State.DECLINED),
    ):
        if course.said(step):
            return state
    if _is_promised(course):
        return State.CONFIRMED
    if any((one.head.until_min or 0) > minute for one in course.said(Step.HOLD)):
        return State.HELD
    span = course.ask.head.span
    has_begun = span is not None and span.start_min <= minute
    return State.LAPSED if is_over or has_begun else State.ASKED


def _is_promised(course: _Course) -> bool:
    """Return whether the thing's author promised it, or says that it is done."""
    return bool(course.said(Step.CONFIRM)) or Side.AUTHOR in course.by(Step.DONE)


def _is_back(course: _Course, head: OfferFields) -> bool:
    """Return whether what was lent is back, by the word of whoever lent it."""
    is_back = head.is_lending and giver_side(head) in course.by(Step.RETURNED)
    return is_back and _is_promised(course)


def _is_taken_back(course: _Course) -> bool:
    is_done = course.by(Step.DONE) >= frozenset(Side)
    ends = (Step.CANCEL, Step.NO_SHOW, Step.DECLINE)
    return not is_done and any(course.said(one) for one in ends)


def _amount(course: _Course) -> int:
    """Return how many are promised; of several promises the one that is first counts."""
    asked = course.ask.head.quantity or 1
    for step in (Step.CONFIRM, Step.HOLD):
        for one in course.said(step):
            return min(asked, one.head.quantity or asked)
    return asked


def _conflicts(courses: Sequence[_Course], head: OfferFields) -> set[ObjectId]:
    """Return the asks that were promised although others had been promised it before.

    What its author signed first counts.
    """
    if head.direction is Direction.REQUEST or (head.quantity is None and not head.is_lending):
        return set()
    promised = [
        one
        for one in courses
        if _is_promised(one) and not _is_taken_back(one) and not _is_back(one, head)
    ]
    firsts = _in_order_of_promise(promised)
    kept: list[_Course] = []
    conflicts: set[ObjectId] = set()
    for one in firsts:
        if _fits(one, kept, head):
            kept.append(one)
        else:
            conflicts.add(one.ask.thing.id)
    return conflicts


def _in_order_of_promise(courses: Sequence[_Course]) -> list[_Course]:
    """Return courses in the order in which the author promised them.

    Within a key its sequence numbers order, whatever its clock did: a promise counts as made no
    earlier than those that the key made before. Between two keys of one author that minute decides.
    """
    promises = [(_promise(one), one) for one in courses]
    by_key: dict[bytes, list[SignedObject]] = {}
    for thing, _ in promises:
        by_key.setdefault(thing.author, []).append(thing)

    def place(thing: SignedObject) -> tuple[int, int, ObjectId]:
        earlier = [one for one in by_key[thing.author] if one.sequence <= thing.sequence]
        return max(one.created_min for one in earlier), thing.sequence, thing.id

    return [one for _, one in sorted(promises, key=lambda pair: place(pair[0]))]


def _promise(course: _Course) -> SignedObject:
    """Return the author's first word by which something is promised."""
    said = [
        one
        for step in (Step.CONFIRM, Step.DONE)
        for one in course.said(step)
        if Side.AUTHOR in course.sides[one.thing.id]
    ]
    return min(said, key=lambda one: (one.thing.sequence, one.thing.id)).thing


def _fits(course: _Course, kept: Sequence[_Course], head: OfferFields) -> bool:
    amount = _amount(course)
    if not head.is_lending:
        total = head.quantity.count if head.quantity is not None else 0
        return sum(map(_amount, kept)) + amount <= total
    span = course.ask.head.span
    if span is None:
        return True
    spans = [(one.ask.head.span, _amount(one)) for one in kept]
    # The most are out at the beginning of the span or of one of those that it meets.
    starts = [span.start_min, *(one.start_min for one, _ in spans if one and one.meets(span))]
    moments = [Span(start, start + 1) for start in starts if start >= span.start_min]
    return all(
        sum(count for one, count in spans if one is not None and one.meets(moment)) + amount
        <= units_of(head)
        for moment in moments
    )


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
