"""No secret leaves for a log, a list of processes or a document, whatever people do.

Every command is a process of its own, the daemon logs all it can, and somebody looks at the list
of processes all the time. Secrets go in by standard input or by files, as the guides advise; what
the command line shows when they do not is in docs/security.md.
"""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from meshnode.board.trust.invite import decode_invite
from meshnode.commands.client import Client
from meshnode.commands.terminal.failures import Failure
from meshnode.person.paper import read_paper
from meshnode.person.passphrase import Passphrase
from meshnode.person.vault import open_vault
from tests.patience import COMMAND_S, READY_S, STOP_S
from tests.toldport import BOARD, told_port
from tests.unit.api.apinode import base64

GLANCE_S = 0.01
PHRASE = "Kanarienvogel Regen Treppe"
TEXTS = {
    "message": "Kanarienvogel kommt um acht in den Hof",
    "answer": "Kanarienvogel bringt Brot mit",
    "circle message": "Kanarienvogel sitzt am Brunnen",
}
SEEN = "Kanarienvogel auf der Befehlszeile"
FORMS = ("", " in hex", " in base64")
DOCUMENTS = (
    "/status",
    "/health",
    "/community",
    "/members?revoked=true",
    "/candidates",
    "/acts",
    "/sealed",
    "/circles",
    "/joins",
    "/bulletins",
    "/openapi.json",
)


class Onlooker:
    """Somebody with an account on the machine who looks at the list of processes all the time."""

    def __init__(self) -> None:
        self.seen: dict[bytes, None] = {}
        self._ended = threading.Event()
        self._eye = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._ended.wait(GLANCE_S):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                # A process may end between the list and the look.
                with suppress(OSError):
                    self.seen[path.read_bytes().replace(b"\0", b" ")] = None

    @contextmanager
    def looking(self) -> Iterator[None]:
        self._eye.start()
        try:
            yield
        finally:
            self._ended.set()
            self._eye.join()


class Story:
    """One node, its people, and all that was said in secret."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "node"
        self.log = directory / "daemon.log"
        self.port = 0
        self.documents: dict[str, bytes] = {}
        self.secrets: dict[str, bytes] = {}
        self.codes: list[str] = []
        self.phrase = directory / "phrase"
        self.phrase.write_text(PHRASE + "\n")
        self.phrase.chmod(0o600)

    def say(self, who: str, *words: str, typed: str = "", code: int = 0):
        """Run a command as somebody; return its document."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "meshnode", "--home", str(self.home)),
                *("--identity", str(self.identity(who)), *words, "--json"),
            ],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_S,
        )
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def identity(self, who: str) -> Path:
        return self.home / "identity" if who == "anna" else self.directory / "people" / who

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the node with all it can log."""
        with self.log.open("ab") as log:
            daemon = subprocess.Popen(
                [
                    *(sys.executable, "-m", "meshnode", "--home", str(self.home), "run"),
                    *("--http", "127.0.0.1:0", "--log-level", "debug"),
                ],
                stdout=log,
                stderr=log,
            )
        try:
            self._wait(daemon)
            self.port = told_port(self.log, BOARD)
            yield
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(STOP_S) == 0

    def _wait(self, daemon: subprocess.Popen[bytes]) -> None:
        deadline_s = time.monotonic() + READY_S
        while time.monotonic() < deadline_s:
            assert daemon.poll() is None, self.log.read_text()
            with suppress(Failure):
                Client(self.home).get("/status")
                return
            time.sleep(0.05)
        raise AssertionError("the daemon does not answer")

    def ask(self) -> None:
        """Keep all that the node says to whoever asks."""
        client = Client(self.home)
        for path in DOCUMENTS:
            self.documents[path] = json.dumps(client.get(path), ensure_ascii=False).encode()
        pages = ("/", "/board", "/places", "/about", "/kiosk")
        for path in (*pages, "/api/v1/status", "/api/v1/bulletins"):
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=COMMAND_S) as answer:
                self.documents[f"public {path}"] = answer.read()
        for words in (("status",), ("doctor",), ("member", "list"), ("moderate", "list")):
            done = subprocess.run(
                [sys.executable, "-m", "meshnode", "--home", str(self.home), *words, "--json"],
                capture_output=True,
                check=False,
                timeout=COMMAND_S,
            )
            self.documents[" ".join(words)] = done.stdout + done.stderr

    def keep(self, name: str, secret: bytes) -> None:
        """Remember a secret in the forms in which it could show."""
        self.secrets[name] = secret
        self.secrets[f"{name} in hex"] = secret.hex().encode()
        self.secrets[f"{name} in base64"] = base64(secret).encode()

    def keep_line(self, name: str, line: str) -> None:
        """Remember an invite: the line, and the secrets in it."""
        invite = decode_invite(line)
        self.secrets[f"{name} line"] = line.split(":")[1][:40].encode()
        self.keep(f"{name} secret", invite.seed)
        self.keep("network key", invite.network_key)

    def keep_paper(self, name: str, words: list[str]) -> None:
        """Remember a recovery sheet: four words in a row are enough to know it by."""
        paper = read_paper(" ".join(words))
        self.keep(f"{name} paper", paper.data)
        self.secrets[f"{name} words"] = " ".join(words[:4]).encode()
        self.secrets[f"{name} line"] = paper.line().split(":")[1].encode()

    def found_in(self, data: bytes) -> list[str]:
        """Return which secrets are in some bytes, codes too where they stand alone."""
        found = [name for name, secret in self.secrets.items() if secret in data]
        # A number in a document may be the same by chance; a code there would be a word.
        before = r'(?<![0-9A-Za-z_.-])(?<!": )'
        alone = [rf"{before}{code}(?![0-9A-Za-z_.-])".encode() for code in self.codes]
        return [*found, *(f"code {one!r}" for one in alone if re.search(one, data))]


def play(story: Story) -> None:
    """Found, invite, join, write, lose and restore, as the guides say."""
    phrase = ("--passphrase-file", str(story.phrase))
    sheet = story.say("anna", "identity", "paper")
    story.keep_paper("Anna", sheet["words"])
    story.say("anna", "identity", "passphrase", "--new-passphrase-file", str(story.phrase))
    story.say("bert", "identity", "new", "--name", "Bert", *phrase)
    code = story.say("bert", "identity", "join", *phrase)["code"]
    story.codes.append(code)
    story.say("anna", "member", "admit", code, "--yes", *phrase)

    line = story.say("anna", "invite", "person", *phrase)["invite"]
    story.keep_line("invite", line)
    story.say("cem", "identity", "new", "--name", "Cem", *phrase)
    story.say("cem", "identity", "join", "--invite", "-", *phrase, typed=line)
    line = story.say("anna", "invite", "node", *phrase)["invite"]
    story.keep_line("invite for a node", line)
    (story.directory / "invite.txt").write_text(line)

    story.say("bert", "message", "sync", *phrase)
    story.say("anna", "message", "send", "Bert", "-", *phrase, typed=TEXTS["message"])
    (came,) = story.say("bert", "message", "read", "Anna", *phrase)
    assert came["text"] == TEXTS["message"]
    story.say("bert", "message", "send", "Anna", "-", *phrase, typed=TEXTS["answer"])
    circle = story.say("anna", "circle", "new", "Hof 12", *phrase)["id"]
    story.say("anna", "circle", "add", "Bert", circle, *phrase)
    story.say("anna", "circle", "send", circle, "-", *phrase, typed=TEXTS["circle message"])
    (said,) = story.say("bert", "circle", "read", "Hof 12", *phrase)
    assert said["text"] == TEXTS["circle message"]

    words = story.say("bert", "identity", "paper", *phrase)["words"]
    story.keep_paper("Bert", words)
    for who in ("anna", "bert"):
        keep_vault(story, who)
    restore = ("identity", "restore", "--paper", "-", "--revoke-old", "--yes", *phrase)
    assert story.say("bert again", *restore, typed=" ".join(words))["revoked"]
    keep_vault(story, "bert again")
    # What is on a command line is seen: this looks for it, so that the search is known to work.
    story.say("cem", "message", "send", "Anna", SEEN, *phrase)


def keep_vault(story: Story, who: str) -> None:
    """Remember the keys in somebody's vault."""
    with open_vault(story.identity(who), Passphrase.of(PHRASE)) as vault:
        story.keep(f"{who}: device", bytes.fromhex(vault.fields["device"]))
        for number, one in enumerate(vault.fields.get("mail", {}).get("prekeys", ())):
            story.secrets[f"{who}: prekey {number}"] = one["secret"].encode()


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[Story, Onlooker]:
    story = Story(tmp_path_factory.mktemp("secrets"))
    onlooker = Onlooker()
    with onlooker.looking():
        story.say(
            "anna", "init", "--name", "Feuerwache", "--founder", "Anna", "--community", "Nordstadt"
        )
        with story.running():
            play(story)
            story.ask()
    keys = json.loads((story.home / "keys" / "node.json").read_text())
    story.keep("node seed", bytes.fromhex(keys["seed"]))
    story.keep("network key", bytes.fromhex(keys["network_key"]))
    story.keep_line("again", (story.directory / "invite.txt").read_text())
    story.secrets["passphrase"] = PHRASE.encode()
    story.secrets |= {name: text.encode() for name, text in TEXTS.items()}
    assert len(story.secrets) > 30
    return story, onlooker


