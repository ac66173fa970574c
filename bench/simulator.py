"""What a simulated day costs: seconds of one core for the busy outage, and events a second.

    python bench/simulator.py               50 nodes, 24 hours (scenario `busy`); minutes
    python bench/simulator.py --hours 2     less of it; the bar is scaled with the hours
    python bench/simulator.py --json        the same numbers for programs

Seconds depend on the machine. `calibrations` do not so much: the same time counted in runs of a
fixed loop of hashing, dictionary and heap work, half of them before and half of them after.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from heapq import heappop, heappush
from typing import Final

from bars import Bar, document, print_bars, print_json

from meshnode.sim.play import Play
from meshnode.sim.scenariofile import load

SCENARIO: Final = "busy"
CPU_S_BAR: Final = 60.0
BAR_HOURS: Final = 24.0
"""The bar is for so many hours."""
CALIBRATIONS: Final = 6
CALIBRATION_STEPS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One run. `calibration_s` is one run of the loop; `objects` were posted."""

    scenario: str
    nodes: int
    hours: float
    seed: int
    cpu_s: float
    events: int
    events_a_second: float
    frames: int
    objects: int
    calibration_s: float
    calibrations: float


def calibrate_s() -> float:
    """Return the processor seconds of a fixed piece of work like that of the simulator."""
    began_s = time.process_time()
    heap: list[tuple[int, int]] = []
    seen: dict[bytes, int] = {}
    for step in range(CALIBRATION_STEPS):
        digest = blake2s(step.to_bytes(8, "big")).digest()
        seen[digest[:2]] = step
        heappush(heap, (digest[0], step))
        if len(heap) > 100:
            heappop(heap)
    return time.process_time() - began_s


def measure(*, seed: int, nodes: int | None, hours: float | None) -> Row:
    """Play the scenario once."""
    scenario = load(SCENARIO).changed(hours=hours, nodes=nodes)
    loops_s = [calibrate_s() for _ in range(CALIBRATIONS // 2)]
    play = Play(scenario, seed)
    began_s = time.process_time()
    play.run()
    cpu_s = time.process_time() - began_s
    loops_s += [calibrate_s() for _ in range(CALIBRATIONS - CALIBRATIONS // 2)]
    # The quickest is the least disturbed by what else the machine does.
    calibration_s = min(loops_s)
    return Row(
        scenario=SCENARIO,
        nodes=scenario.nodes,
        hours=scenario.hours,
        seed=seed,
        cpu_s=cpu_s,
        events=play.world.events,
        events_a_second=play.world.events / cpu_s,
        frames=play.world.channel.counters.frames,
        objects=len(play.record.posts),
        calibration_s=calibration_s,
        calibrations=cpu_s / calibration_s,
    )


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the processor time beside its bar, both for the hours that were played."""
    return [
        Bar(
            f"one core for {row.hours:g} h of {row.nodes} nodes",
            row.cpu_s,
            CPU_S_BAR * row.hours / BAR_HOURS,
            "s",
        )
        for row in rows
    ]


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("scenario  nodes  hours  seed   core     events   events  frames  objects  calibrations")
    print("                                  s          n      a s       n        n             n")
    for row in rows:
        print(
            f"{row.scenario:8} {row.nodes:6} {row.hours:6g} {row.seed:5} {row.cpu_s:6.1f} "
            f"{row.events:10} {row.events_a_second:8.0f} {row.frames:7} {row.objects:8} "
            f"{row.calibrations:13.0f}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="What a simulated day costs.")
    parser.add_argument("--hours", type=float, help="instead of the scenario's 24")
    parser.add_argument("--nodes", type=int, help="instead of the scenario's 50")
    parser.add_argument("--seed", type=int, default=1, help="of the world (1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [measure(seed=arguments.seed, nodes=arguments.nodes, hours=arguments.hours)]
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
