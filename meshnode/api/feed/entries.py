"""Entries: what hangs on the board in one neutral form, for paper, feeds and calendars.

Each family of things makes its entries from its own documents, by one small function; nothing
behind that knows families. Not for: the API's own answers (`documents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from meshnode.board.bulletins.alert import AlertState
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS, REASONS, SEVERITIES
from meshnode.board.bulletins.wording import DRILL_TITLE
from meshnode.board.official.standing import ALL_CLEAR_SHOWN_MINUTES
from meshnode.node.languages import Language
from meshnode.node.page_phrases import PAGE_CONTEXT, Page

Document = Mapping[str, Any]

WEIGHTS: Final = {severity.value: weight for weight, severity in enumerate(Severity)}
DRILL_WEIGHT: Final = WEIGHTS[Severity.MINOR]
"""A drill stands among what is minor, however bad its pretended severity is."""
OVER_WEIGHT: Final = WEIGHTS[Severity.MINOR]
"""So does an alert whose source took it back or lists it no more: it must not look like danger."""
_REMARKS: Final = {
    AlertState.ALL_CLEAR.word: Page.TAKEN_BACK,
    AlertState.UNLISTED.word: Page.UNLISTED,
}


@dataclass(frozen=True, slots=True)
class Official:
    """Who issued an official alert and when, and who passed it on, the first one first.

    Shapes: in the reader's words are `remark`, what became of it, empty while it is in force, and
    `sentence`, all of that in one.
    """

    source: str
    issued: datetime
    passed_on_by: tuple[str, ...] = ()
    remark: str = ""
    sentence: str = ""


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
    """From when until when; either end may be open. `facts` are true of this time alone."""

    begins: datetime | None
    ends: datetime | None
    facts: tuple[tuple[str, str], ...] = ()


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
    official = _official(document, language)
    is_in_force = official is None or not official.remark
    if document["provenance"] and document["provenance"]["state"] == AlertState.ALL_CLEAR.word:
        label = language.in_context(PAGE_CONTEXT, Page.TAKEN_BACK.value)
    weight = WEIGHTS[severity.value]
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
        expires=shown_until(document),
        weight=DRILL_WEIGHT if is_drill else weight if is_in_force else min(weight, OVER_WEIGHT),
        is_drill=is_drill,
        official=official,
        notes=notes_of(document, language),
    )


def shown_until(document: Document) -> datetime:
    """Return when a bulletin leaves the board: an alert's source may end it before it expires."""
    expires = moment(document["expires"])
    said = document["provenance"]
    if said is None:
        return expires
    if said["state"] == AlertState.ALL_CLEAR.word:
        news = timedelta(minutes=ALL_CLEAR_SHOWN_MINUTES)
        return min(expires, moment(document["created"]) + news)
    return expires if said["ends"] is None else min(expires, moment(said["ends"]))


def _official(document: Document, language: Language) -> Official | None:
    said = document["provenance"]
    if said is None:
        return None
    source, issued = said["source"], moment(said["issued"])
    names = tuple(document["passed_on_by"])
    remark = _REMARKS.get(said["state"])
    sentence = language.in_context(PAGE_CONTEXT, Page.OFFICIAL.value)
    return Official(
        source=source,
        issued=issued,
        passed_on_by=names,
        remark="" if remark is None else language.in_context(PAGE_CONTEXT, remark.value),
        sentence=sentence.format(
            source=source, author=", ".join(names), moment=f"{issued:%Y-%m-%d %H:%M} UTC"
        ),
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
