"""Entries: what hangs on the board in one neutral form, for paper, feeds and calendars.

Each family of things makes its entries from its own documents, by one small function; nothing
behind that knows families. Not for: the API's own answers (`documents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from meshnode.board.bulletin import Severity
from meshnode.board.bulletin_words import CATEGORY_WORDS, REASONS, SEVERITIES
from meshnode.board.wording import DRILL_TITLE
from meshnode.node.languages import Language

Document = Mapping[str, Any]

WEIGHTS: Final = {severity.value: weight for weight, severity in enumerate(Severity)}
DRILL_WEIGHT: Final = WEIGHTS[Severity.MINOR]
"""A drill stands among what is minor, however bad its pretended severity is."""


@dataclass(frozen=True, slots=True)
class Official:
    """Who issued an official alert, and when."""

    source: str
    issued: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What a moderator says about an entry; `reason` in the reader's words."""

    by: str
    reason: str
    text: str
    is_correction: bool
    made: datetime


@dataclass(frozen=True, slots=True)
class Time:
    """From when until when; either end may be open."""

    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the board.

    Shapes: `id` is 32 hex digits of the newest version, `root` the 8 that stay the same;
    `weight` 0..3 as a bulletin's severity; `facts` are pairs of a label and a value in the
    reader's words; `times` say when something takes place, in order; all times know their zone.
    `version` counts what became of it, for calendars.
    """

    family: str
    id: str
    root: str
    label: str
    category: str
    heading: str
    text: str
    author: str
    created: datetime
    expires: datetime
    weight: int = 0
    is_drill: bool = False
    official: Official | None = None
    notes: tuple[Note, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    place: str = ""
    times: tuple[Time, ...] = ()
    version: int = 0
    is_cancelled: bool = False
    is_tentative: bool = False

    @property
    def updated(self) -> datetime:
        """When something about it changed last: a correction is a change."""
        return max((self.created, *(one.made for one in self.notes)))


def bulletin_entry(document: Document, language: Language) -> Entry:
    """Return a bulletin, drill or alert as an entry."""
    severity = Severity(document["severity"])
    is_drill = bool(document["is_drill"])
    label = language.named(SEVERITIES, severity.value)
    provenance = document["provenance"]
    return Entry(
        family="bulletins",
        id=document["id"],
        root=document["root"],
        label=f"{language.text(DRILL_TITLE)}: {label}" if is_drill else label,
        category=language.named(CATEGORY_WORDS, document["category"]),
        heading=document["title"] or "",
        text=document["text"],
        author=document["author_name"] or document["author"],
        created=moment(document["created"]),
        expires=moment(document["expires"]),
        weight=DRILL_WEIGHT if is_drill else WEIGHTS[severity.value],
        is_drill=is_drill,
        official=None
        if provenance is None
        else Official(provenance["source"], moment(provenance["issued"])),
        notes=notes_of(document, language),
    )


def notes_of(document: Document, language: Language) -> tuple[Note, ...]:
    """Return what moderators say about a thing, corrections first."""
    notes = [
        Note(
            one["by_name"],
            language.named(REASONS, one["reason"]),
            one["text"] or "",
            is_correction=one["act"] == "correct",
            made=moment(one["created"]),
        )
        for one in document["notices"]
        if one["act"] in ("correct", "label")
    ]
    return tuple(sorted(notes, key=lambda one: not one.is_correction))


def moment(text: str) -> datetime:
    """Return a moment of a document."""
    return datetime.fromisoformat(text)
