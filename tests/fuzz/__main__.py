"""`python -m tests.fuzz`: fuzzes all harnesses, or repeats what one of them found."""

import argparse
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import campaign, guided, pace, registry


def main() -> int:
    """Return 0 if nothing was found."""
    asked = _arguments()
    if asked.pace is not None:
        run = registry.load(asked.only[0]).run
        inputs = [path.read_bytes() for path in sorted(asked.pace.glob("*"))]
        print(f"{pace.slowest_ms(run, inputs)[0]:.1f}")
        return 0
    if asked.repeat is not None:
        return _repeat(asked.only[0], asked.repeat)
    if find_spec("atheris") is None:
        print("atheris is not here: it has wheels for Linux on x86_64 alone. There: make fuzz")
        return 1
    if asked.alone is not None:
        guided.fuzz(asked.only[0], asked.seconds, asked.alone)
    return _campaign(asked.only or list(registry.NAMES), asked.seconds, keeps=asked.keep)


def _campaign(names: list[str], seconds: int, *, keeps: bool) -> int:
    began_s = time.monotonic()
    print(f"{len(names)} harnesses, {seconds} s each, {campaign.AT_ONCE} at a time", flush=True)
    found = []
    for outcome in campaign.run_all(names, seconds, keeps=keeps):
        print(outcome.line, flush=True)
        if outcome.problem:
            found.append(outcome.name)
            print(outcome.problem, flush=True)
    print(f"{time.monotonic() - began_s:.0f} s; {f'found in: {found}' if found else 'no findings'}")
    return 1 if found else 0


def _repeat(name: str, file: Path) -> int:
    if not file.exists():
        file = campaign.FINDINGS / file.name
    data = file.read_bytes()
    print(f"{len(data)} bytes: {data.hex()}")
    run = registry.load(name).run
    print("read" if run(data) else "refused", f"{pace.slowest_ms(run, [data])[0]:.1f} ms")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=30, help="how long each one takes")
    parser.add_argument("--only", action="append", choices=registry.NAMES, help="not all of them")
    parser.add_argument("--repeat", type=Path, help="run one input of the one harness; its trace")
    parser.add_argument("--keep", action="store_true", help="add to the corpus what reaches more")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pace", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    needs_one = asked.repeat or asked.alone or asked.pace
    if needs_one and len(asked.only or []) != 1:
        parser.error("name the one harness: --only NAME")
    return asked


if __name__ == "__main__":
    sys.exit(main())
