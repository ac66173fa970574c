"""Lines of a table as things to post: checked first, all of them, then signed one by one.

Imports what is slow; import it in a command. Invariants: what is checked is what is signed; a line
that is refused says what to write instead; after a failure it is known which lines were posted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from meshnode.board.trust.accounts import PERSON_DAY_MAX
from meshnode.commands.files.preparing import IMPORTERS, Importer, Prepared
from meshnode.commands.files.spreadsheet import Row, Table, csv_text, parse_csv
from meshnode.commands.session import Session
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line, talk
from meshnode.protocol.errors import MeshError


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; `problem` says what is wrong with it, `skipped` why it is left out."""

    number: int
    prepared: Prepared | None = None
    skipped: str | None = None
    problem: str | None = None
    id: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is to be posted."""
        return self.prepared is not None and self.id is None and self.problem is None

    def sentence(self, *, is_posted: bool) -> str:
        """Return what people read about it."""
        if self.problem is not None:
            return f"WRONG: {self.problem}"
        if self.skipped is not None:
            return f"skipped: {self.skipped}"
        summary = "" if self.prepared is None else self.prepared.summary
        if self.id is not None:
            return f"posted {self.id}: {summary}"
        return f"not posted: {summary}" if is_posted else f"would post: {summary}"

    def document(self) -> dict[str, Any]:
        """Return it for programs."""
        summary = None if self.prepared is None else self.prepared.summary
        return {
            "line": self.number,
            "summary": summary,
            "skipped": self.skipped,
            "problem": self.problem,
            "id": self.id,
        }


def read_lines(speaker: Speaker, session: Session, text: str, *, what: str) -> list[Line]:
    """Return what becomes of each line of a table, before anything is signed.

    Raises:
        Failure: It is no table, or has a column that nobody knows.
    """
    importer = IMPORTERS[what]
    table = parse_csv(text)
    _check_columns(table, importer)
    me = speaker.require_member()
    known = {
        importer.key_of(one)
        for one in importer.family.fetch(speaker.client, "en")
        if one["author_fingerprint"] == me["fingerprint"]
    }
    lines = []
    for row in table.rows:
        line = _line(speaker, session, importer, row)
        if line.prepared is not None and line.prepared.key in known:
            line = Line(row.number, skipped="you have posted this already")
        if line.prepared is not None:
            known.add(line.prepared.key)
        lines.append(line)
    new = sum(one.is_new for one in lines)
    if new > PERSON_DAY_MAX:
        talk(
            f"A person posts {PERSON_DAY_MAX} things a day at most; of these {new} lines the rest "
            "will be refused today. Post them tomorrow."
        )
    return lines


def post_lines(speaker: Speaker, lines: Sequence[Line], text: str, copy: Path) -> list[Line]:
    """Sign and post the lines that are right; write a copy of the table with their ids.

    The first that the node refuses ends it; what was posted before stays.

    Raises:
        Failure: The copy cannot be written. What was posted is posted.
    """
    done = list(lines)
    try:
        for at, line in enumerate(done):
            if not line.is_new or line.prepared is None:
                continue
            try:
                (posted,) = speaker.publish(line.prepared.sign())
            except MeshError as error:
                done[at] = replace(line, problem=str(error))
                break
            except Failure as failure:
                done[at] = replace(line, problem=failure.message)
                break
            done[at] = replace(line, id=posted)
    finally:
        _write_copy(text, done, copy)
    return done


def _write_copy(text: str, lines: Sequence[Line], copy: Path) -> None:
    table = parse_csv(text)
    ids = {one.number: one.id for one in lines if one.id is not None}
    columns = table.columns if "id" in table.columns else ("id", *table.columns)
    rows = [
        [
            ids.get(row.number, row.get("id")) if name == "id" else row.cells.get(name, "")
            for name in columns
        ]
        for row in table.rows
    ]
    head = text.partition("\n")[0]
    try:
        copy.write_bytes(csv_text(columns, rows, for_excel=head.count(";") > 0).encode())
    except OSError as error:
        raise Failure(
            f"{copy} cannot be written: {error.strerror}. The ids of what was posted: "
            + ", ".join(f"line {number} {one}" for number, one in ids.items()),
            code="store",
        ) from error


def _check_columns(table: Table, importer: Importer) -> None:
    known = [name for name, _ in importer.family.columns]
    unknown = [one for one in table.columns if one not in known]
    if unknown:
        raise Failure(
            f"There is no column {', '.join(map(repr, unknown))}; there are: {', '.join(known)}. "
            "Rename or delete it.",
            code="bad_request",
        )


def _line(speaker: Speaker, session: Session, importer: Importer, row: Row) -> Line:
    if row.get("id"):
        return Line(row.number, skipped="it has an id, so it is on the board or was")
    try:
        return Line(row.number, importer.prepare(speaker, session, row))
    except (click.ClickException, MeshError) as error:
        message = error.message if isinstance(error, click.ClickException) else str(error)
        return Line(row.number, problem=one_line(message))
