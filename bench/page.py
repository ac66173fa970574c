"""Write the tables of docs/benchmarks.md anew from the figures beside it, so that it never lies.

    python bench/page.py            write
    python bench/page.py --check    only say whether the page is what the figures make it

Prose is written by people and left alone; between `<!-- begin NAME -->` and `<!-- end NAME -->`
stands what this program makes of docs/benchmarks/NAME.json, `summary` of all of them.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bars import Bar

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "benchmarks.md"
FIGURES: Final = DOCS / "benchmarks"
NAMES: Final = (
    "airtime",
    "growth",
    "peers",
    "daemon",
    "text",
    "catchup",
    "footprint",
    "views",
    "simulator",
)

Found = dict[str, Any]
"""A file of figures: `command`, `commit`, `machine`, `seconds`, and the benchmark's `result`."""
Column = tuple[str, Callable[[dict[str, Any]], str]]


def number(name: str, digits: int = 1) -> Callable[[dict[str, Any]], str]:
    """Return what writes a field as a number; a dash where there is none."""
    return lambda row: "-" if row[name] is None else f"{row[name]:,.{digits}f}"


def words(name: str) -> Callable[[dict[str, Any]], str]:
    """Return what writes a field as it is."""
    return lambda row: str(row[name])


def percent(row: dict[str, Any]) -> str:
    """Write a row's loss."""
    return f"{100 * row['loss']:.0f}"


def whole(row: dict[str, Any]) -> str:
    """Write how many of a row's runs ended with all holding all."""
    return f"{row['runs'] - row['incomplete']} of {row['runs']}"


_SPENT: Final[tuple[Column, ...]] = (
    ("frames", number("frames")),
    ("push s", number("push_s")),
    ("repair s", number("repair_s")),
    ("beacon s", number("beacon_s")),
    ("airtime s", number("airtime_s")),
)
TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "airtime": (
        ("workload", words("workload")),
        ("loss %", percent),
        *_SPENT,
        ("all hold all after s", number("duration_s", 0)),
        ("longest s", number("duration_max_s", 0)),
        ("complete", whole),
        ("to the bound", number("ratio", 2)),
    ),
    "growth": (
        ("axis", words("axis")),
        ("size", number("size", 0)),
        ("loss %", percent),
        *_SPENT,
        ("+- s", number("airtime_error_s")),
        ("all hold all after s", number("duration_s", 0)),
        ("complete", whole),
        ("to the bound", number("ratio", 2)),
        ("ideal code", number("ideal", 2)),
    ),
    "peers": (
        ("loss %", percent),
        ("peer", words("peer")),
        ("airtime s", number("airtime_s")),
        ("frames", number("frames", 0)),
        ("bytes", number("bytes_sent", 0)),
        ("held of 80", number("held")),
        ("all hold all after s", number("duration_s", 0)),
        ("complete", lambda row: f"{row['complete']} of {row['runs']}"),
        ("hour after s", number("hour_after_s")),
        ("to ours", number("to_ours", 2)),
        ("to the bound", number("to_bound", 2)),
    ),
    "daemon": (
        ("side", words("side")),
        ("loss %", percent),
        ("airtime s", number("airtime_s")),
        ("+- s", number("error_s")),
        ("push s", number("push_s")),
        ("repair s", number("repair_s")),
        ("beacon s", number("beacon_s")),
        ("frames", number("frames")),
        ("bytes a frame", number("frame_bytes", 0)),
        ("collided", number("collided")),
        ("deaf", number("deaf")),
        ("firmware's own s", number("other_s", 2)),
        ("all hold all after s", number("duration_s", 0)),
        ("complete", whole),
    ),
    "text": (
        ("language", words("language")),
        ("method", words("method")),
        ("bits a character", number("bits_a_character", 2)),
        ("bytes a text", number("bytes_a_text")),
        ("ms to encode", number("ms_to_encode", 2)),
        ("ms to decode", number("ms_to_decode", 2)),
    ),
    "catchup": (
        ("way", words("way")),
        ("objects", number("objects", 0)),
        ("missing", number("missing", 0)),
        ("missing bytes", number("missing_bytes", 0)),
        ("sent bytes", number("sent_bytes", 0)),
        ("answered bytes", number("answered_bytes", 0)),
        ("signatures alone s", number("signatures_s", 2)),
        ("receiver s", number("receiver_s", 2)),
        ("sender s", number("sender_s", 2)),
        ("signatures cpu s", number("signatures_cpu_s", 2)),
        ("receiver cpu s", number("receiver_cpu_s", 2)),
        ("time to the signatures", number("time_ratio", 2)),
        ("cpu to the signatures", number("cpu_ratio", 2)),
        ("to the bytes", number("bytes_ratio", 3)),
    ),
    "footprint": (
        ("objects", number("objects", 0)),
        ("setting", words("setting")),
        ("start s", number("start_s", 2)),
        ("empty Python s", number("python_s", 2)),
        ("resident MB", number("resident_mb")),
        ("after being asked MB", number("asked_mb")),
        ("peak MB", number("peak_mb")),
        ("one status s", number("status_s", 3)),
        ("first page s", number("page_s", 3)),
    ),
    "views": (
        ("what", words("what")),
        ("objects", number("objects", 0)),
        ("found", number("found", 0)),
        ("ms", number("median_ms", 2)),
        ("worst ms", number("worst_ms", 2)),
        ("plain SQL ms", number("plain_ms", 2)),
        ("to plain SQL", number("ratio", 1)),
    ),
    "simulator": (
        ("scenario", words("scenario")),
        ("nodes", number("nodes", 0)),
        ("hours", number("hours", 0)),
        ("one core s", number("cpu_s")),
        ("events", number("events", 0)),
        ("events a second", number("events_a_second", 0)),
        ("frames", number("frames", 0)),
        ("objects", number("objects", 0)),
        ("calibrations", number("calibrations", 0)),
    ),
}


