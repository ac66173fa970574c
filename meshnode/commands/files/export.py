"""`meshnode export` and `meshnode import`: the board for a spreadsheet, a program, a feed reader.

Not for: signed bytes (`object export`) or paper (`print`).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from meshnode.commands.session import Session, examples, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.exits import ExitCode
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, printable, talk

if TYPE_CHECKING:
    from meshnode.commands.files.importing import Line

WHAT: Final = ("bulletins", "meetups", "slots", "offers", "places", "calls", "bookings")
"""As `meshnode.commands.files.families.FAMILIES`, which would bring the keys' library to every
start;
and bookings."""
IMPORTED: Final = ("bulletins", "offers", "places")
"""As `meshnode.commands.files.preparing.IMPORTERS`."""
FORMATS: Final = ("csv", "json", "jsonl", "atom", "ics")
_FILE_BYTES_MAX: Final = 8 * 1024 * 1024


@click.command(
    "export",
    epilog=examples(
        "meshnode export > board.csv",
        "meshnode export --format csv --excel --output aushang.csv",
        "meshnode export --format jsonl | jq .text",
        "meshnode export --format atom --language de --output feed.atom",
        "meshnode export --what meetups --format ics --output meetups.ics",
        'meshnode export --what bookings --of "Anna" --format ics',
    ),
)
@click.option(
    "--what", type=click.Choice(WHAT), default=WHAT[0], show_default=True, help="Which things."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="csv for spreadsheets, json and jsonl for programs, atom for feed readers, ics for "
    "calendars.",
)
@click.option(
    "--excel", "for_excel", is_flag=True, help="CSV as a German Excel wants it: BOM, semicolons."
)
@click.option(
    "--output",
    type=click.Path(allow_dash=True, dir_okay=False, path_type=Path),
    default=Path("-"),
    help="The file; - is standard output.  [default: -]",
)
@click.option("--of", "who", metavar="NAME", help="Whose bookings.")
@language_option
@pass_session
def export(
    session: Session,
    *,
    what: str,
    form: str,
    for_excel: bool,
    output: Path,
    who: str | None,
    language: str,
) -> None:
    """Write what is on the board in a form that other programs read."""
    from meshnode.commands.files.exporting import exported  # noqa: PLC0415  Slow.

    if for_excel and form != "csv":
        raise click.UsageError("--excel belongs to --format csv.")
    if (what == "bookings") is (who is None):
        raise click.UsageError("Bookings are somebody's: --what bookings --of NAME.")
    text = exported(session, what, form, language, for_excel=for_excel, who=who or "")
    if str(output) == "-":
        # As it is: no other line ends, no other encoding.
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}.", code="store") from error
    talk(f"Written: {output}")


@click.command(
    "import",
    epilog=examples(
        "meshnode import board.csv",
        "meshnode import board.csv --post",
        "meshnode import board.csv --post --skip-bad",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--what", type=click.Choice(IMPORTED), default=IMPORTED[0], show_default=True,
    help="What the lines are.",
)  # fmt: skip
@click.option("--post", "is_real", is_flag=True, help="Post it; without this nothing is posted.")
@click.option("--skip-bad", is_flag=True, help="Post the right lines though others are wrong.")
@speaks
def import_(
    session: Session,
    *,
    file: Path,
    what: str,
    is_real: bool,
    skip_bad: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Post the lines of a table, signed by you. Without --post: only say what would be posted.

    Lines with an id, and those that you posted already, are skipped. What was posted is written to
    a copy of the table with its ids, so that going on with that posts nothing twice.
    """
    from meshnode.commands.files.importing import post_lines, read_lines  # noqa: PLC0415  Slow.

    text = _read(file)
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        lines = read_lines(speaker, session, text, what=what)
        bad = [one for one in lines if one.problem]
        may_post = is_real and (skip_bad or not bad)
        copy = file.with_suffix(".posted.csv")
        done = post_lines(speaker, lines, text, copy) if may_post else lines
    if is_json:
        emit_json({"posted": may_post, "lines": [one.document() for one in done]})
    else:
        for one in done:
            emit(printable(f"line {one.number}: {one.sentence(is_posted=may_post)}"))
        _say(done, is_real=is_real, may_post=may_post, copy=copy)
    failed = [one for one in done if one.problem]
    if failed:
        sys.exit(ExitCode.PARTIAL if may_post else ExitCode.USAGE)


def _say(lines: "list[Line]", *, is_real: bool, may_post: bool, copy: Path) -> None:
    bad = sum(bool(one.problem) for one in lines)
    new = sum(one.is_new for one in lines)
    if may_post:
        talk(f"The table with its ids: {copy}. Go on with that one.")
    elif is_real:
        talk(
            f"Nothing was posted: {bad} lines are wrong. Mend them, or post the others: --skip-bad"
        )
    elif new:
        talk(f"Nothing was posted yet: {new} lines would be, {bad} are wrong. To post them: --post")
    else:
        talk("There is nothing to post.")


def _read(file: Path) -> str:
    try:
        data = file.read_bytes()[: _FILE_BYTES_MAX + 1]
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code="not_found") from error
    if len(data) > _FILE_BYTES_MAX:
        raise Failure(f"{file} is larger than 8 MB. Import it in parts.", code="too_large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(
            f'{file} is not UTF-8. Save it again: in Excel as "CSV UTF-8", in LibreOffice with '
            "the character set Unicode (UTF-8).",
            code="bad_request",
        ) from error
