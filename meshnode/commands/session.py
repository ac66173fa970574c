"""What all commands share: which node is meant, and the options that many of them have."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from meshnode.commands.client import Client

HOME_DEFAULT: Final = "~/.meshnode"
IDENTITY_NAME: Final = "identity"
"""Directory of whoever speaks, in the node's home unless --identity says otherwise."""


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the command line.

    `directory` is the home of the node that is meant, `identity` the directory of the person or
    organisation who speaks.
    """

    directory: Path
    identity: Path
    has_chosen_identity: bool = False

    @classmethod
    def of(cls, home: str | Path, identity: str | Path | None = None) -> "Session":
        """Return the session for a home and an identity as somebody typed them."""
        directory = Path(home).expanduser().absolute()
        if identity is None:
            return cls(directory, directory / IDENTITY_NAME)
        return cls(directory, Path(identity).expanduser().absolute(), has_chosen_identity=True)

    @property
    def client(self) -> "Client":
        """The running node."""
        # The daemon, and commands that need none, are spared the standard library's HTTP.
        from meshnode.commands.client import Client  # noqa: PLC0415

        return Client(self.directory)

    def command(self, rest: str) -> str:
        """Return the command line that does something else with the same node."""
        home = f"meshnode --home {shlex.quote(str(self.directory))}"
        if self.has_chosen_identity:
            home += f" --identity {shlex.quote(str(self.identity))}"
        return f"{home} {rest}"


pass_session = click.make_pass_decorator(Session)

Decorated = Callable[..., Any]

json_option: Callable[[Decorated], Decorated] = click.option(
    "--json", "is_json", is_flag=True, help="Print one JSON document and nothing else."
)


def examples(*commands: str) -> str:
    """Return a `--help` epilog with examples, which click leaves as it is."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExamples:\n{lines}"
