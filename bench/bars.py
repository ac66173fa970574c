"""Figures and the bars that they have to clear, said the same way by every benchmark.

Not for: measuring. A benchmark prints its table, then one line a bar; with `--json` one document
with `rows` and `bars`, from which `bench/all.py` makes docs/benchmarks.md.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure beside its limit. `is_floor`: the figure must reach it, else stay below it."""

    what: str
    figure: float
    limit: float
    unit: str = ""
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.figure >= self.limit if self.is_floor else self.figure <= self.limit

    def sentence(self) -> str:
        """Return the bar in a line."""
        unit = f" {self.unit}" if self.unit else ""
        sign = ">=" if self.is_floor else "<="
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.what}: {self.figure:.4g}{unit}, bar {sign} {self.limit:g}{unit}: {verdict}"


def document(rows: Sequence[Any], bars: Sequence[Bar], **more: Any) -> dict[str, Any]:
    """Return what a benchmark found, ready for JSON; rows are dataclasses."""
    return {
        **more,
        "rows": [asdict(row) for row in rows],
        "bars": [{**asdict(bar), "is_met": bar.is_met} for bar in bars],
    }


def print_json(content: Any) -> None:
    """Print a document as JSON."""
    print(json.dumps(content, indent=2))


def print_bars(bars: Sequence[Bar]) -> None:
    """Print one line a bar."""
    for bar in bars:
        print(bar.sentence())


def standard_error(values: Sequence[float]) -> float:
    """Return the standard error of the mean of some values; 0 for fewer than two."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def ratio_error(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the standard error of the ratio of two independent means, to first order."""
    mean_over, mean_under = fmean(over), fmean(under)
    relative = (standard_error(over) / mean_over) ** 2 + (standard_error(under) / mean_under) ** 2
    return mean_over / mean_under * sqrt(relative)
