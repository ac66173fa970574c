"""docs/guide/commands.md names every command with its options, and none that there is not."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from meshnode.commands import main

GUIDE = (Path(__file__).parents[2] / "docs/guide/commands.md").read_text(encoding="utf-8")
EXPLAINED_ONCE = {"--help", "--json", "--language", "--offline", "--passphrase-file", "--yes"}
"""Options of many commands, which the text around the tables explains."""
OF_ITS_OWN = "## Planning and simulating"
"""The section with the options of `simulate`."""


def leaves(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(leaves(main))


def documented() -> dict[str, str]:
    """What the tables say of each command: its name, and all code that begins with it."""
    tables: dict[str, str] = {}
    rows = re.findall(r"^\| `(.*?) \| .*\|$", GUIDE, re.MULTILINE)
    for code in [one for row in rows for one in re.findall(r"`([^`]+)`", f"`{row}")]:
        for spelt in alternatives(code.replace("\\|", "|")):
            name = named_by(spelt)
            if name is not None:
                tables[name] = f"{tables.get(name, '')} {spelt}"
    return tables


def alternatives(code: str) -> list[str]:
    """`invite node|person ...` names two commands."""
    group, _, rest = code.partition(" ")
    words, _, options = rest.partition(" ")
    if not isinstance(main.commands.get(group), click.Group):
        return [code]
    return [f"{group} {word} {options}" for word in words.split("|")]


def named_by(code: str) -> str | None:
    words = code.split()
    names = (" ".join(words[:count]) for count in (3, 2, 1))
    return next((name for name in names if name in COMMANDS), None)


TABLES = documented()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_a_table_with_its_options(name: str) -> None:
    assert name in TABLES
    said = TABLES[name]
    if name.startswith("simulate "):
        said += GUIDE.split(OF_ITS_OWN)[1].split("\n## ")[0]
    options = {
        word
        for one in COMMANDS[name].params
        if isinstance(one, click.Option) and not one.hidden
        for word in one.opts
        if word.startswith("--")
    }
    assert options - EXPLAINED_ONCE <= set(re.findall(r"--[a-z-]+", said))


@pytest.mark.parametrize("name", TABLES)
def test_every_option_in_a_table_is_one_of_its_command(name: str) -> None:
    options = {word for one in COMMANDS[name].params for word in one.opts}
    said = set(re.findall(r"--[a-z-]+", TABLES[name]))
    assert said <= options


def test_what_is_explained_once_is_explained() -> None:
    assert not EXPLAINED_ONCE - set(re.findall(r"--[a-z-]+", GUIDE))
