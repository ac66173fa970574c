"""Scenarios under many seeds: whatever goes wrong, all come to hold the same within their budget.

The gate plays small ones under a few seeds; `make sweep` plays a hundred seeds of each, and of
the packaged ones. A failure names the command that plays it again.
"""

from pathlib import Path

import pytest

from meshnode.sim.batch import play_seed
from meshnode.sim.scenariofile import load

ROOT = Path(__file__).parents[2]
NAMES = ("partition", "churn", "flooder", "liars", "rumours")
SMALL = tuple(f"tests/sim/small/{name}.toml" for name in NAMES)
PACKAGED = ("partition", "churn", "liars", "rumours")
"""The packaged flooder takes minutes a seed; its small one stands for it."""
GATE_SEEDS = range(1, 4)
SWEEP_SEEDS = range(100, 200)


def check(name: str, seed: int) -> None:
    file = ROOT / name
    report = play_seed(load(str(file) if file.exists() else name), seed)
    broken = [f"{one.name}: {one.sentence}" for one in report.verdicts if not one.is_kept]
    told = "\n  ".join((*broken, f"again: meshnode simulate run {name} --seed {seed}"))
    assert not broken, f"seed {seed} of {name} fails\n  {told}"
    assert report.posts > 0


@pytest.mark.parametrize("seed", GATE_SEEDS)
@pytest.mark.parametrize("name", SMALL)
def test_a_small_neighbourhood_comes_through(name, seed):
    check(name, seed)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", SWEEP_SEEDS)
@pytest.mark.parametrize("name", SMALL + PACKAGED)
def test_many_neighbourhoods_come_through(name, seed):
    check(name, seed)


def test_a_failure_names_the_command_that_plays_it_again(tmp_path):
    hopeless = tmp_path / "hopeless.toml"
    hopeless.write_text(
        'title = "hopeless"\nnodes = 3\nhours = 0.1\n[layout]\nshape = "line"\n'
        "[expect]\nhops_max = 1\n",
        encoding="utf-8",
    )
    with pytest.raises(AssertionError) as caught:
        check(str(hopeless), 7)
    assert f"again: meshnode simulate run {hopeless} --seed 7" in str(caught.value)
