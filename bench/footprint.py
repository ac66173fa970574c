"""What a running daemon occupies and how fast it starts, empty and with many objects.

    python bench/footprint.py                     0 and 20,000 live objects, alone and in use
    python bench/footprint.py --objects 0 5000    other counts
    python bench/footprint.py --starts 5          more starts; the median counts
    python bench/footprint.py --json              the same numbers for programs

The real `meshnode run` on a store made before. The start is the time from exec until the API
answers; memory is read from /proc once the node is idle, with nothing asked but the challenge
that phones sign (`resident`), and then after one status and one page of the board (`asked`). Where
others use the machine, too, processor seconds until the API answers say more of a start.

`alone` is without radio and phones. `in use` is with a virtual radio, the browser's door open, 200
paired phones that each asked for the board once, sealed, and as many listening as a node lets
listen (`api.events.STREAMS_MAX`); `resident` is then read with all of that. `private` holds 50
circles and 1,000 sealed messages beside the board. Linux only.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import daemons
import phones
import stores
from bars import Bar, document, print_bars, print_json

from meshnode.api.live.events import STREAMS_MAX
from meshnode.node.home import Home
from meshnode.protocol.keys import SigningKey

OBJECTS: Final = (0, 20_000)
STARTS: Final = 3
QUIET_S: Final = 1.0
IDLE_S_MAX: Final = 300.0
RESIDENT_MB_BAR: Final = 90.0
PEAK_MB_BAR: Final = 120.0
START_S_BAR: Final = 3.0


PHONES: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A daemon with so many bulletins. Medians over the starts; memory in million bytes.

    `python_s` is what an empty Python program takes to start and end on the same machine.
    """

    objects: int
    setting: str
    starts: int
    start_s: float
    start_cpu_s: float
    python_s: float
    resident_mb: float
    asked_mb: float
    peak_mb: float
    status_s: float
    page_s: float


Start = Callable[[Home], dict[str, float]]


def measure(count: int, starts: int, setting: str) -> Row:
    """Start a node that holds `count` bulletins some times."""
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        (home,), steward = stores.found_community(Path(folder), ["node"])
        board = stores.board_of(home, steward, count)
        stores.keep(home, [*board.certificates, *board.bulletins])
        stores.index(home, board.bulletins)
        if setting == "private":
            stores.keep(home, stores.private_of(home, steward))
        start: Start = one_start
        if setting == "in use":
            start = partial(one_start_in_use, keys=phones.paired(home, PHONES))
        with daemons.running(home):
            pass  # It introduces itself once; every later start is like the ones that follow.
        began = [start(home) for _ in range(starts)]
    return Row(
        objects=count,
        setting=setting,
        starts=starts,
        python_s=median(daemons.interpreter_start_s() for _ in range(starts)),
        **{name: median(each[name] for each in began) for name in began[0]},
    )


def one_start(home: Home) -> dict[str, float]:
    """Start the node, look, ask, look again, and stop it."""
    with daemons.running(home) as node:
        start_cpu_s = node.cpu_s
        return {"start_cpu_s": start_cpu_s, **looked_at(node)}


def one_start_in_use(home: Home, *, keys: Sequence[SigningKey]) -> dict[str, float]:
    """The same with a radio and phones."""
    port = daemons.free_port()
    with ExitStack() as stack:
        radio = stack.enter_context(virtual_radio())
        options = ("--radio", radio, "--http", f"127.0.0.1:{port}")
        node = stack.enter_context(daemons.running(home, *options))
        start_cpu_s = node.cpu_s
        daemons.wait_until_idle([node], quiet_s=QUIET_S, limit_s=IDLE_S_MAX)
        phones.ask_all(port, keys, "/bulletins")
        stack.enter_context(phones.listening(port, STREAMS_MAX))
        return {"start_cpu_s": start_cpu_s, **looked_at(node)}


def looked_at(node: daemons.Daemon) -> dict[str, float]:
    """Return what an idle node occupies, before and after it was asked."""
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


@contextmanager
def virtual_radio() -> Iterator[str]:
    """Serve a radio that hears nobody while the block lasts; yield where it is."""
    command = [sys.executable, "-m", "meshnode.sim", "--radios", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as radio:
        try:
            said = radio.stdout.readline() if radio.stdout else ""
            yield said.split()[-1]
        finally:
            radio.terminate()


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the figures that have a bar."""
    bars = []
    for row in rows:
        what = f"{row.objects} objects, {row.setting}"
        bars += [
            Bar(f"start with {what}", row.start_s, START_S_BAR, "s"),
            Bar(f"resident with {what}", row.resident_mb, RESIDENT_MB_BAR, "MB"),
            Bar(f"peak with {what}", row.peak_mb, PEAK_MB_BAR, "MB"),
        ]
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("objects  setting    start    cpu  empty Python  resident  asked   peak  status  page")
    print("      n                 s      s             s        MB     MB     MB       s     s")
    for row in rows:
        print(
            f"{row.objects:7}  {row.setting:8} {row.start_s:7.2f} {row.start_cpu_s:6.2f} "
            f"{row.python_s:13.3f} "
            f"{row.resident_mb:9.1f} {row.asked_mb:6.1f} {row.peak_mb:6.1f} "
            f"{row.status_s:7.3f} {row.page_s:5.3f}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="What a running daemon occupies.")
    parser.add_argument("--objects", type=int, nargs="+", default=OBJECTS, help="held (0, 20000)")
    parser.add_argument("--starts", type=int, default=STARTS, help=f"of each ({STARTS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = [measure(count, arguments.starts, "alone") for count in arguments.objects]
    most = max(arguments.objects)
    rows += [measure(most, arguments.starts, setting) for setting in ("in use", "private")]
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
