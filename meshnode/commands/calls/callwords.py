"""Check-ins and calls for help on a terminal. Takes the API's JSON documents.

Invariants: nothing here says that help is on its way but by the word of somebody, with the name and
the time; what nobody has taken is called that.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshnode.commands.terminal.durations import ago
from meshnode.commands.terminal.localtime import local, today
from meshnode.commands.terminal.output import one_line, paint, printable
from meshnode.commands.terminal.tables import cut, table, terminal_columns

View = Mapping[str, Any]

ROOT_DIGITS: Final = 8
EMERGENCY: Final = (
    "This is no replacement for 112. If life is in danger, call 112 from any phone; if no phone "
    "works, send somebody to the nearest fire station or police station."
)
_WHO_COLUMNS_MAX: Final = 20
_ORDER: Final = ("new", "taken", "done", "duplicate", "ended")
_STATE_COLUMNS_MAX: Final = 28


def sentence(view: View) -> str:
    """Return where a call stands, as whoever called reads it."""
    match view["stage"]:
        case "ended" | "fine":
            return "Everybody can read that all is well."
        case "done":
            by = _by(view["closed"])
            return (
                f"Marked as done by {by}. If you still need help, say so: "
                f"meshnode checkin update {view['root']} --state help"
            )
        case "duplicate":
            other = view["closed"]["duplicate_of"]
            return f"Counted as the same as call {other} by {_by(view['closed'])}. See that one."
        case "taken":
            return " ".join(map(_held, view["holders"]))
    again = f" You asked again at {clock(view['asked_again'])}." if view["asked_again"] else ""
    whose = f"The call for {who(view)}" if view["on_behalf_of"] else "Your call"
    return f"{whose} is on the board.{again} Nobody has taken it yet."


def board(views: Sequence[View]) -> list[str]:
    """Return the lines of the triage board, a part for each stage."""
    lines: list[str] = []
    for stage in _ORDER:
        some = [one for one in views if one["stage"] == stage]
        if some:
            title = _capital(some[0]["stage_words"])
            lines += [*([""] if lines else []), paint(f"{title} ({len(some)})", None, is_bold=True)]
            lines += _rows(some)
    return lines


def listed(views: Sequence[View]) -> list[str]:
    """Return the lines that list check-ins."""
    rows = [
        (
            one["root"],
            _short_state(one),
            cut(who(one), _WHO_COLUMNS_MAX),
            age(one),
            _short_stage(one),
            what(one),
        )
        for one in views
    ]
    head = ("ID", "STATE", "WHO", "SINCE", "STANDS", "WHAT")
    lines = table(head, rows, columns=terminal_columns())
    return [
        paint(lines[0], None, is_bold=True),
        *(_painted(line, one) for line, one in zip(lines[1:], views, strict=True)),
    ]


def whole(view: View) -> list[str]:
    """Return the lines that show one check-in whole, with all that was done about it."""
    lines = [
        _painted(f"{who(view)}: {_state(view)}", view),
        *([printable(view["text"])] if view["text"] else []),
        *([f"Needs   {', '.join(view['needs_words'])}"] if view["needs"] else []),
        *([f"Where   {one_line(view['where'])}"] if view["where"] else []),
        *([f"Place   {view['place']}"] if view["place"] else []),
        *([f"People  {view['persons']}"] if view["persons"] != 1 else []),
    ]
    if view["on_behalf_of"]:
        lines.append(f"Said by {author(view)} on behalf of {one_line(view['on_behalf_of'])}")
    if view["is_hidden"]:
        lines.append("A moderator hid it from the lists; the call stands all the same.")
    lines += ["", f"Since {clock(view['since'])} ({age(view)}); ends {clock(view['expires'])}."]
    if view["state"] != "ok" or view["acts"]:
        lines.append(state_words(view))
    lines += [f"  {clock(one['created'])}  {act_words(one)}" for one in view["acts"]]
    return [*lines, f"Id {view['root']}"]


def state_words(view: View) -> str:
    """Return where a call stands, as everybody else reads it."""
    match view["stage"]:
        case "new" if view["asked_again"]:
            return f"Asked again at {clock(view['asked_again'])}. Nobody has taken it yet."
        case "new":
            return "Nobody has taken it yet."
        case "taken":
            both = " They should talk to each other." if len(view["holders"]) > 1 else ""
            return " ".join(map(_held, view["holders"])) + both
        case "done":
            return f"Done, says {_by(view['closed'])}."
        case "duplicate":
            other = view["closed"]["duplicate_of"]
            return f"The same as {other}, says {_by(view['closed'])}."
        case _:
            return "Now OK, by their own word."


def headline(view: View) -> str:
    """Return a check-in in one line, as it stands in `watch`."""
    if view["state"] == "ok":
        return f"{who(view)} is OK ({view['root']})" + (f": {what(view)}" if what(view) else "")
    urgent = "URGENT call for help" if view["state"] == "urgent" else "Call for help"
    return f"{urgent} ({view['root']}): {who(view)}: {what(view)}"


def act_words(act: View) -> str:
    """Return what a coordinator did, and with whom or which other call."""
    person = act["person_name"]
    whom = one_line(person) if person and person != act["by_name"] else act["duplicate_of"]
    about = f": {whom}" if whom else ""
    note = f" ({one_line(act['note'])})" if act["note"] else ""
    return f"{one_line(act['by_name'])} {act['act_words']}{about}{note}"


def who(view: View) -> str:
    """Return whom it is about."""
    return one_line(view["who"]) or str(view["author"])


def author(view: View) -> str:
    """Return who signed it."""
    return one_line(view["author_name"] or view["author"])


def what(view: View) -> str:
    """Return place, number of people, needs and text in one line."""
    people = f"{view['persons']} people" if view["persons"] != 1 else ""
    behalf = f"said by {author(view)}" if view["on_behalf_of"] else ""
    said = (view["where"] or "", people, ", ".join(view["needs_words"]), view["text"] or "", behalf)
    return one_line("; ".join(one for one in said if one))


def age(view: View) -> str:
    """Return how long they have waited."""
    return "time unknown" if view["age_s"] is None else ago(view["age_s"])


def clock(moment: str) -> str:
    """Return a moment in the API's form as local clock time, with the day if that is not today."""
    at = local(moment)
    is_today = at.date() == today().date()
    return f"{at:%H:%M}" if is_today else f"{at:%Y-%m-%d %H:%M}"


