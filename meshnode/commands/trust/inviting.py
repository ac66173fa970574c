"""`meshnode invite node|person|organisation`: a line of text that lets somebody join."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meshnode.commands.node.machine import current_minute
from meshnode.commands.records import Document
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, decoded_object, speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.terminal.qr import show_qr
from meshnode.commands.trust import people

if TYPE_CHECKING:
    from meshnode.person.inviting import Place

_VALID_MINUTES_DEFAULT = 7 * 1440
_VALID_MINUTES_MAX = 91 * 1440
"""A season; a line that is valid for longer lies around for longer."""
_USES_MAX = 255
_USES_DEFAULT = {"node": 20, "person": 1, "organisation": 1}
_THERE = {
    "node": "There: meshnode --home DIR init --name NAME --join 'LINE'",
    "person": "There, beside a node of the community: meshnode identity new --name NAME, then "
    "meshnode identity join --invite 'LINE'",
    "organisation": "There, beside a node of the community: meshnode identity new --name NAME "
    "--class organisation, then meshnode identity join --invite 'LINE'",
}


def inviting(identity_class: str, summary: str) -> click.Command:
    """Return the command that invites somebody of this class."""

    @click.command(
        identity_class,
        help=f"{summary}\n\nTreat it like a key: whoever has it can join until it is over.",
        short_help=summary,
        epilog=examples(
            f"meshnode invite {identity_class}",
            f"meshnode invite {identity_class} --valid 1d > invite.txt",
            f"meshnode invite {identity_class} --uses 3 --qr",
        ),
    )
    @click.option(
        "--valid",
        "valid_minutes",
        type=Duration(),
        default=_VALID_MINUTES_DEFAULT,
        metavar="DURATION",
        help="How long one can join with it, as in 90m, 24h, 3d or 2w.  [default: 7d]",
    )
    @click.option(
        "--uses",
        type=click.IntRange(1, _USES_MAX),
        default=_USES_DEFAULT[identity_class],
        show_default=True,
        help="How many may join with it.",
    )
    @click.option("--qr", "is_qr", is_flag=True, help="Also show it as a QR code.")
    @speaks
    def command(
        session: Session,
        *,
        valid_minutes: int,
        uses: int,
        is_qr: bool,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        if valid_minutes > _VALID_MINUTES_MAX:
            raise click.UsageError(
                f"An invite is valid for {_VALID_MINUTES_MAX // 1440} days at most."
            )
        document = _made(
            session, identity_class, uses, valid_minutes, passphrase_file=passphrase_file
        )
        if is_json:
            emit_json(document)
            return
        emit(document["invite"])
        talk(_talk(identity_class, document))
        if is_qr:
            # Last, because it may not fit; the line is there then.
            show_qr(document["invite"], is_json=is_json)

    return command


def _made(
    session: Session,
    identity_class: str,
    uses: int,
    valid_minutes: int,
    *,
    passphrase_file: Path | None,
) -> Document:
    from meshnode.board.trust.certificate import IdentityClass  # noqa: PLC0415
    from meshnode.board.trust.invite import encode_invite  # noqa: PLC0415
    from meshnode.node.clock import moment_text  # noqa: PLC0415
    from meshnode.person.inviting import make_invite  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        is_running = _is_running(speaker)
        place = _place(session, speaker, identity_class, is_running=is_running)
        minute = speaker.minute if is_running else current_minute()
        made = make_invite(
            speaker.identity,
            place,
            identity_class=IdentityClass[identity_class.upper()],
            valid_until_min=minute + valid_minutes,
            uses=uses,
            minute=minute,
        )
        if is_running:
            speaker.publish(made.invitation)
        return {
            "invite": encode_invite(made),
            "id": made.invitation.id.hex(),
            "class": identity_class,
            "uses": uses,
            "valid_until": moment_text(minute + valid_minutes),
            "is_submitted": is_running,
            "counts_half": is_running and not speaker.require_member()["is_steward"],
        }


def _is_running(speaker: Speaker) -> bool:
    try:
        return bool(speaker.community)
    except Failure as failure:
        if failure.code != "not_running":
            raise
        return False


def _place(session: Session, speaker: Speaker, identity_class: str, *, is_running: bool) -> "Place":
    """Return where somebody is invited to, once it is clear that whoever speaks may do that."""
    from meshnode.board.trust.charter import decode_charter  # noqa: PLC0415
    from meshnode.node.home import Home  # noqa: PLC0415
    from meshnode.person.inviting import Place  # noqa: PLC0415

    home = Home(session.directory)
    home.read_config()
    belonging = home.load_keyring().belonging
    if is_running:
        if identity_class == "person":
            speaker.require_full()
        else:
            speaker.require_steward()
        charter = decoded_object(speaker.community["encoded"]["charter"])
        return Place(belonging.network_key, charter)
    stewards = decode_charter(belonging.charter.codec, belonging.charter.body).stewards
    is_at_home = speaker.identity.community == belonging.community
    if speaker.identity.public_key not in stewards or not is_at_home:
        raise Failure(
            "While the node is not running only a steward can invite. Start it: "
            f"{session.command('run')}",
            code="not_running",
        )
    return Place(belonging.network_key, belonging.charter)


def _talk(identity_class: str, document: Document) -> str:
    lines = [
        f"Valid until {people.day(document['valid_until'])}, for {document['uses']} to join. It is "
        f"a key: give it only to whom it is for.",
        _THERE[identity_class],
    ]
    if document["counts_half"]:
        lines.append(
            "Your word counts half: another full member, or a steward, must also speak for whoever "
            "joins (meshnode member vouch NAME)."
        )
    if not document["is_submitted"]:
        lines.append("The node is not running; whoever joins brings the invitation along.")
    return "\n".join(lines)
