"""A scenario: which nodes, where, who posts how much, and what goes wrong when.

Not for: playing it (`play`) or judging what came of it (`checkers`).
Invariants: a scenario that was read can be played; a key that nobody knows or a value that is not
possible is refused with its name, the value and what is possible.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final

from meshnode.board.bulletin import TEXT_CHARACTERS_MAX, Severity
from meshnode.sim.presets import PRESETS, REGIONS
from meshnode.sim.table import ScenarioError, Table, parse

NODES_MAX: Final = 300
"""A larger world takes hours of a machine to simulate; a channel carries fewer anyway."""
HOURS_MAX: Final = 31 * 24
"""A month: the longest that anybody has waited for such a run."""
POSTS_AN_HOUR_MAX: Final = 6000
LOSS_MAX: Final = 0.9
"""Above this nearly nothing arrives and a run says nothing."""
WIDTH_M_MAX: Final = 50_000
LIFETIME_HOURS_MAX: Final = 14 * 24
CLOCK_ERROR_MINUTES_MAX: Final = 15 * 525_600
FLOOD_A_SECOND_MAX: Final = 10.0
LIES_AN_HOUR_MAX: Final = 3600
ENTRIES_MAX: Final = 100
"""Partitions, crashes and the like in one scenario."""


class Shape(StrEnum):
    """Who hears whom."""

    FULL = "full"
    LINE = "line"
    STAR = "star"
    SCATTERED = "scattered"
    CLUSTERS = "clusters"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the nodes are. `width_m` is for scattered nodes, `clusters` and `bridges` for those.

    Clusters stand in a row; in each everybody hears everybody, and `bridges` nodes of one hear
    as many of the next.
    """

    shape: Shape = Shape.FULL
    loss: float = 0.0
    snr_db: float = 5.0
    width_m: float = 1500.0
    clusters: int = 2
    bridges: int = 2


@dataclass(frozen=True, slots=True)
class Posts:
    """What people say: posts an hour of the whole community, by severity."""

    info: float = 0.0
    minor: float = 0.0
    severe: float = 0.0
    extreme: float = 0.0
    characters_min: int = 40
    characters_max: int = 160
    lifetimes_hours: tuple[int, ...] = (24,)
    withdrawn_share: float = 0.0

    def an_hour(self, severity: Severity) -> float:
        """Return how many posts of this severity there are in an hour, on average."""
        rates = {
            Severity.INFO: self.info,
            Severity.MINOR: self.minor,
            Severity.SEVERE: self.severe,
            Severity.EXTREME: self.extreme,
        }
        return rates[severity]


@dataclass(frozen=True, slots=True)
class Partition:
    """The first `share` of the nodes, in their order, is cut off from the others."""

    at_hours: float
    heals_at_hours: float
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Nodes that nobody has heard of yet switch on."""

    at_hours: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Crash:
    """Nodes lose power, and get it back."""

    at_hours: float
    restarts_at_hours: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class WrongClock:
    """Nodes whose clock nobody set, this far off."""

    error_minutes: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Flooders:
    """Members that post without end, as fast as their own node takes it."""

    count: int = 0
    posts_a_second: float = 1.0


@dataclass(frozen=True, slots=True)
class Liars:
    """Members that announce sets they do not hold."""

    count: int = 0
    beacons_an_hour: float = 30.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One world and its days."""

    title: str
    nodes: int
    hours: float
    preset: str = "LONG_FAST"
    region: str = "EU_868"
    settle_hours: float = 4.0
    layout: Layout = field(default_factory=Layout)
    posts: Posts = field(default_factory=Posts)
    partitions: tuple[Partition, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()
    crashes: tuple[Crash, ...] = ()
    clocks: tuple[WrongClock, ...] = ()
    flooders: Flooders = field(default_factory=Flooders)
    liars: Liars = field(default_factory=Liars)

    def changed(
        self, *, nodes: int | None = None, hours: float | None = None, preset: str | None = None
    ) -> "Scenario":
        """Return the same with other sizes; what would come after the end is left out.

        Raises:
            ScenarioError: A value is not possible.
        """
        end = hours if hours is not None else self.hours
        changed = replace(
            self,
            nodes=nodes if nodes is not None else self.nodes,
            hours=end,
            preset=preset if preset is not None else self.preset,
            partitions=tuple(one for one in self.partitions if one.at_hours < end),
            newcomers=tuple(one for one in self.newcomers if one.at_hours < end),
            crashes=tuple(one for one in self.crashes if one.at_hours < end),
        )
        _check(changed)
        return changed


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
        hours=table.number("hours", 0.1, HOURS_MAX),
        preset=table.choice("preset", PRESETS, "LONG_FAST"),
        region=table.choice("region", REGIONS, "EU_868"),
        settle_hours=table.number("settle_hours", 0.1, HOURS_MAX, 4.0),
        layout=_layout(table.table("layout")),
        posts=_posts(table.table("posts")),
        partitions=tuple(map(_partition, table.tables("partitions", ENTRIES_MAX))),
        newcomers=tuple(map(_newcomer, table.tables("newcomers", ENTRIES_MAX))),
        crashes=tuple(map(_crash, table.tables("crashes", ENTRIES_MAX))),
        clocks=tuple(map(_clock, table.tables("clocks", ENTRIES_MAX))),
        flooders=_flooders(table.table("flooders")),
        liars=_liars(table.table("liars")),
    )
    table.finish()
    _check(scenario)
    return scenario


def _layout(table: Table) -> Layout:
    layout = Layout(
        shape=Shape(table.choice("shape", tuple(Shape), Shape.FULL)),
        loss=table.number("loss", 0.0, LOSS_MAX, 0.0),
        snr_db=table.number("snr_db", -20.0, 20.0, 5.0),
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


def _check(scenario: Scenario) -> None:
    """Check what concerns more than one key, and what the command line may have changed."""
    if not 1 <= scenario.nodes <= NODES_MAX:
        raise ScenarioError(f"nodes = {scenario.nodes} is not possible; choose 1 to {NODES_MAX}.")
    if not 0.1 <= scenario.hours <= HOURS_MAX:
        raise ScenarioError(f"hours = {scenario.hours} is not possible; choose 0.1 to {HOURS_MAX}.")
    if scenario.preset not in PRESETS:
        raise ScenarioError(
            f"preset = {scenario.preset!r} is not possible; choose one of {', '.join(PRESETS)}."
        )
    special = (
        scenario.flooders.count
        + scenario.liars.count
        + sum(one.count for one in scenario.newcomers)
        + sum(one.count for one in scenario.clocks)
    )
    if special >= scenario.nodes:
        raise ScenarioError(
            f"{special} flooders, liars, newcomers and wrong clocks among {scenario.nodes} nodes: "
            f"at least one ordinary node has to be left. Choose more nodes."
        )
    begins = [one.at_hours for one in scenario.partitions]
    begins += [one.at_hours for one in scenario.newcomers]
    begins += [one.at_hours for one in scenario.crashes]
    for at_hours in begins:
        if at_hours >= scenario.hours:
            raise ScenarioError(
                f"at_hours = {at_hours:g} is after the end at hours = {scenario.hours}."
            )
