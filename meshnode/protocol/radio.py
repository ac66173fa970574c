"""One radio link: what to put on the air, when, and what to do about what is heard.

Not for: whether an object may join the set (`engine`). It holds together what one link consists
of: `outbox` and `collector` (what is said and heard), `beacons` and `repairs` (what we lack and
what others lack), `transmitter` (airtime).
Source: docs/spec/frames.md sections 2 to 6; docs/spec/coding.md.
"""

from collections.abc import Collection, Iterable
from typing import Final

from meshnode.protocol.batch import Shape
from meshnode.protocol.beacons import Beacons
from meshnode.protocol.collector import Collector
from meshnode.protocol.common import Common
from meshnode.protocol.effects import Drop, Effect
from meshnode.protocol.errors import CallerError
from meshnode.protocol.frames import (
    BEACON_BYTES_MIN,
    FRAME_BYTES_MIN,
    SYNDROME_BYTES,
    Beacon,
    Objects,
    RadioFrame,
    Symbol,
)
from meshnode.protocol.inventory import Held
from meshnode.protocol.load import Load, Purpose
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import ObjectId, object_id
from meshnode.protocol.outbox import NEVER_MS, Outbox
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import CONFIDENCE, CONFIDENCE_URGENT, spare_count
from meshnode.protocol.repairs import NEXT_FRAME_FRAMES, Repairs
from meshnode.protocol.said import Said
from meshnode.protocol.transmitter import Contacts, Flight, Transmitter

BEACON_PUT_OFF_MAX: Final = 20
"""How often a beacon yields to others' frames before it goes out all the same."""
NEXT_SYMBOL_FRAMES: Final = 1.6
"""From one symbol to the next: the frame, the pause after it, the radio's waiting for its turn."""
MISSING_FIRST_MAX: Final = 4
"""Who lacks so many symbols or more asks first: what is said for it serves those who lack less."""
ASK_SLOT_BEACONS: Final = 3.0
ASK_JITTER_BEACONS: Final = 1.5
BATCH_WAIT_FRAMES: Final = 8.0
"""How long after a batch's end what came of it waits for the rest before it is passed on."""
RELAY_WINDOW_FRAMES: Final = 6.0
"""Within so many frames whoever would reach a single neighbour passes on; who reaches n, in an
n-th of that. So that one of them is heard before the others begin."""
REPEAT_FRAMES_MIN: Final = 2.0
REPEAT_FRAMES_MAX: Final = 8.0
"""When a single frame is said again in advance: what spoilt the first one is over by then."""


