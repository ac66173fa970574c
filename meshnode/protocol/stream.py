"""One stream peer (internet, LAN): greet, reconcile by ranges, then pass on what is new.

Not for: judging objects or who the peer is (`engine`; the link proved its key). Invariants:
nothing but the greeting leaves before the peer is known as a member; what a comparison found
missing leaves before the answer to it; a few frames are in flight, the rest waits as ids;
whatever a cut or a full link interrupts, the next comparison finds again.
Source: docs/spec/frames.md section 8; docs/spec/ranges.md.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.common import Common
from meshnode.protocol.cursor import block
from meshnode.protocol.effects import CloseLink, Drop, Effect, Transmit
from meshnode.protocol.evidence import learn_same, learn_total
from meshnode.protocol.frames import Hello, Objects, Ranges, Total, encode_stream
from meshnode.protocol.holdings import Peer
from meshnode.protocol.inventory import Held
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import SHORT_ID_BYTES, ObjectId, ShortId, object_id
from meshnode.protocol.outbox import NEVER_MS
from meshnode.protocol.priority import Priority
from meshnode.protocol.ranges import open_session, respond
from meshnode.protocol.rangewire import digest

GREETING_MS: Final = 30_000
"""A peer that has not said hello by then is hung up on."""
RESYNC_MS: Final = 600_000
"""How often the sets are compared again; equal ones cost about thirty bytes."""
RESYNC_SOON_MS: Final = 5_000
"""The same after a frame was lost, or while there is still something to send."""
IN_FLIGHT_MAX: Final = 4
"""Frames handed to the link and not yet confirmed: enough to keep a line busy."""
OBJECTS_FRAME_BYTES: Final = 32_768
"""Objects packed into one frame: half a second of a slow DSL uplink, so that alerts overtake."""
TOTAL_MS: Final = 2_000
"""After so long what came is answered by what we hold now: 15 bytes for all of a burst."""
CONTROL_MAX: Final = 64
"""Reconciliation frames waiting; a peer that provokes more is hung up on."""


@dataclass(frozen=True, slots=True)
class _Control:
    """A frame between the objects: hello, or a message of the comparison."""

    frame: bytes


class StreamLink:
    """The engine's side of one peer, whose proven key is `medium.peer`."""

    def __init__(
        self,
        name: str,
        medium: Medium,
        common: Common,
        *,
        opens: bool,
        credentials: Sequence[bytes],
        now_ms: int,
    ) -> None:
        self.name = name
        self.medium = medium
        self.is_ready = False
        self.deadline_ms = now_ms
        """When `advance` wants to be called next."""
        self.peer = Peer(name, now_ms)
        """What the peer holds, by its own word since it connected."""
        self._common = common
        self._opens = opens
        self._is_closed = False
        self._greeting_due_ms = now_ms + GREETING_MS
        self._resync_ms = NEVER_MS
        self._total_ms = NEVER_MS
        self._cutoff_hour = common.cutoff_hour(now_ms)
        self._pending: deque[ObjectId | _Control] = deque()
        """Objects to send, and between them control frames, in the order in which they leave."""
        self._queued: dict[ObjectId, None] = {}
        self._control_count = 0
        self._in_flight: dict[int, None] = {}
        self._say(encode_stream(Hello(self._cutoff_hour, tuple(credentials))))

    @property
    def pending_count(self) -> int:
        """Objects that this peer will still get from us."""
        return len(self._queued)

    def greeted(self, hello: Hello, now_ms: int) -> None:
        """The peer said hello and is a member: compare the sets."""
        self.is_ready = True
        self.peer.holding.has(map(object_id, hello.encoded), now_ms)
        self._cutoff_hour = max(hello.cutoff_hour, self._common.cutoff_hour(now_ms))
        if self._opens:
            self._open(now_ms)

    def reconcile(self, frame: Ranges, now_ms: int) -> list[Effect]:
        """Answer a message of the comparison; queue what the peer lacks."""
        self._cutoff_hour = max(frame.cutoff_hour, self._common.cutoff_hour(now_ms))
        ids = self._common.inventory.ids_at(frame.cutoff_hour)
        response = respond(ids, frame.message)
        if frame.message == open_session(ids):
            learn_same(
                self.peer.holding, frame.cutoff_hour, self._common.inventory, heard_ms=now_ms
            )
        self._heard_lacking(response.they_lack, now_ms)
        self._queue(response.they_lack)
        if response.message is not None:
            self._say(encode_stream(Ranges(frame.cutoff_hour, response.message)))
        else:
            self._owe_total(now_ms)
        if self._control_count > CONTROL_MAX:
            return self.close("too many unanswered comparisons")
        return []

    def heard_objects(self, encoded: Sequence[bytes], now_ms: int) -> None:
        """The peer sent these, so it holds them; it wants to know whether we do now."""
        self.peer.holding.has(map(object_id, encoded), now_ms)
        self._owe_total(now_ms)

    def heard_total(self, total: Total, now_ms: int) -> None:
        """The peer says what it holds in all."""
        learn_total(self.peer.holding, total, self._common.inventory, heard_ms=now_ms)

    def push(self, held: Held) -> None:
        """Pass on an object that has just joined the set."""
        if not self.is_ready or held.object.id in self._queued:
            return
        self._queued[held.object.id] = None
        if held.rank >= Priority.ORDINARY:
            self._pending.append(held.object.id)
        else:
            self._pending.appendleft(held.object.id)

    def done(self, token: int, outcome: Outcome, now_ms: int) -> None:
        """The link has finished with a frame; what did not leave is found again soon."""
        is_ours = token in self._in_flight
        self._in_flight.pop(token, None)
        if is_ours and outcome is not Outcome.SENT:
            self._resync_ms = min(self._resync_ms, now_ms + RESYNC_SOON_MS)

    def close(self, reason: str) -> list[Effect]:
        """Hang up; once."""
        if self._is_closed:
            return []
        self._is_closed = True
        return [CloseLink(self.name, reason)]

    def advance(self, now_ms: int) -> list[Effect]:
        """Do what is due."""
        self.deadline_ms = NEVER_MS
        if self._is_closed:
            return []
        if not self.is_ready and now_ms >= self._greeting_due_ms:
            return [Drop("no_greeting", self.name), *self.close("it did not say hello in time")]
        if self.is_ready and now_ms >= self._resync_ms:
            self._resync(now_ms)
        if self.is_ready and now_ms >= self._total_ms:
            self._say_total(now_ms)
        effects: list[Effect] = []
        while len(self._in_flight) < IN_FLIGHT_MAX:
            frame = self._next_frame()
            if frame is None:
                break
            token = self._common.next_token()
            self._in_flight[token] = None
            effects.append(Transmit(self.name, frame, Priority.ORDINARY, token))
        due_ms = min(self._resync_ms, self._total_ms)
        self.deadline_ms = due_ms if self.is_ready else self._greeting_due_ms
        return effects

    def _resync(self, now_ms: int) -> None:
        if self._pending:
            self._resync_ms = now_ms + RESYNC_SOON_MS
        else:
            self._open(now_ms)

    def _open(self, now_ms: int) -> None:
        cutoff_hour = max(self._cutoff_hour, self._common.cutoff_hour(now_ms))
        ids = self._common.inventory.ids_at(cutoff_hour)
        self._say(encode_stream(Ranges(cutoff_hour, open_session(ids))))
        self._resync_ms = now_ms + RESYNC_MS + self._common.random_ms(0, RESYNC_MS / 4)

    def _owe_total(self, now_ms: int) -> None:
        self._total_ms = min(self._total_ms, now_ms + TOTAL_MS)

    def _say_total(self, now_ms: int) -> None:
        self._total_ms = NEVER_MS
        cutoff_hour = max(self._cutoff_hour, self._common.cutoff_hour(now_ms))
        ids = self._common.inventory.ids_at(cutoff_hour)
        count = len(ids)
        self._say(encode_stream(Total(cutoff_hour, count, digest(count, ids.sum(0, count)))))

    def _heard_lacking(self, things: Sequence[ObjectId], now_ms: int) -> None:
        """Take note of what the peer lacks; it may have named it by its short id only."""
        inventory = self._common.inventory
        lacking = [
            inventory.held[thing]
            for thing in things
            if thing in inventory and len(inventory.find(ShortId(thing[:SHORT_ID_BYTES]))) == 1
        ]
        lacking.sort(key=lambda held: held.arrival)
        self.peer.holding.lacks(lacking, now_ms)

    def _say(self, frame: bytes) -> None:
        self._pending.append(_Control(frame))
        self._control_count += 1

    def _queue(self, things: Sequence[ObjectId]) -> None:
        held = self._common.inventory.held
        companions = (
            companion.object.id
            for thing in things
            for companion in self._common.inventory.companions(thing)
        )
        # In another part of the set the peer may lack what goes with these.
        wanted = dict.fromkeys((*companions, *things))
        fresh = [thing for thing in wanted if thing in held and thing not in self._queued]
        # Whoever vouches for an author goes before what the author wrote.
        fresh.sort(key=lambda thing: (_bulk_order(held[thing]), thing))
        self._queued.update(dict.fromkeys(fresh))
        self._pending.extend(fresh)

    def _next_frame(self) -> bytes | None:
        chosen: list[bytes] = []
        room = OBJECTS_FRAME_BYTES
        while self._pending and room > 0:
            thing = self._pending[0]
            if isinstance(thing, _Control):
                if chosen:
                    break
                self._pending.popleft()
                self._control_count -= 1
                return thing.frame
            self._pending.popleft()
            for held in self._taken(thing):
                chosen.append(held.object.encoded)
                room -= len(block(held.object.encoded))
        return encode_stream(Objects(tuple(chosen))) if chosen else None

    def _taken(self, thing: ObjectId) -> list[Held]:
        """Take a queued object out, behind what goes with it; nothing if it went before."""
        if thing not in self._queued:
            return []
        inventory = self._common.inventory
        together = [
            companion.object.id
            for companion in inventory.companions(thing)
            if companion.object.id in self._queued
        ]
        for one in (*together, thing):
            del self._queued[one]
        return [inventory.held[one] for one in (*together, thing) if one in inventory.held]


def _bulk_order(held: Held) -> tuple[bool, Priority, int]:
    created_min = held.object.created_min
    is_authority = held.own_rank is Priority.AUTHORITY
    # Authority in the order in which it was given, so that each finds its ground; news first.
    return not is_authority, held.rank, created_min if is_authority else -created_min
