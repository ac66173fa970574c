"""What one radio link still has to say, in which order, packed into frames.

Not for: when there is airtime for it (`radio`). Invariants: an object is pending at most once;
the most urgent that is due goes first; what was heard from others is not said again.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from meshnode.protocol.cursor import block
from meshnode.protocol.frames import (
    FRAGMENTS_MAX,
    Fragment,
    Objects,
    fragment_count,
    fragment_of,
    object_room_bytes,
)
from meshnode.protocol.inventory import Held
from meshnode.protocol.object import ObjectId, ShortId
from meshnode.protocol.priority import Priority

NEVER_MS: Final = 2**62
"""A deadline that does not come."""


class Purpose(StrEnum):
    """Why airtime is spent, for the account in `status`."""

    PUSH = "push"
    REPAIR = "repair"
    BEACON = "beacon"


@dataclass(slots=True)
class _Pending:
    held: Held
    purpose: Purpose
    due_ms: int
    count: int
    missing: dict[int, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """One frame's worth: its body, the objects in it and why they are sent."""

    body: Objects | Fragment
    ids: tuple[ObjectId, ...]
    is_urgent: bool
    purpose: Purpose


class Outbox:
    """Pending objects of one link with frames of `frame_bytes_max`."""

    __slots__ = ("_frame_bytes_max", "_pending")

    def __init__(self, frame_bytes_max: int) -> None:
        self._frame_bytes_max = frame_bytes_max
        self._pending: dict[ObjectId, _Pending] = {}

    def __contains__(self, thing: ObjectId) -> bool:
        return thing in self._pending

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def has_repairs(self) -> bool:
        """Whether a repair is pending."""
        return any(pending.purpose is Purpose.REPAIR for pending in self._pending.values())

    @property
    def deadline_ms(self) -> int:
        """When the first pending object is due."""
        return min((pending.due_ms for pending in self._pending.values()), default=NEVER_MS)

    @property
    def pushes(self) -> list[ObjectId]:
        """The new objects that have not been said, or not whole."""
        return [
            thing for thing, pending in self._pending.items() if pending.purpose is Purpose.PUSH
        ]

    def push(self, held: Held, due_ms: int) -> None:
        """Say a whole object, at `due_ms` or when it can ride along."""
        self._put(held, Purpose.PUSH, due_ms, self._count_of(held), None)

    def repair(
        self, held: Held, due_ms: int, *, missing: tuple[int, ...] = (), count: int = 0
    ) -> None:
        """Say again what somebody lacks: all of it, or the `missing` ones of `count` fragments."""
        own = self._count_of(held)
        if own == 1 or not self._can_cut(held, own=own, count=count):
            missing, count = (), own
        self._put(held, Purpose.REPAIR, due_ms, count, missing or None)

    def drop(self, thing: ObjectId) -> None:
        """An object left the set, or somebody else said it: there is nothing to say any more."""
        self._pending.pop(thing, None)

    def drop_fragment(self, short_id: ShortId, index: int, count: int) -> None:
        """Somebody else said one fragment."""
        for thing, pending in list(self._pending.items()):
            if pending.held.object.short_id == short_id and pending.count == count:
                self._said(thing, index)

    def put_off_repairs(self, due_ms: int) -> None:
        """Somebody else repairs: look again at `due_ms` what is left to do."""
        for pending in self._pending.values():
            if pending.purpose is Purpose.REPAIR:
                pending.due_ms = max(pending.due_ms, due_ms)

    def next_load(self, now_ms: int, *, rank_max: Priority) -> Load | None:
        """Return what to say now, None if nothing is due that is urgent enough."""
        due = sorted(
            (
                pending
                for pending in self._pending.values()
                if pending.due_ms <= now_ms and pending.held.rank <= rank_max
            ),
            key=_order,
        )
        if not due:
            return None
        first = due[0]
        if first.count > 1:
            return self._fragment_load(first)
        return self._packed_load(due, now_ms, rank_max)

    def sent(self, load: Load) -> None:
        """The medium took a load."""
        for thing in load.ids:
            if isinstance(load.body, Fragment):
                self._said(thing, load.body.index)
            else:
                self.drop(thing)

    def _put(
        self,
        held: Held,
        purpose: Purpose,
        due_ms: int,
        count: int,
        missing: tuple[int, ...] | None,
    ) -> None:
        wanted = dict.fromkeys(range(count) if missing is None else missing)
        known = self._pending.get(held.object.id)
        if known is not None and known.count == count:
            known.missing.update(wanted)
            known.due_ms = min(known.due_ms, due_ms)
        elif known is None:
            self._pending[held.object.id] = _Pending(held, purpose, due_ms, count, wanted)

    def _said(self, thing: ObjectId, index: int) -> None:
        pending = self._pending.get(thing)
        if pending is not None:
            pending.missing.pop(index, None)
            if not pending.missing:
                del self._pending[thing]

    def _can_cut(self, held: Held, *, own: int, count: int) -> bool:
        """Whether `count` fragments fit our frames and none of them is empty."""
        if not own <= count <= FRAGMENTS_MAX:
            return False
        return bool(fragment_of(held.object.encoded, count - 1, count))

    def _count_of(self, held: Held) -> int:
        encoded = held.object.encoded
        if len(block(encoded)) <= object_room_bytes(self._frame_bytes_max):
            return 1
        return fragment_count(len(encoded), self._frame_bytes_max)

    def _fragment_load(self, pending: _Pending) -> Load:
        thing = pending.held.object
        index = min(pending.missing)
        body = Fragment(
            short_id=thing.short_id,
            index=index,
            count=pending.count,
            data=fragment_of(thing.encoded, index, pending.count),
        )
        is_urgent = pending.held.rank is Priority.URGENT
        return Load(body=body, ids=(thing.id,), is_urgent=is_urgent, purpose=pending.purpose)

    def _packed_load(self, due: list[_Pending], now_ms: int, rank_max: Priority) -> Load:
        first = due[0]
        waiting = sorted(
            (
                pending
                for pending in self._pending.values()
                if pending.due_ms > now_ms
                and pending.purpose is Purpose.PUSH
                and pending.held.rank <= rank_max
            ),
            key=_order,
        )
        room = object_room_bytes(self._frame_bytes_max)
        chosen: list[_Pending] = []
        for pending in (*due, *waiting):
            length = len(block(pending.held.object.encoded))
            if pending.count == 1 and length <= room:
                chosen.append(pending)
                room -= length
        return Load(
            body=Objects(tuple(pending.held.object.encoded for pending in chosen)),
            ids=tuple(pending.held.object.id for pending in chosen),
            is_urgent=first.held.rank is Priority.URGENT,
            purpose=first.purpose,
        )


def _order(pending: _Pending) -> tuple[int, int, int, bytes]:
    thing = pending.held.object
    return pending.held.rank, pending.due_ms, -thing.created_min, thing.id
