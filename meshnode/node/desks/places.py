"""Places at a running node: found by name, with how full they are, when to go, and what is usual.

Not for: signing what people say (their devices do). Invariants: views are derived from the held
objects when they are asked for; what was learned of a level is learned once, also over restarts.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from meshnode.board.items import Item
from meshnode.board.places.besttime import BestTime, best_time
from meshnode.board.places.crowding import Crowding, Said, crowding, level_of
from meshnode.board.places.hosts import named_hosts
from meshnode.board.places.level import LevelFields, encode_level
from meshnode.board.places.opening import is_open
from meshnode.board.places.pattern import Pattern, expected, fold, is_outdated, learn
from meshnode.board.places.place import PlaceFields, readable_place
from meshnode.board.places.said import counted_in, head_of, said_about, samples_of
from meshnode.node.clock import minute_of, moment_of
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.patterns import PatternMemory
from meshnode.node.desks.shelf import ID_PREFIX_MIN, Shelf
from meshnode.node.hub import Hub
from meshnode.node.voice import Voice
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import Kind, SignedObject
from meshnode.store.port import Store

_NAMED_MAX: Final = 5
"""So many are named where several are meant."""
_HOUR_MINUTES: Final = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Usual:
    """When it is usually best to go. Shapes: minutes from 2024-01-01; `percent` 0..100 full."""

    start_min: int
    end_min: int
    percent: int
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as people see it.

    `hosts` are the names of those whom stewards made hosts of it, beside its author; `is_open` is
    None where no hours are said or nobody knows the time; `usual` is None where too little was
    seen; `pattern` is None where it is outdated.
    """

    item: Item
    fields: PlaceFields
    hosts: tuple[str, ...]
    is_open: bool | None
    crowding: Crowding
    said: tuple[Said, ...]
    usual: Usual | None
    pattern: Pattern | None


