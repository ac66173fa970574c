"""Bulletins on a terminal: the list, and one whole. Takes the API's JSON documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from meshnode.commands.durations import ago, ahead
from meshnode.commands.output import one_line, paint, printable
from meshnode.commands.tables import cut, table, terminal_columns

View = Mapping[str, Any]

ID_DIGITS_MIN: Final = 8
_NARROW_COLUMNS: Final = 76
"""Below this a table leaves no room for the text; each bulletin gets two lines instead."""
_AUTHOR_COLUMNS_MAX: Final = 20
_COLOURS: Final = {"extreme": "red", "severe": "red", "minor": "yellow"}


def lines(views: Sequence[View]) -> list[str]:
    """Return the lines that list bulletins, as wide as the terminal."""
    digits = id_digits([view["id"] for view in views])
    columns = terminal_columns()
    if columns < _NARROW_COLUMNS:
        return [line for view in views for line in _two_lines(view, digits, columns)]
    rows = [
        (
            view["id"][:digits],
            view["severity"],
            _age(view),
            ahead(view["expires_in_s"]),
            cut(author(view), _AUTHOR_COLUMNS_MAX),
            headline(view),
        )
        for view in views
    ]
    head, *body = table(("ID", "SEVERITY", "POSTED", "ENDS", "BY", "TEXT"), rows, columns=columns)
    return [paint(head, None, is_bold=True), *map(_painted, body, views)]


def whole(view: View) -> list[str]:
    """Return the lines that show one bulletin whole."""
    title = [paint(printable(view["title"]), None, is_bold=True)] if view["title"] else []
    return [
        f"{_painted(view['severity'], view)}  {printable(view['category'])}",
        *title,
        printable(view["text"]),
        "",
        f"By {author(view)} (key {view['author']}), {_age(view)}; "
        f"ends {ahead(view['expires_in_s'])}.",
        f"Id {view['id']}",
    ]


def headline(view: View) -> str:
    """Return title and text in one line."""
    title = f"{view['title']}: " if view["title"] else ""
    return one_line(title + view["text"])


def author(view: View) -> str:
    """Return who wrote it."""
    return one_line(view["author_name"] or view["author"])


def lifetime_s(view: View) -> int:
    """Return how long the bulletin lives in all."""
    length = _moment(view["expires"]) - _moment(view["created"])
    return int(length.total_seconds())


def id_digits(ids: Sequence[str]) -> int:
    """Return how many digits tell these ids apart."""
    digits = ID_DIGITS_MIN
    while len({one[:digits] for one in ids}) < len(set(ids)):
        digits += 1
    return digits


def _two_lines(view: View, digits: int, columns: int) -> list[str]:
    times = f"{_age(view)}, ends {ahead(view['expires_in_s'])}"
    first = f"{view['id'][:digits]}  {view['severity']}  {times}"
    return [_painted(cut(first, columns), view), "  " + cut(headline(view), columns - 2)]


def _painted(line: str, view: View) -> str:
    colour = _COLOURS.get(view["severity"])
    return paint(line, colour, is_bold=view["severity"] == "extreme") if colour else line


def _age(view: View) -> str:
    return "time unknown" if view["age_s"] is None else ago(view["age_s"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
