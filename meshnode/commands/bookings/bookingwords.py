"""Slots, meet-ups and claims on them, on a terminal: lists and states in plain words.

Takes the API's JSON documents. Invariant: what was only asked for is never called booked.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from meshnode.board.capacity.words import STATES
from meshnode.commands.terminal.durations import ago, duration_words
from meshnode.commands.terminal.localtime import local
from meshnode.commands.terminal.output import one_line, paint, printable
from meshnode.commands.terminal.tables import table, terminal_columns

View = Mapping[str, Any]

CLAIM_DIGITS: Final = 8
_SLOTS_SHOWN: Final = 40
"""Slots of one thing on a terminal; --json has all."""


def moment(text: str) -> str:
    """Return a moment in the API's form as local time, as in `Tue 24 Nov 14:00`."""
    return f"{local(text):%a %d %b %H:%M}"


def clock(text: str) -> str:
    """Return the local time of day."""
    return f"{local(text):%H:%M}"


def span(starts: str, ends: str) -> str:
    """Return from when to when, the day once where it is the same."""
    same = moment(starts)[:-6] == moment(ends)[:-6]
    return f"{moment(starts)}-{clock(ends) if same else moment(ends)}"


def things(views: Sequence[View]) -> list[str]:
    """Return the lines that list what can be booked, as wide as the terminal."""
    rows = [
        (view["root"], moment(view["starts"]), _times(view), _room(view), headline(view))
        for view in views
    ]
    head, *body = table(("ID", "FIRST", "TIMES", "FREE", "WHAT"), rows, columns=terminal_columns())
    return [paint(head, None, is_bold=True), *body]


def headline(view: View) -> str:
    """Return what it is, in one line."""
    said = [view["title"], view.get("where"), view.get("text")]
    return one_line(" - ".join(one for one in said if one)) or str(view["root"])


def whole(view: View) -> list[str]:
    """Return the lines that show one thing."""
    title = printable(view["title"] or view["root"])
    lines = [f"{paint(title, None, is_bold=True)} ({view['sort_words']})"]
    if view["where"]:
        lines.append(f"At: {one_line(view['where'])}")
    if view["place"]:
        lines.append(f"Place: {one_line(view.get('place_name') or view['place'])}")
    if view["text"]:
        lines.append(printable(view["text"]))
    if not view["is_rightful"]:
        lines.append("Its author may not open this at that place, so nobody sells it.")
    lines += _terms(view)
    is_selling = any(one["free_here"] for one in view["slots"])
    lines += [_slot(one, is_selling=is_selling) for one in view["slots"][:_SLOTS_SHOWN]]
    if len(view["slots"]) > _SLOTS_SHOWN:
        lines.append(f"... and {len(view['slots']) - _SLOTS_SHOWN} more (--json has all).")
    for one in sorted(view["owners"], key=_here_first) if view["capacity"] else ():
        lines.append(_seller(one))
    for one in view["proofs"]:
        lines.append(
            f"{one_line(one['node'])} sold twice: {one['first'][:CLAIM_DIGITS]} counts, "
            f"{one['other'][:CLAIM_DIGITS]} does not. Tell a steward."
        )
    by = one_line(view["author_name"] or view["author"])
    return [*lines, f"By {by}. Id {view['root']}"]


def claims(views: Sequence[View]) -> list[str]:
    """Return the lines that list claims."""
    rows = [
        (
            view["id"][:CLAIM_DIGITS],
            "-" if view["starts"] is None else moment(view["starts"]),
            who(view),
            headline(view),
            " ".join(_stands(view)),
        )
        for view in views
    ]
    head, *body = table(("ID", "WHEN", "WHO", "WHAT", "STATE"), rows, columns=terminal_columns())
    return [paint(head, None, is_bold=True), *body]


def claim(view: View) -> list[str]:
    """Return the lines that show one claim."""
    lines = [what_and_when(view), f"{who(view)}: {' '.join(_stands(view))}"]
    if len(view["sellers"]) > 1:
        lines.append("Two nodes booked it at once; the second booking is given up by itself.")
    if view["text"]:
        lines.append(f"“{one_line(view['text'])}”")
    return [*lines, f"Id {view['id'][:CLAIM_DIGITS]}"]


def _stands(view: View) -> list[str]:
    """Return how a claim stands: in the reader's word, then in our own English sentence.

    To those who read English the sentence says it all.
    """
    words = str(view["state_words"])
    is_english = words == STATES.english.get(view["state"])
    return [state(view)] if is_english else [f"{words}.", state(view)]


def what_and_when(view: View) -> str:
    """Return in one line what a claim is for."""
    when = "" if view["starts"] is None else f", {span(view['starts'], view['ends'])}"
    units = f", {view['units']} places" if view["units"] > 1 else ""
    return f"{headline(view)}{when}{units}"


def another_time(thing: View, claim: View) -> View | None:
    """Return the next time with room, if a claim waits for one that has none."""
    if claim["state"] != "asked" or claim["slots"] > 1:
        return None
    first, *later = thing["slots"][claim["first_slot"] - 1 :]
    if first["free"] is None or first["free"] >= claim["units"]:
        return None
    return next((one for one in later if one["free"] >= claim["units"]), None)


