"""What the pages say besides bulletins, in English; every class is a context in the catalogues.

For: the pages of a node, and whatever else shows the same board. Invariant: what a page says
stands here and nowhere else, so that a language is whole if its catalogue is.
"""

from enum import StrEnum
from typing import Final

from meshnode.board.wording import Sentence


class Page(StrEnum):
    """On the pages of the board. A translation puts the blanks where its language wants them."""

    OWN_NAME = "English"
    BOARD = "Board"
    EMPTY = "There is nothing on the board right now."
    BY = "by {author}"
    KEY = "key {key}"
    NOW = "just now"
    OVER = "over"
    MADE = "As of {moment}."
    REFRESHES = "The page reloads every minute."
    HEARD_LAST = "{heard}, last {age}."
    HEARD_NOBODY = "No other node heard by radio yet."
    NO_CLOCK = "This node does not know what time it is, so times are missing."
    UNKNOWN_AUTHOR = "unknown"
    NEWER = "Newer"
    OLDER = "More"
    PAGE = "Page {number} of {count}"
    BACK = "The whole board"
    MISSING_TITLE = "Not found"
    MISSING = "There is nothing here. The bulletin may be over, or was withdrawn."
    OFFICIAL = "Official: {source}. Passed on by {author}, {moment}"
    VALID_FROM = "valid from {moment}"
    VALID_UNTIL = "valid until {moment}"
    UNLISTED = "Its source does not list this warning any more. Nobody has given an all-clear."
    TAKEN_BACK = "No longer in force"
    UPDATED = "updated"
    CORRECTION = "Correction by {author}:"
    NO_APP = "The phone app is not installed on this node. These pages work without it."
    NOTE = "Note by {author}: {reason}."


PAGE_CONTEXT: Final = "page"

AGO_MINUTES: Final = Sentence("{count} min ago", "{count} min ago", "count")
AGO_HOURS: Final = Sentence("{count} hour ago", "{count} hours ago", "count")
AGO_DAYS: Final = Sentence("{count} day ago", "{count} days ago", "count")
ENDS_MINUTES: Final = Sentence("ends in {count} min", "ends in {count} min", "count")
ENDS_HOURS: Final = Sentence("ends in {count} hour", "ends in {count} hours", "count")
ENDS_DAYS: Final = Sentence("ends in {count} day", "ends in {count} days", "count")
HEARD: Final = Sentence("{count} node heard", "{count} nodes heard", "count")
BULLETINS: Final = Sentence("{count} bulletin", "{count} bulletins", "count")
STALE_HOURS: Final = Sentence(
    "This node has not heard any other for {count} hour. There may be newer news.",
    "This node has not heard any other for {count} hours. There may be newer news.",
    "count",
)
STALE_DAYS: Final = Sentence(
    "This node has not heard any other for {count} day. There may be newer news.",
    "This node has not heard any other for {count} days. There may be newer news.",
    "count",
)

COUNTED: Final = (
    AGO_MINUTES,
    AGO_HOURS,
    AGO_DAYS,
    ENDS_MINUTES,
    ENDS_HOURS,
    ENDS_DAYS,
    HEARD,
    BULLETINS,
    STALE_HOURS,
    STALE_DAYS,
)
"""All that a page counts."""
