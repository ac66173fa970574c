"""The same code runs in the daemon: W1 among five real nodes, and among five simulated ones.

    python bench/daemon.py                       20 % loss, MediumFast; about 10 minutes
    python bench/daemon.py --loss 0 --loss 0.2   several losses
    python bench/daemon.py --preset SHORT_FAST   another preset, in both
    python bench/daemon.py --runs 8 --at-once 3  more neighbourhoods, more of them at a time
    python bench/daemon.py --json                the same numbers for programs

W1: 20 bulletins of 60 to 300 characters posted at once at one of five nodes in one domain, until
all hold all. The real side is five `meshnode run` over TCP on virtual radios that share one
modelled channel in real time; the other side is `meshnode.sim.world` with the same channel,
preset, loss and texts. Both begin with nodes that know each other and had `SETTLE_S` to fall
silent. Counted is what the radios put on the air from the first post on; the firmware's own
packets (names of radios) are counted apart. The two must agree within 15 %.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path as File
from statistics import fmean
from typing import Final

import daemons
import stores
from airtime import LIMIT_MS, STEP_MS, texts
from bars import Bar, document, print_bars, print_json, ratio_error, standard_error
from onair import Traffic, TrafficCount, between

from meshnode.node.home import Home
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.ether import Ether
from meshnode.sim.firmware.channels import Channels
from meshnode.sim.firmware.device import PRIVATE_CHANNEL
from meshnode.sim.packet import AirPacket
from meshnode.sim.presets import PRESETS
from meshnode.sim.world import World

NODES: Final = 5
BULLETINS: Final = 20
PRESET: Final = "MEDIUM_FAST"
LOSSES: Final = (0.2,)
RUNS: Final = 6
AT_ONCE: Final = 2
WORLDS: Final = 20
SETTLE_S: Final = 90.0
"""Until the radios have told their names, 30 s after boot, and the nodes are silent."""
POLL_S: Final = STEP_MS / 1000
REAL_LIMIT_S: Final = 900.0
CLOSE: Final = 1.15
PURPOSES: Final = ("push", "repair", "beacon")


@dataclass(frozen=True, slots=True)
class Run:
    """One neighbourhood. Seconds; `posting_s` is how long it took to post."""

    is_complete: bool
    duration_s: float
    posting_s: float
    push_s: float
    repair_s: float
    beacon_s: float
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Row:
    """The means of one side at one loss. `error_s` is the standard error of `airtime_s`."""

    side: str
    preset: str
    loss: float
    runs: int
    incomplete: int
    airtime_s: float
    error_s: float
    push_s: float
    repair_s: float
    beacon_s: float
    frames: float
    frame_bytes: float
    collided: float
    deaf: float
    other_s: float
    other_frames: float
    duration_s: float
    posting_s: float
    airtimes_s: tuple[float, ...]


def simulated(seed: int, loss: float, preset: str) -> Run:
    """Run W1 in virtual time, `SETTLE_S` after all have come up."""
    world = World(seed, [f"n{index}" for index in range(NODES)], preset=preset)
    topology.full(world.channel, list(world.nodes), Path(loss=loss))
    count = TrafficCount(world.channel)
    world.start()
    world.run_for(1000 * SETTLE_S)
    before, spent_ms, begin_ms = count.now(), world.spent_ms(), world.now_ms
    lines = texts(seed, BULLETINS, (60, 300))
    ids = [world.nodes["n0"].post(line) for line in lines]
    is_complete = world.run_until(lambda: world.holds_all(ids), limit_ms=LIMIT_MS, step_ms=STEP_MS)
    spent_s = {
        str(purpose): (ms - spent_ms[purpose]) / 1000 for purpose, ms in world.spent_ms().items()
    }
    return Run(
        is_complete=is_complete,
        duration_s=(world.now_ms - begin_ms) / 1000,
        posting_s=0.0,
        **{f"{purpose}_s": spent_s[purpose] for purpose in PURPOSES},
        traffic=between(before, count.now()),
    )


async def real(seed: int, loss: float, preset: str) -> Run:
    """Run W1 with five daemons, `SETTLE_S` after their radios have come up."""
    names = [f"n{index}" for index in range(NODES)]
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="daemon-"))
        homes = stores.found_community(File(folder), names)
        await asyncio.to_thread(stores.acquaint, homes)
        ether = Ether(names, seed=seed, preset=preset, loss=loss, unix_s=time.time())
        count = TrafficCount(ether.channel, ours_on(preset))
        await stack.enter_async_context(ether)
        begun_s = time.monotonic()
        children = stack.enter_context(ExitStack())
        urls = [ether.urls[name] for name in names]
        nodes = await asyncio.to_thread(start_all, children, homes, urls)
        await asyncio.sleep(SETTLE_S - (time.monotonic() - begun_s))
        ether.pump.catch_up()
        before, before_s = count.now(), await spent_s(nodes)
        begin_s = time.monotonic()
        await asyncio.to_thread(post, nodes[0], texts(seed, BULLETINS, (60, 300)))
        posting_s = time.monotonic() - begin_s
        is_complete = await all_hold(nodes)
        duration_s = time.monotonic() - begin_s
        ether.pump.catch_up()
        traffic = between(before, count.now())
        after_s = await spent_s(nodes)
        await asyncio.to_thread(children.close)
    return Run(
        is_complete=is_complete,
        duration_s=duration_s,
        posting_s=posting_s,
        **{f"{each}_s": after_s[each] - before_s[each] for each in PURPOSES},
        traffic=traffic,
    )


def ours_on(preset: str) -> Callable[[AirPacket], bool]:
    """Return what tells packets on our private channel from the firmware's own."""
    key = Channels(preset=preset, secondaries=(PRIVATE_CHANNEL,)).key_at(1)
    return lambda packet: key is not None and packet.channel_hash == key.hash


