"""`meshnode simulate`: whole neighbourhoods in virtual time, and what they would cost."""

from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.exits import ExitCode
from meshnode.commands.failures import Failure
from meshnode.commands.output import emit, emit_json, printable
from meshnode.commands.progress import Bar
from meshnode.commands.session import examples, json_option

if TYPE_CHECKING:
    from meshnode.sim.report import Report
    from meshnode.sim.scenario import Scenario

SEEDS_MAX: Final = 10_000
SEED_MAX: Final = 2**31


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
    """Play neighbourhoods in virtual time: real gossip, modelled radios.

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
    is_list: bool,
    is_json: bool,
) -> int:
    """Play a scenario, check what must hold, and report latency and airtime.

    NAME_OR_FILE is one of the scenarios that `--list` names, or a TOML file. Exits with 0 if
    everything held and with 1 if something did not.
    """
    if is_list:
        _list(is_json=is_json)
        return ExitCode.OK
    if scenario is None:
        raise click.UsageError("Which scenario? `meshnode simulate --list` names them.")
    chosen = _load(scenario, hours=hours, nodes=nodes, preset=preset)
    reports = []
    for one in range(seed, seed + count):
        reports.append(_play(chosen, one, label=f"{scenario}, seed {one}"))
        if not is_json:
            _show(reports[-1], is_short=count > 1)
    is_passed = all(report.is_passed for report in reports)
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
    return ExitCode.OK if is_passed else ExitCode.FAILED


@simulate.command(
    epilog=examples(
        "meshnode simulate plan --nodes 12 --preset MEDIUM_FAST --posts-a-day 40",
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
@json_option
def plan(*, nodes: int, preset: str, posts_a_day: int, seed: int, is_json: bool) -> None:
    """Say what a neighbourhood will cost and how fast an alert will be.

    Plays one day of it. Up to ten nodes hear each other, more stand in groups of ten in a row.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from meshnode.sim import plan as planning  # noqa: PLC0415  Slow, and only needed here.
    from meshnode.sim.table import ScenarioError  # noqa: PLC0415

    try:
        with Bar("a day") as bar:
            made = planning.make_plan(
                nodes=nodes, preset=preset, posts_a_day=posts_a_day, seed=seed, progress=bar.show
            )
    except ScenarioError as error:
        raise Failure(str(error), code="usage") from error
    if is_json:
        emit_json(asdict(made))
    else:
        emit("\n".join(planning.lines(made)))


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


def _play(scenario: "Scenario", seed: int, *, label: str) -> "Report":
    from meshnode.sim.play import Play  # noqa: PLC0415  Slow elsewhere.
    from meshnode.sim.report import report_on  # noqa: PLC0415

    play = Play(scenario, seed)
    with Bar(label) as bar:
        play.run(bar.show)
    return report_on(play)


def _show(report: "Report", *, is_short: bool) -> None:
    from meshnode.sim.report import lines  # noqa: PLC0415  Slow elsewhere.

    if not is_short:
        emit(printable("\n".join(lines(report))))
        return
    broken = [f"{one.name}: {one.sentence}" for one in report.verdicts if not one.is_kept]
    outcome = "; ".join(broken) if broken else "ok"
    emit(printable(f"seed {report.seed:<6} {report.airtime_s:>8.0f} s of airtime  {outcome}"))
