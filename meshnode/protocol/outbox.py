"""What one radio link still has to say, in which order, packed into frames.

What fits one frame goes in one; more goes as a batch, with as many sums as its receivers will
probably need. Not for: when there is airtime for it (`radio`). Invariants: an object is pending at
most once; the most urgent that is due goes first, also in the middle of a batch; what was heard
from others is not said again.
Source: docs/spec/coding.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from meshnode.protocol.batch import Batch, BatchId, compose
from meshnode.protocol.cursor import block
from meshnode.protocol.frames import Objects, Symbol, object_room_bytes, symbol_room_bytes
from meshnode.protocol.inventory import Held
from meshnode.protocol.load import Load, Purpose, Saying
from meshnode.protocol.object import ObjectId
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import Spare

NEVER_MS: Final = 2**62
"""A deadline that does not come."""
BATCH_SYMBOLS_MAX: Final = 24
"""Data symbols of a batch of several objects: 45 s of LongFast, then others get a word in."""

Reaches = Callable[[bytes], bool]
"""Say whether a receiver hears somebody."""
Remember = Callable[[Batch], Batch]
"""Remember a batch that is about to be said; returns the one remembered already, if any."""


@dataclass(slots=True)
class _Pending:
    held: Held
    purpose: Purpose
    due_ms: int
    receivers: dict[bytes, None] = field(default_factory=dict)
    """For whom it is to be said; none: for whoever is there."""
    is_relay: bool = False
    repeats: int | None = None
    """How often it is to be said again; None: it was not said yet."""

    def reached(self, reaches: Reaches) -> bool:
        """Somebody said it to those it reaches; return whether nobody is left."""
        for receiver in [one for one in self.receivers if reaches(one)]:
            del self.receivers[receiver]
        return not self.receivers


@dataclass(slots=True)
class _Wanted:
    """Sums of a batch that somebody lacks."""

    batch: Batch
    count: int
    rank: Priority
    due_ms: int
    receivers: dict[bytes, None] = field(default_factory=dict)


class Outbox:
    """Pending objects of one link with frames of `frame_bytes_max`.

    `turn` is where this node begins to choose among the sums of a batch, so that two that make
    them for the same reason make different ones.
    """

    __slots__ = (
        "_pending",
        "_remember",
        "_room",
        "_saying",
        "_spare",
        "_symbol_room",
        "_turn",
        "_wanted",
    )

    def __init__(
        self, frame_bytes_max: int, *, turn: int, spare: Spare, remember: Remember
    ) -> None:
        self._room = object_room_bytes(frame_bytes_max)
        self._symbol_room = symbol_room_bytes(frame_bytes_max)
        self._turn = turn
        self._spare = spare
        self._remember = remember
        self._pending: dict[ObjectId, _Pending] = {}
        self._wanted: dict[BatchId, _Wanted] = {}
        self._saying: list[Saying] = []
        """Batches in the middle of being said; a more urgent one interrupts the others."""

    def __contains__(self, thing: ObjectId) -> bool:
        return thing in self._pending

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def has_repairs(self) -> bool:
        """Whether a repair is pending."""
        return bool(self._wanted) or any(
            pending.purpose is Purpose.REPAIR for pending in self._pending.values()
        )

    def is_repairing(self, asker: bytes) -> bool:
        """Return whether something is still to be said that this asker lacks."""
        return any(
            pending.purpose is Purpose.REPAIR and asker in pending.receivers
            for pending in self._pending.values()
        )

    @property
    def deadline_ms(self) -> int:
        """When the first of it is due."""
        return min(
            *(pending.due_ms for pending in self._pending.values()),
            *(wanted.due_ms for wanted in self._wanted.values()),
            *(saying.since_ms for saying in self._saying),
            NEVER_MS,
            NEVER_MS,
        )

    def is_due(self, now_ms: int, *, rank_max: Priority) -> bool:
        """Return whether something is due that is urgent enough."""
        return (
            any(saying.rank <= rank_max for saying in self._saying)
            or self._wanted_first(now_ms, rank_max) is not None
            or any(
                pending.due_ms <= now_ms and pending.held.rank <= rank_max
                for pending in self._pending.values()
            )
        )

    @property
    def pushes(self) -> list[ObjectId]:
        """The new objects that have not been said, or not whole."""
        return [
            thing
            for thing, pending in self._pending.items()
            if pending.purpose is Purpose.PUSH and pending.repeats is None
        ]

    def push(
        self, held: Held, due_ms: int, *, receivers: Iterable[bytes] = (), is_relay: bool = False
    ) -> None:
        """Say a new object to these, at `due_ms` or when it can ride along."""
        pending = self._put(held, Purpose.PUSH, due_ms)
        pending.receivers.update(dict.fromkeys(receivers))
        pending.is_relay = is_relay

    def accompany(self, held: Held, thing: ObjectId, receivers: Iterable[bytes]) -> None:
        """Say a companion to these no later than the pending `thing`, and as urgently."""
        with_it = self._pending[thing]
        pending = self._put(held, with_it.purpose, with_it.due_ms)
        pending.held = replace(held, rank=min(held.rank, with_it.held.rank))
        pending.receivers.update(dict.fromkeys(receivers))

    def rerank(self, held: Held) -> None:
        """A pending object has another rank now."""
        self._pending[held.object.id].held = held

    def repair(self, held: Held, due_ms: int, *, asker: bytes) -> None:
        """Say again what `asker` lacks."""
        self._put(held, Purpose.REPAIR, due_ms).receivers[asker] = None

    def supply(
        self, batch: Batch, count: int, due_ms: int, *, rank: Priority, asker: bytes
    ) -> None:
        """Say so many sums of a batch of which `asker` lacks that many symbols."""
        count -= sum(len(one.left) for one in self._saying if one.batch is batch)
        if count <= 0:
            return
        wanted = self._wanted.setdefault(batch.shape.id, _Wanted(batch, 0, rank, due_ms))
        wanted.count = max(wanted.count, count)
        wanted.due_ms = min(wanted.due_ms, due_ms)
        wanted.receivers[asker] = None

    def hurry(self, things: Iterable[ObjectId], due_ms: int) -> None:
        """Say these as soon as that, where they are to be said at all."""
        for thing in things:
            pending = self._pending.get(thing)
            if pending is not None:
                pending.due_ms = min(pending.due_ms, due_ms)

    def hold_relays(self, until_ms: int) -> None:
        """More of the same is coming: pass it on together, not before `until_ms`."""
        for pending in self._pending.values():
            if pending.is_relay and pending.held.rank is not Priority.URGENT:
                pending.due_ms = max(pending.due_ms, until_ms)

    def drop(self, thing: ObjectId) -> None:
        """An object left the set, or somebody else said it: there is nothing to say any more."""
        self._pending.pop(thing, None)

    def heard(self, thing: ObjectId, reaches: Reaches) -> None:
        """Somebody else said it: nothing is left to say to those who heard that."""
        pending = self._pending.get(thing)
        if pending is not None and pending.reached(reaches):
            del self._pending[thing]

    def drop_repairs(self, reaches: Reaches) -> None:
        """Somebody else repairs, we do not see what: whoever still lacks something asks again."""
        for thing, pending in list(self._pending.items()):
            if pending.purpose is Purpose.REPAIR and pending.reached(reaches):
                del self._pending[thing]

    def heard_symbol(self, symbol: Symbol, reaches: Reaches, *, is_first: bool) -> None:
        """Somebody else said one symbol: that is one less to say to those who heard it.

        Of two that say the same batch to the same receivers, who has less left goes on and the
        other stops; `is_first`: the other goes on where both have as much left.
        """
        wanted = self._wanted.get(symbol.shape.id)
        if wanted is not None and wanted.batch.shape == symbol.shape:
            if all(map(reaches, wanted.receivers)):
                wanted.count -= 1
            if wanted.count <= 0:
                del self._wanted[symbol.shape.id]
        for saying in list(self._saying):
            if saying.batch.shape == symbol.shape and all(map(reaches, saying.receivers)):
                saying.leave_to_other(symbol, is_first=is_first)
                self._end_if_said(saying)

    def put_off_repairs(self, due_ms: int, reaches: Reaches) -> None:
        """Somebody else speaks to those who asked: look again at `due_ms` what is left to do.

        Urgent repairs do not wait.
        """
        for wanted in self._wanted.values():
            if any(map(reaches, wanted.receivers)):
                wanted.due_ms = max(wanted.due_ms, due_ms)
        for pending in self._pending.values():
            is_ordinary_repair = (
                pending.purpose is Purpose.REPAIR and pending.held.rank is not Priority.URGENT
            )
            if is_ordinary_repair and any(map(reaches, pending.receivers)):
                pending.due_ms = max(pending.due_ms, due_ms)

    def next_load(self, now_ms: int, *, rank_max: Priority) -> Load | None:
        """Return what to say now, None if nothing is due that is urgent enough."""
        candidates = self._unbegun(rank_max)
        due = [pending for pending in candidates if pending.due_ms <= now_ms]
        rank = min(due[0].held.rank, rank_max) if due else rank_max
        wanted = self._wanted_first(now_ms, rank)
        saying = self._saying[-1] if self._saying else None
        if saying is not None and saying.rank <= (wanted.rank if wanted else rank):
            return saying.load()
        if wanted is not None:
            return self._begin_sums(wanted, now_ms)
        return self._objects_load(due, candidates, now_ms) if due else None

    def sent(self, load: Load, *, again_ms: int) -> None:
        """The medium took a load, or never will; what is to be said again is so at `again_ms`."""
        if isinstance(load.body, Objects):
            for thing in load.ids:
                self._said_once(thing, again_ms)
            return
        for saying in list(self._saying):
            if saying.batch.shape == load.body.shape:
                saying.sent(load.body.index)
                self._end_if_said(saying)

    def _unbegun(self, rank_max: Priority) -> list[_Pending]:
        """Return what is urgent enough and not in a batch that is being said, in order."""
        begun = {thing for saying in self._saying if saying.is_whole for thing in saying.batch.ids}
        candidates = (
            pending
            for thing, pending in self._pending.items()
            if thing not in begun and pending.held.rank <= rank_max
        )
        return sorted(candidates, key=_order)

    def _put(self, held: Held, purpose: Purpose, due_ms: int) -> _Pending:
        known = self._pending.get(held.object.id)
        if known is None:
            known = self._pending[held.object.id] = _Pending(held, purpose, due_ms)
        known.due_ms = min(known.due_ms, due_ms)
        return known

    def _said_once(self, thing: ObjectId, again_ms: int) -> None:
        pending = self._pending.get(thing)
        if pending is None:
            return
        if pending.repeats is None:
            is_urgent = pending.held.rank is Priority.URGENT
            pending.repeats = (
                self._spare(1, pending.receivers, is_urgent=is_urgent)
                if pending.purpose is Purpose.PUSH
                else 0
            )
        if pending.repeats == 0:
            del self._pending[thing]
        else:
            pending.repeats -= 1
            pending.due_ms = again_ms

    def _end_if_said(self, saying: Saying) -> None:
        if saying.left:
            return
        self._saying.remove(saying)
        if saying.is_whole:
            for thing in saying.batch.ids:
                self.drop(thing)

    def _wanted_first(self, now_ms: int, rank_max: Priority) -> _Wanted | None:
        due = (
            wanted
            for wanted in self._wanted.values()
            if wanted.due_ms <= now_ms and wanted.rank <= rank_max
        )
        return min(due, key=lambda one: (one.rank, one.due_ms, one.batch.shape.id), default=None)

    def _begin_sums(self, wanted: _Wanted, now_ms: int) -> Load:
        batch = wanted.batch
        del self._wanted[batch.shape.id]
        indices = batch.fresh(self._turn, wanted.count)
        return self._begin(
            Saying(
                batch=batch,
                left=indices,
                purpose=Purpose.REPAIR,
                rank=wanted.rank,
                since_ms=now_ms,
                is_whole=False,
                receivers=tuple(wanted.receivers),
            )
        )

    def _begin(self, saying: Saying) -> Load:
        data_count = saying.batch.shape.data_count
        saying.batch.used.update(index for index in saying.left if index >= data_count)
        self._saying.append(saying)
        return saying.load()

    def _objects_load(self, due: list[_Pending], candidates: list[_Pending], now_ms: int) -> Load:
        """Return one frame of what is due, or the first symbol of a batch of it."""
        first = due[0]
        is_urgent = first.held.rank is Priority.URGENT
        together = [one for one in due if (one.held.rank is Priority.URGENT) == is_urgent]
        if sum(len(block(one.held.object.encoded)) for one in together) > self._room:
            return self._batch_load(first, together, now_ms)
        waiting = [
            pending
            for pending in candidates
            if pending.due_ms > now_ms and pending.purpose is Purpose.PUSH
        ]
        fitting = list(_fitting((*due, *waiting), self._room))
        return Load(
            body=Objects(tuple(pending.held.object.encoded for pending in fitting)),
            ids=tuple(pending.held.object.id for pending in fitting),
            is_urgent=is_urgent,
            purpose=first.purpose,
        )

    def _batch_load(self, first: _Pending, together: list[_Pending], now_ms: int) -> Load:
        room = BATCH_SYMBOLS_MAX * (self._symbol_room - 1)
        chosen = list(_fitting(together, room)) or [first]
        objects = in_order(pending.held for pending in chosen)
        encoded = [one.object.encoded for one in objects]
        batch = self._remember(compose(encoded, self._symbol_room))
        receivers = {one: None for pending in chosen for one in pending.receivers}
        count = batch.shape.data_count
        is_urgent = first.held.rank is Priority.URGENT
        spare = self._spare(count, receivers, is_urgent=is_urgent)
        indices = [*range(count), *batch.fresh(self._turn, spare)]
        return self._begin(
            Saying(
                batch=batch,
                left=indices,
                purpose=first.purpose,
                rank=min(pending.held.rank for pending in chosen),
                since_ms=now_ms,
                is_whole=True,
                receivers=tuple(receivers),
            )
        )


def in_order(held: Iterable[Held]) -> list[Held]:
    """Return what is to share a batch in the order that all nodes choose.

    What exceeds its author's share depends on what a node holds: here it counts like the rest.
    """
    return sorted(held, key=_batch_order)


def _batch_order(held: Held) -> tuple[int, bool, int, bytes]:
    """Return what orders objects: urgent first, then what corrects others, then new before old."""
    is_alone, thing = held.companion_of is None, held.object
    rank = min(held.own_rank, Priority.ORDINARY)
    return rank, is_alone, -thing.created_min, thing.id


def _fitting(candidates: Iterable[_Pending], room: int) -> Iterable[_Pending]:
    for pending in candidates:
        length = len(block(pending.held.object.encoded))
        if length <= room:
            yield pending
            room -= length


def _order(pending: _Pending) -> tuple[int, int, bool, int, bytes]:
    # What goes with something else goes before it.
    held, thing = pending.held, pending.held.object
    is_alone = held.companion_of is None
    return held.rank, pending.due_ms, is_alone, -thing.created_min, thing.id
