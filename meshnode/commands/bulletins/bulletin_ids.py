"""Ids of bulletins on the command line, completed from the board."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from meshnode.commands.bulletins import board
from meshnode.commands.session import HOME_DEFAULT, Session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import preferred_language


def complete_id(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids on the board that begin with what was typed; none if the node is off."""
    session = context.find_object(Session)
    if session is None:
        home = context.find_root().params.get("home") or HOME_DEFAULT
        session = Session.of(home)
    try:
        views = session.client.bulletins(preferred_language())
    except Failure:
        return []
    return [
        CompletionItem(view["id"], help=board.headline(view))
        for view in views
        if view["id"].startswith(incomplete)
    ]


bulletin_id_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "bulletin_id", metavar="ID", shell_complete=complete_id
)
