"""The noticeboard: bulletins, drills and alerts in their order, for lists and pages.

Not for: what they say. Invariants: the same as `board.view.board` of what is held, whatever was
asked for before; made anew only when what is held, moderation, people or the minute changed;
views are made of what is shown, and keep nothing but the order.
"""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final

from meshnode.board.bulletins.bulletin import Severity, severity_in
from meshnode.board.items import Names, hidden_ids, outdated_ids
from meshnode.board.official.standing import in_force, passed
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import UPDATABLE
from meshnode.board.view import (
    SHOWN,
    BulletinView,
    bulletin_body,
    bulletin_view,
    category_of,
    copies_of,
    order_of,
)
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which bulletins are wanted; what is None does not matter. `severity`: so bad or worse."""

    kind: Kind | None = None
    category: str | None = None
    severity: Severity | None = None
    author: Fingerprint | None = None
    last_minutes: int | None = None
    ids: Collection[ObjectId] | None = None


SIEVES_MAX: Final = 4
"""Filtered lists that are kept: for pages of one, and for few who filter at the same time."""
FEW_MAX: Final = 200
"""So many new ones are put where they belong one by one; more are sorted anew."""
EVERYTHING: Final = Sieve()
_Key = tuple[int, int, int, int]
_SEVERITIES: Final = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of the board, and how many are wanted in all."""

    total: int
    views: tuple[BulletinView, ...]


