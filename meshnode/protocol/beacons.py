"""When to say what we hold, and how much of it: Trickle, and how long the sketch is.

Not for: reading others' beacons (`comparison`) or airtime (`radio`).
Invariants: one beacon at a time is due; a set that was found equal costs one syndrome; what we
lack is asked for by our own beacon alone, unless somebody else asked for all of it.
Source: docs/spec/frames.md section 3.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

from meshnode.protocol.collector import Collector
from meshnode.protocol.common import Common
from meshnode.protocol.comparison import Different, Unclear
from meshnode.protocol.frames import (
    BEACON_BYTES_MIN,
    HEARS_MAX,
    PARTIALS_MAX,
    SENDER_BYTES,
    Beacon,
    Partial,
    Scope,
    syndromes_max,
)
from meshnode.protocol.inventory import SYNDROMES_MAX, bucket_depth_for
from meshnode.protocol.neighbours import ACQUAINTED_MS, SIGN_OF_LIFE_MS, Neighbours
from meshnode.protocol.pace import BEACON_MS_MAX
from meshnode.protocol.trickle import Trickle

INTERVAL_MIN_BEACONS: Final = 25
"""Shortest Trickle interval in quiet beacons of the radio's modulation: 15 s of LongFast."""
INTERVAL_FLOOR_MS: Final = 2_000
INTERVAL_MAX_MS: Final = BEACON_MS_MAX
INTERVAL_MAX_BEACONS: Final = 3_220
"""Longest interval, the shorter one of both: half an hour of LongFast, and on a faster channel what
takes the same share of it, so that two clusters that meet again find out sooner. The pace may ask
for a shorter one."""
INTERVAL_ASKING_MAX_MS: Final = 240_000
INTERVAL_ASKING_MAX_BEACONS: Final = 430
"""The same for who knows that it lacks something: a lost answer is asked for again soon."""
SYNDROMES_AFTER_CHANGE_MAX: Final = 8
SYNDROMES_BESIDE_PARTIALS: Final = 2
BEHIND_MAX: Final = 8
"""Who lacks more than this needs help itself; its beacon does not stand for ours."""
CROWD_FACTOR: Final = 1.0
"""Times the square root of the neighbours: how much longer the first interval after a change is.
The more hear the same, the more will have it, and the more would say so."""
TELL_CHANGES_MS: Final = 60_000
TOLD_TIMES: Final = 2
"""How often a new list is said: who misses it takes us for out of reach of somebody we hear."""
TELL_ANEW_MS: Final = 4 * 3_600_000
"""How long to wait until we list again whom we hear, if others are here now, and if not."""
WONDER_MS: Final = 60_000
WONDER_DOUBLINGS_MAX: Final = 4
WONDERS_REMEMBERED_MAX: Final = 64
"""How long to wait before wondering about the same sender again: doubled each time up to a quarter
of an hour, halved when our set changes. Without a bound one liar keeps everybody asking; those who
invent new names for each lie are bounded by the timer's shortest interval."""
URGENT_AGAIN_MS: Final = 180_000
"""How often the urgent objects are compared by themselves while all else is unclear."""
ASKED_MAX: Final = 8
"""Beacons after which we take it that nobody near has any more what we lacked."""
BUCKETS_A_ROUND: Final = 8
"""Bucket beacons said in one go; the next round continues where this one ended."""


@dataclass(slots=True)
class _Wonder:
    again_ms: int = 0
    times: int = 0


