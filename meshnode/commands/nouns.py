"""Where each command is: its module is imported when somebody calls it, not before.

On a small machine that is half of the time that a command takes to start. `--help` of the whole
program imports all of them.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Final

import click

_PLACES: Final[Mapping[str, str]] = {
    "import": "export:import_",
    "object": "object:object_group",
    "offer": "trade:offer",
    "print": "print:print_group",
    "request": "trade:request",
    **{
        name: f"{name}:{name}"
        for name in (
            "alert",
            "booking",
            "bulletin",
            "call",
            "checkin",
            "circle",
            "community",
            "completion",
            "demo",
            "doctor",
            "export",
            "identity",
            "init",
            "invite",
            "lending",
            "level",
            "meetup",
            "member",
            "message",
            "mode",
            "moderate",
            "phone",
            "place",
            "revoke",
            "role",
            "run",
            "search",
            "simulate",
            "slots",
            "status",
            "ticket",
            "watch",
        )
    },
}
"""For each command its module here and its name in there."""


class Nouns(MutableMapping[str, click.Command]):
    """The commands by name; the names are there without importing anything."""

    def __init__(self) -> None:
        self._found: dict[str, str | click.Command] = dict(_PLACES)

    def __getitem__(self, name: str) -> click.Command:
        found = self._found[name]
        if isinstance(found, str):
            module, attribute = found.split(":")
            found = self._found[name] = getattr(import_module(f"{__package__}.{module}"), attribute)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
