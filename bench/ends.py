"""Two members of a community with engines and stores, and a wire between them in one process.

Not for: timing a whole catch-up (`catchup`) or real sockets. An end works as the daemon's runner
does: what must be durable is committed before a frame leaves.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from pathlib import Path
from random import Random
from typing import Final

import stores
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, found
from meshnode.node.clock import Clock
from meshnode.protocol.effects import (
    CloseLink,
    Drop,
    ForgetRemoved,
    RemoveObject,
    SaveSetting,
    StoreObject,
    Transmit,
)
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.events import Event, FrameReceived, LinkUp, TransmitDone, WallClock
from meshnode.protocol.keys import SIGNATURE_BYTES, CommunityId, KeyId, PublicKey, SigningKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import SignedObject
from meshnode.store.opening import open_store
from meshnode.store.port import Store

WIRE: Final = "wire"

_Durable = StoreObject | RemoveObject | ForgetRemoved | SaveSetting


class End:
    """One node: an engine and its store.

    `busy_s` and `busy_cpu_s` are what it has worked so far, by the clock and of a processor.
    """

    def __init__(self, key: SigningKey, engine: Engine, store: Store) -> None:
        self.key = key
        self.engine = engine
        self.store = store
        self.busy_s = self.busy_cpu_s = 0.0
        self.sent_bytes = 0

    async def handle(self, event: Event, clock: Clock) -> list[Transmit]:
        """Handle an event as the daemon's runner does; return the frames that leave."""
        began_s, cpu_began_s = time.perf_counter(), time.process_time()
        effects = self.engine.handle(event, clock.now_ms())
        await self.store.apply([effect for effect in effects if isinstance(effect, _Durable)])
        self.busy_s += time.perf_counter() - began_s
        self.busy_cpu_s += time.process_time() - cpu_began_s
        for effect in effects:
            if isinstance(effect, Drop | CloseLink):
                raise RuntimeError(f"a catch-up among members went wrong: {effect}")
        frames = [effect for effect in effects if isinstance(effect, Transmit)]
        self.sent_bytes += sum(len(each.frame) for each in frames)
        return frames


class Community:
    """A community's keys and what its members wrote."""

    def __init__(self, count: int, minute: int) -> None:
        self.steward = SigningKey(blake2s(b"steward").digest())
        self.id, self.charter = found(self.steward, "Bench", minute=minute)
        self.minute = minute
        self.keys = [SigningKey(blake2s(name).digest()) for name in (b"one", b"other")]
        self.board = stores.full_board(self.steward, self.id, minute=minute, count=count)
        self.certificates = [
            *(self._certificate(key) for key in self.keys),
            *self.board.certificates,
        ]

    async def end(self, index: int, folder: Path, things: Sequence[SignedObject]) -> End:
        """Return a member that holds these objects, on disk and in memory."""
        key = self.keys[index]
        store = (await open_store(folder / f"{index}.db")).store
        held = [*self.certificates, *things]
        for start in range(0, len(held), stores.BATCH):
            some = held[start : start + stores.BATCH]
            await store.apply([StoreObject(thing, None) for thing in some])
        engine = Engine(
            Configuration(key.public, bytes(32)),
            rules=NeighbourhoodRules(self.id, (self.charter,)),
            dice=Random(index),
            now_ms=0,
        )
        engine.restore(held, [], {}, 0)
        engine.handle(WallClock(self.minute, is_synchronised=True), 0)
        return End(key, engine, store)

    def _certificate(self, key: SigningKey) -> SignedObject:
        return certify(
            self.steward,
            self.id,
            key.public,
            key.id.hex(),
            identity_class=IdentityClass.NODE,
            minute=self.minute,
            sequence=2 + self.keys.index(key),
        )


class Signatures:
    """The signatures of some objects, ready to be verified and timed.

    `wall_s` and `cpu_s` are what verifying has taken so far, by the clock and of a processor.
    """

    def __init__(
        self,
        things: Sequence[SignedObject],
        keys: Mapping[KeyId, PublicKey],
        community: CommunityId,
    ) -> None:
        self.wall_s = self.cpu_s = 0.0
        loaded = {name: Ed25519PublicKey.from_public_bytes(key) for name, key in keys.items()}
        # As docs/spec/object.md section 2 has it; made before, so that only verifying is timed.
        before = b"meshnode object 1\0" + community
        self._signed = [
            (
                loaded[thing.author],
                thing.encoded[-SIGNATURE_BYTES:],
                before + keys[thing.author] + thing.encoded[:-SIGNATURE_BYTES],
            )
            for thing in things
        ]

    def verify_half(self, index: int) -> None:
        """Verify the first or the second half."""
        some = self._signed[index::2]
        began_s, cpu_began_s = time.perf_counter(), time.thread_time()
        for key, signature, message in some:
            key.verify(signature, message)
        self.wall_s += time.perf_counter() - began_s
        self.cpu_s += time.thread_time() - cpu_began_s


async def converse(one: End, other: End, clock: Clock) -> None:
    """Connect two ends and carry frames until neither has anything to say."""
    waiting: deque[tuple[End, Event]] = deque()
    for end, peer in ((one, other), (other, one)):
        medium = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=peer.key.public)
        waiting.append((end, LinkUp(WIRE, medium)))
    while waiting:
        end, event = waiting.popleft()
        peer = other if end is one else one
        for transmit in await end.handle(event, clock):
            waiting.append((peer, FrameReceived(WIRE, transmit.frame)))
            waiting.append((end, TransmitDone(WIRE, transmit.token, Outcome.SENT)))


async def check(end: End, things: Sequence[SignedObject]) -> None:
    """Close a store; raise RuntimeError unless engine and disk hold everything."""
    wanted = {thing.id for thing in things}
    stored = {one.object.id for one in (await end.store.load()).objects}
    await end.store.close()
    if not (wanted <= stored and wanted <= end.engine.held.keys()):
        raise RuntimeError("the receiver has not caught up")