def start_all(stack: ExitStack, homes: Sequence[Home], urls: Sequence[str]) -> list[daemons.Daemon]:
    """Start a node in every home with the radio that belongs to it."""
    return [
        stack.enter_context(daemons.running(home, "--radio", url))
        for home, url in zip(homes, urls, strict=True)
    ]


def post(node: daemons.Daemon, lines: Sequence[str]) -> None:
    """Post bulletins as fast as the node takes them."""
    for line in lines:
        node.client.post("/bulletins", {"text": line})


async def all_hold(nodes: Sequence[daemons.Daemon]) -> bool:
    """Wait until every node has every bulletin; return whether it came to that in time."""
    deadline_s = time.monotonic() + REAL_LIMIT_S
    waiting = list(nodes)
    while waiting and time.monotonic() < deadline_s:
        await asyncio.sleep(POLL_S)
        found = await statuses(waiting)
        waiting = [
            node
            for node, status in zip(waiting, found, strict=True)
            if status["bulletins"] < BULLETINS
        ]
    return not waiting


async def spent_s(nodes: Sequence[daemons.Daemon]) -> dict[str, float]:
    """Return the nodes' own account of their airtime, together, by purpose."""
    found = [status["airtime"]["by_purpose_ms"] for status in await statuses(nodes)]
    return {each: sum(one.get(each, 0) for one in found) / 1000 for each in PURPOSES}


async def statuses(nodes: Sequence[daemons.Daemon]) -> list[dict]:
    """Ask all nodes for their status."""
    return await asyncio.gather(*(asyncio.to_thread(node.client.get, "/status") for node in nodes))


async def real_runs(count: int, at_once: int, loss: float, preset: str) -> list[Run]:
    """Run some neighbourhoods of daemons, a few at a time."""
    places = asyncio.Semaphore(at_once)

    async def one(seed: int) -> Run:
        async with places:
            return await real(seed, loss, preset)

    return list(await asyncio.gather(*(one(seed) for seed in range(count))))


def row_of(side: str, preset: str, loss: float, runs: Sequence[Run]) -> Row:
    """Return the means of some runs."""
    airtimes_s = tuple(run.traffic.airtime_s for run in runs)
    frames = sum(run.traffic.frames for run in runs)
    return Row(
        side=side,
        preset=preset,
        loss=loss,
        runs=len(runs),
        incomplete=sum(not run.is_complete for run in runs),
        airtime_s=fmean(airtimes_s),
        error_s=standard_error(airtimes_s),
        push_s=fmean(run.push_s for run in runs),
        repair_s=fmean(run.repair_s for run in runs),
        beacon_s=fmean(run.beacon_s for run in runs),
        frames=frames / len(runs),
        frame_bytes=sum(run.traffic.bytes_sent for run in runs) / max(1, frames),
        collided=fmean(run.traffic.collided for run in runs),
        deaf=fmean(run.traffic.deaf for run in runs),
        other_s=fmean(run.traffic.other_airtime_s for run in runs),
        other_frames=fmean(run.traffic.other_frames for run in runs),
        duration_s=fmean(run.duration_s for run in runs),
        posting_s=fmean(run.posting_s for run in runs),
        airtimes_s=airtimes_s,
    )


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return how far the two sides are from each other, whichever costs more."""
    bars = []
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        ratio = one.airtime_s / other.airtime_s
        error = ratio_error(one.airtimes_s, other.airtimes_s)
        what = (
            f"daemons to simulator at {100 * one.loss:.0f} % loss: {ratio:.3f} +- {error:.3f}; "
            "the dearer to the cheaper"
        )
        bars.append(Bar(what, max(ratio, 1 / ratio), CLOSE))
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("           loss  runs  airtime    +-    push  repair  beacon  frames  bytes a", end="")
    print("  collided   deaf  firmware's own  posted  all hold")
    print("              %     n        s     s       s       s       s       n    frame", end="")
    print("         n      n       s       n       s    all s")
    for row in rows:
        failed = f"   {row.incomplete} incomplete" if row.incomplete else ""
        print(
            f"{row.side:10} {100 * row.loss:4.0f} {row.runs:5} {row.airtime_s:8.1f} "
            f"{row.error_s:5.1f} {row.push_s:7.1f} {row.repair_s:7.1f} {row.beacon_s:7.1f} "
            f"{row.frames:7.1f} {row.frame_bytes:8.1f} {row.collided:9.1f} {row.deaf:6.1f} "
            f"{row.other_s:7.2f} {row.other_frames:7.1f} {row.posting_s:7.2f} "
            f"{row.duration_s:8.1f}{failed}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="W1 among real daemons and simulated ones.")
    parser.add_argument("--loss", type=float, action="append", help="share of packets (0.2)")
    parser.add_argument("--preset", choices=sorted(PRESETS), default=PRESET, help=f"({PRESET})")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of daemons ({RUNS})")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"at a time ({AT_ONCE})")
    parser.add_argument("--worlds", type=int, default=WORLDS, help=f"simulated ({WORLDS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = []
    for loss in arguments.loss or LOSSES:
        preset = arguments.preset
        runs = asyncio.run(real_runs(arguments.runs, arguments.at_once, loss, preset))
        rows.append(row_of("daemons", preset, loss, runs))
        worlds = [simulated(seed, loss, preset) for seed in range(arguments.worlds)]
        rows.append(row_of("simulator", preset, loss, worlds))
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print(f"{arguments.preset}, {NODES} nodes in one domain, {BULLETINS} bulletins at one of them")
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
