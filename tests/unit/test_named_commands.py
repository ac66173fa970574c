"""Every command that a message tells people to type is there, with its options."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from meshnode.commands import main

SOURCES = Path(__file__).parents[2] / "meshnode"
COMMAND = re.compile(
    r"(?:meshnode |command\()((?:--home \S+ |--identity \S+ )*[a-z][a-z-]*[^:;\n`]*)"
)
PROSE = {
    "join": "the magic words of a commitment",
    "auf": "the name of the program in a German sentence",
    "as": "with the same version of meshnode as this node's",
    "is": "this meshnode is too old",
    "made": "a newer meshnode made it",
    "numbers": "the magic words of a file",
    "on": "the name of the program in a sentence",
    "raises": "every error that meshnode raises",
    "runs": "another meshnode runs",
    "transport": "the name in a certificate",
}
"""What follows the program's name where no command is meant."""
END = re.compile(r"[.,)]+( |$)|\), | - | ?\|")
LEADING = re.compile(r"^(?:--(?:home|identity) \S+ )*")
"""Where the command ends and the sentence goes on."""
TAKING_ANY = ("simulate", "post")
"""What takes the name of a scenario, or whatever a template asks for."""
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def strings() -> Iterator[tuple[Path, str]]:
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    part.value if isinstance(part, ast.Constant) else "X" for part in node.values
                )
                yield path, "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def named() -> list[tuple[str, str]]:
    """Return where a command is named, and from its first word on."""
    return [
        (path.name, match.group(1))
        for path, text in strings()
        for match in COMMAND.finditer(text)
        if match.group(1).split()[0] not in PROSE
    ]


def command_of(words: list[str]) -> click.Command | None:
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            return None if command is main else command
        found = command.get_command(click.Context(command), word)
        if found is None:
            return command if command.name in TAKING_ANY else None
        command = found
    return command


def options_of(command: click.Command) -> set[str]:
    own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return own | {"--help", "--home", "--identity"}


@pytest.mark.parametrize(("file", "text"), named())
def test_a_command_that_is_named_is_there_with_its_options(file: str, text: str) -> None:
    said = END.split(LEADING.sub("", text))[0]
    command = command_of([one for one in said.split() if not one.startswith("-")])
    assert command is not None, (file, text)
    if command.name in TAKING_ANY or isinstance(command, click.Group):
        return
    for option in OPTION.findall(said):
        assert option in options_of(command), (file, text, option)
