"""Our gossip against what a user would take instead, on the same modelled LongFast channel.

    python bench/peers.py             0 and 20 % loss; LXMF opportunistic; a few minutes
    python bench/peers.py --quick     20 % loss, fewer worlds, one run of LXMF; two minutes
    python bench/peers.py --full      also 10 % loss, and LXMF direct (over links)
    python bench/peers.py --no-lxmf   only what runs in virtual time; seconds, no network needed
    python bench/peers.py --json      the same numbers for programs

W1: 20 bulletins of 60 to 300 characters at one of 5 nodes that all hear each other, until all hold
all, or until nobody tries any more. The texts, the channel and the losses are the same for all.
LXMF and Reticulum are the real programs, one run or some a loss, in real time with fast clocks;
they are installed from the package index into an environment that is thrown away afterwards.
Everything else is the mean of some worlds in virtual time. The last line is LXMF's airtime as a
multiple of ours at the highest loss.
Not counted for anybody: learning each other's keys.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path as File
from statistics import fmean
from typing import Final

import lxmf_run
from airtime import HOUR_MS, LIMIT_MS, STEP_MS, bound_s, quiet_world, texts
from bars import Bar, document, print_bars, print_json
from shouting import ByteCount, Outcome, replay, text

from meshnode.sim import topology

LOSSES_QUICK: Final = (0.2,)
LOSSES: Final = (0.0, 0.2)
LOSSES_FULL: Final = (0.0, 0.1, 0.2)
BULLETINS: Final = 20
RECEIVERS: Final = 4
WANTED: Final = BULLETINS * RECEIVERS
SEEDS: Final = 10
SEEDS_QUICK: Final = 5
SPEED: Final = 25.0
"""How fast the clocks of the real programs run. At 20 and 40 their frames are the same."""
OURS: Final = "meshnode"
LXMF: Final = "LXMF opportunistic (real)"
LXMF_BAR: Final = 10.0
"""LXMF has to cost so many times as much as we do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One peer at one loss; means over `runs`. `to_ours` is the ratio of airtimes."""

    peer: str
    loss: float
    runs: int
    complete: int
    airtime_s: float
    frames: float
    bytes_sent: float
    held: float
    duration_s: float | None
    """Until all hold all, over the complete runs; None when there is none."""
    hour_after_s: float | None
    to_ours: float
    to_bound: float


def gossip(seed: int, loss: float, lines: Sequence[str]) -> Outcome:
    """Run W1 with our engine; return what it cost, and what the hour after it did."""
    world = quiet_world(seed, RECEIVERS + 1, loss, topology.full)
    count = ByteCount(world.channel)
    frames, airtime_ms, begin_ms = world.channel.counters.frames, world.airtime_ms, world.now_ms
    ids = [world.nodes["n0"].post(line) for line in lines]
    is_complete = world.run_until(lambda: world.holds_all(ids), limit_ms=LIMIT_MS, step_ms=STEP_MS)
    others = list(world.nodes.values())[1:]
    outcome = Outcome(
        frames=world.channel.counters.frames - frames,
        bytes_sent=count.bytes_sent,
        airtime_s=(world.airtime_ms - airtime_ms) / 1000,
        duration_s=(world.now_ms - begin_ms) / 1000,
        held=sum(one in node.ids for node in others for one in ids),
        is_complete=is_complete,
    )
    airtime_ms = world.airtime_ms
    world.run_for(HOUR_MS)
    return replace(outcome, hour_after_s=(world.airtime_ms - airtime_ms) / 1000)


def lower_bound_s(lines: Sequence[str], loss: float) -> float:
    """Return the airtime below which nobody brings our signed objects to all, in seconds."""
    world = quiet_world(0, 2, 0.0, topology.full)
    ids = [world.nodes["n0"].post(line) for line in lines]
    return bound_s(world, ids, loss=loss, hops=1)


def row_of(peer: str, loss: float, outcomes: Sequence[Outcome]) -> Row:
    """Return the mean of some runs, not yet compared with anything."""
    done = [one.duration_s for one in outcomes if one.is_complete]
    after = [one.hour_after_s for one in outcomes if one.hour_after_s is not None]
    return Row(
        peer=peer,
        loss=loss,
        runs=len(outcomes),
        complete=len(done),
        airtime_s=fmean(one.airtime_s for one in outcomes),
        frames=fmean(one.frames for one in outcomes),
        bytes_sent=fmean(one.bytes_sent for one in outcomes),
        held=fmean(one.held for one in outcomes),
        duration_s=fmean(done) if done else None,
        hour_after_s=fmean(after) if after else None,
        to_ours=0.0,
        to_bound=0.0,
    )


def virtual_rows(loss: float, lines: Sequence[str], seeds: int) -> list[Row]:
    """Return all that runs in virtual time, ours first."""
    peers: dict[str, Callable[[int, float, Sequence[str]], Outcome]] = {
        OURS: gossip,
        "replay of the board, every 30 min": replay,
        "Meshtastic text, 3 hops, want_ack": partial(text, is_repeated=True),
        "Meshtastic text, once, no relays": partial(text, is_repeated=False),
    }
    return [
        row_of(peer, loss, [run(seed, loss, lines) for seed in range(seeds)])
        for peer, run in peers.items()
    ]


def lxmf_run_once(
    python: File,
    folder: File,
    lines: Sequence[str],
    *,
    loss: float,
    method: str,
    speed: float,
    seed: int,
) -> Outcome:
    """Run the real programs once."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        result = asyncio.run(
            lxmf_run.measure(
                python, File(home), lines, loss=loss, method=method, speed=speed, seed=seed
            )
        )
    return Outcome(
        frames=result.frames,
        bytes_sent=result.bytes_sent,
        airtime_s=result.airtime_s,
        duration_s=result.duration_s,
        held=result.held,
        is_complete=result.is_complete,
    )


