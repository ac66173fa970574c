"""Private messages on phones, at one node: circles, answers, and what outlives a reload."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser.acting import come_in, known_at, write_to
from tests.browser.audit import faults
from tests.browser.neighbourhood import Neighbourhood, neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled
from tests.patience import AIR_S

pytestmark = pytest.mark.browser

PARTS = ((), ("new",), ("settings",), ("circles",), ("circles", "new"))
"""Addresses below that of the screen."""
SOON_S = AIR_S
"""Until a phone has met its node again; it does so every half a minute at least."""


async def two(here: Neighbourhood, kind: Kind | None = None) -> tuple[Phone, Phone]:
    """Return the phones of Dora and Emil, who are members; `kind` is that of Emil's."""
    dora, emil = await here.phone("dora"), await here.phone("emil", kind)
    await come_in(here, dora, "Dora Lind")
    await come_in(here, emil, "Emil Roth")
    await known_at(here, here.first, "Dora Lind", "Emil Roth")
    return dora, emil


async def opened(phone: Phone, name: str) -> None:
    """Open the conversation with somebody, once there is one."""
    await phone.go("messages")
    await phone.sees(name, within_s=SOON_S)
    await phone.tap(re.compile(name))


def test_an_answer_shows_that_it_was_read_and_outlives_a_reload(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await two(here, Kind("ar", is_dark=True, text_px=24))
            await write_to(dora, "Emil Roth", "Kommst du um acht?")
            await opened(emil, "Dora Lind")
            await emil.sees("Kommst du um acht?")
            await emil.page.get_by_text(emil.word("More")).last.tap()
            await emil.choose("Answer this")
            await emil.fill("Your message", "Ja, mit Kerzen.")
            await emil.choose("Send")
            await dora.sees("Ja, mit Kerzen.", within_s=SOON_S)
            await dora.says("{name} has read it.", name="Emil Roth", within_s=SOON_S)
            await dora.picture("messages-answered")
            assert await faults(dora) == []
            await emil.picture("messages-ar-conversation")
            assert await faults(emil) == []
            for words in PARTS:
                await emil.go("messages", *words)
                await settled(emil)
                await emil.picture("-".join(("messages-ar", *words)))
                assert await faults(emil) == [], words
            await dora.open(here.origin())
            await opened(dora, "Emil Roth")
            await dora.sees("Ja, mit Kerzen.")
            for text in ("Kommst du um acht?", "Ja, mit Kerzen."):
                assert text not in str(await here.anna.type("member", "list"))

    asyncio.run(play())


def test_who_is_let_into_a_circle_reads_what_is_said_there(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await two(here)
            await dora.go("messages", "circles", "new")
            await dora.fill("Name of the circle", "Hof Schillerstraße")
            await dora.choose("Make it")
            await dora.fill("Let somebody in", "Emil")
            await dora.choose("Let in")
            await dora.sees("Emil Roth")
            await dora.picture("messages-circle")
            await opened(emil, "Hof Schillerstraße")
            await emil.fill("Your message", "Treffen am Brunnen")
            await emil.choose("Send")
            await opened(dora, "Hof Schillerstraße")
            await dora.sees("Treffen am Brunnen", within_s=SOON_S)
            await dora.sees("Emil Roth")

    asyncio.run(play())


def test_a_message_is_tried_no_longer_than_its_writer_says(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, _ = await two(here, Kind("de-DE", width=360, height=640))
            await dora.go("messages", "new")
            await dora.tap(re.compile("Emil Roth"))
            await dora.page.get_by_text(
                re.compile(dora.pattern("For how long is it tried? {time}"))
            ).tap()
            await dora.choose("Three hours")
            await dora.picture("messages-tried")
            assert await faults(dora) == []
            await dora.fill("Your message", "Komm bitte gleich.")
            before = datetime.now(ZoneInfo("Europe/Berlin"))
            await dora.choose("Send")
            await dora.sees("Komm bitte gleich.")
            await dora.page.get_by_text(dora.word("More"), exact=True).last.tap()
            said = await dora.page.get_by_text(
                re.compile(dora.pattern("It is tried until {time}."))
            ).inner_text()
            minutes = 3 * 60
            possible = [before + timedelta(minutes=minutes + late) for late in range(-1, 5)]
            assert any(f"{one:%H:%M}" in said for one in possible), said

    asyncio.run(play())
