"""Seeds side by side: same reports, same order, and an end when somebody has had enough."""

import os
import subprocess
import sys
from dataclasses import replace

from meshnode.sim.batch import _other_salt, play_seed, play_seeds, trace_elsewhere
from meshnode.sim.play import Play
from meshnode.sim.report import lines
from meshnode.sim.scenario import Layout, Posts, Scenario, Shape

CORNER = Scenario(
    title="a corner",
    nodes=3,
    hours=0.5,
    layout=Layout(shape=Shape.FULL, loss=0.2),
    posts=Posts(info=10, severe=4),
)
LONG = replace(CORNER, hours=700)


def same(report):
    return replace(report, wall_s=0.0)


def test_two_processes_report_what_one_reports_in_the_order_of_the_seeds():
    alone = [same(play_seed(CORNER, seed)) for seed in range(4, 9)]
    together = [same(report) for report in play_seeds(CORNER, range(4, 9), jobs=2)]
    assert together == alone
    assert [report.seed for report in together] == [4, 5, 6, 7, 8]
    assert len({report.trace for report in together}) == 5


def test_a_run_elsewhere_has_the_same_trace():
    assert trace_elsewhere(CORNER, 4) == play_seed(CORNER, 4).trace


def test_elsewhere_python_salts_its_hashes_otherwise():
    ask = [sys.executable, "-c", "print(hash('a word'))"]
    before = os.environ.get("PYTHONHASHSEED")
    with _other_salt():
        first, second = (
            subprocess.run(ask, capture_output=True, check=True).stdout for _ in range(2)
        )
    assert first == second
    assert int(first) != hash("a word")
    assert os.environ.get("PYTHONHASHSEED") == before


def test_a_run_that_is_stopped_reports_what_it_reached_and_passes_nothing():
    shares = []
    report = play_seed(LONG, 1, progress=shares.append, is_stopped=lambda: len(shares) >= 10)
    assert report.is_stopped
    assert not report.is_passed
    assert report.verdicts == ()
    assert 0.15 < report.played_hours < 0.25
    assert lines(report)[-1] == f"stopped after {report.played_hours:g} of 700 h: nothing is judged"


def test_a_run_that_is_stopped_while_it_waits_for_calm_is_not_judged_either():
    apart = replace(CORNER, layout=Layout(shape=Shape.FULL, loss=0.9), settle_hours=500)
    shares = []
    report = play_seed(apart, 1, progress=shares.append, is_stopped=lambda: shares.count(1.0) > 1)
    assert report.is_stopped or report.settled_minutes == 0.0


def test_seeds_that_have_not_begun_are_left_out_when_somebody_stops():
    reports = list(play_seeds(LONG, range(50), jobs=2, is_stopped=lambda: True))
    assert len(reports) < 4
    assert all(report.is_stopped for report in reports)


def test_what_prepares_a_play_sees_its_first_event():
    seen = []

    def prepare(play: Play) -> None:
        play.world.watchers.append(lambda name, event, effects: seen.append(name))

    report = play_seed(CORNER, 1, prepare=prepare)
    assert len(seen) == report.events
