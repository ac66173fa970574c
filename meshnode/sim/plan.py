"""The plan view for volunteers: what a neighbourhood of this size will cost, and how fast it is.

It plays one simulated day; no formula says it better. The neighbourhood is a guess on the careful
side: up to ten nodes hear each other, larger ones stand in groups; one packet in ten is lost.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE
from meshnode.sim.latency import arrivals, percentile
from meshnode.sim.play import Play, Progress
from meshnode.sim.presets import PRESETS, REGIONS, modulation_of
from meshnode.sim.record import HOUR_MS
from meshnode.sim.report import duration
from meshnode.sim.scenario import NODES_MAX, Layout, Posts, Scenario, Shape
from meshnode.sim.table import ScenarioError
from meshnode.sim.topology import reach_factor

DAY_HOURS: Final = 24
GROUP_NODES: Final = 10
BRIDGES: Final = 2
LOSS: Final = 0.1
ALERT_SHARE: Final = 0.1
"""One post in ten is an alert."""
POSTS_A_DAY_MAX: Final = 5000
REGION: Final = "EU_868"
FULL_SHARE: Final = 0.9
"""Above this share of its budget a node makes posts wait until the hour has passed."""
CALM_SHARE: Final = 0.25
"""Below this share of its budget a slower preset, which reaches further, may fit as well."""
ALERT_GOOD_S: Final = 600.0
ALERT_BAD_S: Final = 1800.0
"""An alert that takes longer than that is a notice on a door."""
POST_GOOD_S: Final = 7200.0
PRESETS_COMPARED: Final = tuple(
    name
    for name in ("SHORT_FAST", "MEDIUM_FAST", "MEDIUM_SLOW", "LONG_FAST", "LONG_MODERATE")
    if modulation_of(name, REGIONS[REGION]) == PRESETS[name]
)
"""From the fastest to the one that reaches furthest."""


class Fit(StrEnum):
    """Whether a neighbourhood's posts fit its channel."""

    FITS = "fits"
    TIGHT = "tight"
    TOO_MUCH = "too much"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to expect of a day. Airtime in seconds an hour of all nodes together.

    Times are None where the day had no such post. `reach` is how far the preset reaches, as a
    multiple of LONG_FAST.
    """

    nodes: int
    groups: int
    preset: str
    posts_a_day: int
    seed: int
    fit: Fit
    airtime_s_an_hour: float
    channel_percent: float
    busiest_percent: float
    budget_percent: float
    all_hold_all: bool
    alert_p50_s: float | None
    alert_p95_s: float | None
    post_p50_s: float | None
    post_p95_s: float | None
    reach: float


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
    waits: dict[bool, list[float]] = {True: [], False: []}
    for post, wait_s in arrivals(play):
        waits[post.is_urgent].append(wait_s)
    hours = play.world.kernel.now_ms / HOUR_MS
    airtime_s_an_hour = play.world.airtime_ms / 1000 / hours
    busiest_ms = max(station.all.max_ms for station in play.record.stations.values())
    busiest_share = busiest_ms / HOUR_MS
    all_hold_all = play.settled_ms is not None
    alert_p95_s, post_p95_s = _wait(waits[True], 0.95), _wait(waits[False], 0.95)
    return Plan(
        nodes=nodes,
        groups=scenario.layout.clusters,
        preset=preset,
        posts_a_day=posts_a_day,
        seed=seed,
        fit=_fit(all_hold_all, busiest_share, alert_p95_s or 0.0, post_p95_s or 0.0),
        airtime_s_an_hour=round(airtime_s_an_hour, 2),
        channel_percent=round(airtime_s_an_hour / 36 / scenario.layout.clusters, 2),
        busiest_percent=round(100 * busiest_share, 2),
        budget_percent=100 * ORDINARY_SHARE,
        all_hold_all=all_hold_all,
        alert_p50_s=_wait(waits[True], 0.5),
        alert_p95_s=alert_p95_s,
        post_p50_s=_wait(waits[False], 0.5),
        post_p95_s=post_p95_s,
        reach=round(reach_factor(PRESETS[preset], PRESETS["LONG_FAST"]), 2),
    )


def lines(plan: Plan) -> list[str]:
    """Return the plan for people: what was assumed, four answers, and what to change."""
    if plan.groups == 1:
        where = "all hear each other"
    else:
        where = f"they stand in {plan.groups} groups, joined by {BRIDGES} nodes on either side"
    posts = "1 post" if plan.posts_a_day == 1 else f"{plan.posts_a_day} posts"
    urgent_percent = 100 * URGENT_SHARE
    return [
        f"{plan.nodes} nodes with {plan.preset} and {posts} a day, one in ten an alert: one "
        f"simulated day.",
        f"Assumed: {where}; one packet in ten is lost.",
        "",
        f"Does it fit?    {_FIT_WORDS[plan.fit]}",
        f"An alert        {_times(plan.alert_p50_s, plan.alert_p95_s)}",
        f"Other posts     {_times(plan.post_p50_s, plan.post_p95_s)}",
        f"Airtime         The busiest node sends {plan.busiest_percent:.1f} % of its busiest hour. "
        f"It may send {plan.budget_percent:.0f} %, for alerts {urgent_percent:.0f} %; the law "
        f"allows 10 %.",
        f"Channel         Busy {plan.channel_percent:.1f} % of the time; the rest is free for "
        f"others.",
        f"What to change  {advice(plan)}",
    ]


def table(plans: list[Plan]) -> list[str]:
    """Return plans with different presets side by side."""
    first = plans[0]
    shown = [
        f"{first.nodes} nodes, {first.posts_a_day} posts a day, the same day with each preset. "
        f"Half of the nodes / 95 of 100",
        "have a post after:",
        "",
        f"{'preset':<15}{'reach':>6}  {'an alert':<17}{'other posts':<17}{'busiest node':<14}fits?",
    ]
    shown += [
        f"{plan.preset:<15}{plan.reach:>5.1f}x  "
        f"{_pair(plan.alert_p50_s, plan.alert_p95_s):<17}"
        f"{_pair(plan.post_p50_s, plan.post_p95_s):<17}"
        f"{f'{plan.busiest_percent:.1f} of {plan.budget_percent:.0f} %':<14}{plan.fit}"
        for plan in plans
    ]
    return [
        *shown,
        "",
        "Reach is the distance between two nodes, compared with LONG_FAST. Choose the preset with "
        "the",
        "longest reach that fits; all nodes must use the same one.",
    ]


def advice(plan: Plan) -> str:
    """Return what to change, in a sentence or two."""
    faster = _faster(plan.preset)
    if plan.fit is not Fit.FITS:
        instead = f"a faster preset ({faster}), or " if faster else ""
        return (
            f"Choose {instead}fewer posts: let few people post what many want to know. "
            f"Then plan again."
        )
    if plan.busiest_percent < CALM_SHARE * plan.budget_percent and plan.reach < 1:
        return (
            "Nothing. There is room to spare: a slower preset reaches further; `--compare` shows "
            "which fits."
        )
    return "Nothing."


_FIT_WORDS: Final = {
    Fit.FITS: "Yes. At the end of the day everybody had everything.",
    Fit.TIGHT: "Barely. Everybody gets everything, but some of it late.",
    Fit.TOO_MUCH: "No. Posts come late or not at all.",
}


def _fit(all_hold_all: bool, busiest_share: float, alert_s: float, post_s: float) -> Fit:  # noqa: FBT001
    if not all_hold_all or alert_s > ALERT_BAD_S:
        return Fit.TOO_MUCH
    is_full = busiest_share > FULL_SHARE * ORDINARY_SHARE
    if is_full or alert_s > ALERT_GOOD_S or post_s > POST_GOOD_S:
        return Fit.TIGHT
    return Fit.FITS


def _faster(preset: str) -> str | None:
    """Return the next faster preset, if there is one."""
    if preset not in PRESETS_COMPARED:
        return "MEDIUM_FAST"
    place = PRESETS_COMPARED.index(preset)
    return PRESETS_COMPARED[place - 1] if place else None


def _wait(waits_s: list[float], share: float) -> float | None:
    return round(percentile(waits_s, share), 1) if waits_s else None


def _times(half_s: float | None, most_s: float | None) -> str:
    if half_s is None or most_s is None:
        return "There was none on this day; plan with more posts."
    return (
        f"Half of the nodes have it after {duration(half_s)}, 95 of 100 after {duration(most_s)}."
    )


def _pair(half_s: float | None, most_s: float | None) -> str:
    if half_s is None or most_s is None:
        return "none"
    return f"{duration(half_s)} / {duration(most_s)}"


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
        layout=Layout(shape=Shape.CLUSTERS, loss=LOSS, clusters=groups, bridges=BRIDGES),
        posts=Posts(
            info=(1 - ALERT_SHARE) * an_hour,
            severe=ALERT_SHARE * an_hour,
            lifetimes_hours=(24,),
        ),
    )
