"""The command line and the API against a real daemon: the contract that scripts rely on."""

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from meshnode.commands import main
from tests.faults.test_daemon_kill import meshnode
from tests.patience import ANSWER_S, READY_S, STOP_S
from tests.toldport import BOARD, told_port

TEXT = "Wasser <b>bis</b> 18 Uhr & länger"


class Running:
    """A daemon with a board on TCP, and its home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.parent / "daemon.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "meshnode",
                    "--home",
                    str(home),
                    "run",
                    "--http",
                    "127.0.0.1:0",
                    "--log-level",
                    "debug",
                ],
                stderr=log,
            )
        until_s = time.monotonic() + READY_S
        while self.run("status").returncode != 0:
            assert time.monotonic() < until_s, self.log.read_text()
        self.port = told_port(self.log, BOARD)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return meshnode(self.home, *words)

    def json(self, *words: str, code: int = 0):
        done = self.run(*words, "--json")
        assert done.returncode == code, done.stderr
        assert "\x1b" not in done.stdout
        return json.loads(done.stdout)

    def fetch(self, path: str, *, method: str = "GET", **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("cli") / "a home that lies rather deep" / ("x" * 60) / "node"
    home.parent.mkdir(parents=True)
    assert meshnode(home, "init", "--name", "Nordmarkt").returncode == 0
    running = Running(home)
    assert running.run("role", "grant", "Nordmarkt", "coordinator").returncode == 0
    yield running
    running.process.terminate()
    assert running.process.wait(STOP_S) == 0


def test_a_bulletin_is_posted_listed_shown_and_withdrawn(node):
    posted = node.json("bulletin", "post", TEXT, "--title", "Trinkwasser", "--severity", "severe")
    assert re.fullmatch("[0-9a-f]{32}", posted["id"])
    (listed,) = [one for one in node.json("bulletin", "list") if one["id"] == posted["id"]]
    assert listed["text"] == TEXT
    assert listed["severity"] == "severe"
    assert listed["category"] == "general"
    assert 86_000 < listed["expires_in_s"] <= 86_400
    assert {"author", "created"} <= listed.keys()
    shown = node.json("bulletin", "show", posted["id"][:8])
    assert (shown["text"], shown["whereabouts"]) == (TEXT, [])
    words = node.run("bulletin", "show", posted["id"][:8]).stdout
    assert words.endswith("On this node.\nNo other node has been heard yet.\n")
    page = node.fetch("/board?lang=de")[2]
    assert "&lt;b&gt;bis&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert node.json("bulletin", "withdraw", posted["id"][:8])["id"] == posted["id"]
    assert posted["id"] not in {one["id"] for one in node.json("bulletin", "list")}
    assert node.json("bulletin", "show", posted["id"], code=3)["error"]["code"] == "not_found"


def test_the_status_says_who_the_node_is_and_what_it_spent(node):
    status = node.json("status")
    assert status["name"] == "Nordmarkt"
    assert {"node_id", "objects", "links", "airtime_ms", "drops", "neighbours"} <= status.keys()
    assert status["airtime_ms"] == 0
    airtime = status["airtime"]
    assert airtime["urgent_by_purpose_ms"].keys() == airtime["by_purpose_ms"].keys()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("bulletin", "post", "x", "--expires", "3 parsecs"), 2),
        (("bulletin", "post", "x", "--expires", "9w"), 2),
        (("bulletin", "post", "x" * 1601), 2),
        (("bulletin", "post", "x", "--severity", "bad"), 2),
        (("bulletin", "post", ""), 2),
        (("bulletin", "show", "zz"), 2),
        (("bulletin", "show", "00000000"), 3),
        (("init", "--name", "again"), 6),
        (("frobnicate",), 2),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_with_its_exit_code(node, words, code):
    done = node.run(*words)
    assert done.returncode == code, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_without_a_running_node_the_command_that_starts_it_is_named(tmp_path):
    assert meshnode(tmp_path / "n", "init", "--name", "x").returncode == 0
    done = meshnode(tmp_path / "n", "bulletin", "list")
    assert done.returncode == 5
    assert f"meshnode --home {tmp_path / 'n'} run" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_invite_is_one_line_and_lets_another_node_join(node, tmp_path):
    done = node.run("invite", "node")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    joined = meshnode(tmp_path / "other", "init", "--name", "Hafen", "--join", line)
    assert joined.returncode == 0, joined.stderr
    passed_on = meshnode(tmp_path / "other", "invite", "node")
    assert passed_on.returncode == 3
    assert "identity new" in passed_on.stderr
    bad = meshnode(tmp_path / "third", "init", "--name", "x", "--join", line[:-3] + "xyz")
    assert bad.returncode == 2
    assert not (tmp_path / "third" / "keys").exists()


def test_the_public_door_only_reads_and_guards_its_name(node):
    status, headers, document = node.fetch("/api/v1/status")
    assert (status, json.loads(document)["name"]) == (200, "Nordmarkt")
    assert "default-src 'none'" in headers.get("content-security-policy", "")
    assert node.fetch("/api/v1/bulletins", method="POST")[0] in (403, 404, 405)
    assert node.fetch("/", Host="evil.example.org")[0] == 421
    assert node.fetch("/nothing")[0] == 404
    assert node.fetch("/api/v1/openapi.json")[0] == 200


def test_no_secret_and_no_text_reaches_the_log(node):
    node.json("bulletin", "post", "ein geheimer Satz")
    invite = node.run("invite", "node").stdout.strip()
    keys = json.loads((node.home / "keys" / "node.json").read_text())
    log = node.log.read_text()
    assert "object" in log
    for secret in (keys["seed"], keys["network_key"], invite, "geheimer", "Trinkwasser"):
        assert secret not in log


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield path


@pytest.mark.parametrize("noun", sorted(main.commands))
def test_every_noun_can_be_imported_without_the_others(noun, tmp_path):
    done = meshnode(tmp_path, noun, "--help")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", list(leaves(main)), ids=" ".join)
def test_every_command_shows_an_example_in_its_help(path, tmp_path):
    words = ["--home", str(tmp_path), *path, "--help"]
    done = CliRunner().invoke(main, words, prog_name="meshnode")
    assert done.exit_code == 0
    assert f"meshnode {' '.join(path)}" in done.stdout.split("Examples:")[1].replace(
        "--home ~/node ", ""
    )
    assert "\x1b" not in done.stdout
