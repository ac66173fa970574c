"""One radio's way to the air: one frame in flight, paid for before it leaves, counted after.

Not for: what is said (`outbox`, `beacons`). Invariants: nothing is sent that the ledger does not
allow; the account is saved before the frame that it pays for leaves; a frame that was not sent
after all costs nothing.
Source: docs/spec/airtime.md.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from meshnode.protocol.channel_load import Allowance, ChannelLoad
from meshnode.protocol.common import Common
from meshnode.protocol.effects import Effect, SaveSetting, Transmit
from meshnode.protocol.frames import RadioBody
from meshnode.protocol.load import Load, Purpose
from meshnode.protocol.medium import Medium
from meshnode.protocol.neighbours import Neighbours
from meshnode.protocol.outbox import NEVER_MS
from meshnode.protocol.priority import Priority

LEDGER_KEY: Final = "airtime"
"""Under which setting the account of airtime is kept."""
RETRY_MS: Final = 2_000
"""Pause after a radio had no room for a frame."""
FLIGHT_MS_MAX: Final = 600_000
"""A radio that has not said what became of a frame by then has lost it."""
PAUSE_SHARE_MIN: Final = 0.2
PAUSE_SHARE_SPAN: Final = 0.4
"""A pause of 0.2 to 0.6 of the frame's airtime after it, in which others get a word in."""


def _nothing() -> dict[Purpose, float]:
    return dict.fromkeys(Purpose, 0.0)


@dataclass(slots=True)
class Contacts:
    """What outlives a link's reconnections: who was heard, and where airtime went.

    `urgent_ms` is the part of `spent_ms` that went to urgent objects.
    """

    neighbours: Neighbours = field(default_factory=Neighbours)
    spent_ms: dict[Purpose, float] = field(default_factory=_nothing)
    urgent_ms: dict[Purpose, float] = field(default_factory=_nothing)
    frame_counts: dict[Purpose, int] = field(default_factory=lambda: dict.fromkeys(Purpose, 0))


@dataclass(frozen=True, slots=True)
class Flight:
    """A frame that the radio has; `load` is None for a beacon."""

    token: int
    load: Load | None
    frame_bytes: int
    airtime_ms: float
    is_urgent: bool
    charged_ms: int


class Transmitter:
    """The sending side of one radio link."""

    def __init__(
        self, name: str, medium: Medium, common: Common, contacts: Contacts, now_ms: int
    ) -> None:
        self.channel_load = ChannelLoad()
        self._name = name
        self._medium = medium
        self._common = common
        self._contacts = contacts
        self._flight: Flight | None = None
        self._free_at_ms = now_ms
        self._ordinary_at_ms = now_ms
        self._number = common.dice.randrange(256)

    def is_free(self, now_ms: int) -> bool:
        """Return whether a frame may leave now."""
        return self._flight is None and now_ms >= self._free_at_ms

    def allowance(self, now_ms: int) -> Allowance:
        """Return what budget and channel allow to say now."""
        if now_ms < self._ordinary_at_ms:
            return Allowance(Priority.URGENT, beacons=False, again_ms=self._ordinary_at_ms)
        allowance = self.channel_load.allowance(now_ms, retry_ms=RETRY_MS)
        if self._common.ledger.is_half_spent(self._medium, now_ms=now_ms):
            # What exceeds its author's fair share leaves half of the budget to everybody else.
            return replace(allowance, rank_max=min(allowance.rank_max, Priority.ORDINARY))
        return allowance

    def wake_ms(self, now_ms: int, *, due_ms: int, wants_beacon: bool) -> int:
        """Return when to try to send next, where something is due at `due_ms`."""
        if self._flight is not None:
            return self._flight.charged_ms + FLIGHT_MS_MAX
        if due_ms == NEVER_MS and not wants_beacon:
            return NEVER_MS
        if self._free_at_ms > now_ms:
            return self._free_at_ms
        if due_ms > now_ms and not wants_beacon:
            return due_ms
        # Something is due, yet nothing was sent: it waits for the channel or the budget.
        later_ms = due_ms if due_ms > now_ms else NEVER_MS
        return min(later_ms, self.allowance(now_ms).again_ms)

    def send(self, body: RadioBody, load: Load | None, now_ms: int) -> list[Effect]:
        """Return what puts a frame on the air, nothing where the budget is used up."""
        frame = self._common.codec.seal(self._number, body)
        airtime_ms = self._medium.airtime_ms(len(frame))
        is_urgent = load is not None and load.is_urgent
        ledger = self._common.ledger
        if not ledger.allows(airtime_ms, self._medium, is_urgent=is_urgent, now_ms=now_ms):
            relief_ms = max(now_ms + RETRY_MS, ledger.relief_ms(now_ms))
            self._ordinary_at_ms = relief_ms
            if is_urgent:
                self._free_at_ms = relief_ms
            return []
        ledger.charge(airtime_ms, is_urgent=is_urgent, now_ms=now_ms)
        self._number = (self._number + 1) % 256
        token = self._common.next_token()
        self._flight = Flight(token, load, len(frame), airtime_ms, is_urgent, now_ms)
        minute = self._common.clock.minute(now_ms)
        priority = Priority.URGENT if is_urgent else Priority.ORDINARY
        return [
            SaveSetting(LEDGER_KEY, ledger.encode(now_ms=now_ms, minute=minute)),
            Transmit(self._name, frame, priority, token),
        ]

    def land(self, token: int) -> Flight | None:
        """The radio has finished with a frame; return it if it is the one in flight."""
        flight = self._flight
        if flight is None or flight.token != token:
            return None
        self._flight = None
        return flight

    def overdue(self, now_ms: int) -> int | None:
        """Return the token of a frame of which the radio has said nothing for too long."""
        flight = self._flight
        if flight is None or now_ms < flight.charged_ms + FLIGHT_MS_MAX:
            return None
        return flight.token

    def sent(self, flight: Flight, now_ms: int) -> int:
        """Account for a frame that went on the air now; return when it ends there."""
        ended_ms = now_ms + round(flight.airtime_ms)
        # It was paid for before it left, and counts from when it did.
        ledger = self._common.ledger
        for airtime_ms, at_ms in (
            (-flight.airtime_ms, flight.charged_ms),
            (flight.airtime_ms, now_ms),
        ):
            ledger.charge(airtime_ms, is_urgent=flight.is_urgent, now_ms=at_ms)
        self.channel_load.said_by_us(flight.airtime_ms, now_ms)
        # An alert does not wait.
        share = PAUSE_SHARE_MIN + PAUSE_SHARE_SPAN * self._common.dice.random()
        pause_ms = 0.0 if flight.is_urgent else share * flight.airtime_ms
        self._free_at_ms = ended_ms + round(pause_ms)
        purpose = flight.load.purpose if flight.load else Purpose.BEACON
        self._contacts.spent_ms[purpose] += flight.airtime_ms
        self._contacts.urgent_ms[purpose] += flight.airtime_ms * flight.is_urgent
        self._contacts.frame_counts[purpose] += 1
        return ended_ms

    def refused(self, flight: Flight, retry_after_ms: int, now_ms: int) -> None:
        """The radio did not take a frame: it costs nothing, and there is a pause."""
        self._common.ledger.charge(
            -flight.airtime_ms, is_urgent=flight.is_urgent, now_ms=flight.charged_ms
        )
        self._free_at_ms = now_ms + max(RETRY_MS, retry_after_ms)
