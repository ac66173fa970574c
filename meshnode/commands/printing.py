"""Sheets made from what the running node has. Imports what is slow; import it in a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from meshnode.api.entries import Entry
from meshnode.commands.client import Client, escaped
from meshnode.commands.composing import zone_of
from meshnode.commands.failures import Failure
from meshnode.commands.families import BULLETINS, FAMILIES, Family
from meshnode.commands.papers import PaperItem, fetch_papers, voucher_codes
from meshnode.commands.session import Session
from meshnode.node.languages import load_language
from meshnode.press.board import Print, Sections, board_sheet
from meshnode.press.fonts import load_faces
from meshnode.press.words import press_words


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and what was worth saying about it."""

    data: bytes
    items: int
    has_fonts: bool


def board_pdf(session: Session, language: str, *, with_codes: bool) -> Printed:
    """Return the board of the node, every family that has something on it.

    Raises:
        Failure: The node does not run.
    """
    client = session.client
    found = [(family, _entries(client, family, language)) for family in FAMILIES.values()]
    sections = [
        (family.heading.get(language, family.heading.get("en", "")), entries)
        for family, entries in found
        if entries
    ]
    return _pdf(session, client, language, sections, with_codes=with_codes)


def item_pdf(session: Session, item_id: str, language: str) -> Printed:
    """Return a sheet with one item.

    Raises:
        Failure: There is none with this id, or several.
    """
    client = session.client
    wanted = item_id.strip().lower().removeprefix("#")
    for family in FAMILIES.values():
        for entry in _entries(client, family, language):
            if entry.id == wanted:
                return _pdf(session, client, language, [("", [entry])], with_codes=True)
    document = client.get(f"/bulletins/{escaped(item_id)}?language={language}")
    entry = BULLETINS.entry(document, load_language(language))
    return _pdf(session, client, language, [("", [entry])], with_codes=True)


def about_print(session: Session, client: Client, language: str, title: str) -> Print:
    """Return what every page says about itself; `{}` in the title is the community's name."""
    status = client.get("/status")
    community = client.get("/community")["name"]
    clock = status["clock"]
    printed = None if clock["quality"] == "unknown" else datetime.fromisoformat(clock["now"])
    return Print(
        title=title.format(community),
        node=status["name"],
        printed=printed,
        zone=zone_of(session),
        words=press_words(language),
        faces=load_faces(),
    )


def _entries(client: Client, family: Family, language: str) -> list[Entry]:
    words = load_language(language)
    return [family.entry(one, words) for one in family.fetch(client, language)]


def _pdf(
    session: Session,
    client: Client,
    language: str,
    sections: Sequence[tuple[str, Sequence[Entry]]],
    *,
    with_codes: bool,
) -> Printed:
    about = about_print(session, client, language, press_words(language).board)
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
    return Printed(data, len(entries), all(face.is_whole for face in about.faces))


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
