"""Commands of stories: each a process of its own, forked from one that has imported everything.

Starting Python and importing what a command needs takes longer than what it does then, and a story
says hundreds of them. That every command also starts from nothing is what test_cli.py is for.
"""

import multiprocessing
import os
import time
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pkgutil import walk_packages
from typing import Final, NamedTuple

from click.testing import CliRunner

from meshnode import commands, person
from tests.patience import COMMAND_S

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        __name__,
        *(
            part.name
            for one in (commands, person)
            for part in walk_packages(one.__path__, f"{one.__name__}.")
        ),
    ]
)


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def said(words: Sequence[str], stdin: str, env: Mapping[str, str]) -> Done:
    """Run `meshnode` with these words and nothing else in its environment.

    Raises:
        AssertionError: It does not end, or without saying how.
    """
    ours, theirs = _FORKS.Pipe(duplex=False)
    with ours:
        process = _FORKS.Process(target=_say, args=(theirs, list(words), stdin, dict(env)))
        process.start()
        theirs.close()
        try:
            assert ours.poll(COMMAND_S), f"{words} does not end"
            return Done(*ours.recv())
        except EOFError:
            raise AssertionError(f"{words} ended without a word") from None
        finally:
            process.kill()
            process.join()
            process.close()


def _say(answer: Connection, words: list[str], stdin: str, env: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    done = CliRunner().invoke(commands.main, words, input=stdin, prog_name="meshnode")
    err = done.stderr
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        err += "".join(traceback.format_exception(done.exception))
    answer.send((done.exit_code, done.stdout, err))
    answer.close()
