"""Every benchmark at its smallest, as a person would start it: it ends and says what it must.

What the figures are is not tested here; they belong to docs/benchmarks.md.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 600


def bench(name: str, *words: str) -> Any:
    """Run a benchmark with `--json`; return its document."""
    done = subprocess.run(
        [sys.executable, f"bench/{name}.py", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_growth_counts_every_axis():
    found = bench("growth", "--seeds", "1", "--loss", "0", "--sizes", "2", "5")
    sizes = {(row["axis"], row["size"]) for row in found["rows"]}
    assert sizes == {
        (axis, size) for axis in ("nodes", "objects", "behind", "difference") for size in (2, 5)
    }
    for row in found["rows"]:
        assert row["incomplete"] == 0
        assert row["ratio"] >= 1.0
        parts_s = row["push_s"] + row["repair_s"] + row["beacon_s"]
        assert 0 < parts_s <= 1.02 * row["airtime_s"]


def test_growth_holds_airtime_over_what_is_shared_against_its_bar():
    found = bench(
        "growth", "--seeds", "1", "--loss", "0", "--axis", "objects", "--sizes", "100", "200"
    )
    (bar,) = found["bars"]
    assert bar["limit"] == 1.2
    assert bar["is_met"] == (bar["figure"] <= 1.2)


def test_catching_up_is_compared_with_the_signatures_and_the_bytes_missing():
    found = bench("catchup", "--objects", "200")
    whole, part = found["rows"]
    assert (whole["missing"], part["missing"]) == (200, 2)
    for row in found["rows"]:
        assert min(row["receiver_s"], row["signatures_s"]) > 0
        assert row["sent_bytes"] > row["missing_bytes"] > 0
    assert {bar["limit"] for bar in found["bars"]} == {1.5, 1.05}


def test_the_simulator_is_timed_in_seconds_and_in_calibrations():
    found = bench("simulator", "--nodes", "4", "--hours", "0.2")
    (row,) = found["rows"]
    assert (row["nodes"], row["hours"]) == (4, 0.2)
    assert row["calibrations"] == pytest.approx(row["cpu_s"] / row["calibration_s"])
    assert found["bars"][0]["limit"] == pytest.approx(60 * 0.2 / 24)


def test_a_daemon_s_start_and_memory_are_read():
    found = bench("footprint", "--objects", "0", "50", "--starts", "1")
    assert [(row["objects"], row["setting"]) for row in found["rows"]] == [
        (0, "alone"),
        (50, "alone"),
        (50, "in use"),
        (50, "private"),
    ]
    for row in found["rows"]:
        assert 0 < row["python_s"] < row["start_s"]
        assert 10 < row["resident_mb"] <= row["peak_mb"]


def test_views_are_compared_with_plain_sql():
    found = bench("views", "--objects", "60", "--asks", "2")
    rows = {row["what"]: row for row in found["rows"]}
    for what in ("list", "list, changed", "search, one word", "search, nothing found"):
        row = rows[what]
        assert row["ratio"] == pytest.approx(row["median_ms"] / row["plain_ms"])
    assert rows["list, first"]["found"] == rows["board, from nothing"]["found"] == 60
    assert rows["list, filtered"]["found"] == 60
    assert rows["search, a letter"]["found"] > rows["search, nothing found"]["found"] == 0
    assert {bar["limit"] for bar in found["bars"]} == {5.0, 50.0}


def test_texts_are_measured_in_both_languages_beside_the_best_other():
    found = bench("text")
    assert {row["language"] for row in found["rows"]} == {"de", "en"}
    for row in found["rows"]:
        bits = 8 * row["bytes_a_text"] * row["texts"] / row["characters"]
        assert row["bits_a_character"] == pytest.approx(bits)
    assert len(found["bars"]) == 4


def test_airtime_is_a_multiple_of_its_bound():
    (row,) = bench("airtime", "--reference", "--loss", "0", "--seeds", "1")
    assert row["incomplete"] == 0
    assert row["ratio"] >= 1.0


def test_peers_without_the_foreign_programs_are_compared_with_ours():
    found = bench("peers", "--quick", "--no-lxmf", "--seeds", "1")
    ours = next(row for row in found["rows"] if row["peer"] == "meshnode")
    assert {row["loss"] for row in found["rows"]} == {0.2}
    for row in found["rows"]:
        assert row["to_ours"] == pytest.approx(row["airtime_s"] / ours["airtime_s"])
    assert found["bars"] == []
