"""The command line: click commands, one module a noun, over the node's HTTP API.

Starts fast on a small machine: a command's module is imported when it is asked for, and what only
some of its uses need inside it.
"""

from pathlib import Path
from typing import Final

import click

from meshnode import __version__
from meshnode.commands.lazily import LazyCommands
from meshnode.commands.session import HOME_DEFAULT, Session, examples
from meshnode.commands.terminal.exits import MEANINGS
from meshnode.commands.terminal.failures import Program

COMMANDS: Final = {
    "init": "meshnode.commands.node.init:init",
    "identity": "meshnode.commands.trust.identity:identity",
    "invite": "meshnode.commands.trust.invite:invite",
    "phone": "meshnode.commands.trust.phone:phone",
    "member": "meshnode.commands.trust.member:member",
    "role": "meshnode.commands.trust.role:role",
    "revoke": "meshnode.commands.trust.revoke:revoke",
    "community": "meshnode.commands.trust.community:community",
    "run": "meshnode.commands.node.run:run",
    "bulletin": "meshnode.commands.bulletins.bulletin:bulletin",
    "alert": "meshnode.commands.bulletins.alert:alert",
    "offer": "meshnode.commands.market.trade:offer",
    "request": "meshnode.commands.market.trade:request",
    "lending": "meshnode.commands.market.lending:lending",
    "place": "meshnode.commands.places.place:place",
    "level": "meshnode.commands.places.level:level",
    "message": "meshnode.commands.mail.message:message",
    "circle": "meshnode.commands.mail.circle:circle",
    "slots": "meshnode.commands.bookings.slots:slots",
    "booking": "meshnode.commands.bookings.booking:booking",
    "ticket": "meshnode.commands.bookings.ticket:ticket",
    "meetup": "meshnode.commands.bookings.meetup:meetup",
    "checkin": "meshnode.commands.calls.checkin:checkin",
    "call": "meshnode.commands.calls.call:call",
    "mode": "meshnode.commands.calls.mode:mode",
    "moderate": "meshnode.commands.bulletins.moderate:moderate",
    "search": "meshnode.commands.bulletins.search:search",
    "object": "meshnode.commands.files.object:object_group",
    "print": "meshnode.commands.files.print:print_group",
    "export": "meshnode.commands.files.export:export",
    "import": "meshnode.commands.files.export:import_",
    "status": "meshnode.commands.node.status:status",
    "watch": "meshnode.commands.node.watch:watch",
    "doctor": "meshnode.commands.node.doctor:doctor",
    "demo": "meshnode.commands.node.demo:demo",
    "simulate": "meshnode.commands.node.simulate:simulate",
    "completion": "meshnode.commands.node.completion:completion",
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
