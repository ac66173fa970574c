"""Tables of text for terminals, wide or narrow; widths count what the eye sees."""

import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

_GAP: Final = "  "
_ELLIPSIS: Final = "…"
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
"""Marks over or under a letter, and marks that only say something about others."""
_COLUMNS_WITHOUT_TERMINAL: Final = 10_000
"""On a pipe nothing is cut."""


def terminal_columns() -> int:
    """Return how many columns a line on stdout may take."""
    if not sys.stdout.isatty():
        return _COLUMNS_WITHOUT_TERMINAL
    return shutil.get_terminal_size((80, 24)).columns


def width(text: str) -> int:
    """Return how many columns the text takes."""
    return sum(map(_character_width, text))


def padded(text: str, columns: int) -> str:
    """Return the text with blanks up to `columns`."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int) -> str:
    """Return the text, or its beginning and an ellipsis where it takes more than `columns`."""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for character in text:
        used += _character_width(character)
        if used > columns - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + _ELLIPSIS


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, columns: int) -> list[str]:
    """Return the lines of a table whose last column takes what is left of `columns`."""
    lines = [head, *rows]
    widths = [max(width(line[index]) for line in lines) for index in range(len(head) - 1)]
    left = columns - sum(widths) - len(_GAP) * len(widths)
    return [
        _GAP.join([*map(padded, line, widths), cut(line[-1], max(1, left))]).rstrip()
        for line in lines
    ]


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
