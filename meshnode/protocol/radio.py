"""One radio link: what to put on the air, when, and what to do about what is heard.

Not for: whether an object may join the set (`engine`). Invariants: one frame is in flight at a
time; nothing is sent that the ledger does not allow; the account is saved before the frame that
it pays for leaves.
Source: docs/spec/frames.md sections 2 to 5.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import blake2s
from math import sqrt
from typing import Final

from meshnode.protocol.beacons import Beacons
from meshnode.protocol.batch import Batch, Shape
from meshnode.protocol.channel_load import Allowance, ChannelLoad
from meshnode.protocol.collector import Collector
from meshnode.protocol.common import Common
from meshnode.protocol.comparison import Comparison, Different, Unclear, compare
from meshnode.protocol.effects import Drop, Effect, SaveSetting, Transmit
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.frames import (
    BEACON_BYTES_MIN,
    FRAME_BYTES_MIN,
    SYNDROME_BYTES,
    Beacon,
    Objects,
    RadioBody,
    RadioFrame,
    Symbol,
)
from meshnode.protocol.inventory import Held
from meshnode.protocol.limits import GONE_MINUTES
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.neighbours import Neighbours
from meshnode.protocol.object import ObjectId, object_id
from meshnode.protocol.outbox import NEVER_MS, Load, Outbox, Purpose, Reaches
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import CONFIDENCE, CONFIDENCE_URGENT, spare_count

LEDGER_KEY: Final = "airtime"
"""Under which setting the account of airtime is kept."""
RETRY_MS: Final = 2_000
"""Pause after a radio had no room for a frame."""
BEACON_PUT_OFF_MAX: Final = 20
"""How often a beacon yields to others' frames before it goes out all the same."""
FREE_REPAIRS: Final = 4
"""Repairs of one object before each further one waits twice as long as the one before."""
REPAIR_BACKOFF_MS: Final = 30_000
REPAIR_BACKOFF_MS_MAX: Final = 1_800_000
NEXT_FRAME_FRAMES: Final = 4.0
"""After how many frames' airtime a burst is over: its next frame, or the one after that, would
have been heard by then, the gaps between them included."""
REPAIRS_REMEMBERED_MAX: Final = 4096
CUTOFF_HOURS_BEHIND_MAX: Final = GONE_MINUTES // 60
"""A beacon whose clock is further behind counts objects that we do not remember any more."""
TURN_FRAMES: Final = 1.3
"""Length of a turn: a full frame, and the pauses before and after it."""
TURN_JITTER_FRAMES: Final = 0.4
TURNS_MAX: Final = 8
NEXT_SYMBOL_FRAMES: Final = 1.6
"""From one symbol to the next: the frame, the pause after it, the radio's waiting for its turn."""
MISSING_FIRST_MAX: Final = 4
"""Who lacks so many symbols or more asks first: what is said for it serves those who lack less."""
ASK_SLOT_BEACONS: Final = 3.0
ASK_JITTER_BEACONS: Final = 1.5
BATCH_WAIT_FRAMES: Final = 8.0
"""How long after a batch's end what came of it waits for the rest before it is passed on."""
REPEAT_FRAMES_MIN: Final = 2.0
REPEAT_FRAMES_MAX: Final = 8.0
"""When a single frame is said again in advance: what spoilt the first one is over by then."""
FLIGHT_MS_MAX: Final = 600_000
"""A radio that has not said what became of a frame by then has lost it."""


@dataclass(slots=True)
class Contacts:
    """What outlives a link's reconnections: who was heard, and where airtime went."""

    neighbours: Neighbours = field(default_factory=Neighbours)
    spent_ms: dict[Purpose, float] = field(default_factory=lambda: dict.fromkeys(Purpose, 0.0))
    frame_counts: dict[Purpose, int] = field(default_factory=lambda: dict.fromkeys(Purpose, 0))


