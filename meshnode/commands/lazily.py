"""Commands by name, imported when they are asked for.

Why: one command needs a tenth of what all of them import, and an interpreter on a small machine
takes seconds for the rest; the daemon would keep it in memory for as long as it runs.
Invariant: names are known without importing anything, in the order in which they were given.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import click

_Command = click.Command | str


class LazyCommands(MutableMapping[str, click.Command]):
    """What click takes for a group's commands.

    Shapes: `places` says of each name where its command is, as in `meshnode.commands.node.run:run`.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._found: dict[str, _Command] = dict(places)

    def __getitem__(self, name: str) -> click.Command:
        found = self._found[name]
        if isinstance(found, str):
            found = self._found[name] = _imported(found)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return name in self._found


def _imported(place: str) -> click.Command:
    module, _, name = place.partition(":")
    command: Any = getattr(import_module(module), name)
    if not isinstance(command, click.Command):
        raise TypeError(f"{place} is no command")
    return command
