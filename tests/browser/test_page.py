"""The page at an address that is no secure context: that it loads, from where, and how much."""

import asyncio
import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from meshnode.api.door.app_files import STATIC
from tests.browser.furnishing import LONG_TEXT, WARNING, furnish
from tests.browser.loading import Loading
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind, Phone, addresses
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

ABSENT = ("crypto.subtle", *(f"navigator.{one}" for one in ("serviceWorker", "clipboard")))
ABSENT = (*ABSENT, "navigator.mediaDevices", "navigator.locks", "navigator.storage")
"""What browsers keep from pages over plain HTTP."""
SCRIPT_BYTES_MAX = 60_000
MEMBER_BYTES_MAX = 60_000
"""Of script beyond that, until a member's messages are open."""
STYLE_BYTES_MAX = 10_000
DEPTH_MAX = 3
TAPS_MAX = 3
QR = "/#1.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"
"""What a code that nobody opened looks like: whoever scans it may read all the same."""


def test_a_phone_gets_the_page_without_what_needs_a_secure_context(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await phone.open(here.origin())
            await settled(phone)
            assert await phone.asks("isSecureContext") is False
            found = {one: await phone.asks(f"typeof {one}") for one in ABSENT}
            assert set(found.values()) == {"undefined"}, found
            assert await phone.asks("typeof crypto.getRandomValues") == "function"

    asyncio.run(play())


def test_first_read_takes_no_more_taps_and_requests_than_promised(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            phone, loading = await here.phone("dora"), Loading()
            await loading.watch(phone)
            await phone.open(here.origin() + QR)
            taps = await taps_until_read(phone)
            assert taps <= TAPS_MAX
            assert "AAAA" not in await phone.asks("location.href"), "the secret stays visible"
            assert phone.hosts() == {urlsplit(here.origin()).netloc}
            assert loading.depth <= DEPTH_MAX, loading.levels
            assert "/" in loading.paths(1)
            assert any("/assets/" in one for one in loading.paths(2))

    asyncio.run(play())


async def taps_until_read(phone: Phone) -> int:
    """Do as somebody does who wants to know what is going on; return how often they tapped."""
    taps = 0
    await settled(phone)
    warning = phone.page.get_by_text(WARNING).first
    if not await warning.is_visible():
        await phone.choose("Board")
        taps += 1
    text = phone.page.get_by_text(LONG_TEXT[-40:]).first
    await expect(warning).to_be_visible()
    if not await text.is_visible():
        await warning.tap()
        taps += 1
    await expect(text).to_be_visible()
    return taps


def test_the_first_load_is_as_small_as_promised() -> None:
    """What is loaded later is listed: `pytest -rP`."""
    first = set(first_files())
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0))
        for path in (STATIC / "assets").iterdir()
        if path.suffix in (".js", ".css")
    }
    for name, size in sorted(sizes.items()):
        print(f"{size:7} B gzip  {'first' if name in first else 'later'}  {name}")
    assert sum(size for name, size in sizes.items() if name in first and ".js" in name) <= (
        SCRIPT_BYTES_MAX
    )
    assert sum(size for name, size in sizes.items() if name in first and ".css" in name) <= (
        STYLE_BYTES_MAX
    )


def test_what_a_members_phone_needs_then_is_as_small_as_promised() -> None:
    first = set(first_files())
    more = set(files_of("self-", "mailroom-", "letters-")) - first
    sizes = [
        len(gzip.compress((STATIC / "assets" / name).read_bytes(), 9, mtime=0))
        for name in more
        if name.endswith(".js")
    ]
    print(f"{sum(sizes)} B gzip in {len(sizes)} files")
    assert 0 < sum(sizes) <= MEMBER_BYTES_MAX


