"""What a played scenario cost and how fast it was, as numbers and as lines for people.

Not for: judging (`checkers`). Invariants: everything but `wall_s` is the same for the same
scenario and seed.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from meshnode.board.bulletins.bulletin import Severity
from meshnode.sim.checkers import Verdict, check_all
from meshnode.sim.latency import arrivals, percentile
from meshnode.sim.play import Play
from meshnode.sim.record import HOUR_MS


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from post to arrival over `pairs` of a post and a node."""

    pairs: int
    p50_s: float
    p95_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """One run. Airtime in seconds on the channel; `busiest_percent` of the worst rolling hour.

    `airtime_by_purpose_s` is the honest engines' own account; what liars send beside their engine
    is in `airtime_s` only.
    """

    title: str
    seed: int
    preset: str
    nodes: int
    hours: float
    is_stopped: bool
    played_hours: float
    posts: int
    withdrawn: int
    latency: dict[str, Latency]
    airtime_s: float
    airtime_by_purpose_s: dict[str, float]
    busiest_node: str
    busiest_percent: float
    frames: int
    received: int
    collided: int
    lost: int
    held_min: int
    held_max: int
    drops: dict[str, int]
    settled_minutes: float | None
    events: int
    wall_s: float
    trace: str
    verdicts: tuple[Verdict, ...]

    @property
    def is_passed(self) -> bool:
        """Whether the run was played to its end and all invariants held."""
        return not self.is_stopped and all(verdict.is_kept for verdict in self.verdicts)

    def document(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {"passed": self.is_passed, **asdict(self)}


def report_on(play: Play) -> Report:
    """Return the report on a scenario that has been played."""
    counters = play.world.channel.counters
    most_ms = {name: station.all.max_ms for name, station in play.record.stations.items()}
    busiest = max(most_ms, key=lambda name: most_ms[name])
    held = [len(node.ids) for node in play.nodes.values()]
    return Report(
        title=play.scenario.title,
        seed=play.seed,
        preset=play.scenario.preset,
        nodes=play.scenario.nodes,
        hours=play.scenario.hours,
        is_stopped=play.is_stopped,
        played_hours=round(min(play.world.kernel.now_ms, play.end_ms) / HOUR_MS, 2),
        posts=len(play.record.posts),
        withdrawn=len(play.record.withdrawn),
        latency=_latency(play),
        airtime_s=round(play.world.airtime_ms / 1000, 1),
        airtime_by_purpose_s=_purposes(play),
        busiest_node=busiest,
        busiest_percent=round(100 * most_ms[busiest] / HOUR_MS, 3),
        frames=counters.frames,
        received=counters.received,
        collided=counters.collided,
        lost=counters.lost,
        held_min=min(held),
        held_max=max(held),
        drops=_drops(play),
        settled_minutes=None if play.settled_ms is None else round(play.settled_ms / 60_000, 1),
        events=play.world.events,
        wall_s=round(play.wall_s, 2),
        trace=play.world.trace_hash,
        verdicts=() if play.is_stopped else tuple(check_all(play)),
    )


def lines(report: Report) -> list[str]:
    """Return the report for people."""
    shown = [
        report.title,
        f"seed {report.seed}, {report.nodes} nodes, {report.hours:g} h of {report.preset}, "
        f"{report.posts} posts, {report.withdrawn} of them withdrawn",
        "",
        f"{'from post to arrival':<22}{'arrivals':>9}{'half':>9}{'95 of 100':>11}{'last':>9}",
    ]
    shown += [
        f"  {severity:<20}{one.pairs:>9}{duration(one.p50_s):>9}"
        f"{duration(one.p95_s):>11}{duration(one.max_s):>9}"
        for severity, one in report.latency.items()
    ]
    purposes = ", ".join(f"{name} {s:.0f} s" for name, s in report.airtime_by_purpose_s.items())
    drops = ", ".join(f"{reason} {count}" for reason, count in report.drops.items()) or "none"
    shown += [
        "",
        f"airtime    {report.airtime_s:.0f} s in all ({purposes}); busiest "
        f"{report.busiest_node} with {report.busiest_percent:.2f} % of its busiest hour",
        f"channel    {report.frames} frames; of their receptions {report.received} good, "
        f"{report.lost} lost, {report.collided} collided",
        f"nodes      hold {report.held_min} to {report.held_max} objects; refused: {drops}",
        f"machine    {report.wall_s:.1f} s, {report.events} events, trace {report.trace[:16]}",
        "",
    ]
    shown += [
        f"{'ok  ' if verdict.is_kept else 'FAIL'} {verdict.name}: {verdict.sentence}"
        for verdict in report.verdicts
    ]
    if report.is_stopped:
        shown.append(
            f"stopped after {report.played_hours:g} of {report.hours:g} h: nothing is judged"
        )
    return shown


def duration(seconds: float) -> str:
    """Return a time as people read it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _latency(play: Play) -> dict[str, Latency]:
    seconds: dict[str, list[float]] = {str(severity): [] for severity in Severity}
    for post, arrival_s in arrivals(play):
        seconds[str(post.severity)].append(arrival_s)
    return {
        severity: Latency(
            pairs=len(values),
            p50_s=round(percentile(values, 0.5), 1),
            p95_s=round(percentile(values, 0.95), 1),
            max_s=round(max(values), 1),
        )
        for severity, values in seconds.items()
        if values
    }


def _purposes(play: Play) -> dict[str, float]:
    now = play.world.spent_ms()
    return {
        str(purpose): round((ms + now[purpose]) / 1000, 1)
        for purpose, ms in play.record.spent_ms.items()
    }


def _drops(play: Play) -> dict[str, int]:
    total: Counter[str] = Counter()
    for node in play.nodes.values():
        total.update(node.drops)
    return dict(sorted(total.items()))
