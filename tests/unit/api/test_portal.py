"""The signpost of the node's own Wi-Fi, asked as phones ask."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette

from meshnode.api.app import public_app
from meshnode.api.door import portal
from meshnode.api.door.portal import PROBES, RELEASED_S, Released
from meshnode.node.config import parse_text
from meshnode.node.languages import LANGUAGES, load_languages
from meshnode.protocol.errors import LimitError
from tests.asking import answered, headers_of
from tests.unit.api.apinode import api_node

HERE = "http://10.42.0.1/"
ANDROID = {"host": "connectivitycheck.gstatic.com"}


@asynccontextmanager
async def signpost(directory: Path) -> AsyncIterator[Starlette]:
    async with api_node(directory) as here:
        yield public_app(here.node.service, load_languages(), portal_address=HERE)


@pytest.mark.parametrize(("host", "path"), PROBES)
def test_a_phone_is_shown_the_way_first_and_gets_what_it_expects_then(
    tmp_path: Path, host: str, path: str
) -> None:
    async def play() -> None:
        async with signpost(tmp_path) as app:
            first = await answered(app, path, host=host)
            assert (first.status, first.headers["location"]) == (302, f"{HERE}welcome")
            assert first.headers["cache-control"] == "no-store"
            assert (await answered(app, "/welcome", "go=1")).status == 200
            then = await answered(app, path, host=host)
            expected = PROBES[host, path]
            assert (then.status, then.text) == (expected.status, expected.body)
            assert then.headers["cache-control"] == "no-store"

    asyncio.run(play())


def test_what_a_request_brings_is_never_in_the_way_that_it_is_shown(tmp_path: Path) -> None:
    async def play() -> None:
        async with signpost(tmp_path) as app:
            for host in ("evil.example.org", "evil.example.org:80", "a\r\nb", "", "10.42.0.1@evil"):
                answer = await answered(app, "/evil", "evil=1", host=host)
                assert answer.status == 302
                assert answer.headers["location"] == f"{HERE}welcome"
                assert "evil" not in answer.text
            assert (await answered(app, "/board", host="10.42.0.1")).status == 200
            assert (await answered(app, "/welcome", host="evil.example.org")).status == 302

    asyncio.run(play())


def test_without_a_portal_other_names_are_refused_as_ever(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages())
            assert (await answered(app, "/generate_204", **ANDROID)).status == 421
            assert (await answered(app, "/welcome")).status == 404

    asyncio.run(play())


def test_the_signpost_is_small_and_has_one_way_on_in_each_language(tmp_path: Path) -> None:
    async def play() -> None:
        async with signpost(tmp_path) as app:
            page = await answered(app, "/welcome", **{"accept-language": "tr"})
            assert len(page.body) < 15_000
            ways = re.findall(r'<a href="/welcome\?go=1&amp;lang=([\w-]+)" class="go">', page.text)
            assert set(ways) == set(LANGUAGES)
            assert ways[0] == "tr"
            assert '<section lang="ar" dir="rtl">' in page.text
            assert "<script" not in page.text
            for tag in LANGUAGES:
                on = await answered(app, "/welcome", f"go=1&lang={tag}")
                assert len(on.body) < 15_000
                assert f'<html lang="{tag}"' in on.text
                assert HERE.rstrip("/") in on.text
                assert '<svg class="qr"' in on.text
                assert " style=" not in on.text
            headers = await headers_of(app, "/welcome")
            assert headers["x-frame-options"] == ["DENY"]

    asyncio.run(play())


def test_only_the_button_releases_a_phone(tmp_path: Path) -> None:
    async def play() -> None:
        async with signpost(tmp_path) as app:
            for query in ("", "go=0", "go=", "lang=de"):
                await answered(app, "/welcome", query)
                assert (await answered(app, "/generate_204", **ANDROID)).status == 302, query

    asyncio.run(play())


def test_a_phone_is_released_for_an_hour() -> None:
    now_s = 0.0
    released = Released(lambda: now_s)
    released.release("10.42.0.7")
    assert released.is_released("10.42.0.7")
    assert not released.is_released("10.42.0.8")
    now_s = RELEASED_S - 1
    assert released.is_released("10.42.0.7")
    now_s = RELEASED_S
    assert not released.is_released("10.42.0.7")


def test_the_table_of_the_released_has_a_fixed_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "RELEASED_MAX", 3)
    released = Released(lambda: 0.0)
    for last in (1, 2, 3, 1, 4):
        released.release(f"10.42.0.{last}")
    assert len(released) == 3
    who = [last for last in range(1, 5) if released.is_released(f"10.42.0.{last}")]
    assert who == [1, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        'address = "http://10.42.0.1"',
        'address = "10.42.0.1/x"',
        'address = "a b"',
        'address = "Node.lan"',
        'address = "10.42.0.1:"',
        "portal = true",
        'address = "x@y"\nportal = true',
    ],
)
def test_an_address_that_leads_nowhere_is_refused_by_the_configuration(text: str) -> None:
    with pytest.raises(LimitError, match=r"http\.(address|portal)"):
        parse_text(f"[http]\n{text}\n".encode(), "config.toml")


@pytest.mark.parametrize("address", ["10.42.0.1", "node.lan:8080", "[fd00::1]:8080", "x"])
def test_an_address_is_a_host_with_or_without_a_port(address: str) -> None:
    text = f'[http]\naddress = "{address}"\nportal = true\n'
    assert parse_text(text.encode(), "config.toml").http.address == address
