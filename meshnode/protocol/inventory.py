"""The set of objects a node holds, and its digests for comparing with others.

Which objects a digest covers is a pure function of signed fields: those that expire at or after
a cutoff hour which the speaker announces. Objects that expired here meanwhile stay countable for
two days, so that a node whose clock is behind is understood.
Invariants: `digest` depends on the set alone, never on the order of arrival; an id is in `held`
or in `gone`, never in both.
Source: docs/spec/frames.md section 3; docs/spec/sketch.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Final

from meshnode.protocol.frames import DEPTH_MAX
from meshnode.protocol.idset import IdSet
from meshnode.protocol.limits import GONE_MINUTES
from meshnode.protocol.object import (
    OBJECT_ID_BYTES,
    SHORT_ID_BYTES,
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
)
from meshnode.protocol.pieces import Pieces
from meshnode.protocol.priority import Priority
from meshnode.protocol.sketch import Sketch

SYNDROMES_MAX: Final = 45
"""Syndromes that accumulators keep and beacons carry: what a frame of 200 bytes has room for."""
VARIANT_HOURS: Final = 6
"""How long one of the four short ids is in use, so that a forged collision does not last."""
HOUR_MINUTES: Final = 60
COMPANIONS_MAX: Final = 4
"""Of what must go with an object only the newest few do: a label, a correction and the like. Else
whoever makes hundreds of them would make each repair of that object long."""

EXPIRED: Final = "expired"
"""Why most objects leave; the only reason for which older cutoffs still count them."""

_RANKED_BY_OTHERS: Final = frozenset({Kind.WITHDRAWAL, Kind.NOTICE})
"""Kinds whose rank depends on what else is held: not all nodes agree on it."""
_VARIANTS: Final = 4
_GONE_HOURS: Final = GONE_MINUTES // HOUR_MINUTES


@dataclass(frozen=True, slots=True)
class Held:
    """An object of the set and its rank on the air.

    `companion_of`: the object that must not be seen without this one, if there is one.
    `worth`: the rank that it has by itself, if its author's share of the hour was used up.
    `arrival` counts what joined this set, from 1, and is never used again; 0: it is in none.
    """

    object: SignedObject
    rank: Priority
    companion_of: ObjectId | None = None
    worth: Priority | None = None
    arrival: int = field(default=0, compare=False)

    @property
    def own_rank(self) -> Priority:
        """Its rank whatever else its author said; all nodes agree on it who hold the same."""
        return self.rank if self.worth is None else self.worth

    @property
    def bulk_rank(self) -> Priority:
        """Its place among much that is told at once: what others stand on goes before them."""
        return Priority.AUTHORITY if self.own_rank is Priority.AUTHORITY else self.rank


@dataclass(slots=True)
class Tally:
    """Count, check and syndromes of some objects; adding twice removes."""

    sketch: Sketch
    count: int = 0
    check: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What a beacon says about a set."""

    count: int
    check: int
    syndromes: bytes


def expiry_hour(thing: SignedObject) -> int:
    """Return the last cutoff hour that still covers the object."""
    return (thing.expires_min - 1) // HOUR_MINUTES


def variant_at(cutoff_hour: int) -> int:
    """Return which four bytes of an id stand for it at this cutoff."""
    return cutoff_hour // VARIANT_HOURS % _VARIANTS


def element(thing: ObjectId, variant: int) -> int:
    """Return the non-zero field element that stands for an id in a sketch."""
    start = variant * SHORT_ID_BYTES
    return int.from_bytes(thing[start : start + SHORT_ID_BYTES], "big") or 1


def check_bits(thing: ObjectId, variant: int) -> int:
    """Return what an id adds to the check: the two bytes after those that make its element."""
    start = (variant + 1) * SHORT_ID_BYTES % OBJECT_ID_BYTES
    return int.from_bytes(thing[start : start + 2], "big")


