"""`meshnode simulate`: packaged scenarios, their checks, and what is said about wrong ones."""

import json
from importlib import resources

import pytest
from click.testing import CliRunner

from meshnode.commands import main

QUIET = resources.files("meshnode.sim") / "scenarios" / "quiet.toml"


def simulate(*words: str):
    return CliRunner().invoke(main, ["simulate", *words])


def test_a_quiet_evening_passes_all_checks_and_gives_the_same_trace_twice():
    first, second = (simulate("quiet", "--hours", "2", "--json") for _ in range(2))
    assert first.exit_code == 0, first.output
    one, other = json.loads(first.stdout), json.loads(second.stdout)
    assert "trace" in first.stdout
    one_trace = [line for line in first.stdout.splitlines() if "trace" in line]
    assert one_trace == [line for line in second.stdout.splitlines() if "trace" in line]
    assert one.keys() == other.keys()


def test_another_seed_plays_another_evening():
    first, second = (
        simulate("quiet", "--hours", "1", "--seed", seed, "--json").stdout for seed in ("1", "2")
    )
    traces = [[line for line in text.splitlines() if "trace" in line] for text in (first, second)]
    assert traces[0] != traces[1]


def test_every_packaged_scenario_is_listed():
    listed = simulate("--list").stdout
    for name in ("quiet", "busy", "surge", "abuse", "line", "star", "partition", "newcomer"):
        assert name in listed


@pytest.mark.parametrize("name", ["line", "star", "partition"])
def test_small_scenarios_can_be_read_and_played(name):
    played = simulate(name, "--hours", "1")
    assert "same set" in played.stdout, played.output


def test_a_scenario_that_is_not_there_or_not_right_is_told(tmp_path):
    assert simulate("nowhere").exit_code == 2
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("nodez = 3\n" + QUIET.read_text(encoding="utf-8"), encoding="utf-8")
    told = simulate(str(wrong))
    assert told.exit_code == 2
    assert "nodez" in told.output
