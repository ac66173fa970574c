"""`meshnode simulate`: whole neighbourhoods in virtual time, and what they would cost."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from meshnode.commands.session import examples, json_option
from meshnode.commands.terminal.exits import ExitCode
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.interruption import Interruption, interruptible
from meshnode.commands.terminal.output import emit, emit_json, printable
from meshnode.commands.terminal.progress import Bar

if TYPE_CHECKING:
    from meshnode.sim.play import Play
    from meshnode.sim.report import Report
    from meshnode.sim.scenario import Scenario

SEEDS_MAX: Final = 10_000
SEED_MAX: Final = 2**31
JOBS_MAX: Final = 64
"""More processes than that no machine has cores for that this is run on."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What `run` was asked for."""

    name: str
    scenario: "Scenario"
    seeds: range
    jobs: int
    trace: TextIO | None

    def prepare(self, play: "Play") -> None:
        """Begin to write the trace, where one is wanted."""
        from meshnode.sim.eventlog import EventLog  # noqa: PLC0415  Slow elsewhere.

        if self.trace is not None:
            EventLog(play.world, self.trace)


class _Simulate(click.Group):
    """A group whose commands are `run` and `plan`; a scenario's name alone means `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the `run` in front that may be left out."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Simulate,
    epilog=examples(
        "meshnode simulate --list",
        "meshnode simulate quiet",
        "meshnode simulate busy --hours 2 --seeds 3 --json",
        "meshnode simulate plan --nodes 12 --preset MEDIUM_FAST --posts-a-day 40",
    ),
)
def simulate() -> None:
    """Play neighbourhoods in virtual time, on modelled radios.

    `simulate NAME` is short for `simulate run NAME`.
    """


@simulate.command(
    epilog=examples(
        "meshnode simulate run quiet",
        "meshnode simulate run busy --hours 2 --seed 7",
        "meshnode simulate run ./our-street.toml --seeds 10 --json",
        "meshnode simulate run --list",
    )
)
@click.argument("scenario", metavar="NAME_OR_FILE", required=False)
@click.option(
    "--seed",
    type=click.IntRange(0, SEED_MAX),
    default=1,
    show_default=True,
    help="The same seed gives the same run, event by event.",
)
@click.option(
    "--seeds",
    "count",
    type=click.IntRange(1, SEEDS_MAX),
    default=1,
    show_default=True,
    help="How many runs, each with the next seed.",
)
@click.option("--hours", type=float, help="Play this long instead.")
@click.option("--nodes", type=int, help="Play with this many nodes instead.")
@click.option("--preset", help="Set the radios to this preset instead.")
@click.option(
    "--jobs",
    type=click.IntRange(1, JOBS_MAX),
    default=1,
    show_default=True,
    help="Play seeds in this many processes.",
)
@click.option(
    "--twice", is_flag=True, help="Play each seed a second time elsewhere; fail if it differs."
)
@click.option(
    "--trace",
    "trace",
    type=click.File("w", encoding="utf-8", lazy=False),
    metavar="FILE",
    help="Write every event to FILE, one JSON object a line; for one seed.",
)
@click.option("--list", "is_list", is_flag=True, help="Name the scenarios there are, and stop.")
@json_option
def run(
    scenario: str | None,
    *,
    seed: int,
    count: int,
    hours: float | None,
    nodes: int | None,
    preset: str | None,
    jobs: int,
    twice: bool,
    trace: TextIO | None,
    is_list: bool,
    is_json: bool,
) -> int:
    """Play a scenario, check what must hold, and report latency and airtime.

    NAME_OR_FILE is one of the scenarios that `--list` names, or a TOML file. Exits with 0 if
    everything held and with 1 if something did not. Ctrl-C ends it early and shows what was
    reached.
    """
    if is_list:
        _list(is_json=is_json)
        return ExitCode.OK
    if scenario is None:
        raise click.UsageError("Which scenario? `meshnode simulate --list` names them.")
    if trace is not None and count > 1:
        raise click.UsageError("--trace is for one seed; leave --seeds out.")
    chosen = _load(scenario, hours=hours, nodes=nodes, preset=preset)
    order = _Order(scenario, chosen, range(seed, seed + count), jobs, trace)
    reports = []
    with interruptible() as interruption:
        for report in _reports(order, interruption):
            reports.append(_played_twice(order, report, interruption) if twice else report)
            if not is_json:
                _show(reports[-1], is_short=count > 1)
                _show_replay(order, reports[-1])
    is_passed = len(reports) == count and all(report.is_passed for report in reports)
    if is_json:
        emit_json(
            {
                "scenario": scenario,
                "passed": is_passed,
                "runs": [report.document() for report in reports],
            }
        )
    elif count > 1:
        emit(f"{sum(report.is_passed for report in reports)} of {count} runs passed")
    if interruption.is_wanted:
        return ExitCode.INTERRUPTED
    return ExitCode.OK if is_passed else ExitCode.FAILED


@simulate.command(
    epilog=examples(
        "meshnode simulate plan --nodes 12 --preset MEDIUM_FAST --posts-a-day 40",
        "meshnode simulate plan --nodes 12 --posts-a-day 40 --compare",
        "meshnode simulate plan --nodes 30 --posts-a-day 100 --json",
    )
)
@click.option("--nodes", type=int, default=12, show_default=True, help="How many nodes.")
@click.option("--preset", default="MEDIUM_FAST", show_default=True, help="The radios' preset.")
@click.option(
    "--posts-a-day",
    type=int,
    default=40,
    show_default=True,
    help="How many posts of all together; one in ten is an alert.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, SEED_MAX),
    default=1,
    show_default=True,
    help="The same seed gives the same day.",
)
@click.option("--compare", is_flag=True, help="Play the day with each of the usual presets.")
@json_option
def plan(
    *, nodes: int, preset: str, posts_a_day: int, seed: int, compare: bool, is_json: bool
) -> None:
    """Say what a neighbourhood will cost and how fast an alert will be.

    Plays one day of it. Up to ten nodes hear each other, more stand in groups of ten in a row.
    """
    from meshnode.sim import plan as planning  # noqa: PLC0415  Slow, and only needed here.
    from meshnode.sim.table import ScenarioError  # noqa: PLC0415

    presets = planning.PRESETS_COMPARED if compare else (preset,)
    made = []
    try:
        for one in presets:
            with Bar(f"a day of {one}") as bar:
                made.append(
                    planning.make_plan(
                        nodes=nodes,
                        preset=one,
                        posts_a_day=posts_a_day,
                        seed=seed,
                        progress=bar.show,
                    )
                )
    except ScenarioError as error:
        raise Failure(str(error), code="usage") from error
    if is_json:
        emit_json([asdict(one) for one in made] if compare else asdict(made[0]))
    else:
        emit("\n".join(planning.table(made) if compare else planning.lines(made[0])))


def _list(*, is_json: bool) -> None:
    from meshnode.sim.scenariofile import load, packaged_names  # noqa: PLC0415  Slow elsewhere.

    titles = {name: load(name).title for name in packaged_names()}
    if is_json:
        emit_json([{"name": name, "title": title} for name, title in titles.items()])
    else:
        emit("\n".join(f"{name:<12}{title}" for name, title in titles.items()))


def _load(scenario: str, **changes: Any) -> "Scenario":
    from meshnode.sim.scenariofile import load  # noqa: PLC0415  Slow elsewhere.
    from meshnode.sim.table import ScenarioError  # noqa: PLC0415

    try:
        return load(scenario).changed(**changes)
    except ScenarioError as error:
        raise Failure(str(error), code="usage") from error


def _reports(order: _Order, interruption: Interruption) -> "Iterator[Report]":
    """Yield one report a seed, in the order of the seeds, until Ctrl-C."""
    from meshnode.sim.batch import play_seed, play_seeds  # noqa: PLC0415  Slow elsewhere.

    seeds = order.seeds
    if order.jobs > 1 and len(seeds) > 1:
        # No bar: it would stand between the lines that come with each seed.
        yield from play_seeds(order.scenario, seeds, jobs=order.jobs, is_stopped=interruption.asked)
        return
    for seed in seeds:
        with Bar(f"{order.name}, seed {seed}") as bar:
            report = play_seed(
                order.scenario,
                seed,
                progress=bar.show,
                is_stopped=interruption.asked,
                prepare=order.prepare,
            )
        yield report
        if interruption.is_wanted:
            return


def _played_twice(order: _Order, report: "Report", interruption: Interruption) -> "Report":
    """Return the report with a verdict on whether a second run was the same, event by event."""
    from meshnode.sim.batch import trace_elsewhere  # noqa: PLC0415  Slow elsewhere.
    from meshnode.sim.checkers import Verdict  # noqa: PLC0415

    if report.is_stopped:
        return report
    other = trace_elsewhere(order.scenario, report.seed, is_stopped=interruption.asked)
    if not other:
        return replace(report, is_stopped=True)
    is_same = other == report.trace
    sentence = (
        "a second run in another process had the same events"
        if is_same
        else f"a second run in another process differs: trace {other[:16]}"
    )
    verdict = Verdict("same twice", is_kept=is_same, sentence=sentence)
    return replace(report, verdicts=(*report.verdicts, verdict))


def _show(report: "Report", *, is_short: bool) -> None:
    from meshnode.sim.report import lines  # noqa: PLC0415  Slow elsewhere.

    if not is_short:
        emit(printable("\n".join(lines(report))))
        return
    if report.is_stopped:
        emit(f"seed {report.seed:<6} stopped after {report.played_hours:g} h")
        return
    broken = [f"{one.name}: {one.sentence}" for one in report.verdicts if not one.is_kept]
    outcome = "; ".join(broken) if broken else "ok"
    emit(printable(f"seed {report.seed:<6} {report.airtime_s:>8.0f} s of airtime  {outcome}"))


def _show_replay(order: _Order, report: "Report") -> None:
    """Say how to play a run again that failed."""
    if report.is_stopped or report.is_passed:
        return
    scenario = order.scenario
    emit(
        printable(
            f"  again: meshnode simulate run {order.name} --seed {report.seed} "
            f"--hours {scenario.hours:g} --nodes {scenario.nodes} --preset {scenario.preset} "
            f"--trace trace.jsonl"
        )
    )
