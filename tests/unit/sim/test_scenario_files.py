"""Scenarios: what files may say, what is refused, and where the nodes stand then."""

import re
import tomllib
from contextlib import suppress
from dataclasses import fields
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.sim import scenario as scenarios
from meshnode.sim.channel import Channel
from meshnode.sim.kernel import Kernel
from meshnode.sim.layout import components, hops, lay_out
from meshnode.sim.presets import PRESETS
from meshnode.sim.radio import VirtualRadio
from meshnode.sim.scenario import Layout, Scenario, Shape
from meshnode.sim.scenariofile import load, packaged_names, read
from meshnode.sim.streams import stream
from meshnode.sim.table import ScenarioError

SMALL = 'title = "small"\nnodes = 4\nhours = 1\n'
FORMAT = Path(__file__).parents[3] / "docs" / "spec" / "scenarios.md"


def channel_of(layout: Layout, count: int, seed: int = 1):
    channel = Channel(Kernel(), PRESETS["LONG_FAST"], seed=seed)
    names = [f"n{number:03}" for number in range(count)]
    for number, name in enumerate(names):
        VirtualRadio(channel, name=name, number=number, dice=stream(seed, "radio", name))
    lay_out(channel, names, layout, seed=seed)
    return channel, names


@pytest.mark.parametrize("name", packaged_names())
def test_every_packaged_scenario_has_a_title_and_the_hops_that_it_says(name):
    scenario = load(name)
    assert len(scenario.title) > 10
    channel, names = channel_of(scenario.layout, scenario.nodes)
    assert len(components(channel, names)) == 1, "a scenario needs a mesh in one piece"
    if scenario.expect.hops_max is not None:
        assert hops(channel, names) <= scenario.expect.hops_max


@pytest.mark.parametrize(
    ("name", "nodes", "posts_an_hour", "minutes"),
    [
        ("quiet", 12, 10, 5),
        ("busy", 50, 60, 10),
        ("town", 50, 60, 10),
        ("surge", 200, 600, 15),
        ("abuse", 20, 20, 20),
    ],
)
def test_the_four_loads_are_those_of_the_plan(name, nodes, posts_an_hour, minutes):
    scenario = load(name)
    assert scenario.nodes == nodes
    assert sum(scenario.posts.an_hour(severity) for severity in Severity) == posts_an_hour
    assert scenario.expect.alert_p95_minutes == minutes


def test_the_loads_that_are_abused_have_their_flooders_and_liars():
    surge, abuse = load("surge"), load("abuse")
    assert surge.flooders.count == 1
    assert abuse.flooders.count == 3
    assert abuse.liars.count == 0.3 * abuse.nodes


def test_a_small_file_has_everything_else_by_default():
    assert read(SMALL) == Scenario(title="small", nodes=4, hours=1.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "title is missing"),
        ("nodes = ", "not TOML"),
        (SMALL + "nodez = 3", "There is no key nodez"),
        (SMALL.replace("4", "0"), "nodes = 0 is not possible; choose a whole number from 1"),
        (SMALL.replace("4", "4.5"), "nodes = 4.5"),
        (SMALL.replace("1", "nan"), "hours = nan"),
        (SMALL + 'preset = "FASTEST"', "preset = 'FASTEST'"),
        (SMALL + "layout = 3", "layout = 3"),
        (SMALL + '[layout]\nshape = "ring"', "layout.shape = 'ring'"),
        (SMALL + "[layout]\nloss = 1.5", "layout.loss = 1.5"),
        (SMALL + "[layout]\nsnr_spread_db = -1", "layout.snr_spread_db = -1"),
        (SMALL + "[posts]\ncharacters = [9, 3]", "posts.characters"),
        (SMALL + "[posts]\nlifetimes_hours = []", "posts.lifetimes_hours"),
        (SMALL + "[[crashes]]\nat_hours = 0.5", "crashes[1].restarts_at_hours is missing"),
        (SMALL + "[[partitions]]\nat_hours = 0.5\nheals_at_hours = 0.2", "is not after"),
        (SMALL + "[[newcomers]]\nat_hours = 3", "after the end"),
        (SMALL + "[churn]\ncount = 4", "at least one ordinary node"),
        (SMALL + "[churn]\non_hours = 0", "churn.on_hours = 0"),
        (SMALL + "[expect]\nalert_p95_minutes = 0", "expect.alert_p95_minutes = 0"),
        (SMALL + "[expect]\nhops_max = true", "expect.hops_max = True"),
        (SMALL + "[expect]\nalerts = 3", "There is no key expect.alerts"),
    ],
)
def test_what_is_not_possible_is_refused_with_its_key(text, told):
    with pytest.raises(ScenarioError) as caught:
        read(text)
    assert told in str(caught.value)


