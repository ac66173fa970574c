"""Official alerts and updates on the command line, against a real node."""

import csv
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest

from meshnode.board.official.cap import parse_cap
from meshnode.board.official.warning import CapSeverity, MessageType, Status
from tests.household import Household, Person, running
from tests.patience import ANSWER_S
from tests.unit.board.official.samples import REGION, cap, dashed, detail, encoded
from tests.unit.node.feedserver import serving

SOON = ("--expires", "1h")
POLL_S = 0.1
FOUND_S = 30.0


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("alerts")).running() as running_house:
        yield running_house


@pytest.fixture(scope="module")
def irma(house: Household) -> Person:
    """Somebody who passes alerts on."""
    person = house.member("Irma")
    house.anna.json("role", "grant", "Irma", "importer")
    return person


def minute_now() -> int:
    return int((datetime.now(UTC) - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds() // 60)


def file_of(directory: Path, data: bytes, name: str = "alert.xml") -> str:
    path = directory / name
    path.write_bytes(data)
    return str(path)


def test_an_alert_comes_by_stick_once_and_both_who_brought_it_are_named(house, irma, tmp_path):
    now = minute_now()
    stick = file_of(tmp_path, cap("stick-1", sent=now, expires=now + 300))
    bert = house.member("Bert")
    assert "importer" in bert.refusal("alert", "import", stick, code=4)
    done = irma.json("alert", "import", stick)
    (alert,) = done["ids"]
    assert irma.json("alert", "import", stick) == {"ids": [], "passed_over": {"known": 1}}
    assert "here already" in irma.run("alert", "import", stick).stderr
    shown = bert.run("alert", "show", alert[:8]).stdout
    assert "Official, by Wetteramt Musterstadt" in shown
    assert "passed on by Irma" in shown
    assert "Valid from" in shown
    assert [one["id"] for one in bert.json("alert", "list")] == [alert]
    change = cap("stick-2", sent=now, expires=now + 400, msg_type="Update", headline="Orkan",
                 references=f"wetter@example.org,stick-1,{now}")  # fmt: skip
    (updated,) = irma.json("alert", "import", file_of(tmp_path, change))["ids"]
    view = bert.json("bulletin", "show", alert[:8])
    assert (view["id"], view["is_update"], view["title"]) == (updated, True, "Orkan")
    clear = cap("stick-3", sent=now, msg_type="Cancel",
                references=f"wetter@example.org,stick-2,{now}")  # fmt: skip
    irma.json("alert", "import", file_of(tmp_path, clear))
    (over,) = bert.json("alert", "list")
    assert over["provenance"]["state"] == "all-clear"
    assert over["title"].startswith("Aufgehoben: ")
    assert "official all-clear" in bert.run("bulletin", "list").stdout


def test_wherever_an_alert_is_read_it_says_its_sources_end_and_what_became_of_it(
    house, irma, tmp_path
):
    now = minute_now()
    stick = file_of(tmp_path, cap("ends-1", sent=now, expires=now + 400, headline="Hochwasser"))
    (posted,) = irma.json("alert", "import", stick)["ids"]
    view = irma.json("alert", "show", posted)
    ends = datetime.fromisoformat(view["provenance"]["ends"])
    assert datetime.fromisoformat(view["expires"]) > ends, "the object is held for longer"
    assert 390 * 60 < view["expires_in_s"] <= 400 * 60
    assert " in 7 h " in irma.run("alert", "list").stdout
    assert "official severe" in found_at_last(irma, posted)
    (find,) = irma.json("search", "Hochwasser")["finds"]
    assert (find["state"], find["expires_in_s"]) == ("in-force", view["expires_in_s"])
    (row,) = [one for one in exported(irma) if one["id"] == posted]
    assert datetime.fromisoformat(row["expires"]) == ends
    assert "passed on by Irma" in on_paper(irma, posted, tmp_path)
    assert f"valid until {ends.astimezone(ZoneInfo('Europe/Berlin')):%a %d.%m.%Y, %H:%M}" in (
        on_paper(irma, posted, tmp_path)
    )
    assert "Official: Wetteramt Musterstadt. Passed on by Irma, " in atom_of(irma)
    # What left the board as a file comes back as nothing new, on this stick or on another.
    file = tmp_path / "exported.xml"
    file.write_text(irma.run("alert", "export").stdout, encoding="utf-8")
    count = len(irma.json("alert", "list"))
    assert file.read_text("utf-8").count("<?xml") == count > 1
    assert irma.json("alert", "import", str(file))["ids"] == []
    clear = cap("ends-2", sent=now, msg_type="Cancel", headline="Hochwasser",
                references=f"wetter@example.org,ends-1,{now}")  # fmt: skip
    (over,) = irma.json("alert", "import", file_of(tmp_path, clear))["ids"]
    assert "official all-clear" in found_at_last(irma, over)
    assert "No longer in force" in on_paper(irma, over, tmp_path)
    assert "Warning" not in on_paper(irma, over, tmp_path)
    assert "No longer in force: Wetteramt Musterstadt: Aufgehoben: Hochwasser" in atom_of(irma)
    (row,) = [one for one in exported(irma) if one["id"] == over]
    assert row["state"] == "all-clear"


def found_at_last(person: Person, thing: str) -> str:
    """Return what a search says once it finds a thing, which is read beside all else."""
    until_s = time.monotonic() + FOUND_S
    while (said := person.run("search", "Hochwasser")).returncode == 0:
        if thing[:8] in said.stdout:
            return str(said.stdout)
        assert time.monotonic() < until_s, said.stdout
        time.sleep(0.1)
    raise AssertionError(said.stderr)


def exported(person: Person) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(person.run("export").stdout)))


