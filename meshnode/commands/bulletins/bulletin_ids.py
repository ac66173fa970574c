"""Ids of bulletins on the command line, completed from the board."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from meshnode.commands.bulletins import board
from meshnode.commands.terminal.completing import ids, told
from meshnode.commands.terminal.language import preferred_language


def complete_id(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids on the board that begin with what was typed; none if the node is off."""
    views = told(context, lambda client: client.bulletins(preferred_language()))
    return ids(views, incomplete, board.headline, key="id")


bulletin_id_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "bulletin_id", metavar="ID", shell_complete=complete_id
)
