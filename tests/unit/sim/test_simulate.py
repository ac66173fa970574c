"""`meshnode simulate`: packaged scenarios, their checks, and what is said about wrong ones."""

import importlib
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from meshnode.commands import main
from meshnode.commands.terminal.interruption import Interruption, interruptible
from meshnode.sim.batch import play_seed
from meshnode.sim.checkers import CHECKERS
from meshnode.sim.scenariofile import packaged_names, read
from tests.patience import READY_S, STOP_S

ROOT = Path(__file__).parents[3]
simulation = importlib.import_module("meshnode.commands.node.simulate")
QUIET = resources.files("meshnode.sim") / "scenarios" / "quiet.toml"
CORNER = """
title = "A corner"
nodes = 3
hours = 0.5
[posts]
info = 6
severe = 6
"""
HOPELESS = CORNER.replace("[posts]", '[layout]\nshape = "line"\n[expect]\nhops_max = 1\n[posts]')


def simulate(*words: str):
    return CliRunner().invoke(main, ["simulate", *words])


@pytest.fixture
def corner(tmp_path) -> str:
    file = tmp_path / "corner.toml"
    file.write_text(CORNER, encoding="utf-8")
    return str(file)


def document(*words: str):
    played = simulate(*words, "--json")
    return json.loads(played.stdout), played.exit_code


def test_a_quiet_evening_passes_all_checks_and_gives_the_same_trace_twice():
    first, second = (document("quiet", "--hours", "2") for _ in range(2))
    assert first[1] == 0, first
    assert first[0]["passed"]
    assert first[0]["runs"][0]["trace"] == second[0]["runs"][0]["trace"]
    assert len(first[0]["runs"][0]["verdicts"]) == len(CHECKERS)


def test_another_seed_plays_another_evening(corner):
    traces = {document(corner, "--seed", seed)[0]["runs"][0]["trace"] for seed in ("1", "2", "3")}
    assert len(traces) == 3


def test_seeds_side_by_side_are_those_one_after_the_other(corner):
    alone, _ = document(corner, "--seeds", "3", "--seed", "5")
    together, code = document(corner, "--seeds", "3", "--seed", "5", "--jobs", "2")
    assert code == 0
    for one in (*alone["runs"], *together["runs"]):
        del one["wall_s"]
    assert together == alone
    assert [one["seed"] for one in together["runs"]] == [5, 6, 7]
    shown = simulate(corner, "--seeds", "3", "--seed", "5", "--jobs", "2").stdout.splitlines()
    assert [line[:7] for line in shown] == ["seed 5 ", "seed 6 ", "seed 7 ", "3 of 3 "]


def test_twice_plays_in_another_process_and_says_so(corner):
    told = simulate(corner, "--twice")
    assert told.exit_code == 0
    assert "ok   same twice: a second run in another process had the same events" in told.stdout


def test_twice_fails_where_the_second_run_differs():
    scenario = read(CORNER)
    order = simulation._Order("corner", scenario, range(1, 2), jobs=1, trace=None)
    report = play_seed(scenario, 1)
    other = replace(report, trace="0" * 64)
    told = simulation._played_twice(order, other, Interruption())
    assert not told.is_passed
    assert told.verdicts[-1].sentence == (
        f"a second run in another process differs: trace {report.trace[:16]}"
    )


def test_a_broken_expectation_fails_and_names_the_command_that_plays_it_again(tmp_path):
    file = tmp_path / "row.toml"
    file.write_text(HOPELESS, encoding="utf-8")
    told = simulate(str(file), "--seed", "4")
    assert told.exit_code == 1
    assert "FAIL layout: hops on the longest way: 2 (bound 1)" in told.stdout
    assert f"again: meshnode simulate run {file} --seed 4 --hours 0.5 --nodes 3" in told.stdout
    several = simulate(str(file), "--seeds", "2")
    assert several.exit_code == 1
    assert several.stdout.count("again: ") == 2
    assert "0 of 2 runs passed" in several.stdout


def test_a_trace_is_written_for_one_seed(corner, tmp_path):
    file = tmp_path / "trace.jsonl"
    assert simulate(corner, "--trace", str(file)).exit_code == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    assert all("t_s" in json.loads(line) for line in lines)
    refused = simulate(corner, "--trace", str(file), "--seeds", "2")
    assert refused.exit_code == 2
    assert "one seed" in refused.stderr
    assert simulate(corner, "--trace", str(tmp_path / "no" / "such.jsonl")).exit_code == 2


def test_ctrl_c_shows_what_was_reached(corner, tmp_path):
    trace = tmp_path / "trace.jsonl"
    words = ["simulate", corner, "--hours", "700", "--trace", str(trace)]
    playing = subprocess.Popen(
        [sys.executable, "-m", "meshnode", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline_s = time.monotonic() + READY_S
    while not (trace.exists() and trace.stat().st_size) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    playing.send_signal(signal.SIGINT)
    out, err = playing.communicate(timeout=STOP_S)
    assert playing.returncode == 130
    assert "Stopping; what was reached follows." in err
    assert "of 700 h: nothing is judged" in out
    assert "Traceback" not in err


def test_every_packaged_scenario_is_listed():
    listed = simulate("--list").stdout
    for name in packaged_names():
        assert f"{name} " in listed
    names = [one["name"] for one in json.loads(simulate("--list", "--json").stdout)]
    assert names == packaged_names()


@pytest.mark.parametrize("name", ["line", "star", "partition", "random20", "newcomer", "churn"])
def test_small_scenarios_can_be_read_and_played(name):
    played = simulate(name, "--hours", "0.5")
    assert "same set" in played.stdout, played.output


def test_a_scenario_that_is_not_there_or_not_right_is_told(tmp_path):
    assert simulate("nowhere").exit_code == 2
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("nodez = 3\n" + QUIET.read_text(encoding="utf-8"), encoding="utf-8")
    told = simulate(str(wrong))
    assert told.exit_code == 2
    assert "nodez" in told.output


def test_a_plan_is_words_or_json_and_compares_presets():
    plan = simulate("plan", "--nodes", "3", "--posts-a-day", "20")
    assert plan.exit_code == 0
    assert "Does it fit?    Yes." in plan.stdout
    told = json.loads(simulate("plan", "--nodes", "3", "--posts-a-day", "20", "--json").stdout)
    assert told["fit"] == "fits"
    compared = simulate("plan", "--nodes", "2", "--posts-a-day", "5", "--compare")
    assert "LONG_FAST        1.0x" in compared.stdout
    assert simulate("plan", "--nodes", "1").exit_code == 2


def test_nothing_but_json_is_on_stdout_and_no_progress_on_a_pipe(corner):
    played = simulate(corner, "--json")
    assert json.loads(played.stdout)["passed"]
    assert played.stderr == ""


def test_the_first_ctrl_c_asks_and_the_second_gives_up():
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as interruption:
        assert not interruption.asked()
        signal.raise_signal(signal.SIGINT)
        assert interruption.asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
