"""The runner decodes sketches beside its loop, and a full queue costs it nothing but the result."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from meshnode.node.clock import Clock
from meshnode.node.runner import EVENTS_MAX, Runner
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.frames import Beacon, RadioCodec
from meshnode.protocol.inventory import Inventory
from meshnode.protocol.medium import Outcome
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.repairs import DECODING_MS_MAX
from meshnode.store.memory import MemoryStore
from meshnode.store.port import StoreEffect
from tests.community import (
    ANNA,
    HERE,
    MEMBERS,
    NETWORK_KEY,
    RADIO,
    RADIO_MEDIUM,
    bulletin,
    certificate,
    objects_of,
    rules,
)
from tests.neighbourhood import eventually
from tests.patience import ANSWER_S

SPEED = 500.0


class HangingDisk(MemoryStore):
    """A store whose disk takes nothing until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()
        self.hangs = asyncio.Event()

    async def apply(self, effects: Sequence[StoreEffect]) -> None:
        self.hangs.set()
        await self.goes_on.wait()
        await super().apply(effects)


@dataclass
class Bench:
    """A runner with a radio that takes everything, and fifteen things that a neighbour lacks."""

    store: MemoryStore
    clock: Clock = field(default_factory=lambda: Clock(speed=SPEED))
    frames: list[bytes] = field(default_factory=list)
    mishaps: list[dict[str, object]] = field(default_factory=list)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.minute = self.clock.wall_minute()
        self.profiles = [certificate(key, minute=self.minute) for key in MEMBERS]
        self.things = [
            bulletin(ANNA, f"Eintrag {number}", sequence=number, minute=self.minute)
            for number in range(15)
        ]
        engine = Engine(
            Configuration(HERE.public, NETWORK_KEY),
            rules=rules(),
            dice=Random(1),
            now_ms=0,
        )
        engine.restore([*self.profiles, *self.things], [], {}, 0)
        self.runner = Runner(engine=engine, store=self.store, clock=self.clock, own=HERE.id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the runner while the block lasts; one thread decodes, in order."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        loop.set_exception_handler(lambda _, context: self.mishaps.append(context))
        task = asyncio.create_task(self.runner.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def link_up(self) -> None:
        loop = asyncio.get_running_loop()
        answers = set()

        def send(frame: bytes, priority: Priority, token: int) -> None:
            self.frames.append(frame)
            answer = loop.create_task(self.runner.transmit_done(RADIO, token, Outcome.SENT, 0))
            answers.add(answer)
            answer.add_done_callback(answers.discard)

        await self.runner.link_up(RADIO, RADIO_MEDIUM, send)

    async def hear_far_behind(self) -> None:
        """Let a neighbour say that it lacks all but the first two of the things."""
        inventory = Inventory()
        for thing in (*self.profiles, *self.things[:2]):
            inventory.add(thing, Priority.ORDINARY)
        hour = self.runner.engine.common.clock.minute(self.clock.now_ms()) // 60
        digest = inventory.digest(hour or self.minute // 60, 24)
        beacon = Beacon(
            cutoff_hour=hour or self.minute // 60,
            depth=0,
            bucket=0,
            count=digest.count,
            check=digest.check,
            partials=(),
            syndromes=digest.syndromes,
        )
        self.numbers += 1
        frame = RadioCodec(NETWORK_KEY, ANNA.id).seal(self.numbers, beacon)
        await self.runner.frame_received(RADIO, frame, None)

    def repaired(self) -> set[bytes]:
        codec = RadioCodec(NETWORK_KEY, b"")
        return set(objects_of(codec.open(frame).body for frame in self.frames))

    def lacking(self) -> set[bytes]:
        return {thing.encoded for thing in self.things[2:]}

    def own_post(self) -> SignedObject:
        return bulletin(HERE, "Noch da.", sequence=99, minute=self.minute)


def test_a_long_sketch_is_decoded_beside_the_loop_and_its_result_repaired() -> None:
    async def play() -> None:
        bench = Bench(MemoryStore())
        async with bench.running():
            await bench.runner.is_running.wait()
            await bench.link_up()
            await bench.hear_far_behind()
            await eventually(lambda: bench.repaired() >= bench.lacking(), within_s=ANSWER_S)
        assert bench.mishaps == []

    asyncio.run(play())


def test_a_result_for_which_the_queue_has_no_room_is_given_up_and_asked_for_again() -> None:
    async def play() -> None:
        disk = HangingDisk()
        bench = Bench(disk)
        async with bench.running():
            disk.goes_on.set()
            await bench.runner.is_running.wait()
            await bench.link_up()
            await asyncio.sleep(0)
            disk.goes_on.clear()
            disk.hangs.clear()
            # One after the other without a pause: the sketch goes to its thread, the disk hangs.
            await bench.hear_far_behind()
            post = asyncio.create_task(bench.runner.submit(bench.own_post()))
            await disk.hangs.wait()
            while not bench.runner._events.full():
                await bench.runner.frame_received(RADIO, b"noise", None)
            assert bench.runner._events.qsize() == EVENTS_MAX
            # There is one thread: when it takes this, the sketch is decoded.
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
            await asyncio.sleep(0)
            disk.goes_on.set()
            await post
            begin_ms = bench.clock.now_ms()
            await eventually(
                lambda: bench.clock.now_ms() > begin_ms + DECODING_MS_MAX, within_s=ANSWER_S
            )
            assert not bench.repaired() & bench.lacking()
            await bench.hear_far_behind()
            await eventually(lambda: bench.repaired() >= bench.lacking(), within_s=ANSWER_S)
        assert bench.mishaps == []

    asyncio.run(play())
