"""The course of one ask: the steps that count, and which promises of an author can be kept.

Not for: states (`life`). Invariants: a step counts by who signed it and how long it lives, never by
when it came; what an author signed first counts, by its own order of signing.
Source: docs/spec/exchange.md section 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from meshnode.board.exchange.claim import TAKERS, ClaimFields, Side, Span, Step
from meshnode.board.exchange.offer import OfferFields
from meshnode.board.exchange.things import Direction
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class Said:
    """A claim that is held, who signed it, and what it says before its words."""

    thing: SignedObject
    by: Fingerprint
    head: ClaimFields


@dataclass(frozen=True, slots=True)
class Course:
    """What was said about one ask, sorted by who said it."""

    ask: Said
    steps: tuple[Said, ...]
    sides: Mapping[ObjectId, frozenset[Side]]

    def said(self, step: Step) -> list[Said]:
        """Return all of one step that counts, in the order in which it was said."""
        return [one for one in self.steps if one.head.step is step]

    def by(self, step: Step) -> frozenset[Side]:
        """Return which sides said a step."""
        sides = [self.sides[one.thing.id] for one in self.said(step)]
        return frozenset(side for some in sides for side in some)


def course_of(ask: Said, steps: Iterable[Said], author: Fingerprint, minute: int) -> Course:
    """Return the steps that count: by who may take them, and not over before the ask is."""
    heard, sides = [], {}
    for step in steps:
        who = _sides(step.by, author, ask.by) & TAKERS[step.head.step]
        is_lasting = step.thing.expires_min >= ask.thing.expires_min
        if who and is_lasting and step.thing.expires_min > minute:
            heard.append(step)
            sides[step.thing.id] = who
    return Course(ask, tuple(sorted(heard, key=order)), sides)


def order(said: Said) -> tuple[int, int, int, ObjectId]:
    """Return where something stands among what was said; within a minute a promise comes first."""
    return said.thing.created_min, said.head.step, said.thing.sequence, said.thing.id


def giver_side(head: OfferFields) -> Side:
    """Return who gives: the author of an offer, or whoever answers a request."""
    return Side.AUTHOR if head.direction is Direction.OFFER else Side.CLAIMANT


def units_of(head: OfferFields) -> int:
    """Return how many of what is lent there are."""
    return 1 if head.quantity is None else head.quantity.count


def conflicts_of(courses: Sequence[Course], head: OfferFields) -> set[ObjectId]:
    """Return the asks that were promised although others had been promised it before.

    What its author signed first counts.
    """
    if head.direction is Direction.REQUEST or (head.quantity is None and not head.is_lending):
        return set()
    promised = [
        one
        for one in courses
        if is_promised(one) and not is_taken_back(one) and not is_back(one, head)
    ]
    firsts = _in_order_of_promise(promised)
    kept: list[Course] = []
    conflicts: set[ObjectId] = set()
    for one in firsts:
        if _fits(one, kept, head):
            kept.append(one)
        else:
            conflicts.add(one.ask.thing.id)
    return conflicts


def is_promised(course: Course) -> bool:
    """Return whether the thing's author promised it, or says that it is done."""
    return bool(course.said(Step.CONFIRM)) or Side.AUTHOR in course.by(Step.DONE)


def is_back(course: Course, head: OfferFields) -> bool:
    """Return whether what was lent is back, by the word of whoever lent it."""
    is_back = head.is_lending and giver_side(head) in course.by(Step.RETURNED)
    return is_back and is_promised(course)


def is_taken_back(course: Course) -> bool:
    """Return whether somebody called it off before both said that it is done."""
    is_done = course.by(Step.DONE) >= frozenset(Side)
    ends = (Step.CANCEL, Step.NO_SHOW, Step.DECLINE)
    return not is_done and any(course.said(one) for one in ends)


def amount_of(course: Course) -> int:
    """Return how many are promised; of several promises the one that is first counts."""
    asked = course.ask.head.quantity or 1
    for step in (Step.CONFIRM, Step.HOLD):
        for one in course.said(step):
            return min(asked, one.head.quantity or asked)
    return asked


def _sides(by: Fingerprint, author: Fingerprint, claimant: Fingerprint) -> frozenset[Side]:
    sides = {Side.AUTHOR} if by == author else set()
    return frozenset(sides | ({Side.CLAIMANT} if by == claimant else set()))


def _in_order_of_promise(courses: Sequence[Course]) -> list[Course]:
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


def _promise(course: Course) -> SignedObject:
    """Return the author's first word by which something is promised."""
    said = [
        one
        for step in (Step.CONFIRM, Step.DONE)
        for one in course.said(step)
        if Side.AUTHOR in course.sides[one.thing.id]
    ]
    return min(said, key=lambda one: (one.thing.sequence, one.thing.id)).thing


def _fits(course: Course, kept: Sequence[Course], head: OfferFields) -> bool:
    amount = amount_of(course)
    if not head.is_lending:
        total = head.quantity.count if head.quantity is not None else 0
        return sum(map(amount_of, kept)) + amount <= total
    span = course.ask.head.span
    if span is None:
        return True
    spans = [(one.ask.head.span, amount_of(one)) for one in kept]
    # The most are out at the beginning of the span or of one of those that it meets.
    starts = [span.start_min, *(one.start_min for one, _ in spans if one and one.meets(span))]
    moments = [Span(start, start + 1) for start in starts if start >= span.start_min]
    return all(
        sum(count for one, count in spans if one is not None and one.meets(moment)) + amount
        <= units_of(head)
        for moment in moments
    )
