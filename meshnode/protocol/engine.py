"""The gossip engine: events in, effects out. The same machine in daemon, simulator and tests.

Not for: what objects mean (`ports.Rules`) or carrying effects out (`meshnode.node.runner`).
Invariants: `handle` never raises for bytes from outside, they become a counted `Drop`; every
object enters through `_ingest`, whatever its way; effects stand in the order in which they must
be carried out; the same events, times and dice give the same effects.
Source: docs/architecture.md; docs/spec/frames.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN, CommunityClock, Quality
from meshnode.protocol.common import Common
from meshnode.protocol.effects import (
    Drop,
    Effect,
    ForgetRemoved,
    RemoveObject,
    StoreObject,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkDown,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.frames import Hello, Objects, RadioCodec, Ranges, Total, decode_stream
from meshnode.protocol.holdings import Peer
from meshnode.protocol.inventory import Held, Inventory, expiry_hour
from meshnode.protocol.keys import KeyId, PublicKey, key_id
from meshnode.protocol.ledger import ORDINARY_SHARE, Ledger
from meshnode.protocol.limits import (
    FUTURE_MINUTES_MAX,
    GONE_MINUTES,
    HELD_OBJECTS_MAX,
    HELD_RESERVE,
    WAITING_MS_MAX,
    WAITING_OBJECTS_MAX,
)
from meshnode.protocol.object import ObjectId, SignedObject, decode
from meshnode.protocol.ports import Accepted, Allowance, Dice, Refused, Rules, Waiting
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import Quota
from meshnode.protocol.radio import RadioLink
from meshnode.protocol.stream import StreamLink
from meshnode.protocol.transmitter import LEDGER_KEY, Contacts
from meshnode.protocol.whereabouts import Holder, holders, meet, object_left

HOUSEKEEPING_MS: Final = 60_000
"""How often expired objects leave and strangers' objects are given up."""
UNSENT_MAX: Final = 64
"""Own objects kept for a radio that is away; older ones go out by reconciliation."""
CONTACTS_MAX: Final = 16
"""Radio links whose contacts are remembered; a node has one or two."""
FRESH_MINUTES: Final = 30
"""What comes over a stream and is older is not news: beacons tell which radio neighbours lack it.
Else whoever catches up over the internet would say it all again to neighbours who know it."""
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
        )
        self.contacts: dict[str, Contacts] = {}
        self.peers: dict[PublicKey, Peer] = {}
        """The members that were met on streams, gone ones included."""
        self.links: dict[str, RadioLink | StreamLink] = {}
        self._quota = Quota()
        self._waiting: dict[ObjectId, tuple[SignedObject, str | None, int]] = {}
        self._unsent: dict[ObjectId, None] = {}
        self._housekeeping_ms = now_ms
        self._has_started = False
        self._moved: frozenset[KeyId] = frozenset()
        """Keys whose objects are to be counted anew."""

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
        own = key_id(self._configuration.public_key)
        things = list(objects)
        for thing in things:
            self._rules.learn(thing)
        for thing in things:
            self._add(thing, self._rules.rank(thing), self._rules.allowance(thing))
            if thing.author != own:
                self.common.clock.observe_stored(thing.created_min)
        for thing_id, reason, until_min in removed:
            if until_min:
                self.common.inventory.remember_gone(thing_id, reason, until_min)
        if LEDGER_KEY in settings:
            self.common.ledger.restore(settings[LEDGER_KEY], now_ms=now_ms)

    def handle(self, event: Event, now_ms: int) -> list[Effect]:
        """Return what is to be done about an event, in order.

        Shapes: `now_ms` is monotonic and never falls.
        """
        effects = self._dispatch(event, now_ms)
        if now_ms >= self._housekeeping_ms:
            effects += self._housekeeping(now_ms)
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
    def held(self) -> dict[ObjectId, Held]:
        """The objects of the set by id; not to be changed."""
        return self.common.inventory.held

    def holders(self, thing: ObjectId) -> list[Holder]:
        """Return which neighbours hold a held object, by their own word; [] if it is not held."""
        held = self.held.get(thing)
        own = self.common.codec.sender
        return [] if held is None else holders(held, self.contacts, self.peers, own=own)

    def _dispatch(self, event: Event, now_ms: int) -> list[Effect]:
        match event:
            case FrameReceived():
                return self._frame_received(event, now_ms)
            case Submitted(thing):
                return self._submitted(thing, now_ms)
            case TransmitDone():
                return self._transmit_done(event, now_ms)
            case LinkUp():
                self._link_down(event.link)
                self._link_up(event, now_ms)
            case LinkDown(link):
                self._link_down(link)
            case ChannelUtilisation() | Decoded():
                self._radio_told(event, now_ms)
            case WallClock(minute, is_synchronised):
                self._wall_clock(minute, is_synchronised=is_synchronised, now_ms=now_ms)
            case Tick():
                pass
        return []

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
        if event.medium.peer is not None:
            self.links[event.link] = StreamLink(
                event.link,
                event.medium,
                self.common,
                opens=self._configuration.public_key < event.medium.peer,
                credentials=self._credentials(),
                now_ms=now_ms,
            )
            return
        contacts = self.contacts.setdefault(event.link, Contacts())
        if len(self.contacts) > CONTACTS_MAX:
            del self.contacts[next(iter(self.contacts))]
        radio = RadioLink(event.link, event.medium, self.common, contacts, now_ms)
        self.links[event.link] = radio
        for thing in self._unsent:
            held = self.held.get(thing)
            if held is not None:
                # After a power cut many nodes come up together: only alerts go out at once.
                radio.push(held, now_ms, is_own=held.rank is Priority.URGENT)
        self._unsent.clear()

    def _link_down(self, name: str) -> None:
        link = self.links.pop(name, None)
        if isinstance(link, RadioLink):
            for thing in link.unsaid:
                self._keep_unsent(thing)

    def _keep_unsent(self, thing: ObjectId) -> None:
        self._unsent[thing] = None
        if len(self._unsent) > UNSENT_MAX:
            del self._unsent[next(iter(self._unsent))]

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
        return self._ingest(thing.encoded, None, now_ms)

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
        return [*effects, *self._ingest_all(encoded, event.link, now_ms)]

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
                return self._ingest_all(encoded, link.name, now_ms)
            case Total():
                link.heard_total(frame, now_ms)
                return []
            case Ranges():
                return link.reconcile(frame, now_ms)

    def _hello(self, link: StreamLink, hello: Hello, now_ms: int) -> list[Effect]:
        if link.is_ready:
            raise PeerError("greeted_twice", "a second hello")
        effects = self._ingest_all(hello.encoded, link.name, now_ms)
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

    def _ingest_all(self, encoded: Sequence[bytes], link: str | None, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        for one in encoded:
            effects += self._ingest(one, link, now_ms)
        return effects

    def _ingest(self, encoded: bytes, link: str | None, now_ms: int) -> list[Effect]:
        """The one way by which an object enters, from radio, stream, file or a person."""
        try:
            thing = decode(encoded)
            if thing.id in self.held or thing.id in self._waiting:
                return []
        except PeerError as error:
            return [Drop(error.reason, link, error.detail)]
        if thing.id in self.common.inventory.gone:
            reason, _ = self.common.inventory.gone[thing.id]
            return [Drop(reason, link, thing.id.hex())]
        if self._is_over(thing, now_ms):
            return [self._refuse("expired", thing, link, now_ms)]
        return self._judge(thing, link, now_ms)

    def _is_over(self, thing: SignedObject, now_ms: int) -> bool:
        if self.common.clock.quality(now_ms) is Quality.UNKNOWN:
            return False
        return expiry_hour(thing) < self.common.cutoff_hour(now_ms)

    def _is_future(self, thing: SignedObject, now_ms: int) -> bool:
        clock = self.common.clock
        if clock.quality(now_ms) is Quality.UNKNOWN:
            return False
        return thing.created_min > clock.minute(now_ms) + FUTURE_MINUTES_MAX

    def _refuse(self, reason: str, thing: SignedObject, link: str | None, now_ms: int) -> Drop:
        self.common.refuse(thing.id, now_ms)
        return Drop(reason, link, thing.id.hex())

    def _judge(self, thing: SignedObject, link: str | None, now_ms: int) -> list[Effect]:
        verdict = self._rules.judge(thing)
        match verdict:
            case Refused(reason):
                return [self._refuse(reason, thing, link, now_ms)]
            case Waiting(reason) if link is None:
                # Nobody would believe us either: whoever posted this must hear of it now.
                return [self._refuse(reason, thing, link, now_ms)]
            case Waiting():
                return self._wait(thing, link, now_ms)
            case Accepted(replaces):
                self._observe_time(thing, now_ms)
                if self._is_future(thing, now_ms):
                    return [self._refuse("future", thing, link, now_ms)]
                return self._accept(thing, replaces, link, now_ms)

    def _observe_time(self, thing: SignedObject, now_ms: int) -> None:
        """Learn from a certified author's clock, even from an object that seems to be too new.

        A node whose clock stands days behind would otherwise refuse all that could correct it.
        """
        clock = self.common.clock
        if thing.author == key_id(self._configuration.public_key):
            clock.observe_own(thing.created_min, now_ms)
            return
        before_min = clock.minute(now_ms)
        clock.observe_object(thing.author, thing.created_min, now_ms)
        self._clock_moved(before_min, now_ms)

    def _wait(self, thing: SignedObject, link: str | None, now_ms: int) -> list[Effect]:
        self._waiting[thing.id] = (thing, link, now_ms + WAITING_MS_MAX)
        if len(self._waiting) > WAITING_OBJECTS_MAX:
            # Whoever has most waiting makes room, so that nobody drives the others out.
            counts = Counter(one.author for one, _, _ in self._waiting.values())
            most = max(counts.values())
            oldest = next(
                one for one in self._waiting if counts[self._waiting[one][0].author] == most
            )
            return [self._give_up(oldest, now_ms)]
        return []

    def _give_up(self, thing_id: ObjectId, now_ms: int) -> Drop:
        thing, link, _ = self._waiting.pop(thing_id)
        verdict = self._rules.judge(thing)
        reason = verdict.reason if isinstance(verdict, Waiting | Refused) else "stranger"
        return self._refuse(reason, thing, link, now_ms)

    def _accept(
        self,
        thing: SignedObject,
        replaces: tuple[ObjectId, ...],
        link: str | None,
        now_ms: int,
    ) -> list[Effect]:
        allowance, worth = self._rules.allowance(thing), self._rules.rank(thing)
        reserve = HELD_RESERVE if worth < Priority.ORDINARY else 0
        if len(self.held) >= HELD_OBJECTS_MAX + reserve and not replaces:
            return [self._refuse("full", thing, link, now_ms)]
        surplus = self._quota.surplus(thing, allowance, replaces)
        if surplus is thing:
            return [self._refuse("quota", thing, link, now_ms)]
        effects: list[Effect] = [StoreObject(thing, link)]
        effects += [self._remove(replaced, "replaced", now_ms) for replaced in replaces]
        if surplus is not None:
            effects += self._yield_place(surplus, now_ms)
        self._rules.learn(thing)
        self._add(thing, worth, allowance)
        self._spread(self.held[thing.id], link, now_ms)
        self._bring_companions(thing.id, link, now_ms)
        return effects + self._settle(now_ms)

    def _yield_place(self, surplus: SignedObject, now_ms: int) -> list[Effect]:
        """Let an object go for others of its account. It may come back when those leave."""
        self._remove(surplus.id, "quota", now_ms)
        self.common.refuse(surplus.id, now_ms)
        return self._let_return("quota", "replaced")

    def _add(self, thing: SignedObject, worth: Priority, allowance: Allowance) -> None:
        rank = self._quota.rank(thing, worth, allowance)
        companion_of = self._rules.companion_of(thing)
        self.common.inventory.add(thing, rank, companion_of=companion_of, worth=worth)
        self._quota.add(thing, allowance, worth)

    def _settle(self, now_ms: int) -> list[Effect]:
        """Let go what lost its ground, and look again at what waited for its ground.

        What leaves so is not remembered as gone: its ground may come back. The same holds for
        what it had replaced, and for what was too much for an account that may have grown.
        """
        if self._rules.is_settled():
            return []
        effects: list[Effect] = []
        # At the start keys only seem to have moved: before, nobody was known.
        reasons, self._has_started = {"replaced"} if self._has_started else set(), True
        while leaving := self._leaving():
            for thing, reason in leaving:
                effects.append(self._remove(thing.id, reason, now_ms))
                reasons |= {reason, "replaced"}
        effects += self._let_return(*sorted({*reasons, "quota"}))
        self.common.refused.clear()
        return effects + self._judge_waiting(now_ms)

    def _leaving(self) -> list[tuple[SignedObject, str]]:
        """Return what has no ground any more; if all has, what is too much as things stand."""
        shift = self._rules.shift(held.object for held in self.held.values())
        self._moved |= shift.moved
        if shift.lost or not self._moved:
            return list(shift.lost)
        moved, self._moved = self._moved, frozenset()
        things = [one.object for one in self.held.values() if one.object.author in moved]
        surplus = self._quota.regroup(
            (one, self._rules.allowance(one), self._rules.rank(one)) for one in things
        )
        return [(one, "quota") for one in surplus]

    def _let_return(self, *reasons: str) -> list[Effect]:
        return [
            RemoveObject(thing, reason, 0)
            for reason in reasons
            for thing in self.common.inventory.let_return(reason)
        ]

    def _remove(self, thing_id: ObjectId, reason: str, now_ms: int) -> RemoveObject:
        thing = self.held[thing_id].object
        until_min = thing.expires_min + GONE_MINUTES
        self.common.inventory.remove(thing, reason=reason, until_min=until_min)
        self._quota.remove(thing)
        self._rules.forget(thing)
        object_left(thing_id, self.contacts, self.peers)
        for link in self.links.values():
            if isinstance(link, RadioLink):
                link.set_changed(thing_id, now_ms)
        return RemoveObject(thing_id, reason, until_min)

    def _spread(self, held: Held, source: str | None, now_ms: int) -> None:
        fresh_from_min = self.common.clock.minute(now_ms) - FRESH_MINUTES
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

    def _bring_companions(self, thing: ObjectId, source: str | None, now_ms: int) -> None:
        """Let what must not lag behind an object that joined now have its urgency and its way."""
        for companion in self.common.inventory.companions(thing):
            one, worth = companion.object, self._rules.rank(companion.object)
            if worth < companion.own_rank:
                self._quota.revalue(one, worth)
                rank = self._quota.rank(one, worth, self._rules.allowance(one))
                self.common.inventory.rerank(one.id, rank, worth)
        for companion in self.common.inventory.companions(thing):
            for name, link in self.links.items():
                if isinstance(link, RadioLink):
                    link.accompany(companion, thing, now_ms)
                elif name != source:
                    link.push(companion)

    def _judge_waiting(self, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        waiting, self._waiting = self._waiting, {}
        for thing, link, until_ms in waiting.values():
            if isinstance(self._rules.judge(thing), Waiting):
                self._waiting[thing.id] = (thing, link, until_ms)
            elif thing.id not in self.held:
                effects += self._judge(thing, link, now_ms)
        return effects

    def _housekeeping(self, now_ms: int) -> list[Effect]:
        self._housekeeping_ms = now_ms + HOUSEKEEPING_MS
        effects = self._settle(now_ms)
        effects += [
            self._give_up(thing_id, now_ms)
            for thing_id, (_, _, until_ms) in list(self._waiting.items())
            if until_ms <= now_ms
        ]
        for thing_id in [one for one, until in self.common.refused.items() if until <= now_ms]:
            del self.common.refused[thing_id]
        if self.common.clock.quality(now_ms) is Quality.UNKNOWN:
            return effects
        cutoff_hour = self.common.cutoff_hour(now_ms)
        self.common.inventory.recall(cutoff_hour)
        expired = self.common.inventory.expire(cutoff_hour)
        for thing in expired:
            self._quota.remove(thing)
            self._rules.forget(thing)
            object_left(thing.id, self.contacts, self.peers)
            effects.append(RemoveObject(thing.id, "expired", thing.expires_min + GONE_MINUTES))
        effects += self._settle(now_ms)
        minute = self.common.clock.minute(now_ms)
        if self.common.inventory.forget_gone(minute):
            effects.append(ForgetRemoved(minute))
        return effects

    def _credentials(self) -> tuple[bytes, ...]:
        """Return what vouches for us."""
        own = self._configuration.public_key
        return tuple(thing.encoded for thing in self._rules.credentials(own))
