"""What an option holds that is too long to type: the text itself, `@FILE`, or `-` for stdin."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from meshnode.board.trust.invite import Invite

_CHARACTERS_MAX: Final = 64 * 1024


def given_invite(value: str) -> "Invite":
    """Return the invite that an option holds, names a file of, or lets come from stdin.

    Raises:
        LimitError: It is not an invite, or damaged.
        BadParameter: The file cannot be read.
    """
    from meshnode.board.trust.invite import decode_invite  # noqa: PLC0415  Slow.

    return decode_invite(given_text(value))


def given_text(value: str) -> str:
    """Return the text itself, that of the file after `@`, or stdin for `-`.

    Raises:
        BadParameter: The file cannot be read.
    """
    if value == "-":
        return sys.stdin.read(_CHARACTERS_MAX)
    if not value.startswith("@"):
        return value
    path = Path(value[1:]).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_CHARACTERS_MAX)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not text.") from error
    except OSError as error:
        raise click.BadParameter(f"Cannot read {path}: {error.strerror}.") from error
