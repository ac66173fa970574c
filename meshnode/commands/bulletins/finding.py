"""What a search found, on a terminal. Takes the API's JSON documents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshnode.commands.bulletins.board import author, id_digits, note_marks, painted, weight
from meshnode.commands.terminal.durations import ago, ahead
from meshnode.commands.terminal.output import is_coloured, one_line, paint
from meshnode.commands.terminal.tables import cut, table, terminal_columns

Find = Mapping[str, Any]

_NARROW_COLUMNS: Final = 76
_AUTHOR_COLUMNS_MAX: Final = 20
_WEIGHED: Final = ("bulletin", "alert", "drill")
"""Kinds of which people want to know first how bad it is."""
_MARKS: Final = ("«", "»")
"""Around what was looked for; people who see colours get bold instead."""


def lines(finds: Sequence[Find]) -> list[str]:
    """Return the lines that list finds, as wide as the terminal."""
    digits = id_digits([one["id"] for one in finds])
    columns = terminal_columns()
    if columns < _NARROW_COLUMNS:
        return [line for one in finds for line in _two_lines(one, digits, columns)]
    rows = [
        (
            one["id"][:digits],
            what(one),
            _age(one),
            ahead(one["expires_in_s"]),
            cut(author(one), _AUTHOR_COLUMNS_MAX),
            said(one),
        )
        for one in finds
    ]
    head, *body = table(("ID", "WHAT", "POSTED", "ENDS", "BY", "TEXT"), rows, columns=columns)
    return [paint(head, None, is_bold=True), *map(painted, body, finds)]


def what(find: Find) -> str:
    """Return of what sort it is: a bulletin by how bad it is, all else by its kind."""
    is_said = find["severity"] and find["kind"] in _WEIGHED
    return weight(find) if is_said else str(find["kind"])


def said(find: Find) -> str:
    """Return title, place and snippet in one line; what counts against it stands first."""
    opening, closing = ("", "") if is_coloured() else _MARKS
    text = "".join(
        f"{opening}{part['text']}{closing}" if part["is_match"] else part["text"]
        for part in find["parts"]
    )
    title, place = find["title"] or "", find["place"] or ""
    named = ": ".join(one for one in (title, text) if one)
    # A place is where its name says; what stands there besides is its address.
    where = place.removeprefix(title).strip()
    return one_line(note_marks(find) + named + (f" ({where})" if where else ""))


def _two_lines(find: Find, digits: int, columns: int) -> list[str]:
    times = f"{_age(find)}, ends {ahead(find['expires_in_s'])}"
    first = f"{find['id'][:digits]}  {what(find)}  {times}"
    return [painted(cut(first, columns), find), "  " + cut(said(find), columns - 2)]


def _age(find: Find) -> str:
    return "time unknown" if find["age_s"] is None else ago(find["age_s"])
