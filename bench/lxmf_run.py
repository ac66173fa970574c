"""Runs real LXMF over Reticulum on the modelled channel: five processes and one channel.

Not for: what happens inside of the programs (`lxmf_node`) or the modem (`rnode`).
The channel's kernel is paced by the real clock, `speed` times as fast, and so are the programs:
their own timers decide what is sent when. Keys and paths are exchanged at no loss beforehand and
are not counted, which is in favour of LXMF.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

from rnode import RNode

from meshnode.protocol.medium import LONG_FAST
from meshnode.sim import topology
from meshnode.sim.channel import Channel, Path
from meshnode.sim.kernel import Kernel
from meshnode.sim.realtime import Pump
from meshnode.sim.streams import stream

PACKAGES: Final = ("rns==1.5.7", "lxmf==1.2.1")
INSTALL_S_MAX: Final = 120
START_S_MAX: Final = 30.0
"""Real seconds that five processes may take to come up."""
ACQUAINT_S: Final = 300
"""Modelled seconds within which all must know each other."""
ANNOUNCE_S: Final = 8
"""Between two announcements, in modelled seconds: they shall not collide."""
POLL_S: Final = 2.0
LIMIT_S: Final = 3 * 3600
"""Modelled seconds after which a run is given up."""
SILENT_S: Final = 30.0
"""A sender without pending messages and a channel silent for so long: it is over."""
LINE_BYTES_MAX: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LxmfOutcome:
    """What one run cost, from the posting on. `confirmed` counts what the author got proof of."""

    frames: int
    bytes_sent: int
    airtime_s: float
    duration_s: float
    held: int
    confirmed: int
    is_complete: bool


def install(folder: File) -> File:
    """Make an environment with the pinned packages; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=INSTALL_S_MAX)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=INSTALL_S_MAX
    )
    if result.returncode != 0:
        raise RuntimeError(f"pip cannot install {' '.join(PACKAGES)}: {result.stderr[-500:]}")
    return python


class Process:
    """One program and its modem."""

    def __init__(self, name: str, modem: RNode, pump: Pump) -> None:
        self.name = name
        self.modem = modem
        self.address = ""
        self.held: set[str] = set()
        self.knows = 0
        self.pending = -1
        self.confirmed = 0
        self.answers = asyncio.Event()
        self._pump = pump
        self._writer: asyncio.StreamWriter | None = None
        modem.on_packet = lambda packet: self.tell(rx=packet.hex())

    def tell(self, **message: object) -> None:
        """Write one line to the program."""
        if self._writer is not None:
            self._writer.write(json.dumps(message).encode() + b"\n")

    async def serve(self, connection: socket.socket) -> None:
        """Take what the program says until it is gone."""
        reader, self._writer = await asyncio.open_connection(sock=connection, limit=LINE_BYTES_MAX)
        while line := await reader.readline():
            self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"tx": packet}:
                self._pump.catch_up()
                self.modem.send(bytes.fromhex(packet))
                return
            case {"got": text}:
                self.held.add(text)
            case {"address": address}:
                self.address = address
            case {"knows": count}:
                self.knows = count
            case {"pending": count, "done": done}:
                self.pending, self.confirmed = count, done
        self.answers.set()


