"""`meshnode identity paper`: the recovery sheet, and taking the identity key off this device."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.terminal.qr import show_qr
from meshnode.node.languages import NEIGHBOURHOOD_LANGUAGE, base_of, load_language

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret

_WORDS_ASKED = 2
"""Whoever can read two words from the sheet has a sheet."""
_LETTERS_MIN = 4
"""As on the sheet: so many letters tell a word."""


@click.command(
    epilog=examples(
        "meshnode identity paper | lp",
        "meshnode identity paper --language tr | lp",
        "meshnode identity paper --qr",
        "meshnode identity paper --forget",
    )
)
@click.option("--qr", "is_qr", is_flag=True, help="Show the line as a QR code instead.")
@click.option(
    "--forget",
    "is_forgetting",
    is_flag=True,
    help="Take the identity key off this device; it asks for two of the words first.",
)
@language_option
@speaks
def paper(
    session: Session,
    *,
    language: str,
    is_qr: bool,
    is_forgetting: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Print the recovery sheet, for a printer or to copy by hand; in two languages on one page.

    Whoever has the words can write in your name: keep no file of it.
    """
    with speaking(session, passphrase_file) as speaker:
        secret = speaker.identity.paper
        if is_forgetting:
            _forget(speaker, secret)
            if is_json:
                emit_json({"has_identity_key": False})
            return
        if is_json:
            emit_json({"words": list(secret.words()), "line": secret.line()})
            return
        if is_qr and show_qr(secret.line(), is_json=is_json):
            return
        emit(secret.line() if is_qr else _sheet(speaker, secret, language))
    talk(
        "\nWritten down? Then take the identity key off this device, so that whoever steals it\n"
        f"cannot become you for ever: {session.command('identity paper --forget')}"
    )


def _sheet(speaker: Speaker, secret: "PaperSecret", language: str) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    from meshnode.person.sheet import render_sheet  # noqa: PLC0415

    today = datetime.now(UTC).astimezone().date()
    first, second = sheet_languages(language)
    return render_sheet(
        secret,
        name=speaker.identity.name,
        date=today,
        languages=(load_language(first), load_language(second)),
    )


def sheet_languages(tag: str) -> tuple[str, str]:
    """Return the two languages of a sheet: the reader's, and one for whoever helps them."""
    return (tag, "en") if base_of(tag) == "de" else (NEIGHBOURHOOD_LANGUAGE, tag)


def _forget(speaker: Speaker, secret: "PaperSecret") -> None:
    identity = speaker.identity
    if identity.announcement is None:
        raise Failure(
            "This device may not sign for you yet, and only the identity key can change that. "
            "Join the community first: meshnode identity join.",
            code="not_allowed",
        )
    words = secret.words()
    for place in sorted(secrets.SystemRandom().sample(range(len(words)), _WORDS_ASKED)):
        typed: str = click.prompt(f"Word {place + 1} on the sheet", err=True)
        if not _is_word(typed, words[place]):
            raise Failure(
                "That is not the word on the sheet. Print it again and compare; nothing was "
                "changed.",
                code="usage",
            )
    identity.fields["paper"] = None
    identity.save()
    talk(
        "The identity key is on paper only now. This device goes on signing; with the sheet you "
        "can take the trust from it at any time."
    )


def _is_word(typed: str, word: str) -> bool:
    cleaned = typed.strip().casefold()
    return cleaned == word or (len(cleaned) >= _LETTERS_MIN and word.startswith(cleaned))
