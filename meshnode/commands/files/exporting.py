"""What is on the board as a text for other programs. Imports what is slow."""

import json

from meshnode.api.feed.atom import atom_feed
from meshnode.api.feed.calendar import calendar
from meshnode.commands.files.families import FAMILIES, bookings_of
from meshnode.commands.files.spreadsheet import csv_text
from meshnode.commands.session import Session
from meshnode.node.languages import load_language


def exported(
    session: Session, what: str, form: str, language: str, *, for_excel: bool = False, who: str = ""
) -> str:
    """Return the things of a family in one of the forms of `export`; `who` says whose bookings.

    Raises:
        Failure: The node does not run.
    """
    family = bookings_of(who) if what == "bookings" else FAMILIES[what]
    client = session.client.with_dates()
    documents = family.fetch(client, language)
    match form:
        case "csv":
            columns = [name for name, _ in family.columns]
            rows = [[value(one) for _, value in family.columns] for one in documents]
            return csv_text(columns, rows, for_excel=for_excel)
        case "json":
            return json.dumps(documents, ensure_ascii=False, indent=2) + "\n"
        case "jsonl":
            return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
    reader = load_language(language)
    entries = [family.entry(one, reader) for one in documents]
    status, community = client.get("/status"), client.get("/community")
    if form == "ics":
        return calendar(entries, name=f"{community['name']}: {what}")
    return atom_feed(
        entries,
        title=f"{community['name']} ({status['name']})",
        feed_id=community["id"],
        language=language,
        address=None,
    )