def _rows(views: Sequence[View]) -> list[str]:
    rows = [
        (
            one["root"],
            _short_state(one),
            cut(who(one), _WHO_COLUMNS_MAX),
            age(one),
            _by_whom(one),
            what(one),
        )
        for one in views
    ]
    lines = table(("ID", "STATE", "WHO", "SINCE", "BY", "WHAT"), rows, columns=terminal_columns())
    body = (_painted(line, one) for line, one in zip(lines[1:], views, strict=True))
    return [lines[0], *body]


def _by_whom(view: View) -> str:
    """Return who has it, or ended it, where a heading says the stage."""
    if view["stage"] not in ("done", "duplicate"):
        return _short_stage(view) if view["stage"] == "taken" else "-"
    by, other = one_line(view["closed"]["by_name"]), view["closed"]["duplicate_of"]
    return f"{other}, {by}" if other else by


def _short_stage(view: View) -> str:
    match view["stage"]:
        case "taken":
            names = " + ".join(one_line(one["name"]) for one in view["holders"])
            return f"{names}, {clock(view['holders'][0]['since'])}"
        case "done" | "duplicate":
            other = view["closed"]["duplicate_of"]
            said = f"{view['stage_words']} {other}" if other else str(view["stage_words"])
            return f"{said}, {one_line(view['closed']['by_name'])}"
        case "fine":
            return "-"
        case _:
            return str(view["stage_words"])


def _short_state(view: View) -> str:
    return cut(_state(view), _STATE_COLUMNS_MAX)


def _state(view: View) -> str:
    """Return the state; the urgent ones catch the eye without colour.

    Not in capitals: Turkish has others than Python gives it, and Arabic has none.
    """
    words = str(view["state_words"])
    return f"{words}!" if view["state"] == "urgent" else words


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _held(holder: View) -> str:
    name, since = one_line(holder["name"]), clock(holder["since"])
    note = f" ({one_line(holder['note'])})" if holder["note"] else ""
    if holder["on_the_way_since"]:
        going = clock(holder["on_the_way_since"])
        whence = _given(holder) if holder["handed_by_name"] else f"Taken by {name} at {since}"
        return f"{whence}; {name} said at {going}: on the way{note}."
    if holder["handed_by_name"]:
        return f"{_given(holder)}{note}."
    return f"Taken by {name} at {since}{note}."


def _given(holder: View) -> str:
    giver, since = one_line(holder["handed_by_name"]), clock(holder["since"])
    return f"Given to {one_line(holder['name'])} by {giver} at {since}"


def _by(act: View) -> str:
    note = f" ({one_line(act['note'])})" if act["note"] else ""
    return f"{one_line(act['by_name'])} at {clock(act['created'])}{note}"


def _painted(line: str, view: View) -> str:
    if view["stage"] not in ("new", "taken") or view["state"] == "ok":
        return line
    is_urgent = view["state"] == "urgent"
    return paint(line, "red" if view["stage"] == "new" else None, is_bold=is_urgent)
