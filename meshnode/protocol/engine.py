"""The gossip engine: events in, effects out. The same machine in daemon, simulator and tests.

Not for: what objects mean (`ports.Rules`) or carrying effects out (`meshnode.node.runner`).
Invariants: `handle` never raises for bytes from outside, they become a counted `Drop`; every
object enters through `ingress`, whatever its way; effects stand in the order in which they must
be carried out; the same events, times and dice give the same effects.
Source: docs/architecture.md; docs/spec/frames.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.audience import Audience
from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN, CommunityClock, Quality
from meshnode.protocol.common import Common
from meshnode.protocol.effects import (
    Drop,
    Effect,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkDown,
    LinkUp,
    Paced,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.frames import Hello, Objects, RadioCodec, Ranges, Total, decode_stream
from meshnode.protocol.ingress import Ingress
from meshnode.protocol.inventory import Held, Inventory
from meshnode.protocol.keys import PublicKey, key_id
from meshnode.protocol.ledger import ORDINARY_SHARE, Ledger
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.pace import Pace, usual_pace
from meshnode.protocol.ports import Dice, Rules
from meshnode.protocol.radio import RadioLink
from meshnode.protocol.stream import StreamLink
from meshnode.protocol.transmitter import LEDGER_KEY
from meshnode.protocol.whereabouts import Holder, meet

HOUSEKEEPING_MS: Final = 60_000
"""How often expired objects leave and strangers' objects are given up."""
CLOCK_STEP_MINUTES: Final = 60
"""After a correction larger than this, what was refused is worth asking for again."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Who this node is. `network_key` is 32 bytes shared by the community."""

    public_key: PublicKey
    network_key: bytes
    ordinary_share: float = ORDINARY_SHARE