def test_what_is_planted_is_found(told) -> None:
    story, _ = told
    for name, secret in story.secrets.items():
        assert name in story.found_in(b"18:47:25 debug " + secret + b" link=here")
    assert story.found_in(b"code=" + story.codes[0].encode())
    assert story.found_in(b"18:47:25 info object id=11082949 kind=7 link=here") == []


def test_no_secret_is_in_the_log_of_a_node_that_logs_everything(told) -> None:
    story, onlooker = told
    log = story.log.read_bytes()
    assert any(b"--log-level debug" in one for one in onlooker.seen)
    assert log.count(b"\n") > 10
    assert b"kind=12" in log
    assert story.found_in(log) == []


def test_no_secret_is_in_the_list_of_processes(told) -> None:
    story, onlooker = told
    seen = [one for one in onlooker.seen if b"meshnode" in one]
    kinds = [b" run ", b"identity restore", b"identity join", b"message send", b"invite person"]
    assert [kind for kind in kinds if not any(kind in one for one in seen)] == []
    assert any(SEEN.encode() in one for one in seen), "the onlooker does not see command lines"
    # The six digits are typed as an argument; they are worth nothing once they were typed.
    others = [one for one in seen if b"member admit" not in one]
    assert story.found_in(b"\n".join(others)) == []


def test_no_secret_is_in_any_document_of_the_node(told) -> None:
    story, _ = told
    for path, document in story.documents.items():
        assert len(document) > 2, path
        assert story.found_in(document) == [], path


def test_no_secret_of_a_person_is_in_a_file_of_the_node(told) -> None:
    story, _ = told
    keys = {f"{name}{form}" for name in ("node seed", "network key") for form in FORMS}
    files = [one for one in story.home.rglob("*") if one.is_file()]
    assert {"meshnode.db", "vault", "node.json"} <= {one.name for one in files}
    for path in files:
        # A node needs its own seed and the network key; everything else is not its business.
        may_have = keys if path.parent.name == "keys" else set()
        data = path.read_bytes()
        assert [one for one in story.found_in(data) if one not in may_have] == [], path.name
