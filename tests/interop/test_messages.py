"""Messages and circles through real daemons, from the command line, and what nodes get to see."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify
from meshnode.commands.client import Client
from meshnode.commands.terminal.failures import Failure
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import PaperSecret
from meshnode.person.vault import create_vault, open_vault
from meshnode.protocol.object import SignedObject
from tests.interop.forking import Done, said
from tests.patience import READY_S, STOP_S, WIRE_S
from tests.toldport import STREAM, told_port
from tests.unit.api.apinode import base64

POLL_S = 0.05
NAMES = ("nord", "mitte", "sued")
CANARIES = {
    "message": "Kanarienvogel-Nachricht im Treppenhaus",
    "answer": "Kanarienvogel-Antwort vom Dachboden",
    "circle text": "Kanarienvogel-Kreis am Brunnen",
    "circle name": "Kanarienhof",
}


class Town:
    """Homes of three nodes, and people whose identities lie elsewhere."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.homes = {name: Home(directory / "nodes" / name) for name in NAMES}
        (directory / "nodes").mkdir()
        self.minute = Clock().wall_minute()
        self.steward = settle(list(self.homes.values()), NAMES, minute=self.minute)
        self.community = self.homes["nord"].load_keyring().community
        self.introductions: list[SignedObject] = []
        self.seeds: list[bytes] = []

    def person(self, name: str) -> Path:
        """Make an identity, and what makes it a member."""
        directory = self.directory / "people" / name
        directory.parent.mkdir(exist_ok=True)
        paper, seed = PaperSecret(os.urandom(16)), DeviceSeed(os.urandom(32))
        self.seeds += [seed, paper.data]
        create_vault(directory, None, new_fields(name, IdentityClass.PERSON, paper, seed))
        with open_vault(directory) as vault:
            identity = Identity(vault)
            identity.belong_to(self.community)
            certificate = certify(
                self.steward,
                self.community,
                identity.public_key,
                name,
                identity_class=IdentityClass.PERSON,
                minute=self.minute,
                sequence=100 + len(self.introductions),
            )
            device = identity.announce_device(minute=self.minute)
        self.introductions += [certificate, device]
        return directory

    def introduce(self, node: str) -> None:
        """Tell a running node who the people are."""
        things = [base64(one.encoded) for one in self.introductions]
        Client(self.homes[node].directory).post("/objects", {"objects": things})

    @contextmanager
    def running(self, *pairs: tuple[str, ...]) -> Iterator[None]:
        """Run nodes; the first of them listens, the others call it."""
        daemons: list[subprocess.Popen[bytes]] = []
        try:
            for first, *others in pairs:
                log = self._log(first)
                since_bytes = log.stat().st_size if log.exists() else 0
                daemons.append(self._start(first, ["--listen", "127.0.0.1:0"]))
                port = told_port(log, STREAM, since_bytes=since_bytes)
                way = ["--peer", f"tls://127.0.0.1:{port}"]
                daemons += [self._start(name, way) for name in others]
            yield
        finally:
            for daemon in daemons:
                daemon.send_signal(signal.SIGTERM)
            codes = [daemon.wait(STOP_S) for daemon in daemons]
        assert codes == [0] * len(daemons)

    def _start(self, name: str, way: list[str]) -> subprocess.Popen[bytes]:
        home = self.homes[name].directory
        with self._log(name).open("ab") as log:
            daemon = subprocess.Popen(
                [*program(home), "run", *way, "--log-level", "debug"],
                stderr=log,
                stdout=log,
            )
        deadline_s = time.monotonic() + READY_S
        while time.monotonic() < deadline_s:
            assert daemon.poll() is None, self._log(name).read_text()
            with suppress(Failure):
                Client(home).get("/status")
                return daemon
            time.sleep(POLL_S)
        raise AssertionError("the daemon does not answer")

    def _log(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def run(self, node: str, identity: Path, *words: str, code: int = 0) -> Any:
        """Return what a command prints as JSON."""
        done = self.say(node, identity, *words, "--json")
        assert done.code == code, (words, done.out, done.err)
        return json.loads(done.out)

    def say(self, node: str, identity: Path, *words: str) -> Done:
        """Run a command in a process of its own."""
        where = ("--home", str(self.homes[node].directory), "--identity", str(identity))
        return said((*where, *words), "", os.environ)

    def held(self, node: str) -> set[str]:
        """Return the sealed objects that a node holds, and who announced a prekey there."""
        client = Client(self.homes[node].directory)
        sealed = {one["id"] for one in client.get("/sealed")["sealed"]}
        prekeys = {
            one["id"] for member in client.get("/members")["members"] for one in member["prekeys"]
        }
        circles = {one["id"] for one in client.get("/circles")["circles"]}
        return sealed | prekeys | circles

    def alike(self, *nodes: str) -> None:
        """Wait until nodes hold the same."""
        deadline_s = time.monotonic() + WIRE_S
        while len({frozenset(self.held(node)) for node in nodes}) > 1:
            assert time.monotonic() < deadline_s, "the nodes do not come to hold the same"
            time.sleep(POLL_S)


def program(home: Path) -> list[str]:
    return [sys.executable, "-m", "meshnode", "--home", str(home)]


def test_two_people_whose_nodes_never_meet_write_by_way_of_a_third_and_nodes_learn_nothing(
    tmp_path: Path,
) -> None:
    town = Town(tmp_path)
    anna, bert = town.person("Anna"), town.person("Bert")
    at_anna, at_bert = ("mitte", "nord"), ("mitte", "sued")
    with town.running(at_anna):
        town.introduce("mitte")
        town.introduce("nord")
        town.run("nord", anna, "message", "sync")
        town.alike(*at_anna)
    with town.running(at_bert):
        town.introduce("sued")
        town.run("sued", bert, "message", "sync")
        town.run("sued", bert, "message", "receipts", "on")
        town.alike(*at_bert)
    with town.running(at_anna):
        town.alike(*at_anna)
        sent = town.run("nord", anna, "message", "send", "Bert", CANARIES["message"])
        assert sent["state"] in ("on_node", "passed_on")
        assert sent["has_forward_secrecy"]
        founded = town.run("nord", anna, "circle", "new", CANARIES["circle name"], "--history")
        town.run("nord", anna, "circle", "add", "Bert", founded["id"])
        town.run("nord", anna, "circle", "send", founded["id"], CANARIES["circle text"])
        town.alike(*at_anna)
    with town.running(at_bert):
        town.alike(*at_bert)
        (came,) = town.run("sued", bert, "message", "read", "Anna")
        assert (came["text"], came["is_read"]) == (CANARIES["message"], True)
        (said,) = town.run("sued", bert, "circle", "read", CANARIES["circle name"])
        assert said["text"] == CANARIES["circle text"]
        answer = ("message", "send", "Anna", CANARIES["answer"], "--reply-to", came["id"])
        town.run("sued", bert, *answer)
        town.alike(*at_bert)
    with town.running(at_anna):
        town.alike(*at_anna)
        assert town.run("nord", anna, "message", "show", sent["id"])["state"] == "read"
        (back,) = town.run("nord", anna, "message", "read", "Bert")
        assert (back["text"], back["reply_to"]) == (CANARIES["answer"], sent["id"])
        sealed = Client(town.homes["nord"].directory).get("/sealed")["sealed"]
    nowhere = secrets_of(town, (anna, bert))
    files = [one for one in tmp_path.rglob("*") if one.is_file() and "people" not in one.parts]
    assert len([one for one in files if one.suffix == ".log"]) == 3
    assert any(one.suffix == ".db" for one in files)
    everything = b"".join(path.read_bytes() for path in files)
    assert len(sealed) >= 5
    assert all(_bytes(one["encoded"]) in everything for one in sealed), "not all was searched"
    for path in files:
        data = path.read_bytes()
        for what, secret in nowhere:
            assert secret not in data, f"{what} is in {path.name}"


def test_every_command_says_in_plain_words_what_it_did(tmp_path: Path) -> None:
    town = Town(tmp_path)
    anna, bert = town.person("Anna"), town.person("Bert")
    with town.running(("nord",)):
        town.introduce("nord")
        town.run("nord", bert, "message", "sync")

        def say(who: Path, *words: str, code: int = 0) -> str:
            done = town.say("nord", who, *words)
            assert done.code == code, (words, done.out, done.err)
            return done.out + done.err

        assert "message send NAME TEXT" in say(anna, "message", "list")
        assert "No messages with Bert yet." in say(anna, "message", "list", "Bert")
        assert "Nothing new" in say(anna, "message", "read", "Bert")
        assert "Nobody here is called" in say(anna, "message", "send", "Cem", "Hallo", code=3)
        sent = say(anna, "message", "send", "Bert", "Zwei\nZeilen")
        assert "Lies on this node; no other node is known to have it." in sent
        number = sent.split()[0]
        assert "no node has it yet" in say(anna, "message", "send", "Bert", "Später", "--offline")
        read = say(bert, "message", "read", "anna")
        assert "    Zwei\n    Zeilen\n" in read
        assert "Anna:" in read
        assert "Nothing new" in say(bert, "message", "read", "Anna", "--offline")
        assert "Reached a device of Bert." in say(anna, "message", "show", number)
        assert "Bert: Später" in say(anna, "message", "list")
        assert "(reached)" in say(anna, "message", "list", "bert")
        assert say(bert, "message", "receipts") == "reached\n"
        assert say(bert, "message", "receipts", "on") == "on\n"
        assert "Deleted here" in say(anna, "message", "delete", number)
        assert "There is no message" in say(anna, "message", "show", number, code=3)
        assert "Bert is blocked" in say(anna, "message", "block", "Bert")
        assert "not blocked any more" in say(anna, "message", "unblock", "Bert")
        assert "You are in no circle" in say(anna, "circle", "list")
        circle = say(anna, "circle", "new", "Garten", "--list").split()[0]
        assert f"{circle}  Garten  of Anna" in say(bert, "circle", "list", "--all")
        assert "Sent. Anna is asked" in say(bert, "circle", "join", "garten")
        assert "Bert asks to join Garten" in say(anna, "circle", "requests")
        assert "Bert is in" in say(anna, "circle", "add", "Bert", "Garten")
        assert "    Bert" in say(bert, "circle", "show", "Garten")
        assert circle not in say(anna, "circle", "send", "Garten", "Wer gießt?")
        assert "Anna:  new" in say(bert, "circle", "read", "Garten")
        assert "Wer gießt?" in say(bert, "circle", "read", "Garten", "--all")
        assert "Only the device that founded" in say(
            bert, "circle", "remove", "Anna", "Garten", code=4
        )
        assert "You left Garten" in say(bert, "circle", "leave", "Garten")
        assert "This circle is yours" in say(anna, "circle", "leave", "Garten", code=4)
        assert "    Bert" not in say(anna, "circle", "show", "Garten")
        assert "Bert is out" in say(anna, "circle", "remove", "Bert", "Garten")


def secrets_of(town: Town, people: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Return what must be in no file of a node, as bytes, in hex and in base64."""
    raw = [*town.seeds]
    for directory in people:
        with open_vault(directory) as vault:
            mail = vault.fields["mail"]
            raw += [_bytes(one["secret"]) for one in mail["prekeys"]]
            raw += [
                _bytes(one) for founded in mail["founded"].values() for one in founded["secrets"]
            ]
            for circle in mail["circles"].values():
                for epoch in circle["epochs"]:
                    raw += [_bytes(one["key"]) for one in epoch["keys"]["chains"]]
    assert len(raw) > 8
    spelt = [(f"secret {number}", form) for number, one in enumerate(raw) for form in _forms(one)]
    return [*spelt, *((name, text.encode()) for name, text in CANARIES.items())]


def _forms(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), base64(secret).encode()]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
