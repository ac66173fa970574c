"""`meshnode bulletin post`: a bulletin in one's own words, or a template with its blanks filled."""

import sys
from collections.abc import Sequence
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.board.templates import BY_IDENTIFIER
from meshnode.board.wording import WORDINGS
from meshnode.commands import board
from meshnode.commands.client import Client
from meshnode.commands.durations import Duration, duration_words
from meshnode.commands.language import language_option
from meshnode.commands.output import emit, emit_json, talk
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.template_options import TemplateCommand, given_values

SEVERITIES: Final = ("info", "minor", "severe", "extreme")
CATEGORIES: Final = (
    "general", "water", "power", "heat", "food", "health", "shelter", "transport", "safety",
    "communication", "event", "lost-found", "help", "weather", "other",
)  # fmt: skip
"""As `meshnode.board.bulletin.CATEGORIES`, which would bring the keys' library to every start."""
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
    help="When it disappears everywhere: 90m, 24h, 3d, 2w (the most).  [default: 24h, or an hour "
    "after what a template announces]",
)
@language_option
@json_option
@pass_session
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
    language: str,
    is_json: bool,
    **options: str | None,
) -> None:
    """Sign a bulletin by this node and send it to everybody.

    TEXT may be - to read it from stdin.
    """
    document = _content(text, title, template, options)
    document |= {} if category is None else {"category": category}
    document |= {} if severity is None else {"severity": severity}
    if expires_minutes is not None:
        document["expires_in_s"] = expires_minutes * 60
    client = session.client
    posted = client.post(f"/bulletins?language={language}", document)
    if is_json:
        emit_json(posted)
        return
    emit(posted["id"])
    _tell(posted, template, expires_minutes)
    talk(_what_happens_next(client, session))


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
