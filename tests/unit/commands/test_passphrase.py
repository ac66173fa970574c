"""Asking for a passphrase: unseen at a terminal, else from a file, never anywhere else."""

import os
import pty
import subprocess
import sys

import pytest

from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.passphrase import ask_passphrase, choose_passphrase
from meshnode.person.passphrase import Passphrase
from meshnode.protocol.errors import LimitError

PHRASE = "Kirschbaum Regen Treppe"
ASK = "from meshnode.commands.terminal.passphrase import {0}; print('got', {0}(None).data.decode())"


def written(tmp_path, text: str):
    path = tmp_path / "passphrase"
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def typed(call: str, *lines: str) -> tuple[int, str]:
    """Run a call at a terminal, type the lines when asked; return exit code and what was seen."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", ASK.format(call)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    for line in lines:
        asked = seen.count(b": ")
        while seen.count(b": ") == asked:
            seen += os.read(ours, 1024)
        os.write(ours, line.encode() + b"\n")
    try:
        while data := os.read(ours, 1024):
            seen += data
    except OSError:
        # How Linux says that the other end is closed.
        pass
    os.close(ours)
    return program.wait(), seen.decode()


def test_what_is_typed_is_not_shown():
    code, seen = typed("ask_passphrase", PHRASE)
    before, _, after = seen.partition("got ")
    assert code == 0
    assert PHRASE not in before
    assert after.strip() == PHRASE


def test_a_new_one_is_typed_twice_and_again_if_the_two_differ():
    code, seen = typed("choose_passphrase", PHRASE, PHRASE + "x", PHRASE, PHRASE)
    assert code == 0
    assert "not the same" in seen
    assert seen.strip().endswith(f"got {PHRASE}")


def test_a_file_is_taken_instead(tmp_path):
    assert ask_passphrase(written(tmp_path, PHRASE)) == Passphrase.of(PHRASE)
    assert choose_passphrase(written(tmp_path, PHRASE)) == Passphrase.of(PHRASE)


def test_an_old_short_one_opens_but_a_new_one_is_refused(tmp_path):
    assert ask_passphrase(written(tmp_path, "short")) == Passphrase.of("short")
    with pytest.raises(LimitError, match="at least"):
        choose_passphrase(written(tmp_path, "short"))


def test_without_a_terminal_it_says_what_to_do_instead_of_waiting(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(Failure, match="--passphrase-file"):
        ask_passphrase(None)
