"""Searching over the API: who finds what, and how the index keeps in step with the board."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from meshnode.api.app import admin_app, public_app
from meshnode.api.bulletins.sieves import HITS_MAX
from meshnode.api.door.doors import open_doors
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.calls.checkin import CheckInFields, CheckInHead, State, encode_checkin
from meshnode.board.finding.query import QUERY_CHARACTERS_MAX
from meshnode.board.trust.role import Role
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.commands.bulletins import finding
from meshnode.node.daemon import running_node
from meshnode.node.desks.indexing import Indexing
from meshnode.node.home import Home
from meshnode.node.languages import load_languages
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject
from tests.asking import got
from tests.community import signing_key
from tests.neighbourhood import configured, eventually
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
BERT = signing_key("bert")


def posted(
    here: ApiNode,
    key: SigningKey,
    text: str,
    *,
    title: str | None = None,
    kind: Kind = Kind.BULLETIN,
    category: str = "water",
    severity: Severity = Severity.INFO,
    age: int = 0,
) -> SignedObject:
    codec, body = encode_bulletin(BulletinFields(text, title, category, severity))
    return here.sign(key, kind, body, codec=codec, age=age)


def notice(here: ApiNode, target: SignedObject, act: Act, text: str = "") -> SignedObject:
    return here.notice(
        ANNA, target, encode_notice(NoticeFields(act, Reason.WRONG, target.id, text))
    )


@asynccontextmanager
async def village(directory: Path) -> AsyncIterator[ApiNode]:
    """A node with Anna, who moderates and coordinates, and Bert."""
    async with api_node(directory) as here:
        await here.take(
            here.certificate(ANNA, "Anna"),
            here.certificate(BERT, "Bert"),
            here.role(ANNA, Role.MODERATOR),
            here.role(ANNA, Role.COORDINATOR),
        )
        yield here


async def in_step(indexing: Indexing) -> None:
    await eventually(lambda: indexing.is_in_step, within_s=ANSWER_S)


async def found(here: ApiNode, query: str) -> Any:
    await in_step(here.node.service.search.indexing)
    document = await here.get(f"/search?{query}")
    assert_conforms(document, "Finds")
    return document


async def ids(here: ApiNode, query: str) -> list[str]:
    return [one["id"] for one in (await found(here, query))["finds"]]


async def strangers(here: ApiNode, query: str) -> list[str]:
    app = public_app(here.node.service, load_languages())
    status, body = await got(app, "/api/v1/search", query)
    assert status == 200, body
    return [one["id"] for one in json.loads(body)["finds"]]


def test_what_is_posted_is_found_with_what_matched(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            thing = posted(here, BERT, "Trinkwasser in der Bäckerstraße, ab 14 Uhr.", title="Wo?")
            drill = posted(here, ANNA, "Bäckerstraße räumen.", kind=Kind.DRILL, age=3)
            await here.take(thing, drill)
            document = await found(here, f"q={quote('baeckerstr 14')}")
            [one] = document["finds"]
            assert (document["total"], document["missing"]) == (1, 0)
            assert (one["id"], one["title"], one["author_name"]) == (thing.id.hex(), "Wo?", "Bert")
            marked = [part["text"] for part in one["parts"] if part["is_match"]]
            assert marked == ["Bäckerstraße", "14"]
            assert "".join(part["text"] for part in one["parts"]) == (
                "Trinkwasser in der Bäckerstraße, ab 14 Uhr."
            )
            assert await ids(here, "q=b%C3%A4ckerstra%C3%9Fe") == [thing.id.hex(), drill.id.hex()]
            [played] = (await found(here, "kind=drill&reader=de"))["finds"]
            assert (played["is_drill"], played["title"]) == (True, "ÜBUNG")
            lines = finding.lines([one, played])
            assert lines[1].endswith("Wo?: Trinkwasser in der «Bäckerstraße», ab «14» Uhr.")
            assert "DRILL" in lines[2]
            # In words of its category, in any language.
            assert await ids(here, "q=Wasser+Trinkw") == [thing.id.hex()]

    asyncio.run(play())


def test_what_moderation_hides_is_found_by_nobody_and_corrections_come_along(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            rumour = posted(here, BERT, "Das Wasser ist vergiftet.")
            wrong = posted(here, BERT, "Wasser bis 12 Uhr.", age=2)
            await here.take(rumour, wrong, notice(here, rumour, Act.HIDE))
            await here.take(notice(here, wrong, Act.CORRECT, "Bis 18 Uhr."))
            for asked in (ids, strangers):
                assert await asked(here, "q=vergiftet") == []
                assert await asked(here, "q=wasser") == [wrong.id.hex()]
                assert await asked(here, "") == [wrong.id.hex()]
            document = await found(here, "q=wasser")
            assert document["total"] == 1
            [correction] = document["finds"][0]["notices"]
            assert correction["text"] == "Bis 18 Uhr."
            assert "[corrected by Anna: Bis 18 Uhr.]" in finding.lines(document["finds"])[1]
            await here.take(notice(here, rumour, Act.RESTORE))
            for asked in (ids, strangers):
                assert await asked(here, "q=vergiftet") == [rumour.id.hex()]

    asyncio.run(play())


def test_strangers_do_not_find_who_needs_help(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            fields = CheckInFields(CheckInHead(State.URGENT), where="Gartenweg 3", text="Insulin")
            codec, body = encode_checkin(fields)
            call = here.sign(BERT, Kind.CHECKIN, body, codec=codec)
            await here.take(call, posted(here, BERT, "Insulin wird gesucht."))
            assert (await ids(here, "q=insulin"))[0] == call.id.hex()
            assert await ids(here, "kind=call&place=gartenweg") == [call.id.hex()]
            for query in ("q=insulin", "", "place=gartenweg", "kind=call"):
                assert call.id.hex() not in await strangers(here, query)
            assert len(await strangers(here, "q=insulin")) == 1

    asyncio.run(play())


def test_what_was_withdrawn_is_not_found_and_its_words_leave_the_file(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            thing = posted(here, BERT, "Zquxleby verkauft Kerzen.")
            other = posted(here, BERT, "Kerzen am Kiosk.", age=1)
            await here.take(thing, other)
            assert len(await ids(here, "q=kerzen")) == 2
            files = list(here.home.directory.glob("search.db*"))
            assert any(b"quxleby" in one.read_bytes() for one in files)
            withdrawal = here.sign(
                BERT, Kind.WITHDRAWAL, WITHDRAWAL_BODY, parent=thing.short_id, minutes=2 * 1440
            )
            await here.take(withdrawal)
            assert await ids(here, "q=kerzen") == [other.id.hex()]
            index = here.node.service.search.indexing.index
            assert index is not None
            for _ in range(400):
                if not await index.is_purge_due():
                    break
                await asyncio.sleep(0.02)
            files = list(here.home.directory.glob("search.db*"))
            assert not any(b"quxleby" in one.read_bytes() for one in files)

    asyncio.run(play())


def test_a_template_is_found_in_every_language_and_said_in_the_readers(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            wanted = {"template": {"id": "boil-water", "parameters": {"area": "Nordviertel"}}}
            status, document = await here.ask("POST", "/bulletins", wanted)
            assert status == 201, document
            for language in ("de", "en"):
                said = (await here.get(f"/bulletins/{document['id']}?language={language}"))["text"]
                word = max(said.split(), key=len).strip(".,:")
                query = f"q={quote(word)}"
                for reader in ("de", "en"):
                    answer = await found(here, f"{query}&reader={reader}&language=tr")
                    [one] = answer["finds"]
                    shown = "".join(part["text"] for part in one["parts"])
                    text = await here.get(f"/bulletins/{document['id']}?language={reader}")
                    assert shown.rstrip("…") in " ".join(text["text"].split())

    asyncio.run(play())


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("q=" + "x" * (QUERY_CHARACTERS_MAX + 1), "q"),
        ("place=" + "x" * (QUERY_CHARACTERS_MAX + 1), "place"),
        ("kind=circle", "kind"),
        ("category=Wasser", "category"),
        ("severity=bad", "severity"),
        ("language=deutsch", "language"),
        ("reader=xx", "reader"),
        ("limit=0", "limit"),
        (f"limit={HITS_MAX + 1}", "limit"),
        ("offset=-1", "offset"),
        ("hidden=true", "hidden"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path: Path, query: str, what: str) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await in_step(here.node.service.search.indexing)
            status, document = await here.ask("GET", f"/search?{query}")
            assert status == 400
            assert what in document["error"]["message"]
            most = f"q={'x' * QUERY_CHARACTERS_MAX}&limit={HITS_MAX}"
            assert (await here.ask("GET", f"/search?{most}"))[0] == 200

    asyncio.run(play())


def test_lists_can_be_sieved(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            water = posted(here, BERT, "Wasser am Tor.", age=300)
            storm = posted(here, ANNA, "Sturm!", category="weather", severity=Severity.SEVERE)
            drill = posted(here, ANNA, "Sirene.", category="safety", kind=Kind.DRILL, age=1)
            own = posted(here, BERT, "Chor.", category="chor-probe", age=2)
            await here.take(water, storm, drill, own)
            await in_step(here.node.service.search.indexing)
            anna = (await here.get("/members/Anna"))["fingerprint"]

            async def listed(query: str) -> list[str]:
                document = await here.get(f"/bulletins?{query}")
                assert_conforms(document, "Bulletins")
                assert document["total"] == len(document["bulletins"])
                return [one["id"] for one in document["bulletins"]]

            for query, things in (
                ("", [storm, drill, own, water]),
                ("category=water", [water]),
                ("category=chor-probe", [own]),
                ("severity=severe", [storm]),
                ("severity=info", [storm, drill, own, water]),
                ("kind=drill", [drill]),
                (f"author={anna}", [storm, drill]),
                ("since_s=3600", [storm, drill, own]),
                ("text=tor+wasser", [water]),
                (f"text=s&author={anna}&kind=bulletin", [storm]),
                ("text=...", []),
            ):
                assert await listed(query) == [one.id.hex() for one in things], query
            for query in ("since_s=0", "author=anna", "kind=offer", "severity=x", "category=X"):
                assert (await here.ask("GET", f"/bulletins?{query}"))[0] == 400, query

    asyncio.run(play())


def test_after_a_restart_nothing_is_read_again_and_a_lost_index_is_made_anew(
    tmp_path: Path,
) -> None:
    async def counted(home: Home) -> int:
        async with running_node(home, configured(home), doors=open_doors) as node:
            indexing = node.service.search.indexing
            await in_step(indexing)
            assert indexing.missing_count == 0
            assert indexing.index is not None
            held = {one.id for one in node.service.noticeboard.page().views}
            assert {one async for one in indexing.index.ids()} == held
            return indexing.decoded_count

    async def play() -> None:
        async with village(tmp_path) as here:
            await here.take(*(posted(here, BERT, f"Wort {at}", age=at) for at in range(30)))
            await in_step(here.node.service.search.indexing)
            home = here.home
        assert await counted(home) == 0
        home.search.unlink()
        assert await counted(home) == 30
        with sqlite3.connect(home.search) as index:
            index.execute("DELETE FROM pages WHERE number IN (3, 4)")
        index.close()
        assert await counted(home) == 2
        home.search.write_bytes(b"garbage" * 9999)
        assert await counted(home) == 30

    asyncio.run(play())


def test_an_index_found_damaged_while_it_is_asked_is_made_anew(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            await here.take(*(posted(here, BERT, f"Wort {at}", age=at) for at in range(20)))
            indexing = here.node.service.search.indexing
            await in_step(indexing)
            before = indexing.decoded_count
            indexing.report_damage()
            assert indexing.index is None
            assert len((await here.get("/bulletins"))["bulletins"]) == 20
            document = await here.get("/search?q=wort")
            assert document["total"] == 20 or document["missing"] != 0
            await eventually(lambda: indexing.decoded_count > before, within_s=ANSWER_S)
            assert len(await ids(here, "q=wort")) == 20

    asyncio.run(play())


def test_a_node_whose_index_cannot_be_kept_runs_and_says_so(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            home = here.home
        for part in home.directory.glob("search.db*"):
            part.unlink()
        home.search.mkdir()
        async with running_node(home, configured(home), doors=open_doors) as node:
            indexing = node.service.search.indexing
            await eventually(lambda: indexing.problem is not None, within_s=ANSWER_S)
            answer = await got(admin_app(node.service, load_languages()), "/api/v1/search", "q=x")
            assert answer[0] == 503
            problems = (await node.service.status()).problems
            assert any("search.db" in one for one in problems)

    asyncio.run(play())


def test_news_that_were_lost_are_made_up_for(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            indexing = here.node.service.search.indexing
            await in_step(indexing)
            things = [posted(here, BERT, f"Wort {at}", age=at) for at in range(12)]
            await here.take(*things)
            watcher = indexing._watcher
            assert watcher is not None
            watcher.drain()
            watcher.lost_count += 1
            await here.take(posted(here, BERT, "Zuletzt"))
            await in_step(indexing)
            assert len(await ids(here, "q=wort")) == 12
            assert len(await ids(here, "q=zuletzt")) == 1

    asyncio.run(play())