AIRTIME_LIMITS: Final = {
    **{(name, 0.0): 1.3 for name in ("W1", "W2", "W3", "W5")},
    **{(name, 0.2): 1.5 for name in ("W1", "W2", "W3", "W5")},
    ("W1x20", 0.2): 1.6,
}
"""Airtime to the bound, by workload and loss. Stars and meshes have no bar."""


def airtime_bars(rows: Sequence[dict[str, Any]]) -> list[Bar]:
    """Return the bars of `bench/airtime.py`, which prints none itself."""
    bars = []
    for row in rows:
        name, loss = row["workload"], row["loss"]
        limit = AIRTIME_LIMITS.get((name, loss))
        if name == "REF" and loss == 0:
            bars.append(Bar("reference job, 0 % loss", row["airtime_s"], 7.0, "s"))
        elif name == "W4" and loss == 0:
            bars.append(Bar("idle hour of 5 nodes, 0 % loss", row["airtime_s"], 3.0, "s"))
        elif limit is not None:
            what = f"airtime to the bound, {name}, {100 * loss:.0f} % loss"
            bars.append(Bar(what, row["ratio"], limit))
    return bars


def bars_of(name: str, found: Found) -> list[dict[str, Any]]:
    """Return a benchmark's bars as documents."""
    if name == "airtime":
        bars = airtime_bars(found["result"]["rows"])
        return [{**asdict(bar), "is_met": bar.is_met} for bar in bars]
    return list(found["result"]["bars"])


def table(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a table in Markdown."""
    lines = [
        "| " + " | ".join(title for title, _ in columns) + " |",
        "|" + "---|" * len(columns),
        *("| " + " | ".join(write(row) for _, write in columns) + " |" for row in rows),
    ]
    return "\n".join(lines)


def block(name: str, found: Found) -> str:
    """Return what stands between a benchmark's markers."""
    origin = (
        f"`{found['command']}` at commit {found['commit']}, {found['machine']}, "
        f"{found['seconds']:.0f} s."
    )
    return f"\n{origin}\n\n{table(TABLES[name], found['result']['rows'])}\n\n"


def summary(figures: dict[str, Found]) -> str:
    """Return the table of all bars."""
    lines = ["", "| measure | figure | bar | | benchmark |", "|---|---|---|---|---|"]
    for name, found in figures.items():
        for bar in bars_of(name, found):
            unit = f" {bar['unit']}" if bar["unit"] else ""
            sign = ">=" if bar["is_floor"] else "<="
            verdict = "met" if bar["is_met"] else "**missed**"
            lines.append(
                f"| {bar['what']} | {bar['figure']:.4g}{unit} | {sign} {bar['limit']:g}{unit} "
                f"| {verdict} | [{name}](#{name}) |"
            )
    return "\n".join([*lines, "", ""])


def written(page: str, figures: dict[str, Found]) -> str:
    """Return the page with everything between its markers made anew.

    Raises:
        ValueError: The markers of a benchmark are missing.
    """
    blocks = {name: block(name, found) for name, found in figures.items()}
    for name, content in {**blocks, "summary": summary(figures)}.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        if begin not in page or end not in page:
            raise ValueError(f"docs/benchmarks.md has no markers for {name}")
        page = page[: page.index(begin)] + begin + content + page[page.index(end) :]
    return page


def kept_figures(folder: Path = FIGURES) -> dict[str, Found]:
    """Return the figures that are there, in the order of the page."""
    return {
        name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in NAMES
        if (folder / f"{name}.json").exists()
    }


def main() -> int:
    """Do what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/benchmarks.md anew.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if stale")
    arguments = parser.parse_args()
    before = PAGE.read_text(encoding="utf-8")
    after = written(before, kept_figures())
    if arguments.check:
        if before != after:
            print("docs/benchmarks.md is stale: run python bench/page.py", file=sys.stderr)
        return int(before != after)
    PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
