"""Places on a terminal: the list, one whole, how full it is, and its week. Takes JSON documents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshnode.commands.bulletins.board import notice_sentence
from meshnode.commands.terminal.durations import ago, ahead
from meshnode.commands.terminal.output import one_line, paint, printable
from meshnode.commands.terminal.tables import cut, table, terminal_columns

Place = Mapping[str, Any]

_NAME_COLUMNS_MAX: Final = 28
_NARROW_COLUMNS: Final = 76
"""Below this a table leaves no room; each place gets two lines instead."""
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS_SHOWN: Final = range(6, 23)
_MARKS: Final = ((20, "."), (40, ":"), (60, "o"), (80, "O"), (100, "#"))
_UNKNOWN_MARK: Final = " "
LEGEND: Final = "From . (empty) over : o O to # (full); blank: not known yet."


def lines(places: Sequence[Place]) -> list[str]:
    """Return the lines that list places, as wide as the terminal."""
    columns = terminal_columns()
    if columns < _NARROW_COLUMNS:
        return [line for place in places for line in _two_lines(place, columns)]
    rows = [
        (
            place["root"],
            cut(name(place), _NAME_COLUMNS_MAX),
            place["category"],
            open_word(place),
            level_phrase(place["crowding"]),
        )
        for place in places
    ]
    head, *body = table(("ID", "NAME", "CATEGORY", "OPEN", "HOW FULL"), rows, columns=columns)
    return [paint(head, None, is_bold=True), *body]


def whole(place: Place) -> list[str]:
    """Return the lines that show one place whole."""
    hidden = [paint(notice_sentence(one, "this"), None, is_bold=True) for one in place["notices"]]
    shown = [*hidden, f"{paint(name(place), None, is_bold=True)}, {place['category_words']}"]
    shown += [
        f"{label:<11} {printable(said)}" for label, said in _fields(place) if said is not None
    ]
    if place["text"]:
        shown += ["", printable(place["text"])]
    by = one_line(place["author_name"] or place["author"])
    return [
        *shown,
        "",
        one_line(place["crowding"]["words"]),
        one_line(place["best_time"]["words"]),
        "",
        f"By {by}; ends {ahead(place['expires_in_s'])}.",
        f"Id {place['root']}",
    ]


def name(place: Place) -> str:
    """Return a place's name, in one line; its id where the name cannot be read."""
    return one_line(place["name"]) or str(place["root"])


def open_word(place: Place) -> str:
    """Return whether it is open now by its hours; `-` is not known."""
    return {True: "yes", False: "no", None: "-"}[place["is_open"]]


def level_phrase(crowding: Mapping[str, Any]) -> str:
    """Return how full it is with age and who says so, as in `full, 12 min ago, host`."""
    trend = "" if crowding["trend"] is None else f" (counter: {crowding['trend']})"
    if crowding["state"] == "unknown":
        return f"unknown{trend}"
    said, age = said_phrase(crowding), ago(crowding["age_s"])
    match crowding["state"]:
        case "known":
            phrase = f"{said}, {age}, {crowding['said_as']}"
        case "doubtful":
            phrase = f"{said}? {age}, {crowding['said_as']}"
        case _:
            phrase = f"unknown, last said {said} {age}"
    other = crowding["contradiction"]
    if other is not None:
        phrase += f"; but {one_line(other['said_by'])} says {said_phrase(other)}"
    return phrase + trend


def said_phrase(said: Mapping[str, Any]) -> str:
    """Return a level or a number of people, or both."""
    words = [] if said["level"] is None else [str(said["level"])]
    if said["people"] is not None:
        words.append("1 person" if said["people"] == 1 else f"{said['people']} people")
    return " ".join(words) if len(words) < 2 else f"{words[0]} ({words[1]})"


def statements(place: Place) -> list[str]:
    """Return a line for each word about a place that is held."""
    rows = [
        (
            ago(one["age_s"]),
            said_phrase(one),
            one["source"],
            one["said_as"],
            one_line(one["said_by"]),
        )
        for one in place["levels"]
    ]
    return table(("SAID", "LEVEL", "SOURCE", "AS", "BY"), rows, columns=terminal_columns())


def week(place: Place) -> list[str]:
    """Return the usual week of a place, a line for each day and a mark for each hour."""
    head = "     " + "".join(f"{hour:<3}" for hour in _HOURS_SHOWN)
    return [
        head.rstrip(),
        *(
            f"{day}  {''.join(f'{_mark(hours[hour]):<3}' for hour in _HOURS_SHOWN)}".rstrip()
            for day, hours in zip(_DAYS, place["pattern"]["week"], strict=True)
        ),
    ]


def _mark(percent: int | None) -> str:
    if percent is None:
        return _UNKNOWN_MARK
    return next(mark for most, mark in _MARKS if percent <= most)


def _two_lines(place: Place, columns: int) -> list[str]:
    first = f"{place['root']}  {name(place)}"
    return [cut(first, columns), "  " + cut(level_phrase(place["crowding"]), columns - 2)]


def _fields(place: Place) -> list[tuple[str, str | None]]:
    opening, position = place["opening"], place["position"]
    return [
        ("Address", place["address"]),
        ("Open", None if opening is None else _opening(opening, place)),
        ("Room for", None if place["capacity"] is None else f"{place['capacity']} people"),
        ("Step-free", {True: "yes", False: "no", None: None}[place["is_step_free"]]),
        ("Contact", place["contact"]),
        ("Entered for", place["on_behalf_of"]),
        ("Hosts", ", ".join(map(one_line, place["hosts"])) or None),
        (
            "Position",
            None
            if position is None
            else f"{position['latitude']:.3f},{position['longitude']:.3f} "
            f"(to {position['precision_m']} m)",
        ),
    ]


def _opening(opening: Mapping[str, Any], place: Place) -> str:
    now = {True: " (open now)", False: " (closed now)", None: ""}[place["is_open"]]
    table_words = "" if opening["words"] is None else f"{opening['words']}{now}"
    return ". ".join(filter(None, (table_words, opening["remark"])))
