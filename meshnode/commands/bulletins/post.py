"""`meshnode bulletin post`: a bulletin in one's own words, or a template with its blanks filled.

Whoever has an identity signs; where there is none, the node does.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.board.bulletins.templates import BY_IDENTIFIER
from meshnode.board.bulletins.wording import WORDINGS
from meshnode.commands.bulletins import board
from meshnode.commands.bulletins.template_options import TemplateCommand, given_values
from meshnode.commands.client import Client
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import as_node_option, signs_as_node, speaking, speaks
from meshnode.commands.terminal.durations import Duration, duration_words
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

SEVERITIES: Final = ("info", "minor", "severe", "extreme")
CATEGORIES: Final = (
    "general", "water", "power", "heat", "food", "health", "shelter", "transport", "safety",
    "communication", "event", "lost-found", "help", "weather", "other",
)  # fmt: skip
"""As `meshnode.board.bulletins.bulletin.CATEGORIES`, which would bring the keys' library to every
start."""
_DAY_MINUTES: Final = 1440
_STDIN_CHARACTERS_MAX: Final = 64 * 1024


def _complete_template(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Sequence[CompletionItem]:
    return [
        CompletionItem(one, help=WORDINGS[one].title)
        for one in BY_IDENTIFIER
        if one.startswith(incomplete)
    ]


@click.command(
    cls=TemplateCommand,
    epilog=examples(
        'meshnode bulletin post "Water at the fire station from 14:00, bring bottles"',
        'meshnode bulletin post "Boil tap water" --severity severe --category water --expires 3d',
        "meshnode bulletin post - --title Opening hours < hours.txt",
        "meshnode bulletin post --template water --place Nordmarkt --from 14:00 --to 18:00",
        "meshnode bulletin post --template water --help",
        'meshnode bulletin post "Gas smell in Hafenstr., leave the house" --drill',
        'meshnode bulletin post "Storm from 18:00" --alert --source DWD --issued 16:40',
    ),
)
@click.argument("text", required=False)
@click.option(
    "--template",
    metavar="NAME",
    shell_complete=_complete_template,
    help="Instead of a text: a bulletin that is short on the air and that everybody reads in "
    "their own language. What there is: meshnode bulletin templates",
)
@click.option("--title", help="One line above the text.")
@click.option(
    "--category",
    shell_complete=lambda context, parameter, incomplete: [
        one for one in CATEGORIES if one.startswith(incomplete)
    ],
    help=f"One of {', '.join(CATEGORIES)}, or a word of your own.  [default: general, or the "
    "template's]",
)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    help="How bad it is; severe and extreme overtake everything else on the air.  [default: info, "
    "or the template's]",
)
@click.option(
    "--expires",
    "expires_minutes",
    type=Duration(),
    metavar="DURATION",
    help="When it disappears everywhere: 90m, 24h, 3d, 2w (the most).  [default: 24h, 48h in an "
    "outage, or an hour after what a template announces]",
)
@click.option(
    "--drill",
    "is_drill",
    is_flag=True,
    help="A drill: everybody sees that nothing of it is real.",
)
@click.option(
    "--alert", "is_alert", is_flag=True, help="An official alert that you pass on; with --source."
)
@click.option("--source", metavar="NAME", help='Who issued the alert, as in "DWD".')
@click.option("--issued", metavar="TIME", help="When it was issued, as in 16:40.  [default: now]")
@as_node_option
@language_option
@speaks
def post(
    session: Session,
    /,
    *,
    text: str | None,
    template: str | None,
    title: str | None,
    category: str | None,
    severity: str | None,
    expires_minutes: int | None,
    is_drill: bool,
    is_alert: bool,
    source: str | None,
    issued: str | None,
    is_as_node: bool,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
    **options: str | None,
) -> None:
    """Sign a bulletin and send it to everybody.

    It is signed by you if you have an identity here, else by this node. TEXT may be - to read it
    from stdin.
    """
    content = _content(text, title, template, options)
    _check_sort(is_drill=is_drill, is_alert=is_alert, source=source, issued=issued)
    choices: dict[str, Any] = {"category": category, "severity": severity}
    if expires_minutes is None and template is None:
        expires_minutes = _minutes_by_mode(session.client)
        if expires_minutes != _DAY_MINUTES:
            stays = duration_words(expires_minutes * 60)
            talk(f"In this mode a bulletin stays for {stays}; --expires says otherwise.")
    choices["expires_minutes"] = expires_minutes
    sort = {"is_drill": is_drill, "source": source, "issued": issued}
    client = session.client
    if signs_as_node(session, is_as_node=is_as_node):
        if is_drill or is_alert:
            raise click.UsageError(
                "Drills and alerts are signed by whoever has the role, not by a node. Make an "
                f"identity: {session.command('identity new --name NAME')}"
            )
        posted = client.post(f"/bulletins?language={language}", _document(content, choices))
    else:
        posted = _posted(session, content, choices | sort, language, passphrase_file)
    if is_json:
        emit_json(posted)
        return
    emit(posted["id"])
    talk(f"Signed by {board.author(posted)}.")
    _tell(posted, template, expires_minutes)
    talk(_what_happens_next(client, session))


def _check_sort(*, is_drill: bool, is_alert: bool, source: str | None, issued: str | None) -> None:
    if is_drill and is_alert:
        raise click.UsageError("Choose one of --drill and --alert.")
    if is_alert and not source:
        raise click.UsageError('Say who issued the alert: --source NAME, as in --source "DWD".')
    if not is_alert and (source is not None or issued is not None):
        raise click.UsageError("--source and --issued belong to --alert.")


def _minutes_by_mode(client: Client) -> int:
    """Return how long a bulletin lives that says nothing about it; an outage makes it longer."""
    return int(client.get("/mode")["effects"]["bulletin_s"]) // 60


def _document(content: dict[str, Any], choices: dict[str, Any]) -> dict[str, Any]:
    """Return what the node is asked to sign."""
    document = dict(content)
    document |= {name: choices[name] for name in ("category", "severity") if choices[name]}
    if choices["expires_minutes"] is not None:
        document["expires_in_s"] = choices["expires_minutes"] * 60
    return document


def _posted(
    session: Session,
    content: dict[str, Any],
    choices: dict[str, Any],
    language: str,
    passphrase_file: Path | None,
) -> board.View:
    """Sign it by whoever speaks; return how the node shows it."""
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        from meshnode.commands.bulletins.composing import Draft, signed  # noqa: PLC0415  Slow.

        template = content.get("template", {})
        draft = Draft(
            text=content.get("text"),
            title=content.get("title"),
            template=template.get("id"),
            values=template.get("parameters", {}),
            **choices,
        )
        (posted_id,) = speaker.publish(signed(speaker, session, draft))
        posted: board.View = speaker.client.get(f"/bulletins/{posted_id}?language={language}")
    return posted


def _content(
    text: str | None, title: str | None, template: str | None, options: dict[str, str | None]
) -> dict[str, Any]:
    if template is None:
        if text is None:
            raise click.UsageError(
                "Missing argument 'TEXT'. Write one, or fill in a template: --template NAME."
            )
        content = {"text": stdin_text() if text == "-" else text}
        return content if title is None else {**content, "title": title}
    if text is not None or title is not None:
        raise click.UsageError("A template has no TEXT and no --title of its own; leave them out.")
    return {"template": {"id": template, "parameters": given_values(options)}}


def _tell(posted: board.View, template: str | None, expires_minutes: int | None) -> None:
    lifetime_s = board.lifetime_s(posted)
    if template is not None:
        talk(f"It reads: {posted['text']}")
    if template is not None and expires_minutes is None:
        talk(f"It stays for {duration_words(lifetime_s)}; --expires says otherwise.")
    elif lifetime_s > (expires_minutes or _DAY_MINUTES) * 60:
        talk(
            f"Lifetimes come in steps: it stays for {duration_words(lifetime_s)}, the next one up."
        )


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


def stdin_text() -> str:
    """Return what comes on stdin, as a text.

    Raises:
        BadParameter: It is no UTF-8.
    """
    try:
        return sys.stdin.read(_STDIN_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise click.BadParameter("What came from stdin is not UTF-8 text.") from error
