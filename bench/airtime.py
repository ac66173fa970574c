"""Airtime against its lower bound: what the gossip of a few nodes costs on one LoRa channel.

    python bench/airtime.py                 all workloads, one table
    python bench/airtime.py --workload W1   only some of them
    python bench/airtime.py --reference     the reference job alone
    python bench/airtime.py --json          the same numbers for programs

Everything runs in virtual time with the real engine, so the numbers do not depend on the machine.
The bound: the signed bytes that the worst receiver lacks, cut into full frames of the size in use,
each broadcast once a hop, divided by 1 - loss (an ideal erasure code for a single receiver).
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations, cycle
from math import dist
from pathlib import Path as File
from random import Random
from statistics import fmean
from typing import Final

from meshnode.protocol.cursor import block
from meshnode.protocol.frames import RADIO_OVERHEAD_BYTES, object_room_bytes
from meshnode.protocol.load import Purpose
from meshnode.protocol.object import ObjectId
from meshnode.sim import topology
from meshnode.sim.channel import Channel, Path
from meshnode.sim.layout import components
from meshnode.sim.streams import stream
from meshnode.sim.world import World

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
LIMIT_MS: Final = 8 * HOUR_MS
"""A workload that has not ended by then counts as failed."""
SETTLE_MS: Final = 2 * HOUR_MS
"""After so long without news the pauses between beacons have their full length."""
STEP_MS: Final = 500
LOSSES: Final = (0.0, 0.1, 0.2, 0.4)
LIVES_MINUTES: Final = 7 * 1440
MESH_NODES: Final = 20
MESH_REACH: Final = 0.32
"""In sides of the square: each node hears about six of twenty."""
TEXTS: Final = File(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Run:
    """What one world cost. Times are in seconds; `bound_s` is 0 where nothing had to be said."""

    frames: int
    push_s: float
    repair_s: float
    beacon_s: float
    airtime_s: float
    duration_s: float
    bound_s: float
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The mean of a workload's runs at one loss."""

    workload: str
    loss: float
    runs: int
    incomplete: int
    frames: float
    push_s: float
    repair_s: float
    beacon_s: float
    airtime_s: float
    duration_s: float
    duration_max_s: float
    ratio: float