def atom_of(person: Person) -> str:
    return person.run("export", "--format", "atom").stdout


def on_paper(person: Person, thing: str, directory: Path) -> str:
    sheet = directory / "sheet.pdf"
    person.run("print", "item", thing, "--output", str(sheet))
    return " ".join(pypdf.PdfReader(sheet).pages[0].extract_text().split())


def test_what_is_no_alert_says_so(house, irma, tmp_path):
    for data in (b"", b"<html></html>", b"{}", cap()[:200]):
        refused = irma.refusal("alert", "import", file_of(tmp_path, data), code=2)
        assert "no document of official alerts" in refused
    assert "not pass official alerts on" in house.anna.refusal(
        "alert", "import", file_of(tmp_path, cap()), "--as-node", code=4
    )


def test_what_stands_on_the_board_leaves_as_cap(house, irma):
    words = ("bulletin", "post", "Gas in der Hafenstr. Bitte <weg>!", "--severity", "severe", *SOON)
    posted = house.anna.json(*words, "--category", "safety")["id"]
    alert = parse_cap(irma.run("bulletin", "show", posted, "--cap").stdout.encode())
    assert (alert.severity, alert.status) == (CapSeverity.SEVERE, Status.ACTUAL)
    assert alert.sender == "Anna@Nord.meshnode"
    assert alert.description == "Gas in der Hafenstr. Bitte <weg>!"
    assert alert.areas[0].name == "Nord"
    drill = house.anna.json("bulletin", "post", "Alle raus", "--drill", *SOON)["id"]
    practised = parse_cap(irma.run("alert", "export", drill).stdout.encode())
    assert practised.status is Status.EXERCISE
    house.anna.json("bulletin", "update", posted, "Kein Gas mehr")
    again = parse_cap(irma.json("alert", "export", posted)[0]["cap"].encode())
    assert again.message_type is MessageType.UPDATE
    assert again.references[0].endswith(posted[:8])
    house.anna.json("bulletin", "withdraw", posted)
    words = ("bulletin", "post", "--template", "power-out", "--area", "Hafenstr. 1-9", *SOON)
    templated = house.anna.json(*words)["id"]
    with_area = parse_cap(irma.run("alert", "export", templated).stdout.encode())
    assert [one.name for one in with_area.areas] == ["Hafenstr. 1-9, Nord"]
    house.anna.json("bulletin", "withdraw", templated)


