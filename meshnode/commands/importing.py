"""Lines of a table as things to post: checked first, all of them, then signed one by one.

Imports what is slow; import it in a command. Invariants: what is checked is what is signed; a line
that is refused says what to write instead; after a failure it is known which lines were posted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

import click

from meshnode.board.accounts import PERSON_DAY_MAX
from meshnode.board.bulletin import Severity, encode_bulletin
from meshnode.commands.composing import Draft, Ready, checked, sign, zone_of
from meshnode.commands.durations import Duration
from meshnode.commands.failures import Failure
from meshnode.commands.families import BULLETINS, Family
from meshnode.commands.output import one_line, talk
from meshnode.commands.session import Session
from meshnode.commands.speaker import Speaker
from meshnode.commands.spreadsheet import Row, Table, csv_text, parse_csv
from meshnode.node.clock import moment_of
from meshnode.node.moments import parse_moment
from meshnode.protocol.errors import LimitError, MeshError
from meshnode.protocol.object import SignedObject

_SUMMARY_CHARACTERS: Final = 60
_KINDS: Final = ("bulletin", "drill", "alert")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a line becomes: `key` is the same for what says the same, `sign` makes the object."""

    summary: str
    key: tuple[str, ...]
    sign: Callable[[], SignedObject]


@dataclass(frozen=True, slots=True)
class Importer:
    """How lines of one family become objects.

    `prepare` checks a line without signing anything; `key_of` returns the key of a document that
    is on the board already.
    """

    family: Family
    prepare: Callable[[Speaker, Session, Row], Prepared]
    key_of: Callable[[Mapping[str, Any]], tuple[str, ...]]


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


def minutes_until(text: str, *, now: datetime, zone: tzinfo | None) -> int | None:
    """Return for how many minutes something lasts that ends then; None: nothing was said.

    Raises:
        LimitError: It is neither a length of time nor a time to come.
    """
    if not text:
        return None
    try:
        return Duration().convert(text, None, None)
    except click.BadParameter:
        moment = parse_moment(text, now=now, earliest=now, zone=zone)
    if moment is None or moment <= now:
        raise LimitError(
            f"expires {text!r} is no time to come. Write a length like 24h or 3d, or a time like "
            "2026-11-28 18:00."
        )
    return -int((now - moment) // timedelta(minutes=1))


def _bulletin(speaker: Speaker, session: Session, row: Row) -> Prepared:
    kind = row.get("kind") or "bulletin"
    if kind not in _KINDS:
        raise LimitError(f"kind {kind!r} is none of {', '.join(_KINDS)}; leave it empty.")
    if row.get("severity") not in ("", *Severity):
        raise LimitError(
            f"severity {row.get('severity')!r} is none of {', '.join(Severity)}; leave it empty "
            "for info."
        )
    if kind == "alert" and not row.get("source"):
        raise LimitError("An alert needs a source, as in DWD. Fill in the column source.")
    now = moment_of(speaker.minute)
    draft = Draft(
        text=row.get("text"),
        title=row.get("title") or None,
        template=None,
        values={},
        category=row.get("category") or None,
        severity=row.get("severity") or None,
        expires_minutes=minutes_until(row.get("expires"), now=now, zone=zone_of(session)),
        is_drill=kind == "drill",
        source=row.get("source") or None if kind == "alert" else None,
        issued=row.get("issued") or None if kind == "alert" else None,
    )
    ready = checked(speaker, session, draft)
    # What does not fit an object is found here, not when half of the table is posted.
    encode_bulletin(ready.fields)
    return Prepared(_summary(ready), _ready_key(ready, kind), lambda: sign(speaker, ready))


def _summary(ready: Ready) -> str:
    fields = ready.fields
    said = one_line(f"{fields.title}: {fields.text}" if fields.title else fields.text)
    cut = said if len(said) <= _SUMMARY_CHARACTERS else f"{said[: _SUMMARY_CHARACTERS - 1]}…"
    return f"{fields.severity.value}, {fields.category}, for {ready.minutes // 60} h: {cut}"


def _ready_key(ready: Ready, kind: str) -> tuple[str, ...]:
    title = "" if kind == "drill" else ready.fields.title or ""
    return kind, title, ready.fields.text


def _bulletin_key(document: Mapping[str, Any]) -> tuple[str, ...]:
    if document["is_drill"]:
        # Shown with a title and a first line of its own, which nobody typed.
        return "drill", "", document["text"].partition("\n")[2]
    return document["kind"], document["title"] or "", document["text"]


IMPORTERS: Final = {
    "bulletins": Importer(BULLETINS, _bulletin, _bulletin_key),
}
"""By the family's word."""
