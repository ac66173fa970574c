"""Templates from the command line of a real daemon to its list, its pages and its API."""

import asyncio
import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import date

import pytest

from meshnode.api.documents import bulletin_document
from meshnode.board.bulletins.templates import TEMPLATES
from meshnode.node.daemon import RunningNode
from meshnode.node.home import Home
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.protocol.object import Kind
from tests.faults.test_daemon_kill import meshnode
from tests.interop.test_cli import Running
from tests.neighbourhood import (
    configured,
    eventually,
    found_community,
    listening_url,
    running,
)
from tests.oneday import on_one_day
from tests.patience import ANSWER_S, STOP_S, WIRE_S

WATER = ("--template", "water", "--place", "Nordmarkt", "--from", "today 14:00", "--to", "18:00")


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("templates") / "node"
    assert meshnode(home, "init", "--name", "Nordmarkt").returncode == 0
    running = Running(home)
    assert running.run("role", "grant", "Nordmarkt", "coordinator").returncode == 0
    yield running
    running.process.terminate()
    assert running.process.wait(STOP_S) == 0


def call(node: Running, method: str, path: str, document: object = None):
    """Return status and JSON of a request on the daemon's UNIX socket."""
    connection = http.client.HTTPConnection("localhost", timeout=ANSWER_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    here = os.open(node.home, os.O_PATH)
    try:
        connection.sock.connect(f"/proc/self/fd/{here}/api.sock")
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()
        os.close(here)


def test_a_template_is_posted_and_read_in_both_languages(node: Running) -> None:
    def play(_: date) -> None:
        posted = node.json("bulletin", "post", *WATER, "--litres", "20")
        assert posted["template"]["id"] == "water"
        assert posted["template"]["parameters"]["litres"] == 20
        assert (posted["category"], posted["severity"], posted["title"]) == ("water", "minor", None)
        german = node.json("bulletin", "show", posted["id"], "--language", "de")["text"]
        english = node.json("bulletin", "show", posted["id"], "--language", "en")["text"]
        assert german.startswith("Trinkwasser: Nordmarkt, heute von 14 Uhr bis 18 Uhr. 20 Liter")
        assert english.startswith("Drinking water: Nordmarkt, today from 2 pm to 6 pm. 20 litres")
        assert german in node.run("bulletin", "list", "--language", "de").stdout
        assert german in node.fetch("/board?lang=de")[2]
        assert english in node.fetch("/board", **{"Accept-Language": "en-GB,en;q=0.9"})[2]
        assert german in node.fetch(f"/bulletins/{posted['id']}?lang=de")[2]
        status, _, body = node.fetch(f"/api/v1/bulletins/{posted['id']}?language=de")
        assert (status, json.loads(body)["text"]) == (200, german)
        assert node.json("bulletin", "withdraw", posted["id"])["template"] == posted["template"]

    on_one_day(play)


def test_the_language_comes_from_the_environment(node: Running) -> None:
    posted = node.json("bulletin", "post", "--template", "all-clear", "--what", "power")
    command = [sys.executable, "-m", "meshnode", "--home", str(node.home), "bulletin", "list"]
    for variables, word in (
        ({"LANG": "de_DE.UTF-8"}, "Entwarnung"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "All clear"),
        ({"LANG": "tr_TR.UTF-8"}, "Tehlike geçti"),
        ({"LANG": "pl_PL.UTF-8"}, "All clear"),
        ({"LANG": "de_DE.UTF-8@simple"}, "Die Gefahr ist vorbei"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "pl:uk:en"}, "Небезпека минула"),
    ):
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("LC_") and name not in ("LANG", "LANGUAGE")
        }
        done = subprocess.run(
            command, env={**clean, **variables}, capture_output=True, text=True, check=True
        )
        assert word in done.stdout
    node.json("bulletin", "withdraw", posted["id"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--template", "watr"), "Did you mean water?"),
        (("--template", "water", "--place", "x"), "from is missing"),
        ((*WATER, "--litres", "many"), "litres: 'many' is not possible; it is a whole number"),
        ((*WATER, "--place", "a\nb"), "place: 'a\\nb' is not possible"),
        ((*WATER, "--beer", "3"), "No such option '--beer'"),
        (("--template", "food", "--kind", "caviar"), "'--kind': 'caviar' is not one of"),
        ((*WATER, "a text"), "has no TEXT"),
        ((*WATER, "--title", "a title"), "no --title"),
        (("--place", "x"), "No such option '--place'"),
        ((), "Missing argument 'TEXT'"),
        ((*WATER, "--expires", "3w"), "to 14 days"),
    ],
)
def test_a_mistake_is_said_in_one_sentence_and_ends_with_code_2(
    node: Running, words: tuple[str, ...], expected: str
) -> None:
    done = node.run("bulletin", "post", *words)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_no_control_character_reaches_board_or_terminal(node: Running) -> None:
    posted = node.json("bulletin", "post", *WATER, "--place", "Nord\x1b[31m\u202emarkt <b>")
    assert posted["template"]["parameters"]["place"] == "Nord[31mmarkt <b>"
    assert "\x1b" not in node.run("bulletin", "list").stdout
    assert "Nord[31mmarkt &lt;b&gt;" in node.fetch("/board?lang=en")[2]
    node.json("bulletin", "withdraw", posted["id"])


