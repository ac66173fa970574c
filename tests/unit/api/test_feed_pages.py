"""The feeds of a running node, as any program in its Wi-Fi gets them."""

import asyncio
from pathlib import Path
from xml.etree import ElementTree

from meshnode.api.app import public_app
from meshnode.api.feed.atom import NAMESPACE
from meshnode.board.bulletins.notice import Act
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.timetable import Timetable
from meshnode.node.languages import load_languages
from meshnode.protocol.object import Kind
from tests.asking import got
from tests.community import ANNA, BERT
from tests.unit.api.apinode import ApiNode
from tests.unit.api.test_board import notice, posted, village


async def page(here: ApiNode, path: str, query: str = "") -> tuple[int, str]:
    return await got(public_app(here.node.service, load_languages()), path, query)


def contents(feed: str) -> list[str]:
    root = ElementTree.fromstring(feed.encode())  # noqa: S314  Our own.
    return [one.text or "" for one in root.findall(f".//{{{NAMESPACE}}}content")]


def test_the_feed_has_what_is_on_the_board_and_nothing_that_is_hidden(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            seen = posted(here, BERT, "Wasser ab 14 Uhr")
            hidden = posted(here, BERT, "Geheim")
            wrong = posted(here, BERT, "Kein Brot", kind=Kind.DRILL)
            await here.take(seen, hidden, wrong)
            await here.take(notice(here, ANNA, hidden, Act.HIDE))
            status, feed = await page(here, "/feed.atom", "lang=de")
            assert status == 200
            shown = contents(feed)
            assert "Wasser ab 14 Uhr" in shown
            assert not any("Geheim" in one for one in shown)
            assert 'xml:lang="de"' in feed
            assert f"http://localhost/bulletins/{seen.id.hex()}" in feed
            _, english = await page(here, "/feed.atom", "lang=en")
            assert "DRILL" in english

    asyncio.run(play())


def test_meetups_are_a_calendar(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            start = here.minute + 600
            fields = MeetupFields(Timetable(start, 90), "Kaffee", "Gemeindehaus, Saal 2")
            codec, body = encode_meetup(fields)
            thing = here.sign(BERT, Kind.MEETUP, body, codec=codec, minutes=2 * 1440)
            await here.take(thing)
            status, made = await page(here, "/meetups.ics")
            assert status == 200
            lines = made.replace("\r\n ", "").split("\r\n")
            assert "SUMMARY:Kaffee" in lines
            assert r"LOCATION:Gemeindehaus\, Saal 2" in lines
            assert f"UID:meetups-{thing.id.hex()[:8]}@meshnode.invalid" in lines
            assert lines.count("BEGIN:VEVENT") == 1

    asyncio.run(play())
