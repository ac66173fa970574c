"""The counter: what can be booked, joined and queued for, and how every claim on it stands.

Not for: signing (`sales`, and people's devices). Invariants: derived from what is held, and from
this node's own log of what it sold, when it is asked for.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from meshnode.board.capacity.books import SOLD_KINDS, Sold, is_rightful, sold_of
from meshnode.board.capacity.chain import Run
from meshnode.board.capacity.ledger import Fill, Ledger, Standing, State, called_off
from meshnode.board.capacity.meetup import shown_meetup
from meshnode.board.capacity.orphans import orphans
from meshnode.board.capacity.slots import shown_slots
from meshnode.board.exchange.claim import ClaimFields
from meshnode.board.exchange.market import words_of
from meshnode.board.items import Item, item_of
from meshnode.node.capacity.calledoff import CalledOffThings
from meshnode.node.capacity.sales import Sales
from meshnode.node.capacity.sellers import Owner, Sellers
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.shelf import Shelf, id_prefix
from meshnode.node.runner import Runner
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject

_OPEN_STATES: Final = (State.ASKED, State.BOOKED, State.CALLED, State.USED)


@dataclass(frozen=True, slots=True)
class ThingView:
    """Something that is sold, or to which people come.

    `here` says how many units of each slot this node may sell itself; `signed_up` counts those who
    come where nothing is booked; `is_rightful` says whether its author may open it at its place;
    `called_off_min` is when its author took it back: then it is shown to those who asked for it,
    and to nobody else.
    """

    item: Item
    sold: Sold
    title: str
    where: str
    text: str
    authority: Owner | None
    owners: tuple[Owner, ...]
    fills: tuple[Fill, ...]
    here: tuple[int, ...]
    signed_up: int
    proofs: tuple[tuple[str, str, str], ...]
    is_rightful: bool
    called_off_min: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim and how it stands. `sellers` names the nodes that booked, the one to keep first.

    Shapes: `thing` is None where nothing is known here of what it is for.
    """

    thing: ThingView | None
    ask: SignedObject
    fields: ClaimFields
    by_name: str
    standing: Standing
    sellers: tuple[Owner, ...]


