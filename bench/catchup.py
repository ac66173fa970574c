"""Catching up over a stream: time beside that of the signatures, bytes beside those missing.

    python bench/catchup.py                     10,000 objects, two engines behind a wire
    python bench/catchup.py --objects 100000    more; the most that a node holds is taken instead
    python bench/catchup.py --daemons           also two real daemons over TLS on loopback
    python bench/catchup.py --profile           also where the receiver's time goes
    python bench/catchup.py --json              the same numbers for programs

Two engines with their real stores on disk and real stream frames between them, in one process.
Time is that of the receiver, from the first greeting until the last object is verified and
durable, as a ratio to verifying as many Ed25519 signatures and nothing else, half of them before
and half of them after. Bytes are all frames in both directions, greetings and comparison
included, as a ratio to the bytes of the objects that were missing.
"""

import argparse
import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2s
from pathlib import Path
from random import Random
from typing import Final

import daemons
import stores
from bars import Bar, document, print_bars, print_json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meshnode.board.profile import ProfileFields, encode_profile, sign_certificate
from meshnode.board.rules import NeighbourhoodRules
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
from meshnode.protocol.keys import SIGNATURE_BYTES, SigningKey, community_id
from meshnode.protocol.limits import HELD_OBJECTS_MAX, STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from meshnode.store.opening import open_store
from meshnode.store.port import Store

OBJECTS: Final = 10_000
OTHERS: Final = 16
"""Room below the bound for profiles and invitations."""
WIRE: Final = "wire"
TIME_BAR: Final = 1.5
BYTES_BAR: Final = 1.05
SHARE_MISSING: Final = 0.01
PROFILE_MINUTES: Final = 365 * 1440
QUIET_S: Final = 2.0
DAEMONS_S_MAX: Final = 1800.0
PROFILED: Final = 25

_Durable = StoreObject | RemoveObject | ForgetRemoved | SaveSetting


@dataclass(frozen=True, slots=True)
class Row:
    """One catch-up. Seconds of `receiver_s` and `sender_s` do not overlap; `cpu_s` is of both.

    `signatures_s` is verifying `missing` signatures alone; ratios are None where not measured.
    """

    way: str
    objects: int
    missing: int
    missing_bytes: int
    sent_bytes: int | None
    answered_bytes: int | None
    frames: int | None
    signatures_s: float
    receiver_s: float
    sender_s: float | None
    cpu_s: float
    time_ratio: float
    bytes_ratio: float | None


class End:
    """One node: an engine and its store. `busy_s` is what it has worked so far."""

    def __init__(self, key: SigningKey, engine: Engine, store: Store) -> None:
        self.key = key
        self.engine = engine
        self.store = store
        self.busy_s = 0.0
        self.sent_bytes = 0
        self.frames = 0

    async def handle(self, event: Event, clock: Clock) -> list[Transmit]:
        """Handle an event as the daemon's runner does; return the frames that leave."""
        began_s = time.perf_counter()
        effects = self.engine.handle(event, clock.now_ms())
        await self.store.apply([effect for effect in effects if isinstance(effect, _Durable)])
        self.busy_s += time.perf_counter() - began_s
        for effect in effects:
            if isinstance(effect, Drop | CloseLink):
                raise RuntimeError(f"a catch-up among members went wrong: {effect}")
        frames = [effect for effect in effects if isinstance(effect, Transmit)]
        self.frames += len(frames)
        self.sent_bytes += sum(len(each.frame) for each in frames)
        return frames


