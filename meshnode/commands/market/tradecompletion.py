"""What a shell completes where an offer, a claim or an item is meant."""

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from meshnode.board.exchange.things import BY_IDENTIFIER
from meshnode.commands.client import escaped
from meshnode.commands.terminal.completing import ids, told
from meshnode.commands.terminal.language import preferred_language

Decorated = Callable[..., Any]


def id_argument(noun: str) -> Callable[[Decorated], Decorated]:
    """Return the argument that names an offer, a request, or a claim on one."""

    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return complete_id(context, noun, incomplete)

    return click.argument("thing_id", metavar="ID", shell_complete=complete)


def complete_id(context: click.Context, noun: str, incomplete: str) -> list[CompletionItem]:
    """Return the ids of offers or requests that begin so; none if the node is off."""
    which = "sort=lending" if noun == "lending" else f"direction={escaped(noun)}"
    address = f"/offers?{which}&language={preferred_language()}"
    found = told(context, lambda client: client.get(address)["offers"])
    return ids(found, incomplete, lambda one: str(one["headline"]), key="root")


def complete_item(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the items that begin so."""
    return [CompletionItem(one) for one in BY_IDENTIFIER if one.startswith(incomplete)]
