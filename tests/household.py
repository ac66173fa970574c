"""A running node and the people around it, each with an identity directory, by the command line."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from meshnode.commands import main
from tests.faults.test_daemon_kill import meshnode, started
from tests.patience import STOP_S


class Said(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Person:
    """Somebody with an identity directory beside one node."""

    def __init__(self, home: Path, directory: Path) -> None:
        self.home = home
        self.directory = directory

    def run(self, *words: str, typed: str = "") -> Said:
        """Say something to the node, by the command line in this process."""
        done = CliRunner().invoke(main, self.words(*words), input=typed, prog_name="meshnode")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    def json(self, *words: str, code: int = 0, typed: str = ""):
        """Say it with --json; return the document."""
        done = self.run(*words, "--json", typed=typed)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def refusal(self, *words: str, code: int, typed: str = "") -> str:
        """Say what is refused; return the sentence."""
        done = self.run(*words, typed=typed)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done.stderr

    def words(self, *words: str) -> list[str]:
        """Return what follows the program's name."""
        return ["--home", str(self.home), "--identity", str(self.directory), *words]

    def command(self, *words: str) -> list[str]:
        """Return the whole command line, for a process of its own."""
        return [sys.executable, "-m", "meshnode", *self.words(*words)]

    @property
    def fingerprint(self) -> str:
        return self.json("identity", "show")["fingerprint"]


class Household:
    """A node whose founder is Anna, and people who come to it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "node"
        done = meshnode(
            self.home, "init", "--name", "Feuerwache", "--founder", "Anna", "--community", "Nord"
        )
        assert done.returncode == 0, done.stderr
        self.anna = Person(self.home, self.home / "identity")

    def newcomer(self, name: str, *more: str) -> Person:
        """Return somebody who has an identity and belongs to nothing yet."""
        person = self.stranger(name)
        person.json("identity", "new", "--name", name, "--unattended", *more)
        return person

    def stranger(self, name: str) -> Person:
        """Return somebody without an identity."""
        return Person(self.home, self.directory / name)

    def member(self, name: str, *, by: Person | None = None) -> Person:
        """Return somebody whom a member took in by a spoken code."""
        person = self.newcomer(name)
        code = person.json("identity", "join")["code"]
        (by or self.anna).json("member", "admit", code, "--yes")
        return person

    @contextmanager
    def running(self):
        """Run the node while the block lasts."""
        with running(self.home):
            yield self


@contextmanager
def running(home: Path):
    """Run the node of a home while the block lasts."""
    daemon = started(home)
    try:
        yield
    finally:
        daemon.terminate()
        assert daemon.wait(STOP_S) == 0
