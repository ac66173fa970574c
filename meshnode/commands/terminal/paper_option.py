"""`--paper`: where the words of a recovery sheet come from. Never an argument.

Not for: what they open (`meshnode.person.paper`).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret

_CHARACTERS_MAX = 4096
"""More than a sheet's words or line; what is longer is refused by who reads it."""

paper_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--paper",
    metavar="FILE|-",
    help="The words or the line of the recovery sheet: in a file, or - to type them.",
)


def read_paper_option(value: str) -> "PaperSecret":
    """Return the secret that a file holds, or that somebody types.

    Raises:
        LimitError: It is no sheet, or something in it is wrong.
        BadParameter: The file cannot be read.
    """
    from meshnode.person.paper import read_paper  # noqa: PLC0415  Slow.

    return read_paper(_typed() if value == "-" else _from_file(Path(value).expanduser()))


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read(_CHARACTERS_MAX)
    typed: str = click.prompt("The 12 words, or the line", err=True)
    return typed


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not text.") from error
    except OSError as error:
        raise click.BadParameter(f"Cannot read {path}: {error.strerror}.") from error
