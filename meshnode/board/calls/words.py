"""How the coded words of check-ins and calls for help read.

Invariant: nothing here says that help is on its way but what somebody said with that word.
"""

from typing import Final

from meshnode.board.words import Words

STATES: Final = Words(
    "check-in state",
    {"ok": "all is well", "help": "needs help", "urgent": "needs help urgently"},
    "What somebody says of themselves, or of somebody else.",
)

NEEDS: Final = Words(
    "need",
    {
        "water": "drinking water",
        "food": "something to eat",
        "medicine": "medicine",
        "medical-care": "medical care",
        "power": "power for a device",
        "warmth": "warmth",
        "transport": "a way to get somewhere",
        "company": "somebody to be there",
        "shelter": "a place to stay",
        "information": "information",
        "child": "there are children",
        "animal": "there are animals",
        "something-newer": "something that this node is too old to name",
    },
    "What is missing, in a list after `needs help`.",
)

STAGES: Final = Words(
    "call stage",
    {
        "new": "nobody has taken it yet",
        "taken": "somebody has taken it",
        "done": "marked as done",
        "duplicate": "the same as another call",
        "ended": "all is well again, by their own word",
        "fine": "all is well, nothing to do",
    },
    "Where a call for help stands. May not promise help.",
)

ACTS: Final = Words(
    "triage",
    {
        "taken": "took it over",
        "handed_over": "handed it over",
        "on_the_way": "says: somebody is on the way",
        "done": "marked it as done",
        "duplicate": "called it the same as another call",
        "reopened": "opened it again",
    },
    "Stands after the name of a coordinator.",
)
