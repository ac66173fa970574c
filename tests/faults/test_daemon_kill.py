"""The real daemon, killed at random moments: nothing that was acknowledged is lost."""

import asyncio
import itertools
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from meshnode.commands.client import Client
from meshnode.commands.terminal.failures import Failure
from meshnode.store.opening import open_store
from tests.patience import COMMAND_S, READY_S, STOP_S

GATE_KILLS = 25
SWEEP_KILLS = 500
POLL_S = 0.02
POSTS = 12
"""A daemon lives for fewer posts than so many before it is killed, however long they take."""
LEFT_S = 0.1
"""And then up to so long: a few posts more, or half a one."""


def meshnode(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "meshnode", "--home", str(home), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


def started(home: Path) -> subprocess.Popen[bytes]:
    """Start the daemon and wait until it answers."""
    with (home.parent / "daemon.log").open("ab") as log:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "meshnode", "--home", str(home), "run"], stderr=log
        )
    deadline_s = time.monotonic() + READY_S
    while True:
        assert daemon.poll() is None, (home.parent / "daemon.log").read_text()
        assert time.monotonic() < deadline_s, "the daemon does not answer"
        with suppress(Failure):
            Client(home).get("/status")
            return daemon
        time.sleep(POLL_S)


def post_until_killed(
    home: Path, daemon: subprocess.Popen[bytes], *, posts: int, left_s: float
) -> set[str]:
    """Post bulletins until the daemon is killed, so long after so many; return the ids that it
    acknowledged. Those that it refuses, for a day has room for so many only, count as posted.
    """
    acknowledged = set[str]()
    killing = threading.Timer(left_s, daemon.kill)
    for number in itertools.count():
        if daemon.poll() is not None:
            break
        if number >= posts and killing.ident is None:
            killing.start()
        with suppress(Failure, OSError):
            text = f"Aushang {number} {time.monotonic_ns()}"
            acknowledged.add(Client(home).post("/bulletins", {"text": text})["id"])
    return acknowledged


def kill_again_and_again(home: Path, kills: int) -> None:
    dice = random.Random(5)
    acknowledged: set[str] = set()
    for number in range(kills):
        daemon = started(home)
        posts, left_s = dice.randrange(POSTS), dice.uniform(0.0, LEFT_S)
        acknowledged |= post_until_killed(home, daemon, posts=posts, left_s=left_s)
        daemon.wait()
        assert daemon.returncode == -signal.SIGKILL, f"kill {number}"
    daemon = started(home)
    status = Client(home).get("/status")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(STOP_S) == 0
    assert len(acknowledged) > kills, "it was killed before it did anything"
    assert status["problems"] == []
    assert status["bulletins"] >= len(acknowledged)
    stored = stored_objects(home)
    assert acknowledged <= {one.id.hex() for one in stored}, "lost what it had acknowledged"
    assert len({(one.author, one.sequence) for one in stored}) == len(stored), "used a number twice"


def stored_objects(home: Path):
    """Return the objects in a stopped node's store."""

    async def load():
        opened = await open_store(home / "meshnode.db")
        try:
            assert (await opened.store.check()).is_sound
            return [one.object for one in (await opened.store.load()).objects]
        finally:
            await opened.store.close()

    return asyncio.run(load())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    directory = tmp_path / "node"
    done = meshnode(directory, "init", "--name", "Nordmarkt")
    assert done.returncode == 0, done.stderr
    return directory


def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(home):
    kill_again_and_again(home, GATE_KILLS)


@pytest.mark.sweep
def test_kill_9_very_often(home):
    kill_again_and_again(home, SWEEP_KILLS)


def test_a_second_daemon_in_the_same_home_is_refused_and_the_first_goes_on(home):
    daemon = started(home)
    second = meshnode(home, "run")
    assert second.returncode != 0
    assert "Traceback" not in second.stderr
    assert Client(home).get("/status")["name"] == "Nordmarkt"
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(STOP_S) == 0
    assert not (home / "api.sock").exists()


def test_a_daemon_that_was_stopped_for_a_while_goes_on(home):
    daemon = started(home)
    daemon.send_signal(signal.SIGSTOP)
    time.sleep(1.0)
    daemon.send_signal(signal.SIGCONT)
    assert Client(home).post("/bulletins", {"text": "still here"})["id"]
    daemon.send_signal(signal.SIGINT)
    assert daemon.wait(STOP_S) == 0


def test_a_broken_configuration_is_told_in_a_line(home):
    (home / "config.toml").write_text("[radio]\nurl = 3\n", encoding="utf-8")
    done = meshnode(home, "run")
    assert done.returncode != 0
    assert "radio.url" in done.stderr
    assert "Did you mean urls?" in done.stderr
    assert "Traceback" not in done.stderr