class Noticeboard:
    """The board of one node. `minute` gives the community's minute, `names` who is called how."""

    def __init__(
        self, rules: NeighbourhoodRules, minute: Callable[[], int], names: Callable[[], Names]
    ) -> None:
        self._rules = rules
        self._minute = minute
        self._names = names
        self._sorted: tuple[int, Sequence[SignedObject]] = (-1, ())
        self._unshown: tuple[tuple[int, int], frozenset[ObjectId], frozenset[ObjectId]] = (
            (-1, -1),
            frozenset(),
            frozenset(),
        )
        self._counts: tuple[tuple[int, ...], Mapping[str, int]] = ((), {})
        self._live: dict[bool, tuple[_Key, Sequence[SignedObject]]] = {}
        self._sieves: dict[tuple[Sieve, bool], tuple[_Key, Sequence[SignedObject]]] = {}

    def count(self) -> int:
        """Return how many are on the board."""
        return len(self._things(with_hidden=False))

    def counts(self) -> Mapping[str, int]:
        """Return how many things of each kind are on the board, in the order of the kinds."""
        register, minute = self._rules.register, self._minute()
        unshown = self.unshown()
        key = *self._unshown[0], minute
        if self._counts[0] != key:
            unshown |= self._alerts_left_out(minute)
            counts = {
                kind.name.lower(): sum(
                    one.expires_min > minute and one.id not in unshown
                    for one in register.of_kind(kind)
                )
                for kind in sorted(UPDATABLE)
            }
            self._counts = key, MappingProxyType(counts)
        return self._counts[1]

    def unshown(self, *, with_hidden: bool = False) -> frozenset[ObjectId]:
        """Return the ids of all kinds that lists leave out: outdated, and hidden by moderation."""
        revision = self._rules.register.revision(*UPDATABLE, Kind.NOTICE)
        key = revision, self._rules.people_revision
        if self._unshown[0] != key:
            outdated = outdated_ids(self._rules)
            everything = frozenset(outdated | hidden_ids(self._rules))
            self._unshown = key, frozenset(outdated), everything
        return self._unshown[1] if with_hidden else self._unshown[2]

    def left_out(self) -> frozenset[ObjectId]:
        """Return the ids of all kinds that nobody is shown unasked: `unshown`, and alerts that
        another one stands for, took the place of, or whose end has come.
        """
        return self.unshown() | self._alerts_left_out(self._minute())

    def page(
        self,
        wanted: Sieve = EVERYTHING,
        *,
        offset: int = 0,
        limit: int | None = None,
        with_hidden: bool = False,
    ) -> Listing:
        """Return what is wanted and not over: the worst first, then the newest."""
        things = self._things(with_hidden=with_hidden)
        if wanted != EVERYTHING:
            things = self._wanted(things, wanted, with_hidden=with_hidden)
        end = None if limit is None else offset + limit
        names = self._names()
        views = tuple(self._view(one, names) for one in things[offset:end])
        return Listing(len(things), views)

    def newest(self, limit: int) -> list[BulletinView]:
        """Return the newest that are not over, whatever their severity."""
        things = sorted(self._things(with_hidden=False), key=lambda one: -one.created_min)
        names = self._names()
        return [self._view(one, names) for one in things[:limit]]

    def _view(self, thing: SignedObject, names: Names) -> BulletinView:
        return bulletin_view(thing, self._rules, names, copies_of(thing, self._rules))

    def _things(self, *, with_hidden: bool) -> Sequence[SignedObject]:
        register, minute = self._rules.register, self._minute()
        revision = register.revision(*SHOWN)
        unshown = self.unshown(with_hidden=with_hidden)
        key = revision, *self._unshown[0], minute
        known = self._live.get(with_hidden)
        if known is None or known[0] != key:
            if self._sorted[0] != revision:
                held = chain.from_iterable(register.of_kind(kind) for kind in sorted(SHOWN))
                self._sorted = revision, _in_order(self._sorted[1], held)
            left_out = unshown | self._alerts_left_out(minute)
            live = [
                one
                for one in self._sorted[1]
                if one.expires_min > minute and one.id not in left_out
            ]
            self._live[with_hidden] = known = key, live
        return known[1]

    def _alerts_left_out(self, minute: int) -> frozenset[ObjectId]:
        """Return the alerts that another one stands for or replaced, or whose end has come."""
        held = passed(self._rules.register.of_kind(Kind.ALERT))
        shown = {one.passed.thing.id for one in in_force(held, minute)}
        return frozenset(one.thing.id for one in held) - shown

    def _wanted(
        self, things: Sequence[SignedObject], wanted: Sieve, *, with_hidden: bool
    ) -> Sequence[SignedObject]:
        """Return what passes; several pages of it are asked for one after the other."""
        if wanted.ids is not None:
            return self._sieved(things, wanted)
        key = self._live[with_hidden][0]
        known = self._sieves.pop((wanted, with_hidden), None)
        if known is None or known[0] != key:
            known = key, self._sieved(things, wanted)
        self._sieves[wanted, with_hidden] = known
        if len(self._sieves) > SIEVES_MAX:
            del self._sieves[next(iter(self._sieves))]
        return known[1]

    def _sieved(self, things: Sequence[SignedObject], wanted: Sieve) -> list[SignedObject]:
        """Return what passes; what costs least and leaves out most is looked at first."""
        found = list(things)
        if wanted.ids is not None:
            found = [one for one in found if one.id in wanted.ids]
        if wanted.kind is not None:
            found = [one for one in found if one.kind == wanted.kind]
        if wanted.last_minutes is not None:
            since_min = self._minute() - wanted.last_minutes
            found = [one for one in found if one.created_min >= since_min]
        if wanted.author is not None:
            found = [one for one in found if self._is_by(one, wanted.author)]
        if wanted.severity is not None:
            enough = frozenset(_SEVERITIES[_SEVERITIES.index(wanted.severity) :])
            found = [one for one in found if severity_in(bulletin_body(one)) in enough]
        if wanted.category is not None:
            found = [one for one in found if category_of(one) == wanted.category]
        return found

    def _is_by(self, thing: SignedObject, author: Fingerprint) -> bool:
        identity = self._rules.author_of(thing)
        return identity is not None and identity.fingerprint == author


def _in_order(before: Sequence[SignedObject], held: Iterable[SignedObject]) -> list[SignedObject]:
    """Return what is held in order, given what was in order before and is mostly the same."""
    wanted = {one.id: one for one in held}
    kept = [one for one in before if wanted.pop(one.id, None) is not None]
    if len(wanted) > FEW_MAX:
        return sorted((*kept, *wanted.values()), key=order_of)
    for thing in wanted.values():
        insort(kept, thing, key=order_of)
    return kept
