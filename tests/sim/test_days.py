"""The engine over whole days: convergence, airtime, expiry, and one trace a seed."""

import os
import subprocess
import sys
from pathlib import Path as File

import pytest

from tests.sim.scenario import HOUR_MS, URGENT_SHARE_MAX, Day

ROOT = File(__file__).parents[2]
GATE_SEEDS = range(20)
SWEEP_SEEDS = range(20, 320)
TRACE = """
import sys
sys.path.insert(0, ".")
from tests.sim.scenario import Day
day = Day(7, hours=4)
day.run()
print(day.world.trace_hash, day.world.events)
"""


def check(seed: int) -> None:
    day = Day(seed)
    is_converged = day.run()
    held = {
        name: sorted(one.hex()[:8] for one in node.ids) for name, node in day.world.nodes.items()
    }
    assert is_converged, f"seed {seed}: {[len(ids) for ids in held.values()]}"
    for name, hour in day.sent.items():
        assert hour.max_ms <= URGENT_SHARE_MAX * HOUR_MS, f"seed {seed}: {name} over its budget"
    for name, node in day.world.nodes.items():
        assert not day.withdrawn & node.ids, f"seed {seed}: {name} holds what was withdrawn"
        over = [
            one for one in node.disk.objects.values() if one.expires_min < day.world.minute - 61
        ]
        assert not over, f"seed {seed}: {name} holds what expired more than an hour ago"
        assert node.drops.get("bad_signature", 0) == 0


@pytest.mark.parametrize("seed", GATE_SEEDS)
def test_a_day_of_losses_partitions_crashes_and_wrong_clocks_converges(seed):
    check(seed)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SWEEP_SEEDS)
def test_many_such_days_converge(seed):
    check(seed)


def test_the_same_seed_gives_the_same_trace_whatever_python_s_hash_seed():
    traces = set()
    for hash_seed in ("0", "1", "12345"):
        done = subprocess.run(
            [sys.executable, "-c", TRACE],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        traces.add(done.stdout)
    assert len(traces) == 1
