"""Draw docs/benchmarks/*.svg from the figures that `bench/all.py` keeps beside them as JSON.

    python bench/plots.py                   all of them
    python bench/plots.py --folder FOLDER   from and into another folder
    python bench/plots.py --png             also as PNG, to look at

The same figures give the same bytes: no dates, no random ids. Black on white, told apart by marker
and hatching too, so that they can be printed. Needs matplotlib (`pip install .[bench]`).
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FOLDER: Final = Path(__file__).parents[1] / "docs" / "benchmarks"
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00")
"""Okabe and Ito's, which colour-blind people can tell apart."""
MARKERS: Final = ("o", "s", "^", "D", "v", "P")
HATCHES: Final = ("", "//", "..")
PARTS: Final = ("push", "repair", "beacon")
BAR_STYLE: Final[dict[str, Any]] = {"color": "#555555", "linestyle": "--", "linewidth": 1.0}
AIRTIME_BARS: Final = {0.0: 1.3, 0.2: 1.5}
SETTINGS: Final[Any] = {
    "svg.hashsalt": "meshnode",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#DDDDDD",
    "legend.frameon": False,
    "figure.facecolor": "white",
}
METADATA: Final = {"Date": None, "Creator": "bench/plots.py"}
Rows = Sequence[dict[str, Any]]


def airtime(rows: Rows) -> Figure:
    """Airtime as a multiple of the bound, against loss, a line a workload."""
    figure, axes = _new(6.4, 4.0)
    bounded = [row for row in rows if row["ratio"]]
    for index, name in enumerate(dict.fromkeys(row["workload"] for row in bounded)):
        mine = [row for row in bounded if row["workload"] == name]
        losses = [100 * row["loss"] for row in mine]
        _line(axes, index, losses, [row["ratio"] for row in mine], name)
    across = [100 * loss for loss in AIRTIME_BARS]
    style: dict[str, Any] = {
        "color": "black",
        "marker": "_",
        "markersize": 26,
        "markeredgewidth": 2.5,
    }
    axes.plot(across, list(AIRTIME_BARS.values()), linestyle="", label="bar (W1-W5)", **style)
    axes.axhline(1.0, label="lower bound", **BAR_STYLE)
    axes.set(xlabel="packets lost, %", ylabel="airtime / lower bound", ylim=(0.9, None))
    axes.legend(loc="upper left", ncols=2, markerscale=0.8)
    return figure


def shares(rows: Rows) -> Figure:
    """What airtime went for, as multiples of the bound, a column a workload and loss."""
    figure, axes = _new(9.6, 4.0)
    chosen = [row for row in rows if row["ratio"] and row["loss"] in AIRTIME_BARS]
    names = [f"{row['workload']}\n{100 * row['loss']:.0f} %" for row in chosen]
    below = [0.0] * len(chosen)
    for index, part in enumerate(PARTS):
        heights = [
            row[f"{part}_s"] / row["airtime_s"] * row["ratio"] if row["airtime_s"] else 0.0
            for row in chosen
        ]
        axes.bar(names, heights, bottom=below, label=part, **_filled(index))
        below = [one + other for one, other in zip(below, heights, strict=True)]
    axes.axhline(1.0, label="lower bound", **BAR_STYLE)
    axes.set(ylabel="airtime / lower bound", xlabel="workload and packets lost")
    axes.legend(loc="upper left", ncols=4)
    axes.set_ylim(0, 1.2 * max(below))
    return figure


def growth(rows: Rows) -> Figure:
    """How airtime grows, a panel an axis, a line a loss."""
    panels = (
        ("nodes", "nodes in one domain (W1)", "ratio", "airtime / lower bound"),
        ("difference", "objects missed of 100 (W5)", "ratio", "airtime / lower bound"),
        ("objects", "objects shared before 5 new ones", "airtime_s", "airtime, s"),
        ("behind", "objects shared, 8 missed", "airtime_s", "airtime, s"),
    )
    figure = Figure(figsize=(8.0, 6.4), layout="constrained")
    for number, (axis, label, value, unit) in enumerate(panels, start=1):
        axes = figure.add_subplot(2, 2, number)
        mine = [row for row in rows if row["axis"] == axis]
        for index, loss in enumerate(dict.fromkeys(row["loss"] for row in mine)):
            some = [row for row in mine if row["loss"] == loss]
            sizes = [row["size"] for row in some]
            name = f"{100 * loss:.0f} % lost"
            _line(axes, index, sizes, [row[value] for row in some], name)
        if axis == "nodes":
            worst = max(row["loss"] for row in mine)
            some = [row for row in mine if row["loss"] == worst]
            name = f"ideal code, {100 * worst:.0f} % lost"
            across, up = [row["size"] for row in some], [row["ideal"] for row in some]
            axes.plot(across, up, color="black", linestyle=":", label=name)
        if value == "ratio":
            axes.axhline(1.0, label="lower bound", **BAR_STYLE)
        axes.set(xlabel=label, ylabel=unit, xscale="log", ylim=(0, None))
        _plain_ticks(axes, [row["size"] for row in mine])
        axes.legend(loc="best")
    return figure


