"""The course of one call for help: what follows from all that coordinators signed about it.

Not for: several calls (`board`). Invariants: the same acts give the same course in any order of
arrival; they count in the order of the minute, the sequence number and the id that they carry;
nobody is said to come who did not sign that, or for whom nobody signed it.
Source: docs/spec/calls.md section 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from meshnode.board.calls.triage import Act, TriageHead
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, ShortId, SignedObject

Order = tuple[int, int, ObjectId]


class Stage(StrEnum):
    """Where a call stands."""

    NEW = "new"
    TAKEN = "taken"
    DONE = "done"
    DUPLICATE = "duplicate"
    ENDED = "ended"
    """Who called says that all is well."""
    FINE = "fine"
    """It was no call: somebody said that all is well."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits."""
        return self in (Stage.NEW, Stage.TAKEN)


@dataclass(frozen=True, slots=True)
class TriageAct:
    """An act that counts: by whom, when, and what it says.

    Shapes: `about` is the root of the call; `by` is who signed; `note` is empty where nothing is
    said.
    """

    order: Order
    about: ShortId
    by: Fingerprint
    head: TriageHead
    expires_min: int
    note: str = ""

    @property
    def minute(self) -> int:
        """When it was signed."""
        return self.order[0]

    @property
    def person(self) -> Fingerprint:
        """Who has the call by this act."""
        return self.head.person or self.by


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a call. `handed_by`: who passed it on, None: they took it themselves."""

    person: Fingerprint
    since_min: int
    handed_by: Fingerprint | None = None
    going_since_min: int | None = None
    """Since when they are on the way, by their own or another coordinator's word."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a call stands.

    Shapes: `holders` in the order in which they took it: more than one where two took it at once;
    `closed` is the act that ended it, None while it is open; `asked_again_min` is when its author
    asked again after somebody had ended it.
    """

    stage: Stage
    holders: tuple[Holder, ...] = ()
    closed: TriageAct | None = None
    asked_again_min: int | None = None
    acts: tuple[TriageAct, ...] = ()

    @property
    def duplicate_of(self) -> ShortId | None:
        """The root of the call that this one is the same as."""
        return None if self.closed is None else self.closed.head.duplicate_of


@dataclass(frozen=True, slots=True)
class _Walk:
    holders: tuple[Holder, ...] = ()
    closed: TriageAct | None = None
    asked_again_min: int | None = None


def order_of(thing: SignedObject) -> Order:
    """Return when something counts among others of its kind."""
    return thing.created_min, thing.sequence, thing.id


def course_of(
    acts: Iterable[TriageAct], *, renewed: Order | None = None, is_over: bool = False
) -> Course:
    """Return the course of a call.

    Shapes: `renewed` is the order of the caller's newest version if that is an update, which asks
    again if the call had been ended before; `is_over`: that version says that all is well.
    """
    in_order = tuple(sorted(acts, key=lambda one: one.order))
    walk, is_asked = _Walk(), renewed is None
    for act in in_order:
        if not is_asked and renewed is not None and act.order > renewed:
            walk, is_asked = _asked_again(walk, renewed), True
        walk = _after(walk, act)
    if not is_asked and renewed is not None:
        walk = _asked_again(walk, renewed)
    return Course(
        _stage(walk, is_over=is_over, has_acts=bool(in_order)),
        walk.holders,
        walk.closed,
        walk.asked_again_min,
        in_order,
    )


def _stage(walk: _Walk, *, is_over: bool, has_acts: bool) -> Stage:
    if is_over:
        return Stage.ENDED if has_acts else Stage.FINE
    if walk.closed is not None:
        is_done = walk.closed.head.act is Act.DONE
        return Stage.DONE if is_done else Stage.DUPLICATE
    return Stage.TAKEN if walk.holders else Stage.NEW


def _after(walk: _Walk, act: TriageAct) -> _Walk:
    """Return where a call stands after one more act."""
    match act.head.act:
        case Act.TAKEN | Act.ON_THE_WAY:
            return replace(walk, holders=_taken(walk.holders, act))
        case Act.HANDED_OVER:
            handed = Holder(act.person, act.minute, handed_by=act.by, note=act.note)
            return replace(walk, holders=(handed,))
        case Act.DONE | Act.DUPLICATE:
            # The first word ends it. Who takes it afterwards did not know, and is remembered: if
            # the call comes back, somebody has it.
            return walk if walk.closed is not None else replace(walk, closed=act, holders=())
        case Act.REOPENED if walk.closed is not None:
            return replace(walk, closed=None)
        case Act.REOPENED:
            return replace(walk, holders=())


def _taken(holders: tuple[Holder, ...], act: TriageAct) -> tuple[Holder, ...]:
    handed_by = None if act.person == act.by else act.by
    going_min = act.minute if act.head.act is Act.ON_THE_WAY else None
    new = Holder(act.person, act.minute, handed_by, going_min, act.note)
    if all(one.person != act.person for one in holders):
        return (*holders, new)
    return tuple(_still(one, new) if one.person == act.person else one for one in holders)


def _still(before: Holder, new: Holder) -> Holder:
    """Return somebody who had the call already and says one thing more."""
    return replace(
        before,
        going_since_min=before.going_since_min or new.going_since_min,
        # What somebody noted who passed the call on is not the word of whoever has it now.
        note=new.note or ("" if before.handed_by is not None else before.note),
    )


def _asked_again(walk: _Walk, renewed: Order) -> _Walk:
    if walk.closed is None:
        return walk
    return replace(walk, closed=None, asked_again_min=renewed[0])
