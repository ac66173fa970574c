"""What a form asks for each blank of a template, before somebody has filled it in.

Not for: the command line, whose options have a help of their own (`templates`). Invariants: every
parameter of every template is asked for; a question that only fits one template stands under
`template/parameter` and goes before the one under the parameter's name alone; no question stands
there twice.
"""

from typing import Final

from meshnode.board.words import Words

BLANKS: Final = Words(
    "blank",
    {
        "again": "When is it switched off next?",
        "area": "Which streets or which district?",
        "at": "When?",
        "back": "When is it expected back?",
        "bring": "What should people bring?",
        "count": "How many helpers?",
        "each": "How many minutes may each device charge?",
        "field": "For what?",
        "free": "How many places are free?",
        "from": "From when?",
        "kind": "What is there?",
        "line": "Which bus or train?",
        "litres": "How many litres for each person?",
        "minutes": "How many minutes to boil it?",
        "next": "Where does it stop after that?",
        "pay": "How can people pay?",
        "phone": "A number to call",
        "place": "Where?",
        "reason": "Why?",
        "road": "Which road, between where?",
        "service": "Who helps there?",
        "state": "How is it?",
        "task": "What is there to do?",
        "to": "Until when?",
        "topic": "What is it about?",
        "what": "What is it?",
        "all-clear/what": "What is over?",
        "name-and-street": "Name and street",
        "emergency-calls-out/place": "Where can help be called?",
        "evacuate/place": "Where should people go?",
        "found/what": "What was found?",
        "give-away/what": "What is given away?",
        "lift/place": "Which house?",
        "line/state": "How does it run?",
        "network-back/what": "What works?",
        "school/place": "Which school or nursery?",
        "shop-open/place": "Which shop?",
        "waste/at": "When does it come instead?",
        "waste/kind": "Which bin?",
    },
    "Above a field that somebody fills in to post news.",
)
"""By the parameter's name, or by the template's and the parameter's."""

_SHARED: Final = {
    "call-point/what": "kind",
    "doctor/place": "name-and-street",
    "pharmacy/place": "name-and-street",
}
"""Blanks that are asked for as others are, and not by their own name."""


def question_name(template: str, parameter: str) -> str:
    """Return under which name it stands what is asked for a blank."""
    own = f"{template}/{parameter}"
    if own in _SHARED:
        return _SHARED[own]
    return own if own in BLANKS.english else parameter
