"""`meshnode message`: private messages to people. Sealed and opened here, carried by the node.

Not for: circles (`circle`). What is slow is imported inside the commands.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bulletins.post import stdin_text
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.passphrase import passphrase_option

_WEEK_MINUTES: Final = 7 * 1440
_POLICIES: Final = ("on", "reached", "off")

offline_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--offline", "is_offline", is_flag=True, help="Do not ask the node; use what is here already."
)


def expires_option(default_minutes: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says how long a message is tried."""
    return click.option(
        "--expires",
        "minutes",
        type=Duration(),
        metavar="DURATION",
        default=default_minutes,
        help="How long it is tried: 24h, 3d, 2w.  [default: 7d]",
    )


reply_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--reply-to", metavar="ID", help="The message that this answers."
)


@click.group()
def message() -> None:
    """Private messages: only the people they are for can read them."""


@message.command(
    epilog=examples(
        'meshnode message send Bert "Can you bring water at six?"',
        "meshnode message send Bert - --expires 2d < letter.txt",
        'meshnode message send Bert "Yes" --reply-to 1a2b3c4d',
    )
)
@click.argument("name")
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
    """Write to a member of the community. TEXT may be - to read it from stdin."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.sending import hand_over  # noqa: PLC0415
    from meshnode.person.outbox import write  # noqa: PLC0415

    content = stdin_text() if text == "-" else text
    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        contact = desk.contact(name)
        reply = desk.reply(reply_to, contact.fingerprint.hex())
        sent = write(
            desk.box, contact, content, minute=desk.minute, minutes=minutes, reply_to=reply
        )
        hand_over(desk, sent, is_json=is_json)


@message.command(
    "list", epilog=examples("meshnode message list", "meshnode message list Bert --offline")
)
@click.argument("name", required=False)
@offline_option
@passphrase_option
@json_option
@pass_session
def list_(
    session: Session,
    *,
    name: str | None,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show the conversations, or all messages with one person."""
    from meshnode.commands.mail import mailwords  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        desk.deliver()
        box = desk.box
        if name is None:
            shown = mailwords.conversations(box)
            if is_json:
                emit_json(shown)
            elif shown:
                emit("\n".join(_overview(one) for one in shown))
            else:
                talk(f"No messages yet. Write one: {session.command('message send NAME TEXT')}")
            return
        conversation = desk.conversation(name)
        messages = box.conversation(conversation)
        if is_json:
            emit_json([mailwords.document(box, one) for one in messages])
            return
        if not messages:
            talk(f"No messages with {name} yet.")
            return
        emit("\n".join(mailwords.lines(box, messages, now=desk.minute, roster=desk.roster)))
        for warning in mailwords.warnings(box, conversation, desk.roster):
            talk(warning)


