"""What API and command line may ask of a running node.

Not for: HTTP or terminals. Invariants: what a method that changes something returns from is on
disk; every refusal is a `MeshError` whose message is for the person who asked.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from meshnode.board.bulletin import BulletinFields, Severity, clean, encode_bulletin
from meshnode.board.certificate import IdentityClass
from meshnode.board.rules import BULLETIN_MINUTES_MAX, NeighbourhoodRules
from meshnode.board.view import BulletinView, board, bulletin_view
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.links import LinkState
from meshnode.node.clock import Clock, moment_of
from meshnode.node.hub import Watcher
from meshnode.node.keyring import Keyring
from meshnode.node.languages import Language
from meshnode.node.reader import LocalReader
from meshnode.node.runner import Runner
from meshnode.node.template_form import Given, fill_template, lifetime_minutes
from meshnode.node.whereabouts import Whereabouts, places_of
from meshnode.protocol.clock import Quality
from meshnode.protocol.errors import LimitError, MeshError
from meshnode.protocol.keys import KeyId, PublicKey, key_id
from meshnode.protocol.load import Purpose
from meshnode.protocol.object import (
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)
from meshnode.protocol.radio import RadioLink
from meshnode.store.port import Store

EXPIRES_MINUTES_DEFAULT: Final = 1440
ID_PREFIX_MIN: Final = 4
"""Shortest shortened id, in hex digits; shorter ones would become ambiguous within a day."""


class NotFoundError(MeshError):
    """There is no such thing here."""


class AmbiguousError(MeshError):
    """Several things match; say more."""


class NotAllowedError(MeshError):
    """This key may not do that."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node heard on a radio. `name` is None where the sender's profile is not here."""

    sender: str
    name: str | None
    link: str
    last_contact_s: int
    snr_db: float | None
    loss_percent: int
    frames: int


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """A link as people see it."""

    name: str
    state: LinkState
    pending: int


@dataclass(frozen=True, slots=True)
class Airtime:
    """Milliseconds on the air in the last hour, what is allowed, and what it went for."""

    spent_ms: int
    budget_ms: int
    urgent_budget_ms: int
    by_purpose_ms: dict[str, int]
    urgent_by_purpose_ms: dict[str, int]
    frames_by_purpose: dict[str, int]


@dataclass(frozen=True, slots=True)
class Status:
    """How the node is. `store_bytes` is the database; `problems` want somebody's attention."""

    name: str
    node_id: str
    community: str
    version: str
    uptime_s: int
    objects: int
    bulletins: int
    members: int
    links: tuple[LinkStatus, ...]
    neighbours: tuple[Neighbour, ...]
    airtime: Airtime
    drops: dict[str, int]
    clock_quality: Quality
    minute: int
    store_bytes: int
    problems: tuple[str, ...]