def lxmf_rows(
    losses: Sequence[float], methods: Sequence[str], lines: Sequence[str], speed: float, runs: int
) -> list[Row]:
    """Install the real programs, run them at each loss, and throw them away."""
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        python = lxmf_run.install(File(folder) / "venv")
        rows = []
        for method in methods:
            for loss in losses:
                print(f"LXMF {method} at {100 * loss:.0f} % ...", file=sys.stderr)
                run = partial(
                    lxmf_run_once,
                    python,
                    File(folder),
                    lines,
                    loss=loss,
                    method=method,
                    speed=speed,
                )
                outcomes = [run(seed=seed) for seed in range(runs)]
                rows.append(row_of(f"LXMF {method} (real)", loss, outcomes))
    return rows


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return what LXMF costs as a multiple of ours, the highest loss last."""
    return [
        Bar(
            f"LXMF's airtime to ours at {100 * row.loss:.0f} % loss",
            row.to_ours,
            LXMF_BAR,
            is_floor=True,
        )
        for row in rows
        if row.peer == LXMF
    ]


def compared(rows: Sequence[Row], bounds_s: dict[float, float]) -> list[Row]:
    """Return the rows with their ratios, and the bound as the first row of each loss."""
    ours = {row.loss: row.airtime_s for row in rows if row.peer == OURS}
    return [
        replace(
            row,
            to_ours=row.airtime_s / ours[row.loss],
            to_bound=row.airtime_s / bounds_s[row.loss],
        )
        for row in sorted(rows, key=lambda row: row.loss)
    ]


def print_table(rows: Sequence[Row], bounds_s: dict[float, float]) -> None:
    """Print one line a row, one block a loss."""
    loss = None
    for row in rows:
        if row.loss != loss:
            loss = row.loss
            print(f"\n{100 * loss:.0f} % loss; lower bound {bounds_s[loss]:.1f} s")
            print(f"{'':34}  airtime  frames   bytes    held   all hold  complete  hour      ratio")
            print(
                f"{'':34}        s                    of {WANTED}     all s   of runs   after s"
                "  to ours  to bound"
            )
        done = "-" if row.duration_s is None else f"{row.duration_s:.0f}"
        after = "-" if row.hour_after_s is None else f"{row.hour_after_s:.1f}"
        print(
            f"{row.peer:34} {row.airtime_s:8.1f} {row.frames:7.0f} {row.bytes_sent:7.0f} "
            f"{row.held:7.1f} {done:>9} {row.complete:4} of {row.runs:<2} {after:>8} "
            f"{row.to_ours:8.2f} {row.to_bound:9.2f}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Our gossip against what one would take instead.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="only 20 %% loss, 5 worlds")
    size.add_argument("--full", action="store_true", help="also 10 %% loss and LXMF over links")
    parser.add_argument("--no-lxmf", action="store_true", help="only what runs in virtual time")
    parser.add_argument("--seeds", type=int, help=f"virtual worlds each ({SEEDS})")
    parser.add_argument("--lxmf-runs", type=int, default=1, help="of the real programs each (1)")
    parser.add_argument("--speed", type=float, default=SPEED, help=f"of LXMF's clock ({SPEED:.0f})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    losses = LOSSES_FULL if arguments.full else LOSSES_QUICK if arguments.quick else LOSSES
    seeds = arguments.seeds or (SEEDS_QUICK if arguments.quick else SEEDS)
    methods = ("opportunistic", "direct") if arguments.full else ("opportunistic",)
    lines = texts(0, BULLETINS, (60, 300))
    bounds_s = {loss: lower_bound_s(lines, loss) for loss in losses}
    rows = [row for loss in losses for row in virtual_rows(loss, lines, seeds)]
    if not arguments.no_lxmf:
        rows += lxmf_rows(losses, methods, lines, arguments.speed, arguments.lxmf_runs)
    rows = compared(rows, bounds_s)
    bars = bars_of(rows)
    if arguments.json:
        bounds = [{"loss": loss, "bound_s": value} for loss, value in bounds_s.items()]
        print_json(document(rows, bars, bounds=bounds))
        return
    print_table(rows, bounds_s)
    print_bars(bars)


if __name__ == "__main__":
    main()
