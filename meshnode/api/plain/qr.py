"""QR codes as markup: a path in an inline SVG, which needs neither a file nor a style.

Not for: paper (`meshnode.press`). Invariant: dark on light with a quiet zone, in dark mode, too.
"""

from typing import Final

from meshnode.api.plain.html import Markup, element

_QUIET_MODULES: Final = 4
"""Source: ISO/IEC 18004, which asks for four."""


def qr_code(content: str, label: str) -> Markup:
    """Return a code as large as its place; `label` says to who cannot see it what it is."""
    # Most nodes never draw one while they run; it is a megabyte.
    import segno  # noqa: PLC0415

    matrix = segno.make(content, error="m", micro=False).matrix
    side = len(matrix) + 2 * _QUIET_MODULES
    steps = [step for row, cells in enumerate(matrix) for step in _runs(cells, row)]
    return element(
        "svg",
        element("rect", attributes={"width": str(side), "height": str(side), "fill": "#fff"}),
        element("path", attributes={"d": "".join(steps), "fill": "#000"}),
        attributes={
            "class": "qr",
            "viewBox": f"0 0 {side} {side}",
            "shape-rendering": "crispEdges",
            "role": "img",
            "aria-label": label,
        },
    )


def _runs(cells: bytearray, row: int) -> list[str]:
    """Return the dark stretches of a row as steps of a path."""
    steps, at = [], 0
    while at < len(cells):
        run = 1
        while at + run < len(cells) and bool(cells[at + run]) == bool(cells[at]):
            run += 1
        if cells[at]:
            steps.append(f"M{at + _QUIET_MODULES} {row + _QUIET_MODULES}h{run}v1h-{run}z")
        at += run
    return steps
