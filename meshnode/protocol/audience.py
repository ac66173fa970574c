"""Everybody this node talks to: its links, who was met on them, and what they must be told.

Not for: deciding what joins the set (`ingress`) or what a frame says (`radio`, `stream`).
Invariants: what joined here is said on every link but the one it came from; what could not be
said because no radio is there is kept, bounded.
"""

from collections.abc import Sequence
from typing import Final

from meshnode.protocol.common import Common
from meshnode.protocol.events import LinkUp
from meshnode.protocol.holdings import Peer
from meshnode.protocol.inventory import Held
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import ObjectId
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import RadioLink
from meshnode.protocol.stream import StreamLink
from meshnode.protocol.transmitter import Contacts
from meshnode.protocol.whereabouts import Holder, holders, object_left

UNSENT_MAX: Final = 64
"""Own objects kept for a radio that is away; older ones go out by reconciliation."""
CONTACTS_MAX: Final = 16
"""Radio links whose contacts are remembered; a node has one or two."""
FRESH_MINUTES: Final = 30
"""What comes over a stream and is older is not news: beacons tell which radio neighbours lack it.
Else whoever catches up over the internet would say it all again to neighbours who know it."""


class Audience:
    """The links of one node."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self.links: dict[str, RadioLink | StreamLink] = {}
        self.contacts: dict[str, Contacts] = {}
        self.peers: dict[PublicKey, Peer] = {}
        """The members that were met on streams, gone ones included."""
        self._unsent: dict[ObjectId, None] = {}

    def stream_up(
        self, event: LinkUp, own: PublicKey, credentials: Sequence[bytes], now_ms: int
    ) -> None:
        """A stream to somebody is there; `credentials` are what we greet with."""
        peer = event.medium.peer or PublicKey(b"")
        self.links[event.link] = StreamLink(
            event.link,
            event.medium,
            self._common,
            opens=own < peer,
            credentials=credentials,
            now_ms=now_ms,
        )

    def radio_up(self, event: LinkUp, now_ms: int) -> None:
        """A radio is there: it says what waited for one."""
        contacts = self.contacts.setdefault(event.link, Contacts())
        if len(self.contacts) > CONTACTS_MAX:
            del self.contacts[next(iter(self.contacts))]
        radio = RadioLink(event.link, event.medium, self._common, contacts, now_ms)
        self.links[event.link] = radio
        for thing in self._unsent:
            held = self._common.inventory.held.get(thing)
            if held is not None:
                # After a power cut many nodes come up together: only alerts go out at once.
                radio.push(held, now_ms, is_own=held.rank is Priority.URGENT)
        self._unsent.clear()

    def link_down(self, name: str) -> None:
        """A link is gone; what a radio had not said waits for the next one."""
        link = self.links.pop(name, None)
        if isinstance(link, RadioLink):
            for thing in link.unsaid:
                self._keep_unsent(thing)

    def joined(self, held: Held, source: str | None, now_ms: int) -> None:
        """An object joined the set, from the link `source`, or made here."""
        fresh_from_min = self._common.clock.minute(now_ms) - FRESH_MINUTES
        is_news = (
            source is None
            or held.rank is Priority.URGENT
            or held.object.created_min >= fresh_from_min
        )
        has_radio = False
        for name, link in self.links.items():
            if isinstance(link, StreamLink):
                if name != source:
                    link.push(held)
                continue
            has_radio = True
            link.set_changed(held.object.id, now_ms)
            if not is_news:
                continue
            if name == source:
                link.relay(held, now_ms)
            else:
                link.push(held, now_ms, is_own=source is None)
        if source is None and not has_radio:
            self._keep_unsent(held.object.id)

    def accompany(self, companion: Held, thing: ObjectId, source: str | None, now_ms: int) -> None:
        """Let what must not lag behind an object that joined now go the same way."""
        for name, link in self.links.items():
            if isinstance(link, RadioLink):
                link.accompany(companion, thing, now_ms)
            elif name != source:
                link.push(companion)

    def reranked(self, held: Held) -> None:
        """An object of the set has another rank on the air."""
        for link in self.links.values():
            if isinstance(link, RadioLink):
                link.rerank(held)

    def left(self, thing: ObjectId, now_ms: int) -> None:
        """An object left the set for good."""
        self.expired(thing)
        for link in self.links.values():
            if isinstance(link, RadioLink):
                link.set_changed(thing, now_ms)

    def expired(self, thing: ObjectId) -> None:
        """An object is over; digests go on counting it for a while."""
        object_left(thing, self.contacts, self.peers)

    def holders(self, thing: ObjectId) -> list[Holder]:
        """Return which neighbours hold a held object, by their own word; [] if it is not held."""
        held = self._common.inventory.held.get(thing)
        own = self._common.codec.sender
        return [] if held is None else holders(held, self.contacts, self.peers, own=own)

    def _keep_unsent(self, thing: ObjectId) -> None:
        self._unsent[thing] = None
        if len(self._unsent) > UNSENT_MAX:
            del self._unsent[next(iter(self._unsent))]
