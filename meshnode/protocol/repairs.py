"""What others lack, by their beacons, and whose turn it is to say it.

Not for: what we lack ourselves (`beacons`). Invariants: nothing that anybody says makes us repeat
one thing without end (`said`); at most one sketch is being decoded at a time.
Source: docs/spec/frames.md sections 3 and 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

from meshnode.protocol.batch import Batch
from meshnode.protocol.beacons import Beacons
from meshnode.protocol.catalogue import Catalogue
from meshnode.protocol.collector import Collector
from meshnode.protocol.common import Common
from meshnode.protocol.comparison import (
    Comparison,
    Different,
    Sketched,
    Unclear,
    compare,
    explain,
)
from meshnode.protocol.effects import Decode
from meshnode.protocol.errors import PeerError
from meshnode.protocol.evidence import learn_beacon
from meshnode.protocol.frames import Beacon, Scope
from meshnode.protocol.inventory import SYNDROMES_MAX, Held
from meshnode.protocol.limits import GONE_MINUTES
from meshnode.protocol.neighbours import Neighbours
from meshnode.protocol.object import ObjectId
from meshnode.protocol.outbox import Outbox, Reaches
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import Spare
from meshnode.protocol.said import Said
from meshnode.protocol.sketch import decode

CUTOFF_HOURS_BEHIND_MAX: Final = GONE_MINUTES // 60
"""A beacon whose clock is further behind counts objects that we do not remember any more."""
DECODED_AT_ONCE_MAX: Final = 8
"""Sketches up to this many syndromes take less than a millisecond; longer ones are handed out."""
DECODING_MS_MAX: Final = 60_000
"""A sketch that was handed out and did not come back by then is forgotten."""
NEXT_FRAME_FRAMES: Final = 4.0
"""After how many frames' airtime a burst is over: its next frame, or the one after that, would
have been heard by then, the gaps between them included."""
TURN_FRAMES: Final = 1.3
"""Length of a turn: a full frame, and the pauses before and after it."""
TURN_JITTER_FRAMES: Final = 0.4
TURNS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class _Request:
    """A beacon, whose it is, its frame's number and when it came."""

    beacon: Beacon
    sender: bytes
    heard_ms: int
    number: int


