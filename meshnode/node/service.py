"""What API and command line may ask of a running node.

Not for: HTTP or terminals. Invariants: what a method that changes something returns from is on
disk; every refusal is a `MeshError` whose message is for the person who asked.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, tzinfo
from typing import Final

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, clean, encode_bulletin
from meshnode.board.bulletins.moderation import Notice, moderate
from meshnode.board.bulletins.revising import Change, changed, encode_as
from meshnode.board.calls.course import Stage
from meshnode.board.items import notices_among
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import is_update, known_as, next_version, root_of
from meshnode.board.view import SHOWN, BulletinView, bulletin_view, copies_of
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.links import LinkState
from meshnode.node.alerts.official import OfficialDesk
from meshnode.node.capacity.calledoff import CalledOffThings
from meshnode.node.capacity.counter import Counter
from meshnode.node.capacity.passing import Passing
from meshnode.node.capacity.sales import Sales
from meshnode.node.capacity.sellers import Sellers
from meshnode.node.clock import Clock, moment_of
from meshnode.node.denials import AmbiguousError, NotAllowedError, NotFoundError
from meshnode.node.desks.calls import CallDesk
from meshnode.node.desks.exchange import Exchange
from meshnode.node.desks.indexing import Indexing
from meshnode.node.desks.joindesk import JoinDesk
from meshnode.node.desks.market import Market
from meshnode.node.desks.modes import ModeDesk
from meshnode.node.desks.noticeboard import Noticeboard
from meshnode.node.desks.papers import Papers, papers_of
from meshnode.node.desks.people import People
from meshnode.node.desks.places import Places
from meshnode.node.desks.searchdesk import SearchDesk
from meshnode.node.desks.shelf import Shelf, id_prefix
from meshnode.node.desks.template_form import Given, fill_template, lifetime_minutes
from meshnode.node.desks.whereabouts import Whereabouts, places_of
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
    node_names,
)
from meshnode.node.voice import Voice
from meshnode.protocol.clock import Quality
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.store.port import Store

EXPIRES_MINUTES_DEFAULT: Final = 1440


class Service:
    """One running node, as a person may use it: board and status here, the rest at its desks.

    `shelf` finds things on the board, `noticeboard` lists bulletins, `search` finds anything by
    words, `people` says who is who, `exchange` takes signed objects and gives sealed ones, `joins`
    is where newcomers come in, `phones` knows those that were let in.
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

    async def post_bulletin(
        self,
        text: str,
        *,
        title: str | None = None,
        category: str = "general",
        severity: Severity = Severity.INFO,
        expires_minutes: int = EXPIRES_MINUTES_DEFAULT,
    ) -> BulletinView:
        """Sign, store and gossip a bulletin by this node; return it once it is on disk.

        Raises:
            LimitError: A field is outside its bounds.
            StoreError: It could not be saved; nothing was promised.
        """
        fields = BulletinFields(clean(text), clean(title) if title else None, category, severity)
        return await self._post(fields, expires_minutes, self.voice.creation_minute())

    async def post_template(
        self,
        identifier: str,
        given: Given,
        *,
        category: str | None = None,
        severity: Severity | None = None,
        expires_minutes: int | None = None,
    ) -> BulletinView:
        """Fill in a template, then do as `post_bulletin`; what is None the template says.

        Raises:
            LimitError, StoreError: As `post_bulletin`; the message names the value.
        """
        created_min = self.voice.creation_minute()
        template = fill_template(
            identifier,
            given,
            created_min=created_min,
            zone=self.zone,
            is_time_known=self.is_time_known,
        )
        fields = BulletinFields(
            "",
            None,
            category or template.template.category,
            severity or Severity(template.template.severity),
            template,
        )
        minutes = lifetime_minutes(template) if expires_minutes is None else expires_minutes
        return await self._post(fields, minutes, created_min)

    def reader(self, language: Language, *, with_dates: bool = False) -> LocalReader:
        """Return who reads here and now in that language.

        `with_dates`: days are said as dates, never as today or tomorrow, for what is read later.
        """
        if not self.is_time_known:
            return LocalReader(language, self.zone, None)
        now = moment_of(self.minute).astimezone(self.zone)
        return LocalReader(language, self.zone, date.min if with_dates else now.date())

    def bulletins(self, *, with_hidden: bool = False) -> list[BulletinView]:
        """Return the whole board: what is not over, the worst first, then the newest."""
        return list(self.noticeboard.page(with_hidden=with_hidden).views)

    def bulletin(self, prefix: str) -> BulletinView:
        """Return the bulletin whose id begins with `prefix`, in hex.

        Raises:
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        return self._view(self._find(prefix))

    def held(self, thing_id: str) -> SignedObject:
        """Return the held object with this id, in hex.

        Raises:
            NotFoundError: It is not here.
        """
        held = self._runner.engine.held.get(ObjectId(bytes.fromhex(thing_id)))
        if held is None:
            raise NotFoundError(f"No object here has the id {thing_id}.")
        return held.object

    def notice(self, thing_id: str) -> Notice:
        """Return the notice of moderation with this id, in hex, by somebody who may.

        Raises:
            NotFoundError: There is none here.
        """
        for notice in notices_among([self.held(thing_id)], self._rules, self.people.shown_names()):
            return notice
        raise NotFoundError(f"No notice here has the id {thing_id}.")

    def whereabouts(self, prefix: str) -> Whereabouts:
        """Return where the object is, of whatever kind, whose id begins with `prefix`, in hex.

        Raises:
            NotFoundError, AmbiguousError: As `bulletin`.
        """
        thing = self._find(prefix, kinds=None)
        holders = self._runner.engine.holders(thing.id)
        places = places_of(holders, node_names(self._rules), now_ms=self._clock.now_ms())
        return Whereabouts(thing.id, places)

    def papers(self, prefix: str) -> Papers:
        """Return the object, of whatever kind, whose id begins with `prefix`, as it goes on paper.

        Raises:
            NotFoundError, AmbiguousError: As `bulletin`.
        """
        thing = self._find(prefix, kinds=None)
        names = self.people.shown_names()
        notices = notices_among(self._rules.notices_on(thing.id), self._rules, names)
        moderation = moderate(notices)
        in_force = [one.thing for one in moderation.in_force]
        papers = papers_of(thing, in_force, self._rules)
        return replace(papers, is_hidden=moderation.hidden is not None)

    async def withdraw_bulletin(self, prefix: str) -> BulletinView:
        """Take back a bulletin of this node's, everywhere; return what it was.

        Raises:
            NotFoundError, AmbiguousError: As `bulletin`.
            NotAllowedError: Somebody else wrote it.
        """
        target = self._find(prefix)
        view = self._view(target)
        if target.author != self._keyring.key.id:
            author = view.author_name or "its author"
            raise NotAllowedError(f"Only {author} can withdraw this bulletin.")
        created_min = self.voice.creation_minute()
        await self.voice.say(
            Kind.WITHDRAWAL,
            0,
            WITHDRAWAL_BODY,
            minutes=max(1, target.expires_min - created_min),
            created_min=created_min,
            parent=known_as(target),
        )
        return view

    async def update_bulletin(self, prefix: str, change: Change) -> BulletinView:
        """Say a bulletin of this node's anew; return its new version once it is on disk.

        Raises:
            NotFoundError, AmbiguousError: As `bulletin`.
            NotAllowedError: Somebody else wrote it.
            LimitError: A field is outside its bounds, or it would end before the version before.
            RefusedError: The node may not say it.
            StoreError: It could not be saved; nothing was promised.
        """
        target = self._find(prefix)
        view = self._view(target)
        if target.author != self._keyring.key.id:
            author = view.author_name or "its author"
            raise NotAllowedError(f"Only {author} can update this bulletin.")
        created_min, minutes = next_version(
            created_min=target.created_min,
            expires_min=target.expires_min,
            minute=self.voice.creation_minute(),
            minutes=change.minutes,
        )
        _require_lifetime(minutes)
        fields = changed(view.fields, change)
        codec, body = await asyncio.to_thread(encode_as, view.provenance, fields)
        thing = await self.voice.say(
            view.kind,
            codec,
            body,
            minutes=minutes,
            created_min=created_min,
            parent=view.root,
        )
        return self._view(thing)

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

    async def _post(
        self, fields: BulletinFields, expires_minutes: int, created_min: int
    ) -> BulletinView:
        _require_lifetime(expires_minutes)
        # The predicting codecs take up to a second of a small Pi: radios must not wait for that.
        codec, body = await asyncio.to_thread(encode_bulletin, fields)
        thing = await self.voice.say(
            Kind.BULLETIN, codec, body, minutes=expires_minutes, created_min=created_min
        )
        return self._view(thing)

    def _disputes(self) -> tuple[str, ...]:
        """Return what keys say against themselves, found out anew when something changed."""
        key = self._runner.engine.common.inventory.revision, self._rules.people_revision
        if self._disputes_at[0] != key:
            self._disputes_at = key, tuple(disputes_of(self._runner, self._rules))
        return self._disputes_at[1]

    def _view(self, thing: SignedObject) -> BulletinView:
        copies = copies_of(thing, self._rules)
        return bulletin_view(thing, self._rules, self.people.shown_names(), copies)

    def _find(self, prefix: str, *, kinds: frozenset[Kind] | None = SHOWN) -> SignedObject:
        """Return the held object of these kinds, None: of any, that is meant.

        The id of a version that is held comes first; then that of the first version, which stays
        good however often its author updates it.
        """
        wanted = id_prefix(prefix)
        held = [
            one.object
            for one in self._runner.engine.held.values()
            if one.object.kind in (kinds or (one.object.kind,))
        ]
        found = [one for one in held if one.id.hex().startswith(wanted)]
        if not found:
            found = [one for one in held if is_update(one) and _is_named(one, wanted)]
        noun = "object" if kinds is None else "bulletin"
        if not found:
            raise NotFoundError(f"No {noun} here has an id that begins with {wanted}.")
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} {noun}s begin with {wanted}; give more digits.")
        return found[0]


def _is_named(update: SignedObject, wanted: str) -> bool:
    """Return whether these digits are the first version's, of which its root has the first 8."""
    root = root_of(update).hex()
    return root.startswith(wanted[: len(root)])


def _require_lifetime(minutes: int) -> None:
    if not 0 < minutes <= BULLETIN_MINUTES_MAX:
        raise LimitError(
            "A bulletin lives from 1 minute to "
            f"{BULLETIN_MINUTES_MAX // 1440} days; post it again when it is over."
        )
