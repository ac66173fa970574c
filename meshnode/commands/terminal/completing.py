"""What a shell completes: asked of the running node, and nothing where it is off."""

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from meshnode.commands.client import Client
from meshnode.commands.session import HOME_DEFAULT, Session
from meshnode.commands.terminal.failures import Failure

Document = dict[str, Any]


def told(context: click.Context, ask: Callable[[Client], list[Document]]) -> list[Document]:
    """Return what the node of a half-typed command says; nothing if it is off."""
    session = context.find_object(Session)
    if session is None:
        session = Session.of(context.find_root().params.get("home") or HOME_DEFAULT)
    try:
        return ask(session.client)
    except Failure:
        return []


def ids(
    found: Iterable[Document], incomplete: str, words: Callable[[Document], str], *, key: str
) -> list[CompletionItem]:
    """Return the ids that begin so, each with words about what it names."""
    return [
        CompletionItem(one[key], help=words(one))
        for one in found
        if one[key].startswith(incomplete)
    ]
