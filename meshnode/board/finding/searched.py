"""Which kinds are searched, and what of each: one line in `SEARCHED` and one small function a kind.

Not for: finding (`meshnode.store.search`). Invariant: a kind that strangers may not read is not
public here.
Source: docs/spec/search.md section 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS
from meshnode.board.bulletins.rendering import Reader
from meshnode.board.calls.checkin import State, decode_checkin, need_words
from meshnode.board.capacity.meetup import decode_meetup
from meshnode.board.capacity.slots import decode_slots
from meshnode.board.exchange.offer import decode_offer
from meshnode.board.exchange.rendering import item_word, offer_title, sort_word
from meshnode.board.finding.pages import ANY_LANGUAGE, Page, bulletin_page, each, language_of
from meshnode.board.places.crowding_words import PLACE_CATEGORIES
from meshnode.board.places.place import decode_place
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.board.versions import root_of
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import Kind, SignedObject

PageOf = Callable[[SignedObject, Sequence[Reader]], Page]
"""The page of an accepted object, in the languages of these readers.

Raises:
    PeerError: Its words cannot be read.
"""
_SEVERITIES: Final = {
    State.OK: Severity.INFO,
    State.HELP: Severity.SEVERE,
    State.URGENT: Severity.EXTREME,
}
"""How bad a check-in is, in the words of bulletins."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind that is searched.

    `sorts` are the words for its things, one or several; `is_public`: strangers who read the board
    find it, too.
    """

    sorts: tuple[str, ...]
    page_of: PageOf
    is_public: bool = True


def offer_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of an offer or a request, which may be called after its item or sort."""
    fields = decode_offer(thing.codec, thing.body)
    items = (item_word(fields.item, one) or sort_word(fields, one) for one in readers)
    categories = (one.named(CATEGORY_WORDS, fields.category) for one in readers)
    return Page(
        title=each(offer_title(fields, one) for one in readers),
        text=fields.text,
        place=fields.place_words,
        labels=each((*items, *categories)),
        place_root=fields.place,
        category=fields.category,
        language=language_of(thing.codec) if fields.title or fields.text else ANY_LANGUAGE,
        is_rendered=not fields.title,
        sort=fields.direction.word,
    )


def place_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of a place, which is where it is."""
    fields = decode_place(thing.codec, thing.body)
    said = (fields.words.text, fields.words.hours, fields.words.contact)
    return Page(
        title=fields.words.name,
        text="\n".join(one for one in said if one),
        place="\n".join(one for one in (fields.words.name, fields.words.address) if one),
        labels=each(one.named(PLACE_CATEGORIES, fields.head.category_word) for one in readers),
        place_root=root_of(thing),
        category=fields.head.category_word,
        language=language_of(thing.codec),
        sort="place",
    )


def slots_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of what can be booked."""
    fields = decode_slots(thing.codec, thing.body)
    return Page(
        title=fields.title,
        text=fields.text,
        place_root=fields.place,
        language=language_of(thing.codec),
        sort="slots",
    )


def meetup_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of a meet-up."""
    fields = decode_meetup(thing.codec, thing.body)
    return Page(
        title=fields.title,
        text=fields.text,
        place=fields.where,
        place_root=fields.place,
        category="event",
        language=language_of(thing.codec),
        labels=each(one.named(CATEGORY_WORDS, "event") for one in readers),
        sort="meetup",
    )


def checkin_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of a check-in or a call for help."""
    fields = decode_checkin(thing.codec, thing.body, thing.parent)
    is_call = fields.head.state is not State.OK
    return Page(
        title=fields.on_behalf_of,
        text=fields.text,
        place=fields.where,
        labels=each(one.replace("-", " ") for one in need_words(fields.head.needs)),
        place_root=fields.head.place,
        category="help" if is_call else "",
        language=language_of(thing.codec),
        severity=_SEVERITIES[fields.head.state],
        sort="call" if is_call else "checkin",
    )


SEARCHED: Final[Mapping[int, Searched]] = {
    Kind.BULLETIN: Searched(("bulletin",), bulletin_page),
    Kind.DRILL: Searched(("drill",), bulletin_page),
    Kind.ALERT: Searched(("alert",), bulletin_page),
    Kind.OFFER: Searched(("offer", "request"), offer_page),
    Kind.PLACE: Searched(("place",), place_page),
    Kind.SLOTS: Searched(("slots",), slots_page),
    Kind.MEETUP: Searched(("meetup",), meetup_page),
    Kind.CHECKIN: Searched(("checkin", "call"), checkin_page, is_public=False),
}
"""The kinds that are searched. Here a family adds its own."""


def page_of(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of an accepted object of a kind that is searched; a sentence where its words
    cannot be read.
    """
    searched = SEARCHED[thing.kind]
    try:
        return searched.page_of(thing, readers)
    except PeerError as error:
        sentence = FUTURE_TEXT if error.reason == "unknown_codec" else DAMAGED_TEXT
        return Page(title="", text=sentence, sort=searched.sorts[0])