class Engine:
    """One node's gossip."""

    def __init__(
        self, configuration: Configuration, *, rules: Rules, dice: Dice, now_ms: int
    ) -> None:
        self._configuration = configuration
        self._rules = rules
        self.common = Common(
            inventory=Inventory(),
            clock=CommunityClock(),
            ledger=Ledger(ordinary_share=configuration.ordinary_share),
            codec=RadioCodec(configuration.network_key, key_id(configuration.public_key)),
            dice=dice,
            pace=usual_pace(configuration.ordinary_share),
        )
        self._audience = Audience(self.common)
        self._ingress = Ingress(
            self.common,
            rules,
            self._audience,
            own=key_id(configuration.public_key),
            clock_moved=self._clock_moved,
        )
        self.links = self._audience.links
        self.contacts = self._audience.contacts
        self.peers = self._audience.peers
        self._housekeeping_ms = now_ms

    def restore(
        self,
        objects: Iterable[SignedObject],
        removed: Iterable[tuple[ObjectId, str, int]],
        settings: dict[str, bytes],
        now_ms: int,
    ) -> None:
        """Take over what the store kept; no signature is verified again.

        Whether all of it still has its ground is looked at with the first event: since then the
        node may have come to trust another charter.

        Raises:
            PeerError: A setting is damaged.
        """
        self._ingress.restore(objects, removed)
        if LEDGER_KEY in settings:
            self.common.ledger.restore(settings[LEDGER_KEY], now_ms=now_ms)

    def handle(self, event: Event, now_ms: int) -> list[Effect]:
        """Return what is to be done about an event, in order.

        Shapes: `now_ms` is monotonic and never falls.
        """
        effects = self._dispatch(event, now_ms)
        if now_ms >= self._housekeeping_ms:
            self._housekeeping_ms = now_ms + HOUSEKEEPING_MS
            effects += self._ingress.tidy(now_ms)
        for link in list(self.links.values()):
            effects += link.advance(now_ms)
        for effect in effects:
            if isinstance(effect, Drop):
                self.common.drops[effect.reason] = self.common.drops.get(effect.reason, 0) + 1
        return effects

    def next_deadline_ms(self) -> int:
        """Return when the engine wants a `Tick` if nothing else happens before."""
        deadlines = [link.deadline_ms for link in self.links.values()]
        return min(self._housekeeping_ms, *deadlines) if deadlines else self._housekeeping_ms

    def creation_minute(self, now_ms: int) -> int:
        """Return the minute to write on an object that is made now."""
        return self.common.clock.creation_minute(now_ms)

    @property
    def pace(self) -> Pace:
        """What the engine keeps to."""
        return self.common.pace

    @property
    def held(self) -> dict[ObjectId, Held]:
        """The objects of the set by id; not to be changed."""
        return self.common.inventory.held

    def holders(self, thing: ObjectId) -> list[Holder]:
        """Return which neighbours hold a held object, by their own word; [] if it is not held."""
        return self._audience.holders(thing)

    def _dispatch(self, event: Event, now_ms: int) -> list[Effect]:
        match event:
            case FrameReceived():
                return self._frame_received(event, now_ms)
            case Submitted(thing):
                return self._submitted(thing, now_ms)
            case TransmitDone():
                return self._transmit_done(event, now_ms)
            case LinkUp():
                self._audience.link_down(event.link)
                self._link_up(event, now_ms)
            case LinkDown(link):
                self._audience.link_down(link)
            case ChannelUtilisation() | Decoded():
                self._radio_told(event, now_ms)
            case WallClock(minute, is_synchronised):
                self._wall_clock(minute, is_synchronised=is_synchronised, now_ms=now_ms)
            case Paced(pace):
                self._keep_to(pace, now_ms)
            case Tick():
                pass
        return []

    def _keep_to(self, pace: Pace, now_ms: int) -> None:
        before, self.common.pace = self.common.pace, pace
        self.common.ledger.allot(ordinary_share=pace.ordinary_share, urgent_share=pace.urgent_share)
        self._ingress.rerank(before.waiting ^ pace.waiting, now_ms)
        for link in self.links.values():
            if isinstance(link, RadioLink):
                link.pace_changed(now_ms)

    def _radio_told(self, event: ChannelUtilisation | Decoded, now_ms: int) -> None:
        radio = self.links.get(event.link)
        if not isinstance(radio, RadioLink):
            return
        if isinstance(event, Decoded):
            radio.decoded(event.token, event.elements, now_ms)
        elif 0 <= event.percent <= 100:
            radio.utilisation(event.percent, now_ms)

    def _wall_clock(self, minute: int, *, is_synchronised: bool, now_ms: int) -> None:
        clock = self.common.clock
        before_min = clock.minute(now_ms)
        clock.observe_wall(minute, is_synchronised=is_synchronised, now_ms=now_ms)
        self._clock_moved(before_min, now_ms)

    def _clock_moved(self, before_min: int, now_ms: int) -> None:
        clock = self.common.clock
        if clock.quality(now_ms) is Quality.UNKNOWN:
            return
        minute = clock.minute(now_ms)
        self.common.ledger.learn_minute(minute, now_ms=now_ms)
        if abs(minute - before_min) > CLOCK_STEP_MINUTES:
            self.common.refused.clear()

    def _link_up(self, event: LinkUp, now_ms: int) -> None:
        if event.medium.peer is None:
            self._audience.radio_up(event, now_ms)
            return
        own = self._configuration.public_key
        credentials = tuple(thing.encoded for thing in self._rules.credentials(own))
        self._audience.stream_up(event, own, credentials, now_ms)

    def _transmit_done(self, event: TransmitDone, now_ms: int) -> list[Effect]:
        link = self.links.get(event.link)
        if isinstance(link, RadioLink):
            return link.done(event.token, event.outcome, event.retry_after_ms, now_ms)
        if link is not None:
            link.done(event.token, event.outcome, now_ms)
        return []

    def _submitted(self, thing: SignedObject, now_ms: int) -> list[Effect]:
        is_timeless = self.common.clock.quality(now_ms) is Quality.UNKNOWN
        if is_timeless and thing.created_min < PLAUSIBLE_FROM_MIN:
            # Whoever knows the time would take it for long over.
            return [Drop("clock_unknown", None, thing.id.hex())]
        return self._ingress.enter(thing.encoded, None, now_ms)

    def _frame_received(self, event: FrameReceived, now_ms: int) -> list[Effect]:
        link = self.links.get(event.link)
        if link is None:
            return [Drop("link_unknown", event.link)]
        try:
            if isinstance(link, StreamLink):
                return self._stream_frame(link, event.frame, now_ms)
            frame = self.common.codec.open(event.frame)
            encoded, effects = link.heard(frame, len(event.frame), event.snr_db, now_ms)
        except PeerError as error:
            return [Drop(error.reason, event.link, error.detail)]
        return [*effects, *self._ingress.enter_all(encoded, event.link, now_ms)]

    def _stream_frame(self, link: StreamLink, data: bytes, now_ms: int) -> list[Effect]:
        frame = decode_stream(data)
        link.peer.last_heard_ms = now_ms
        match frame:
            case Hello():
                return self._hello(link, frame, now_ms)
            case _ if not link.is_ready:
                raise PeerError("not_greeted", "objects or ranges before hello")
            case Objects(encoded):
                link.heard_objects(encoded, now_ms)
                return self._ingress.enter_all(encoded, link.name, now_ms)
            case Total():
                link.heard_total(frame, now_ms)
                return []
            case Ranges():
                return link.reconcile(frame, now_ms)

    def _hello(self, link: StreamLink, hello: Hello, now_ms: int) -> list[Effect]:
        if link.is_ready:
            raise PeerError("greeted_twice", "a second hello")
        effects = self._ingress.enter_all(hello.encoded, link.name, now_ms)
        peer = PublicKey(link.medium.peer or b"")
        if self._rules.is_member(peer):
            link.greeted(hello, now_ms)
            meet(self.peers, peer, link.peer)
            return effects
        return [
            *effects,
            Drop("stranger", link.name, "a stream peer that nobody vouches for"),
            *link.close("nobody of this community vouches for it"),
        ]