@message.command(epilog=examples("meshnode message show 1a2b3c4d"))
@click.argument("message_id", metavar="ID")
@offline_option
@passphrase_option
@json_option
@pass_session
def show(
    session: Session,
    *,
    message_id: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show one message, and how far it came."""
    from meshnode.commands.mail import mailwords  # noqa: PLC0415
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.person.records import Sent  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        desk.deliver()
        found = desk.box.message(message_id)
        if is_json:
            emit_json(mailwords.document(desk.box, found))
            return
        emit("\n".join(mailwords.lines(desk.box, [found], now=desk.minute, roster=desk.roster)))
        if isinstance(found, Sent):
            emit("\n".join(mailwords.sentences(desk.box, found, now=desk.minute)))


@message.command(epilog=examples("meshnode message read Bert"))
@click.argument("name")
@offline_option
@passphrase_option
@json_option
@pass_session
def read(
    session: Session,
    *,
    name: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show what is new from somebody, and mark it as read."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.commands.mail.reading import read_new  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        read_new(desk, desk.conversation(name), is_json=is_json)


@message.command(epilog=examples("meshnode message sync", "meshnode message sync --watch"))
@click.option("--watch", "is_watching", is_flag=True, help="Go on until interrupted (Ctrl-C).")
@passphrase_option
@json_option
@pass_session
def sync(
    session: Session, *, is_watching: bool, passphrase_file: Path | None, is_json: bool
) -> None:
    """Take in what came and hand over what is due."""
    from meshnode.commands.mail.mailwatch import watch_mail  # noqa: PLC0415

    watch_mail(session, passphrase_file, is_watching=is_watching, is_json=is_json)


@message.command(epilog=examples("meshnode message delete 1a2b3c4d"))
@click.argument("message_id", metavar="ID")
@offline_option
@passphrase_option
@json_option
@pass_session
def delete(
    session: Session,
    *,
    message_id: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Delete a message from this device. What nodes or others have already stays there."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        found = desk.box.message(message_id)
        desk.box.delete(found)
        desk.deliver()
        if is_json:
            emit_json({"id": found.id})
            return
        emit(found.id)
        talk("Deleted here. Copies that others have, or that lie sealed on nodes, stay there.")


@message.command(epilog=examples("meshnode message receipts on", "meshnode message receipts"))
@click.argument("policy", type=click.Choice(_POLICIES), required=False)
@passphrase_option
@json_option
@pass_session
def receipts(
    session: Session, *, policy: str | None, passphrase_file: Path | None, is_json: bool
) -> None:
    """Say what senders are told.

    off: nothing. reached: that a message came. on: also that you read it.
    """
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415
    from meshnode.person.records import ReceiptPolicy  # noqa: PLC0415

    meant = dict(zip(_POLICIES, reversed(ReceiptPolicy), strict=True))
    with mailing(session, passphrase_file, is_offline=True) as desk:
        mail = desk.box.mail
        if policy is not None:
            mail.receipts = meant[policy]
            mail.owed = tuple(one for one in mail.owed if mail.receipts >= 1 + one.is_read)
            desk.box.save()
        now = next(word for word, one in meant.items() if one == mail.receipts)
        if is_json:
            emit_json({"receipts": now})
        else:
            emit(now)


@message.command(epilog=examples("meshnode message block Bert"))
@click.argument("name")
@offline_option
@passphrase_option
@json_option
@pass_session
def block(
    session: Session,
    *,
    name: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Drop what somebody sends from now on. They are not told."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        contact, mail = desk.contact(name), desk.box.mail
        mail.blocked = tuple(dict.fromkeys((*mail.blocked, contact.fingerprint)))
        owned = {device.key for device in contact.devices}
        mail.owed = tuple(one for one in mail.owed if one.device not in owned)
        desk.deliver()
        _tell_blocked(contact.fingerprint.hex(), contact.name, is_blocked=True, is_json=is_json)


@message.command(epilog=examples("meshnode message unblock Bert"))
@click.argument("name")
@offline_option
@passphrase_option
@json_option
@pass_session
def unblock(
    session: Session,
    *,
    name: str,
    is_offline: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Let somebody write again. What was dropped meanwhile stays dropped."""
    from meshnode.commands.mail.mailing import mailing  # noqa: PLC0415

    with mailing(session, passphrase_file, is_offline=is_offline) as desk:
        contact, mail = desk.contact(name), desk.box.mail
        mail.blocked = tuple(one for one in mail.blocked if one != contact.fingerprint)
        desk.deliver()
        _tell_blocked(contact.fingerprint.hex(), contact.name, is_blocked=False, is_json=is_json)


def _tell_blocked(fingerprint: str, name: str, *, is_blocked: bool, is_json: bool) -> None:
    if is_json:
        emit_json({"fingerprint": fingerprint, "name": name, "is_blocked": is_blocked})
    else:
        talk(f"{one_line(name)} is {'blocked' if is_blocked else 'not blocked any more'}.")


def _overview(conversation: dict[str, Any]) -> str:
    unread = conversation["unread"]
    mark = f" ({unread} new)" if unread else ""
    kind = "circle " if conversation["is_circle"] else ""
    last = one_line(conversation["last"]["text"] or "")[:60]
    return f"{kind}{one_line(conversation['name'])}{mark}: {last}"
