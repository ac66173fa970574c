"""Offers and claims on a terminal: lists, one whole, a calendar. Takes the API's JSON documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshnode.commands.terminal.durations import ago, ahead
from meshnode.commands.terminal.output import one_line, paint, printable
from meshnode.commands.terminal.tables import cut, table, terminal_columns

View = Mapping[str, Any]

CLAIM_DIGITS: Final = 8
_INDENT: Final = "  "
_AUTHOR_COLUMNS_MAX: Final = 20
_DONE: Final = {
    "hold": "keeps it aside",
    "confirm": "promised it",
    "decline": "declined",
    "cancel": "called it off",
    "done": "says that it is done",
    "returned": "says that it is back",
    "call": "called",
    "no-show": "says that nobody came",
    "thank": "says thank you",
}
_ANSWERED: Final = {"hold": "noted that help", "confirm": "accepted it"}
"""What differs where somebody answers a request."""


def lines(views: Sequence[View]) -> list[str]:
    """Return the lines that list offers and requests, as wide as the terminal."""
    rows = [
        (
            view["root"],
            one_line(view["state_sentence"]),
            ahead(view["expires_in_s"]),
            cut(author(view), _AUTHOR_COLUMNS_MAX),
            headline(view),
        )
        for view in views
    ]
    head, *body = table(("ID", "STATE", "ENDS", "BY", "WHAT"), rows, columns=terminal_columns())
    return [paint(head, None, is_bold=True), *body]


def headline(view: View) -> str:
    """Return an offer in one line: its sentence, its title and its text."""
    said = [view["sentence"], view["title"], view["text"]]
    return one_line(" ".join(one for one in said if one))


def whole(view: View, matches: Sequence[View] = ()) -> list[str]:
    """Return the lines that show an offer or a request with its claims."""
    age = "time unknown" if view["age_s"] is None else ago(view["age_s"])
    return [
        paint(printable(view["headline"]), None, is_bold=True),
        printable(view["sentence"]),
        *([printable(view["text"])] if view["text"] else []),
        *([f"Deposit: {one_line(view['deposit'])}"] if view["deposit"] else []),
        one_line(view["state_sentence"]),
        "",
        *(line for claim in view["claims"] for line in claim_lines(claim, view["direction"])),
        *calendar_lines(view),
        *match_lines(matches),
        f"By {author(view)}, {age}; ends {ahead(view['expires_in_s'])}.",
        f"Id {view['root']}",
    ]


def claim_lines(claim: View, direction: str) -> Iterator[str]:
    """Yield what became of a claim on an offer, or of an answer to a request."""
    done = _DONE | _ANSWERED if direction == "request" else _DONE
    who = one_line(claim["by_name"])
    for_whom = f" for {one_line(claim['on_behalf'])}" if claim["on_behalf"] else ""
    count = f", {claim['quantity']}" if claim["quantity"] > 1 else ""
    when = f", {one_line(claim['when'])}" if claim["when"] else ""
    yield f"{claim['id'][:CLAIM_DIGITS]}  {who}{for_whom}{count}{when}"
    for sentence in claim["sentences"]:
        yield f"{_INDENT}{one_line(sentence)}"
    if claim["text"]:
        yield f"{_INDENT}“{one_line(claim['text'])}”"
    for step in claim["steps"]:
        if step["step"] == "hold" and claim["state"] != "held":
            continue
        text = f": “{one_line(step['text'])}”" if step["text"] else ""
        yield f"{_INDENT}{one_line(step['by_name'])} {done[step['step']]}{text}"
    yield ""


def calendar_lines(view: View) -> Iterator[str]:
    """Yield when something that is lent is taken and free."""
    if view["calendar"] is None:
        return
    names = {one["id"]: one_line(one["by_name"]) for one in view["claims"]}
    for one in view["calendar"]["taken"]:
        yield f"Taken  {one_line(one['when'])}  ({names.get(one['claim'], '')})"
    free = view["calendar"]["free"]
    for one in free:
        yield f"Free   {one_line(one['when'])}"
    if not free:
        yield "It is not free within the next 91 days."
    yield ""


def match_lines(matches: Sequence[View]) -> Iterator[str]:
    """Yield what fits."""
    if not matches:
        return
    yield "This may fit:"
    for one in matches:
        offer = one["offer"]
        yield f"{_INDENT}{offer['root']}  {author(offer)}: {headline(offer)}"
    yield ""


def author(view: View) -> str:
    """Return who offers or asks."""
    return one_line(view["author_name"] or view["author"])