class Neighbourhood:
    """Five programs on one channel, in step with the real clock."""

    def __init__(self, names: Sequence[str], *, seed: int, speed: float) -> None:
        self.speed = speed
        self.names = list(names)
        self.kernel = Kernel()
        self.channel = Channel(self.kernel, LONG_FAST, seed=seed)
        self.pump = Pump(self.kernel, speed=speed)
        self.nodes = [
            Process(name, self._modem(name, number, seed), self.pump)
            for number, name in enumerate(names, start=1)
        ]
        topology.full(self.channel, self.names, Path())

    @property
    def now_s(self) -> float:
        """Modelled seconds."""
        self.pump.catch_up()
        return self.kernel.now_ms / 1000

    @property
    def totals(self) -> tuple[int, int, float]:
        """Frames, bytes and seconds of airtime so far."""
        frames = sum(node.modem.frames for node in self.nodes)
        sent = sum(node.modem.bytes_sent for node in self.nodes)
        return frames, sent, sum(self.channel.counters.airtime_ms.values()) / 1000

    async def sleep(self, seconds: float) -> None:
        """Wait modelled seconds."""
        await asyncio.sleep(seconds / self.speed)

    async def started(self) -> None:
        """Wait until all programs are up."""
        async with asyncio.timeout(START_S_MAX):
            for node in self.nodes:
                while not node.address:
                    node.answers.clear()
                    await node.answers.wait()

    async def acquaint(self) -> None:
        """Announce everybody, again if need be, until all know all."""
        end_s = self.now_s + ACQUAINT_S
        while self.now_s < end_s:
            for node in self.nodes:
                node.tell(do="announce")
                await self.sleep(ANNOUNCE_S)
            addresses = [node.address for node in self.nodes]
            for node in self.nodes:
                others = [each for each in addresses if each != node.address]
                node.tell(do="knows", addresses=others)
            await self.sleep(POLL_S + ANNOUNCE_S)
            if all(node.knows == len(self.nodes) - 1 for node in self.nodes):
                return
        raise RuntimeError("the LXMF nodes did not learn each other's keys; is the machine busy?")

    async def spread(self, texts: Sequence[str], method: str) -> LxmfOutcome:
        """Post everything at the first node; return what it cost until held, or given up."""
        author, *others = self.nodes
        frames, sent, airtime_s = self.totals
        begin_s = self.now_s
        addresses = [node.address for node in others]
        author.tell(do="post", texts=list(texts), addresses=addresses, method=method)
        wanted = len(texts) * len(others)
        await self._ended(others, wanted, begin_s)
        held = sum(len(node.held) for node in others)
        now = self.totals
        return LxmfOutcome(
            frames=now[0] - frames,
            bytes_sent=now[1] - sent,
            airtime_s=now[2] - airtime_s,
            duration_s=self.now_s - begin_s,
            held=held,
            confirmed=author.confirmed,
            is_complete=held == wanted,
        )

    async def _ended(self, others: Sequence[Process], wanted: int, begin_s: float) -> None:
        """Wait until all is held, or nobody tries any more."""
        author = self.nodes[0]
        quiet_since_s = self.now_s
        while self.now_s - begin_s < LIMIT_S:
            await self.sleep(POLL_S)
            if sum(len(node.held) for node in others) == wanted:
                return
            author.tell(do="pending")
            if author.pending != 0 or not all(node.modem.is_idle for node in self.nodes):
                quiet_since_s = self.now_s
            elif self.now_s - quiet_since_s > SILENT_S:
                return

    def _modem(self, name: str, number: int, seed: int) -> RNode:
        dice = stream(seed, "modem", name)
        return RNode(self.channel, name=name, number=number, dice=dice)


async def measure(
    python: File,
    folder: File,
    texts: Sequence[str],
    *,
    loss: float,
    method: str,
    speed: float,
    seed: int = 0,
) -> LxmfOutcome:
    """Run five fresh nodes in one domain; return what spreading `texts` cost."""
    place = Neighbourhood([f"n{index}" for index in range(5)], seed=seed, speed=speed)
    async with running(place, python, folder):
        await place.started()
        await place.acquaint()
        topology.full(place.channel, place.names, Path(loss=loss))
        return await place.spread(texts, method)


@asynccontextmanager
async def running(place: Neighbourhood, python: File, folder: File) -> AsyncIterator[None]:
    """Keep the programs and the channel running."""
    program = str(File(__file__).with_name("lxmf_node.py"))
    epoch_s = time.time()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        served = [tasks.create_task(place.pump.run())]
        for node in place.nodes:
            ours, theirs = socket.socketpair()
            command = [str(python), program, f"--descriptor={theirs.fileno()}"]
            command += [f"--folder={folder / node.name}", f"--epoch={epoch_s}"]
            command += [f"--speed={place.speed}"]
            child = subprocess.Popen(  # noqa: ASYNC220 -- It comes up while nothing else runs.
                command, pass_fds=[theirs.fileno()], stdout=subprocess.DEVNULL
            )
            stack.callback(_end, child)
            theirs.close()
            served.append(tasks.create_task(node.serve(ours)))
        try:
            yield
        finally:
            for task in served:
                task.cancel()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
