"""`meshnode booking`: asking for a time or a place, and what a host says to it.

What is slow is imported inside the commands.
"""

from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bookings import bookingwords
from meshnode.commands.bookings.bookingoptions import (
    claim_argument,
    for_option,
    show_claim,
    show_claims,
    tell_asked,
    text_option,
    thing_argument,
    units_option,
)
from meshnode.commands.bookings.reminders import remind
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

_STEPS: Final = {
    "cancel": ("CANCEL", "Give up what you asked for or booked; a host may as well."),
    "confirm": ("CONFIRM", "As a host, say yes where nothing is booked without you."),
    "decline": ("DECLINE", "As a host, say no."),
    "no-show": ("NO_SHOW", "As a host, say that nobody came; the place is free again."),
    "used": ("DONE", "As a host, say that they came."),
}


@click.group()
def booking() -> None:
    """What you asked for and booked, and what a host says to it."""


@booking.command(
    epilog=examples(
        "meshnode booking ask 1a2b3c4d --slot 3",
        "meshnode booking ask 1a2b3c4d --slot 3 --units 2 --for 'Frau Schmidt'",
    )
)
@thing_argument("slots")
@click.option("--slot", type=click.IntRange(1, 366), help="Which time.  [default: the next free]")
@click.option(
    "--times",
    "count",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="So many times that follow one another.",
)
@units_option
@for_option
@text_option
@speaks
def ask(
    session: Session,
    *,
    thing_id: str,
    slot: int | None,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Ask for a place. It is booked only when the node that sells it has said so."""
    ask_for(session, thing_id, slot, passphrase_file, is_json=is_json, **given)


@booking.command("list", epilog=examples("meshnode booking list", "meshnode booking list --all"))
@click.option("--all", "is_all", is_flag=True, help="Also what others asked for.")
@click.option("--thing", metavar="ID", help="Only for this.")
@language_option
@speaks
def list_(
    session: Session,
    *,
    is_all: bool,
    thing: str | None,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """List what you asked for, and how it stands."""
    query = [f"language={language}"]
    if thing is not None:
        query.append(f"thing={escaped(thing)}")
    if not is_all:
        with speaking(session, passphrase_file) as speaker:
            query.append(f"by={speaker.identity.fingerprint.hex()}")
    found = session.client.get(f"/claims?{'&'.join(query)}")["claims"]
    show_claims(found, "Nothing was asked for. See: meshnode slots list", is_json=is_json)
    if not (is_json or is_all):
        remind(session, found)


@booking.command("show", epilog=examples("meshnode booking show 5e6f7a8b"))
@claim_argument()
@language_option
@json_option
@pass_session
def show(session: Session, *, claim_id: str, language: str, is_json: bool) -> None:
    """Show one, and how it stands."""
    found = session.client.get(f"/claims/{escaped(claim_id)}?language={language}")
    show_claim(found, is_json=is_json)


def step_command(name: str) -> click.Command:
    """Return the command that takes a later step."""
    step, about = _STEPS[name]

    @click.command(name, help=about, epilog=examples(f"meshnode booking {name} 5e6f7a8b"))
    @claim_argument()
    @click.option("--text", default="", help="A few words that everybody can read.")
    @speaks
    def command(
        session: Session,
        *,
        claim_id: str,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        take_step(session, claim_id, step, text, passphrase_file, is_json=is_json)

    return command


for _name in _STEPS:
    booking.add_command(step_command(_name))


def ask_for(
    session: Session,
    thing_id: str,
    slot: int | None,
    passphrase_file: Path | None,
    *,
    is_json: bool,
    count: int = 1,
    units: int = 1,
    on_behalf: str = "",
    text: str = "",
    is_next: bool = False,
) -> None:
    """Sign an ask, wait a moment for the node's answer, and print it.

    Without a slot it is the next one with room; `is_next`: the next one, and if that is full its
    waiting list: who wants lunch this week does not want to be booked for another one unasked.
    """
    from meshnode.commands.bookings.bookingacts import (  # noqa: PLC0415
        answered,
        asked,
        free_slot,
        next_slot,
        thing_meant,
    )

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = thing_meant(speaker.client, thing_id)
        chosen = next_slot if is_next else free_slot
        thing = asked(
            speaker,
            view,
            first=chosen(view, speaker.minute) if slot is None else slot,
            count=count,
            units=units,
            on_behalf=on_behalf,
            text=text,
        )
        (claim_id,) = speaker.publish(thing)
        is_here = view["authority"] is not None and view["is_automatic"]
        found = answered(speaker.client, claim_id, before="asked" if is_here else "")
    tell_asked(session, found, is_json=is_json)
    instead = bookingwords.another_time(view, found)
    if instead is not None and not is_json:
        option = "--time" if is_next else "--slot"
        when = bookingwords.moment(instead["starts"])
        talk(f"There is room {when}: ask again with {option} {instead['slot']}.")


def take_step(
    session: Session,
    claim_id: str,
    step: str,
    text: str,
    passphrase_file: Path | None,
    *,
    is_json: bool,
) -> None:
    """Sign a later step and print how the claim stands then."""
    from meshnode.board.exchange.claim import Step  # noqa: PLC0415
    from meshnode.commands.bookings.bookingacts import answered, claim_meant, stepped  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = claim_meant(speaker.client, claim_id)
        speaker.publish(stepped(speaker, view, Step[step], text))
        found = answered(speaker.client, view["id"], before=view["state"])
    if is_json:
        emit_json(found)
    else:
        emit(found["id"][: bookingwords.CLAIM_DIGITS])
        talk(bookingwords.state(found))
