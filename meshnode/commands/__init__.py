"""The command line: click commands, one module a noun, over the node's HTTP API.

Starts fast on a small machine: a command's module is imported when it is asked for, and what only
some of its uses need inside it.
"""

from pathlib import Path
from typing import Final

import click

from meshnode import __version__
from meshnode.commands.exits import MEANINGS
from meshnode.commands.failures import Program
from meshnode.commands.lazily import LazyCommands
from meshnode.commands.session import HOME_DEFAULT, Session, examples

COMMANDS: Final = {
    "init": "meshnode.commands.init:init",
    "identity": "meshnode.commands.identity:identity",
    "invite": "meshnode.commands.invite:invite",
    "phone": "meshnode.commands.phone:phone",
    "member": "meshnode.commands.member:member",
    "role": "meshnode.commands.role:role",
    "revoke": "meshnode.commands.revoke:revoke",
    "community": "meshnode.commands.community:community",
    "run": "meshnode.commands.run:run",
    "bulletin": "meshnode.commands.bulletin:bulletin",
    "alert": "meshnode.commands.alert:alert",
    "offer": "meshnode.commands.trade:offer",
    "request": "meshnode.commands.trade:request",
    "lending": "meshnode.commands.lending:lending",
    "place": "meshnode.commands.place:place",
    "level": "meshnode.commands.level:level",
    "message": "meshnode.commands.message:message",
    "circle": "meshnode.commands.circle:circle",
    "slots": "meshnode.commands.slots:slots",
    "booking": "meshnode.commands.booking:booking",
    "ticket": "meshnode.commands.ticket:ticket",
    "meetup": "meshnode.commands.meetup:meetup",
    "checkin": "meshnode.commands.checkin:checkin",
    "call": "meshnode.commands.call:call",
    "mode": "meshnode.commands.mode:mode",
    "moderate": "meshnode.commands.moderate:moderate",
    "search": "meshnode.commands.search:search",
    "object": "meshnode.commands.object:object_group",
    "print": "meshnode.commands.print:print_group",
    "export": "meshnode.commands.export:export",
    "import": "meshnode.commands.export:import_",
    "status": "meshnode.commands.status:status",
    "watch": "meshnode.commands.watch:watch",
    "doctor": "meshnode.commands.doctor:doctor",
    "demo": "meshnode.commands.demo:demo",
    "simulate": "meshnode.commands.simulate:simulate",
    "completion": "meshnode.commands.completion:completion",
}
"""Where each command is."""

_EXIT_CODES = "\n".join(f"  {int(code):<4} {meaning}" for code, meaning in MEANINGS.items())


@click.group(
    cls=Program,
    commands=LazyCommands(COMMANDS),
    epilog=examples(
        "meshnode demo",
        "meshnode --home ~/node init --name Feuerwache",
        "meshnode --home ~/node run --radio serial:/dev/ttyUSB0",
        'meshnode --home ~/node bulletin post "Water at the fire station from 14:00"',
    )
    + f"\n\n\b\nExit codes:\n{_EXIT_CODES}",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MESHNODE_HOME",
    default=HOME_DEFAULT,
    show_default=True,
    show_envvar=True,
    help="The directory of the node that is meant.",
)
@click.option(
    "--identity",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MESHNODE_IDENTITY",
    show_envvar=True,
    help="The directory of the person or organisation who speaks.  [default: identity in the "
    "node's home]",
)
@click.version_option(__version__, prog_name="meshnode", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context, home: Path, identity: Path | None) -> None:
    """A neighbourhood's node: a board that works without internet and phone network."""
    context.obj = Session.of(home, identity)
