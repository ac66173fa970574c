"""What API and command line may ask of a running node: its desks, and how it is.

Not for: HTTP or terminals, or what a desk is for. Invariants: what a desk's method that changes
something returns from is on disk; every refusal is a `MeshError` whose message is for the person
who asked.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, tzinfo

from meshnode.board.calls.course import Stage
from meshnode.board.rules import NeighbourhoodRules
from meshnode.links import LinkState
from meshnode.node.alerts.official import OfficialDesk
from meshnode.node.capacity.calledoff import CalledOffThings
from meshnode.node.capacity.counter import Counter
from meshnode.node.capacity.passing import Passing
from meshnode.node.capacity.sales import Sales
from meshnode.node.capacity.sellers import Sellers
from meshnode.node.clock import Clock, moment_of
from meshnode.node.desks.bulletins import BulletinDesk
from meshnode.node.desks.calls import CallDesk
from meshnode.node.desks.exchange import Exchange
from meshnode.node.desks.indexing import Indexing
from meshnode.node.desks.joindesk import JoinDesk
from meshnode.node.desks.market import Market
from meshnode.node.desks.modes import ModeDesk
from meshnode.node.desks.noticeboard import Noticeboard
from meshnode.node.desks.objects import ObjectDesk
from meshnode.node.desks.people import People
from meshnode.node.desks.places import Places
from meshnode.node.desks.searchdesk import SearchDesk
from meshnode.node.desks.shelf import Shelf
from meshnode.node.happenings import Happenings
from meshnode.node.hub import Watcher
from meshnode.node.keyring import Keyring
from meshnode.node.languages import Language
from meshnode.node.pairing.phones import Phones
from meshnode.node.reader import LocalReader
from meshnode.node.runner import Runner
from meshnode.node.status import (
    Status,
    airtime_of,
    disputes_of,
    links_of,
    neighbours_of,
)
from meshnode.node.voice import Voice
from meshnode.protocol.clock import Quality
from meshnode.protocol.errors import LimitError
from meshnode.store.port import Store


class Service:
    """One running node, as a person may use it: its status here, all else at its desks.

    `shelf` finds things on the board, `objects` whatever is held, `noticeboard` lists bulletins,
    `bulletins` has one whole and posts the node's own, `search` finds anything by words, `people`
    says who is who, `exchange` takes signed objects and gives sealed ones, `joins` is where
    newcomers come in, `phones` knows those that were let in.
    """

    def __init__(
        self,
        *,
        name: str,
        keyring: Keyring,
        rules: NeighbourhoodRules,
        runner: Runner,
        store: Store,
        clock: Clock,
        indexing: Indexing,
        zone: tzinfo | None = None,
        has_kiosk: bool = False,
    ) -> None:
        self.name = name
        self.zone = zone
        self._keyring = keyring
        self._rules = rules
        self._runner = runner
        self._store = store
        self._clock = clock
        self._disputes_at: tuple[tuple[int, int], tuple[str, ...]] = ((-1, -1), ())
        self.voice = Voice(keyring=keyring, runner=runner, store=store, clock=clock)
        self.people = People(rules=rules, engine=runner.engine, minute=lambda: self.minute)
        self.objects = ObjectDesk(rules, runner.engine, clock, self.people.shown_names)
        self.bulletins = BulletinDesk(
            self.objects, self.voice, keyring.key.id, zone, lambda: self.is_time_known
        )
        self.shelf = Shelf(rules, lambda: self.minute, self.people.shown_names)
        self.market = Market(self.shelf)
        self.noticeboard = Noticeboard(rules, lambda: self.minute, self.people.shown_names)
        self.search = SearchDesk(
            indexing,
            rules=rules,
            held=runner.engine.held,
            minute=lambda: self.minute,
            names=self.people.shown_names,
            unshown=self.noticeboard.left_out,
        )
        self.calls = CallDesk(self.shelf)
        self.modes = ModeDesk(self.shelf)
        self.exchange = Exchange(
            rules=rules, runner=runner, voice=self.voice, minute=lambda: self.minute
        )
        self.official = OfficialDesk(
            shelf=self.shelf,
            runner=runner,
            voice=self.voice,
            is_time_known=lambda: self.is_time_known,
        )
        self.sales = Sales(
            rules=rules,
            runner=runner,
            voice=self.voice,
            store=store,
            minute=lambda: self.minute,
            is_time_known=lambda: self.is_time_known,
        )
        self.called_off = CalledOffThings(
            rules=rules, books=self.sales.books, store=store, hub=runner.hub
        )
        self.passing = Passing(rules=rules, sales=self.sales)
        self.sellers = Sellers(shelf=self.shelf, runner=runner, own=self.sales.own)
        self.counter = Counter(
            shelf=self.shelf,
            sales=self.sales,
            sellers=self.sellers,
            called_off=self.called_off,
            runner=runner,
        )
        self.places = Places(
            shelf=self.shelf,
            store=store,
            voice=self.voice,
            hub=runner.hub,
            zone=zone,
            is_time_known=lambda: self.is_time_known,
        )
        self.joins = JoinDesk(
            community=keyring.community,
            node_key=keyring.key.public,
            now_ms=clock.now_ms,
            entropy=os.urandom,
        )
        self.phones = Phones(
            keyring=keyring,
            rules=rules,
            engine=runner.engine,
            store=store,
            now_ms=clock.now_ms,
            minute=lambda: self.minute,
            entropy=os.urandom,
            has_kiosk=has_kiosk,
        )

    @property
    def minute(self) -> int:
        """The community's minute, as well as this node knows it."""
        return self._runner.engine.common.clock.minute(self._clock.now_ms())

    @property
    def is_time_known(self) -> bool:
        """Whether this node knows what time it is."""
        quality = self._runner.engine.common.clock.quality(self._clock.now_ms())
        return quality is not Quality.UNKNOWN

    @property
    def member_count(self) -> int:
        """How many the community vouches for, as far as this node knows."""
        return len(self._rules.members())

    @property
    def happenings(self) -> Happenings:
        """What changed lately, for those who look for themselves."""
        return self._runner.hub.happenings

    def link_states(self) -> dict[str, LinkState]:
        """How every link is, by name."""
        return dict(self._runner.link_states)

    def reader(self, language: Language, *, with_dates: bool = False) -> LocalReader:
        """Return who reads here and now in that language.

        `with_dates`: days are said as dates, never as today or tomorrow, for what is read later.
        """
        if not self.is_time_known:
            return LocalReader(language, self.zone, None)
        now = moment_of(self.minute).astimezone(self.zone)
        return LocalReader(language, self.zone, date.min if with_dates else now.date())

    async def status(self) -> Status:
        """Return how the node is."""
        engine = self._runner.engine
        now_ms = self._clock.now_ms()
        objects = engine.held.values()
        return Status(
            name=self.name,
            node_id=self._keyring.key.id.hex(),
            community=self._keyring.community.hex(),
            version=self._runner.version,
            uptime_s=self._runner.uptime_s,
            objects=len(objects),
            bulletins=self.noticeboard.count(),
            board=self.noticeboard.counts(),
            members=self.member_count,
            links=links_of(self._runner),
            neighbours=tuple(neighbours_of(self._runner, self._rules, now_ms=now_ms)),
            airtime=airtime_of(self._runner, now_ms=now_ms),
            drops=dict(sorted(engine.common.drops.items())),
            clock_quality=engine.common.clock.quality(now_ms),
            minute=self.minute,
            store_bytes=self._store.size_bytes,
            mode=self.modes.in_force(),
            calls_new=self.calls.counts()[Stage.NEW],
            calls_taken=self.calls.counts()[Stage.TAKEN],
            selling=self.sales.selling(),
            problems=(
                *self._runner.problems(),
                *self.search.problems(),
                *self.official.problems(),
            ),
            disputes=self._disputes(),
        )

    @contextmanager
    def watch(self) -> Iterator[Watcher]:
        """Watch what happens until the block ends.

        Raises:
            LimitError: Too many watch already.
        """
        if self._runner.hub.is_full:
            raise LimitError("Too many programs watch this node already; close one of them.")
        with self._runner.hub.watch() as watcher:
            yield watcher

    def _disputes(self) -> tuple[str, ...]:
        """Return what keys say against themselves, found out anew when something changed."""
        key = self._runner.engine.common.inventory.revision, self._rules.people_revision
        if self._disputes_at[0] != key:
            self._disputes_at = key, tuple(disputes_of(self._runner, self._rules))
        return self._disputes_at[1]
