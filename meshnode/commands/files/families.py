"""What hangs on the board, family by family: how to get it, and how it becomes entries.

A family that is added here is printed and exported from then on. Imports what is slow; import it
in a command.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshnode.api.feed.capacity_entries import bookable_entry, booking_entry
from meshnode.api.feed.entries import Entry, bulletin_entry, shown_until
from meshnode.api.feed.family_entries import call_entry, offer_entry, place_entry
from meshnode.commands.client import Client, escaped
from meshnode.node.languages import Language

Document = Mapping[str, Any]
Column = tuple[str, Callable[[Document], Any]]


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one sort.

    `word` names it in commands and files; `fetch` returns the node's documents in a language, in
    the order in which people should read them; `address` is that of one of them; `columns` are
    those of its table, in an order that never changes: new ones come last. `is_on_board`: it hangs
    on the printed board; others have sheets of their own.
    """

    word: str
    fetch: Callable[[Client, str], Sequence[Document]]
    address: str
    entry: Callable[[Document, Language], Entry]
    columns: tuple[Column, ...]
    is_on_board: bool = False


def field(name: str) -> Column:
    """Return the column that shows a field under its own name."""
    return name, lambda document: document[name]


def offers_of(client: Client, language: str) -> list[dict[str, Any]]:
    """Return all offers and requests, however many answers it takes."""
    views: list[dict[str, Any]] = []
    while True:
        page = client.get(f"/offers?language={language}&offset={len(views)}")
        views += page["offers"]
        if not page["offers"] or len(views) >= page["total"]:
            return views


def things_of(client: Client, kind: str, language: str) -> Sequence[Document]:
    """Return all slots or meet-ups."""
    found: Sequence[Document] = client.get(f"/bookable?kind={kind}&language={language}")["things"]
    return found


def _corrections(document: Document) -> str:
    return " / ".join(one["text"] for one in document["notices"] if one["act"] == "correct")


def _labels(document: Document) -> str:
    return " / ".join(one["reason"] for one in document["notices"] if one["act"] == "label")


def _part(name: str, part: str) -> Callable[[Document], Any]:
    return lambda document: (document[name] or {}).get(part)


_AUTHOR: Final[tuple[Column, ...]] = (
    ("author", lambda one: one["author_name"]),
    field("author_fingerprint"),
)

BULLETINS: Final = Family(
    word="bulletins",
    fetch=lambda client, language: client.bulletins(language),
    address="/bulletins",
    entry=bulletin_entry,
    columns=(
        field("id"),
        field("kind"),
        field("severity"),
        field("category"),
        field("title"),
        field("text"),
        *_AUTHOR,
        ("source", _part("provenance", "source")),
        ("issued", _part("provenance", "issued")),
        field("created"),
        ("expires", lambda one: f"{shown_until(one):%Y-%m-%dT%H:%M:%SZ}"),
        ("correction", _corrections),
        ("label", _labels),
        ("state", _part("provenance", "state")),
    ),
    is_on_board=True,
)

OFFERS: Final = Family(
    word="offers",
    fetch=offers_of,
    address="/offers",
    entry=offer_entry,
    columns=(
        field("id"),
        field("direction"),
        field("sort"),
        field("category"),
        ("item", _part("item", "id")),
        field("title"),
        field("text"),
        ("quantity", _part("quantity", "count")),
        ("unit", _part("quantity", "unit")),
        field("remaining"),
        field("from"),
        field("to"),
        ("at", lambda one: one["place_words"]),
        ("for", lambda one: one["on_behalf"]),
        field("deposit"),
        field("state"),
        *_AUTHOR,
        field("created"),
        field("expires"),
    ),
    is_on_board=True,
)

PLACES: Final = Family(
    word="places",
    fetch=lambda client, language: client.get(f"/places?language={language}")["places"],
    address="/places",
    entry=place_entry,
    columns=(
        field("id"),
        field("category"),
        field("name"),
        field("address"),
        ("hours", _part("opening", "words")),
        ("remark", _part("opening", "remark")),
        field("capacity"),
        field("contact"),
        field("text"),
        ("for", lambda one: one["on_behalf_of"]),
        ("step_free", lambda one: one["is_step_free"]),
        ("level", _part("crowding", "level")),
        ("level_said", _part("crowding", "said")),
        *_AUTHOR,
        field("created"),
        field("expires"),
        ("people", _part("crowding", "people")),
    ),
)

CALLS: Final = Family(
    word="calls",
    fetch=lambda client, language: client.get(f"/calls?language={language}")["calls"],
    address="/checkins",
    entry=call_entry,
    columns=(
        field("id"),
        field("state"),
        field("stage"),
        field("who"),
        ("for", lambda one: one["on_behalf_of"]),
        field("persons"),
        ("needs", lambda one: ", ".join(one["needs"])),
        ("place", lambda one: one["where"]),
        field("text"),
        ("taken_by", lambda one: ", ".join(each["name"] for each in one["holders"])),
        *_AUTHOR,
        field("since"),
        field("expires"),
    ),
)

_BOOKABLE: Final[tuple[Column, ...]] = (
    field("id"),
    field("sort"),
    field("title"),
    field("where"),
    field("text"),
    field("starts"),
    ("ends", lambda one: one["slots"][-1]["ends"] if one["slots"] else None),
    ("slots", lambda one: len(one["slots"])),
    field("capacity"),
    ("free", lambda one: sum(each["free"] or 0 for each in one["slots"])),
    field("signed_up"),
    *_AUTHOR,
    field("created"),
    field("expires"),
)

MEETUPS: Final = Family(
    word="meetups",
    fetch=lambda client, language: things_of(client, "meetup", language),
    address="/bookable",
    entry=bookable_entry,
    columns=_BOOKABLE,
    is_on_board=True,
)

SLOTS: Final = Family(
    word="slots",
    fetch=lambda client, language: things_of(client, "slots", language),
    address="/bookable",
    entry=bookable_entry,
    columns=_BOOKABLE,
    is_on_board=True,
)


def bookings_of(who: str) -> Family:
    """Return the claims of one person on slots and meet-ups, by name or fingerprint."""

    def fetch(client: Client, language: str) -> Sequence[Document]:
        member = client.get(f"/members/{escaped(who)}")
        query = f"by={member['fingerprint']}&language={language}"
        claims: Sequence[Document] = client.get(f"/claims?{query}")["claims"]
        return claims

    return Family(
        word="bookings",
        fetch=fetch,
        address="/claims",
        entry=booking_entry,
        columns=(
            field("id"),
            field("state"),
            field("kind"),
            field("title"),
            field("starts"),
            field("ends"),
            field("units"),
            ("author", lambda one: one["by_name"]),
            ("for", lambda one: one["on_behalf"]),
            field("text"),
            field("created"),
        ),
    )


FAMILIES: Final = {one.word: one for one in (BULLETINS, MEETUPS, SLOTS, OFFERS, PLACES, CALLS)}
"""By word, in the order of a printed board."""
