"""The colours of the pages, by day and by night.

Invariants: every pair of colours in `PALETTES` has a contrast of at least 4.5 (WCAG AA).
"""

from typing import Final

PALETTES: Final = {
    "light": {
        "ground": "#ffffff",
        "card": "#f4f5f7",
        "text": "#1b1b1f",
        "quiet": "#52555c",
        "link": "#0b57a4",
        "notice": "#fff4cc",
        "notice-text": "#4a3800",
        "drill": "#e3f1e5",
        "drill-text": "#123d19",
    },
    "dark": {
        "ground": "#121316",
        "card": "#1e2024",
        "text": "#ececf0",
        "quiet": "#b4b7be",
        "link": "#8ec5ff",
        "notice": "#4a3800",
        "notice-text": "#ffedb0",
        "drill": "#173a1d",
        "drill-text": "#d3f2d8",
    },
}
LABELS: Final = {
    "extreme": ("#ffffff", "#a3001b"),
    "severe": ("#ffffff", "#a84300"),
    "minor": ("#3d2e00", "#ffd75e"),
    "info": ("#ffffff", "#3a5f8a"),
}
"""Text and ground of each severity's label; the same by day and by night."""


def variables(palette: dict[str, str]) -> str:
    """Return a palette as properties of a style sheet."""
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


def label_rule(severity: str) -> str:
    """Return the rule of a severity's card and label."""
    text, ground = LABELS[severity]
    return (
        f".{severity}{{border-inline-start-color:{ground}}}"
        f".{severity} .label{{color:{text};background:{ground}}}"
    )
