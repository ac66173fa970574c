"""How airtime grows: with the nodes, with what they share already, with what one of them lacks.

    python bench/growth.py                        all of it, at 0 and 20 % loss
    python bench/growth.py --axis objects         only one of nodes, objects, behind, difference
    python bench/growth.py --sizes 2 40           other sizes than the usual ones
    python bench/growth.py --seeds 10 --json      more worlds; the same numbers for programs

nodes       20 bulletins at one of so many nodes in one domain (W1)
objects     4 nodes share so many objects, then 5 new ones of 150 characters (the reference job)
behind      5 nodes share so many objects, one was off while 8 more came; from when it is back
difference  a node among 5 that was off while so many of 100 came (W5); from when it is back
`ideal` is what an erasure code without any flaw would cost for all receivers together, as a
multiple of the bound, which asks for one receiver only: a frame that one lacks another has.
Airtime must follow what is new, never what is shared: from 100 to 10,000 objects it may change
by a fifth. Virtual time and the real engine, so the numbers do not depend on the machine.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from math import comb
from statistics import fmean
from typing import Final

from airtime import LIVES_MINUTES, SETTLE_MS, Meter, Run, quiet_world, spread, texts
from bars import Bar, document, print_bars, print_json, standard_error

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX, DAY_MINUTES
from meshnode.board.trust.accounts import SPEAKER_DAY_MAX
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.medium import LONG_FAST
from meshnode.protocol.object import Kind, compose, lifetime_code_for
from meshnode.sim import topology
from meshnode.sim.packet import HEADER_BYTES, framing_bytes
from meshnode.sim.world import START_MIN, World

LOSSES: Final = (0.0, 0.2)
SEEDS: Final = 10
FLAT: Final = 1.2
"""The dearest of the worlds with at least `FLAT_FROM` objects may cost so many times the
cheapest."""
FLAT_FROM: Final = 100
BODIES: Final = 120
"""Held objects repeat these texts: they never travel, and their ids differ all the same."""
BEHIND_BY: Final = 8
DIFFERENCE_OF: Final = 100
FLAT_AXES: Final = {
    "objects": "5 new among",
    "behind": "8 missed among",
}
"""What may not cost more because much is shared."""
RECEIVERS: Final = {"objects": 3, "behind": 1, "difference": 1}
"""Who lacks what is new; among n nodes it is all but one."""
FRAME_S: Final = (
    LONG_FAST.airtime_ms(
        FRAME_BYTES_MAX_DEFAULT + HEADER_BYTES + framing_bytes(FRAME_BYTES_MAX_DEFAULT)
    )
    / 1000
)
"""A full frame, with what Meshtastic puts around it."""
PAST_DAYS: Final = BULLETIN_MINUTES_MAX // DAY_MINUTES - 1
"""What was written earlier ends while we measure."""
NEGLIGIBLE: Final = 1e-9
SIZES: Final[dict[str, tuple[int, ...]]] = {
    "nodes": (2, 3, 5, 8, 12, 20),
    "objects": (100, 1_000, 3_000, 10_000),
    "behind": (100, 1_000, 3_000, 10_000),
    "difference": (1, 2, 4, 8, 16, 32, 60),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The mean of the worlds of one size at one loss; times in seconds."""

    axis: str
    size: int
    loss: float
    runs: int
    incomplete: int
    frames: float
    push_s: float
    repair_s: float
    beacon_s: float
    airtime_s: float
    airtime_error_s: float
    duration_s: float
    ratio: float
    ideal: float


def with_nodes(seed: int, loss: float, size: int) -> Run:
    """W1 with `size` nodes."""
    world = quiet_world(seed, size, loss, topology.full)
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in texts(seed, 20, (60, 300))]
    return spread(world, ids, loss=loss, hops=1, meter=meter)


def with_objects(seed: int, loss: float, size: int) -> Run:
    """The reference job after `size` objects instead of 100."""
    world = quiet_world(seed, 4, loss, topology.full)
    fill(world, size)
    world.share_disks()
    world.run_for(SETTLE_MS)
    meter = Meter(world)
    ids = [world.nodes["n0"].post(text) for text in texts(seed, 105, (150, 150))[100:]]
    return spread(world, ids, loss=loss, hops=1, meter=meter)


def with_difference(seed: int, loss: float, size: int) -> Run:
    """W5 where `size` of 100 are missed."""
    world = quiet_world(seed, 5, loss, topology.full)
    lines = texts(seed, DIFFERENCE_OF, (60, 300))
    shared = DIFFERENCE_OF - size
    for text in lines[:shared]:
        world.nodes["n1"].post(text, minutes=LIVES_MINUTES)
    return back_after(world, lines[shared:], loss)


def behind(seed: int, loss: float, size: int) -> Run:
    """W5 where `BEHIND_BY` are missed and `size` are shared."""
    world = quiet_world(seed, 5, loss, topology.full)
    fill(world, size)
    return back_after(world, texts(seed, BEHIND_BY, (60, 300)), loss)


def back_after(world: World, missed: Sequence[str], loss: float) -> Run:
    """Share all disks, let one node miss these texts; return what it costs once it is back."""
    world.share_disks()
    world.nodes["n4"].crash()
    ids = [world.nodes["n0"].post(text, minutes=LIVES_MINUTES) for text in missed]
    world.run_for(SETTLE_MS)
    meter = Meter(world)
    world.nodes["n4"].start()
    return spread(world, ids, loss=loss, hops=1, meter=meter)


