"""`meshnode ticket`: numbers in a queue. What is slow is imported inside the commands."""

from pathlib import Path

import click

from meshnode.commands.bookings import bookingwords
from meshnode.commands.bookings.booking import ask_for, take_step
from meshnode.commands.bookings.bookingoptions import (
    claim_argument,
    for_option,
    show_claim,
    thing_argument,
)
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit_json, talk


@click.group()
def ticket() -> None:
    """Numbers in a queue, and who is next."""


@ticket.command(
    epilog=examples("meshnode ticket take 1a2b3c4d", "meshnode ticket take 1a2b3c4d --for Oma")
)
@thing_argument("slots")
@for_option
@speaks
def take(
    session: Session,
    *,
    thing_id: str,
    on_behalf: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take a number."""
    ask_for(session, thing_id, None, passphrase_file, is_json=is_json, on_behalf=on_behalf)


@ticket.command(epilog=examples("meshnode ticket show 5e6f7a8b"))
@claim_argument()
@language_option
@json_option
@pass_session
def show(session: Session, *, claim_id: str, language: str, is_json: bool) -> None:
    """Show a ticket, and about how many are before it."""
    found = session.client.get(f"/claims/{escaped(claim_id)}?language={language}")
    show_claim(found, is_json=is_json)


@ticket.command("next", epilog=examples("meshnode ticket next 1a2b3c4d"))
@thing_argument("slots")
@speaks
def next_(session: Session, *, thing_id: str, passphrase_file: Path | None, is_json: bool) -> None:
    """As a host, call the next number."""
    waiting = [
        one
        for one in session.client.get(f"/claims?thing={escaped(thing_id)}")["claims"]
        if one["state"] == "booked" and one["ahead"] is not None
    ]
    if not waiting:
        if is_json:
            emit_json(None)
            return
        talk("Nobody is in the queue, as far as this node knows.")
        return
    first = min(waiting, key=lambda one: (one["first_slot"], one["ahead"]))
    if first["sort"] != "queue":
        raise Failure("This is no queue. See: meshnode booking list --all", code="usage")
    take_step(session, first["id"], "CALL", "", passphrase_file, is_json=is_json)
    if not is_json:
        talk(f"It is {bookingwords.who(first)}'s.")


@ticket.command(epilog=examples("meshnode ticket call 5e6f7a8b"))
@claim_argument()
@speaks
def call(session: Session, *, claim_id: str, passphrase_file: Path | None, is_json: bool) -> None:
    """As a host, call a number out of turn."""
    take_step(session, claim_id, "CALL", "", passphrase_file, is_json=is_json)
