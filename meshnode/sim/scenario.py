"""A scenario: which nodes, where, who posts how much, and what goes wrong when.

Not for: reading it (`scenariofile`), playing it (`play`) or judging what came of it (`checkers`).
Invariants: values only; `check` says whether they go together.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.sim.presets import PRESETS
from meshnode.sim.table import ScenarioError

NODES_MAX: Final = 300
"""A larger world takes hours of a machine to simulate; a channel carries fewer anyway."""
HOURS_MIN: Final = 0.1
"""Six minutes: a beacon and its answer."""
HOURS_MAX: Final = 31 * 24
"""A month: the longest that anybody has waited for such a run."""
POSTS_AN_HOUR_MAX: Final = 6000
LOSS_MAX: Final = 0.9
"""Above this nearly nothing arrives and a run says nothing."""
SNR_SPREAD_DB_MAX: Final = 15.0
WIDTH_M_MAX: Final = 50_000
LIFETIME_HOURS_MAX: Final = 14 * 24
CLOCK_ERROR_MINUTES_MAX: Final = 15 * 525_600
FLOOD_A_SECOND_MAX: Final = 10.0
LIES_AN_HOUR_MAX: Final = 3600
ENTRIES_MAX: Final = 100
"""Partitions, crashes and the like in one scenario."""
ALERT_MINUTES_MAX: Final = 24 * 60
CORRECTION_LAG_S_MAX: Final = 24 * 3600


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
    as many of the next. `snr_spread_db` is the standard deviation from link to link: with 0 no
    packet is strong enough to survive another one.
    """

    shape: Shape = Shape.FULL
    loss: float = 0.0
    snr_db: float = 5.0
    snr_spread_db: float = 0.0
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
    corrected_share: float = 0.0

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
class Churn:
    """Nodes that come and go: `on_hours` with power and `off_hours` without it, on average."""

    count: int = 0
    on_hours: float = 3.0
    off_hours: float = 1.0


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
class Expect:
    """What the scenario wants to see beside the invariants; None: it does not say.

    `correction_lag_s` bounds how long somebody shows a post without its correction though all from
    whom it can have come had both. `alert_p95_minutes` bounds how long 95 of 100 arrivals of
    alerts (severe and extreme posts) take; `hops_max` is what the layout must be, so that a
    figure means what it says.
    """

    alert_p95_minutes: float | None = None
    correction_lag_s: float | None = None
    hops_max: int | None = None


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
    churn: Churn = field(default_factory=Churn)
    expect: Expect = field(default_factory=Expect)

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
        check(changed)
        return changed


def check(scenario: Scenario) -> None:
    """Check what concerns more than one key, and what the command line may have changed.

    Raises:
        ScenarioError: It cannot be played; the message names key, value and bound.
    """
    if not 1 <= scenario.nodes <= NODES_MAX:
        raise ScenarioError(f"nodes = {scenario.nodes} is not possible; choose 1 to {NODES_MAX}.")
    if not HOURS_MIN <= scenario.hours <= HOURS_MAX:
        raise ScenarioError(
            f"hours = {scenario.hours} is not possible; choose {HOURS_MIN} to {HOURS_MAX}."
        )
    if scenario.preset not in PRESETS:
        raise ScenarioError(
            f"preset = {scenario.preset!r} is not possible; choose one of {', '.join(PRESETS)}."
        )
    special = (
        scenario.flooders.count
        + scenario.liars.count
        + scenario.churn.count
        + sum(one.count for one in scenario.newcomers)
        + sum(one.count for one in scenario.clocks)
    )
    if special >= scenario.nodes:
        raise ScenarioError(
            f"{special} flooders, liars, newcomers, wrong clocks and nodes that come and go among "
            f"{scenario.nodes} nodes: at least one ordinary node has to be left. Choose more nodes."
        )
    begins = [one.at_hours for one in scenario.partitions]
    begins += [one.at_hours for one in scenario.newcomers]
    begins += [one.at_hours for one in scenario.crashes]
    for at_hours in begins:
        if at_hours >= scenario.hours:
            raise ScenarioError(
                f"at_hours = {at_hours:g} is after the end at hours = {scenario.hours}."
            )
