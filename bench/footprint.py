"""What a running daemon occupies and how fast it starts, empty and with many objects.

    python bench/footprint.py                     0 and 20,000 live objects
    python bench/footprint.py --objects 0 5000    other counts
    python bench/footprint.py --starts 5          more starts; the median counts
    python bench/footprint.py --json              the same numbers for programs

The real `meshnode run` on a store made before. The start is the time from exec until the API
answers; memory is read from /proc once the node is idle, with nothing asked but the API's own
description (`resident`), and then after one status and one page of the board (`asked`). No radio
and no phone is connected. Linux only.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import daemons
import stores
from bars import Bar, document, print_bars, print_json

from meshnode.node.home import Home

OBJECTS: Final = (0, 20_000)
STARTS: Final = 3
QUIET_S: Final = 1.0
IDLE_S_MAX: Final = 300.0
RESIDENT_MB_BAR: Final = 90.0
PEAK_MB_BAR: Final = 120.0
START_S_BAR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """A daemon with so many objects. Medians over the starts; memory in million bytes.

    `python_s` is what an empty Python program takes to start and end on the same machine.
    """

    objects: int
    starts: int
    start_s: float
    python_s: float
    resident_mb: float
    asked_mb: float
    peak_mb: float
    status_s: float
    page_s: float


def measure(count: int, starts: int) -> Row:
    """Start a node that holds `count` bulletins some times."""
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        (home,), steward = stores.found_community(Path(folder), ["node"])
        board = stores.board_of(home, steward, count)
        stores.keep(home, [*board.certificates, *board.bulletins])
        stores.index(home, board.bulletins)
        with daemons.running(home):
            pass  # It introduces itself once; every later start is like the ones that follow.
        began = [one_start(home) for _ in range(starts)]
    return Row(
        objects=count,
        starts=starts,
        python_s=median(daemons.interpreter_start_s() for _ in range(starts)),
        **{name: median(each[name] for each in began) for name in began[0]},
    )


def one_start(home: Home) -> dict[str, float]:
    """Start the node, look, ask, look again, and stop it."""
    with daemons.running(home) as node:
        daemons.wait_until_idle([node], quiet_s=QUIET_S, limit_s=IDLE_S_MAX)
        resident_mb = node.resident_mb
        began_s = time.perf_counter()
        node.client.get("/status")
        status_s = time.perf_counter() - began_s
        began_s = time.perf_counter()
        node.client.get("/bulletins")
        page_s = time.perf_counter() - began_s
        return {
            "start_s": node.start_s,
            "resident_mb": resident_mb,
            "asked_mb": node.resident_mb,
            "peak_mb": node.resident_mb_max,
            "status_s": status_s,
            "page_s": page_s,
        }


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the figures that have a bar."""
    bars = []
    for row in rows:
        bars += [
            Bar(f"start with {row.objects} objects", row.start_s, START_S_BAR, "s"),
            Bar(f"resident with {row.objects} objects", row.resident_mb, RESIDENT_MB_BAR, "MB"),
            Bar(f"peak with {row.objects} objects", row.peak_mb, PEAK_MB_BAR, "MB"),
        ]
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("objects   start  empty Python  resident  asked   peak  status  first page")
    print("      n       s             s        MB     MB     MB       s           s")
    for row in rows:
        print(
            f"{row.objects:7} {row.start_s:7.2f} {row.python_s:13.3f} {row.resident_mb:9.1f} "
            f"{row.asked_mb:6.1f} {row.peak_mb:6.1f} {row.status_s:7.3f} {row.page_s:11.3f}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="What a running daemon occupies.")
    parser.add_argument("--objects", type=int, nargs="+", default=OBJECTS, help="held (0, 20000)")
    parser.add_argument("--starts", type=int, default=STARTS, help=f"of each ({STARTS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [measure(count, arguments.starts) for count in arguments.objects]
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