AXES: Final[dict[str, Callable[[int, float, int], Run]]] = {
    "nodes": with_nodes,
    "objects": with_objects,
    "behind": behind,
    "difference": with_difference,
}


def fill(world: World, count: int) -> None:
    """Put `count` objects on the disks, as if all nodes had written them in the last days.

    No author has more of a day than others take. The nodes must boot anew.

    Raises:
        ValueError: So many nodes cannot have written so many.
    """
    nodes = list(world.nodes.values())
    count_max = len(nodes) * PAST_DAYS * SPEAKER_DAY_MAX
    if count > count_max:
        raise ValueError(
            f"{len(nodes)} nodes write {count_max} objects that still live, not {count}"
        )
    for index, (codec, body) in enumerate(islice(cycle(bodies()), count)):
        turn, author = divmod(index, len(nodes))
        day, number = divmod(turn, SPEAKER_DAY_MAX)
        node = nodes[author]
        node.disk.sequence += 1
        thing = compose(
            key=node.key,
            community=node.rules.community,
            kind=Kind.BULLETIN,
            codec=codec,
            body=body,
            sequence=node.disk.sequence,
            created_min=START_MIN - (day + 1) * DAY_MINUTES + number % 24 * 60,
            lifetime_code=lifetime_code_for(BULLETIN_MINUTES_MAX),
        )
        node.disk.objects[thing.id] = thing


@cache
def bodies() -> tuple[tuple[int, bytes], ...]:
    """Return encoded bulletins; compressing a text costs far more than signing it."""
    return tuple(
        encode_bulletin(BulletinFields(text, None, "general", Severity.INFO))
        for text in texts(0, BODIES, (150, 150))
    )


def measure(axis: str, size: int, loss: float, seeds: int) -> Row:
    """Return the mean over `seeds` worlds; seeds count from 0."""
    runs = [AXES[axis](seed, loss, size) for seed in range(seeds)]
    return Row(
        axis=axis,
        size=size,
        loss=loss,
        runs=len(runs),
        incomplete=sum(not run.is_complete for run in runs),
        frames=fmean(run.frames for run in runs),
        push_s=fmean(run.push_s for run in runs),
        repair_s=fmean(run.repair_s for run in runs),
        beacon_s=fmean(run.beacon_s for run in runs),
        airtime_s=fmean(run.airtime_s for run in runs),
        airtime_error_s=standard_error([run.airtime_s for run in runs]),
        duration_s=fmean(run.duration_s for run in runs),
        ratio=sum(run.airtime_s for run in runs) / sum(run.bound_s for run in runs),
        ideal=ideal(
            round(fmean(run.bound_s for run in runs) * (1 - loss) / FRAME_S),
            loss=loss,
            receivers=RECEIVERS.get(axis, size - 1),
        ),
    )


def ideal(frames: int, *, loss: float, receivers: int) -> float:
    """Return how many frames an ideal code sends until each of some receivers has `frames` of
    them, on average, as a multiple of `frames` / (1 - loss). Losses are independent.
    """
    frames = max(1, frames)
    sent = 0
    expected = 0.0
    missing = 1.0
    while missing > NEGLIGIBLE:
        expected += missing
        sent += 1
        enough = sum(
            comb(sent, lost) * loss**lost * (1 - loss) ** (sent - lost)
            for lost in range(sent - frames + 1)
        )
        missing = 1 - enough**receivers
    return expected * (1 - loss) / frames


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return how flat airtime is over what is shared, one bar a loss."""
    bars = []
    for axis, loss in dict.fromkeys((row.axis, row.loss) for row in rows):
        mine = [row for row in rows if (row.axis, row.loss) == (axis, loss)]
        spent_s = [row.airtime_s for row in mine if row.size >= FLAT_FROM]
        if axis in FLAT_AXES and len(spent_s) > 1:
            sizes = f"{FLAT_AXES[axis]} {mine[0].size} to {mine[-1].size} objects"
            what = f"dearest to cheapest, {sizes}, {100 * loss:.0f} % loss"
            bars.append(Bar(what, max(spent_s) / min(spent_s), FLAT))
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row, one block an axis."""
    axis = ""
    for row in rows:
        if row.axis != axis:
            axis = row.axis
            print(f"\n{axis:10}  loss  frames    push  repair  beacon   airtime    +-   ", end="")
            print("all hold  ratio  ideal")
            print("               %       n       s       s       s         s     s   all after")
        failed = f"   {row.incomplete} of {row.runs} incomplete" if row.incomplete else ""
        print(
            f"{row.size:10} {100 * row.loss:5.0f} {row.frames:7.1f} {row.push_s:7.1f} "
            f"{row.repair_s:7.1f} {row.beacon_s:7.1f} {row.airtime_s:9.1f} "
            f"{row.airtime_error_s:5.1f} {row.duration_s:10.0f} s {row.ratio:6.2f} "
            f"{row.ideal:6.2f}{failed}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="How airtime grows.")
    parser.add_argument("--axis", action="append", choices=AXES, help="only this one; repeatable")
    parser.add_argument("--sizes", type=int, nargs="+", help="instead of the usual ones")
    parser.add_argument("--loss", type=float, action="append", help="share of packets, 0..0.9")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"worlds of each kind ({SEEDS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [
        measure(axis, size, loss, arguments.seeds)
        for axis in arguments.axis or AXES
        for loss in arguments.loss or LOSSES
        for size in arguments.sizes or SIZES[axis]
    ]
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print(f"LongFast, frames of 200 bytes, mean of {arguments.seeds} worlds each")
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