class RadioLink:
    """The engine's side of one radio."""

    def __init__(
        self, name: str, medium: Medium, common: Common, contacts: Contacts, now_ms: int
    ) -> None:
        if medium.frame_bytes_max < FRAME_BYTES_MIN:
            raise CallerError(
                f"frames of {medium.frame_bytes_max} bytes on {name}, at least {FRAME_BYTES_MIN}"
            )
        self.name = name
        self.medium = medium
        self.contacts = contacts
        self.deadline_ms = now_ms
        """When `advance` wants to be called next."""
        self._common = common
        self._neighbours = contacts.neighbours
        self._beacon_ms = medium.airtime_ms(BEACON_BYTES_MIN + SYNDROME_BYTES)
        self._frame_ms = medium.airtime_ms(medium.frame_bytes_max)
        self._collector = Collector()
        self._outbox = Outbox(
            medium.frame_bytes_max,
            turn=int.from_bytes(common.codec.sender, "big"),
            spare=self._spare,
            remember=self._collector.remember,
        )
        self._beacons = Beacons(
            common, self._collector, self._neighbours, beacon_ms=self._beacon_ms, now_ms=now_ms
        )
        self._beacons.trickle.start(now_ms)
        self._said = Said()
        self._repairs = Repairs(
            name,
            common,
            neighbours=self._neighbours,
            outbox=self._outbox,
            collector=self._collector,
            beacons=self._beacons,
            said=self._said,
            spare=self._spare,
            frame_ms=self._frame_ms,
            beacon_ms=self._beacon_ms,
        )
        self._transmitter = Transmitter(name, medium, common, contacts, now_ms)
        self._heard_ms = now_ms - round(2 * self._frame_ms)
        self._put_off = 0
        self._more_until_ms = now_ms
        """Until when the rest of what is coming in may take; relays wait for it."""
        self._relay_drawn_ms = -1
        self._relay_wait_ms = 0

    @property
    def pending_count(self) -> int:
        """Objects that this link still has to say."""
        return len(self._outbox)

    @property
    def unsaid(self) -> list[ObjectId]:
        """New objects that this link has not said yet, or not whole."""
        return self._outbox.pushes

    def push(self, held: Held, now_ms: int, *, is_own: bool) -> None:
        """Say a new object: at once if it was made here, else after a moment to overhear."""
        delay_ms = 0 if is_own else self._relay_delay_ms(now_ms)
        receivers = self._neighbours.present(now_ms)
        self._outbox.push(held, now_ms + delay_ms, receivers=receivers)

    def relay(self, held: Held, now_ms: int) -> None:
        """Something new joined the set over this very link: pass it on to who did not hear it."""
        sayers = self._said.sayers(held.object.id)
        receivers = self._neighbours.out_of_reach(sayers, now_ms)
        if receivers:
            due_ms = now_ms + self._relay_delay_ms(now_ms, len(receivers))
            if held.rank is not Priority.URGENT:
                due_ms = max(due_ms, self._more_until_ms)
            self._outbox.push(held, due_ms, receivers=receivers, is_relay=True)

    def accompany(self, companion: Held, thing: ObjectId, now_ms: int) -> None:
        """Something has just joined that is not to be seen without this companion.

        Where that was said on this link already, whoever missed it asks for it.
        """
        is_unsaid = not self._said.sayers(companion.object.id)
        if thing in self._outbox and is_unsaid:
            self._outbox.accompany(companion, thing, self._neighbours.present(now_ms))
        elif companion.object.id in self._outbox:
            self._outbox.rerank(companion)

    def rerank(self, held: Held) -> None:
        """An object of the set has another rank on the air."""
        if held.object.id in self._outbox:
            self._outbox.rerank(held)

    def pace_changed(self, now_ms: int) -> None:
        """Beacons come at another pace from now on."""
        self._beacons.pace_changed(now_ms)

    def set_changed(self, thing: ObjectId, now_ms: int) -> None:
        """An object joined or left the set."""
        if thing not in self._common.inventory:
            self._outbox.drop(thing)
        sayers = self._said.sayers(thing)
        if not sayers or any(one not in sayers for one in self._neighbours.present(now_ms)):
            self._beacons.set_changed(now_ms)

    def utilisation(self, percent: float, now_ms: int) -> None:
        """The radio measured how busy the channel is."""
        self._transmitter.channel_load.measured(percent, now_ms)

    def heard(
        self, frame: RadioFrame, frame_bytes: int, snr_db: float | None, now_ms: int
    ) -> tuple[list[bytes], list[Effect]]:
        """Take a frame; return the encoded objects that it brought or completed, and effects."""
        airtime_ms = self.medium.airtime_ms(frame_bytes)
        self._transmitter.channel_load.said_by_us(airtime_ms, now_ms)
        self._neighbours.heard(frame.sender, number=frame.number, snr_db=snr_db, now_ms=now_ms)
        match frame.body:
            case Beacon() as beacon:
                return [], self._heard_beacon(frame, beacon, now_ms)
            case Objects(encoded):
                self._heard_said(frame.sender, map(object_id, encoded), now_ms)
                heard = list(encoded)
            case Symbol() as symbol:
                heard = self._heard_symbol(frame.sender, symbol, now_ms)
        self._heard_ms = now_ms
        self._repairs.yield_to(frame.sender, now_ms)
        return heard, []

    def decoded(self, token: int, elements: list[int] | None, now_ms: int) -> None:
        """A sketch of a beacon is decoded."""
        self._repairs.decoded(token, elements, now_ms)

    def done(self, token: int, outcome: Outcome, retry_after_ms: int, now_ms: int) -> list[Effect]:
        """The radio has finished with the frame in flight."""
        flight = self._transmitter.land(token)
        if flight is None:
            return []
        if outcome in (Outcome.SENT, Outcome.LOST):
            # A lost one counts as said: whether it was, the next beacons will tell.
            self._account_sent(flight, now_ms)
            return []
        self._transmitter.refused(flight, retry_after_ms, now_ms)
        return self._give_up(flight) if outcome is Outcome.TOO_LARGE else []

    def advance(self, now_ms: int) -> list[Effect]:
        """Do what is due; return at most one frame to transmit, and what must be saved first."""
        overdue = self._transmitter.overdue(now_ms)
        if overdue is not None:
            self.done(overdue, Outcome.LOST, 0, now_ms)
        if self._beacons.advance(now_ms):
            self._beacon_due(now_ms)
        effects = self._speak(now_ms)
        self.deadline_ms = min(
            self._beacons.trickle.deadline_ms,
            self._transmitter.wake_ms(
                now_ms, due_ms=self._outbox.deadline_ms, wants_beacon=self._beacons.wanted
            ),
        )
        return effects

    def _speak(self, now_ms: int) -> list[Effect]:
        if not self._transmitter.is_free(now_ms):
            return []
        allowance = self._transmitter.allowance(now_ms)
        load = self._outbox.next_load(now_ms, rank_max=allowance.rank_max)
        if load is not None:
            return self._transmitter.send(load.body, load, now_ms)
        if self._beacons.wanted and allowance.beacons:
            beacon = self._beacons.compose(
                cutoff_hour=self._common.cutoff_hour(now_ms),
                frame_bytes_max=self.medium.frame_bytes_max,
                now_ms=now_ms,
            )
            return self._transmitter.send(beacon, None, now_ms)
        return []

    def _give_up(self, flight: Flight) -> list[Effect]:
        if flight.load is None:
            self._beacons.sent()
        else:
            self._outbox.sent(flight.load, again_ms=NEVER_MS)
        detail = f"{flight.frame_bytes} bytes, the radio carries less than it said"
        return [Drop("too_large", self.name, detail)]

    def _account_sent(self, flight: Flight, now_ms: int) -> None:
        ended_ms = self._transmitter.sent(flight, now_ms)
        self._beacons.spoke(now_ms)
        if flight.load is None:
            self._beacons.sent()
        else:
            self._said_load(flight.load, ended_ms)

    def _said_load(self, load: Load, ended_ms: int) -> None:
        again_ms = ended_ms + self._common.random_ms(
            REPEAT_FRAMES_MIN * self._frame_ms, REPEAT_FRAMES_MAX * self._frame_ms
        )
        self._outbox.sent(load, again_ms=again_ms)
        if isinstance(load.body, Symbol) and load.is_end:
            self._beacons.said_batch(ended_ms)
        own = self._common.codec.sender
        is_repair = load.purpose is Purpose.REPAIR and load.is_end
        for thing in load.ids:
            is_whole = load.batch is None
            self._said.note(thing, own, ended_ms, is_repair=is_repair and is_whole)
        if load.batch is not None:
            self._said.note(load.batch, own, ended_ms, is_repair=is_repair)

    def _beacon_due(self, now_ms: int) -> None:
        """Yield to others who are speaking: their frames may make our beacon superfluous."""
        quiet_ms = now_ms - self._heard_ms
        rank_max = self._transmitter.allowance(now_ms).rank_max
        is_busy = quiet_ms < NEXT_FRAME_FRAMES * self._frame_ms or self._outbox.is_due(
            now_ms, rank_max=rank_max
        )
        if is_busy and self._put_off < BEACON_PUT_OFF_MAX:
            self._put_off += 1
            delay_ms = self._common.random_ms(self._frame_ms / 2, 2 * self._frame_ms)
            self._beacons.trickle.postpone(now_ms + delay_ms)
            return
        self._put_off = 0
        self._beacons.request()

    def _heard_beacon(self, frame: RadioFrame, beacon: Beacon, now_ms: int) -> list[Effect]:
        self._common.clock.observe_beacon(frame.sender, beacon.cutoff_hour, now_ms)
        if beacon.hears is not None:
            self._neighbours.told(frame.sender, beacon.hears)
        return [*self._repairs.heard_beacon(beacon, frame.sender, frame.number, now_ms)]

    def _heard_said(self, sender: bytes, things: Iterable[ObjectId], now_ms: int) -> None:
        holding = self._neighbours.holding(sender)
        for thing in things:
            holding.has((thing,), now_ms)
            self._outbox.heard(thing, self._repairs.reaches(sender))
            self._said.note(thing, sender, now_ms)

    def _heard_symbol(self, sender: bytes, symbol: Symbol, now_ms: int) -> list[bytes]:
        reaches = self._repairs.reaches(sender)
        is_first = sender < self._common.codec.sender
        self._outbox.heard_symbol(symbol, reaches, is_first=is_first)
        encoded = self._collector.hear(symbol, now_ms)
        batch = self._collector.known(symbol.shape.id)
        rest_ms = round(symbol.remaining * NEXT_SYMBOL_FRAMES * self._frame_ms)
        if batch is not None:
            self._heard_said(sender, batch.ids, now_ms)
            self._more_until_ms = now_ms + rest_ms + self._relay_delay_ms(now_ms)
            self._outbox.hold_relays(self._more_until_ms)
            self._outbox.hurry(batch.ids, self._more_until_ms)
            return encoded
        things = [object_id(one) for one in encoded]
        self._heard_said(sender, things, now_ms)
        self._outbox.drop_repairs(reaches)
        for thing in things:
            self._collector.read(symbol.shape, is_news=thing not in self._common.inventory)
        ask_ms = now_ms + rest_ms + self._ask_slot_ms(symbol.shape)
        self._more_until_ms = ask_ms + round(BATCH_WAIT_FRAMES * self._frame_ms)
        self._outbox.hold_relays(self._more_until_ms)
        self._beacons.ask_after(ask_ms, now_ms)
        return encoded

    def _ask_slot_ms(self, shape: Shape) -> int:
        """Return when to ask for the rest of a batch after its end: first those who lack most."""
        missing = min(self._collector.missing(shape), MISSING_FIRST_MAX)
        slot_ms = (MISSING_FIRST_MAX - missing) * ASK_SLOT_BEACONS * self._beacon_ms
        return round(slot_ms) + self._common.random_ms(0, ASK_JITTER_BEACONS * self._beacon_ms)

    def _relay_delay_ms(self, now_ms: int, receivers: int = 1) -> int:
        """Return how long to wait before passing on: who reaches most goes first.

        All that came with one frame wait alike.
        """
        if self._relay_drawn_ms != now_ms:
            self._relay_drawn_ms = now_ms
            share = self._common.dice.random()
            window_ms = RELAY_WINDOW_FRAMES * self._frame_ms / receivers
            self._relay_wait_ms = round(self._beacon_ms + (0.5 + 0.5 * share) * window_ms)
        return self._relay_wait_ms

    def _spare(self, count: int, receivers: Collection[bytes], *, is_urgent: bool) -> int:
        confidence = CONFIDENCE_URGENT if is_urgent else CONFIDENCE
        return spare_count(count, self._neighbours.losses(receivers), confidence)
