"""The paper loop at the command line: printed here, scanned on a node that never heard of it."""

import asyncio
import csv
import json
from io import StringIO
from pathlib import Path

from tests.interop.village import Person, Village, run, village
from tests.unit.press.printed import texts


def test_what_was_printed_here_verifies_on_a_node_that_never_heard_of_it(tmp_path: Path) -> None:
    asyncio.run(_play(tmp_path))


async def _play(directory: Path) -> None:
    async with village(directory, ("Feuerwache", "Schule"), loss=0) as town:
        town.part("Schule")
        anna, bert = await _begin(town)
        await _print_and_scan(town, anna, bert, directory)
        await _refuse_what_is_damaged(anna, bert)
        await _take_a_table(anna, directory)
        await _take_back(anna, bert)


async def _begin(town: Village) -> tuple[Person, Person]:
    """Anna's node and Bert's, which the radio never joins."""
    station, school = town.places["Feuerwache"], town.places["Schule"]
    anna, bert = town.person("Anna", "Feuerwache"), town.person("Bert", "Schule")
    await anna.type("init", "--name", "Feuerwache", "--founder", "Anna", "--community", "Nord")
    invite = (await anna.type("invite", "node"))["invite"]
    words = ("--home", str(school.home), "init", "--name", "Schule", "--join", "-", "--json")
    done = await run(*words, stdin=invite)
    assert done.code == 0, done.err
    await station.start()
    await school.start()
    await anna.type("role", "grant", "Anna", "coordinator")
    return anna, bert


async def _print_and_scan(town: Village, anna: Person, bert: Person, directory: Path) -> None:
    posted = await anna.type(
        *("bulletin", "post", "Wasser ab 14 Uhr", "--severity", "severe", "--title", "Wasser")
    )
    wrong = await anna.type("bulletin", "post", "Es gibt kein Brot")
    await anna.type("moderate", "correct", wrong["id"], "Es gibt Brot.", "--reason", "rumour")
    sheet = directory / "board.pdf"
    printed = await anna.type("print", "board", "--output", str(sheet), "--language", "de")
    assert printed["items"] == 2
    everything = " ".join(texts(sheet.read_bytes()))
    for said in ("Wasser ab 14 Uhr", posted["id"][:8], "Es gibt Brot.", "Feuerwache"):
        assert said in everything

    exported = await anna.type("object", "export", posted["id"], wrong["id"])
    lines = [line for one in exported for line in one["lines"]]
    scanned = "\n".join(reversed(lines)).lower()
    taken = await bert.type("object", "import", stdin=scanned)
    assert taken["unusable"] == []
    assert {one["state"] for one in taken["objects"]} <= {"taken", "known"}
    board = {one["id"]: one for one in await bert.type("bulletin", "list")}
    assert board.keys() == {posted["id"], wrong["id"]}
    assert [one["act"] for one in board[wrong["id"]]["notices"]] == ["correct"]
    again = await bert.type("object", "import", stdin=scanned)
    assert {one["state"] for one in again["objects"]} == {"known"}
    item = directory / "item.pdf"
    await bert.type("print", "item", posted["id"][:8], "--output", str(item))
    assert "Wasser ab 14 Uhr" in texts(item.read_bytes())[0]


async def _refuse_what_is_damaged(anna: Person, bert: Person) -> None:
    posted = await anna.type("bulletin", "post", "Noch etwas")
    exported = await anna.type("object", "export", posted["id"])
    line = exported[0]["lines"][0]
    changed = line[:40] + ("A" if line[40] != "A" else "B") + line[41:]
    answer = await bert.type("object", "import", stdin=changed, code=4)
    assert answer["objects"] == []
    assert len(answer["unusable"]) == 1
    nothing = await bert.type("object", "import", stdin="no line at all", code=2)
    assert "MN1:" in nothing["error"]["message"]


async def _take_a_table(anna: Person, directory: Path) -> None:
    table = directory / "table.csv"
    table.write_text("text,expires\n=Suppe um 12,1d\nzu lang,90d\n", encoding="utf-8")
    refused = await anna.type("import", str(table), "--post", code=2)
    assert not refused["posted"]
    done = await anna.type("import", str(table), "--post", "--skip-bad", code=7)
    (posted,) = [one["id"] for one in done["lines"] if one["id"]]
    again = await anna.type("import", str(table), "--post", "--skip-bad", code=7)
    assert not any(one["id"] for one in again["lines"])
    copy = (directory / "table.posted.csv").read_text(encoding="utf-8")
    assert "'=Suppe um 12" in copy

    home = ("--home", str(anna.place.home))
    whole = await run(*home, "export", "--format", "csv")
    rows = list(csv.DictReader(StringIO(whole.out)))
    assert "'=Suppe um 12" in {one["text"] for one in rows if one["id"] == posted}
    lines = await run(*home, "export", "--format", "jsonl")
    assert {json.loads(one)["id"] for one in lines.out.splitlines()} == {one["id"] for one in rows}
    for what in ("offers", "places", "meetups", "slots", "calls"):
        empty = await run(*home, "export", "--what", what)
        assert empty.code == 0, empty.err
        assert empty.out.startswith("id,")


async def _take_back(anna: Person, bert: Person) -> None:
    """What was withdrawn where it is scanned is refused, with what to do about the paper."""
    posted = await anna.type("bulletin", "post", "Gleich überholt")
    exported = await anna.type("object", "export", posted["id"])
    await anna.type("bulletin", "withdraw", posted["id"])
    lines = "\n".join(exported[0]["lines"])
    answer = await anna.type("object", "import", stdin=lines, code=7)
    (refused,) = [one for one in answer["objects"] if one["state"] == "refused"]
    assert "Take the printed one down." in refused["message"]
