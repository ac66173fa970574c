"""`meshnode init`: make a node's keys and configuration. Needs no running node."""

import sys
from pathlib import Path

import click

from meshnode.commands.failures import Failure
from meshnode.commands.machine import current_minute
from meshnode.commands.output import emit, emit_json, one_line, talk
from meshnode.commands.session import Session, examples, json_option, pass_session

_INVITE_FILE_BYTES_MAX = 64 * 1024


@click.command(
    epilog=examples(
        "meshnode --home ~/node init --name Feuerwache",
        "meshnode --home ~/node init --name Schule --join @invite.txt",
        "ssh feuerwache meshnode invite | meshnode init --name Schule --join -",
    )
)
@click.option("--name", required=True, help="What neighbours call this node: place or club.")
@click.option(
    "--join",
    "invite",
    metavar="INVITE",
    help="Join the community of this invite: the text, @FILE, or - for stdin. "
    "Without it a new community is founded.",
)
@json_option
@pass_session
def init(session: Session, *, name: str, invite: str | None, is_json: bool) -> None:
    """Make keys and configuration; found a community or join one.

    Refuses to overwrite a node that is there already.
    """
    # Slow, and only this command needs them.
    from meshnode.node.home import Home, set_up  # noqa: PLC0415
    from meshnode.node.keyring import has_keys  # noqa: PLC0415

    home = Home(session.directory)
    if home.config.exists() or has_keys(home.keys):
        raise Failure(
            f"{session.directory} holds a node already; nothing was changed. "
            "Choose another --home for another node.",
            code="conflict",
        )
    text = None if invite is None else _invite_text(invite)
    ring = set_up(home, name=name, invite=text, minute=current_minute())
    if is_json:
        emit_json(
            {
                "name": home.read_config().node.name,
                "node_id": ring.key.id.hex(),
                "community": ring.community.hex(),
                "home": str(session.directory),
                "founded": invite is None,
            }
        )
        return
    verb = "founded" if invite is None else "joined"
    emit(f"{one_line(home.read_config().node.name)} is node {ring.key.id.hex()}")
    emit(f"It {verb} community {ring.community.hex()}")
    talk(_next_steps(session, is_founder=invite is None))


def _next_steps(session: Session, *, is_founder: bool) -> str:
    lines = ["", "Next:", f"  {session.command('run --radio serial:/dev/ttyUSB0')}"]
    if is_founder:
        lines += [
            "Let other nodes join:",
            f"  {session.command('invite')}",
            f"Keep a copy of {session.directory / 'keys'} somewhere safe: with it goes the "
            "right to let nodes join.",
        ]
    return "\n".join(lines)


def _invite_text(value: str) -> str:
    if value == "-":
        return sys.stdin.read(_INVITE_FILE_BYTES_MAX)
    if not value.startswith("@"):
        return value
    path = Path(value[1:]).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_INVITE_FILE_BYTES_MAX)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{path} is not text.") from error
    except OSError as error:
        raise click.BadParameter(f"Cannot read {path}: {error.strerror}.") from error