class Service:
    """One running node, as a person may use it."""

    def __init__(
        self,
        *,
        name: str,
        keyring: Keyring,
        rules: NeighbourhoodRules,
        runner: Runner,
        store: Store,
        clock: Clock,
        zone: tzinfo | None = None,
    ) -> None:
        self.name = name
        self.zone = zone
        self._keyring = keyring
        self._rules = rules
        self._runner = runner
        self._store = store
        self._clock = clock

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
        return await self._post(fields, expires_minutes, self._creation_minute())

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
        created_min = self._creation_minute()
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

    def reader(self, language: Language) -> LocalReader:
        """Return who reads here and now in that language."""
        now = moment_of(self.minute).astimezone(self.zone)
        return LocalReader(language, self.zone, now.date() if self.is_time_known else None)

    def bulletins(self) -> list[BulletinView]:
        """Return the board: what is not over, the worst first, then the newest."""
        objects = [held.object for held in self._runner.engine.held.values()]
        return board(objects, self._rules, minute=self.minute)

    def bulletin(self, prefix: str) -> BulletinView:
        """Return the bulletin whose id begins with `prefix`, in hex.

        Raises:
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        return self._view(self._find(prefix))

    def whereabouts(self, prefix: str) -> Whereabouts:
        """Return where the object is, of whatever kind, whose id begins with `prefix`, in hex.

        Raises:
            NotFoundError, AmbiguousError: As `bulletin`.
        """
        thing = self._find(prefix, kind=None)
        holders = self._runner.engine.holders(thing.id)
        places = places_of(holders, self._node_names(), now_ms=self._clock.now_ms())
        return Whereabouts(thing.id, places)

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
        created_min = self._creation_minute()
        await self._submit(
            Kind.WITHDRAWAL,
            0,
            WITHDRAWAL_BODY,
            minutes=max(1, target.expires_min - created_min),
            created_min=created_min,
            parent=target.short_id,
        )
        return view

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
            bulletins=self._bulletin_count(),
            members=self.member_count,
            links=tuple(self._links()),
            neighbours=tuple(self._neighbours(now_ms)),
            airtime=self._airtime(now_ms),
            drops=dict(sorted(engine.common.drops.items())),
            clock_quality=engine.common.clock.quality(now_ms),
            minute=self.minute,
            store_bytes=self._store.size_bytes,
            problems=tuple(self._runner.problems()),
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
        if not 0 < expires_minutes <= BULLETIN_MINUTES_MAX:
            raise LimitError(
                "A bulletin lives from 1 minute to "
                f"{BULLETIN_MINUTES_MAX // 1440} days; post it again when it is over."
            )
        # The predicting codecs take up to a second of a small Pi: radios must not wait for that.
        codec, body = await asyncio.to_thread(encode_bulletin, fields)
        thing = await self._submit(
            Kind.BULLETIN, codec, body, minutes=expires_minutes, created_min=created_min
        )
        return self._view(thing)

    async def _submit(
        self,
        kind: Kind,
        codec: int,
        body: bytes,
        *,
        minutes: int,
        created_min: int,
        parent: ShortId | None = None,
    ) -> SignedObject:
        sequence = await self._store.next_sequence(
            self._keyring.key.id, above=self._runner.own_sequence_max()
        )
        thing = compose(
            key=self._keyring.key,
            community=self._keyring.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=sequence,
            created_min=created_min,
            lifetime_code=lifetime_code_for(minutes),
            parent=parent,
        )
        await self._runner.submit(thing)
        return thing

    def _creation_minute(self) -> int:
        return self._runner.engine.creation_minute(self._clock.now_ms())

    def _bulletin_count(self) -> int:
        """Return how many bulletins are on the board, without looking into any."""
        minute = self.minute
        return sum(
            held.object.kind == Kind.BULLETIN and held.object.expires_min > minute
            for held in self._runner.engine.held.values()
        )

    def _view(self, thing: SignedObject) -> BulletinView:
        return bulletin_view(thing, self._rules)

    def _find(self, prefix: str, *, kind: Kind | None = Kind.BULLETIN) -> SignedObject:
        """Return the held object of this kind, None: of any, that is meant."""
        wanted = prefix.strip().lower().removeprefix("#")
        if len(wanted) < ID_PREFIX_MIN or not set(wanted) <= set("0123456789abcdef"):
            raise LimitError(
                f"An id is at least {ID_PREFIX_MIN} of the digits 0-9 and a-f, "
                f"as `bulletin list` shows it; not {prefix!r}."
            )
        found: list[ObjectId] = [
            thing_id
            for thing_id, held in self._runner.engine.held.items()
            if kind in (None, held.object.kind) and thing_id.hex().startswith(wanted)
        ]
        noun = "object" if kind is None else kind.name.lower()
        if not found:
            raise NotFoundError(f"No {noun} here has an id that begins with {wanted}.")
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} {noun}s begin with {wanted}; give more digits.")
        return self._runner.engine.held[found[0]].object

    def _links(self) -> Iterator[LinkStatus]:
        engine = self._runner.engine
        for name, state in sorted(self._runner.link_states.items()):
            link = engine.links.get(name)
            yield LinkStatus(name=name, state=state, pending=link.pending_count if link else 0)

    def _node_names(self) -> dict[PublicKey, str]:
        """Return the names of the nodes that belong here."""
        return {
            one.public_key: self._rules.name_of(one)
            for one in self._rules.members()
            if one.identity_class is IdentityClass.NODE
        }

    def _neighbours(self, now_ms: int) -> Iterator[Neighbour]:
        names = {key_id(key)[:2]: name for key, name in self._node_names().items()}
        for link, contacts in self._runner.engine.contacts.items():
            for heard in contacts.neighbours.all():
                yield Neighbour(
                    sender=heard.sender.hex(),
                    name=names.get(KeyId(heard.sender)),
                    link=link,
                    last_contact_s=(now_ms - heard.last_heard_ms) // 1000,
                    snr_db=heard.snr_db,
                    loss_percent=round(100 * heard.loss),
                    frames=heard.frame_count,
                )

    def _airtime(self, now_ms: int) -> Airtime:
        engine = self._runner.engine
        ledger = engine.common.ledger
        radios = [link.medium for link in engine.links.values() if isinstance(link, RadioLink)]
        contacts = engine.contacts.values()
        return Airtime(
            spent_ms=round(ledger.spent_ms(now_ms)),
            budget_ms=round(ledger.budget_ms(radios[0], is_urgent=False) if radios else 0),
            urgent_budget_ms=round(ledger.budget_ms(radios[0], is_urgent=True) if radios else 0),
            by_purpose_ms=_sums([one.spent_ms for one in contacts]),
            urgent_by_purpose_ms=_sums([one.urgent_ms for one in contacts]),
            frames_by_purpose=_sums([one.frame_counts for one in contacts]),
        )


def _sums(accounts: Sequence[Mapping[Purpose, float]]) -> dict[str, int]:
    """Return the total of all radios for each purpose."""
    return {
        purpose.value: round(sum(account[purpose] for account in accounts)) for purpose in Purpose
    }
