"""Modes on a terminal. Takes the API's JSON documents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshnode.commands.calls.callwords import clock
from meshnode.commands.terminal.output import one_line, paint
from meshnode.commands.terminal.tables import table, terminal_columns

Document = Mapping[str, Any]

ID_DIGITS: Final = 8
_DRILL: Final = "DRILL"
_COLOURS: Final = {"disrupted": "yellow", "outage": "red", "recovery": "yellow"}


def sentence(state: Document) -> str:
    """Return the mode in force in one line, with who says so and until when."""
    by = state["by"]
    if by is None:
        return f"Mode: {state['mode_words']}"
    mode = paint(state["mode_words"], _COLOURS.get(state["mode"]))
    # What comes after normal is normal, too: an end would only make people wonder.
    until = "" if state["mode"] == "normal" else f" until {clock(by['until'])}"
    return f"Mode: {mode}{until}, {said_by(by)}{_reason(by)}"


def drill_sentence(state: Document) -> str | None:
    """Return what is only practised."""
    drill = state["drill"]
    if drill is None:
        return None
    return (
        f"{_DRILL}: {drill['mode_words']} is only practised, until {clock(drill['until'])}, "
        f"{said_by(drill)}{_reason(drill)}. Nothing of it is real, and nothing works differently."
    )


def whole(state: Document) -> list[str]:
    """Return the lines that show how the neighbourhood fares and what that changes."""
    drill = drill_sentence(state)
    waiting = [one for one in state["proposals"] if not one["is_confirmed"]]
    return [
        sentence(state),
        *([drill] if drill else []),
        *_effects(state["effects"]),
        *(line for one in waiting for line in ("", *_waiting(one))),
    ]


def listed(proposals: Sequence[Document]) -> list[str]:
    """Return the lines that list proposals."""
    rows = [
        (
            one["id"][:ID_DIGITS],
            f"{_DRILL} {one['mode_words']}" if one["is_drill"] else one["mode_words"],
            _state(one),
            clock(one["until"]),
            ", ".join(one_line(each["name"]) for each in one["supporters"]),
            one_line(one["reason"] or ""),
        )
        for one in proposals
    ]
    head = ("ID", "MODE", "STATE", "UNTIL", "BY", "REASON")
    lines = table(head, rows, columns=terminal_columns())
    return [paint(lines[0], None, is_bold=True), *lines[1:]]


def said_by(proposal: Document) -> str:
    """Return who proposed and who confirmed it."""
    first, *others = (one_line(one["name"]) for one in proposal["supporters"])
    confirmed = f", confirmed by {', '.join(others)}" if others else ""
    return f"proposed by {first}{confirmed}"


def needs_words(proposal: Document) -> str:
    """Return how many more have to confirm."""
    missing = proposal["needed"] - len(proposal["supporters"])
    return "one more coordinator or steward" if missing == 1 else f"{missing} more"


def _waiting(proposal: Document) -> list[str]:
    drill = f"{_DRILL}: " if proposal["is_drill"] else ""
    return [
        f"Not in force: {drill}{proposal['mode_words']} until {clock(proposal['until'])}, "
        f"{said_by(proposal)}{_reason(proposal)}.",
        f"It changes nothing until {needs_words(proposal)} confirms it: meshnode mode confirm "
        f"{proposal['id'][:ID_DIGITS]}",
    ]


def _state(proposal: Document) -> str:
    if proposal["is_in_force"]:
        return "in force"
    if proposal["is_confirmed"]:
        return "confirmed, another one ends later"
    return f"{len(proposal['supporters'])} of {proposal['needed']}"


def _effects(effects: Document) -> list[str]:
    waiting = ", ".join(effects["waiting"])
    return [
        f"Ordinary traffic may use {effects['share_percent']:g} % of an hour (if the keeper left "
        f"it at 4 %); nodes compare at least every {effects['beacon_s_max'] // 60} minutes.",
        f"By default bulletins last {_hours(effects['bulletin_s'])}, an OK "
        f"{_hours(effects['ok_s'])}, a call for help {_hours(effects['call_s'])}.",
        *([f"On the air only when all else was said: {waiting}."] if waiting else []),
        f"Residents see, in this order: {', '.join(effects['sections_words'])}.",
    ]


def _hours(seconds: int) -> str:
    return f"{seconds // 3600} h"


def _reason(proposal: Document) -> str:
    return f" ({one_line(proposal['reason'])})" if proposal["reason"] else ""