def test_the_templates_can_be_listed_without_a_node(tmp_path) -> None:
    listed = meshnode(tmp_path / "none", "bulletin", "templates", "--language", "de")
    assert listed.returncode == 0
    lines = [line.strip() for line in listed.stdout.splitlines()]
    for template in TEMPLATES:
        assert any(line.startswith(f"{template.identifier}  ") for line in lines)
    done = meshnode(tmp_path / "none", "bulletin", "templates", "--json")
    assert [one["id"] for one in json.loads(done.stdout)] == [one.identifier for one in TEMPLATES]


def test_every_listed_line_can_be_copied(node: Running) -> None:
    listed = node.run("bulletin", "templates").stdout
    commands = re.findall(r"^ +meshnode bulletin post (.+)$", listed, re.MULTILINE)
    assert len(commands) == len(TEMPLATES)
    for template, command in list(zip(TEMPLATES, commands, strict=True))[::5]:
        words = [one.strip('"') for one in re.findall(r'"[^"]+"|\S+', command)]
        posted = node.json("bulletin", "post", *words)
        assert posted["template"]["id"] == template.identifier
        node.json("bulletin", "withdraw", posted["id"])


def test_the_help_of_a_template_names_its_parameters(node: Running) -> None:
    shown = node.run("bulletin", "post", "--template", "food", "--help").stdout
    for word in ("--place", "--from TIME", "--to TIME", "--kind", "baby-food", "[required]"):
        assert word in shown
    assert "--litres" not in shown


def test_the_api_takes_templates_and_names_what_is_wrong(node: Running) -> None:
    parameters = {"place": "x", "from": "2h", "to": "18:00"}
    cases = [
        ({"template": {"id": "water", "parameters": parameters}}, 422, "from: '2h'"),
        ({"template": {"id": "water", "parameters": {"place": True}}}, 400, "place must be a text"),
        ({"template": {"id": "water", "parameters": []}}, 400, "parameters must be an object"),
        ({"template": {"id": "beer"}}, 422, "no template 'beer'"),
        ({"template": {"number": 1}}, 400, "Unknown field in template 'number'"),
        ({"template": "water"}, 400, "template must be an object"),
        ({"template": {"id": "water"}, "text": "x"}, 400, "Unknown field beside a template 'text'"),
        ({"template": {"id": "x" * 9000}}, 422, "no template"),
        ({}, 400, '"text" is missing'),
    ]
    for document, status, message in cases:
        answer = call(node, "POST", "/api/v1/bulletins", document)
        assert answer[0] == status, answer
        assert message in answer[1]["error"]["message"]
        assert len(answer[1]["error"]["message"]) < 600
    assert call(node, "GET", "/api/v1/bulletins?language=xx")[0] == 400


