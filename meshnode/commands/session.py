"""What all commands share: which node is meant, and the options that many of them have."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.client import Client

HOME_DEFAULT: Final = "~/.meshnode"


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the command line; `directory` is the home of the node that is meant."""

    directory: Path

    @classmethod
    def of(cls, home: str | Path) -> "Session":
        """Return the session for a home as somebody typed it."""
        return cls(Path(home).expanduser().absolute())

    @property
    def client(self) -> Client:
        """The running node."""
        return Client(self.directory)

    def command(self, rest: str) -> str:
        """Return the command line that does something else with the same node."""
        return f"meshnode --home {shlex.quote(str(self.directory))} {rest}"


pass_session = click.make_pass_decorator(Session)

Decorated = Callable[..., Any]

json_option: Callable[[Decorated], Decorated] = click.option(
    "--json", "is_json", is_flag=True, help="Print one JSON document and nothing else."
)


def examples(*commands: str) -> str:
    """Return a `--help` epilog with examples, which click leaves as it is."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExamples:\n{lines}"