class Beacons:
    """The beacons of one link."""

    __slots__ = (
        "_asked",
        "_began_ms",
        "_bucket",
        "_bucket_end",
        "_changes",
        "_collector",
        "_common",
        "_depth",
        "_has_yielded",
        "_interval_asking_max_ms",
        "_interval_max_ms",
        "_is_urgent_due",
        "_needs",
        "_neighbours",
        "_spoke_ms",
        "_syndromes",
        "_told",
        "_told_count",
        "_told_ms",
        "_urgent_again_ms",
        "_wonders",
        "trickle",
        "wanted",
    )

    def __init__(
        self,
        common: Common,
        collector: Collector,
        neighbours: Neighbours,
        *,
        beacon_ms: float,
        now_ms: int,
    ) -> None:
        self._common = common
        self._collector = collector
        self._neighbours = neighbours
        interval_ms = max(INTERVAL_FLOOR_MS, round(INTERVAL_MIN_BEACONS * beacon_ms))
        interval_min_ms = min(interval_ms, INTERVAL_MAX_MS)
        longest_ms = min(INTERVAL_MAX_MS, round(INTERVAL_MAX_BEACONS * beacon_ms))
        asking_ms = min(INTERVAL_ASKING_MAX_MS, round(INTERVAL_ASKING_MAX_BEACONS * beacon_ms))
        self._interval_max_ms = max(interval_min_ms, longest_ms)
        self._interval_asking_max_ms = max(interval_min_ms, asking_ms)
        self.trickle = Trickle(
            interval_min_ms=interval_min_ms,
            interval_max_ms=self._interval_max_ms,
            dice=common.dice,
        )
        self.wanted = False
        self._changes = 0
        self._syndromes = 1
        self._depth = 0
        self._bucket = 0
        self._bucket_end = 0
        self._needs: dict[int, None] = {}
        self._asked = 0
        self._has_yielded = False
        self._is_urgent_due = False
        self._urgent_again_ms = now_ms
        self._wonders: dict[bytes, _Wonder] = {}
        self._spoke_ms = now_ms
        self._began_ms = now_ms
        self._told: tuple[bytes, ...] = ()
        self._told_ms = -TELL_ANEW_MS
        self._told_count = 0

    @property
    def lacks(self) -> bool:
        """Whether we know of something that others hold and we do not."""
        return bool(self._needs or self._partials())

    def advance(self, now_ms: int) -> bool:
        """Return whether a beacon is due now.

        Who lacks something yields to the same request of others once, then asks itself: they may
        be out of reach of the one who has it.
        """
        longest_ms = self._common.pace.beacon_ms_max
        if self.lacks:
            longest_ms = min(self._interval_asking_max_ms, longest_ms)
        if not self.trickle.advance(now_ms, interval_max_ms=longest_ms):
            return False
        if not self._is_superfluous(now_ms):
            return True
        if self.lacks:
            self._has_yielded = not self._has_yielded
            return not self._has_yielded
        return False

    def spoke(self, now_ms: int) -> None:
        """We said something: neighbours know that we are here."""
        self._spoke_ms = now_ms

    def pace_changed(self, now_ms: int) -> None:
        """Another longest interval holds: one that runs and is longer is cut short."""
        self.trickle.shorten(now_ms, interval_max_ms=self._common.pace.beacon_ms_max)

    def set_changed(self, now_ms: int) -> None:
        """Our set has a new object: others may lack it, or we others that came with it."""
        self._changes += 1
        for wonder in self._wonders.values():
            wonder.times = max(0, wonder.times - 1)
            wonder.again_ms = min(wonder.again_ms, now_ms + (WONDER_MS << wonder.times))
        self.trickle.reset(now_ms, factor=self._crowd_factor(now_ms))

    def said_batch(self, now_ms: int) -> None:
        """We have said a batch: those who lack some of it ask first."""
        self.trickle.start(now_ms, factor=self._crowd_factor(now_ms))

    def ask_after(self, burst_end_ms: int, now_ms: int) -> None:
        """A batch came in part: ask for the rest when its sender is through, if we lack it."""
        if self.lacks:
            self.trickle.fire_at(burst_end_ms, now_ms)

    def heard_same(self, sender: bytes) -> None:
        """A neighbour holds what we hold."""
        self.trickle.heard_consistent(sender)
        self._wonders.pop(sender, None)
        if not self.lacks:
            self._calm()

    def heard_different(
        self, different: Different, beacon: Beacon, sender: bytes, now_ms: int
    ) -> None:
        """A neighbour's set differs in a way that we understand."""
        self._wonders.pop(sender, None)
        if beacon.scope is Scope.ALL:
            self._choose_length(len(different.we_lack) + len(different.they_lack), beacon.depth)
        inventory = self._common.inventory
        for value in list(self._needs):
            if inventory.known_element(value, beacon.cutoff_hour) is not None:
                del self._needs[value]
        if different.we_lack:
            self._is_urgent_due |= beacon.scope is Scope.URGENT
            self.trickle.reset(now_ms)
        elif (
            beacon.depth == 0
            and beacon.scope is Scope.ALL
            and len(different.they_lack) <= BEHIND_MAX
        ):
            # It has asked for all that we lack, too; and what is said for it tells others more
            # than our beacon would.
            self.trickle.heard_consistent(sender)
        if different.we_lack:
            self._needs.update(dict.fromkeys(different.we_lack))
            self._asked = 0

    def heard_request(self, beacon: Beacon, sender: bytes) -> None:
        """A beacon asks for as much as we lack of each batch: so it has asked for us, too."""
        named = {partial.batch: partial.missing for partial in beacon.partials}
        own = self._partials()
        if own and all(named.get(one.batch, 0) >= one.missing for one in own):
            self.trickle.heard_consistent(sender)

    def heard_unclear(self, unclear: Unclear, sender: bytes, now_ms: int) -> None:
        """A neighbour's set differs by more than its beacon could say.

        Who is far behind says so with short beacons, and is told all in portions; else ours gets
        longer. Each time in vain we wait twice as long before we wonder about the same sender
        again: it may lie.
        """
        wonder = self._wonders.pop(sender, None) or _Wonder()
        self._wonders[sender] = wonder
        if len(self._wonders) > WONDERS_REMEMBERED_MAX:
            del self._wonders[next(iter(self._wonders))]
        if now_ms < wonder.again_ms:
            return
        wonder.again_ms = now_ms + (WONDER_MS << wonder.times)
        wonder.times = min(wonder.times + 1, WONDER_DOUBLINGS_MAX)
        if unclear.behind >= -SYNDROMES_MAX:
            if unclear.estimate > SYNDROMES_MAX:
                self._cut_into(max(self._depth, bucket_depth_for(unclear.estimate)))
            self._syndromes = min(SYNDROMES_MAX, 2 * unclear.estimate)
        self.trickle.reset(now_ms, factor=self._crowd_factor(now_ms))

    def compare_urgent(self, now_ms: int) -> None:
        """Somebody's set is too different to compare: what is urgent is compared by itself."""
        holds_urgent = bool(self._common.inventory.urgent(self._common.cutoff_hour(now_ms)))
        if holds_urgent and now_ms >= self._urgent_again_ms:
            self._urgent_again_ms = now_ms + URGENT_AGAIN_MS
            self._is_urgent_due = True
            self.trickle.reset(now_ms, factor=self._crowd_factor(now_ms))

    def heard_same_urgent(self, now_ms: int) -> None:
        """A neighbour holds the same urgent objects."""
        self._urgent_again_ms = now_ms + URGENT_AGAIN_MS
        self._is_urgent_due = False

    def request(self) -> None:
        """The timer fired: a beacon is due, or a round of bucket beacons."""
        self.wanted = True
        if self._depth and self._bucket == self._bucket_end:
            self._bucket_end = (self._bucket + BUCKETS_A_ROUND) % (1 << self._depth)

    def compose(self, *, cutoff_hour: int, frame_bytes_max: int, now_ms: int) -> Beacon:
        """Return the beacon that is due now."""
        if self._is_urgent_due:
            return self._urgent_beacon(cutoff_hour, syndromes_max(frame_bytes_max))
        if self._depth:
            room = syndromes_max(frame_bytes_max)
            return self._bucket_beacon(cutoff_hour, min(SYNDROMES_MAX, room))
        partials = self._partials()
        hears = self._hears(frame_bytes_max, now_ms)
        room = syndromes_max(frame_bytes_max, partials, hears)
        after_change = min(SYNDROMES_AFTER_CHANGE_MAX, 1 + self._changes)
        wanted = max(self._syndromes, after_change)
        if partials:
            # What it lacks of batches it says by their names; the sketch only has to show that.
            wanted = min(wanted, SYNDROMES_BESIDE_PARTIALS)
        count = min(room, wanted)
        digest = self._common.inventory.digest(cutoff_hour, count)
        return Beacon(
            cutoff_hour=cutoff_hour,
            depth=0,
            bucket=0,
            count=digest.count,
            check=digest.check,
            partials=partials,
            syndromes=digest.syndromes,
            hears=hears,
        )

    def sent(self) -> None:
        """The medium took the beacon, or never will."""
        if self._is_urgent_due:
            # The one about everything follows.
            self._is_urgent_due = False
            return
        if self._depth:
            self._bucket = (self._bucket + 1) % (1 << self._depth)
            self.wanted = self._bucket != self._bucket_end
            if not self.wanted and self._bucket == 0:
                self._cut_into(0)
        else:
            self.wanted = False
            self._collector.requested(self._partials())
        self._changes = 0
        self._has_yielded = False
        self._asked += 1
        if self._asked > ASKED_MAX:
            self._needs = {}

    def _crowd_factor(self, now_ms: int) -> float:
        return max(1.0, CROWD_FACTOR * sqrt(len(self._neighbours.present(now_ms))))

    def _is_superfluous(self, now_ms: int) -> bool:
        """Whether all who hear us have heard from others what we would say."""
        heard = self.trickle.heard
        if not heard or now_ms - self._spoke_ms >= SIGN_OF_LIFE_MS:
            return False
        is_told = self._told_count >= TOLD_TIMES and self._present(now_ms) == self._told
        is_new = now_ms - self._began_ms < ACQUAINTED_MS
        return (is_told or is_new) and not self._neighbours.out_of_reach(heard, now_ms)

    def _present(self, now_ms: int) -> tuple[bytes, ...]:
        return tuple(sorted(self._neighbours.present(now_ms))[:HEARS_MAX])

    def _hears(self, frame_bytes_max: int, now_ms: int) -> tuple[bytes, ...] | None:
        """Return whom we hear, when it is time to say so."""
        hears = self._present(now_ms)
        if now_ms - self._began_ms < ACQUAINTED_MS:
            return None
        if hears != self._told:
            self._told_count = 0
        is_news = self._told_count < TOLD_TIMES
        if now_ms - self._told_ms < (TELL_CHANGES_MS if is_news else TELL_ANEW_MS):
            return None
        self._told, self._told_ms = hears, now_ms
        self._told_count += 1
        room = (frame_bytes_max - BEACON_BYTES_MIN) // (2 * SENDER_BYTES)
        return hears[:room]

    def _partials(self) -> tuple[Partial, ...]:
        return self._collector.partials(PARTIALS_MAX, lacks=bool(self._needs))

    def _urgent_beacon(self, cutoff_hour: int, room: int) -> Beacon:
        count = min(room, SYNDROMES_AFTER_CHANGE_MAX)
        digest = self._common.inventory.urgent_digest(cutoff_hour, count)
        return Beacon(
            cutoff_hour=cutoff_hour,
            depth=0,
            bucket=0,
            count=digest.count,
            check=digest.check,
            partials=(),
            syndromes=digest.syndromes,
            scope=Scope.URGENT,
        )

    def _bucket_beacon(self, cutoff_hour: int, syndrome_count: int) -> Beacon:
        digest = self._common.inventory.bucket_digest(
            cutoff_hour, depth=self._depth, bucket=self._bucket, syndrome_count=syndrome_count
        )
        return Beacon(
            cutoff_hour=cutoff_hour,
            depth=self._depth,
            bucket=self._bucket,
            count=digest.count,
            check=digest.check,
            partials=(),
            syndromes=digest.syndromes,
        )

    def _choose_length(self, difference: int, depth: int) -> None:
        """Make our next beacon long enough for a difference as large as this one."""
        total = difference << depth
        if depth and total > SYNDROMES_MAX:
            self._cut_into(max(self._depth, depth))
            return
        self._syndromes = min(SYNDROMES_MAX, max(2, total + total // 3 + 1))
        self._cut_into(0)

    def _calm(self) -> None:
        self._changes = 0
        self._syndromes = 1
        self._cut_into(0)
        self._needs = {}

    def _cut_into(self, depth: int) -> None:
        if depth != self._depth:
            self._depth = depth
            self._bucket = self._bucket_end = 0
