"""Sheets made from what the running node has. Imports what is slow; import it in a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from meshnode.api.feed.entries import Entry
from meshnode.commands.bulletins.composing import zone_of
from meshnode.commands.client import Client, escaped
from meshnode.commands.files.families import FAMILIES, Family
from meshnode.commands.files.papers import PaperItem, fetch_papers, voucher_codes
from meshnode.commands.session import Session
from meshnode.commands.terminal.failures import Failure
from meshnode.node.languages import Language, load_language
from meshnode.node.press_phrases import HEADINGS, Press
from meshnode.press.board import Print, Sections, board_sheet
from meshnode.press.fonts import load_faces
from meshnode.press.join import Door, join_sheet
from meshnode.press.slips import SLIPS, slips_sheet


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and what was worth saying about it."""

    data: bytes
    items: int
    has_fonts: bool


def board_pdf(session: Session, language: str, *, with_codes: bool) -> Printed:
    """Return the board of the node: every family that hangs on it.

    Raises:
        Failure: The node does not run.
    """
    client = session.client.with_dates()
    reader = load_language(language)
    sections = [
        (_heading(family.word, reader), _entries(client, family, language))
        for family in FAMILIES.values()
        if family.is_on_board
    ]
    shown = [one for one in sections if one[1]]
    return _pdf(session, client, language, Press.BOARD, shown, with_codes=with_codes)


def family_pdf(session: Session, word: str, language: str, *, with_codes: bool) -> Printed:
    """Return a sheet with the things of one family.

    Raises:
        Failure: The node does not run.
    """
    client = session.client.with_dates()
    entries = _entries(client, FAMILIES[word], language)
    heading = _heading(word, load_language(language))
    return _pdf(
        session, client, language, heading or Press.BOARD, [("", entries)], with_codes=with_codes
    )


def item_pdf(session: Session, item_id: str, language: str) -> Printed:
    """Return a sheet with one item, of whatever family.

    Raises:
        Failure: There is none with this id, or several.
    """
    client = session.client.with_dates()
    family, document = _found(client, item_id, language)
    entry = family.entry(document, load_language(language))
    return _pdf(session, client, language, Press.BOARD, [("", [entry])], with_codes=True)


def slips_pdf(session: Session, words: Sequence[str], language: str) -> Printed:
    """Return blank slips.

    Raises:
        Failure: The node does not run.
    """
    about = about_print(session, session.client, language, Press.SLIP_TITLE)
    slips = [SLIPS[one] for one in words]
    return Printed(slips_sheet(about, slips), len(slips), _has_fonts(about))


def join_pdf(session: Session, door: Door, language: str) -> Printed:
    """Return the sheet for the door.

    Raises:
        Failure: The node does not run.
    """
    about = about_print(session, session.client, language, Press.JOIN_TITLE)
    return Printed(join_sheet(about, door), 1, _has_fonts(about))


def about_print(session: Session, client: Client, language: str, title: str | Press) -> Print:
    """Return what every page says about itself; a phrase as title has the community's name."""
    status = client.get("/status")
    community = client.get("/community")["name"]
    clock = status["clock"]
    printed = None if clock["quality"] == "unknown" else datetime.fromisoformat(clock["now"])
    about = Print(
        title=title,
        node=status["name"],
        printed=printed,
        zone=zone_of(session),
        language=load_language(language),
        faces=load_faces(),
    )
    if isinstance(title, Press):
        return replace(about, title=about.say(title, community=community))
    return about


def _entries(client: Client, family: Family, language: str) -> list[Entry]:
    words = load_language(language)
    return [family.entry(one, words) for one in family.fetch(client, language)]


def _heading(family: str, language: Language) -> str:
    """Return what stands above the entries of a family; bulletins need nothing."""
    return language.named(HEADINGS, family) if family in HEADINGS.english else ""


def _pdf(
    session: Session,
    client: Client,
    language: str,
    title: str | Press,
    sections: Sequence[tuple[str, Sequence[Entry]]],
    *,
    with_codes: bool,
) -> Printed:
    about = about_print(session, client, language, title)
    entries = [one for _, some in sections for one in some]
    papers = _papers(client, entries) if with_codes else {}
    data = board_sheet(
        about,
        Sections(
            sections,
            codes={one: each.contents() for one, each in papers.items()},
            voucher_codes=voucher_codes(papers.values()),
        ),
    )
    return Printed(data, len(entries), _has_fonts(about))


def _has_fonts(about: Print) -> bool:
    return all(face.is_whole for face in about.faces)


def _found(client: Client, item_id: str, language: str) -> tuple[Family, Mapping[str, Any]]:
    """Return the thing with this id, and of which family it is."""
    missing: Failure | None = None
    for family in FAMILIES.values():
        try:
            document = client.get(f"{family.address}/{escaped(item_id)}?language={language}")
        except Failure as failure:
            if failure.code != "not_found":
                raise
            missing = missing or failure
        else:
            return family, document
    raise missing or Failure(f"There is no {item_id}.", code="not_found")


def _papers(client: Client, entries: Sequence[Entry]) -> Mapping[str, PaperItem]:
    """Return what goes on paper with entries; one that vanished meanwhile has no code."""
    papers = {}
    for entry in entries:
        try:
            papers[entry.id] = fetch_papers(client, entry.id)
        except Failure as failure:
            if failure.code != "not_found":
                raise
    return papers
