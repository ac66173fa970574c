"""The board as an Atom feed, for feed readers and for pages of others that show it.

Not for: HTTP (`feeds`). Invariants: an entry's id never changes and is the same on every node; what
people wrote is text, never markup; the same board gives the same bytes.
Source: RFC 4287.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from meshnode.api.feed.entries import Entry

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"
ENTRIES_MAX: Final = 200
"""Readers ask every hour; more than a busy week brings."""
BEGINNING: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated."""
_NAMES: Final = UUID("0d2c9f4e-6a3b-5c1d-8e7f-6d6573686e6f")
"""Our own space of names."""
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_XML_REFUSES: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), _REPLACEMENT
)
"""Characters that XML 1.0 cannot carry. Source: section 2.2."""


def atom_feed(
    entries: Sequence[Entry], *, title: str, feed_id: str, language: str, address: str | None
) -> str:
    """Return the feed, newest change first.

    `feed_id` is the community's id in hex; `address` is where this node's pages are, as in
    `http://192.168.1.20:8080`, None where nobody knows.
    """
    newest = sorted(entries, key=lambda one: (one.updated, one.id), reverse=True)[:ENTRIES_MAX]
    feed = Element("feed", {"xmlns": NAMESPACE, "xml:lang": language})
    _say(feed, "id", _name("board", feed_id))
    _say(feed, "title", title)
    _say(feed, "updated", _moment(newest[0].updated if newest else BEGINNING))
    SubElement(feed, "generator").text = "meshnode"
    if address is not None:
        SubElement(feed, "link", {"rel": "self", "href": f"{address}/feed.atom?lang={language}"})
        SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{address}/"})
    for entry in newest:
        _entry(feed, entry, address)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(feed, encoding="unicode") + "\n"


def headline(entry: Entry) -> str:
    """Return an entry's title: what it is, and what it is about."""
    said = entry.heading or entry.text.partition("\n")[0]
    source = f"{entry.official.source}: " if entry.official is not None else ""
    return f"{entry.label}: {source}{said}"


def content(entry: Entry) -> str:
    """Return all that an entry says; a correction stands before what it corrects."""
    official = entry.official
    provenance = () if official is None else (official.remark, official.sentence)
    notes = [f"[{note.by}, {note.reason}] {note.text}".rstrip() for note in entry.notes]
    facts = [f"{label}: {value}" for label, value in entry.facts]
    return "\n\n".join(part for part in (*notes, *provenance, entry.text, "\n".join(facts)) if part)


def _entry(feed: Element, entry: Entry, address: str | None) -> None:
    element = SubElement(feed, "entry")
    _say(element, "id", _name(entry.family, entry.root))
    _say(element, "title", headline(entry))
    _say(element, "updated", _moment(entry.updated))
    _say(element, "published", _moment(entry.created))
    _say(SubElement(element, "author"), "name", entry.author)
    for term in filter(None, (entry.label, entry.category)):
        SubElement(element, "category", {"term": _clean(term)})
    if address is not None:
        href = f"{address}/{entry.family}/{entry.id}"
        SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": href})
    _say(element, "content", content(entry))


def _name(family: str, root: str) -> str:
    """Return the name that a thing has everywhere and for ever. Source: RFC 9562 section 5.5."""
    return uuid5(_NAMES, f"{family}/{root}").urn


def _say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _clean(text)


def _clean(text: str) -> str:
    return text.translate(_XML_REFUSES)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
