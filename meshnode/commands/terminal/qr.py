"""QR codes: in a terminal for a phone's camera, as SVG for paper and pages.

Two modules stand in one character, one above the other, because a character is about twice as high
as wide. On a terminal with colours black and white are said outright; on any other, light modules
are drawn and dark ones left, as a dark terminal needs it.
"""

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, is_coloured

if TYPE_CHECKING:
    import segno

QR_BYTES_MAX: Final = 2_953
"""What the largest code takes at the lowest error correction."""
QUIET_MODULES: Final = 4
"""The margin that the standard wants."""
QUIET_MODULES_MIN: Final = 2
"""The margin that phones put up with, for small terminals."""
_BLACK_ON_WHITE: Final = "\x1b[38;5;16;48;5;231m"
_RESET: Final = "\x1b[0m"
_DARK_ABOVE_BELOW: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def show_qr(text: str, *, is_json: bool) -> bool:
    """Print a QR code on stdout and return True; do nothing where no person looks at it.

    Raises:
        Failure: It does not fit the terminal.
    """
    if is_json or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    size = shutil.get_terminal_size()
    # One line stays free for what comes after, or the first one scrolls away.
    emit(terminal_qr(text, columns=size.columns, lines=size.lines - 1, is_coloured=is_coloured()))
    return True


def terminal_qr(text: str, *, columns: int, lines: int, is_coloured: bool) -> str:
    """Return the lines of a QR code that fits so many columns and lines.

    Raises:
        Failure: It does not fit, or no code takes so much text.
    """
    code = _code(text)
    modules = len(code.matrix)
    room = min(columns, 2 * lines)
    quiet = min(QUIET_MODULES, (room - modules) // 2)
    if quiet < QUIET_MODULES_MIN:
        width = modules + 2 * QUIET_MODULES_MIN
        raise Failure(
            f"The QR code needs {width} columns and {(width + 1) // 2 + 1} lines; this terminal "
            f"has {columns} and {lines + 1}. Make the window larger or its letters smaller.",
            code="limit",
        )
    return _drawn(code, quiet, is_coloured=is_coloured)


def svg_qr(text: str) -> str:
    """Return a QR code as one SVG element that scales with what it stands in.

    Raises:
        Failure: No code takes so much text.
    """
    svg: str = _code(text).svg_inline(
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return svg


def _code(text: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415  Slow; only needed here.

    size_bytes = len(text.encode(errors="replace"))
    try:
        return segno.make(
            text, error="l", micro=False, encoding=None if text.isascii() else "utf-8"
        )
    except segno.DataOverflowError as error:
        raise Failure(
            f"A QR code takes up to {QR_BYTES_MAX} bytes; this text has {size_bytes}. "
            "Pass it on as a file.",
            code="too_large",
        ) from error


def _drawn(code: "segno.QRCode", quiet: int, *, is_coloured: bool) -> str:
    rows = [tuple(row) for row in code.matrix_iter(border=quiet)]
    if len(rows) % 2:
        # The lower half of the last line is margin too.
        rows.append((0,) * len(rows[0]))
    drawn = []
    for above, below in zip(rows[::2], rows[1::2], strict=True):
        # Without colours the letters are what is light.
        ink = [(a, b) if is_coloured else (1 - a, 1 - b) for a, b in zip(above, below, strict=True)]
        line = "".join(_DARK_ABOVE_BELOW[pair] for pair in ink)
        drawn.append(f"{_BLACK_ON_WHITE}{line}{_RESET}" if is_coloured else line)
    return "\n".join(drawn)