@given(st.text(max_size=200))
def test_whatever_a_file_says_it_is_read_or_refused(text):
    with suppress(ScenarioError):
        read(SMALL + text)


@given(
    st.sampled_from(["layout", "posts", "flooders", "liars", "churn", "expect"]),
    st.sampled_from(["loss", "count", "info", "hops_max", "on_hours", "clusters", "width_m"]),
    st.one_of(st.integers(), st.floats(), st.booleans()),
)
def test_whatever_number_a_key_has_it_is_read_or_refused(table, key, value):
    written = str(value).lower()
    with suppress(ScenarioError):
        read(f"{SMALL}[{table}]\n{key} = {written}\n")


def test_a_shorter_run_leaves_out_what_would_come_after_its_end():
    shorter = load("partition").changed(hours=4)
    assert [one.at_hours for one in shorter.partitions] == [3.0]
    assert shorter.crashes == ()
    with pytest.raises(ScenarioError, match=r"hours = 0\.0"):
        load("partition").changed(hours=0.0)
    with pytest.raises(ScenarioError, match="preset"):
        load("partition").changed(preset="FASTEST")


def test_the_format_s_page_names_every_key_and_the_packaged_scenarios():
    page = FORMAT.read_text(encoding="utf-8")
    written = set(re.findall(r"[`\[]([a-z_0-9]+)[`\]]", page))
    for name in packaged_names():
        assert name in written
        file = resources.files("meshnode.sim") / "scenarios" / f"{name}.toml"
        _assert_named(tomllib.loads(file.read_text(encoding="utf-8")), written)
    for kind in (scenarios.Layout, scenarios.Churn, scenarios.Expect, scenarios.Liars):
        assert {field.name for field in fields(kind)} <= written


def _assert_named(table, written):
    for key, value in table.items():
        assert key in written, f"{key} is not in docs/spec/scenarios.md"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                _assert_named(inner, written)


def test_clusters_in_a_row_have_two_hops_each_less_one():
    for clusters in (1, 2, 3, 4):
        layout = Layout(shape=Shape.CLUSTERS, clusters=clusters, bridges=2)
        channel, names = channel_of(layout, 48)
        assert hops(channel, names) == 2 * clusters - 1
        assert len(components(channel, names)) == 1


def test_a_cut_makes_two_components():
    channel, names = channel_of(Layout(shape=Shape.LINE), 6)
    assert hops(channel, names) == 5
    channel.partition(names[:2], names[2:])
    assert components(channel, names) == [names[:2], names[2:]]


def test_a_spread_of_signals_is_alike_in_both_directions_and_keeps_the_loss():
    layout = Layout(shape=Shape.FULL, loss=0.2, snr_spread_db=6.0)
    channel, names = channel_of(layout, 12)
    paths = {
        (one, other): channel.path(one, other) for one in names for other in names if one != other
    }
    assert all(paths[one, other] == paths[other, one] for one, other in paths)
    assert {path.loss for path in paths.values()} == {0.2}
    strengths = [path.snr_db for path in paths.values()]
    assert max(strengths) - min(strengths) > 12
    more, _ = channel_of(layout, 13)
    assert all(more.path(*pair) == path for pair, path in paths.items())


@pytest.mark.parametrize("digits", ["9" * 5000, "9" * 4000, "0x" + "f" * 5000])
@pytest.mark.parametrize("key", ["nodes", "hours"])
def test_a_number_of_thousands_of_digits_is_refused(key, digits):
    text = SMALL.replace(f"{key} = ", f"{key} = {digits}\nx = ")
    with pytest.raises(ScenarioError):
        read(text)


def test_lists_nested_as_deep_are_refused():
    with pytest.raises(ScenarioError, match="not TOML"):
        read(SMALL + "x = " + "[" * 5000)


def test_a_refusal_repeats_only_the_beginning_of_a_value():
    with pytest.raises(ScenarioError) as caught:
        read(SMALL.replace("nodes = 4", f"nodes = '{'x' * 5000}'"))
    assert len(str(caught.value)) < 200
