"""The screen in the hall: it turns by itself, and lets phones in only where that is wanted."""

import asyncio
import re
from pathlib import Path

from meshnode.api.app import public_app
from meshnode.api.plain.kiosk import BESIDE_GRAVE_MAX, SHOWN_S
from meshnode.api.plain.qr import qr_code
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.node.languages import load_languages
from meshnode.protocol.object import Kind
from tests.asking import answered
from tests.community import signing_key
from tests.unit.api.apinode import api_node
from tests.unit.api.test_plain_pages import furnished

CALM = "This node knows of no warning."


def following(page: str) -> str:
    """Return where a page leads by itself."""
    found = re.search(rf'http-equiv="refresh" content="{SHOWN_S}; url=([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_it_turns_through_every_part_in_the_same_language_and_begins_anew(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            path, query, seen = "/kiosk", "lang=tr", []
            for _ in range(5):
                page = (await at.page(path, query)).text
                assert '<html lang="tr"' in page
                heading = re.search(r"<h1>([^<]+)</h1>", page)
                assert heading is not None
                seen.append(heading[1])
                path, _, query = following(page).partition("?")
            assert len(set(seen[:4])) == 4
            assert seen[4] == seen[0]

    asyncio.run(play())


def test_empty_parts_are_passed_over_and_nonsense_begins_at_the_board(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages())
            for query in ("", "part=places", "part=offers", "part=%3Cscript%3E"):
                page = (await answered(app, "/kiosk", f"{query}&lang=en")).text
                assert "<h1>Board</h1>" in page, query
                assert CALM in page
                assert "script" not in page.partition("</style>")[2]

    asyncio.run(play())


def test_no_warning_is_said_only_while_there_is_none(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            assert CALM not in (await at.page("/kiosk", "lang=en")).text
        async with api_node(tmp_path / "other") as here:
            anna = signing_key("anna")
            codec, body = encode_bulletin(BulletinFields("Kuchen", None, "event", Severity.INFO))
            told = here.sign(anna, Kind.BULLETIN, body, codec=codec)
            await here.take(here.certificate(anna, "Anna"), told)
            app = public_app(here.node.service, load_languages())
            page = (await answered(app, "/kiosk", "lang=en")).text
            assert CALM in page
            assert "Kuchen" in page

    asyncio.run(play())


def test_a_code_that_lets_phones_in_is_shown_only_where_the_configuration_has_a_kiosk(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            phones = here.node.service.phones
            phones.address = "http://10.42.0.1/"
            app = public_app(here.node.service, load_languages())
            page = (await answered(app, "/kiosk", "lang=en")).text
            assert qr_code("http://10.42.0.1/", "http://10.42.0.1/").text in page
            assert "Code:" not in page
            phones._has_kiosk = True
            page = (await answered(app, "/kiosk", "lang=en")).text
            token = phones.kiosk_token()
            assert token is not None
            target = f"http://10.42.0.1/#{token.fragment}"
            assert qr_code(target, "http://10.42.0.1/").text in page
            assert token.code in page

    asyncio.run(play())


def test_a_code_is_a_square_of_dark_on_light_with_a_margin() -> None:
    code = qr_code("http://10.42.0.1/", 'a "label"').text
    box = re.search(r'viewBox="0 0 (\d+) \1"', code)
    assert box is not None
    side = int(box[1])
    assert f'<rect width="{side}" height="{side}" fill="#fff">' in code
    steps = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code)
    assert steps
    for left, top, run, back in (map(int, step) for step in steps):
        assert run == back
        assert left >= 4
        assert left + run <= side - 4
        assert 4 <= top < side - 4
    assert 'aria-label="a &quot;label&quot;"' in code
    assert "style" not in code


def test_a_warning_has_the_whole_width_and_little_stands_below_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            page = (await at.page("/kiosk", "lang=en")).text
            cards = page.partition('<div class="cards board">')[2]
            assert re.match(r'<div class="lead"><article class="(?:severe|extreme)"', cards)
            assert cards.count("<article") <= 1 + BESIDE_GRAVE_MAX

    asyncio.run(play())
