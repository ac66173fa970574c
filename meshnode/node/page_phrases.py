"""What the pages say besides bulletins, in English; every class is a context in the catalogues.

For: the pages of a node, and whatever else shows the same board. Invariant: what a page says
stands here and nowhere else, so that a language is whole if its catalogue is.
"""

from enum import StrEnum
from typing import Final

from meshnode.board.bulletins.wording import Sentence


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
    APP = "Phone app"
    NO_APP = "The phone app is not installed on this node. These pages work without it."
    NOTE = "Note by {author}: {reason}."
    GONE = "There is nothing here. It may be over, or was withdrawn."
    MODE = "How things are in the neighbourhood: {mode}."
    MODE_BY = "Said by {names}, {until}."
    OFFERS = "Offers and requests"
    NO_OFFERS = "Nothing of that is offered or needed right now."
    ALL = "All"
    OFFERS_ONLY = "Offers"
    REQUESTS_ONLY = "Requests"
    HOW_TO_ACT = "To post, answer or book, join in, or ask whoever helps at the node."
    NO_PLACES = "No place is on the board yet."
    OPEN_NOW = "open now"
    CLOSED_NOW = "closed now"
    HOSTS = "Host: {names}"
    STEP_FREE = "Without steps"
    WITH_STEPS = "With steps"
    THERE = "At this place"
    NO_MEETUPS = "No meet-up is planned right now."
    FREE_STALE = "It may be fuller by now: {node}, where it is booked, was last heard {age}."
    FREE_UNHEARD = "It may be fuller by now: {node}, where it is booked, was not heard."
    SEARCH = "Search"
    SEARCH_FOR = "What are you looking for?"
    NOTHING_FOUND = "Nothing was found. Try fewer words, or shorter ones."
    SEARCH_LATER = "The search is not ready yet. Try again in a moment."
    JOIN = "Join in"
    ABOUT = "About this node"


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
COMING: Final = Sentence("{count} person comes.", "{count} people come.", "count")
MORE_TIMES: Final = Sentence("and {count} more time", "and {count} more times", "count")
FOUND: Final = Sentence("{count} entry found", "{count} entries found", "count")

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
    COMING,
    MORE_TIMES,
    FOUND,
)
"""All that a page counts."""
