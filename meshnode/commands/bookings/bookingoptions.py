"""What the commands of slots, bookings, tickets and meet-ups share: arguments, options, answers."""

from collections.abc import Callable
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.commands.bookings import bookingwords
from meshnode.commands.places.place import complete_place
from meshnode.commands.session import Session
from meshnode.commands.terminal.completing import ids, told
from meshnode.commands.terminal.output import emit, emit_json, talk

Decorated = Callable[..., Any]

WAITING_STATES: Final = ("asked", "booked", "called")
"""How a claim stands of somebody who still means to come."""

text_option: Callable[[Decorated], Decorated] = click.option(
    "--text", default="", help="What else there is to say."
)
for_option: Callable[[Decorated], Decorated] = click.option(
    "--for", "on_behalf", metavar="NAME", default="", help="For a neighbour who cannot enter it."
)
units_option: Callable[[Decorated], Decorated] = click.option(
    "--units",
    type=click.IntRange(1, 9999),
    default=1,
    show_default=True,
    help="How many places.",
)
place_option: Callable[[Decorated], Decorated] = click.option(
    "--place",
    metavar="PLACE",
    shell_complete=complete_place,
    help="Where: a place on the board, by its name or its id.",
)
node_option: Callable[[Decorated], Decorated] = click.option(
    "--node", metavar="NAME", help="The node that books.  [default: the one that is asked]"
)


def thing_argument(kind: str) -> Callable[[Decorated], Decorated]:
    """Return the argument that names slots or a meet-up."""

    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        found = told(context, lambda client: client.get(f"/bookable?kind={kind}")["things"])
        return ids(found, incomplete, bookingwords.headline, key="root")

    return click.argument("thing_id", metavar="ID", shell_complete=complete)


def claim_argument() -> Callable[[Decorated], Decorated]:
    """Return the argument that names a claim."""

    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        found = told(context, lambda client: client.get("/claims")["claims"])
        return [
            CompletionItem(one["id"][:8], help=f"{one['by_name']}, {one['state']}")
            for one in found
            if one["id"].startswith(incomplete)
        ]

    return click.argument("claim_id", metavar="ID", shell_complete=complete)


def show_claim(view: dict[str, Any], *, is_json: bool) -> None:
    """Print a claim."""
    if is_json:
        emit_json(view)
    else:
        emit("\n".join(bookingwords.claim(view)))


def show_claims(views: list[dict[str, Any]], empty: str, *, is_json: bool) -> None:
    """Print claims, or a sentence where there are none."""
    if is_json:
        emit_json(views)
    elif views:
        emit("\n".join(bookingwords.claims(views)))
    else:
        talk(empty)


def tell_asked(session: Session, view: dict[str, Any], *, is_json: bool) -> None:
    """Print what became of an ask, and how to look again."""
    if is_json:
        emit_json(view)
        return
    emit(view["id"][: bookingwords.CLAIM_DIGITS])
    talk(bookingwords.what_and_when(view))
    talk(bookingwords.state(view))
    if view["state"] == "asked":
        show = session.command(f"booking show {view['id'][: bookingwords.CLAIM_DIGITS]}")
        talk(f"Look again: {show}")
