"""The same code runs in the daemon: W1 among five real nodes, and among five simulated ones.

    python bench/daemon.py                       20 % loss, MediumFast; about 10 minutes
    python bench/daemon.py --loss 0 --loss 0.2   several losses
    python bench/daemon.py --preset SHORT_FAST   another preset, in both
    python bench/daemon.py --runs 8 --at-once 3  more neighbourhoods, more of them at a time
    python bench/daemon.py --settle 12           begin sooner; radios tell their names after 30 s
    python bench/daemon.py --json                the same numbers for programs

W1: 20 bulletins of 60 to 300 characters posted at once at one of five nodes in one domain, until
all hold all. The real side is five `meshnode run` over TCP on virtual radios that share one
modelled channel in real time; the other side is `meshnode.sim.world` with the same channel,
preset, loss and texts. Both begin with nodes that know each other and had `SETTLE_S` to fall
silent. Counted is what the radios put on the air from the first post on; the firmware's own
packets (names of radios) are counted apart. What a busy machine takes to post, which decides how
many bulletins share a frame, the simulated nodes take as well. The two must agree within 15 %.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from bars import Bar, document, print_bars, print_json, ratio_error, standard_error
from neighbourhoods import BULLETINS, NODES, Run, Setting, real, simulated

from meshnode.sim.presets import PRESETS

PRESET: Final = "MEDIUM_FAST"
LOSSES: Final = (0.2,)
RUNS: Final = 6
AT_ONCE: Final = 3
WORLDS: Final = 24
SETTLE_S: Final = 90.0
"""Until the radios have told their names, 30 s after boot, and the nodes are silent."""
CLOSE: Final = 1.15


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


async def real_runs(count: int, at_once: int, setting: Setting) -> list[Run]:
    """Run some neighbourhoods of daemons, a few at a time."""
    places = asyncio.Semaphore(at_once)

    async def one(seed: int) -> Run:
        async with places:
            return await real(seed, setting)

    return list(await asyncio.gather(*(one(seed) for seed in range(count))))


def row_of(side: str, setting: Setting, runs: Sequence[Run]) -> Row:
    """Return the means of some runs."""
    airtimes_s = tuple(run.traffic.airtime_s for run in runs)
    frames = sum(run.traffic.frames for run in runs)
    return Row(
        side=side,
        preset=setting.preset,
        loss=setting.loss,
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
    parser.add_argument("--settle", type=float, default=SETTLE_S, help=f"seconds ({SETTLE_S:.0f})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = []
    for loss in arguments.loss or LOSSES:
        setting = Setting(arguments.preset, loss, arguments.settle)
        runs = asyncio.run(real_runs(arguments.runs, arguments.at_once, setting))
        rows.append(row_of("daemons", setting, runs))
        worlds = [
            # The same texts as often: they decide more than the dice.
            simulated(
                seed,
                setting,
                text_seed=seed % arguments.runs,
                posting_s=runs[seed % arguments.runs].posting_s,
            )
            for seed in range(arguments.worlds)
        ]
        rows.append(row_of("simulator", setting, worlds))
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print(f"{arguments.preset}, {NODES} nodes in one domain, {BULLETINS} bulletins at one of them")
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
