"""What stands on printed sheets and blank slips, in English; every name is in the catalogues.

For: `meshnode.press`, which asks a `Language` for it. Not for: labels of entries, which feeds have,
too (`entry_phrases`). Invariants: as in `page_phrases`; what can be ticked on a slip is keyed by
what is typed at the node.
"""

from enum import StrEnum
from typing import Final

from meshnode.board.words import Words


class Press(StrEnum):
    """On printed sheets. A translation puts the blanks where its language wants them."""

    BOARD = "Board: {community}"
    TIME = "{day} {date}, {clock}"
    TIME_UNKNOWN = "time unknown"
    PRINTED = "Printed {when} by node {node}."
    MAY_BE_OUTDATED = "This sheet may be outdated."
    HOW_TO_CHECK = (
        "Is this real? On a node, start “meshnode object import” and scan the code beside the "
        "item: the node checks the signature."
    )
    PAGE = "Page {number} of {count}"
    BY = "by {author}"
    POSTED = "posted {when}"
    VALID_UNTIL = "valid until {when}"
    NUMBER = "No. {number}"
    CODE = "Code {number} of {count}"
    CONTINUED = "(continued)"
    EMPTY = "There is nothing on the board right now."
    DRILL = "DRILL – NONE OF THIS IS REAL"
    OFFICIAL = "OFFICIAL: {source}, {issued}; passed on by {by}"
    CORRECTION = "CORRECTION by {by} ({reason})"
    NOTE = "Note by {by}: {reason}"
    WHO_SIGNED = "Who signed this"
    WHO_SIGNED_WHY = "Only if a node does not know a signature: scan these codes as well."
    FONTS_MISSING = "This node lacks a font: a ? stands for letters that it cannot print."
    JOIN_TITLE = "Join in: {community}"
    JOIN_HOW = "1. Connect to this Wi-Fi. 2. Scan the second code, or type the address."
    JOIN_WIFI = "Wi-Fi: {name}"
    JOIN_KEY = "Password: {password}"
    JOIN_ADDRESS = "Address: {address}"
    SLIP_TITLE = "Slips: {community}"
    SLIP_FOR = (
        "Slips for people without a phone. Please write in capitals. Whoever helps enters it at "
        "the node and writes its number on it."
    )
    SLIP_WARNING = "This is no emergency call. In danger: 112."
    SLIP_REST = "Filled in by whoever helps: {command}"


PRESS_CONTEXT: Final = "print"

HEADINGS: Final = Words(
    "print heading",
    {
        "offers": "Offers and requests",
        "places": "Places",
        "calls": "Calls for help – for coordinators only, not for the board",
        "meetups": "Meet-ups",
        "slots": "Slots",
    },
    "Stands above a part of a printed sheet.",
)

SLIPS: Final = Words(
    "slip",
    {
        "offer": "I offer",
        "request": "I need",
        "ok": "I am OK",
        "help": "I need help",
        "booking": "I want to come",
        "name": "Name (everybody can read it)",
        "what": "What",
        "sort": "Sort",
        "quantity": "How many",
        "place": "Where",
        "from": "From when",
        "to": "Until when",
        "persons": "How many people",
        "needs": "Needed",
        "text": "What else to say",
        "urgent": "It cannot wait",
        "slot": "Which day and time",
    },
    "Titles and fields of slips of paper that people fill in by hand. Short.",
)