class Counter:
    """What one node shows of capacity."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        sales: Sales,
        sellers: Sellers,
        called_off: CalledOffThings,
        runner: Runner,
    ) -> None:
        self._shelf = shelf
        self._sales = sales
        self._sellers = sellers
        self._called_off = called_off
        self._runner = runner

    def things(self, kind: Kind, *, with_hidden: bool = False) -> list[ThingView]:
        """Return what is there, the next one first."""
        items = self._shelf.items(kind, with_hidden=with_hidden)
        views = [view for one in items if (view := self._view(one)) is not None]
        return sorted(views, key=lambda one: (one.sold.timetable.start_min, one.item.thing.id))

    def thing(self, prefix: str, *kinds: Kind) -> ThingView:
        """Return the one that is meant.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `Shelf.item`.
        """
        noun = "meet-up" if kinds == (Kind.MEETUP,) else "thing to book"
        view = self._view(self._shelf.item(prefix, *(kinds or SOLD_KINDS), noun=noun))
        if view is None:
            raise NotFoundError("What vouches for its author is not here any more.")
        return view

    def claims(
        self, *, by: Fingerprint | None = None, prefix: str | None = None
    ) -> list[ClaimView]:
        """Return claims in the order in which they were made: somebody's, or those on one thing.

        Those whose thing was called off, or is not here, are among them: who booked must know.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `thing`, if nothing gone is meant either.
        """
        found = self._on_all() if prefix is None else self._on_one(prefix)
        wanted = [one for one in found if by is None or one.standing.ask.by == by]
        return sorted(wanted, key=lambda one: one.standing.ask.order)

    def claim(self, prefix: str) -> ClaimView:
        """Return the one claim whose id begins so.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `Shelf.item`.
        """
        wanted = id_prefix(prefix)
        meant = [
            one
            for one in self._shelf.rules.register.of_kind(Kind.CLAIM)
            if one.id.hex().startswith(wanted)
        ]
        # Whoever waits for an answer asks ten times a second: only what is meant is evaluated.
        views = self._about({one.parent for one in meant})
        claims = [claim for view in views for claim in self._claims_on(view)]
        asked = {one.id for one in meant}
        found = [one for one in claims or self._on_all() if one.ask.id in asked]
        if not found:
            raise NotFoundError(f"Nothing here was asked for with an id that begins with {wanted}.")
        if len({one.ask.id for one in found}) > 1:
            raise AmbiguousError(f"{len(found)} claims begin with {wanted}; give more digits.")
        return found[0]

    def _on_all(self) -> list[ClaimView]:
        here = [view for kind in SOLD_KINDS for view in self.things(kind, with_hidden=True)]
        gone = self._gone()
        found = [claim for view in (*here, *gone) for claim in self._claims_on(view)]
        return [*found, *self._orphans({view.item.root for view in gone})]

    def _on_one(self, prefix: str) -> list[ClaimView]:
        try:
            views = [self.thing(prefix)]
        except NotFoundError:
            wanted = id_prefix(prefix)
            found = [
                one
                for one in self._on_all()
                if one.ask.parent is not None and one.ask.parent.hex().startswith(wanted[:8])
            ]
            if not found:
                raise
            return found
        return [claim for view in views for claim in self._claims_on(view)]

    def _gone(self) -> list[ThingView]:
        """Return what was called off."""
        return [
            replace(view, called_off_min=one.at_min)
            for one in self._called_off.things()
            if (view := self._view(item_of(one.thing, self._shelf.rules, self._shelf.names())))
            is not None
        ]

    def _orphans(self, known: set[ShortId]) -> Iterator[ClaimView]:
        """Yield the claims of whose thing nothing is known here but its root."""
        for ask, by, standing in orphans(self._shelf.rules, known):
            yield ClaimView(
                thing=None,
                ask=ask,
                fields=words_of(ask),
                by_name=self._sellers.name(by),
                standing=standing,
                sellers=(),
            )

    def _about(self, roots: Collection[ShortId | None]) -> list[ThingView]:
        """Return what has one of these roots."""
        items = [one for kind in SOLD_KINDS for one in self._shelf.items(kind, with_hidden=True)]
        views = [self._view(one) for one in items if one.root in roots]
        return [one for one in views if one is not None]

    def _view(self, item: Item) -> ThingView | None:
        sold = sold_of(self._shelf.rules, item.thing)
        if sold is None:
            return None
        title, where, text = _words(item.thing)
        ledger = self._sales.ledger(sold)
        terms = sold.timetable.terms
        owners = tuple(self._owners(ledger))
        authority = None
        if terms is not None:
            free = sum(one.free for one in owners if one.fingerprint == terms.authority)
            authority = self._sellers.owner(terms.authority, free)
        standings = ledger.standings(self._shelf.minute())
        slots = range(0 if terms is None else sold.timetable.count)
        return ThingView(
            item=item,
            sold=sold,
            title=title,
            where=where,
            text=text,
            authority=authority,
            owners=owners,
            fills=tuple(ledger.fills()) if terms is not None else (),
            here=tuple(_units(ledger.free(self._sales.own, slot)) for slot in slots),
            signed_up=sum(one.ask.units for one in standings if one.state in _OPEN_STATES),
            proofs=tuple(
                (self._sellers.name(one.by), one.first.hex(), one.other.hex())
                for one in ledger.proofs
            ),
            is_rightful=is_rightful(self._shelf.rules, sold),
        )

    def _claims_on(self, view: ThingView) -> Iterator[ClaimView]:
        ledger = self._sales.ledger(view.sold)
        held = self._runner.engine.held
        for standing in ledger.standings(self._shelf.minute()):
            one = held.get(standing.ask.id)
            if one is None:
                continue
            if view.called_off_min is not None:
                standing = called_off(standing, view.sold.timetable, view.called_off_min)  # noqa: PLW2901  As it stands now.
            sellers = dict.fromkeys(act.by for act in standing.bookings)
            yield ClaimView(
                thing=view,
                ask=one.object,
                fields=words_of(one.object),
                by_name=self._sellers.name(standing.ask.by),
                standing=standing,
                sellers=tuple(self._sellers.owner(each, 0) for each in sellers),
            )

    def _owners(self, ledger: Ledger) -> Iterator[Owner]:
        free: dict[Fingerprint, int] = {}
        for run in ledger.runs:
            free[run.owner] = free.get(run.owner, 0) + (run.units if run.is_free else 0)
        for owner, units in sorted(free.items()):
            yield self._sellers.owner(owner, units)


def _units(runs: Iterable[Run]) -> int:
    return sum(run.units for run in runs)


def _words(thing: SignedObject) -> tuple[str, str, str]:
    """Return title, place in words and text."""
    if thing.kind == Kind.MEETUP:
        meetup = shown_meetup(thing.codec, thing.body)
        return meetup.title, meetup.where, meetup.text
    slots = shown_slots(thing.codec, thing.body)
    return slots.title, "", slots.text