class Inventory:
    """The held objects by id, and the ids of those that left."""

    __slots__ = (
        "_by_hour",
        "_by_short",
        "_companions",
        "_elements",
        "_expired_before",
        "_ids",
        "_ids_cutoff",
        "_tallies",
        "_urgent",
        "arrivals",
        "gone",
        "held",
        "revision",
    )

    def __init__(self) -> None:
        self.held: dict[ObjectId, Held] = {}
        self.gone: dict[ObjectId, tuple[str, int]] = {}
        """Why an object left, and the minute until which its id is remembered."""
        self._by_short = Pieces()
        self._companions: dict[ObjectId, list[ObjectId]] = {}
        self._by_hour: dict[int, dict[ObjectId, None]] = {}
        self._tallies: dict[int, dict[int, Tally]] = {}
        self._elements: dict[int, Pieces] = {}
        """By variant: what is held or remembered, by what it adds to a sketch."""
        self._ids = IdSet()
        self._ids_cutoff: int | None = None
        self._expired_before = 0
        self._urgent: dict[ObjectId, int] = {}
        """The held urgent objects and the last hour that covers each.

        What takes one back is not among them: its rank depends on what else is held.
        """
        self.arrivals = 0
        """The number of the arrival that joined last."""
        self.revision = 0
        """Counts what joined, left or is forgotten: digests of one revision are the same."""

    def __contains__(self, thing: ObjectId) -> bool:
        return thing in self.held

    def __len__(self) -> int:
        return len(self.held)

    def add(
        self,
        thing: SignedObject,
        rank: Priority,
        *,
        companion_of: ObjectId | None = None,
        worth: Priority | None = None,
    ) -> None:
        """Let an object join the set."""
        self.arrivals += 1
        held = Held(thing, rank, companion_of, worth, self.arrivals)
        self.held[thing.id] = held
        self._by_short.add(thing.id)
        if companion_of is not None:
            self._companions.setdefault(companion_of, []).append(thing.id)
        self.gone.pop(thing.id, None)
        self._count(thing.id, expiry_hour(thing), sign=1)
        if held.own_rank is Priority.URGENT and thing.kind not in _RANKED_BY_OTHERS:
            self._urgent[thing.id] = expiry_hour(thing)
        if self._ids_cutoff is not None and expiry_hour(thing) >= self._ids_cutoff:
            self._ids.add(thing.id)

    def rerank(self, thing: ObjectId, rank: Priority, worth: Priority) -> None:
        """Give a held companion another rank on the air."""
        held = self.held[thing]
        self.held[thing] = replace(held, rank=rank, worth=worth)

    def companions(self, thing: ObjectId) -> Sequence[Held]:
        """Return the newest of what must not lag behind an object, held or not, newest first."""
        some = [self.held[one] for one in self._companions.get(thing, ())]
        return sorted(some, key=_newness, reverse=True)[:COMPANIONS_MAX]

    def remove(self, thing: SignedObject, *, reason: str, until_min: int) -> None:
        """Let an object leave the set for good: digests do not cover it any more."""
        self._leave(thing, reason=reason, until_min=until_min)
        self._count(thing.id, expiry_hour(thing), sign=-1)

    def expire(self, cutoff_hour: int) -> list[SignedObject]:
        """Let all objects leave that a cutoff at this hour does not cover; return them.

        Older cutoffs still count them, for `GONE_MINUTES`.
        """
        hours = sorted(hour for hour in self._by_hour if hour < cutoff_hour)
        expired = [
            self.held[thing].object
            for hour in hours
            for thing in self._by_hour[hour]
            if thing in self.held
        ]
        for thing in expired:
            until_min = thing.expires_min + GONE_MINUTES
            self._leave(thing, reason=EXPIRED, until_min=until_min)
        self._forget_before(cutoff_hour - _GONE_HOURS)
        self._expired_before = max(self._expired_before, cutoff_hour)
        return expired

    def recall(self, cutoff_hour: int) -> None:
        """The clock was wrong: what expires at this hour or later is not over after all.

        Digests stop counting it, so that it counts as missing and neighbours bring it back.
        """
        if cutoff_hour >= self._expired_before:
            return
        self._expired_before = cutoff_hour
        for thing, (reason, until_min) in list(self.gone.items()):
            hour = _gone_hour(until_min)
            if reason == EXPIRED and hour >= cutoff_hour:
                del self.gone[thing]
                self._uncount(thing, hour)

    def remember_gone(self, thing: ObjectId, reason: str, until_min: int) -> None:
        """Take over from the store that an object left."""
        self.gone[thing] = (reason, until_min)
        if reason == EXPIRED:
            hour = _gone_hour(until_min)
            self._count(thing, hour, sign=1)
            self._expired_before = max(self._expired_before, hour + 1)

    def forget_gone(self, minute: int) -> bool:
        """Forget ids whose time is over; return whether there were any."""
        over = [thing for thing, (_, until_min) in self.gone.items() if until_min <= minute]
        for thing in over:
            del self.gone[thing]
            self._forget_element(thing)
        return bool(over)

    def let_return(self, reason: str) -> list[ObjectId]:
        """Forget that objects left for this reason; return which: they may join again."""
        returning = [thing for thing, (why, _) in self.gone.items() if why == reason]
        for thing in returning:
            del self.gone[thing]
            self._forget_element(thing)
        return returning

    def find(self, short_id: ShortId) -> list[ObjectId]:
        """Return the held objects with this short id, nearly always none or one."""
        return self._by_short.having(short_id)

    def covered(self, cutoff_hour: int) -> Iterator[Held]:
        """Return the held objects that a cutoff covers, in the order in which they joined."""
        for held in self.held.values():
            if expiry_hour(held.object) >= cutoff_hour:
                yield held

    def newest(self, cutoff_hour: int, count: int) -> list[ObjectId]:
        """Return so many of the held objects that a cutoff covers, those that joined last."""
        covered = (
            held.object.id
            for held in reversed(self.held.values())
            if expiry_hour(held.object) >= cutoff_hour
        )
        return list(islice(covered, count))

    def ids_at(self, cutoff_hour: int) -> IdSet:
        """Return the ids that a cutoff covers, sorted, for reconciliation over a stream."""
        if cutoff_hour != self._ids_cutoff:
            self._ids = IdSet(held.object.id for held in self.covered(cutoff_hour))
            self._ids_cutoff = cutoff_hour
        return self._ids

    def digest(self, cutoff_hour: int, syndrome_count: int) -> Digest:
        """Return the digest of everything that the cutoff covers."""
        total = Tally(Sketch(syndrome_count))
        for hour, tally in self._tallies_of(variant_at(cutoff_hour)).items():
            if hour >= cutoff_hour:
                total.count += tally.count
                total.check ^= tally.check
                total.sketch.merge(tally.sketch)
        return Digest(total.count, total.check, total.sketch.serialize(syndrome_count))

    def digest_without(
        self, things: Iterable[ObjectId], cutoff_hour: int, syndrome_count: int
    ) -> Digest:
        """Return the digest of everything that the cutoff covers but these, which it does cover."""
        whole = self.digest(cutoff_hour, syndrome_count)
        rest = Tally(Sketch.deserialize(whole.syndromes), whole.count, whole.check)
        for thing in things:
            _toggle(rest, thing, variant_at(cutoff_hour), sign=-1)
        return Digest(rest.count, rest.check, rest.sketch.serialize(syndrome_count))

    def bucket_digest(
        self, cutoff_hour: int, *, depth: int, bucket: int, syndrome_count: int
    ) -> Digest:
        """Return the digest of what the cutoff covers and begins with the bits of `bucket`."""
        variant = variant_at(cutoff_hour)
        total = Tally(Sketch(syndrome_count))
        for hour, ids in self._by_hour.items():
            if hour >= cutoff_hour:
                for thing in ids:
                    if element(thing, variant) >> (32 - depth) == bucket:
                        _toggle(total, thing, variant, sign=1)
        return Digest(total.count, total.check, total.sketch.serialize(syndrome_count))

    def urgent_digest(self, cutoff_hour: int, syndrome_count: int) -> Digest:
        """Return the digest of the held urgent objects that the cutoff covers."""
        total = Tally(Sketch(syndrome_count))
        for thing in self.urgent(cutoff_hour):
            _toggle(total, thing, variant_at(cutoff_hour), sign=1)
        return Digest(total.count, total.check, total.sketch.serialize(syndrome_count))

    def urgent(self, cutoff_hour: int) -> list[ObjectId]:
        """Return the held urgent objects that the cutoff covers."""
        return [thing for thing, hour in self._urgent.items() if hour >= cutoff_hour]

    def known_element(self, value: int, cutoff_hour: int) -> ObjectId | None:
        """Return the held or remembered object that `value` stands for at this cutoff."""
        variant = variant_at(cutoff_hour)
        self._tallies_of(variant)
        elements = self._elements[variant]
        found = elements.having(value.to_bytes(SHORT_ID_BYTES, "big"))
        if value == 1:
            found += elements.having(bytes(SHORT_ID_BYTES))
        return next((one for one in found if one in self.held), found[0] if found else None)

    def counts_gone(self, thing: ObjectId, cutoff_hour: int) -> bool:
        """Return whether our digest at this cutoff counts an object that left our set."""
        reason, until_min = self.gone[thing]
        return reason == EXPIRED and _gone_hour(until_min) >= cutoff_hour

    def _leave(self, thing: SignedObject, *, reason: str, until_min: int) -> None:
        self.revision += 1
        held = self.held.pop(thing.id)
        if held.companion_of is not None:
            some = self._companions[held.companion_of]
            some.remove(thing.id)
            if not some:
                del self._companions[held.companion_of]
        self.gone[thing.id] = (reason, until_min)
        self._by_short.discard(thing.id)
        self._ids.discard(thing.id)
        self._urgent.pop(thing.id, None)

    def _count(self, thing: ObjectId, hour: int, *, sign: int) -> None:
        self.revision += 1
        ids = self._by_hour.setdefault(hour, {})
        if sign > 0:
            ids[thing] = None
        else:
            del ids[thing]
        for variant, tallies in self._tallies.items():
            tally = tallies.setdefault(hour, Tally(Sketch(SYNDROMES_MAX)))
            _toggle(tally, thing, variant, sign=sign)
            if sign > 0:
                self._elements[variant].add(thing)

    def _uncount(self, thing: ObjectId, hour: int) -> None:
        """Take an object out of the digests that is neither held nor remembered any more."""
        if thing in self._by_hour.get(hour, {}):
            self._count(thing, hour, sign=-1)
        self._forget_element(thing)

    def _forget_element(self, thing: ObjectId) -> None:
        for elements in self._elements.values():
            elements.discard(thing)

    def _forget_before(self, hour_min: int) -> None:
        self.revision += 1
        for hour in [hour for hour in self._by_hour if hour < hour_min]:
            del self._by_hour[hour]
            for tallies in self._tallies.values():
                tallies.pop(hour, None)

    def _tallies_of(self, variant: int) -> dict[int, Tally]:
        tallies = self._tallies.get(variant)
        if tallies is not None:
            return tallies
        tallies = self._tallies[variant] = {}
        for hour, ids in self._by_hour.items():
            tally = tallies[hour] = Tally(Sketch(SYNDROMES_MAX))
            for thing in ids:
                _toggle(tally, thing, variant, sign=1)
        self._elements[variant] = Pieces(variant * SHORT_ID_BYTES, chain(self.gone, self.held))
        return tallies


def bucket_depth_for(difference: int) -> int:
    """Return into how many halvings a difference is cut so that each bucket decodes well."""
    depth = 1
    while depth < DEPTH_MAX and difference >> depth > SYNDROMES_MAX // 2:
        depth += 1
    return depth


def _toggle(tally: Tally, thing: ObjectId, variant: int, *, sign: int) -> None:
    tally.sketch.toggle(element(thing, variant))
    tally.count += sign
    # The check must not depend on the bytes that the sketch sees: it takes the next two.
    tally.check ^= check_bits(thing, variant)


def _newness(held: Held) -> tuple[int, int, ObjectId]:
    return held.object.created_min, held.object.sequence, held.object.id


def _gone_hour(until_min: int) -> int:
    return (until_min - GONE_MINUTES - 1) // HOUR_MINUTES
