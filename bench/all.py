"""Run the benchmarks at modest counts, keep their figures, draw the plots and write the page.

    python bench/all.py                  all of them; about half an hour on two cores
    python bench/all.py growth text      only these; the others' figures stay as they are
    python bench/all.py --list           name them with their commands

Figures go to docs/benchmarks/NAME.json with commit and command; plots and the tables of
docs/benchmarks.md are made from all figures that are there. One benchmark runs at a time, so that
none disturbs the clock of another.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import page
import plots

ROOT: Final = Path(__file__).parents[1]
LIMIT_S: Final = 3600.0
OPTIONS: Final[dict[str, str]] = {
    "text": "",
    "airtime": "--seeds 20",
    "growth": "--seeds 10",
    "catchup": "--daemons",
    "footprint": "",
    "views": "",
    "simulator": "",
    "peers": "--lxmf-runs 2",
    "daemon": "--loss 0 --loss 0.2 --runs 8 --at-once 4",
}
"""Quick ones first: who stops it half-way has most of it."""


def command_of(name: str) -> list[str]:
    """Return a benchmark's command without the interpreter."""
    return [f"bench/{name}.py", *OPTIONS[name].split()]


def measured(name: str) -> page.Found:
    """Run one benchmark; return its figures and where they come from.

    Raises:
        RuntimeError: It failed.
    """
    command = command_of(name)
    measured_commit = commit()  # Before the run: somebody may commit meanwhile.
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command, "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed with {done.returncode}")
    return {
        "command": f"python {' '.join(command)}",
        "commit": measured_commit,
        "machine": machine(),
        "seconds": round(time.monotonic() - began_s),
        "result": as_result(json.loads(done.stdout)),
    }


def as_result(printed: Any) -> dict[str, Any]:
    """Return what a benchmark printed as rows and bars; the oldest prints its rows alone."""
    return {"rows": printed, "bars": []} if isinstance(printed, list) else printed


def machine() -> str:
    """Return what kind of machine this is."""
    cores, python = os.cpu_count(), platform.python_version()
    return f"{cores} cores {platform.machine()}, Python {python}"


def commit() -> str:
    """Return the commit, marked where the code that is measured differs from it."""
    head = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", "meshnode", "bench")
    return f"{head} with changes" if changed else head


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words],  # noqa: S607 -- Whoever has a checkout has git in the path.
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def run(names: Sequence[str]) -> list[str]:
    """Run benchmarks and keep their figures; return the names of those that failed."""
    page.FIGURES.mkdir(exist_ok=True)
    failed = []
    for name in names:
        print(f"{time.strftime('%H:%M:%S')} {' '.join(command_of(name))}", flush=True)
        try:
            found = measured(name)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"  {error}", file=sys.stderr)
            failed.append(name)
            continue
        text = json.dumps(found, indent=1) + "\n"
        (page.FIGURES / f"{name}.json").write_text(text, encoding="utf-8")
        for bar in page.bars_of(name, found):
            print(f"  {'met   ' if bar['is_met'] else 'MISSED'} {bar['what']}: {bar['figure']:.4g}")
    return failed


def main() -> int:
    """Do what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description="Run the benchmarks and write their page.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(OPTIONS))
    parser.add_argument("--list", action="store_true", help="name them and stop")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in OPTIONS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(OPTIONS)}")
    if arguments.list:
        for name in OPTIONS:
            print(f"{name:10} python {' '.join(command_of(name))}")
        return 0
    failed = run(arguments.names or list(OPTIONS))
    plots.draw(page.FIGURES)
    text = page.PAGE.read_text(encoding="utf-8")
    page.PAGE.write_text(page.written(text, page.kept_figures()), encoding="utf-8")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
