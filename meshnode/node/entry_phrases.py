"""The labels of entries and of facts about them, on paper and in feeds, in English.

Not for: what an entry's codes mean, which its family says (`words` below `board`).
"""

from typing import Final

from meshnode.board.words import Words

LABELS: Final = Words(
    "entry",
    {
        "offer": "Offer",
        "request": "Request",
        "place": "Place",
        "meetup": "Meet-up",
        "slots": "Slots",
        "state": "State",
        "where": "Where",
        "pledge": "Pledge",
        "address": "Address",
        "hours": "Open",
        "contact": "Contact",
        "room": "Room for",
        "persons": "People",
        "needs": "Needs",
        "taken_by": "Taken by",
        "nobody": "nobody yet",
        "free": "Free",
    },
    "A label before a colon and a value, or above an entry: `Room for: 20`, `Open: Mo 9-12`.",
)