@dataclass(slots=True)
class _Flight:
    token: int
    load: Load | None
    frame_bytes: int
    airtime_ms: float
    is_urgent: bool
    charged_ms: int


@dataclass(slots=True)
class _Said:
    ended_ms: int
    repairs: int = 0
    sayers: dict[bytes, None] = field(default_factory=dict)


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
        self._collector = Collector()
        self._outbox = Outbox(
            medium.frame_bytes_max,
            turn=int.from_bytes(common.codec.sender, "big"),
            spare=self._spare,
            remember=self._collector.remember,
        )
        self._beacon_ms = medium.airtime_ms(BEACON_BYTES_MIN + SYNDROME_BYTES)
        self._frame_ms = medium.airtime_ms(medium.frame_bytes_max)
        self._beacons = Beacons(
            common, self._collector, contacts.neighbours, beacon_ms=self._beacon_ms
        )
        self._beacons.trickle.start(now_ms)
        self._flight: _Flight | None = None
        self._free_at_ms = now_ms
        self._ordinary_at_ms = now_ms
        self._urgent_at_ms = now_ms
        self._number = common.dice.randrange(256)
        self._heard_ms = now_ms - round(2 * self._frame_ms)
        self._put_off = 0
        self._turn_ms = 0.0
        self._load = ChannelLoad()
        self._more_until_ms = now_ms
        """Until when the rest of what is coming in may take; relays wait for it."""
        self._relay_drawn_ms = -1
        self._relay_wait_ms = 0
        self._said: dict[bytes, _Said] = {}
        """By object id or batch id."""

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
        receivers = self.contacts.neighbours.present(now_ms)
        self._outbox.push(held, now_ms + delay_ms, receivers=receivers)

    def relay(self, held: Held, now_ms: int) -> None:
        """Something new joined the set over this very link: pass it on to who did not hear it."""
        said = self._said.get(held.object.id)
        sayers = said.sayers if said is not None else {}
        receivers = self.contacts.neighbours.out_of_reach(sayers, now_ms)
        if receivers:
            due_ms = now_ms + self._relay_delay_ms(now_ms)
            if held.rank is not Priority.URGENT:
                due_ms = max(due_ms, self._more_until_ms)
            self._outbox.push(held, due_ms, receivers=receivers, is_relay=True)

    def set_changed(self, thing: ObjectId, now_ms: int) -> None:
        """An object joined or left the set."""
        if thing not in self._common.inventory:
            self._outbox.drop(thing)
        self._beacons.set_changed(now_ms)

    def utilisation(self, percent: float, now_ms: int) -> None:
        """The radio measured how busy the channel is."""
        self._load.measured(percent, now_ms)

    def heard(
        self, frame: RadioFrame, frame_bytes: int, snr_db: float | None, now_ms: int
    ) -> list[bytes]:
        """Take a frame; return the encoded objects that it brought or completed."""
        self._load.said_by_us(self.medium.airtime_ms(frame_bytes), now_ms)
        self.contacts.neighbours.heard(
            frame.sender, number=frame.number, snr_db=snr_db, now_ms=now_ms
        )
        match frame.body:
            case Objects(encoded):
                heard = self._heard_objects(frame.sender, encoded, now_ms)
            case Symbol():
                heard = self._heard_symbol(frame.sender, frame.body, now_ms)
            case Beacon():
                self._turn_ms = self._turn_after(frame, now_ms)
                hour = frame.body.cutoff_hour
                self._common.clock.observe_beacon(frame.sender, hour, now_ms)
                if frame.body.hears is not None:
                    self.contacts.neighbours.told(frame.sender, frame.body.hears)
                self._heard_beacon(frame.sender, frame.body, now_ms)
                return []
        self._heard_ms = now_ms
        self._yield_repairs(frame.sender, now_ms)
        return heard

    def done(self, token: int, outcome: Outcome, retry_after_ms: int, now_ms: int) -> list[Effect]:
        """The radio has finished with the frame in flight."""
        flight = self._flight
        if flight is None or flight.token != token:
            return []
        self._flight = None
        if outcome in (Outcome.SENT, Outcome.LOST):
            # A lost one counts as said: whether it was, the next beacons will tell.
            self._account_sent(flight, now_ms)
            return []
        self._common.ledger.charge(
            -flight.airtime_ms, is_urgent=flight.is_urgent, now_ms=flight.charged_ms
        )
        self._free_at_ms = now_ms + max(RETRY_MS, retry_after_ms)
        return self._give_up(flight) if outcome is Outcome.TOO_LARGE else []

    def advance(self, now_ms: int) -> list[Effect]:
        """Do what is due; return at most one frame to transmit, and what must be saved first."""
        flight = self._flight
        if flight is not None and now_ms >= flight.charged_ms + FLIGHT_MS_MAX:
            self.done(flight.token, Outcome.LOST, 0, now_ms)
        if self._beacons.advance(now_ms):
            self._beacon_due(now_ms)
        effects = self._speak(now_ms)
        self.deadline_ms = self._wake_ms(now_ms)
        return effects

    def _give_up(self, flight: _Flight) -> list[Effect]:
        if flight.load is None:
            self._beacons.sent()
        else:
            self._outbox.sent(flight.load, again_ms=NEVER_MS)
        detail = f"{flight.frame_bytes} bytes, the radio carries less than it said"
        return [Drop("too_large", self.name, detail)]

    def _speak(self, now_ms: int) -> list[Effect]:
        if self._flight is not None or now_ms < self._free_at_ms:
            return []
        allowance = self._allowance(now_ms)
        load = self._outbox.next_load(now_ms, rank_max=allowance.rank_max)
        if load is not None:
            return self._send(load.body, load, now_ms)
        if self._beacons.wanted and allowance.beacons:
            return self._send(self._beacon(now_ms), None, now_ms)
        return []

    def _wake_ms(self, now_ms: int) -> int:
        wake_ms = self._beacons.trickle.deadline_ms
        due_ms = self._outbox.deadline_ms
        if self._flight is not None:
            return min(wake_ms, self._flight.charged_ms + FLIGHT_MS_MAX)
        if due_ms == NEVER_MS and not self._beacons.wanted:
            return wake_ms
        if self._free_at_ms > now_ms:
            return min(wake_ms, self._free_at_ms)
        if due_ms > now_ms and not self._beacons.wanted:
            return min(wake_ms, due_ms)
        # Something is due, yet nothing was sent: it waits for the channel or the budget.
        later_ms = due_ms if due_ms > now_ms else NEVER_MS
        return min(wake_ms, later_ms, self._allowance(now_ms).again_ms)

    def _allowance(self, now_ms: int) -> Allowance:
        if now_ms < self._ordinary_at_ms:
            return Allowance(Priority.URGENT, beacons=False, again_ms=self._ordinary_at_ms)
        return self._load.allowance(now_ms, retry_ms=RETRY_MS)

    def _beacon(self, now_ms: int) -> Beacon:
        return self._beacons.compose(
            cutoff_hour=self._common.cutoff_hour(now_ms),
            frame_bytes_max=self.medium.frame_bytes_max,
            now_ms=now_ms,
        )

    def _send(self, body: RadioBody, load: Load | None, now_ms: int) -> list[Effect]:
        frame = self._common.codec.seal(self._number, body)
        airtime_ms = self.medium.airtime_ms(len(frame))
        is_urgent = load is not None and load.is_urgent
        ledger = self._common.ledger
        if not ledger.allows(airtime_ms, self.medium, is_urgent=is_urgent, now_ms=now_ms):
            relief_ms = max(now_ms + RETRY_MS, ledger.relief_ms(now_ms))
            self._ordinary_at_ms = relief_ms
            if is_urgent:
                self._free_at_ms = relief_ms
            return []
        ledger.charge(airtime_ms, is_urgent=is_urgent, now_ms=now_ms)
        self._number = (self._number + 1) % 256
        token = self._common.next_token()
        self._flight = _Flight(token, load, len(frame), airtime_ms, is_urgent, now_ms)
        minute = self._common.clock.minute(now_ms)
        priority = Priority.URGENT if is_urgent else Priority.ORDINARY
        return [
            SaveSetting(LEDGER_KEY, ledger.encode(now_ms=now_ms, minute=minute)),
            Transmit(self.name, frame, priority, token),
        ]

    def _account_sent(self, flight: _Flight, now_ms: int) -> None:
        ended_ms = now_ms + round(flight.airtime_ms)
        self._load.said_by_us(flight.airtime_ms, now_ms)
        # A pause in which others get a word in; an alert does not wait.
        gap = 0.0 if flight.is_urgent else 0.2 + 0.4 * self._common.dice.random()
        self._free_at_ms = ended_ms + round(gap * flight.airtime_ms)
        purpose = flight.load.purpose if flight.load else Purpose.BEACON
        self.contacts.spent_ms[purpose] += flight.airtime_ms
        self.contacts.frame_counts[purpose] += 1
        self._beacons.spoke(now_ms)
        if flight.load is None:
            self._beacons.sent()
            return
        load = flight.load
        again_ms = ended_ms + self._common.random_ms(
            REPEAT_FRAMES_MIN * self._frame_ms, REPEAT_FRAMES_MAX * self._frame_ms
        )
        self._outbox.sent(load, again_ms=again_ms)
        if isinstance(load.body, Symbol) and load.is_end:
            self._beacons.said_batch(ended_ms)
        is_repair = purpose is Purpose.REPAIR and load.is_end
        own = self._common.codec.sender
        for thing in load.ids:
            is_whole = load.batch is None
            self._remember_said(thing, own, ended_ms, is_repair=is_repair and is_whole)
        if load.batch is not None:
            self._remember_said(load.batch, own, ended_ms, is_repair=is_repair)

    def _remember_said(
        self, thing: bytes, sayer: bytes, ended_ms: int, *, is_repair: bool = False
    ) -> None:
        said = self._said.pop(thing, None) or _Said(ended_ms)
        said.ended_ms = ended_ms
        said.repairs += is_repair
        said.sayers[sayer] = None
        self._said[thing] = said
        if len(self._said) > REPAIRS_REMEMBERED_MAX:
            del self._said[next(iter(self._said))]

    def _beacon_due(self, now_ms: int) -> None:
        """Yield to others who are speaking: their frames may make our beacon superfluous."""
        quiet_ms = now_ms - self._heard_ms
        is_busy = (
            quiet_ms < NEXT_FRAME_FRAMES * self._frame_ms or self._outbox.deadline_ms <= now_ms
        )
        if is_busy and self._put_off < BEACON_PUT_OFF_MAX:
            self._put_off += 1
            delay_ms = self._common.random_ms(self._frame_ms / 2, 2 * self._frame_ms)
            self._beacons.trickle.postpone(now_ms + delay_ms)
            return
        self._put_off = 0
        self._beacons.request()

    def _heard_objects(
        self, sender: bytes, encoded: tuple[bytes, ...], now_ms: int
    ) -> list[bytes]:
        self._heard_said(sender, map(object_id, encoded), now_ms)
        return list(encoded)

    def _heard_said(self, sender: bytes, things: Iterable[ObjectId], now_ms: int) -> None:
        for thing in things:
            self._outbox.heard(thing, self._reaches(sender))
            self._remember_said(thing, sender, now_ms)

    def _reaches(self, sender: bytes) -> Reaches:
        return lambda receiver: self.contacts.neighbours.hears(receiver, sender)

    def _yield_repairs(self, sender: bytes, now_ms: int) -> None:
        """Whoever speaks goes on with its next frame: start only when it does not."""
        if self._outbox.has_repairs:
            pause_ms = round(NEXT_FRAME_FRAMES * self._frame_ms)
            due_ms = now_ms + pause_ms + self._repair_delay_ms()
            self._outbox.put_off_repairs(due_ms, self._reaches(sender))

    def _heard_symbol(self, sender: bytes, symbol: Symbol, now_ms: int) -> list[bytes]:
        self._outbox.heard_symbol(symbol, is_first=sender < self._common.codec.sender)
        encoded = self._collector.hear(symbol, now_ms)
        batch = self._collector.known(symbol.shape.id)
        burst_end_ms = self._burst_end_ms(symbol, now_ms)
        if batch is not None:
            self._heard_said(sender, batch.ids, now_ms)
            self._more_until_ms = burst_end_ms + self._relay_delay_ms(now_ms)
            self._outbox.hold_relays(self._more_until_ms)
            self._outbox.hurry(batch.ids, self._more_until_ms)
            return encoded
        things = [object_id(one) for one in encoded]
        self._heard_said(sender, things, now_ms)
        self._outbox.drop_repairs(self._reaches(sender))
        for thing in things:
            self._collector.read(symbol.shape, is_news=thing not in self._common.inventory)
        ask_ms = burst_end_ms + self._ask_slot_ms(symbol.shape)
        self._more_until_ms = ask_ms + round(BATCH_WAIT_FRAMES * self._frame_ms)
        self._outbox.hold_relays(self._more_until_ms)
        self._beacons.ask_after(ask_ms, now_ms)
        return encoded

    def _burst_end_ms(self, symbol: Symbol, now_ms: int) -> int:
        return now_ms + round(symbol.remaining * NEXT_SYMBOL_FRAMES * self._frame_ms)

    def _ask_slot_ms(self, shape: Shape) -> int:
        """Return when to ask for the rest of a batch after its end: first those who lack most."""
        missing = min(self._collector.missing(shape), MISSING_FIRST_MAX)
        slot_ms = (MISSING_FIRST_MAX - missing) * ASK_SLOT_BEACONS * self._beacon_ms
        return round(slot_ms) + self._common.random_ms(0, ASK_JITTER_BEACONS * self._beacon_ms)

    def _relay_delay_ms(self, now_ms: int) -> int:
        """Return how long to wait before passing on; all that came with one frame wait alike."""
        if self._relay_drawn_ms != now_ms:
            self._relay_drawn_ms = now_ms
            self._relay_wait_ms = self._common.random_ms(self._beacon_ms, self._window_ms(now_ms))
        return self._relay_wait_ms

    def _heard_beacon(self, sender: bytes, beacon: Beacon, now_ms: int) -> None:
        cutoff_hour = self._common.cutoff_hour(now_ms)
        behind_hours = cutoff_hour - beacon.cutoff_hour
        if beacon.cutoff_hour and behind_hours > CUTOFF_HOURS_BEHIND_MAX:
            raise PeerError("beacon_time", f"a clock {behind_hours} hours behind ours")
        comparison = self._without_refused(compare(beacon, self._common.inventory), beacon)
        match comparison:
            case Different(they_lack, we_lack) if they_lack or we_lack:
                self._beacons.heard_different(comparison, beacon, sender, now_ms)
                self._schedule_repairs(comparison, beacon, sender, now_ms)
            case Unclear():
                self._schedule_sums(beacon, sender, now_ms)
                if not self._beacons.heard_request(beacon, sender):
                    self._beacons.heard_unclear(comparison, now_ms)
            case _ if beacon.depth == 0 and beacon.cutoff_hour <= cutoff_hour:
                self._beacons.heard_same(sender)
            case _:
                # Equal as far as it goes; but it says nothing of the rest of our set.
                pass

    def _without_refused(self, comparison: Comparison, beacon: Beacon) -> Comparison:
        """Do not ask again for objects that our rules refuse."""
        if not isinstance(comparison, Different) or not comparison.we_lack:
            return comparison
        refused = self._common.refused_elements(beacon.cutoff_hour)
        we_lack = tuple(value for value in comparison.we_lack if value not in refused)
        return Different(comparison.they_lack, we_lack)

    def _schedule_repairs(
        self, different: Different, beacon: Beacon, sender: bytes, now_ms: int
    ) -> None:
        supplied = self._schedule_sums(beacon, sender, now_ms)
        due_ms = now_ms + self._repair_delay_ms()
        if len(supplied) < len(beacon.partials):
            # Others know the batch that it names, and have less to say than we would.
            due_ms += round(TURN_FRAMES * self._frame_ms * TURNS_MAX)
        covered = {thing for batch in supplied for thing in batch.ids}
        for thing in different.they_lack:
            if thing not in covered and self._may_repair(thing, now_ms):
                self._outbox.repair(self._common.inventory.held[thing], due_ms, asker=sender)

    def _schedule_sums(self, beacon: Beacon, sender: bytes, now_ms: int) -> list[Batch]:
        """Plan to say sums of the unfinished batches that a beacon names; return those we know."""
        due_ms = now_ms + self._repair_delay_ms()
        held = self._common.inventory.held
        supplied = []
        for partial in beacon.partials:
            batch = self._collector.known(partial.batch)
            if batch is None or not all(thing in held for thing in batch.ids):
                continue
            supplied.append(batch)
            if self._may_repair(partial.batch, now_ms):
                rank = min(held[thing].rank for thing in batch.ids)
                is_urgent = rank is Priority.URGENT
                count = partial.missing + self._spare(partial.missing, (sender,), is_urgent)
                self._outbox.supply(batch, count, due_ms, rank=rank, asker=sender)
        return supplied

    def _spare(self, count: int, receivers: Collection[bytes], is_urgent: bool) -> int:  # noqa: FBT001
        """Return how many sums, or repeats, should follow `count` symbols."""
        confidence = CONFIDENCE_URGENT if is_urgent else CONFIDENCE
        return spare_count(count, self.contacts.neighbours.losses(receivers), confidence)

    def _may_repair(self, thing: bytes, now_ms: int) -> bool:
        said = self._said.get(thing)
        if said is None:
            return True
        if said.ended_ms > now_ms - self._beacon_ms - self._frame_ms:
            # The beacon was under way before what was said had ended.
            return False
        further = said.repairs - FREE_REPAIRS
        if further < 0:
            return True
        wait_ms = min(REPAIR_BACKOFF_MS << min(further, 10), REPAIR_BACKOFF_MS_MAX)
        return now_ms >= said.ended_ms + wait_ms

    def _repair_delay_ms(self) -> int:
        jitter_ms = self._common.random_ms(0, TURN_JITTER_FRAMES * self._frame_ms)
        return round(self._turn_ms) + jitter_ms

    def _turn_after(self, frame: RadioFrame, now_ms: int) -> float:
        """Return how long to leave the repair that this beacon asks for to others.

        All who hear it draw the same order from it, so that one speaks and the others hear it.
        Who lacks something itself comes last: another can probably repair more at once.
        """
        neighbours = self.contacts.neighbours
        others = [
            other
            for other in neighbours.present(now_ms)
            if other != frame.sender and neighbours.hears(frame.sender, other)
        ]
        salt = frame.sender + bytes([frame.number])
        mine = _draw(self._common.codec.sender, salt)
        before = sum(_draw(other, salt) < mine for other in others)
        if self._beacons.lacks:
            before += len(others)
        return TURN_FRAMES * self._frame_ms * min(before, TURNS_MAX)

    def _window_ms(self, now_ms: int) -> float:
        """Long enough that one of those who could speak is heard before the others do."""
        others = max(1, len(self.contacts.neighbours.present(now_ms)))
        return self._frame_ms * (1 + sqrt(others))


def _draw(sender: bytes, salt: bytes) -> bytes:
    return blake2s(sender + salt, digest_size=4).digest()
