"""What people see of many objects: how fast it is made anew, listed and searched.

    python bench/views.py                     20,000 live objects
    python bench/views.py --objects 1000      another count
    python bench/views.py --asks 50           more questions of each sort; the median counts
    python bench/views.py --json              the same numbers for programs

The real `meshnode run` on a store made before, asked over its UNIX socket. `plain` is the same
question in SQL to the same file, by Python's sqlite3 without anything around it: for a list the
newest fifty objects and how many there are, for a search the very statement that the node runs.
`first` is asked once after the start, when nothing has been made yet; `changed` after one object
more. Views from nothing are made in this process, from objects that are verified and in memory;
texts and index separately, since a text is decoded once in the life of an index, not at a start.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import quote

import daemons
import stores
from bars import Bar, document, print_bars, print_json

from meshnode.board.finding.query import parse_query
from meshnode.board.finding.searched import SEARCHED, page_of
from meshnode.board.rules import NeighbourhoodRules
from meshnode.commands.terminal.failures import Failure
from meshnode.node.clock import Clock
from meshnode.node.desks.noticeboard import Noticeboard
from meshnode.node.home import Home
from meshnode.protocol.keys import CommunityId
from meshnode.store.search import Wanted, statement

OBJECTS: Final = 20_000
ASKS: Final = 20
PAGE: Final = 50
REBUILD_S_BAR: Final = 5.0
ANSWER_MS_BAR: Final = 50.0
READY_S_MAX: Final = 600.0
QUERIES: Final = {
    "search, one word": "wasser",
    "search, two words": "wasser heute",
    "search, a letter": "w",
    "search, a phrase": '"um 14"',
    "search, nothing found": "xylophon",
}
LIST: Final = (
    "SELECT encoded FROM objects WHERE kind = 3 AND expires_min > ?"
    " ORDER BY created_min DESC LIMIT 50"
)
COUNT: Final = "SELECT count(*) FROM objects WHERE kind = 3 AND expires_min > ?"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was asked. Milliseconds; `plain_ms` and `ratio` where SQL can answer it."""

    what: str
    objects: int
    found: int
    median_ms: float
    worst_ms: float
    plain_ms: float | None
    ratio: float | None


def measure(count: int, asks: int) -> list[Row]:
    """Make a node with so many bulletins, and ask it."""
    with tempfile.TemporaryDirectory(prefix="views-") as folder:
        (home,), steward = stores.found_community(Path(folder), ["node"])
        board = stores.board_of(home, steward, count)
        things = [*board.certificates, *board.bulletins]
        community = home.load_keyring().community
        rows = made_anew(home, community, board)
        stores.keep(home, things)
        return [*rows, *asked(home, count, asks)]


def made_anew(home: Home, community: CommunityId, board: stores.Board) -> list[Row]:
    """Make the board's order, its first page and the index, each from nothing."""
    charter = home.load_keyring().belonging.charter
    rules = NeighbourhoodRules(community, (charter,))
    for thing in (*board.certificates, *board.bulletins):
        rules.learn(thing)
    minute = Clock().wall_minute()
    count = len(board.bulletins)
    noticeboard = Noticeboard(rules, lambda: minute, dict)
    list_ms = timed(lambda: noticeboard.page(limit=PAGE))
    texts = list({thing.body: thing for thing in board.bulletins}.values())
    read_ms = timed(lambda: [page_of(thing, ()) for thing in texts]) / len(texts)
    index_ms = timed(lambda: stores.index(home, board.bulletins)) - len(texts) * read_ms
    made = noticeboard.count()
    return [
        Row("board, from nothing", count, made, list_ms, list_ms, None, None),
        Row("index, from read texts", count, count, index_ms, index_ms, None, None),
        Row("reading one text", 1, 1, read_ms, read_ms, None, None),
    ]


