"""Offers, places and what can be booked as cards, from the entries that paper and feeds have, too.

Not for: bulletins (`cards`). Invariants: what people wrote is isolated from the direction of the
text around it; a correction stands with what it is about; what may be outdated says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from meshnode.api.feed.capacity_entries import bookable_entry
from meshnode.api.feed.entries import Entry, Note, moment
from meshnode.api.feed.family_entries import offer_entry, place_entry
from meshnode.api.plain.cards import PageReader, user_text
from meshnode.api.plain.frame import MEETUPS, OFFERS, PLACES, STALE_S
from meshnode.api.plain.html import Child, Markup, element, lines, link, together
from meshnode.board.places.crowding_words import LEVELS
from meshnode.node.clock import minute_of
from meshnode.node.entry_phrases import LABELS
from meshnode.node.page_phrases import COMING, MORE_TIMES, Page

Document = Mapping[str, Any]

TIMES_MAX: Final = 8
"""Times of one thing in a list; its own page has all of them."""
_MINUTE_S: Final = 60
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def offer_card(document: Document, reader: PageReader, *, minute: int) -> Markup:
    """Return an offer or a request."""
    entry = offer_entry(document, reader.words.language)
    return _card(entry, reader, OFFERS, minute=minute)


def place_card(document: Document, reader: PageReader, *, minute: int) -> Markup:
    """Return a place with how full it is: level, age and source, and who says otherwise."""
    words = reader.words
    entry = place_entry(document, words.language)
    crowding, usual = document["crowding"], document["best_time"]
    is_open = document["is_open"]
    opening = None if is_open is None else Page.OPEN_NOW if is_open else Page.CLOSED_NOW
    is_known = crowding["state"] == "known" and crowding["level"] is not None
    return _card(
        entry,
        reader,
        PLACES,
        minute=minute,
        label=reader.local.named(LEVELS, crowding["level"]) if is_known else "",
        beside=[] if opening is None else [words.say(opening)],
        above=[
            element("p", crowding["words"], attributes={"class": "said", "dir": "auto"}),
            element("p", usual["words"]) if usual["is_known"] else None,
        ],
        below=[_hosts(document, reader), _steps(document, reader)],
    )


def bookable_card(
    document: Document, reader: PageReader, *, minute: int, is_whole: bool = False
) -> Markup:
    """Return a meet-up or something with slots, with its times and what is free."""
    entry = bookable_entry(document, reader.words.language)
    return _card(
        entry,
        reader,
        MEETUPS,
        minute=minute,
        facts=[one for one in entry.facts if one[0] != reader.local.named(LABELS, "free")],
        above=[_times(document, reader, minute=minute, is_whole=is_whole)],
        below=[_coming(document, reader), _outdated(document, reader)],
    )


def _card(
    entry: Entry,
    reader: PageReader,
    path: str,
    *,
    minute: int,
    label: str | None = None,
    beside: Sequence[str] = (),
    above: Sequence[Child] = (),
    below: Sequence[Child] = (),
    facts: Iterable[tuple[str, str]] | None = None,
) -> Markup:
    """Return an entry; `label` and what is `beside` it on top, `above` its text, `below` that."""
    shown = entry.label if label is None else label
    mark = element("strong", shown, attributes={"class": "label"}) if shown else None
    is_said = entry.category in ("", shown)
    category = None if is_said else element("bdi", entry.category)
    top = [one for one in (mark, category, *beside) if one is not None]
    address = reader.url(f"{path}/{entry.root}")
    return element(
        "article",
        element("p", *_joined(top, " · ")),
        element("h2", link(entry.heading, address), attributes={"dir": "auto"}),
        *above,
        element("p", lines(entry.text), attributes={"dir": "auto"}) if entry.text else None,
        *(_fact(*one) for one in (entry.facts if facts is None else facts)),
        *below,
        *(_note(one, reader) for one in entry.notes),
        element("p", *_meta(entry, reader, minute=minute), attributes={"class": "meta"}),
        attributes={"class": "entry"},
    )


def _fact(label: str, value: str) -> Markup:
    return element("p", f"{label}: ", user_text("bdi", value))


def _note(note: Note, reader: PageReader) -> Markup:
    author = user_text("bdi", note.by)
    if note.is_correction:
        said = element("strong", reader.words.marked(Page.CORRECTION, author=author))
        text = element("span", lines(note.text), attributes={"dir": "auto"})
        return element("p", said, " ", text, attributes={"class": "correction"})
    said = reader.words.marked(Page.NOTE, author=author, reason=note.reason)
    return element("p", said, " ", user_text("bdi", note.text), attributes={"class": "notice"})


def _meta(entry: Entry, reader: PageReader, *, minute: int) -> Sequence[Child]:
    words = reader.words
    parts: list[Child] = [words.marked(Page.BY, author=user_text("bdi", entry.author))]
    if reader.local.today is not None:
        created, expires = minute_of(entry.created), minute_of(entry.expires)
        made = words.age(max(0, minute - created) * _MINUTE_S)
        said = element("time", made, attributes={"datetime": entry.created.isoformat()})
        parts += [" · ", said, " · ", words.end((expires - minute) * _MINUTE_S)]
    return parts


def _times(document: Document, reader: PageReader, *, minute: int, is_whole: bool) -> Markup | None:
    slots = [one for one in document["slots"] if minute_of(moment(one["ends"])) > minute]
    shown = slots if is_whole else slots[:TIMES_MAX]
    left = len(slots) - len(shown)
    more = element("li", reader.words.counted(MORE_TIMES, left)) if left else None
    items = [element("li", *_time(one, document, reader)) for one in shown]
    return element("ul", *items, more) if items else None


def _time(slot: Document, document: Document, reader: PageReader) -> Sequence[Child]:
    begins, ends = (minute_of(moment(slot[name])) for name in ("starts", "ends"))
    when = reader.local.span(begins, ends)
    if slot["free"] is None or document["capacity"] is None:
        return [when]
    numbers = f"{slot['free']}{_NO_BREAK}/{_NO_BREAK}{document['capacity']}"
    free = element("bdi", numbers, attributes={"dir": "ltr"})
    return [when, " · ", reader.local.named(LABELS, "free"), ": ", free]


def _coming(document: Document, reader: PageReader) -> Markup | None:
    """Return how many come, where nothing is booked and so nothing is free."""
    if document["kind"] != "meetup" or document["capacity"] is not None:
        return None
    return element("p", reader.words.counted(COMING, document["signed_up"]))


def _outdated(document: Document, reader: PageReader) -> Markup | None:
    """Return that what is free may be so no more: the node that sells was not heard lately."""
    authority = document["authority"]
    if authority is None:
        return None
    heard_s, name = authority["heard_s"], user_text("bdi", authority["name"])
    if heard_s is None:
        said = reader.words.marked(Page.FREE_UNHEARD, node=name)
    elif heard_s > STALE_S:
        said = reader.words.marked(Page.FREE_STALE, node=name, age=reader.words.age(heard_s))
    else:
        return None
    return element("p", said, attributes={"class": "notice"})


def _hosts(document: Document, reader: PageReader) -> Markup | None:
    if not document["hosts"]:
        return None
    names = _joined([user_text("bdi", one) for one in document["hosts"]], ", ")
    return element("p", reader.words.marked(Page.HOSTS, names=together(*names)))


def _steps(document: Document, reader: PageReader) -> Markup | None:
    match document["is_step_free"]:
        case None:
            return None
        case True:
            return element("p", reader.words.say(Page.STEP_FREE))
        case _:
            return element("p", reader.words.say(Page.WITH_STEPS))


def _joined(parts: Iterable[Child], between: str) -> list[Child]:
    return [child for part in parts for child in (between, part)][1:]