def peers(rows: Rows) -> Figure:
    """What W1 costs with each peer, a bar each, a panel a loss."""
    losses = list(dict.fromkeys(row["loss"] for row in rows))
    figure = Figure(figsize=(7.2, 1.0 + 2.2 * len(losses)), layout="constrained")
    for number, loss in enumerate(losses, start=1):
        axes = figure.add_subplot(len(losses), 1, number)
        mine = [row for row in rows if row["loss"] == loss][::-1]
        names = [row["peer"] for row in mine]
        spent_s = [row["airtime_s"] for row in mine]
        bars = axes.barh(names, spent_s, **_filled(0))
        labels = [f"{row['airtime_s']:.0f} s, {row['held']:.0f} of 80 held" for row in mine]
        axes.bar_label(bars, labels, padding=4, fontsize=9)
        axes.set(title=f"{100 * loss:.0f} % of packets lost", xlim=(0, 1.45 * max(spent_s)))
        axes.grid(visible=False)
        axes.set_xlabel("airtime of all nodes, s" if number == len(losses) else "")
    return figure


def text(rows: Rows) -> Figure:
    """Bits a character, a group a language, a bar a method."""
    figure, axes = _new(6.4, 4.0)
    methods = list(dict.fromkeys(row["method"] for row in rows))
    languages = list(dict.fromkeys(row["language"] for row in rows))
    width = 0.8 / len(languages)
    for index, language in enumerate(languages):
        mine = {
            row["method"]: row["bits_a_character"] for row in rows if row["language"] == language
        }
        places = [position + index * width for position in range(len(methods))]
        heights = [mine[method] for method in methods]
        bars = axes.bar(places, heights, width, label=language, **_filled(index))
        axes.bar_label(bars, fmt="%.1f", fontsize=8)
    middle = (len(languages) - 1) * width / 2
    axes.set_xticks([place + middle for place in range(len(methods))], _wrapped(methods))
    axes.set(ylabel="bits a character", ylim=(0, 9.5))
    axes.legend(loc="upper right", ncols=len(languages))
    return figure


def daemon(rows: Rows) -> Figure:
    """Airtime of daemons and of simulated nodes, single runs as points."""
    figure, axes = _new(6.4, 3.4)
    for place, row in enumerate(rows):
        points = row["airtimes_s"]
        axes.plot([place] * len(points), points, "o", color="#888888", markersize=4)
        axes.errorbar(
            [place], [row["airtime_s"]], yerr=[row["error_s"]], color="black", capsize=6, fmt="_"
        )
    names = [f"{row['side']}\n{100 * row['loss']:.0f} % lost" for row in rows]
    axes.set_xticks(range(len(rows)), names)
    axes.set(ylabel="airtime of W1, s", ylim=(0, None), xlim=(-0.5, len(rows) - 0.5))
    return figure


PLOTS: Final[dict[str, tuple[str, Callable[[Rows], Figure]]]] = {
    "airtime": ("airtime", airtime),
    "shares": ("airtime", shares),
    "growth": ("growth", growth),
    "peers": ("peers", peers),
    "text": ("text", text),
    "daemon": ("daemon", daemon),
}
"""Each plot with the benchmark whose figures it needs."""


def draw(folder: Path, *, is_png: bool = False) -> list[Path]:
    """Draw what there are figures for; return the files written."""
    written = []
    with mpl.rc_context(SETTINGS):
        for name, (source, plot) in PLOTS.items():
            figures = folder / f"{source}.json"
            if not figures.exists():
                continue
            figure = plot(json.loads(figures.read_text(encoding="utf-8"))["result"]["rows"])
            path = folder / f"{name}.svg"
            figure.savefig(path, metadata=METADATA)
            if is_png:
                figure.savefig(path.with_suffix(".png"), dpi=110)
            written.append(path)
    return written


def _new(width_inches: float, height_inches: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width_inches, height_inches), layout="constrained")
    return figure, figure.add_subplot()


def _line(axes: Axes, index: int, across: Sequence[float], up: Sequence[float], label: str) -> None:
    style: dict[str, Any] = {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
    }
    axes.plot(across, up, label=label, **style)


def _filled(index: int) -> dict[str, Any]:
    return {"color": COLOURS[index], "hatch": HATCHES[index], "edgecolor": "white"}


def _plain_ticks(axes: Axes, sizes: Iterable[int]) -> None:
    """Name the sizes that were measured instead of powers of ten."""
    unique = sorted(set(sizes))
    axes.set_xticks(unique, [f"{size:,}" for size in unique])
    axes.minorticks_off()


def _wrapped(names: Sequence[str]) -> list[str]:
    return [name.replace(", ", ",\n") for name in names]


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw the benchmarks' figures.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of figures and plots")
    parser.add_argument("--png", action="store_true", help="also as PNG")
    arguments = parser.parse_args()
    for path in draw(arguments.folder, is_png=arguments.png):
        print(path.name)


if __name__ == "__main__":
    main()