def test_nothing_in_the_build_leads_elsewhere() -> None:
    """Names of XML are no addresses; the others stand in sentences and are never asked."""
    found = {
        address
        for path in STATIC.rglob("*")
        if path.suffix in (".js", ".css", ".html", ".svg", ".webmanifest")
        for address in re.findall(r"(?:https?|wss?)://[^\s\"'`)<>\\]+", path.read_text())
    }
    assert {one for one in found if urlsplit(one).hostname not in NOWHERE} == set()


NOWHERE = ("www.w3.org", "192.168.1.20", "${e}", "github.com")
"""Names of XML; an example; the port of an example; what a message of pmtiles says."""


def test_a_stranger_fetches_nothing_ahead(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await phone.open(here.origin())
            await settled(phone)
            await phone.go("board")
            await settled(phone)
            asked = {Path(one).name for one in addresses(phone.requests) if one.endswith(".js")}
            # How to call for help is brought to everybody after a moment.
            (checkin,) = (STATIC / "assets").glob("checkin-*.js")
            assert asked <= set(first_files()) | set(files_of(checkin.name))

    asyncio.run(play())


def first_files() -> Iterator[str]:
    """Yield the names of all files that the first page needs."""
    chunks = json.loads((STATIC / "build.json").read_text())
    yield from _with_imports(chunks, [one for one, it in chunks.items() if it.get("isEntry")])


def files_of(*beginnings: str) -> Iterator[str]:
    """Yield the names of files that begin so, and of all that they need."""
    chunks = json.loads((STATIC / "build.json").read_text())
    named = [one for one, it in chunks.items() if Path(it["file"]).name.startswith(beginnings)]
    yield from _with_imports(chunks, named)


def _with_imports(chunks: dict[str, Any], waiting: list[str]) -> Iterator[str]:
    seen = set(waiting)
    while waiting:
        chunk = chunks[waiting.pop()]
        for file in (chunk["file"], *chunk.get("css", ())):
            yield Path(file).name
        more = [name for name in chunk.get("imports", ()) if name not in seen]
        seen |= set(more)
        waiting += more


def test_the_board_is_read_without_javascript(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            phone = await here.phone("dora", Kind(has_script=False))
            await phone.open(here.origin())
            await phone.sees(WARNING)
            assert urlsplit(phone.page.url).path == "/board"
            await phone.sees(LONG_TEXT[-40:])

    asyncio.run(play())


def test_the_board_is_read_in_a_terminal(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            command = [
                "w3m",
                "-dump",
                "-cols",
                "60",
                "-O",
                "UTF-8",
                f"{here.origin()}/board?lang=de",
            ]
            read = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
            shown = read.stdout.decode()
            assert "Aushang Angebote und Gesuche Orte Treffen Suche" in shown
            assert WARNING in shown
            assert "English Einfaches Deutsch Türkçe" in shown

    asyncio.run(play())


def test_everything_is_reached_and_left_with_the_keyboard_alone(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            phone = await here.phone("dora")
            await phone.open(here.origin())
            await settled(phone)
            await press_until(phone, phone.word("Board"))
            await phone.page.keyboard.press("Enter")
            await phone.sees(WARNING)
            await press_until(phone, WARNING)
            await phone.page.keyboard.press("Enter")
            await phone.sees(LONG_TEXT[-40:])
            await phone.page.keyboard.press("Alt+ArrowLeft")
            await phone.sees(WARNING)

    asyncio.run(play())


FOCUSED = """() => {
  const one = document.activeElement;
  return one === document.body ? ["", ""] : [one.textContent, getComputedStyle(one).outline];
}"""


async def press_until(phone: Phone, name: str) -> None:
    """Press Tab until what is called so has the focus, and shows that it has."""
    seen: list[str] = []
    for _ in range(60):
        await phone.page.keyboard.press("Tab")
        text, outline = await phone.asks(FOCUSED)
        seen.append(text.strip()[:40])
        if name in text:
            assert "none" not in outline, f"nobody sees that {name} has the focus: {outline}"
            return
    raise AssertionError(f"{name} is not reached: {seen}")
