"""Which mode is in force: from the held objects and the minute alone.

Invariants: nothing is stored, so what a mode changed is as before when it is over; the same objects
in any order give the same mode; once what is in force is over, nothing older comes back.

The rule. A proposal and its confirmations count while they are held, not over, and signed by a
person or an organisation who may say so as things stand. A confirmation counts that ends no earlier
than its proposal. A proposal is confirmed by two different people of the office, or by the only one
there is. Of those that are confirmed the one is in force that ends last, then the one made later;
drills are chosen among drills. (Which was made last does not decide alone: it could be over before
the others, and what it had ended would come back.)
Source: docs/spec/modes.md section 2.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from meshnode.board.items import NAMELESS, Names, name_of
from meshnode.board.modes.mode import Mode, ModeFields, shown_mode
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.community import OFFICES
from meshnode.board.trust.permissions import PERMISSIONS, Action, Office
from meshnode.board.trust.standing import Identity
from meshnode.board.versions import version_order
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject

CONFIRMERS_MIN: Final = 2
"""Who proposes, and one more: no single stolen key changes how everybody's node behaves."""


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody who proposed or confirmed a mode, and since when."""

    fingerprint: Fingerprint
    name: str
    since_min: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed mode.

    Shapes: `supporters` begin with who proposed it, then by their minute; `needed` is how many of
    them it takes.
    """

    thing: SignedObject
    fields: ModeFields
    supporters: tuple[Supporter, ...]
    needed: int

    @property
    def id(self) -> ObjectId:
        """By which confirmations name it."""
        return self.thing.id

    @property
    def mode(self) -> Mode:
        """What it proposes."""
        return self.fields.head.mode

    @property
    def is_drill(self) -> bool:
        """Whether nothing of it is real."""
        return self.fields.head.is_drill

    @property
    def is_confirmed(self) -> bool:
        """Whether enough people stand behind it."""
        return len(self.supporters) >= self.needed

    @property
    def until_min(self) -> int:
        """When it is over."""
        return self.thing.expires_min


@dataclass(frozen=True, slots=True)
class InForce:
    """How the neighbourhood fares.

    `by` is the proposal in force, None: nobody has said anything, and all is normal. `drill` is
    what is only practised; it changes words and nothing else.
    """

    mode: Mode = Mode.NORMAL
    by: Proposal | None = None
    drill: Proposal | None = None


NORMAL: Final = InForce()


def in_force(found: Iterable[Proposal]) -> InForce:
    """Return which of all proposals at a minute is in force."""
    confirmed = [one for one in found if one.is_confirmed]
    real = _last([one for one in confirmed if not one.is_drill])
    drill = _last([one for one in confirmed if one.is_drill])
    if drill is not None and drill.mode is Mode.NORMAL:
        drill = None
    return InForce(Mode.NORMAL if real is None else real.mode, real, drill)


def proposals(rules: NeighbourhoodRules, names: Names = NAMELESS, *, minute: int) -> list[Proposal]:
    """Return what is proposed at `minute`, confirmed or not, the newest first."""
    counting = list(_counting(rules, minute))
    needed = min(CONFIRMERS_MIN, len(office_holders(rules, minute=minute)))
    confirming: dict[ObjectId, list[tuple[SignedObject, Identity, ModeFields]]] = {}
    for thing, by, fields in counting:
        if fields.head.proposal is not None:
            confirming.setdefault(fields.head.proposal, []).append((thing, by, fields))
    found = []
    for thing, by, fields in counting:
        if fields.head.proposal is not None:
            continue
        agreeing = [
            (one, who)
            for one, who, said in confirming.get(thing.id, ())
            if (said.head.mode, said.head.is_drill) == (fields.head.mode, fields.head.is_drill)
            and one.expires_min >= thing.expires_min
        ]
        supporters = _supporters([(thing, by), *sorted(agreeing, key=_order)], rules, names)
        found.append(Proposal(thing, fields, supporters, max(1, needed)))
    return sorted(found, key=lambda one: _made(one.thing), reverse=True)


def office_holders(rules: NeighbourhoodRules, *, minute: int) -> list[Identity]:
    """Return the people and organisations who may propose or confirm a mode at `minute`."""
    return [one for one in rules.members() if _is_person(one) and _has_office(rules, one, minute)]


def _has_office(rules: NeighbourhoodRules, identity: Identity, minute: int) -> bool:
    allowed = PERMISSIONS[Action.CHANGE_MODE]
    if identity.is_steward and Office.STEWARD in allowed:
        return True
    grants = rules.standing.grants.get(identity.fingerprint, ())
    return any(
        OFFICES[one.role] in allowed and one.cuts is None and one.expires_min > minute
        for one in grants
    )


def _counting(
    rules: NeighbourhoodRules, minute: int
) -> Iterator[tuple[SignedObject, Identity, ModeFields]]:
    for thing in rules.register.of_kind(Kind.MODE):
        by = rules.author_of(thing)
        if by is None or not _is_person(by) or not rules.may_say(thing):
            continue
        if minute < thing.expires_min:
            yield thing, by, shown_mode(thing)


def _is_person(identity: Identity) -> bool:
    """A node is a thing that stands somewhere: whoever sits at it speaks for themselves."""
    return identity.identity_class is not IdentityClass.NODE


def _supporters(
    agreeing: Iterable[tuple[SignedObject, Identity]], rules: NeighbourhoodRules, names: Names
) -> tuple[Supporter, ...]:
    """Return each once, with their first word."""
    first: dict[Fingerprint, Supporter] = {}
    for thing, by in agreeing:
        name = name_of(by, rules, names)
        first.setdefault(by.fingerprint, Supporter(by.fingerprint, name, thing.created_min))
    return tuple(first.values())


def _last(confirmed: list[Proposal]) -> Proposal | None:
    return max(confirmed, key=lambda one: version_order(one.thing), default=None)


def _order(agreeing: tuple[SignedObject, Identity]) -> tuple[int, int, ObjectId]:
    return _made(agreeing[0])


def _made(thing: SignedObject) -> tuple[int, int, ObjectId]:
    return thing.created_min, thing.sequence, thing.id
