"""The plan view for volunteers: what a neighbourhood of this size will cost, and how fast it is.

It plays one simulated day; no formula says it better. The neighbourhood is a guess on the careful
side: up to ten nodes hear each other, larger ones stand in groups; one packet in ten is lost.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol.ledger import ORDINARY_SHARE
from meshnode.sim.checkers import check_airtime
from meshnode.sim.latency import arrivals, percentile
from meshnode.sim.play import Play, Progress
from meshnode.sim.presets import PRESETS, REGIONS, modulation_of
from meshnode.sim.record import HOUR_MS
from meshnode.sim.report import duration
from meshnode.sim.scenario import NODES_MAX, Layout, Posts, Scenario, Shape
from meshnode.sim.table import ScenarioError

DAY_HOURS: Final = 24
GROUP_NODES: Final = 10
LOSS: Final = 0.1
ALERT_SHARE: Final = 0.1
"""One post in ten is an alert."""
POSTS_A_DAY_MAX: Final = 5000
REGION: Final = "EU_868"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to expect of a day. Airtime in seconds an hour of all nodes together."""

    nodes: int
    groups: int
    preset: str
    posts_a_day: int
    seed: int
    airtime_s_an_hour: float
    channel_percent: float
    busiest_percent: float
    budget_percent: float
    is_within_budget: bool
    all_hold_all: bool
    alert_p50_s: float
    alert_p95_s: float
    post_p50_s: float
    post_p95_s: float


def make_plan(
    *,
    nodes: int,
    preset: str,
    posts_a_day: int,
    seed: int = 1,
    progress: Progress = lambda share: None,
) -> Plan:
    """Play a day and return what it cost.

    Raises:
        ScenarioError: A value is not possible; the message says what is.
    """
    scenario = _scenario(nodes, preset, posts_a_day)
    play = Play(scenario, seed)
    play.run(progress)
    alerts: list[float] = []
    posts: list[float] = []
    for post, arrival_s in arrivals(play):
        (alerts if post.is_urgent else posts).append(arrival_s)
    hours = play.world.kernel.now_ms / HOUR_MS
    airtime_s_an_hour = play.world.airtime_ms / 1000 / hours
    busiest_ms = max(station.all.max_ms for station in play.record.stations.values())
    return Plan(
        nodes=nodes,
        groups=scenario.layout.clusters,
        preset=preset,
        posts_a_day=posts_a_day,
        seed=seed,
        airtime_s_an_hour=round(airtime_s_an_hour, 2),
        channel_percent=round(airtime_s_an_hour / 36 / scenario.layout.clusters, 2),
        busiest_percent=round(100 * busiest_ms / HOUR_MS, 2),
        budget_percent=100 * ORDINARY_SHARE,
        is_within_budget=check_airtime(play).is_kept,
        all_hold_all=play.settled_ms is not None,
        alert_p50_s=round(percentile(alerts, 0.5), 1),
        alert_p95_s=round(percentile(alerts, 0.95), 1),
        post_p50_s=round(percentile(posts, 0.5), 1),
        post_p95_s=round(percentile(posts, 0.95), 1),
    )


def lines(plan: Plan) -> list[str]:
    """Return the plan in four lines."""
    where = "that all hear each other" if plan.groups == 1 else f"in {plan.groups} groups"
    end = (
        "At the end of the day everybody holds everything."
        if plan.all_hold_all
        else "That is too much: not everybody gets everything. Plan fewer posts or a faster preset."
    )
    return [
        f"{plan.nodes} nodes {where}, {plan.preset}, {plan.posts_a_day} posts a day, one packet "
        f"in ten lost: a simulated day.",
        f"Cost: {plan.airtime_s_an_hour:.0f} s of airtime an hour for all together, "
        f"{plan.channel_percent:.1f} % of the channel; at most {plan.busiest_percent:.1f} % of an "
        f"hour for one node (its budget is {plan.budget_percent:.0f} %, twice that for alerts).",
        f"An alert reaches half of the nodes within {duration(plan.alert_p50_s)}, 95 of 100 "
        f"within {duration(plan.alert_p95_s)}.",
        f"Other posts: half within {duration(plan.post_p50_s)}, 95 of 100 within "
        f"{duration(plan.post_p95_s)}. {end}",
    ]


def _scenario(nodes: int, preset: str, posts_a_day: int) -> Scenario:
    if not 2 <= nodes <= NODES_MAX:
        raise ScenarioError(f"{nodes} nodes are not possible; choose 2 to {NODES_MAX}.")
    if not 1 <= posts_a_day <= POSTS_A_DAY_MAX:
        raise ScenarioError(f"{posts_a_day} posts a day; choose 1 to {POSTS_A_DAY_MAX}.")
    if preset not in PRESETS:
        raise ScenarioError(f"There is no preset {preset!r}; choose one of {', '.join(PRESETS)}.")
    if modulation_of(preset, REGIONS[REGION]) != PRESETS[preset]:
        raise ScenarioError(f"{preset} is too wide for {REGION}; choose another preset.")
    an_hour = posts_a_day / DAY_HOURS
    groups = -(-nodes // GROUP_NODES)
    return Scenario(
        title="A plan",
        nodes=nodes,
        hours=DAY_HOURS,
        preset=preset,
        region=REGION,
        layout=Layout(shape=Shape.CLUSTERS, loss=LOSS, clusters=groups, bridges=2),
        posts=Posts(
            info=(1 - ALERT_SHARE) * an_hour,
            severe=ALERT_SHARE * an_hour,
            lifetimes_hours=(24,),
        ),
    )