def test_what_the_api_shows_can_be_posted_again(node: Running) -> None:
    given = {"place": "x", "from": "+1h", "to": "+3h", "each": "2h"}
    wanted = {"template": {"id": "charging", "parameters": given}, "severity": "severe"}
    status, posted = call(node, "POST", "/api/v1/bulletins?language=de", wanted)
    assert (status, posted["severity"]) == (201, "severe")
    assert "höchstens 2 Stunden" in posted["text"]
    shown = {key: posted["template"][key] for key in ("id", "parameters")}
    status, again = call(node, "POST", "/api/v1/bulletins?language=de", {"template": shown})
    assert status == 201
    assert (again["text"], again["severity"]) == (posted["text"], "info")
    for one in (posted, again):
        node.json("bulletin", "withdraw", one["id"], "--as-node")


def test_the_description_names_every_template_and_every_reference_leads_somewhere(
    node: Running,
) -> None:
    document = json.loads(node.fetch("/api/v1/openapi.json")[2])
    schemas = document["components"]["schemas"]
    offered = [one["properties"]["id"]["const"] for one in schemas["NewTemplate"]["oneOf"]]
    assert offered == [one.identifier for one in TEMPLATES]
    references = re.findall(r"#/components/schemas/(\w+)", json.dumps(document))
    assert set(references) <= schemas.keys()
    (language,) = document["paths"]["/api/v1/watch"]["get"]["parameters"]
    assert language["schema"]["enum"] == list(LANGUAGES)
    listed = json.loads(node.fetch("/api/v1/templates?language=de")[2])["templates"]
    assert [one["id"] for one in listed] == offered
    assert listed[0]["title"] == "Trinkwasserausgabe"
    assert listed[0].keys() == schemas["Template"]["properties"].keys()
    assert listed[0]["parameters"][0].keys() == schemas["TemplateParameter"]["properties"].keys()


def test_a_template_of_a_later_version_is_passed_on_and_said_to_be_one(tmp_path) -> None:
    async def play() -> None:
        homes = found_community(tmp_path, ["newer", "between", "far"])
        async with AsyncExitStack() as stack:

            async def start(home: Home, *peers: str) -> RunningNode:
                config = configured(home, listen="127.0.0.1:0", peers=list(peers))
                return await stack.enter_async_context(running(home, config))

            newer = await start(homes[0])
            between = await start(homes[1], await listening_url(newer))
            far = await start(homes[2], await listening_url(between))
            service = newer.service
            posted = await service.voice.say(
                Kind.BULLETIN,
                5,
                b"\x89\xfa\x00\xff?",
                minutes=60,
                created_min=service.voice.creation_minute(),
            )
            await eventually(
                lambda: len(far.service.noticeboard.page().views) == 1, within_s=WIRE_S
            )
            (view,) = far.service.noticeboard.page().views
            assert view.id == posted.id
            reader = far.service.reader(load_language("en"))
            document = bulletin_document(view, reader, minute=far.service.minute)
            assert document["text"].startswith("This node is too old to show this bulletin.")
            assert document["template"] == {"number": 250, "id": None, "parameters": None}
            assert (document["category"], document["severity"]) == ("power", "severe")

    asyncio.run(play())


def test_the_watch_speaks_the_language_too(node: Running) -> None:
    command = [sys.executable, "-u", "-m", "meshnode", "--home", str(node.home), "watch"]
    with subprocess.Popen(
        [*command, "--language", "de"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stderr is not None
        assert watch.stdout is not None
        assert "Watching" in watch.stderr.readline()
        posted = node.json("bulletin", "post", "--template", "all-clear", "--what", "power")
        assert "Entwarnung: Der Strom ist wieder da." in watch.stdout.readline()
        watch.terminate()
    node.json("bulletin", "withdraw", posted["id"])
