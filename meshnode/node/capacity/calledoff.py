"""What its host called off: slots and meet-ups that were withdrawn, for those who had booked.

Not for: how claims stand (`counter`). Invariants: a thing is here only if it is not held, a
withdrawal by its own author is, and nobody has erased it; on disk it is only if somebody had asked
for it, and no longer than their claims are held.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.board.capacity.books import SOLD_KINDS, Books
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import root_of
from meshnode.node.hub import Hub
from meshnode.protocol.effects import SaveSetting
from meshnode.protocol.errors import PeerError, StoreError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject, decode
from meshnode.store.port import DropSetting, Store, StoreEffect

CALLED_OFF_MAX: Final = 256
"""Things called off that are remembered, the newest ones: a neighbourhood's of three months."""
_PREFIX: Final = "called-off/"
_KINDS: Final = (*SOLD_KINDS, Kind.CLAIM, Kind.WITHDRAWAL, Kind.NOTICE)

log = logging.getLogger(__name__)

_Key = tuple[ShortId, Fingerprint]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A thing in the version that was withdrawn, and the minute that its withdrawal says."""

    thing: SignedObject
    at_min: int


class CalledOffThings:
    """What this node knows of things that are gone."""

    def __init__(self, *, rules: NeighbourhoodRules, books: Books, store: Store, hub: Hub) -> None:
        self._rules = rules
        self._books = books
        self._store = store
        self._hub = hub
        self._known: dict[_Key, SignedObject] = {}
        """Everything that is held or was withdrawn, in its newest version."""
        self._found: dict[_Key, CalledOff] = {}
        self._saved: dict[ObjectId, SignedObject] = {}
        self._looked_at: tuple[int, int] | None = None

    def restore(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept."""
        for key, value in settings.items():
            if key.startswith(_PREFIX):
                try:
                    thing = decode(value)
                except PeerError:
                    # The store compares checksums: a row that is not an object is not ours.
                    continue
                if thing.kind in SOLD_KINDS:
                    self._saved[thing.id] = thing

    async def remember(self) -> None:
        """Keep what is withdrawn while somebody's claim on it is held, until cancelled."""
        with self._hub.watch() as watcher:
            await self._look_and_save()
            async for news in watcher:
                number = news.fields.get("number")
                if news.kind == "removed" or (news.kind == "object" and number in _KINDS):
                    await self._look_and_save()

    def things(self, root: ShortId | None = None) -> list[CalledOff]:
        """Return what was called off: of one root, or everything that is known here."""
        self._look()
        return [one for (of, _), one in self._found.items() if root in (None, of)]

    def _look(self) -> None:
        """Find out what is held now, and what is not any more because its author said so."""
        revision = self._rules.register.revision(*_KINDS)
        at = revision, self._rules.people_revision
        if at == self._looked_at:
            return
        self._looked_at = at
        before = {**self._restored(), **self._known}
        self._known = {
            (one.root, one.author.fingerprint): one.thing for one in self._books.things()
        }
        self._found = {}
        # The newest last, so that it stays.
        gone = [(key, thing) for key, thing in before.items() if key not in self._known]
        for key, thing in sorted(gone, key=lambda pair: pair[1].created_min)[-CALLED_OFF_MAX:]:
            at_min = self._withdrawn_min(key)
            if at_min is not None and not self._rules.is_erased(thing):
                self._known[key] = thing
                self._found[key] = CalledOff(thing, at_min)

    def _restored(self) -> dict[_Key, SignedObject]:
        found: dict[_Key, SignedObject] = {}
        for thing in self._saved.values():
            author = self._rules.author_of(thing)
            if author is not None:
                found[root_of(thing), author.fingerprint] = thing
        return found

    def _withdrawn_min(self, key: _Key) -> int | None:
        """Return when a thing's author took it back; None: it is gone for another reason."""
        root, author = key
        said = [
            one.created_min
            for one in self._rules.register.withdrawals_of(root)
            if (by := self._rules.author_of(one)) is not None and by.fingerprint == author
        ]
        return min(said, default=None)

    async def _look_and_save(self) -> None:
        self._look()
        wanted = {
            one.thing.id: one.thing
            for (root, _), one in self._found.items()
            if self._rules.register.children(root, Kind.CLAIM)
        }
        effects: list[StoreEffect] = [
            SaveSetting(_setting(one), thing.encoded)
            for one, thing in wanted.items()
            if one not in self._saved
        ]
        effects += [DropSetting(_setting(one)) for one in self._saved if one not in wanted]
        if not effects:
            return
        try:
            await self._store.apply(effects)
        except StoreError as error:
            # The runner tells the operator of the disk; the next change tries again.
            log.warning("called off, not saved", extra={"fields": {"problem": str(error)}})
        else:
            self._saved = wanted


def _setting(thing: ObjectId) -> str:
    return f"{_PREFIX}{thing.hex()}"
