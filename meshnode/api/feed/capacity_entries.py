"""Meet-ups, slots and people's own bookings as entries: for paper, spreadsheets and calendars.

Invariants: as in `entries`; a claim that nobody has confirmed is tentative, never booked.
"""

from typing import Final

from meshnode.api.feed.entries import Document, Entry, Time, moment, notes_of
from meshnode.board.capacity.words import SORTS, STATES
from meshnode.node.entry_phrases import LABELS
from meshnode.node.languages import Language

_OFF: Final = (
    "cancelled",
    "declined",
    "lease-over",
    "released",
    "impossible",
    "no-show",
    "called-off",
)


def bookable_entry(document: Document, language: Language) -> Entry:
    """Return a meet-up, or something with slots, as an entry."""
    is_meetup = document["kind"] == "meetup"
    return Entry(
        family="meetups" if is_meetup else "slots",
        id=document["id"],
        root=document["root"],
        label=language.named(LABELS, document["kind"]),
        category="" if is_meetup else language.named(SORTS, document["sort"]),
        heading=document["title"] or document["where"] or language.named(LABELS, document["kind"]),
        text=document["text"] or "",
        author=document["author_name"] or document["author"],
        created=moment(document["created"]),
        expires=moment(document["expires"]),
        notes=notes_of(document, language),
        facts=_facts(document, language),
        place=document["where"] or "",
        times=tuple(
            Time(moment(one["starts"]), moment(one["ends"]), _free(document, one, language))
            for one in document["slots"]
        ),
        version=_minute(document),
    )


def booking_entry(document: Document, language: Language) -> Entry:
    """Return somebody's claim on a slot or a meet-up as an entry for their calendar."""
    state = document["state"]
    return Entry(
        family="bookings",
        id=document["id"],
        root=document["id"][:8],
        label=language.named(STATES, state),
        category="",
        heading=document["title"] or language.named(LABELS, document["kind"] or "slots"),
        text=document["text"] or "",
        author=document["by_name"] or document["by"],
        created=moment(document["created"]),
        expires=moment(document["expires"]),
        times=()
        if document["starts"] is None
        else (Time(moment(document["starts"]), moment(document["ends"])),),
        place=document["where"] or "",
        # A claim is never signed anew: what changes about it is how it stands.
        version=0 if state == "asked" else 2 if state in _OFF else 1,
        is_cancelled=state in _OFF,
        is_tentative=state == "asked",
    )


def _facts(document: Document, language: Language) -> tuple[tuple[str, str], ...]:
    if not document["where"]:
        return ()
    return ((language.named(LABELS, "where"), document["where"]),)


def _free(document: Document, slot: Document, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what is free at one time: together with others a full one would look free."""
    if slot["free"] is None or not document["capacity"]:
        return ()
    return ((language.named(LABELS, "free"), f"{slot['free']} / {document['capacity']}"),)


def _minute(document: Document) -> int:
    """Return a number that grows with every version: the minute in which it was signed."""
    return int(moment(document["created"]).timestamp()) // 60
