"""Where something is, as somebody typed it behind `--place`: a place on the board, or words.

One rule for all commands. Invariant: words are linked to a place only if they are its whole name,
so that nobody is sent to another place because its name begins alike.
"""

from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from meshnode.commands.client import Client
from meshnode.commands.places import placewords
from meshnode.commands.places.place import found, listed
from meshnode.commands.terminal.completing import told
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import preferred_language

HELP = (
    "Where: a place on the board by its whole name or its id, as in '#1a2b3c4d'; or a street and "
    "number in words. Everybody can read it."
)
_ID_DIGITS = 8
_HEX = frozenset("0123456789abcdef")
_NO_SUCH = ("not_found", "ambiguous")


class Located(NamedTuple):
    """The root of a place on the board in hex, if it is one, and the words to read."""

    root: str | None
    words: str


def located(client: Client, text: str) -> Located:
    """Return what somebody means by `text`; nothing for an empty one.

    Raises:
        Failure: It begins like an id and is none.
    """
    wanted = text.strip()
    if not wanted:
        return Located(None, "")
    digits = wanted.removeprefix("#").lower()
    is_id = len(digits) == _ID_DIGITS and set(digits) <= _HEX
    if wanted.startswith("#") and not is_id:
        raise Failure(
            f"--place {text!r} is no id of a place; it has eight digits. All: meshnode place list",
            code="usage",
        )
    try:
        place = found(client, digits if is_id else wanted)
    except Failure as failure:
        if failure.code not in _NO_SUCH:
            raise
        return Located(digits, "") if is_id else Located(None, wanted)
    name = placewords.name(place)
    if is_id or name.casefold() == wanted.casefold():
        return Located(str(place["root"]), name)
    return Located(None, wanted)


def complete_where(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return ids of places whose id or name begins so; none if the node is off.

    Ids, because a shell takes a name of two words for two.
    """
    places = told(context, lambda client: listed(client, preferred_language()))
    wanted = incomplete.casefold()
    return [
        CompletionItem(str(one["root"]), help=placewords.name(one))
        for one in places
        if placewords.name(one).casefold().startswith(wanted) or one["root"].startswith(wanted)
    ]


def on_the_board(client: Client, text: str) -> str:
    """Return the root of the place that is meant, by name, beginning or id, in hex.

    Raises:
        Failure: There is none on this node, or several.
    """
    return str(found(client, text.strip().removeprefix("#"))["root"])