def state(view: View) -> str:
    """Return in whole sentences how a claim stands."""
    return one_line(_STATES[view["state"]](view))


def heard(node: View) -> str:
    """Return when a node was heard last."""
    if node["heard_s"] == 0:
        return "this node"
    if node["heard_s"] is None:
        return "not heard yet"
    return f"last heard {ago(node['heard_s'])}"


def _asked(view: View) -> str:
    node = view["authority"]
    if node is None:
        return "You are on the list."
    decides = "this node decides" if node["heard_s"] == 0 else f"the node {node['name']} decides"
    if view["needs_word"]:
        decides = f"a host has to say yes, then {decides}"
    said = "" if node["heard_s"] == 0 else f", {heard(node)}"
    before = f" About {view['ahead']} asked before." if view["ahead"] else ""
    return f"Asked for. Not booked yet: {decides}{said}.{before}"


def _booked(view: View) -> str:
    if not view["sellers"]:
        return "On the list; no booking is needed."
    if view["sort"] == "queue":
        before = f"About {view['ahead']} before it" if view["ahead"] else "Nobody before it"
        return f"{_ticket(view)}. {before}."
    kept = "" if view["kept_until"] is None else f" Kept until {moment(view['kept_until'])}."
    return f"Booked by {view['sellers'][0]['name']}: {_units(view)}.{kept}"


def _ticket(view: View) -> str:
    numbers = [one["first_unit"] for one in view["booked"]]
    return f"Ticket {min(numbers)}" if numbers else "A ticket"


def _units(view: View) -> str:
    numbers: list[str] = []
    for one in view["booked"]:
        first, last = one["first_unit"], one["first_unit"] + one["units"] - 1
        numbers.append(str(first) if first == last else f"{first}-{last}")
    seats = ", ".join(dict.fromkeys(numbers))
    return f"place {seats}" if seats.isdigit() else f"places {seats}"


_STATES: Final[dict[str, Callable[[View], str]]] = {
    "asked": _asked,
    "booked": _booked,
    "called": lambda view: f"{_ticket(view)} is called." if view["sort"] == "queue" else "Called.",
    "used": lambda _: "Used.",
    "no-show": lambda _: "Nobody came.",
    "cancelled": lambda view: (
        "Cancelled. The node that booked it frees it as soon as it hears of it."
        if view["booked"] and view["sort"] != "queue"
        else "Cancelled."
    ),
    "declined": lambda _: "Declined.",
    "lease-over": lambda _: "Kept for long enough, and nobody came: it is free for others.",
    "released": lambda _: "Not booked any more: the node that had booked it was taken out.",
    "called-off": lambda _: "The host called it off.",
    "gone": lambda _: (
        "What this is for is not on this node: it has not come yet, is over, or was taken down."
    ),
    "impossible": lambda _: "Not possible: there is no such time, or it is more than one may have.",
}


def who(view: View) -> str:
    """Return who asked, and for whom."""
    name = one_line(view["by_name"])
    return f"{one_line(view['on_behalf'])} (by {name})" if view["on_behalf"] else name


def _times(view: View) -> str:
    count = len(view["slots"])
    return f"{count} x {_length(view['length_s'])}"


def _length(seconds: int) -> str:
    """Return how long one is; 90 min are not 2 h."""
    minutes = seconds // 60
    is_odd = minutes % 60 and seconds < 86_400
    return f"{minutes} min" if is_odd else duration_words(seconds)


def _room(view: View) -> str:
    if view["capacity"] is None:
        return "open"
    free = sum(one["free"] for one in view["slots"])
    return f"{free} of {view['capacity'] * len(view['slots'])}"


def _here_first(node: View) -> tuple[bool, str]:
    return node["heard_s"] != 0, node["name"].casefold()


def _seller(node: View) -> str:
    if node["heard_s"] == 0:
        return f"This node has {node['free']} left to sell."
    return f"The node {one_line(node['name'])} has {node['free']} left to sell, {heard(node)}."


def _terms(view: View) -> list[str]:
    if view["capacity"] is None:
        return [f"No sign-up needed. {view['signed_up']} said that they come."]
    node = view["authority"]
    lines = [
        f"This node, {one_line(node['name'])}, books it."
        if node["heard_s"] == 0
        else f"The node {one_line(node['name'])} books it, {heard(node)}."
    ]
    if not view["is_automatic"]:
        lines.append("A host has to say yes first.")
    if view["claim_max"] > 1:
        lines.append(f"One may ask for up to {view['claim_max']}.")
    if view["lease_s"]:
        lines.append(f"Kept for {_length(view['lease_s'])} if nobody comes.")
    return lines


def _slot(slot: View, *, is_selling: bool) -> str:
    """Return one time; where several nodes sell, with how many of the free ones others have."""
    when = span(slot["starts"], slot["ends"])
    if slot["free"] is None:
        return f"{slot['slot']:>4}  {when}"
    others = slot["free"] - slot["free_here"]
    is_told = others and (is_selling or slot["free_elsewhere"])
    elsewhere = f", {others} of them at other nodes" if is_told else ""
    return f"{slot['slot']:>4}  {when}  {slot['free']} free{elsewhere}"
