"""How the coded words of bulletins and of notices about them read."""

from typing import Final

from meshnode.board.words import Words

SEVERITIES: Final = Words(
    "severity",
    {
        "info": "Info",
        "minor": "Advisory",
        "severe": "Warning",
        "extreme": "Immediate danger",
    },
    "A label above a bulletin.",
)

CATEGORY_WORDS: Final = Words(
    "category",
    {
        "general": "General",
        "water": "Water",
        "power": "Power",
        "heat": "Heating",
        "food": "Food",
        "health": "Health",
        "shelter": "Shelter",
        "transport": "Transport",
        "safety": "Safety",
        "communication": "Phone and internet",
        "event": "Event",
        "lost-found": "Lost and found",
        "help": "Help",
        "weather": "Weather",
        "other": "Other",
    },
    "A label above a bulletin.",
)

REASONS: Final = Words(
    "reason",
    {
        "other": "another reason",
        "rumour": "rumour",
        "unconfirmed": "unconfirmed",
        "outdated": "outdated",
        "duplicate": "said twice",
        "wrong": "wrong",
        "offensive": "offensive",
        "spam": "advertising",
        "private": "tells private matters",
        "request": "on request",
    },
    "Why a moderator hid a bulletin, or noted something on it.",
)
