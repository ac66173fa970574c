"""`meshnode checkin roll`: of a street, a circle or a list of names, who has been heard of."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.calls import callwords
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.terminal.tables import cut, table, terminal_columns
from meshnode.commands.trust import people

if TYPE_CHECKING:
    from meshnode.board.calls.roll import Report, Row, Wanted

_NAMES_MAX: Final = 2_000
"""A large street; a file that is longer is none of names."""
_ANSWERS: Final = {"needs_help": "NEEDS HELP", "not_heard": "not heard of", "ok": "OK"}
_NAME_COLUMNS_MAX: Final = 28


@click.command(
    epilog=examples(
        'meshnode checkin roll "Schillerstr"',
        'meshnode checkin roll "Schillerstr 12" --names house.txt',
        'meshnode checkin roll --circle "Hof 12"',
    )
)
@click.argument("street", required=False)
@click.option(
    "--names",
    "file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Who should be there, one name a line; - reads standard input.",
)
@click.option("--circle", metavar="NAME", help="Who belongs to a circle of yours.")
@speaks
def roll(
    session: Session,
    *,
    street: str | None,
    file: Any,
    circle: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Call the roll: who is OK, who needs help, of whom nothing was heard.

    A street by itself shows who checked in from there; who is missing can only be said of names.
    """
    from meshnode.board.calls.roll import roll_of_names, roll_of_street  # noqa: PLC0415  Slow.

    if street is None and file is None and circle is None:
        raise click.UsageError("Say whose roll: a street, --names FILE or --circle NAME.")
    wanted = [] if file is None else _names(file)
    if circle is not None:
        wanted += _members(session, passphrase_file, circle)
    reports = [_report(one) for one in session.client.get("/checkins")["checkins"]]
    rows = roll_of_names(wanted, reports)
    named = {row.report.id for row in rows if row.report is not None}
    if street is not None:
        rest = roll_of_street(street, (one for one in reports if one.id not in named))
        rows = [*rows, *rest]
    if is_json:
        emit_json([_document(row) for row in rows])
        return
    _print(rows, is_named=bool(wanted), street=street)


def _print(rows: "list[Row]", *, is_named: bool, street: str | None) -> None:
    if rows:
        head = ("NAME", "ANSWER", "WHEN", "WHERE")
        lines = table(head, [_line(row) for row in rows], columns=terminal_columns())
        emit(paint(lines[0], None, is_bold=True))
        for line, row in zip(lines[1:], rows, strict=True):
            emit(paint(line, "red") if row.answer.value == "needs_help" else line)
    counts = {
        word.lower(): sum(row.answer.value == one for row in rows) for one, word in _ANSWERS.items()
    }
    talk("; ".join(f"{word}: {count}" for word, count in counts.items()))
    if not is_named:
        talk(
            f"Only those are here who named {street!r} when they checked in. Who is missing can "
            "be said if you give the names: --names FILE"
        )


def _line(row: "Row") -> tuple[str, str, str, str]:
    report = row.report
    name, answer = cut(one_line(row.name), _NAME_COLUMNS_MAX), _ANSWERS[row.answer.value]
    if report is None:
        return name, answer, "-", ""
    where = one_line(report.where)
    if row.answer.value == "not_heard":
        where = f"{where}; " if where else ""
        where += "their call was ended by a coordinator; nothing from them since"
    elif report.is_urgent:
        where = f"URGENT {where}".rstrip()
    return name, answer, callwords.clock(_moment(report.minute)), where


def _document(row: "Row") -> dict[str, Any]:
    report = row.report
    return {
        "name": row.name,
        "answer": row.answer.value,
        "id": None if report is None else report.id,
        "time": None if report is None else _moment(report.minute),
        "where": None if report is None else report.where or None,
        "is_urgent": report is not None and report.is_urgent,
    }


def _report(view: callwords.View) -> "Report":
    from meshnode.board.calls.roll import Report  # noqa: PLC0415  Slow.

    return Report(
        who=view["who"],
        fingerprint="" if view["on_behalf_of"] else view["author_fingerprint"] or "",
        where=view["where"] or "",
        minute=people.minute_of(view["created"]),
        is_call=view["state"] != "ok",
        is_urgent=view["state"] == "urgent",
        is_ended=view["stage"] in ("done", "ended"),
        id=view["root"],
    )


def _names(file: Iterable[str]) -> "list[Wanted]":
    from meshnode.board.calls.roll import Wanted  # noqa: PLC0415  Slow.

    try:
        lines = [line.strip() for _, line in zip(range(_NAMES_MAX + 1), file, strict=False)]
    except UnicodeDecodeError as error:
        raise click.BadParameter("The file with names is not UTF-8 text.") from error
    if len(lines) > _NAMES_MAX:
        raise click.BadParameter(f"The file has more than {_NAMES_MAX} lines; one name a line.")
    return [Wanted(line) for line in lines if line and not line.startswith("#")]


def _members(session: Session, passphrase_file: Path | None, circle: str) -> "list[Wanted]":
    """Return the people of a circle, from this person's own mailbox."""
    from meshnode.board.calls.roll import Wanted  # noqa: PLC0415  Slow.
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.person import circles  # noqa: PLC0415

    with mailing(session, passphrase_file) as desk:
        desk.deliver()
        roster = desk.require_roster()
        found = circles.named(desk.box, circle)
        owners = {
            contact.fingerprint: contact
            for member in found.members
            if member in roster.devices
            and (contact := roster.owners.get(roster.devices[member])) is not None
        }
    if not owners:
        raise Failure(f"Nobody of the circle {circle!r} is known here.", code="not_found")
    return [Wanted(one.name, one.fingerprint.hex()) for one in owners.values()]


def _moment(minute: int) -> str:
    from meshnode.node.clock import moment_text  # noqa: PLC0415  Slow.

    return moment_text(minute)
