"""The command line: click commands, one module a noun, over the node's HTTP API.

Starts fast on a small machine: the module of a command is imported when it is called (`nouns`), and
what is slow and only one command needs, inside that command.
"""

from pathlib import Path

import click

from meshnode import __version__
from meshnode.commands.exits import MEANINGS
from meshnode.commands.failures import Program
from meshnode.commands.nouns import Nouns
from meshnode.commands.session import HOME_DEFAULT, Session, examples

_EXIT_CODES = "\n".join(f"  {int(code):<4} {meaning}" for code, meaning in MEANINGS.items())


@click.group(
    cls=Program,
    commands=Nouns(),
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