class Places:
    """The places of one node's board."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        store: Store,
        voice: Voice,
        hub: Hub,
        zone: tzinfo | None,
        is_time_known: Callable[[], bool],
    ) -> None:
        self._shelf = shelf
        self._voice = voice
        self._hub = hub
        self._zone = zone
        self._is_time_known = is_time_known
        self._memory = PatternMemory(store)
        self._views: list[PlaceView] = []
        self._views_at: tuple[int, int, int] | None = None

    def recall(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept of usual levels."""
        self._memory.recall(settings)

    async def remember(self) -> None:
        """Learn from every level that joins the set, until cancelled."""
        with self._hub.watch() as watcher:
            await self._learn_and_save()
            async for news in watcher:
                if news.kind == "object" and news.fields["number"] in (Kind.LEVEL, Kind.PLACE):
                    await self._learn_and_save()

    def views(self, *, with_hidden: bool = False) -> list[PlaceView]:
        """Return the places that are not over, by name; derived once for each minute and change."""
        rules = self._shelf.rules
        revision = rules.register.revision(Kind.PLACE, Kind.LEVEL, Kind.NOTICE, Kind.WITHDRAWAL)
        at = self._shelf.minute(), revision, rules.people_revision
        if at != self._views_at:
            self.learn()
            items = self._shelf.items(Kind.PLACE, with_hidden=True)
            views = [self._view(item) for item in items]
            self._views = sorted(
                views, key=lambda one: (_folded(one.fields.words.name), one.item.root)
            )
            self._views_at = at
        return [one for one in self._views if with_hidden or not one.item.is_hidden]

    def view(self, wanted: str) -> PlaceView:
        """Return the one place of this name, or whose name or id begins so.

        Raises:
            NotFoundError: There is none.
            AmbiguousError: There are several.
        """
        found = self._named(wanted)
        if not found:
            raise NotFoundError(
                f"No place here is called {wanted!r}, or has an id that begins so. See which there "
                "are: meshnode place list"
            )
        if len(found) > 1:
            shown = ", ".join(
                f"{one.fields.words.name} ({one.item.root.hex()})" for one in found[:_NAMED_MAX]
            )
            more = " and others" if len(found) > _NAMED_MAX else ""
            raise AmbiguousError(
                f"{len(found)} places could be meant by {wanted!r}: {shown}{more}. Give the digits "
                "in brackets instead of the name."
            )
        return found[0]

    async def say_level(self, wanted: str, fields: LevelFields, *, minutes: int) -> PlaceView:
        """Sign a level by this node, as a counter beside it does; return the place as it is then.

        It lasts no shorter than what the node said before, which would otherwise stay.

        Raises:
            NotFoundError, AmbiguousError: As `view`.
            LimitError: A field is outside its bounds.
            RefusedError, StoreError: It was not taken; nothing was promised.
        """
        root = self.view(wanted).item.root
        codec, body = encode_level(fields)
        created_min = self._voice.creation_minute()
        earlier = self._shelf.rules.register.versions(Kind.LEVEL, self._voice.key_id, root)
        until_min = max((one.expires_min for one in earlier), default=0)
        await self._voice.say(
            Kind.LEVEL,
            codec,
            body,
            minutes=max(minutes, until_min - created_min),
            created_min=created_min,
            parent=root,
        )
        return self.view(root.hex())

    def learn(self) -> None:
        """Take in what is held of levels; what is known already adds nothing."""
        if not self._is_time_known():
            return
        items = self._shelf.items(Kind.PLACE, with_hidden=True)
        present = {item.root for item in items}
        hour = self._shelf.minute() // _HOUR_MINUTES
        for item in items:
            said = said_about(item, self._shelf.rules)
            capacity = head_of(item).capacity
            levels = [level_of(one, capacity) for one in said]
            known = self._memory.of(item.root)
            learned = learn(known, samples_of(said, levels), counted_in(said))
            folded = fold(learned, hour, self._hour_of_week)
            if folded != known:
                self._memory.keep(folded, present=present)

    async def _learn_and_save(self) -> None:
        self.learn()
        try:
            await self._memory.save()
        except StoreError as error:
            # The runner tells the operator of the disk; what was learned is saved with the next.
            log.warning("pattern not saved", extra={"fields": {"problem": str(error)}})

    def _view(self, item: Item) -> PlaceView:
        rules, minute = self._shelf.rules, self._shelf.minute()
        names = self._shelf.names()
        fields = readable_place(item.thing.codec, item.thing.body)
        said = said_about(item, rules, names)
        pattern = self._memory.of(item.root)
        week = fields.head.week
        now = self._local(minute)
        is_outdated_now = is_outdated(pattern, minute // _HOUR_MINUTES) and not pattern.pending
        hosts = named_hosts(rules, root=item.root, minute=minute)
        return PlaceView(
            item=item,
            fields=fields,
            hosts=tuple(names[one] for one in hosts if one in names),
            is_open=is_open(week, now.weekday(), _HOUR_MINUTES * now.hour + now.minute)
            if week is not None and self._is_time_known()
            else None,
            crowding=crowding(
                said,
                minute=minute,
                capacity=fields.head.capacity,
                counted=pattern.counted,
            ),
            said=tuple(one for one in said if one.expires_min > minute),
            usual=None if is_outdated_now else self._usual(pattern, fields, now),
            pattern=None if is_outdated_now else pattern,
        )

    def _usual(self, pattern: Pattern, fields: PlaceFields, now: datetime) -> Usual | None:
        if not self._is_time_known():
            return None
        found = best_time(
            lambda weekday, hour: expected(pattern, weekday, hour),
            fields.head.week,
            weekday=now.weekday(),
            hour=now.hour,
        )
        return None if found is None else self._in_minutes(found, now)

    def _in_minutes(self, found: BestTime, now: datetime) -> Usual:
        day = now.replace(hour=0, minute=0, second=0) + timedelta(days=found.days_ahead)
        start, end = (
            minute_of(_in_zone(day + timedelta(hours=hour), self._zone))
            for hour in (found.start_hour, found.end_hour)
        )
        return Usual(start, end, found.percent, found.is_quiet)

    def _named(self, wanted: str) -> list[PlaceView]:
        views = self.views(with_hidden=True)
        digits = "".join(wanted.split()).lower().removeprefix("#")
        by_id = [
            one
            for one in views
            if len(digits) >= ID_PREFIX_MIN
            and (one.item.root.hex().startswith(digits) or _id_begins(one.item.thing, digits))
        ]
        shown = [one for one in views if not one.item.is_hidden]
        folded = _folded(wanted)
        names = [(one, _folded(one.fields.words.name)) for one in shown if folded]
        by_name = (
            [one for one, name in names if name == folded]
            # Together: else a new place would change what a shortened name means.
            or [one for one, name in names if _has_word(name, folded)]
        )
        return list({one.item.thing.id: one for one in (*by_name, *by_id)}.values())

    def _hour_of_week(self, hour: int) -> int:
        local = self._local(hour * _HOUR_MINUTES)
        return 24 * local.weekday() + local.hour

    def _local(self, minute: int) -> datetime:
        return moment_of(minute).astimezone(self._zone)


def _id_begins(thing: SignedObject, digits: str) -> bool:
    return thing.id.hex().startswith(digits)


def _has_word(name: str, beginning: str) -> bool:
    """Return whether a word of a name begins so, or the whole name."""
    return re.search(rf"(?<!\w){re.escape(beginning)}", name) is not None


def _in_zone(wall: datetime, zone: tzinfo | None) -> datetime:
    """Return the moment at which clocks of a zone show this; its offset may differ from now's."""
    naive = wall.replace(tzinfo=None)
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def is_near(view: PlaceView, wanted: str) -> bool:
    """Return whether a name, an address or a text of a place has these words in it."""
    words = view.fields.words
    return _folded(wanted) in _folded(f"{words.name} {words.address} {words.text}")
