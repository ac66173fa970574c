"""`meshnode init`: make a node's keys and configuration. Needs no running node."""

from typing import TYPE_CHECKING

import click

from meshnode.commands.node.machine import current_minute
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.given import given_text
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk

if TYPE_CHECKING:
    from meshnode.node.home import Home
    from meshnode.node.keyring import Keyring


@click.command(
    epilog=examples(
        "meshnode --home ~/node init --name Feuerwache --founder 'Anna Kowalski'",
        "meshnode --home ~/node init --name Schule --join @invite.txt",
        "ssh feuerwache meshnode invite node | meshnode init --name Schule --join -",
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
@click.option(
    "--founder",
    metavar="NAME",
    help="Who founds the community and is its first steward.  [default: Steward, and the node's "
    "name]",
)
@click.option(
    "--community",
    metavar="NAME",
    help="What the new community is called.  [default: the node's name]",
)
@json_option
@pass_session
def init(
    session: Session,
    *,
    name: str,
    invite: str | None,
    founder: str | None,
    community: str | None,
    is_json: bool,
) -> None:
    """Make keys and configuration; found a community or join one.

    Refuses to overwrite a node that is there already.
    """
    # Slow, and only this command needs them.
    from meshnode.commands.trust.founding import found  # noqa: PLC0415
    from meshnode.node.home import Home  # noqa: PLC0415
    from meshnode.node.keyring import has_keys  # noqa: PLC0415
    from meshnode.store.checked import may_exist  # noqa: PLC0415

    home = Home(session.directory)
    if may_exist(home.config) or has_keys(home.keys):
        raise Failure(
            f"{session.directory} holds a node already; nothing was changed. "
            "Choose another --home for another node.",
            code="conflict",
        )
    if invite is None:
        ring = found(
            session,
            home,
            name=name,
            founder=founder or _founder_of(name),
            community=community or name,
            minute=current_minute(),
        )
    elif founder or community:
        raise click.UsageError("--founder and --community are for founding; leave --join out.")
    else:
        ring = _join(home, name, given_text(invite))
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


def _founder_of(node_name: str) -> str:
    """Return a name for whoever gave none: not the node's, or nobody can tell them apart."""
    from meshnode.board.names import NAME_BYTES_MAX, clean_name  # noqa: PLC0415

    long = f"Steward {clean_name(node_name)}"
    return long if len(long.encode()) <= NAME_BYTES_MAX else "Steward"


def _next_steps(session: Session, *, is_founder: bool) -> str:
    lines = ["", "Next:", f"  {session.command('run --radio serial:/dev/ttyUSB0')}"]
    if is_founder:
        lines += [
            "Let other nodes join:",
            f"  {session.command('invite node')}",
            "You are the first steward: your key decides who belongs. It lies in",
            f"  {session.identity}, open to whoever can read this computer's disk.",
            "Write it down, then protect it:",
            f"  {session.command('identity paper')}",
            f"  {session.command('identity passphrase')}",
        ]
    return "\n".join(lines)


def _join(home: "Home", name: str, text: str) -> "Keyring":
    from meshnode.board.trust.invite import decode_invite  # noqa: PLC0415
    from meshnode.node.settling import join_node  # noqa: PLC0415

    return join_node(home, name, decode_invite(text), minute=current_minute())
