"""Where a passphrase comes from: typed unseen, or a file's first line. Never an argument.

Not for: what it opens (`meshnode.person.vault`).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import talk

if TYPE_CHECKING:
    from meshnode.person.passphrase import Passphrase

_ATTEMPTS = 3
"""Two words that differ are a typing error; three times is not."""

passphrase_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the passphrase from the first line of this file instead of asking.",
)


def ask_passphrase(file: Path | None) -> "Passphrase":
    """Return the passphrase of an identity that exists.

    Raises:
        Failure: There is nobody to ask.
        LimitError: It is empty or too long, or others may read the file.
        StoreError: The file cannot be read.
    """
    from meshnode.person.passphrase import Passphrase, read_passphrase_file  # noqa: PLC0415

    return read_passphrase_file(file) if file else Passphrase.of(_typed("Passphrase"))


def choose_passphrase(file: Path | None) -> "Passphrase":
    """Return a new passphrase, typed twice, or once in a file.

    Raises:
        Failure: There is nobody to ask, or two typings differed three times.
        LimitError: It is too short or too long, or others may read the file.
        StoreError: The file cannot be read.
    """
    from meshnode.person.passphrase import Passphrase, read_passphrase_file  # noqa: PLC0415

    if file:
        chosen = read_passphrase_file(file)
        chosen.require_strength()
        return chosen
    for _ in range(_ATTEMPTS):
        chosen = Passphrase.of(_typed("New passphrase"))
        chosen.require_strength()
        if chosen == Passphrase.of(_typed("The same again")):
            return chosen
        talk("These two are not the same.")
    raise Failure("No passphrase was chosen; nothing was changed.", code="usage")


def _typed(label: str) -> str:
    if not sys.stdin.isatty():
        raise Failure(
            "A passphrase is needed and nobody is here to type it. Put it in the first line of a "
            "file that only you can read, and give --passphrase-file FILE.",
            code="usage",
        )
    typed: str = click.prompt(label, hide_input=True, default="", show_default=False, err=True)
    return typed
