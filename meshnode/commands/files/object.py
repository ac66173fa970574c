"""`meshnode object`: signed objects as lines of text, for paper, mail and whatever else carries.

Not for: pages (`print`), spreadsheets (`export`, `import`).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.bulletins.bulletin_ids import complete_id
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.exits import ExitCode
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.terminal.qr import show_qr

if TYPE_CHECKING:
    from meshnode.commands.files.scanning import Outcome

_CHARACTERS_MAX: Final = 4 * 1024 * 1024
"""As `meshnode.board.paperline.TEXT_CHARACTERS_MAX`."""


@click.group("object")
def object_group() -> None:
    """Signed objects as lines of text: they verify on every node of this community."""


@object_group.command(
    "export",
    epilog=examples(
        "meshnode object export 1a2b3c4d > water.txt",
        "meshnode object export 1a2b 5e6f --alone",
        "meshnode object export 1a2b --qr",
    ),
)
@click.argument("object_ids", metavar="ID...", nargs=-1, required=True, shell_complete=complete_id)
@click.option(
    "--alone",
    is_flag=True,
    help="Without what vouches for the author, for nodes that know the author already.",
)
@click.option("--qr", "is_qr", is_flag=True, help="Show QR codes, one below the other.")
@json_option
@pass_session
def export(
    session: Session, *, object_ids: tuple[str, ...], alone: bool, is_qr: bool, is_json: bool
) -> None:
    """Print the lines that carry objects. Whoever has them can read them: hide nothing in them.

    A correction goes with what it corrects.
    """
    from meshnode.commands.files.papers import fetch_papers  # noqa: PLC0415  Slow.

    papers = [fetch_papers(session.client, one) for one in object_ids]
    lines = list(dict.fromkeys(line for one in papers for line in one.lines(alone=alone)))
    if is_json:
        emit_json([{"id": one.id, "lines": one.lines(alone=alone)} for one in papers])
        return
    for line in lines:
        if not (is_qr and show_qr(line, is_json=False)):
            emit(line)


@object_group.command(
    "import",
    epilog=examples(
        "meshnode object import water.txt",
        "meshnode object import < scanned.txt",
        "meshnode object import -",
    ),
)
@click.argument(
    "file", required=False, default="-", type=click.Path(allow_dash=True, path_type=Path)
)
@json_option
@pass_session
def import_(session: Session, *, file: Path, is_json: bool) -> None:
    """Take objects from lines: those of FILE, or what a scanner types until Ctrl-D.

    Lines may come in any order and more than once. Every signature is checked as if it had come
    by radio; nothing is trusted because somebody carried it.
    """
    from meshnode.board.paperline import scan  # noqa: PLC0415  Slow.
    from meshnode.commands.files.scanning import sentence, take, unusable  # noqa: PLC0415  Slow.

    scanned = scan(_text(file))
    troubles = unusable(scanned)
    if not (scanned.things or troubles):
        raise Failure(
            "There is no line here that begins with MN1: - scan the code beside an item on a "
            "printed board, or the output of: meshnode object export ID",
            code="bad_request",
        )
    outcomes = take(session.client, scanned.things)
    if is_json:
        emit_json(
            {
                "objects": [_document(one) for one in outcomes],
                "unusable": troubles,
            }
        )
    else:
        for one in outcomes:
            emit(sentence(one))
        for trouble in troubles:
            talk(trouble)
    sys.exit(_exit(outcomes, troubles))


def _text(file: Path) -> str:
    is_stdin = str(file) == "-"
    if is_stdin and sys.stdin.isatty():
        talk("Scan the codes now, each as often as you like; end with Ctrl-D on an empty line.")
    try:
        if is_stdin:
            return sys.stdin.read(_CHARACTERS_MAX)
        with file.open(encoding="utf-8") as opened:
            return opened.read(_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise Failure(f"{file} is not a text file.", code="bad_request") from error
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code="not_found") from error


def _document(outcome: "Outcome") -> dict[str, Any]:
    return {
        "id": outcome.thing.id.hex(),
        "kind": outcome.noun,
        "state": outcome.state,
        "reason": outcome.reason,
        "message": outcome.message,
    }


def _exit(outcomes: "list[Outcome]", troubles: list[str]) -> ExitCode:
    refused = [one for one in outcomes if one.state == "refused"]
    if not (refused or troubles):
        return ExitCode.OK
    return ExitCode.PARTIAL if len(refused) < len(outcomes) else ExitCode.NOT_ALLOWED
