"""`meshnode meetup`: where people meet, once or every week. What is slow is imported inside."""

from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bookings import bookingwords
from meshnode.commands.bookings.booking import ask_for, take_step
from meshnode.commands.bookings.bookingoptions import (
    for_option,
    node_option,
    show_claims,
    text_option,
    thing_argument,
    units_option,
)
from meshnode.commands.bookings.reminders import remind
from meshnode.commands.bookings.slots import call_off, change_words, with_place_name
from meshnode.commands.bulletins.post import stdin_text
from meshnode.commands.client import escaped
from meshnode.commands.places.locating import HELP as WHERE
from meshnode.commands.places.locating import complete_where
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.passphrase import passphrase_option
from meshnode.node.languages import LANGUAGES

_WEEK_MINUTES: Final = 7 * 1440


@click.group()
def meetup() -> None:
    """Where people meet: once or every week, with or without sign-up."""


@meetup.command(
    epilog=examples(
        'meshnode meetup post "Lunch table" --at "tuesday 12:00" --length 90m --place Gemeindehaus '
        "--weekly 8",
        'meshnode meetup post "Repair café" --at "saturday 14:00" --length 3h --seats 8',
    )
)
@click.argument("title")
@click.option("--at", required=True, metavar="TIME", help="When it begins, the first time.")
@click.option("--length", required=True, type=Duration(), metavar="DURATION", help="How long.")
@click.option("--place", metavar="PLACE", shell_complete=complete_where, help=WHERE)
@click.option(
    "--seats",
    "capacity",
    type=click.IntRange(1, 10_000),
    help="For so many, who sign up.  [default: everybody may come]",
)
@click.option(
    "--most",
    "claim_max",
    type=click.IntRange(1, 9999),
    default=1,
    show_default=True,
    help="So many seats may one ask for.",
)
@click.option(
    "--weekly",
    "count",
    type=click.IntRange(1, 13),
    default=1,
    help="So many weeks, at the same time.",
)
@node_option
@text_option
@speaks
def post(session: Session, *, passphrase_file: Path | None, is_json: bool, **given: Any) -> None:
    """Invite everybody to a meet-up."""
    from meshnode.commands.bookings.bookingacts import Draft, posted, thing_meant  # noqa: PLC0415

    draft = Draft(interval=_WEEK_MINUTES, **given)
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        (thing_id,) = speaker.publish(posted(speaker, session, draft))
        view = thing_meant(speaker.client, thing_id)
    if is_json:
        emit_json(view)
    else:
        emit(view["root"])
        talk("Posted.")


