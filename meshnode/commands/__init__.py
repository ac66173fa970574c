"""The command line: click commands, one module a noun, over the node's HTTP API.

Starts fast on a small machine: what only one command needs is imported inside that command.
"""

from pathlib import Path

import click

from meshnode import __version__
from meshnode.commands.alert import alert
from meshnode.commands.booking import booking
from meshnode.commands.bulletin import bulletin
from meshnode.commands.call import call
from meshnode.commands.checkin import checkin
from meshnode.commands.circle import circle
from meshnode.commands.community import community
from meshnode.commands.completion import completion
from meshnode.commands.demo import demo
from meshnode.commands.doctor import doctor
from meshnode.commands.exits import MEANINGS
from meshnode.commands.export import export, import_
from meshnode.commands.failures import Program
from meshnode.commands.identity import identity as identity_group
from meshnode.commands.init import init
from meshnode.commands.invite import invite
from meshnode.commands.lending import lending
from meshnode.commands.level import level
from meshnode.commands.meetup import meetup
from meshnode.commands.member import member
from meshnode.commands.message import message
from meshnode.commands.mode import mode
from meshnode.commands.moderate import moderate
from meshnode.commands.object import object_group
from meshnode.commands.phone import phone
from meshnode.commands.place import place
from meshnode.commands.print import print_group
from meshnode.commands.revoke import revoke
from meshnode.commands.role import role
from meshnode.commands.run import run
from meshnode.commands.search import search
from meshnode.commands.session import HOME_DEFAULT, Session, examples
from meshnode.commands.simulate import simulate
from meshnode.commands.slots import slots
from meshnode.commands.status import status
from meshnode.commands.ticket import ticket
from meshnode.commands.trade import offer, request
from meshnode.commands.watch import watch

_EXIT_CODES = "\n".join(f"  {int(code):<4} {meaning}" for code, meaning in MEANINGS.items())


@click.group(
    cls=Program,
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


for _command in (
    init,
    identity_group,
    invite,
    phone,
    member,
    role,
    revoke,
    community,
    run,
    bulletin,
    alert,
    offer,
    request,
    lending,
    place,
    level,
    message,
    circle,
    slots,
    booking,
    ticket,
    meetup,
    checkin,
    call,
    mode,
    moderate,
    search,
    object_group,
    print_group,
    export,
    import_,
    status,
    watch,
    doctor,
    demo,
    simulate,
    completion,
):
    main.add_command(_command)