class Repairs:
    """The repairs of one link."""

    def __init__(
        self,
        link: str,
        common: Common,
        *,
        neighbours: Neighbours,
        outbox: Outbox,
        collector: Collector,
        beacons: Beacons,
        said: Said,
        spare: Spare,
        frame_ms: float,
        beacon_ms: float,
    ) -> None:
        self._link = link
        self._common = common
        self._neighbours = neighbours
        self._outbox = outbox
        self._collector = collector
        self._beacons = beacons
        self._said = said
        self._spare = spare
        self._frame_ms = frame_ms
        self._beacon_ms = beacon_ms
        self._catalogue = Catalogue(said)
        self._turn_ms = 0.0
        self._decoding: tuple[int, _Request, Sketched] | None = None

    def reaches(self, sender: bytes) -> Reaches:
        """Return who hears this sender, as a question."""
        return lambda receiver: self._neighbours.hears(receiver, sender)

    def heard_beacon(self, beacon: Beacon, sender: bytes, number: int, now_ms: int) -> list[Decode]:
        """Take a beacon; return the sketch that has to be decoded before more can be said.

        Raises:
            PeerError: It counts what nobody remembers any more.
        """
        request = _Request(beacon, sender, now_ms, number)
        holding = self._neighbours.holding(sender)
        cutoff_hour = self._common.cutoff_hour(now_ms)
        behind_hours = cutoff_hour - beacon.cutoff_hour
        if beacon.cutoff_hour and behind_hours > CUTOFF_HOURS_BEHIND_MAX:
            holding.forget()
            raise PeerError("beacon_time", f"a clock {behind_hours} hours behind ours")
        comparison = compare(beacon, self._common.inventory)
        if not isinstance(comparison, Sketched):
            self._understood(comparison, request, now_ms)
            return []
        # It differs: what was known of the sender counts again only when we know in what.
        holding.forget()
        if comparison.syndrome_count <= DECODED_AT_ONCE_MAX:
            elements = decode(comparison.difference, effort=comparison.syndrome_count)
            self._explain(elements, comparison, request, now_ms)
        elif self._decoding is None or now_ms > self._decoding[1].heard_ms + DECODING_MS_MAX:
            token = self._common.next_token()
            self._decoding = token, request, comparison
            return [Decode(self._link, token, comparison.difference, comparison.syndrome_count)]
        return []

    def decoded(self, token: int, elements: list[int] | None, now_ms: int) -> None:
        """A sketch that was handed out is decoded; None: it cannot be."""
        if self._decoding is None or self._decoding[0] != token:
            return
        _, request, sketched = self._decoding
        self._decoding = None
        self._explain(elements, sketched, request, now_ms)

    def yield_to(self, sender: bytes, now_ms: int) -> None:
        """Whoever speaks goes on with its next frame: start only when it does not."""
        if self._outbox.has_repairs:
            pause_ms = round(NEXT_FRAME_FRAMES * self._frame_ms)
            due_ms = now_ms + pause_ms + self._delay_ms()
            self._outbox.put_off_repairs(due_ms, self.reaches(sender))

    def _explain(
        self, elements: list[int] | None, sketched: Sketched, request: _Request, now_ms: int
    ) -> None:
        inventory = self._common.inventory
        if sketched.revision != inventory.revision:
            # Our set is another one meanwhile: the next beacon will tell.
            return
        self._understood(explain(elements, sketched, request.beacon, inventory), request, now_ms)

    def _understood(self, comparison: Comparison, request: _Request, now_ms: int) -> None:
        holding = self._neighbours.holding(request.sender)
        inventory, heard_ms = self._common.inventory, request.heard_ms
        learn_beacon(holding, comparison, request.beacon, inventory, heard_ms=heard_ms)
        self._judge(comparison, request, now_ms)

    def _judge(self, comparison: Comparison, request: _Request, now_ms: int) -> None:
        beacon, sender, inventory = request.beacon, request.sender, self._common.inventory
        match self._without_refused(comparison, beacon):
            case Different(they_lack, we_lack) as different if they_lack or we_lack:
                self._beacons.heard_different(different, beacon, sender, now_ms)
                self._plan(different, request, now_ms)
            case Unclear() as unclear:
                self._plan_sums(request, now_ms)
                self._beacons.compare_urgent(now_ms)
                if beacon.partials:
                    # It is in the middle of something, and passes it on when that is whole.
                    self._beacons.heard_request(beacon, sender)
                elif unclear.behind > SYNDROMES_MAX:
                    self._plan_portion(inventory.covered(beacon.cutoff_hour), request, now_ms)
                else:
                    self._beacons.heard_unclear(unclear, sender, now_ms)
            case _ if beacon.scope is Scope.URGENT:
                self._beacons.heard_same_urgent(now_ms)
            case _ if self._says_all(beacon, now_ms):
                self._beacons.heard_same(sender)
            case _:
                # Equal as far as it goes; but it says nothing of the rest of our set.
                pass

    def _says_all(self, beacon: Beacon, now_ms: int) -> bool:
        return beacon.depth == 0 and beacon.cutoff_hour <= self._common.cutoff_hour(now_ms)

    def _without_refused(self, comparison: Comparison, beacon: Beacon) -> Comparison:
        """Do not ask again for objects that our rules refuse."""
        if not isinstance(comparison, Different) or not comparison.we_lack:
            return comparison
        refused = self._common.refused_elements(beacon.cutoff_hour)
        we_lack = tuple(value for value in comparison.we_lack if value not in refused)
        return Different(comparison.they_lack, we_lack)

    def _plan(self, different: Different, request: _Request, now_ms: int) -> None:
        supplied = self._plan_sums(request, now_ms)
        held = self._common.inventory.held
        if len(different.they_lack) > SYNDROMES_MAX:
            things = (held[thing] for thing in different.they_lack)
            self._plan_portion(things, request, now_ms)
            return
        covered = {thing for batch in supplied for thing in batch.ids}
        lacking = [
            thing
            for thing in different.they_lack
            if thing not in covered and self._may_repair(thing, request, now_ms)
        ]
        if not lacking:
            return
        due_ms = self._due_ms(request, now_ms)
        if len(supplied) < len(request.beacon.partials):
            # Others know the batch that it names, and have less to say than we would.
            due_ms += round(TURN_FRAMES * self._frame_ms * TURNS_MAX)
        is_whole = self._says_all(request.beacon, now_ms)
        for thing in lacking:
            self._outbox.repair(held[thing], due_ms, asker=request.sender)
            if not is_whole or request.beacon.scope is Scope.URGENT:
                # It named a part of its set, in which what goes with this need not be.
                self._accompany(thing, request, now_ms)

    def _plan_portion(self, things: Iterable[Held], request: _Request, now_ms: int) -> None:
        """Plan to tell whoever lacks much the next portion of it, unless some is still to come."""
        asker = request.sender
        if self._outbox.is_repairing(asker):
            return
        due_ms = self._due_ms(request, now_ms)
        count = request.beacon.count
        for held in self._catalogue.portion(things, asker, count=count, now_ms=now_ms):
            self._outbox.repair(held, due_ms, asker=asker)
            self._accompany(held.object.id, request, now_ms)

    def _accompany(self, thing: ObjectId, request: _Request, now_ms: int) -> None:
        """Let what goes with a repair be said with it, unless that was said since they asked."""
        for companion in self._common.inventory.companions(thing):
            if self._may_repair(companion.object.id, request, now_ms):
                self._outbox.accompany(companion, thing, (request.sender,))

    def _plan_sums(self, request: _Request, now_ms: int) -> list[Batch]:
        """Plan to say sums of the unfinished batches that a beacon names; return those we know."""
        held = self._common.inventory.held
        asker = request.sender
        supplied = []
        for partial in request.beacon.partials:
            batch = self._collector.known(partial.batch)
            if batch is None or not all(thing in held for thing in batch.ids):
                continue
            supplied.append(batch)
            if self._may_repair(partial.batch, request, now_ms):
                rank = min(held[thing].rank for thing in batch.ids)
                is_urgent = rank is Priority.URGENT
                # Whatever it claims, with as many as the batch has data it has all.
                count = min(partial.missing, batch.shape.data_count)
                count += self._spare(count, (asker,), is_urgent=is_urgent)
                due_ms = self._due_ms(request, now_ms)
                self._outbox.supply(batch, count, due_ms, rank=rank, asker=asker)
        return supplied

    def _may_repair(self, thing: bytes, request: _Request, now_ms: int) -> bool:
        asked_ms = request.heard_ms - round(self._beacon_ms + self._frame_ms)
        return self._said.may_repair(thing, asked_ms=asked_ms, now_ms=now_ms)

    def _due_ms(self, request: _Request, now_ms: int) -> int:
        """Return when it is our turn to say what this beacon asks for."""
        self._turn_ms = self._turn_after(request.sender, request.number, now_ms)
        return now_ms + self._delay_ms()

    def _delay_ms(self) -> int:
        jitter_ms = self._common.random_ms(0, TURN_JITTER_FRAMES * self._frame_ms)
        return round(self._turn_ms) + jitter_ms

    def _turn_after(self, sender: bytes, number: int, now_ms: int) -> float:
        """Return how long to leave the repair that a beacon asks for to others.

        All who hear it draw the same order from it, so that one speaks and the others hear it.
        Who lacks something itself comes last: another can probably repair more at once.
        """
        others = [
            other
            for other in self._neighbours.present(now_ms)
            if other != sender and self._neighbours.hears(sender, other)
        ]
        salt = sender + bytes([number])
        mine = _draw(self._common.codec.sender, salt)
        before = sum(_draw(other, salt) < mine for other in others)
        if self._beacons.lacks:
            before += len(others)
        return TURN_FRAMES * self._frame_ms * min(before, TURNS_MAX)


def _draw(sender: bytes, salt: bytes) -> bytes:
    return blake2s(sender + salt, digest_size=4).digest()