class Community:
    """A community's keys and what its members wrote."""

    def __init__(self, count: int, minute: int) -> None:
        self.root = SigningKey(blake2s(b"root").digest())
        self.id = community_id(self.root.public)
        self.minute = minute
        self.keys = [SigningKey(blake2s(name).digest()) for name in (b"one", b"other")]
        self.profiles = [self._profile(key) for key in self.keys]
        self.things = stores.bulletins(self.keys[0], self.id, minute=minute, count=count)

    async def end(self, index: int, folder: Path, things: Sequence[SignedObject]) -> End:
        """Return a member that holds these objects, on disk and in memory."""
        key = self.keys[index]
        store = (await open_store(folder / f"{index}.db")).store
        held = [*self.profiles, *things]
        for start in range(0, len(held), stores.BATCH):
            some = held[start : start + stores.BATCH]
            await store.apply([StoreObject(thing, None) for thing in some])
        engine = Engine(
            Configuration(key.public, bytes(32)),
            rules=NeighbourhoodRules(self.root.public),
            dice=Random(index),
            now_ms=0,
        )
        engine.restore(held, [], {}, 0)
        engine.handle(WallClock(self.minute, is_synchronised=True), 0)
        return End(key, engine, store)

    def _profile(self, key: SigningKey) -> SignedObject:
        certificate = sign_certificate(self.root, self.id, key.public, self.minute)
        fields = ProfileFields(key.public, self.minute, certificate, key.id.hex())
        return compose(
            key=key,
            community=self.id,
            kind=Kind.PROFILE,
            body=encode_profile(fields),
            sequence=0,
            created_min=self.minute,
            lifetime_code=lifetime_code_for(PROFILE_MINUTES),
        )


