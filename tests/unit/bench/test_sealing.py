"""The benchmark of private messages ends and says what it must."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_what_private_messages_cost_is_printed_and_their_sizes_are_met() -> None:
    done = subprocess.run(
        [sys.executable, "bench/sealing.py", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert all(row["microseconds"] > 0 for row in found["rows"])
    assert [bar["is_met"] for bar in found["bars"]] == [True] * 3
