"""Reads a scenario from TOML: the packaged ones by name, others from a file.

Not for: what a scenario means (`scenario`). Invariants: a scenario that was read can be played; a
key that nobody knows or a value that is not possible is refused with its name, the value and what
is possible.
Source: docs/spec/scenarios.md.
"""

from importlib import resources
from pathlib import Path

from meshnode.board.bulletins.bulletin import TEXT_CHARACTERS_MAX, Severity
from meshnode.sim.presets import PRESETS, REGIONS
from meshnode.sim.scenario import (
    ALERT_MINUTES_MAX,
    CLOCK_ERROR_MINUTES_MAX,
    CORRECTION_LAG_S_MAX,
    ENTRIES_MAX,
    FLOOD_A_SECOND_MAX,
    HOURS_MAX,
    HOURS_MIN,
    LIES_AN_HOUR_MAX,
    LIFETIME_HOURS_MAX,
    LOSS_MAX,
    NODES_MAX,
    POSTS_AN_HOUR_MAX,
    SNR_SPREAD_DB_MAX,
    WIDTH_M_MAX,
    Churn,
    Crash,
    Expect,
    Flooders,
    Layout,
    Liars,
    Newcomer,
    Partition,
    Posts,
    Scenario,
    Shape,
    WrongClock,
    check,
)
from meshnode.sim.table import ScenarioError, Table, parse


def packaged_names() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    files = (resources.files("meshnode.sim") / "scenarios").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def load(name_or_file: str) -> Scenario:
    """Return a packaged scenario by its name, or the one in a file.

    Raises:
        ScenarioError: There is none, or it is not valid; the message says where and why.
    """
    if name_or_file in packaged_names():
        file = resources.files("meshnode.sim") / "scenarios" / f"{name_or_file}.toml"
        return read(file.read_text(encoding="utf-8"))
    try:
        text = Path(name_or_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(
            f"There is no scenario {name_or_file!r}. Name a TOML file or one of "
            f"{', '.join(packaged_names())}."
        ) from error
    return read(text)


def read(text: str) -> Scenario:
    """Return the scenario that a TOML document describes.

    Raises:
        ScenarioError: It is not TOML, or not a scenario; the message names key, value and bound.
    """
    table = parse(text)
    scenario = Scenario(
        title=table.text("title"),
        nodes=table.whole("nodes", 1, NODES_MAX),
        hours=table.number("hours", HOURS_MIN, HOURS_MAX),
        preset=table.choice("preset", PRESETS, "LONG_FAST"),
        region=table.choice("region", REGIONS, "EU_868"),
        settle_hours=table.number("settle_hours", HOURS_MIN, HOURS_MAX, 4.0),
        layout=_layout(table.table("layout")),
        posts=_posts(table.table("posts")),
        partitions=tuple(map(_partition, table.tables("partitions", ENTRIES_MAX))),
        newcomers=tuple(map(_newcomer, table.tables("newcomers", ENTRIES_MAX))),
        crashes=tuple(map(_crash, table.tables("crashes", ENTRIES_MAX))),
        clocks=tuple(map(_clock, table.tables("clocks", ENTRIES_MAX))),
        flooders=_flooders(table.table("flooders")),
        liars=_liars(table.table("liars")),
        churn=_churn(table.table("churn")),
        expect=_expect(table.table("expect")),
    )
    table.finish()
    check(scenario)
    return scenario


def _layout(table: Table) -> Layout:
    layout = Layout(
        shape=Shape(table.choice("shape", tuple(Shape), Shape.FULL)),
        loss=table.number("loss", 0.0, LOSS_MAX, 0.0),
        snr_db=table.number("snr_db", -20.0, 20.0, 5.0),
        snr_spread_db=table.number("snr_spread_db", 0.0, SNR_SPREAD_DB_MAX, 0.0),
        width_m=table.number("width_m", 10.0, WIDTH_M_MAX, 1500.0),
        clusters=table.whole("clusters", 1, NODES_MAX, 2),
        bridges=table.whole("bridges", 1, NODES_MAX, 2),
    )
    table.finish()
    return layout


def _posts(table: Table) -> Posts:
    rates = {
        str(severity): table.number(str(severity), 0.0, POSTS_AN_HOUR_MAX, 0.0)
        for severity in Severity
    }
    shortest, longest = table.whole_pair("characters", 1, TEXT_CHARACTERS_MAX, (40, 160))
    posts = Posts(
        **rates,
        characters_min=shortest,
        characters_max=longest,
        lifetimes_hours=table.wholes("lifetimes_hours", 1, LIFETIME_HOURS_MAX, (24,)),
        withdrawn_share=table.number("withdrawn_share", 0.0, 1.0, 0.0),
        corrected_share=table.number("corrected_share", 0.0, 1.0, 0.0),
    )
    table.finish()
    return posts


def _partition(table: Table) -> Partition:
    partition = Partition(
        at_hours=table.number("at_hours", 0.0, HOURS_MAX),
        heals_at_hours=table.number("heals_at_hours", 0.0, HOURS_MAX),
        share=table.number("share", 0.0, 1.0, 0.5),
    )
    table.finish()
    table.require_order("at_hours", partition.at_hours, "heals_at_hours", partition.heals_at_hours)
    return partition


def _newcomer(table: Table) -> Newcomer:
    newcomer = Newcomer(
        at_hours=table.number("at_hours", 0.0, HOURS_MAX),
        count=table.whole("count", 1, NODES_MAX, 1),
    )
    table.finish()
    return newcomer


def _crash(table: Table) -> Crash:
    crash = Crash(
        at_hours=table.number("at_hours", 0.0, HOURS_MAX),
        restarts_at_hours=table.number("restarts_at_hours", 0.0, HOURS_MAX),
        count=table.whole("count", 1, NODES_MAX, 1),
    )
    table.finish()
    table.require_order("at_hours", crash.at_hours, "restarts_at_hours", crash.restarts_at_hours)
    return crash


def _clock(table: Table) -> WrongClock:
    bound = CLOCK_ERROR_MINUTES_MAX
    clock = WrongClock(
        error_minutes=table.whole("error_minutes", -bound, bound),
        count=table.whole("count", 1, NODES_MAX, 1),
    )
    table.finish()
    return clock


def _flooders(table: Table) -> Flooders:
    flooders = Flooders(
        count=table.whole("count", 0, NODES_MAX, 0),
        posts_a_second=table.number("posts_a_second", 0.001, FLOOD_A_SECOND_MAX, 1.0),
    )
    table.finish()
    return flooders


def _liars(table: Table) -> Liars:
    liars = Liars(
        count=table.whole("count", 0, NODES_MAX, 0),
        beacons_an_hour=table.number("beacons_an_hour", 0.1, LIES_AN_HOUR_MAX, 30.0),
    )
    table.finish()
    return liars


def _churn(table: Table) -> Churn:
    churn = Churn(
        count=table.whole("count", 0, NODES_MAX, 0),
        on_hours=table.number("on_hours", HOURS_MIN, HOURS_MAX, 3.0),
        off_hours=table.number("off_hours", HOURS_MIN, HOURS_MAX, 1.0),
    )
    table.finish()
    return churn


def _expect(table: Table) -> Expect:
    expect = Expect(
        alert_p95_minutes=table.number_or_none("alert_p95_minutes", 0.1, ALERT_MINUTES_MAX),
        correction_lag_s=table.number_or_none("correction_lag_s", 0.1, CORRECTION_LAG_S_MAX),
        hops_max=table.whole_or_none("hops_max", 1, NODES_MAX),
    )
    table.finish()
    return expect