def test_an_author_says_a_bulletin_anew_and_takes_it_back_by_either_id(house, irma):
    posted = irma.json("bulletin", "post", "Suppe um sechs", "--title", "Essen", *SOON)["id"]
    done = irma.run("bulletin", "update", posted[:8], "Suppe um sieben", "--expires", "3h")
    assert done.returncode == 0, done.stderr
    updated = done.stdout.strip()
    view = irma.json("bulletin", "show", posted[:8])
    assert (view["id"], view["text"], view["title"]) == (updated, "Suppe um sieben", "Essen")
    assert (view["root"], view["is_update"]) == (posted[:8], True)
    assert "updated " in irma.run("bulletin", "list").stdout
    assert posted not in {one["id"] for one in irma.json("bulletin", "list")}
    shorter = irma.refusal("bulletin", "update", posted, "x", "--expires", "1h", code=2)
    assert "ends no earlier" in shorter
    assert "Only Irma can update" in house.anna.refusal("bulletin", "update", posted, "x", code=4)
    assert "what is to change" in irma.refusal("bulletin", "update", posted, code=2)
    assert "coordinator" in irma.refusal(
        "bulletin", "update", posted, "--severity", "severe", code=4
    )
    irma.json("bulletin", "update", updated, "--title", "")
    assert irma.json("bulletin", "show", posted)["title"] is None
    irma.json("bulletin", "withdraw", posted[:8])
    irma.refusal("bulletin", "show", posted, code=3)
    irma.refusal("bulletin", "show", updated, code=3)


def test_the_node_updates_and_withdraws_what_it_signed(house, irma):
    posted = house.anna.json("bulletin", "post", "Strom ab acht", "--as-node", *SOON)["id"]
    assert "--as-node" in irma.refusal("bulletin", "update", posted, "x", code=4)
    house.anna.json("bulletin", "update", posted, "Strom ab neun", "--as-node")
    assert house.anna.json("bulletin", "show", posted)["text"] == "Strom ab neun"
    house.anna.json("bulletin", "withdraw", posted, "--as-node")
    house.anna.refusal("bulletin", "show", posted, code=3)


def test_a_moderator_corrects_hides_and_erases_what_was_updated(house, irma):
    mora = house.member("Mora")
    house.anna.json("role", "grant", "Mora", "moderator")
    posted = irma.json("bulletin", "post", "Die Brunnen sind vergiftet", *SOON)["id"]
    mora.json("moderate", "correct", posted, "Das Wasser ist gut")
    irma.json("bulletin", "update", posted, "Alle Brunnen sind vergiftet")
    view = irma.json("bulletin", "show", posted)
    assert [one["text"] for one in view["notices"]] == ["Das Wasser ist gut"]
    mora.json("moderate", "hide", posted[:8], "--reason", "rumour")
    irma.json("bulletin", "update", posted, "Wirklich alle")
    assert irma.json("bulletin", "show", posted)["is_hidden"]
    mora.json("moderate", "erase", posted[:8], "--reason", "private", "--yes")
    irma.refusal("bulletin", "show", posted, code=3)


def test_a_node_with_the_role_fetches_by_itself(tmp_path):
    house = Household(tmp_path)
    sent = datetime.now(UTC).isoformat(timespec="seconds")
    with serving() as served:
        served.pages |= {
            f"/dashboard/{REGION}.json": encoded([{**dashed(), "sent": sent}]),
            f"/warnings/{dashed()['id']}.json": encoded(detail(sent=sent)),
        }
        config = house.home / "config.toml"
        text = config.read_text(encoding="utf-8").replace(
            "feeds = []\n", f'feeds = ["nina={served.url}"]\n', 1
        )
        config.write_text(text.replace("regions = []", f'regions = ["{REGION}"]'), "utf-8")
        with running(house.home):
            house.anna.json("role", "grant", "Feuerwache", "importer")
            feeds = _until_answered(house.anna)
            assert feeds["refusal"] is None
            assert (feeds["feeds"][0]["name"], feeds["feeds"][0]["signed"]) == ("nina", 1)
            assert "nina" in house.anna.run("alert", "feeds").stdout
            (alert,) = house.anna.json("alert", "list")
            assert alert["author_name"] == "Feuerwache"


def _until_answered(person: Person) -> dict:
    """Wait for the first look, which is some seconds after the start."""
    until_s = time.monotonic() + ANSWER_S
    while True:
        feeds = person.json("alert", "feeds")
        if feeds["feeds"][0]["signed"]:
            return feeds
        assert time.monotonic() < until_s, feeds
        time.sleep(POLL_S)
