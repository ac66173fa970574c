"""`meshnode bulletin`: post, list, show, withdraw. Asks the running node."""

import sys
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.commands import board
from meshnode.commands.client import Client, escaped
from meshnode.commands.durations import Duration, duration_words
from meshnode.commands.failures import Failure
from meshnode.commands.output import emit, emit_json, talk
from meshnode.commands.session import HOME_DEFAULT, Session, examples, json_option, pass_session

SEVERITIES: Final = ("info", "minor", "severe", "extreme")
CATEGORIES: Final = (
    "general", "water", "power", "heat", "food", "health", "shelter", "transport", "safety",
    "communication", "event", "lost-found", "help", "weather", "other",
)  # fmt: skip
"""As `meshnode.board.bulletin.CATEGORIES`, which would bring the keys' library to every start."""
_DAY_MINUTES: Final = 1440
_STDIN_CHARACTERS_MAX: Final = 64 * 1024


@click.group()
def bulletin() -> None:
    """News and warnings on the neighbourhood's board."""


def complete_id(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids on the board that begin with what was typed; none if the node is off."""
    session = context.find_object(Session)
    if session is None:
        home = context.find_root().params.get("home") or HOME_DEFAULT
        session = Session.of(home)
    try:
        views = session.client.bulletins()
    except Failure:
        return []
    return [
        CompletionItem(view["id"], help=board.headline(view))
        for view in views
        if view["id"].startswith(incomplete)
    ]


_id_argument = click.argument("bulletin_id", metavar="ID", shell_complete=complete_id)


@bulletin.command(
    epilog=examples(
        'meshnode bulletin post "Water at the fire station from 14:00, bring bottles"',
        'meshnode bulletin post "Boil tap water" --severity severe --category water --expires 3d',
        "meshnode bulletin post - --title Opening hours < hours.txt",
    )
)
@click.argument("text")
@click.option("--title", help="One line above the text.")
@click.option(
    "--category",
    default="general",
    show_default=True,
    shell_complete=lambda context, parameter, incomplete: [
        one for one in CATEGORIES if one.startswith(incomplete)
    ],
    help=f"One of {', '.join(CATEGORIES)}, or a word of your own.",
)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="How bad it is; severe and extreme overtake everything else on the air.",
)
@click.option(
    "--expires",
    "expires_minutes",
    type=Duration(),
    default=_DAY_MINUTES,
    metavar="DURATION",
    help="When it disappears everywhere: 90m, 24h, 3d, 2w (the most).  [default: 24h]",
)
@json_option
@pass_session
def post(
    session: Session,
    *,
    text: str,
    title: str | None,
    category: str,
    severity: str,
    expires_minutes: int,
    is_json: bool,
) -> None:
    """Sign a bulletin by this node and send it to everybody.

    TEXT may be - to read it from stdin.
    """
    document: dict[str, Any] = {
        "text": _stdin_text() if text == "-" else text,
        "category": category,
        "severity": severity,
        "expires_in_s": expires_minutes * 60,
    }
    if title is not None:
        document["title"] = title
    client = session.client
    posted = client.post("/bulletins", document)
    if is_json:
        emit_json(posted)
        return
    emit(posted["id"])
    lifetime_s = board.lifetime_s(posted)
    if lifetime_s > expires_minutes * 60:
        talk(
            f"Lifetimes come in steps: it stays for {duration_words(lifetime_s)}, the next one up."
        )
    talk(_what_happens_next(client, session))


@bulletin.command(
    "list",
    epilog=examples("meshnode bulletin list", "meshnode bulletin list --json | jq '.[].text'"),
)
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """Show the board: the worst first, then the newest."""
    views = session.client.bulletins()
    if is_json:
        emit_json(views)
    elif views:
        emit("\n".join(board.lines(views)))
    else:
        talk(f"The board is empty. Post something: {session.command('bulletin post TEXT')}")


@bulletin.command(
    epilog=examples("meshnode bulletin show 1a2b3c4d", "meshnode bulletin show 1a2b --json")
)
@_id_argument
@json_option
@pass_session
def show(session: Session, *, bulletin_id: str, is_json: bool) -> None:
    """Show one bulletin whole; its ID may be shortened while it stays unambiguous."""
    view = session.client.get(f"/bulletins/{escaped(bulletin_id)}")
    if is_json:
        emit_json(view)
    else:
        emit("\n".join(board.whole(view)))


@bulletin.command(
    epilog=examples("meshnode bulletin withdraw 1a2b3c4d", "meshnode bulletin withdraw 1a2b --json")
)
@_id_argument
@json_option
@pass_session
def withdraw(session: Session, *, bulletin_id: str, is_json: bool) -> None:
    """Take back a bulletin of this node's, on every node that hears of it."""
    client = session.client
    view = client.post(f"/bulletins/{escaped(bulletin_id)}/withdraw")
    if is_json:
        emit_json(view)
        return
    emit(view["id"])
    talk("Withdrawn here. Other nodes take it down as soon as they hear of it.")


def _what_happens_next(client: Client, session: Session) -> str:
    links = client.get("/status")["links"]
    if any(link["state"] == "up" for link in links):
        return (
            "Saved on this node. It goes out by radio and internet by itself; "
            f"see: {session.command('status')}"
        )
    return (
        "Saved on this node. No link is up now: it goes out by itself as soon as one is; "
        f"see: {session.command('status')}"
    )


def _stdin_text() -> str:
    try:
        return sys.stdin.read(_STDIN_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise click.BadParameter("What came from stdin is not UTF-8 text.") from error
