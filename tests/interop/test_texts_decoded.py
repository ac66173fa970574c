"""Texts take milliseconds to decode: a node does it for those who read, and beside its loop."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from meshnode.api.app import admin_app, public_app
from meshnode.api.plain.pages import BULLETINS_PER_PAGE
from meshnode.board import view as views
from meshnode.board.bulletins.bulletin import BulletinFields
from meshnode.node.home import Home
from meshnode.node.languages import load_languages
from tests.asking import got
from tests.neighbourhood import configured, eventually, found_community, running
from tests.patience import ANSWER_S

POSTED = BULLETINS_PER_PAGE + 5


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Thread]]:
    """In which thread each text was decoded, in order."""
    where: list[threading.Thread] = []
    decode = views.decode_bulletin

    def noted(codec: int, body: bytes) -> BulletinFields:
        where.append(threading.current_thread())
        return decode(codec, body)

    monkeypatch.setattr(views, "decode_bulletin", noted)
    views.readable.cache_clear()
    yield where
    views.readable.cache_clear()


async def write(home: Home) -> None:
    async with running(home, configured(home)) as node:
        for number in range(POSTED):
            await node.service.bulletins.post(f"Wasser gibt es heute an Tor {number}.")
        indexing = node.service.search.indexing
        await eventually(
            lambda: indexing.is_in_step or indexing.problem is not None, within_s=ANSWER_S
        )


async def read(home: Home, threads: list[threading.Thread], *, is_decoded: bool) -> None:
    languages = load_languages()
    async with running(home, configured(home)) as node:
        assert (await node.service.status()).bulletins == POSTED
        assert len(node.service.noticeboard.page().views) == POSTED
        admin, public = (app(node.service, languages) for app in (admin_app, public_app))
        for app in (admin, public):
            assert (await got(app, "/api/v1/status"))[0] == 200
        assert threads == [], "start, status and counting look into none"
        indexing = node.service.search.indexing
        await eventually(
            lambda: indexing.is_in_step or indexing.problem is not None, within_s=ANSWER_S
        )
        one = node.service.noticeboard.page().views[-1].id.hex()
        for count, (app, path, query) in (
            (2, (admin, "/api/v1/bulletins", "limit=2")),
            (3, (public, f"/bulletins/{one}", "")),
            (3, (admin, f"/api/v1/bulletins/{one}", "")),
            (BULLETINS_PER_PAGE + 1, (public, "/", "")),
        ):
            assert (await got(app, path, query))[0] == 200
            assert len(threads) == (count if is_decoded else 0)
        assert threading.main_thread() not in threads


def test_only_what_is_read_is_decoded_and_never_in_the_loop(tmp_path, threads):
    (home,) = found_community(tmp_path, ["nord"])
    home.search.mkdir()  # So that there is no index, in which all texts stand as they read.
    asyncio.run(write(home))
    views.readable.cache_clear()
    threads.clear()
    asyncio.run(read(home, threads, is_decoded=True))


def test_what_the_search_has_read_is_not_decoded_again(tmp_path, threads):
    (home,) = found_community(tmp_path, ["nord"])
    asyncio.run(write(home))
    views.readable.cache_clear()
    threads.clear()
    asyncio.run(read(home, threads, is_decoded=False))