@meetup.command("list", epilog=examples("meshnode meetup list", "meshnode meetup list --mine"))
@click.option("--mine", "is_mine", is_flag=True, help="Only those to which you go, and when.")
@language_option
@speaks
def list_(
    session: Session,
    *,
    is_mine: bool,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """List meet-ups, the next one first."""
    if is_mine:
        found = _mine(session, passphrase_file, language=language)
        show_claims(found, "You joined nothing. See: meshnode meetup list", is_json=is_json)
        if not is_json:
            remind(session, found)
        return
    found = session.client.get(f"/bookable?kind=meetup&language={language}")["things"]
    if is_json:
        emit_json(found)
    elif found:
        emit("\n".join(bookingwords.things(found)))
    else:
        talk(f"Nothing takes place. Invite: {session.command('meetup post --help')}")


@meetup.command("show", epilog=examples("meshnode meetup show 1a2b3c4d"))
@thing_argument("meetup")
@language_option
@json_option
@pass_session
def show(session: Session, *, thing_id: str, language: str, is_json: bool) -> None:
    """Show one whole, with its times and who comes."""
    wanted = escaped(thing_id)
    found = session.client.get(f"/bookable/{wanted}?language={language}")
    claims = session.client.get(f"/claims?thing={wanted}&language={language}")["claims"]
    if is_json:
        emit_json({**found, "claims": claims})
        return
    emit("\n".join(bookingwords.whole(with_place_name(session, found))))
    if claims:
        emit("\n".join(bookingwords.claims(claims)))


@meetup.command("update", epilog=examples('meshnode meetup update 1a2b --text "Bring a cup"'))
@thing_argument("meetup")
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
    """Change the words. When it is and for how many stays: people have built on it."""
    change_words(session, thing_id, title, text, passphrase_file, is_json=is_json)


@meetup.command("withdraw", epilog=examples("meshnode meetup withdraw 1a2b3c4d"))
@thing_argument("meetup")
@speaks
def withdraw(
    session: Session, *, thing_id: str, passphrase_file: Path | None, is_json: bool
) -> None:
    """Call your own off, for good. Whoever had joined sees that you did."""
    call_off(session, thing_id, "meetup", passphrase_file, is_json=is_json)


@meetup.command(
    epilog=examples("meshnode meetup join 1a2b3c4d", "meshnode meetup join 1a2b --for 'Herr Özil'")
)
@thing_argument("meetup")
@click.option("--time", "slot", type=click.IntRange(1, 366), help="Which time.  [default: next]")
@units_option
@for_option
@text_option
@speaks
def join(
    session: Session,
    *,
    thing_id: str,
    slot: int | None,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Say that you come. Where all seats are taken you are on the waiting list of that time."""
    ask_for(session, thing_id, slot, passphrase_file, is_json=is_json, is_next=True, **given)


@meetup.command(
    epilog=examples(
        "meshnode meetup leave 1a2b3c4d", "meshnode meetup leave 1a2b --for 'Herr Özil'"
    )
)
@thing_argument("meetup")
@click.option("--time", "slot", type=click.IntRange(1, 366), help="Which time, of several.")
@click.option(
    "--for",
    "on_behalf",
    metavar="NAME",
    help="The neighbour for whom you joined.  [default: you yourself]",
)
@speaks
def leave(
    session: Session,
    *,
    thing_id: str,
    slot: int | None,
    on_behalf: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Say that you do not come after all."""
    from meshnode.commands.bookings.bookingacts import left_by  # noqa: PLC0415

    found = left_by(_mine(session, passphrase_file, thing_id), slot, on_behalf)
    take_step(session, found["id"], "CANCEL", "", passphrase_file, is_json=is_json)


@meetup.command(
    epilog=examples('meshnode meetup minutes 1a2b --circle Garden "We plant on Saturday."')
)
@thing_argument("meetup")
@click.option("--circle", "circle_name", required=True, metavar="NAME", help="Who reads them.")
@click.option("--time", "slot", type=click.IntRange(1, 366), help="Of which time.  [default: last]")
@click.argument("text")
@passphrase_option
@json_option
@pass_session
def minutes(
    session: Session,
    *,
    thing_id: str,
    circle_name: str,
    slot: int | None,
    text: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Send what was said to a circle, which alone reads it. TEXT may be - to read it from stdin."""
    from meshnode.commands.bookings.bookingacts import met  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.sending import hand_over  # noqa: PLC0415
    from meshnode.person import circles  # noqa: PLC0415

    said = stdin_text() if text == "-" else text
    view = session.client.get(f"/bookable/{escaped(thing_id)}")
    title = one_line(view["title"] or view["root"])
    with mailing(session, passphrase_file) as desk:
        when = bookingwords.moment(met(view, slot, desk.minute)["starts"])
        content = f"{title}, {when} ({view['root']})\n{said}"
        found = circles.named(desk.box, circle_name)
        sent = circles.write(
            desk.box, found, content, minute=desk.minute, minutes=2 * _WEEK_MINUTES, reply_to=None
        )
        hand_over(desk, sent, is_json=is_json)


def _mine(
    session: Session,
    passphrase_file: Path | None,
    thing_id: str | None = None,
    *,
    language: str = LANGUAGES[0],
) -> list[dict[str, Any]]:
    """Return what whoever speaks asked for, of meet-ups."""
    with speaking(session, passphrase_file) as speaker:
        query = f"by={speaker.identity.fingerprint.hex()}&language={language}"
    if thing_id is not None:
        query += f"&thing={escaped(thing_id)}"
    found: list[dict[str, Any]] = session.client.get(f"/claims?{query}")["claims"]
    return [one for one in found if one["kind"] == "meetup"]
