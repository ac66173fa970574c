"""`meshnode invite`: one line of text that lets another node join. Needs no running node."""

import click

from meshnode.commands.durations import Duration
from meshnode.commands.machine import current_minute
from meshnode.commands.output import emit, emit_json, talk
from meshnode.commands.session import Session, examples, json_option, pass_session

_VALID_MINUTES_DEFAULT = 7 * 1440


@click.command(
    epilog=examples(
        "meshnode --home ~/node invite",
        "meshnode --home ~/node invite --valid 1d > invite.txt",
    )
)
@click.option(
    "--valid",
    "valid_minutes",
    type=Duration(),
    default=_VALID_MINUTES_DEFAULT,
    metavar="DURATION",
    help="How long nodes may join with it, as in 90m, 24h, 3d or 2w.  [default: 7d]",
)
@json_option
@pass_session
def invite(session: Session, *, valid_minutes: int, is_json: bool) -> None:
    """Print an invite: one line for `init --join` on another computer.

    Treat it like a key: whoever has it can join until it is over.
    """
    from meshnode.node.clock import moment_of  # noqa: PLC0415  Slow; only needed here.
    from meshnode.node.home import Home  # noqa: PLC0415
    from meshnode.node.keyring import make_invite  # noqa: PLC0415

    home = Home(session.directory)
    home.read_config()
    line, until_min, is_new = make_invite(
        home.keys, minute=current_minute(), valid_minutes=valid_minutes
    )
    until = moment_of(until_min)
    if is_json:
        emit_json({"invite": line, "valid_until": f"{until:%Y-%m-%dT%H:%M:%SZ}", "is_new": is_new})
        return
    emit(line)
    if not is_new:
        talk("This is the invite that this node joined with; only the founder makes new ones.")
    talk(
        f"Valid until {until.astimezone():%Y-%m-%d %H:%M}. It is a key: give it only to the "
        "person who sets up the other node.\n"
        "There: meshnode --home DIR init --name NAME --join 'LINE'"
    )
