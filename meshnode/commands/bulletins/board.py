"""Bulletins on a terminal: the list, and one whole. Takes the API's JSON documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from meshnode.commands.terminal.durations import ago, ahead
from meshnode.commands.terminal.localtime import local
from meshnode.commands.terminal.output import one_line, paint, printable
from meshnode.commands.terminal.tables import cut, table, terminal_columns

View = Mapping[str, Any]

ID_DIGITS_MIN: Final = 8
_NARROW_COLUMNS: Final = 76
"""Below this a table leaves no room for the text; each bulletin gets two lines instead."""
_AUTHOR_COLUMNS_MAX: Final = 20
_DAY_S: Final = 86_400
_COLOURS: Final = {"extreme": "red", "severe": "red", "minor": "yellow"}
_DRILL: Final = "DRILL"
_VALID: Final = (("from", "onset"), ("until", "ends"))
_UNLISTED: Final = "Its source does not list this warning any more. Nobody has given an all-clear."
_DONE: Final = {
    "hide": "hid {}",
    "label": "labelled {}",
    "correct": "corrected {}",
    "restore": "restored {}",
    "erase": "erased {}",
}


def lines(views: Sequence[View]) -> list[str]:
    """Return the lines that list bulletins, as wide as the terminal."""
    digits = id_digits([view["id"] for view in views])
    columns = terminal_columns()
    if columns < _NARROW_COLUMNS:
        return [line for view in views for line in _two_lines(view, digits, columns)]
    rows = [
        (
            view["id"][:digits],
            weight(view),
            _age(view),
            ahead(view["expires_in_s"]),
            cut(author(view), _AUTHOR_COLUMNS_MAX),
            headline(view),
        )
        for view in views
    ]
    head, *body = table(("ID", "SEVERITY", "POSTED", "ENDS", "BY", "TEXT"), rows, columns=columns)
    return [paint(head, None, is_bold=True), *map(painted, body, views)]


def whole(view: View) -> list[str]:
    """Return the lines that show one bulletin whole."""
    title = [paint(printable(view["title"]), None, is_bold=True)] if view["title"] else []
    return [
        *_hidden(view),
        f"{painted(weight(view), view)}  {printable(view['category'])}",
        *_official(view),
        *title,
        printable(view["text"]),
        *_notes(view),
        "",
        f"By {author(view)} (key {view['author']}), {_age(view)}; "
        f"ends {ahead(view['expires_in_s'])}.",
        f"Id {view['id']}",
    ]


def headline(view: View) -> str:
    """Return title, text and corrections in one line; what counts against it stands first."""
    hidden = "[hidden] " if view["is_hidden"] else ""
    title = f"{view['title']}: " if view["title"] else ""
    return one_line(f"{hidden}{note_marks(view)}{title}{view['text']}")


def author(view: View) -> str:
    """Return who wrote it, or who passed an official alert on."""
    return one_line(view["author_name"] or view["author"])


def notice_sentence(notice: Mapping[str, Any], what: str) -> str:
    """Return what a moderator did to something, in one line."""
    done = _DONE[notice["act"]].format(what)
    text = f": {notice['text']}" if notice["text"] else ""
    return one_line(f"{notice['by_name']} {done} ({notice['reason']}){text}")


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
    first = f"{view['id'][:digits]}  {weight(view)}  {times}"
    return [painted(cut(first, columns), view), "  " + cut(headline(view), columns - 2)]


def weight(view: View) -> str:
    """Return how bad it is; a drill is never bad, whatever it plays."""
    if view["is_drill"]:
        return _DRILL
    if view["kind"] != "alert":
        return str(view["severity"])
    state = _state(view)
    return f"official {view['severity'] if state == 'in-force' else state}"


def _state(view: View) -> str:
    """Return what became of an alert, which a find says in a word of its own."""
    return str(view["state"] if "state" in view else view["provenance"]["state"])


def note_marks(view: View) -> str:
    """Return labels and corrections for the beginning of a line: one that is cut keeps them."""
    labels = [f"[{one['reason']}] " for one in view["notices"] if one["act"] == "label"]
    corrections = [
        f"[corrected by {one['by_name']}: {one['text']}] "
        for one in view["notices"]
        if one["act"] == "correct"
    ]
    return "".join((*labels, *corrections))


def _hidden(view: View) -> list[str]:
    acts = [one for one in view["notices"] if one["act"] in ("hide", "erase")]
    return [paint(notice_sentence(one, "this"), None, is_bold=True) for one in acts]


def _official(view: View) -> list[str]:
    if view["provenance"] is None:
        return []
    said = view["provenance"]
    by = " and ".join(one_line(one) for one in view["passed_on_by"]) or author(view)
    sentence = (
        f"Official, by {one_line(said['source'])}, {_local(said['issued'])}; passed on by {by}."
    )
    valid = [f"{word} {_local(said[key])}" for word, key in _VALID if said[key]]
    sentences = [sentence, f"Valid {' '.join(valid)}."] if valid else [sentence]
    if said["state"] == "unlisted":
        sentences.insert(0, paint(_UNLISTED, None, is_bold=True))
    return sentences


def _notes(view: View) -> list[str]:
    notes = [one for one in view["notices"] if one["act"] in ("label", "correct")]
    return [
        line
        for one in notes
        for line in (
            "",
            paint(
                f"{'Correction' if one['act'] == 'correct' else 'Note'} by "
                f"{one_line(one['by_name'])} ({one['reason']})",
                None,
                is_bold=True,
            ),
            *([printable(one["text"])] if one["text"] else []),
        )
    ]


def painted(line: str, view: View) -> str:
    """Return a line in the colour of how bad it is."""
    if view["is_drill"]:
        return line
    if view["kind"] == "alert" and _state(view) != "in-force":
        return line
    colour = _COLOURS.get(view["severity"])
    return paint(line, colour, is_bold=view["severity"] == "extreme") if colour else line


def _age(view: View) -> str:
    if view["age_s"] is None:
        return "time unknown"
    if view["is_update"]:
        moment = local(view["created"])
        return f"updated {moment:%H:%M}" if view["age_s"] < _DAY_S else f"updated {moment:%d.%m.}"
    return ago(view["age_s"])


def _local(moment: str) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
