"""`meshnode alert`: official alerts. Asks the running node; people sign here. Not for: writing one
by hand (`bulletin post --alert`).
"""

import sys
from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bulletins import board
from meshnode.commands.bulletins.bulletin import show
from meshnode.commands.bulletins.capwords import cap_text
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import as_node_option, signs_as_node, speaking, speaks
from meshnode.commands.terminal.durations import ago
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.terminal.tables import table, terminal_columns

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""As `meshnode.board.official.jsontext.JSON_BYTES_MAX`: a whole feed on a stick."""
NODE_FILE_CHARACTERS_MAX: Final = 512 * 1024
_REASONS: Final = {
    "exercise": "a drill or a test of the authority",
    "future": "dated into the future; is this node's clock right?",
    "over": "over already",
    "known": "here already",
    "superseded": "something newer is here",
    "duplicate": "the same words are here already",
    "nothing-to-clear": "takes back what is not here",
    "role-ends": "the role importer ends before it would",
    "region": "about other districts",
    "limit": "enough for this hour; the rest follows",
    "unreadable": "not to be read",
}


@click.group()
def alert() -> None:
    """Official alerts: bring them in, look at them, hand them on as CAP."""


alert.add_command(show)


@alert.command("list", epilog=examples("meshnode alert list", "meshnode alert list --json"))
@language_option
@json_option
@pass_session
def list_(session: Session, *, language: str, is_json: bool) -> None:
    """List the official alerts on the board, and who passed them on."""
    views = _alerts(session, language)
    if is_json:
        emit_json(views)
    elif views:
        emit("\n".join(board.lines(views)))
    else:
        talk("There is no official alert on this node.")


@alert.command(
    "import",
    epilog=examples(
        "meshnode alert import /media/stick/warning.xml",
        "curl -s https://warnung.bund.de/api31/warnings/ID.json | meshnode alert import -",
        "meshnode alert import dashboard.json --as-node",
    ),
)
@click.argument("file", type=click.File("rb"))
@as_node_option
@speaks
def import_(
    session: Session,
    *,
    file: Any,
    is_as_node: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Pass on what is news in FILE: CAP 1.2, or JSON of NINA or the weather service; - is stdin.

    It is signed by you, if you have an identity here, else by this node; whoever signs needs the
    role importer. What is on the board already is not signed again.
    """
    data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise Failure(f"The file has more than {FILE_BYTES_MAX} bytes.", code="limit")
    if signs_as_node(session, is_as_node=is_as_node):
        answer = session.client.post("/alerts/import", {"content": _text(data)})
    else:
        with speaking(session, passphrase_file) as speaker:
            from meshnode.commands.bulletins.alert_importing import import_signed  # noqa: PLC0415  Slow.

            answer = import_signed(speaker, data)
    if is_json:
        emit_json(answer)
        return
    for one in answer["ids"]:
        emit(one)
    talk(
        "On the board now, with who issued it and who passed it on."
        if answer["ids"]
        else "Nothing in it is new here, so nothing was signed."
    )
    for reason, count in answer["passed_over"].items():
        talk(f"{count} not: {_REASONS.get(reason, reason)}.")


@alert.command(epilog=examples("meshnode alert feeds", "meshnode alert feeds --json"))
@json_option
@pass_session
def feeds(session: Session, *, is_json: bool) -> None:
    """Show how the feeds do that this node looks at."""
    document = session.client.get("/alerts/feeds")
    if is_json:
        emit_json(document)
        return
    if not document["feeds"]:
        talk("This node looks at no feed. Name some in config.toml: [alerts] feeds = [...]")
        return
    if document["refusal"]:
        emit(paint(document["refusal"], "yellow"))
    rows = [
        (
            one["name"],
            str(one["listed"]),
            str(one["signed"]),
            _last(one["last_answer"]),
            one_line(", ".join(f"{word} {count}" for word, count in one["passed_over"].items())),
            one_line(one["problem"] or ""),
        )
        for one in document["feeds"]
    ]
    head = ("FEED", "LISTED", "SIGNED", "LAST ANSWER", "PASSED OVER", "PROBLEM")
    emit("\n".join(table(head, rows, columns=terminal_columns())))


@alert.command(epilog=examples("meshnode alert export > alerts.xml", "meshnode alert export ID"))
@click.argument("bulletin_id", metavar="[ID]", required=False)
@language_option
@json_option
@pass_session
def export(session: Session, *, bulletin_id: str | None, language: str, is_json: bool) -> None:
    """Print the official alerts on the board, or one bulletin, as CAP 1.2.

    Several come one document after the other, each beginning with its <?xml line.
    """
    if bulletin_id is None:
        views = _alerts(session, language)
    else:
        views = [session.client.get(f"/bulletins/{escaped(bulletin_id)}?language={language}")]
    community = session.client.get("/community")
    documents = [cap_text(view, community) for view in views]
    if is_json:
        emit_json(
            [{"id": view["id"], "cap": cap} for view, cap in zip(views, documents, strict=True)]
        )
    elif documents:
        sys.stdout.write("".join(documents))
    else:
        talk("There is no official alert on this node.")


def _alerts(session: Session, language: str) -> list[dict[str, Any]]:
    return [one for one in session.client.bulletins(language) if one["kind"] == "alert"]


def _text(data: bytes) -> str:
    """Return a document as the node takes it.

    Raises:
        Failure: It is too long for that, or no text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure("The file is not UTF-8 text.", code="limit") from error
    if len(text) > NODE_FILE_CHARACTERS_MAX:
        raise Failure(
            "The file is too long for the node to sign. Sign it yourself, with the role importer.",
            code="limit",
        )
    return text


def _last(moment: str | None) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    if moment is None:
        return "none yet"
    return ago(max(0, int((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())))
