"""The triage board: every call for help with its course; and all check-ins.

Invariants: derived from the held objects and the minute alone, whatever order they came in. An act
counts only if it ends no earlier than the call: what somebody took, or ended, does not come back as
new because the act was over. Two calls that are each said to be the other's duplicate are not both
ended: the later act does not count.
Source: docs/spec/calls.md section 4.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.calls.checkin import CheckInFields, State, is_call, shown_checkin
from meshnode.board.calls.course import Course, Stage, TriageAct, course_of, order_of
from meshnode.board.calls.triage import shown_triage
from meshnode.board.items import NAMELESS, Item, Names, items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.protocol.object import Kind, ObjectId, ShortId

_ORDER: Final = {stage: place for place, stage in enumerate(Stage)}
"""New, taken, done, duplicate, ended."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A check-in as people see it, in its newest version.

    `since_min` is when its author first said it.
    """

    item: Item
    fields: CheckInFields
    since_min: int

    @property
    def state(self) -> State:
        """How they are."""
        return self.fields.head.state

    @property
    def root(self) -> ShortId:
        """By which acts of triage name it."""
        return self.item.root

    @property
    def who(self) -> str:
        """Whom it is about: the name on whose behalf it was said, else its author's."""
        author = self.item.author
        return self.fields.on_behalf_of or ("" if author is None else author.name)


@dataclass(frozen=True, slots=True)
class Call:
    """A call for help and where it stands."""

    checkin: CheckIn
    course: Course

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.course.stage

    @property
    def is_urgent(self) -> bool:
        """Whether it cannot wait."""
        return self.checkin.state is State.URGENT


def check_ins(
    rules: NeighbourhoodRules, names: Names = NAMELESS, *, minute: int, with_hidden: bool = False
) -> list[CheckIn]:
    """Return the check-ins that are not over at `minute`, newest first."""
    found = items(rules, Kind.CHECKIN, names, minute=minute, with_hidden=with_hidden)
    return [check_in_of(one) for one in found]


def check_in_of(item: Item) -> CheckIn:
    """Return what a held check-in says."""
    fields = shown_checkin(item.thing)
    since_min = fields.head.since_min
    made_min = item.thing.created_min
    return CheckIn(item, fields, made_min if since_min is None else min(since_min, made_min))


def calls(rules: NeighbourhoodRules, names: Names = NAMELESS, *, minute: int) -> list[Call]:
    """Return the triage board: first what nobody has taken, the urgent before the others and the
    oldest first, then what somebody has, then what was ended.

    What moderation hides stands there too: a call is not hidden from those who might help.
    """
    shown = check_ins(rules, names, minute=minute, with_hidden=True)
    found = with_courses(shown, rules, minute=minute)
    return sorted((one for one in found if _is_shown(one)), key=_rank)


def with_courses(shown: Iterable[CheckIn], rules: NeighbourhoodRules, *, minute: int) -> list[Call]:
    """Return check-ins with their courses, in the same order."""
    acts = _acts(rules, minute)
    here = list(shown)
    roots = {one.root for one in here}
    found = [_Counted(acts.get(one.root, ()), one) for one in here]
    # What is not here any more may still be what another call is a duplicate of.
    gone = [_Counted(some) for root, some in acts.items() if root not in roots]
    ignored = _looping([*found, *gone])
    return [Call(one, each.course(ignored)) for one, each in zip(here, found, strict=True)]


def count(found: Iterable[Call], stage: Stage) -> int:
    """Return how many calls stand there."""
    return sum(one.stage is stage for one in found)


class _Counted:
    """The acts that count for one call, and what they make of it without some of them."""

    def __init__(self, acts: Iterable[TriageAct], checkin: CheckIn | None = None) -> None:
        thing = None if checkin is None else checkin.item.thing
        end_min = 0 if thing is None else thing.expires_min
        self.acts = [one for one in acts if one.expires_min >= end_min]
        self._is_update = thing is not None and thing.parent is not None
        self._renewed = order_of(thing) if thing is not None and self._is_update else None
        self._is_over = checkin is not None and checkin.state is State.OK

    def course(self, ignored: Container[ObjectId] = ()) -> Course:
        """Return where the call stands."""
        acts = [one for one in self.acts if one.order[-1] not in ignored]
        return course_of(acts, renewed=self._renewed, is_over=self._is_over)


def _looping(found: Sequence[_Counted]) -> set[ObjectId]:
    """Return the acts that would let calls be duplicates of each other all round.

    Of each such round the latest act; without it an earlier one may close another round.
    """
    ignored: set[ObjectId] = set()
    while True:
        closed: dict[ShortId, TriageAct] = {}
        for each in found:
            act = each.course(ignored).closed
            if act is not None and act.head.duplicate_of is not None:
                closed[act.about] = act
        loops = _rounds(closed)
        if not loops:
            return ignored
        ignored |= {max(one, key=lambda act: act.order).order[-1] for one in loops}


def _rounds(closed: Mapping[ShortId, TriageAct]) -> list[list[TriageAct]]:
    """Return the rounds in which each call is a duplicate of the next; every act in one at most."""
    loops: list[list[TriageAct]] = []
    seen: set[ShortId] = set()
    for start in closed:
        path: list[ShortId] = []
        root: ShortId | None = start
        while root is not None and root in closed and root not in seen:
            seen.add(root)
            path.append(root)
            root = closed[root].head.duplicate_of
        if root in path:
            loops.append([closed[one] for one in path[path.index(root) :]])
    return loops


def _acts(rules: NeighbourhoodRules, minute: int) -> dict[ShortId, list[TriageAct]]:
    """Return the acts that are not over, by somebody who may, by the root that they are about."""
    found: dict[ShortId, list[TriageAct]] = {}
    for thing in rules.register.of_kind(Kind.TRIAGE):
        by = rules.author_of(thing)
        if thing.parent is None or thing.expires_min <= minute or by is None:
            continue
        if rules.may_say(thing):
            fields = shown_triage(thing)
            act = TriageAct(
                order=order_of(thing),
                about=thing.parent,
                by=by.fingerprint,
                head=fields.head,
                expires_min=thing.expires_min,
                note=fields.note,
            )
            found.setdefault(thing.parent, []).append(act)
    return found


def _is_shown(call: Call) -> bool:
    """Return whether it is a call, or was one about which somebody did something."""
    return is_call(call.checkin.item.thing) or bool(call.course.acts)


def _rank(call: Call) -> tuple[int, int, int, ObjectId]:
    """Return the place on the board; what is over stands with the newest first."""
    made_min = call.checkin.item.thing.created_min
    age = call.checkin.since_min if call.stage.is_open else -made_min
    return _ORDER[call.stage], -int(call.checkin.state), age, call.checkin.item.thing.id