class Signatures:
    """The signatures of some objects, ready to be verified and timed."""

    def __init__(self, things: Sequence[SignedObject], key: SigningKey, community: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(key.public)
        # As docs/spec/object.md section 3 has it; made before, so that only verifying is timed.
        before = b"meshnode object 1\0" + community + key.public
        self._signed = [
            (thing.encoded[-SIGNATURE_BYTES:], before + thing.encoded[:-SIGNATURE_BYTES])
            for thing in things
        ]

    def verify_half_s(self, index: int) -> float:
        """Verify the first or second half; return the seconds that it took."""
        some = self._signed[index::2]
        began_s = time.perf_counter()
        for signature, message in some:
            self._key.verify(signature, message)
        return time.perf_counter() - began_s


async def in_one_process(
    folder: Path, count: int, missing: int, profile: cProfile.Profile | None
) -> Row:
    """Let one engine of two lack `missing` of `count` objects; return what it cost to catch up."""
    clock = Clock()
    community = Community(count, clock.wall_minute())
    lacking = set(Random(missing).sample(range(count), missing))
    have = [one for index, one in enumerate(community.things) if index not in lacking]
    lack = [one for index, one in enumerate(community.things) if index in lacking]
    signatures = Signatures(lack, community.keys[0], community.id)
    sender = await community.end(0, folder, community.things)
    receiver = await community.end(1, folder, have)
    signatures_s = signatures.verify_half_s(0)
    cpu_s = time.process_time()
    if profile is not None:
        profile.enable()
    await converse(sender, receiver, clock)
    if profile is not None:
        profile.disable()
    cpu_s = time.process_time() - cpu_s
    signatures_s += signatures.verify_half_s(1)
    await check(receiver, community.things)
    await sender.store.close()
    missing_bytes = sum(len(one.encoded) for one in lack)
    return Row(
        way="engines",
        objects=count,
        missing=missing,
        missing_bytes=missing_bytes,
        sent_bytes=sender.sent_bytes,
        answered_bytes=receiver.sent_bytes,
        frames=sender.frames + receiver.frames,
        signatures_s=signatures_s,
        receiver_s=receiver.busy_s,
        sender_s=sender.busy_s,
        cpu_s=cpu_s,
        time_ratio=receiver.busy_s / signatures_s,
        bytes_ratio=(sender.sent_bytes + receiver.sent_bytes) / missing_bytes,
    )


def engines(folder: Path, count: int, missing: int, profile: cProfile.Profile | None) -> Row:
    """Return what `in_one_process` does."""
    return asyncio.run(in_one_process(folder, count, missing, profile))


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


def over_tls(folder: Path, count: int) -> Row:
    """Let an empty daemon catch up from a full one; return what it cost the empty one."""
    full, empty = stores.found_community(folder, ["full", "empty"])
    things = stores.own_bulletins(full, count)
    stores.keep(full, things)
    ring = full.load_keyring()
    signatures = Signatures(things, ring.key, ring.community)
    port = daemons.free_port()
    signatures_s = signatures.verify_half_s(0)
    with (
        daemons.running(full, "--listen", f"127.0.0.1:{port}"),
        daemons.running(empty) as alone,
    ):
        idle_cpu_s = alone.cpu_s
    with daemons.running(full, "--listen", f"127.0.0.1:{port}") as host:
        daemons.wait_until_idle([host], quiet_s=QUIET_S, limit_s=DAEMONS_S_MAX)
        with daemons.running(empty, "--peer", f"tls://127.0.0.1:{port}") as guest:
            began_s = time.perf_counter()
            ended_s = daemons.wait_until_idle([guest], quiet_s=QUIET_S, limit_s=DAEMONS_S_MAX)
            cpu_s = guest.cpu_s - idle_cpu_s
            held = guest.client.get("/status")["objects"]
    signatures_s += signatures.verify_half_s(1)
    if held < count:
        raise RuntimeError(f"the daemon has caught up with {held} of {count} objects")
    return Row(
        way="daemons, TLS",
        objects=count,
        missing=count,
        missing_bytes=sum(len(one.encoded) for one in things),
        sent_bytes=None,
        answered_bytes=None,
        frames=None,
        signatures_s=signatures_s,
        receiver_s=ended_s - began_s,
        sender_s=None,
        cpu_s=cpu_s,
        time_ratio=cpu_s / signatures_s,
        bytes_ratio=None,
    )


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the figures that have a bar."""
    bars = []
    for row in rows:
        share = f"{100 * row.missing / row.objects:.0f} % of {row.objects} missing, {row.way}"
        if row.missing == row.objects:
            bars.append(
                Bar(f"receiver's time to the signatures', {share}", row.time_ratio, TIME_BAR)
            )
        if row.bytes_ratio is not None:
            bars.append(Bar(f"bytes sent to bytes missing, {share}", row.bytes_ratio, BYTES_BAR))
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("               objects  missing  missing     sent  answers  frames", end="")
    print("  signatures  receiver  sender    cpu    ratio   ratio")
    print("                     n        n    bytes    bytes    bytes       n", end="")
    print("           s         s       s      s  of time  of bytes")
    for row in rows:
        print(
            f"{row.way:13} {row.objects:8} {row.missing:8} {row.missing_bytes:8} "
            f"{_or_dash(row.sent_bytes, '8'):>8} {_or_dash(row.answered_bytes, '8'):>8} "
            f"{_or_dash(row.frames, '7'):>7} {row.signatures_s:11.2f} {row.receiver_s:9.2f} "
            f"{_or_dash(row.sender_s, '7.2f'):>7} {row.cpu_s:6.2f} {row.time_ratio:8.2f} "
            f"{_or_dash(row.bytes_ratio, '8.3f'):>9}"
        )


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"


def in_folder(measure: Callable[[Path], Row]) -> Row:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="catchup-") as folder:
        return measure(Path(folder))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Catching up over a stream.")
    parser.add_argument("--objects", type=int, default=OBJECTS, help=f"held by one ({OBJECTS})")
    parser.add_argument("--daemons", action="store_true", help="also two real daemons over TLS")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    count = min(arguments.objects, HELD_OBJECTS_MAX - OTHERS)
    if count < arguments.objects:
        print(
            f"A node holds at most {HELD_OBJECTS_MAX} objects: {count} are used, "
            f"not {arguments.objects}.",
            file=sys.stderr,
        )
    profile = cProfile.Profile() if arguments.profile else None
    rows = [
        in_folder(partial(engines, count=count, missing=missing, profile=profile))
        for missing in (count, max(1, round(count * SHARE_MISSING)))
    ]
    if arguments.daemons:
        rows.append(in_folder(partial(over_tls, count=count)))
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars, asked=arguments.objects))
        return
    print_table(rows)
    print_bars(bars)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(PROFILED)


if __name__ == "__main__":
    main()
