import subprocess
import sys

import click
import pytest

from meshnode.commands import COMMANDS, main
from meshnode.commands.lazily import LazyCommands

_LOADED = """
import sys
from meshnode.commands import main
main(sys.argv[1:], standalone_mode=False)
print(*sorted(sys.modules))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says_and_goes_by_that_name(name: str) -> None:
    assert main.commands[name].name == name


def test_a_command_is_imported_when_it_is_asked_for_and_stays_the_same() -> None:
    commands = LazyCommands({"gone": "meshnode.nowhere:gone", "run": COMMANDS["run"]})
    assert list(commands) == ["gone", "run"]
    assert "gone" in commands
    assert commands["run"] is commands["run"]
    with pytest.raises(ModuleNotFoundError):
        commands["gone"]


def test_what_is_no_command_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="no command"):
        LazyCommands({"run": "meshnode.commands:COMMANDS"})["run"]


def test_a_command_can_be_put_and_taken_away() -> None:
    commands = LazyCommands({})
    commands["one"] = command = click.Command("one")
    assert commands["one"] is command
    del commands["one"]
    assert len(commands) == 0


def test_a_command_imports_no_other_command_and_none_of_the_node() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOADED, "run", "--help"], capture_output=True, text=True, check=True
    )
    loaded = ran.stdout.splitlines()[-1].split()
    assert "meshnode.commands.node.run" in loaded
    unwanted = ("meshnode.commands.market.trade", "meshnode.node", "http.client", "cryptography")
    assert [one for one in loaded if one.startswith(unwanted)] == []
