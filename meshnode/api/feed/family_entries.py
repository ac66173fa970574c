"""What neighbours exchange, places and calls for help as entries: one small function a family.

Not for: bulletins (`entries`, where the form is, too). Invariants: as there; a fact that was not
said is left out.
"""

from datetime import datetime
from typing import Final

from meshnode.api.feed.entries import Document, Entry, Time, moment, notes_of
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS
from meshnode.board.calls.words import NEEDS, STAGES, STATES
from meshnode.node.entry_phrases import LABELS
from meshnode.node.languages import Language

_URGENT_WEIGHT: Final = 2

Facts = tuple[tuple[str, str], ...]


def offer_entry(document: Document, language: Language) -> Entry:
    """Return an offer or a request as an entry."""
    return Entry(
        family="offers",
        id=document["id"],
        root=document["root"],
        label=language.named(LABELS, document["direction"]),
        category=language.named(CATEGORY_WORDS, document["category"]),
        heading=document["headline"],
        text=_lines(document["sentence"], document["text"]),
        author=document["author_name"] or document["author"],
        created=moment(document["created"]),
        expires=moment(document["expires"]),
        facts=_facts(language, state=document["state_sentence"], pledge=document["deposit"]),
        place=document["place_words"] or "",
        times=(Time(_moment_or_none(document["from"]), _moment_or_none(document["to"])),),
        version=_version(document),
    )


def place_entry(document: Document, language: Language) -> Entry:
    """Return a place as an entry."""
    opening = document["opening"] or {}
    return Entry(
        family="places",
        id=document["id"],
        root=document["root"],
        label=language.named(LABELS, "place"),
        category=document["category_words"],
        heading=document["name"],
        text=document["text"] or "",
        author=document["author_name"] or document["author"],
        created=moment(document["created"]),
        expires=moment(document["expires"]),
        notes=notes_of(document, language),
        facts=_facts(
            language,
            address=document["address"],
            hours=_lines(opening.get("words"), opening.get("remark")).replace("\n", "; "),
            room=document["capacity"],
            contact=document["contact"],
        ),
        place=document["address"] or "",
        version=_version(document),
    )


def call_entry(document: Document, language: Language) -> Entry:
    """Return a call for help as an entry for coordinators."""
    holders = ", ".join(one["name"] for one in document["holders"])
    is_urgent = document["state"] == "urgent"
    return Entry(
        family="calls",
        id=document["id"],
        root=document["root"],
        label=language.named(STATES, document["state"]),
        category=language.named(STAGES, document["stage"]),
        heading=document["who"],
        text=document["text"] or "",
        author=document["author_name"] or document["author"],
        created=moment(document["since"]),
        expires=moment(document["expires"]),
        weight=_URGENT_WEIGHT if is_urgent else 0,
        facts=_facts(
            language,
            where=document["where"],
            persons=document["persons"],
            needs=", ".join(language.named(NEEDS, one) for one in document["needs"]),
            taken_by=holders or language.named(LABELS, "nobody"),
        ),
        place=document["where"] or "",
        version=_version(document),
    )


def _facts(language: Language, **said: str | int | None) -> Facts:
    return tuple(
        (language.named(LABELS, word), str(value)) for word, value in said.items() if value
    )


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def _version(document: Document) -> int:
    """Return a number that grows with every version: the minute in which it was signed."""
    return int(moment(document["created"]).timestamp()) // 60
