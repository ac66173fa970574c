"""How the modes of a neighbourhood read."""

from typing import Final

from meshnode.board.words import Words

MODES: Final = Words(
    "mode",
    {
        "normal": "everything as usual",
        "disrupted": "some things do not work",
        "outage": "outage",
        "recovery": "things begin to work again",
    },
    "How the whole neighbourhood fares.",
)

SECTIONS: Final = Words(
    "section",
    {
        "alerts": "Official warnings",
        "calls": "Calls for help",
        "places": "Places",
        "board": "Board",
        "meetups": "Meet-ups",
    },
    "A heading; what a mode puts first.",
)
