"""`meshnode slots`: times and queues that can be booked, and which nodes sell them.

Not for: booking (`booking`, `ticket`). What is slow is imported inside the commands.
"""

from pathlib import Path
from typing import Any

import click

from meshnode.commands.bookings import bookingwords
from meshnode.commands.bookings.bookingoptions import (
    WAITING_STATES,
    node_option,
    place_option,
    text_option,
    thing_argument,
)
from meshnode.commands.client import escaped
from meshnode.commands.places import placewords
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk


@click.group()
def slots() -> None:
    """Times and queues that can be booked and are never sold twice."""


@slots.command(
    "open",
    epilog=examples(
        'meshnode slots open "Vaccination" --at "tomorrow 9:00" --length 15m --count 20 '
        "--capacity 2",
        'meshnode slots open "Water, queue" --at 14:00 --length 4h --capacity 200 --queue',
        'meshnode slots open "Workshop" --at 18:00 --length 2h --capacity 6 --most 2 --by-hand',
    ),
)
@click.argument("title")
@click.option("--at", required=True, metavar="TIME", help="When the first one begins.")
@click.option("--length", required=True, type=Duration(), metavar="DURATION", help="How long.")
@click.option(
    "--every",
    "interval",
    type=Duration(),
    metavar="DURATION",
    help="From one's beginning to the next.  [default: the length]",
)
@click.option(
    "--count", type=click.IntRange(1, 366), default=1, show_default=True, help="How many times."
)
@click.option(
    "--capacity",
    type=click.IntRange(1, 10_000),
    default=1,
    show_default=True,
    help="Places at each time, or tickets.",
)
@click.option(
    "--most",
    "claim_max",
    type=click.IntRange(1, 9999),
    default=1,
    show_default=True,
    help="So many places may one ask for.",
)
@click.option(
    "--keep",
    "lease",
    type=Duration(),
    metavar="DURATION",
    help="So long after its beginning a place is kept for who does not come.",
)
@click.option("--queue", "is_queue", is_flag=True, help="Tickets with numbers instead of places.")
@click.option("--by-hand", "is_by_hand", is_flag=True, help="Book nothing before a host says yes.")
@place_option
@node_option
@text_option
@speaks
def open_(
    session: Session,
    *,
    interval: int | None,
    lease: int | None,
    is_queue: bool,
    is_by_hand: bool,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Open times that people can book. How many and when cannot be changed later."""
    from meshnode.board.capacity.timetable import Sort  # noqa: PLC0415
    from meshnode.commands.bookings.bookingacts import Draft, opened, thing_meant  # noqa: PLC0415

    draft = Draft(
        interval=interval or 0,
        lease=lease or 0,
        sort=Sort.QUEUE if is_queue else Sort.SLOTS,
        is_automatic=not is_by_hand,
        **given,
    )
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        (thing_id,) = speaker.publish(opened(speaker, session, draft))
        view = thing_meant(speaker.client, thing_id)
    if is_json:
        emit_json(view)
        return
    emit(view["root"])
    talk(f"Open. The node {one_line(view['authority']['name'])} books.")
    if not view["is_rightful"]:
        talk("You are not a host of that place, so nothing is sold there until you are.")
    talk(f"Let another node sell some: {session.command('slots allot ' + view['root'])} --auto")


@slots.command("list", epilog=examples("meshnode slots list", "meshnode slots list --json"))
@language_option
@json_option
@pass_session
def list_(session: Session, *, language: str, is_json: bool) -> None:
    """List what can be booked, with what is free as this node knows it."""
    found = session.client.get(f"/bookable?kind=slots&language={language}")["things"]
    if is_json:
        emit_json(found)
    elif found:
        emit("\n".join(bookingwords.things(found)))
    else:
        talk(f"Nothing can be booked. Open something: {session.command('slots open --help')}")


@slots.command("show", epilog=examples("meshnode slots show 1a2b3c4d"))
@thing_argument("slots")
@language_option
@json_option
@pass_session
def show(session: Session, *, thing_id: str, language: str, is_json: bool) -> None:
    """Show all times with what is free, and which nodes sell how many."""
    found = session.client.get(f"/bookable/{escaped(thing_id)}?language={language}")
    if is_json:
        emit_json(found)
    else:
        emit("\n".join(bookingwords.whole(with_place_name(session, found))))


@slots.command("update", epilog=examples('meshnode slots update 1a2b --text "Now at the side"'))
@thing_argument("slots")
@click.option("--title", help="Another title.")
@click.option("--text", help="Another text.")
@speaks
def update(
    session: Session,
    *,
    thing_id: str,
    title: str | None,
    text: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Change the words. Times, places and the node that books stay: people have built on them."""
    change_words(session, thing_id, title, text, passphrase_file, is_json=is_json)


@slots.command("withdraw", epilog=examples("meshnode slots withdraw 1a2b3c4d"))
@thing_argument("slots")
@speaks
def withdraw(
    session: Session, *, thing_id: str, passphrase_file: Path | None, is_json: bool
) -> None:
    """Call your own off, for good. Whoever had booked sees that you did."""
    call_off(session, thing_id, "slots", passphrase_file, is_json=is_json)


@slots.command(
    epilog=examples(
        "meshnode slots allot 1a2b3c4d --to Schule --units 10 --until 2h",
        "meshnode slots allot 1a2b3c4d --to Schule --units 1 --slots 3-8",
        "meshnode slots allot 1a2b3c4d --auto",
    )
)
@thing_argument("slots")
@click.option("--to", metavar="NODE", help="The node that is to sell them.")
@click.option("--units", type=click.IntRange(1, 10_000), help="How many of each time.")
@click.option("--slots", "which", metavar="A-B", help="Only these times.  [default: all]")
@click.option(
    "--until",
    "until_minutes",
    type=Duration(),
    metavar="DURATION",
    help="After so long the node gives back what it has not sold.",
)
@click.option("--auto", "is_auto", is_flag=True, help="Half stays, nodes heard lately share half.")
@json_option
@pass_session
def allot(
    session: Session,
    *,
    thing_id: str,
    to: str | None,
    units: int | None,
    which: str | None,
    until_minutes: int | None,
    is_auto: bool,
    is_json: bool,
) -> None:
    """Let another node sell some of what this one may sell, also while they are cut off.

    This node cannot sell these any more, until the other one gives them back.
    """
    document: dict[str, Any] = {"automatic": True} if is_auto else {}
    if not is_auto and (to is None or units is None):
        raise Failure("Say to whom and how many: --to NODE --units N; or --auto.", code="usage")
    if not is_auto:
        document |= {"to": to, "units": units}
        if which is not None:
            document |= _slot_range(which)
    if until_minutes is not None:
        document["until_in_s"] = 60 * until_minutes
    passed = session.client.post(f"/bookable/{escaped(thing_id)}/allotments", document)["passed"]
    if is_json:
        emit_json(passed)
        return
    shown = session.client.get(f"/bookable/{escaped(thing_id)}")
    names = {one["fingerprint"]: one_line(one["name"]) for one in shown["owners"]}
    for one in passed:
        emit(f"{names.get(one['to'], one['to'][:8])}  {one['units']}")
    talk("Passed on. The other node sells them as soon as it has heard of it.")


@slots.command("give-back", epilog=examples("meshnode slots give-back 1a2b3c4d"))
@thing_argument("slots")
@json_option
@pass_session
def give_back(session: Session, *, thing_id: str, is_json: bool) -> None:
    """Give back what other nodes passed on to this one and it has not sold.

    Do this before a node is switched off for long: nobody else can take these units back.
    """
    answer = session.client.post(f"/bookable/{escaped(thing_id)}/return", {})
    if is_json:
        emit_json(answer)
    else:
        talk(f"{answer['units']} went back." if answer["units"] else "There was nothing to return.")


@slots.command(epilog=examples("meshnode slots resume --yes"))
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
@pass_session
def resume(session: Session, *, is_sure: bool, is_json: bool) -> None:
    """Let this node sell again, after it had forgotten what it sold (an old backup)."""
    from meshnode.commands.terminal.asking import confirm  # noqa: PLC0415

    confirm("Does this node know all again that it has sold?", is_sure=is_sure)
    answer = session.client.post("/selling/resume", {"is_complete": True})
    if is_json:
        emit_json(answer)
    else:
        talk("This node sells again.")


def with_place_name(session: Session, found: dict[str, Any]) -> dict[str, Any]:
    """Return what was found with the name of its place, where this node knows it."""
    if found["place"] is None:
        return found
    try:
        place = session.client.get(f"/places/{escaped(found['place'])}")
    except Failure:
        return found
    return {**found, "place_name": placewords.name(place)}


def change_words(
    session: Session,
    thing_id: str,
    title: str | None,
    text: str | None,
    passphrase_file: Path | None,
    *,
    is_json: bool,
) -> None:
    """Sign a new version with other words."""
    from meshnode.commands.bookings.bookingacts import thing_meant, updated  # noqa: PLC0415

    if title is None and text is None:
        raise Failure("Say what is new: --title or --text.", code="usage")
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = thing_meant(speaker.client, thing_id)
        (new_id,) = speaker.publish(updated(speaker, view, title=title, text=text))
        view = thing_meant(speaker.client, new_id)
    if is_json:
        emit_json(view)
    else:
        emit(view["root"])
        talk("Changed.")


def call_off(
    session: Session, thing_id: str, kind: str, passphrase_file: Path | None, *, is_json: bool
) -> None:
    """Withdraw something of one's own, and say who had booked it."""
    from meshnode.commands.bookings.bookingacts import thing_meant, withdrawn  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = thing_meant(speaker.client, thing_id)
        if view["kind"] != kind:
            other = session.command(f"{view['kind']} withdraw {view['root']}")
            raise Failure(f"This is of another kind. Call it off with: {other}", code="usage")
        claims = speaker.client.get(f"/claims?thing={view['root']}")["claims"]
        speaker.publish(withdrawn(speaker, view))
    if is_json:
        emit_json(view)
        return
    emit(view["root"])
    talk("Called off here. Other nodes, and whoever booked, see it as soon as they hear of it.")
    names = dict.fromkeys(
        one_line(one["on_behalf"] or one["by_name"])
        for one in claims
        if one["state"] in WAITING_STATES
    )
    if names:
        talk(f"These counted on it; tell those who may not look: {', '.join(names)}.")


def _slot_range(text: str) -> dict[str, int]:
    first, dash, last = text.partition("-")
    if not first.isdigit() or (dash and not last.isdigit()):
        raise Failure(f"--slots {text!r} is not possible; write 3 or 3-8.", code="usage")
    return {"first_slot": int(first), "last_slot": int(last or first)}