class Meter:
    """Reads what a world has spent since the meter was made."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begin_ms = world.now_ms
        self._airtime_ms = world.airtime_ms
        self._frames = world.channel.counters.frames
        self._spent = world.spent_ms()

    def read(self, *, bound_s: float, is_complete: bool) -> Run:
        """Return the difference to now."""
        spent = {
            purpose: (ms - self._spent[purpose]) / 1000
            for purpose, ms in self._world.spent_ms().items()
        }
        return Run(
            frames=self._world.channel.counters.frames - self._frames,
            push_s=spent[Purpose.PUSH],
            repair_s=spent[Purpose.REPAIR],
            beacon_s=spent[Purpose.BEACON],
            airtime_s=(self._world.airtime_ms - self._airtime_ms) / 1000,
            duration_s=(self._world.now_ms - self._begin_ms) / 1000,
            bound_s=bound_s,
            is_complete=is_complete,
        )


def texts(seed: int, count: int, lengths: tuple[int, int]) -> list[str]:
    """Return `count` texts of neighbours, German and English, of lengths between the two."""
    dice = stream(seed, "texts")
    lines = [
        line
        for name in ("held_out_de.txt", "held_out_en.txt")
        for line in (TEXTS / name).read_text(encoding="utf-8").splitlines()
    ]
    dice.shuffle(lines)
    endless = cycle(lines)
    chosen = []
    for _ in range(count):
        length = dice.randint(*lengths)
        text = ""
        while len(text) < length:
            text = f"{text} {next(endless)}".strip()
        chosen.append(text[:length].strip().ljust(lengths[0], "."))
    return chosen


def bound_s(world: World, ids: Iterable[ObjectId], *, loss: float, hops: int) -> float:
    """Return the airtime below which nobody can bring these objects to all, in seconds."""
    held = {
        thing.id: thing for node in world.nodes.values() for thing in node.disk.objects.values()
    }
    total_bytes = sum(len(block(held[one].encoded)) for one in ids)
    room = object_room_bytes(world.frame_bytes_max)
    full, rest = divmod(total_bytes, room)
    medium = next(iter(world.nodes.values())).medium
    airtime_ms = full * medium.airtime_ms(world.frame_bytes_max)
    if rest:
        airtime_ms += medium.airtime_ms(rest + RADIO_OVERHEAD_BYTES)
    return hops * airtime_ms / (1 - loss) / 1000


def quiet_world(seed: int, count: int, loss: float, layout: Callable[..., None]) -> World:
    """Return nodes that know each other and have had nothing to say for a while."""
    world = World(seed, [f"n{index}" for index in range(count)])
    layout(world.channel, list(world.nodes), Path(loss=loss))
    world.start()
    world.run_for(SETTLE_MS)
    return world


def spread(world: World, ids: Iterable[ObjectId], *, loss: float, hops: int, meter: Meter) -> Run:
    """Run until all hold these objects; return what it cost."""
    wanted = tuple(ids)
    is_complete = world.run_until(
        lambda: world.holds_all(wanted), limit_ms=LIMIT_MS, step_ms=STEP_MS
    )
    bound = bound_s(world, wanted, loss=loss, hops=hops)
    return meter.read(bound_s=bound, is_complete=is_complete)


def one_domain(seed: int, loss: float, *, nodes: int = 5) -> Run:
    """W1: 20 bulletins of 60 to 300 characters at one of 5 nodes that hear each other."""
    world = quiet_world(seed, nodes, loss, topology.full)
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in texts(seed, 20, (60, 300))]
    return spread(world, ids, loss=loss, hops=1, meter=meter)


def one_domain_of_twenty(seed: int, loss: float) -> Run:
    """W1 with 20 nodes."""
    return one_domain(seed, loss, nodes=20)


def line_of_four(seed: int, loss: float) -> Run:
    """W2: the same 20 at one end of a line of 4."""
    world = quiet_world(seed, 4, loss, topology.line)
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in texts(seed, 20, (60, 300))]
    return spread(world, ids, loss=loss, hops=3, meter=meter)


def star_of_eight(seed: int, loss: float) -> Run:
    """STAR: the same 20 at one of 7 nodes around one in the middle, hidden from each other."""
    world = quiet_world(seed, 8, loss, topology.star)
    meter = Meter(world)
    ids = [world.nodes["n1"].post(text) for text in texts(seed, 20, (60, 300))]
    return spread(world, ids, loss=loss, hops=2, meter=meter)


def random_mesh(seed: int, loss: float) -> Run:
    """MESH: the same 20 at one of 20 nodes that each hear about six others."""
    world = quiet_world(seed, MESH_NODES, loss, partial(mesh, dice=stream(seed, "mesh")))
    hops = broadcasts_least(world, "n0")
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in texts(seed, 20, (60, 300))]
    return spread(world, ids, loss=loss, hops=hops, meter=meter)


def mesh(channel: Channel, names: Sequence[str], path: Path, *, dice: Random) -> None:
    """Link random points of a square that are near to each other, all reaching all."""
    places = {name: (dice.random(), dice.random()) for name in names}
    reach = MESH_REACH
    while True:
        for one, other in combinations(names, 2):
            if dist(places[one], places[other]) <= reach:
                channel.connect(one, other, path)
                channel.connect(other, one, path)
        if len(components(channel, names)) == 1:
            return
        reach += 0.02


def broadcasts_least(world: World, source: str) -> int:
    """Return how many nodes have to speak, the source among them, so that all hear."""
    names = list(world.nodes)
    hear = {
        one: {other for other in names if world.channel.path(one, other) is not None}
        for one in names
    }
    others = [name for name in names if name != source]
    for count in range(len(names)):
        for speakers in combinations(others, count):
            chosen = {source, *speakers}
            if len(set().union(chosen, *(hear[one] for one in chosen))) < len(names):
                continue
            heard, edge = {source}, [source]
            while edge:
                new = (hear[edge.pop()] & chosen) - heard
                heard |= new
                edge += sorted(new)
            if heard == chosen:
                return count + 1
    raise ValueError(f"not all nodes can be reached from {source}")


def healed_clusters(seed: int, loss: float) -> Run:
    """W3: two clusters of 3 wrote 10 bulletins each, apart; from when they hear each other."""
    world = quiet_world(seed, 6, loss, topology.full)
    names = list(world.nodes)
    world.channel.partition(names[:3], names[3:])
    lines = texts(seed, 20, (60, 300))
    ids = [world.nodes[names[index % 6]].post(text) for index, text in enumerate(lines)]
    world.run_for(SETTLE_MS)
    world.channel.heal()
    return spread(world, ids, loss=loss, hops=1, meter=Meter(world))


def idle_hour(seed: int, loss: float) -> Run:
    """W4: an hour with nothing new among 5 nodes, the mean of four."""
    hours = 4
    world = quiet_world(seed, 5, loss, topology.full)
    meter = Meter(world)
    world.run_for(hours * HOUR_MS)
    run = meter.read(bound_s=0.0, is_complete=world.is_converged())
    return Run(
        frames=run.frames // hours,
        push_s=run.push_s / hours,
        repair_s=run.repair_s / hours,
        beacon_s=run.beacon_s / hours,
        airtime_s=run.airtime_s / hours,
        duration_s=run.duration_s / hours,
        bound_s=0.0,
        is_complete=run.is_complete,
    )


def missed_some(seed: int, loss: float) -> Run:
    """W5: a node that was off while 8 of 60 bulletins came; from when it is back."""
    world = quiet_world(seed, 5, loss, topology.full)
    lines = texts(seed, 60, (60, 300))
    for text in lines[:52]:
        world.nodes["n0"].post(text, minutes=LIVES_MINUTES)
    world.share_disks()
    world.nodes["n4"].crash()
    ids = [world.nodes["n0"].post(text, minutes=LIVES_MINUTES) for text in lines[52:]]
    world.run_for(SETTLE_MS)
    meter = Meter(world)
    world.nodes["n4"].start()
    return spread(world, ids, loss=loss, hops=1, meter=meter)


def reference_job(seed: int, loss: float) -> Run:
    """Reference: 100 posts shared by 4 nodes, then 5 new ones of 150 characters at one."""
    world = quiet_world(seed, 4, loss, topology.full)
    lines = texts(seed, 105, (150, 150))
    for text in lines[:100]:
        world.nodes["n1"].post(text, minutes=LIVES_MINUTES)
    world.share_disks()
    world.run_for(SETTLE_MS)
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in lines[100:]]
    return spread(world, ids, loss=loss, hops=1, meter=meter)


WORKLOADS: Final[dict[str, Callable[[int, float], Run]]] = {
    "W1": one_domain,
    "W1x20": one_domain_of_twenty,
    "W2": line_of_four,
    "STAR": star_of_eight,
    "MESH": random_mesh,
    "W3": healed_clusters,
    "W4": idle_hour,
    "W5": missed_some,
    "REF": reference_job,
}


def measure(workload: str, loss: float, seeds: int) -> Row:
    """Return the mean over `seeds` worlds; seeds count from 0."""
    runs = [WORKLOADS[workload](seed, loss) for seed in range(seeds)]
    total_bound_s = sum(run.bound_s for run in runs)
    total_s = sum(run.airtime_s for run in runs)
    return Row(
        workload=workload,
        loss=loss,
        runs=len(runs),
        incomplete=sum(not run.is_complete for run in runs),
        frames=fmean(run.frames for run in runs),
        push_s=fmean(run.push_s for run in runs),
        repair_s=fmean(run.repair_s for run in runs),
        beacon_s=fmean(run.beacon_s for run in runs),
        airtime_s=fmean(run.airtime_s for run in runs),
        duration_s=fmean(run.duration_s for run in runs),
        duration_max_s=max(run.duration_s for run in runs),
        ratio=total_s / total_bound_s if total_bound_s else 0.0,
    )


def print_table(rows: Iterable[Row]) -> None:
    """Print one line a row."""
    print("          loss  frames    push  repair  beacon   airtime    all hold all   ratio to")
    print("             %       n       s       s       s         s    mean s   max s  the bound")
    for row in rows:
        ratio = f"{row.ratio:9.2f}" if row.ratio else "        -"
        failed = f"   {row.incomplete} of {row.runs} incomplete" if row.incomplete else ""
        print(
            f"{row.workload:8} {100 * row.loss:5.0f} {row.frames:7.1f} {row.push_s:7.1f} "
            f"{row.repair_s:7.1f} {row.beacon_s:7.1f} {row.airtime_s:9.1f} "
            f"{row.duration_s:9.0f} {row.duration_max_s:7.0f}  {ratio}{failed}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Airtime against its lower bound.")
    parser.add_argument("--workload", action="append", choices=WORKLOADS, help="only this one")
    parser.add_argument("--reference", action="store_true", help="only the reference job")
    parser.add_argument("--loss", type=float, action="append", help="share of packets, 0..0.9")
    parser.add_argument("--seeds", type=int, default=10, help="worlds of each kind (10)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    chosen = ["REF"] if arguments.reference else arguments.workload or list(WORKLOADS)
    losses = arguments.loss or LOSSES
    rows = [measure(name, loss, arguments.seeds) for name in chosen for loss in losses]
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print(f"LongFast, frames of 200 bytes, mean of {arguments.seeds} worlds each")
        print_table(rows)


if __name__ == "__main__":
    main()
