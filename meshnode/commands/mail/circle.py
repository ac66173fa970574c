"""`meshnode circle`: groups whose messages only their members read.

Not for: messages to one person (`message`). What is slow is imported inside the commands.
"""

from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bulletins.post import stdin_text
from meshnode.commands.mail.message import expires_option, offline_option, reply_option
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.passphrase import passphrase_option

_WEEK_MINUTES: Final = 7 * 1440


@click.group()
def circle() -> None:
    """Groups of up to thirty devices; nobody else reads them."""


@circle.command(
    epilog=examples('meshnode circle new "Hof 12"', 'meshnode circle new "Garden" --open --list')
)
@click.argument("name")
@click.option("--open", "is_open", is_flag=True, help="Let in everybody who asks.")
@click.option(
    "--history",
    "has_history",
    is_flag=True,
    help="Newcomers read what was said before; and so does whoever gets a member's device.",
)
@click.option("--list", "is_listed", is_flag=True, help="Show everybody that it exists.")
@passphrase_option
@json_option
@pass_session
def new(
    session: Session,
    *,
    name: str,
    is_open: bool,
    has_history: bool,
    is_listed: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Found a circle. It belongs to this device, which lets others in and out."""
    from meshnode.board.mail.circle import CirclePolicy  # noqa: PLC0415
    from meshnode.commands.mail.circledesk import circle_document  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.person import circles, founding  # noqa: PLC0415

    with mailing(session, passphrase_file) as desk:
        policy = CirclePolicy(is_open=is_open, has_history=has_history)
        founded = founding.found(desk.box, name, policy, is_listed=is_listed)
        desk.deliver()
        if is_json:
            made = circles.named(desk.box, founded.id.hex())
            emit_json(circle_document(desk.box, made, desk.roster))
            return
        emit(founded.id.hex())
        talk(f"Add somebody: {session.command('circle add NAME ' + founded.id.hex())}")


@circle.command("list", epilog=examples("meshnode circle list", "meshnode circle list --all"))
@click.option("--all", "is_all", is_flag=True, help="Also circles that are listed for everybody.")
@offline_option
@passphrase_option
@json_option
@pass_session
def list_(
    session: Session,
    *,
    is_all: bool,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show the circles that this device belongs to."""
    from meshnode.commands.mail.circledesk import circle_document, listing_document  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        desk.deliver()
        own = [one for one in desk.box.mail.circles.values() if not one.is_left]
        shown = [circle_document(desk.box, one, desk.roster) for one in own]
        if is_all and not is_offline:
            ids = {one["id"] for one in shown}
            others = map(listing_document, desk.carrier.listings())
            shown += [one for one in others if one["id"] not in ids]
        if is_json:
            emit_json(shown)
        elif shown:
            emit("\n".join(_line(one) for one in shown))
        else:
            talk("You are in no circle. Those that are listed: meshnode circle list --all")


@circle.command(epilog=examples("meshnode circle show Garden"))
@click.argument("name", metavar="CIRCLE")
@offline_option
@passphrase_option
@json_option
@pass_session
def show(
    session: Session,
    *,
    name: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show who belongs to a circle."""
    from meshnode.commands.mail.circledesk import circle_document  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.person import circles  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        desk.deliver()
        found = circle_document(desk.box, circles.named(desk.box, name), desk.roster)
        if is_json:
            emit_json(found)
            return
        emit(_line(found))
        emit("\n".join(f"    {one_line(one['name'])}" for one in found["members"]))


@circle.command(epilog=examples("meshnode circle add Bert Garden"))
@click.argument("person", metavar="NAME")
@click.argument("name", metavar="CIRCLE")
@passphrase_option
@json_option
@pass_session
def add(
    session: Session, *, person: str, name: str, passphrase_file: Path | None, is_json: bool
) -> None:
    """Let somebody into a circle of yours, with all devices."""
    from meshnode.commands.mail.circledesk import change_members  # noqa: PLC0415

    change_members(session, passphrase_file, person, name, is_adding=True, is_json=is_json)


@circle.command(epilog=examples("meshnode circle remove Bert Garden"))
@click.argument("person", metavar="NAME")
@click.argument("name", metavar="CIRCLE")
@passphrase_option
@json_option
@pass_session
def remove(
    session: Session, *, person: str, name: str, passphrase_file: Path | None, is_json: bool
) -> None:
    """Take somebody out of a circle of yours, or refuse them."""
    from meshnode.commands.mail.circledesk import change_members  # noqa: PLC0415

    change_members(session, passphrase_file, person, name, is_adding=False, is_json=is_json)


@circle.command(epilog=examples("meshnode circle join Garden"))
@click.argument("name", metavar="CIRCLE")
@passphrase_option
@json_option
@pass_session
def join(session: Session, *, name: str, passphrase_file: Path | None, is_json: bool) -> None:
    """Ask the founder of a listed circle to let you in."""
    from meshnode.commands.mail.circledesk import ask_to_join  # noqa: PLC0415

    ask_to_join(session, passphrase_file, name, is_json=is_json)


@circle.command(epilog=examples("meshnode circle leave Garden"))
@click.argument("name", metavar="CIRCLE")
@passphrase_option
@json_option
@pass_session
def leave(session: Session, *, name: str, passphrase_file: Path | None, is_json: bool) -> None:
    """Leave a circle. Its keys are deleted here; its founder is told."""
    from meshnode.commands.mail.circledesk import leave_circle  # noqa: PLC0415

    leave_circle(session, passphrase_file, name, is_json=is_json)


@circle.command(epilog=examples("meshnode circle requests"))
@offline_option
@passphrase_option
@json_option
@pass_session
def requests(
    session: Session, *, is_offline: bool, passphrase_file: Path | None, is_json: bool
) -> None:
    """Show who asks to join circles of yours."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.mailwords import moment  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        desk.deliver()
        found = [
            {
                "circle": one.id.hex(),
                "circle_name": one.name,
                "fingerprint": asked.person.hex(),
                "name": asked.name,
                "time": moment(asked.asked_min),
            }
            for one in desk.box.mail.founded.values()
            for asked in one.asked
        ]
        if is_json:
            emit_json(found)
            return
        for one in found:
            emit(f"{one_line(one['name'])} asks to join {one_line(one['circle_name'])}")
        talk(
            "Say yes: meshnode circle add NAME CIRCLE; no: meshnode circle remove NAME CIRCLE."
            if found
            else "Nobody asks."
        )


@circle.command(epilog=examples('meshnode circle send Garden "Who has a spade?"'))
@click.argument("name", metavar="CIRCLE")
@click.argument("text")
@expires_option(_WEEK_MINUTES)
@reply_option
@offline_option
@passphrase_option
@json_option
@pass_session
def send(
    session: Session,
    *,
    name: str,
    text: str,
    minutes: int,
    reply_to: str | None,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Write to a circle. TEXT may be - to read it from stdin."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.sending import hand_over  # noqa: PLC0415
    from meshnode.person import circles  # noqa: PLC0415

    content = stdin_text() if text == "-" else text
    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        found = circles.named(desk.box, name)
        reply = desk.reply(reply_to, found.key)
        sent = circles.write(
            desk.box, found, content, minute=desk.minute, minutes=minutes, reply_to=reply
        )
        hand_over(desk, sent, is_json=is_json)


@circle.command(epilog=examples("meshnode circle read Garden", "meshnode circle read Garden --all"))
@click.argument("name", metavar="CIRCLE")
@click.option("--all", "is_all", is_flag=True, help="Show all messages, not only new ones.")
@offline_option
@passphrase_option
@json_option
@pass_session
def read(
    session: Session,
    *,
    name: str,
    is_all: bool,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show what is new in a circle, and mark it as read. Nobody is told."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.reading import read_all, read_new  # noqa: PLC0415
    from meshnode.person import circles  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        key = circles.named(desk.box, name).key
        (read_all if is_all else read_new)(desk, key, is_json=is_json)


def _line(found: dict[str, Any]) -> str:
    unread = f" ({found['unread']} new)" if found.get("unread") else ""
    founder = one_line(found["founder_name"])
    return f"{found['id']}  {one_line(found['name'])}{unread}  of {founder}; {found['policy']}"