def asked(home: Home, count: int, asks: int) -> list[Row]:
    """Start the node and ask it."""
    with daemons.running(home) as node:
        began_s = time.perf_counter()
        while not is_in_step(node):
            if time.perf_counter() - began_s > READY_S_MAX:
                raise RuntimeError("the index is not in step yet")
            time.sleep(daemons.POLL_S)
        in_step_ms = 1000 * (time.perf_counter() - began_s)
        what = "index in step, after a start"
        rows = [Row(what, count, count, in_step_ms, in_step_ms, None, None)]
        path = f"/bulletins?limit={PAGE}"
        with closing(sqlite3.connect(home.store)) as store:
            minute = Clock().wall_minute()
            plain_ms = [timed(lambda: plain_list(store, minute)) for _ in range(asks)]
            rows.append(row("list, first", count, node, [path], plain_ms))
            rows.append(row("list", count, node, [path] * asks, plain_ms))
            deep = [f"{path}&offset={(at * 977) % max(1, count - PAGE)}" for at in range(asks)]
            rows.append(row("list, any page", count, node, deep, plain_ms))
            sieved = [f"{path}&category=general&severity=info"] * asks
            rows.append(row("list, filtered", count, node, sieved, plain_ms))
            rows.append(
                row("list, changed", count, node, [path] * asks, plain_ms, is_changing=True)
            )
            rows.append(row("status", count, node, ["/status"] * asks, None))
        with closing(sqlite3.connect(home.search)) as index:
            for what, query in QUERIES.items():
                sql, parameters = searched(query, minute)
                plain_ms = [
                    timed(lambda: index.execute(sql, parameters).fetchall())  # noqa: B023
                    for _ in range(asks)
                ]
                paths = [f"/search?q={quote(query)}"] * asks
                rows.append(row(what, count, node, paths, plain_ms))
        return rows


def is_in_step(node: daemons.Daemon) -> bool:
    """Return whether everything can be found."""
    with suppress(Failure):
        return bool(node.client.get("/search?limit=1")["missing"] == 0)
    return False


def searched(query: str, minute: int) -> tuple[str, Any]:
    """Return the statement by which a node answers a query."""
    wanted = Wanted(kinds=tuple(SEARCHED), terms=parse_query(query))
    return statement(wanted, minute=minute, offset=0, limit=20)


def plain_list(store: sqlite3.Connection, minute: int) -> None:
    """Ask for a page of the board in SQL."""
    store.execute(LIST, (minute,)).fetchall()
    store.execute(COUNT, (minute,)).fetchall()


def row(
    what: str,
    count: int,
    node: daemons.Daemon,
    paths: Sequence[str],
    plain_ms: Sequence[float] | None,
    *,
    is_changing: bool = False,
) -> Row:
    """Ask a node for these paths; with `is_changing` something is posted before each."""
    took_ms, found = [], 0
    for at, path in enumerate(paths):
        if is_changing:
            node.client.post("/bulletins", {"text": f"Neu {at}"})
        began_s = time.perf_counter()
        answer = node.client.get(path)
        took_ms.append(1000 * (time.perf_counter() - began_s))
        found = answer.get("total", 1)
    plain = None if plain_ms is None else median(plain_ms)
    ratio = None if plain is None else median(took_ms) / plain
    return Row(what, count, found, median(took_ms), max(took_ms), plain, ratio)


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    began_s = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began_s)


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the figures that have a bar."""
    bars = []
    for one in rows:
        if one.what in ("board, from nothing", "index, from read texts"):
            what = f"{one.what}, {one.objects} objects"
            bars.append(Bar(what, one.median_ms / 1000, REBUILD_S_BAR, "s"))
        elif one.what.startswith(("list", "search")):
            what = f"{one.what}, {one.objects} objects"
            bars.append(Bar(what, one.median_ms, ANSWER_MS_BAR, "ms"))
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print(f"{'what':30} objects   found  median ms  worst ms  plain SQL ms  ratio")
    for one in rows:
        plain = "-" if one.plain_ms is None else f"{one.plain_ms:.2f}"
        ratio = "-" if one.ratio is None else f"{one.ratio:.1f}"
        print(
            f"{one.what:30} {one.objects:7} {one.found:7} {one.median_ms:10.2f} "
            f"{one.worst_ms:9.2f} {plain:>13} {ratio:>6}"
        )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="How fast views are made, listed and searched.")
    parser.add_argument("--objects", type=int, default=OBJECTS, help=f"held ({OBJECTS})")
    parser.add_argument("--asks", type=int, default=ASKS, help=f"of each question ({ASKS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = measure(arguments.objects, arguments.asks)
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars))
        return
    print_table(rows)
    print_bars(bars)


if __name__ == "__main__":
    main()
