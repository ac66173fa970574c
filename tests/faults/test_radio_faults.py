"""Whatever happens to the radio, afterwards a frame is carried both ways again."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
import serial

from meshnode.links.meshtastic.framing import FLUSH_BYTES, WAKE_BYTES, FrameDecoder, encode
from meshnode.links.meshtastic.link import MeshtasticLink
from meshnode.links.meshtastic.outbox import Done
from meshnode.links.meshtastic.packets import HeardFrame
from meshnode.links.meshtastic.radio_config import RadioSettings
from meshnode.links.meshtastic.session import (
    Down,
    Gone,
    Output,
    RadioSession,
    Up,
    Wake,
    Write,
    is_message,
)
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.medium import Outcome
from meshnode.protocol.priority import Priority
from tests.patience import ANSWER_S
from tests.unit.links.meshtastic.in_loop import in_loop
from tests.unit.links.meshtastic.recording_host import RecordingHost
from tests.unit.links.meshtastic.scripted_radio import (
    PtyRadio,
    ScriptedRadio,
    TcpRadio,
    from_radio,
    heard,
    queue_status,
)

FAST = Timing(
    connect_ms=300,
    write_ms=500,
    handshake_ms=2_000,
    handshake_repeat_ms=150,
    half_frame_ms=60,
    status_ms=100,
    probe_ms=100,
    idle_ms=150,
    room_ms=20,
    leave_poll_ms=20,
    leave_ms=60,
    waiting_ms=20_000,
    notice_ms=30,
    recheck_ms=100,
    retry_ms_min=10,
    retry_ms_max=40,
)


# In real time, over real sockets and pseudo-terminals.


class Endpoint(Protocol):
    def say(self, message: bytes) -> None: ...

    def write(self, data: bytes) -> None: ...


@asynccontextmanager
async def running(url: str) -> AsyncIterator[RecordingHost]:
    host = RecordingHost()
    link = MeshtasticLink(url, dice=random.Random(7), timing=FAST)
    task = asyncio.create_task(link.run(host))
    try:
        yield host
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@asynccontextmanager
async def tcp_radio(
    radio: ScriptedRadio | None = None,
) -> AsyncIterator[tuple[TcpRadio, RecordingHost]]:
    endpoint = TcpRadio(radio or ScriptedRadio())
    await endpoint.start()
    async with running(f"tcp://127.0.0.1:{endpoint.port}") as host:
        await host.until(lambda: host.is_up)
        yield endpoint, host
    await endpoint.stop()


_tokens = iter(range(1, 1_000_000))


async def assert_carries_both_ways(
    endpoint: Endpoint, radio: ScriptedRadio, host: RecordingHost
) -> None:
    outward, inward = random.randbytes(40), random.randbytes(40)
    async with asyncio.timeout(ANSWER_S):
        while await outcome_of(outward, host) is not Outcome.SENT:
            pass
        endpoint.say(heard(inward))
        await host.until(lambda: any(frame == inward for frame, _ in host.frames))
    assert radio.packets[-1].decoded.payload == outward


async def outcome_of(frame: bytes, host: RecordingHost) -> Outcome:
    await host.until(lambda: host.is_up)
    assert host.send is not None
    token = next(_tokens)
    host.send(frame, Priority.ORDINARY, token)
    await host.until(lambda: token in host.done or not host.is_up)
    return host.done[token][0] if token in host.done else Outcome.LOST


@in_loop
async def test_a_dropped_connection_is_made_again() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.drop()
        await host.until(lambda: not host.is_up)
        await assert_carries_both_ways(endpoint, endpoint.radio, host)
        assert host.state.detail["reconnects"] == 1


@in_loop
async def test_a_port_that_refuses_is_tried_until_it_is_there() -> None:
    async with tcp_radio() as (endpoint, host):
        await endpoint.stop()
        await host.until(lambda: host.state.state == "waiting")
        await host.until(lambda: "in its settings? Trying again" in host.state.sentence)
        await endpoint.start()
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_a_silent_radio_is_noticed_and_left() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.radio.is_silent = True
        await host.until(lambda: not host.is_up)
        assert "does not answer" in host.events[-1] or "does not answer" in host.state.sentence
        endpoint.radio.is_silent = False
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_a_token_with_a_silent_radio_is_lost_not_forgotten() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.radio.is_silent = True
        assert host.send is not None
        for token in (-1, -2):
            host.send(b"frame", Priority.ORDINARY, token)
        await host.until(lambda: not host.is_up)
        assert host.done[-1][0] is host.done[-2][0] is Outcome.LOST
        endpoint.radio.is_silent = False
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_a_flood_of_garbage_is_skipped() -> None:
    async with tcp_radio() as (endpoint, host):
        garbage = random.Random(1).randbytes(200_000)
        endpoint.write(garbage)
        await assert_carries_both_ways(endpoint, endpoint.radio, host)
        assert int(host.state.detail["junk_bytes"]) > 100_000


@in_loop
async def test_half_frames_cost_only_themselves() -> None:
    async with tcp_radio() as (endpoint, host):
        for length in (1, 2, 3, 4, 30):
            endpoint.write(encode(heard(bytes(200)))[:length])
            await assert_carries_both_ways(endpoint, endpoint.radio, host)
        assert "waiting" not in host.events


@in_loop
async def test_a_radio_that_speaks_byte_by_byte_is_understood() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.mangle = lambda data: [bytes([byte]) for byte in data]
        endpoint.drop()
        await host.until(lambda: not host.is_up)
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_a_storm_of_reboots_ends_in_a_working_link() -> None:
    async with tcp_radio() as (endpoint, host):
        for _ in range(50):
            endpoint.say(from_radio(rebooted=True))
        await host.until(lambda: not host.is_up)
        await assert_carries_both_ways(endpoint, endpoint.radio, host)
        assert endpoint.connections == 1


@in_loop
async def test_a_lost_queue_status_loses_one_token_and_not_the_link() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.radio.loses_statuses = True
        assert host.send is not None
        host.send(b"frame", Priority.ORDINARY, -1)
        await host.until(lambda: -1 in host.done)
        assert host.done[-1] == (Outcome.LOST, 0)
        assert host.is_up
        endpoint.radio.loses_statuses = False
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_a_full_queue_is_waited_for() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.radio.queue_free = 0
        endpoint.radio.next_free = [0, 1, 2, 9]
        endpoint.say(queue_status(free=0))
        await host.until(lambda: host.state.detail.get("queue_free") == 0)
        assert host.send is not None
        host.send(b"patient", Priority.ORDINARY, -1)
        await host.until(lambda: -1 in host.done)
        assert host.done[-1] == (Outcome.SENT, 0)
        assert endpoint.radio.queue_free == 9, "it was given to the radio too early"
        await assert_carries_both_ways(endpoint, endpoint.radio, host)


@in_loop
async def test_another_client_that_takes_over_is_named_and_outlived() -> None:
    async with tcp_radio() as (endpoint, host):
        _, thief = await asyncio.open_connection("127.0.0.1", endpoint.port)
        await host.until(lambda: any("Another program" in w for w in host.state.warnings))
        await assert_carries_both_ways(endpoint, endpoint.radio, host)
        thief.close()
        await thief.wait_closed()


@in_loop
async def test_a_region_that_is_set_later_brings_the_link_up() -> None:
    radio = ScriptedRadio()
    radio.lora.region = 0
    endpoint = TcpRadio(radio)
    await endpoint.start()
    async with running(f"tcp://127.0.0.1:{endpoint.port}") as host:
        await host.until(lambda: bool(host.states) and host.state.state == "refused")
        assert "--set lora.region EU_868" in host.state.sentence
        radio.lora.region = 3
        await assert_carries_both_ways(endpoint, radio, host)
        assert endpoint.connections == 1
    await endpoint.stop()


@in_loop
async def test_a_radio_that_hangs_in_the_handshake_is_asked_again() -> None:
    async with tcp_radio() as (endpoint, host):
        endpoint.radio.is_silent = True
        endpoint.say(from_radio(rebooted=True))
        await host.until(lambda: not host.is_up)
        endpoint.radio.is_silent = False
        await assert_carries_both_ways(endpoint, endpoint.radio, host)
        assert endpoint.connections == 1


@in_loop
async def test_an_unplugged_serial_radio_works_again_when_it_is_back(tmp_path: Path) -> None:
    radio = ScriptedRadio()
    endpoint = PtyRadio(radio, tmp_path / "ttyRADIO")
    async with running(f"serial:{endpoint.path}") as host:
        await host.until(lambda: bool(host.states) and "is not there" in host.state.sentence)
        for _ in range(2):
            endpoint.plug_in()
            await assert_carries_both_ways(endpoint, radio, host)
            endpoint.unplug()
            await host.until(lambda: not host.is_up)
        endpoint.plug_in()
        await assert_carries_both_ways(endpoint, radio, host)
    endpoint.unplug()


@in_loop
async def test_a_serial_port_that_another_program_holds_is_refused_until_it_is_free(
    tmp_path: Path,
) -> None:
    radio = ScriptedRadio()
    endpoint = PtyRadio(radio, tmp_path / "ttyRADIO")
    endpoint.plug_in()
    other = serial.Serial(str(endpoint.path), exclusive=True)
    async with running(f"serial:{endpoint.path}") as host:
        await host.until(lambda: bool(host.states) and host.state.state == "refused")
        assert "another program" in host.state.sentence
        other.close()
        await assert_carries_both_ways(endpoint, radio, host)
    endpoint.unplug()


@in_loop
async def test_console_text_and_a_half_question_on_serial_do_not_keep_it_from_working(
    tmp_path: Path,
) -> None:
    radio = ScriptedRadio()
    endpoint = PtyRadio(radio, tmp_path / "ttyRADIO")
    endpoint.plug_in()
    # What a program that crashed had begun to tell the radio: it still waits for the rest.
    endpoint._decoder.feed(b"\x94\xc3\x01\xf0 half a message")
    async with running(f"serial:{endpoint.path}") as host:
        await host.until(lambda: bool(host.states) and "asking" in host.state.sentence)
        endpoint.write(b"DEBUG | ??:??:?? 3 Power::readPowerStatus\r\n" * 5)
        await assert_carries_both_ways(endpoint, radio, host)
        assert int(host.state.detail["junk_bytes"]) > 100
    endpoint.unplug()


# The same in virtual time: two hundred drawn sequences of faults against the pure session.


@dataclass
class World:
    """One session after another against one scripted radio, through a bad line."""

    dice: random.Random
    now_ms: int = 0
    tokens: int = 0
    answered: dict[int, Outcome] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)
    is_up: bool = False
    noise: float = 0.0

    def __post_init__(self) -> None:
        self.radio = ScriptedRadio()
        self.connect()

    def connect(self) -> None:
        self.from_radio = FrameDecoder(is_message)
        self.to_radio = FrameDecoder()
        self.session = RadioSession(
            RadioSettings(), dice=self.dice, timing=Timing(), now_ms=self.now_ms
        )
        self.carry_out(self.session.start())

    def carry_out(self, outputs: list[Output]) -> None:
        is_gone = False
        for output in outputs:
            match output:
                case Write():
                    self.write(encode(output.message))
                case Wake():
                    self.write(FLUSH_BYTES if output.is_thorough else WAKE_BYTES)
                case Up() | Down():
                    assert self.is_up == isinstance(output, Down)
                    self.is_up = isinstance(output, Up)
                case Done():
                    assert output.token not in self.answered
                    self.answered[output.token] = output.outcome
                case HeardFrame():
                    self.frames.append(output.frame)
                case Gone():
                    is_gone = True
        if is_gone:
            self.disconnect()

    def write(self, data: bytes) -> None:
        for message in self.to_radio.feed(self.over_the_line(data)):
            for answer in self.radio.answer(message):
                self.hear(encode(answer))

    def over_the_line(self, data: bytes) -> bytes:
        """Return what arrives: on a bad line bytes are lost, changed and added."""
        if self.dice.random() >= self.noise:
            return data
        cut = self.dice.randrange(len(data) + 1)
        kept = cut + self.dice.randrange(3)
        return data[:cut] + self.dice.randbytes(self.dice.randrange(3)) + data[kept:]

    def hear(self, data: bytes) -> None:
        for message in self.from_radio.feed(self.over_the_line(data)):
            self.carry_out(self.session.receive(message, self.now_ms))

    def disconnect(self) -> None:
        self.carry_out(self.session.close("lost"))
        assert not self.is_up
        assert len(self.answered) == self.tokens
        self.now_ms += 1000
        self.connect()

    def send(self, frame: bytes) -> int:
        self.tokens += 1
        token = self.tokens
        priority = self.dice.choice(list(Priority))
        self.carry_out(self.session.send(frame, priority, token, self.now_ms))
        return token

    def run(self, duration_ms: int) -> None:
        end_ms = self.now_ms + duration_ms
        while True:
            deadline_ms = self.session.deadline_ms()
            assert deadline_ms is not None
            if deadline_ms > end_ms:
                break
            self.now_ms = max(self.now_ms + 1, deadline_ms)
            self.carry_out(self.session.tick(self.now_ms))
        self.now_ms = max(self.now_ms, end_ms)
        self.from_radio.abandon()

    # Faults.

    def garbage(self) -> None:
        self.hear(self.dice.randbytes(self.dice.randrange(2000)))

    def console_text(self) -> None:
        self.hear(b"INFO | 12:00:00 Sending packet\r\n" * self.dice.randrange(20))

    def half_frame(self) -> None:
        whole = encode(heard(self.dice.randbytes(150)))
        self.hear(whole[: self.dice.randrange(len(whole))])

    def half_question(self) -> None:
        self.to_radio.feed(encode(self.dice.randbytes(300))[: self.dice.randrange(4, 300)])

    def noisy_line(self) -> None:
        self.noise = self.dice.random() / 2
        for _ in range(self.dice.randrange(10)):
            self.send(self.dice.randbytes(100))
            self.hear(encode(heard(self.dice.randbytes(100))))
            self.run(self.dice.randrange(5_000))
        self.noise = 0.0

    def reboots(self) -> None:
        for _ in range(self.dice.randrange(1, 30)):
            self.hear(encode(from_radio(rebooted=True)))

    def silence(self) -> None:
        self.radio.is_silent = True
        self.run(self.dice.randrange(40_000))
        self.radio.is_silent = False

    def lost_statuses(self) -> None:
        self.radio.loses_statuses = True
        self.send(b"unanswered")
        self.run(self.dice.randrange(20_000))
        self.radio.loses_statuses = False

    def full_queue(self) -> None:
        self.radio.queue_free = 0
        self.hear(encode(queue_status(free=0)))
        for _ in range(self.dice.randrange(15)):
            self.send(b"crowd")
        self.run(self.dice.randrange(60_000))
        self.radio.queue_free = 16

    def refusals(self) -> None:
        self.radio.result = self.dice.choice([6, 7, 9, 32, 33, 34, 99])
        self.send(b"refused")
        self.run(self.dice.randrange(3_000))
        self.radio.result = 0

    def wrong_region(self) -> None:
        self.radio.lora.region = 0
        self.hear(encode(from_radio(rebooted=True)))
        self.run(self.dice.randrange(60_000))
        self.radio.lora.region = 3

    def stranger_statuses(self) -> None:
        for _ in range(10):
            self.hear(encode(queue_status(self.dice.randrange(2**32), free=9)))

    def clock_leaps(self) -> None:
        self.now_ms += self.dice.randrange(10_000_000)


FAULTS: list[Callable[[World], None]] = [
    World.garbage,
    World.console_text,
    World.half_frame,
    World.half_question,
    World.noisy_line,
    World.reboots,
    World.silence,
    World.lost_statuses,
    World.full_queue,
    World.refusals,
    World.wrong_region,
    World.stranger_statuses,
    World.clock_leaps,
    World.disconnect,
]


def test_a_message_that_a_crashed_program_left_unfinished_costs_one_repeated_question() -> None:
    world = World(random.Random(1))
    world.to_radio.feed(b"\x94\xc3\x01\xf0 half a message")
    world.hear(encode(from_radio(rebooted=True)))
    world.run(Timing().handshake_repeat_ms - 1)
    assert not world.is_up
    world.run(1)
    assert world.is_up


RECOVERY_MS = 120_000
"""Waiting frames give up after 30 s; a handshake that was garbled is repeated after 5 s."""


@pytest.mark.parametrize("seed", range(200))
def test_after_any_faults_a_frame_is_carried_both_ways(seed: int) -> None:
    world = World(random.Random(seed))
    for _ in range(world.dice.randrange(1, 12)):
        world.dice.choice(FAULTS)(world)
        world.send(world.dice.randbytes(world.dice.randrange(1, 200)))
        world.run(world.dice.randrange(10_000))
    world.run(RECOVERY_MS)

    assert world.is_up
    assert len(world.answered) == world.tokens
    token = world.send(b"outward")
    world.run(1000)
    assert world.answered[token] is Outcome.SENT
    assert world.radio.packets[-1].decoded.payload == b"outward"
    world.hear(encode(heard(b"inward")))
    assert world.frames[-1] == b"inward"
