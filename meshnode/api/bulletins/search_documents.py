"""What a search finds, as JSON documents."""

from meshnode.api.documents import Document, notice_document
from meshnode.board.bulletins.alert import read_provenance
from meshnode.board.bulletins.rendering import Reader
from meshnode.board.bulletins.wording import DRILL_TITLE
from meshnode.board.official.standing import over_from_min
from meshnode.node.clock import moment_text
from meshnode.node.desks.searchdesk import Found, Hit
from meshnode.protocol.object import Kind

_MINUTE_S = 60


def finds_document(found: Found, reader: Reader, *, minute: int) -> Document:
    """Return a part of what was found, as it is at `minute`, counted from 2024-01-01."""
    return {
        "total": found.total,
        "missing": found.missing,
        "finds": [find_document(one, reader, minute=minute) for one in found.hits],
    }


def find_document(hit: Hit, reader: Reader, *, minute: int) -> Document:
    """Return one thing that was found."""
    thing, page = hit.item.thing, hit.page
    author = hit.item.author
    said = read_provenance(thing.body)[0] if thing.kind == Kind.ALERT else None
    over_min = thing.expires_min
    if said is not None:
        over_min = over_from_min(said, created_min=thing.created_min, expires_min=over_min)
    left_min = min(over_min - minute, over_min - thing.created_min)
    return {
        "id": thing.id.hex(),
        "root": hit.item.root.hex(),
        "kind": page.sort,
        "is_drill": thing.kind == Kind.DRILL,
        "title": _title(hit, reader),
        "parts": [{"text": one.text, "is_match": one.is_match} for one in hit.parts],
        "place": hit.place or None,
        "place_root": None if page.place_root is None else page.place_root.hex(),
        "category": page.category or None,
        "language": page.language or None,
        "state": None if said is None else said.state.word,
        "severity": None if page.severity is None else page.severity.value,
        "author": thing.author.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": None if author is None else author.name,
        "notices": [notice_document(one) for one in hit.item.moderation.in_force],
        "created": moment_text(thing.created_min),
        "age_s": max(0, minute - thing.created_min) * _MINUTE_S if minute else None,
        "expires": moment_text(thing.expires_min),
        "expires_in_s": max(0, left_min) * _MINUTE_S,
    }


def _title(hit: Hit, reader: Reader) -> str | None:
    """Return the title; a drill's says what it is."""
    title = hit.page.title
    if hit.item.thing.kind != Kind.DRILL:
        return title or None
    word = reader.text(DRILL_TITLE)
    return f"{word}: {title}" if title else word
