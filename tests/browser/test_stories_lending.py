"""A drill is lent: asked for over days that are free, handed over, late, and brought back."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.acting import come_in, known_at
from tests.browser.audit import faults
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

GERMAN = Kind("de-DE", width=360, height=640)
ARABIC = Kind("ar", width=360, height=640)
TOOL = "Schlagbohrmaschine"


async def looked_at(phone: Phone, name: str) -> None:
    """Photograph a screen, on which nothing may be wrong."""
    await settled(phone)
    await phone.picture(f"lending-{name}")
    assert await faults(phone) == [], name


async def ask_for(phone: Phone, start: datetime, end: datetime) -> None:
    """Ask for it from then to then."""
    await phone.choose("Ask for it")
    await phone.fill("From when?", f"{start:%Y-%m-%dT%H:%M}")
    await phone.fill("When is it back?", f"{end:%Y-%m-%dT%H:%M}")
    await phone.choose("Ask for it")


async def step(phone: Phone, word: str) -> None:
    """Take a step, and send its small form as it is."""
    await phone.choose(word)
    await phone.choose(word)


def test_a_tool_is_lent_and_comes_back(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, amal = await here.phone("dora", GERMAN), await here.phone("amal", ARABIC)
            emil = await here.phone("emil", GERMAN)
            for phone, name in ((dora, "Dora Lind"), (amal, "Amal Said"), (emil, "Emil Roth")):
                await come_in(here, phone, name)
            await known_at(here, here.first, "Dora Lind", "Amal Said", "Emil Roth")

            await dora.go("board", "new", "offer")
            await dora.choose("Something else, in my words")
            await dora.fill("What is it? A few words", TOOL)
            await dora.tap(re.compile("zum Leihen", re.IGNORECASE))
            await dora.page.get_by_text(dora.word("More to fill in")).tap()
            await dora.fill("Pledge", "20 Euro")
            await looked_at(dora, "new")
            await dora.choose("See how it reads")
            await dora.choose("Post it")
            await dora.choose("Show it")
            await dora.says("When it is free")
            await looked_at(dora, "free")

            now = datetime.now(ZoneInfo("Europe/Berlin"))
            await amal.go("board")
            await amal.tap(re.compile(TOOL))
            await amal.choose("Ask for it")
            await looked_at(amal, "ask")
            await amal.go("board")
            await amal.tap(re.compile(TOOL))
            await ask_for(amal, now + timedelta(minutes=3), now + timedelta(hours=4))
            await amal.says("{name} decides. You see it here.", name="Dora Lind")
            await dora.says("{name} asks for it. Do you promise it?", name="Amal Said")
            await looked_at(dora, "asked")
            await step(dora, "Yes, I promise it")

            await emil.go("board")
            await emil.tap(re.compile(TOOL))
            await emil.says("Taken")
            await ask_for(emil, now + timedelta(hours=2), now + timedelta(hours=3))
            await emil.says("It is taken then. Choose a time that is free.")
            await looked_at(emil, "taken")

            await amal.says("Did you get it from {name}?", name="Dora Lind")
            await step(dora, "Yes, it is done")
            await step(amal, "Yes, it is done")
            await amal.says("Have you brought it back to {name}?", name="Dora Lind")
            await looked_at(amal, "out")
            await dora.says("Is it back with you?")
            await step(dora, "Yes, it is back")
            await expect(dora.control(dora.word("Say thank you"))).to_be_visible()
            await looked_at(dora, "back")

    asyncio.run(play())


def test_who_is_late_is_told_and_the_owner_sees_it(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, amal = await here.phone("dora", GERMAN), await here.phone("amal", ARABIC)
            await come_in(here, dora, "Dora Lind")
            await come_in(here, amal, "Amal Said")
            await known_at(here, here.first, "Dora Lind", "Amal Said")
            offer = await here.anna.type(
                *("offer", "post", "--title", TOOL, "--sort", "lending", "--category", "other")
            )
            now = datetime.now(ZoneInfo("Europe/Berlin"))
            await amal.go("board", "offer", offer["id"])
            await ask_for(amal, now + timedelta(minutes=1), now + timedelta(minutes=2))
            await amal.says("{name} decides. You see it here.")
            [claim] = (await here.anna.type("offer", "show", offer["id"]))["claims"]
            await here.anna.type("offer", "confirm", claim["id"])
            await here.anna.type("offer", "done", claim["id"])
            await step(amal, "Yes, it is done")
            await here.anna.until(
                lambda found: found["claims"][0]["is_overdue"],
                *("offer", "show", offer["id"]),
                within_s=200,
            )
            await amal.go("board")
            await amal.go("board", "offer", offer["id"])
            await amal.says("The time is over. Talk to each other.")
            await looked_at(amal, "late")
            await amal.go("now")
            await amal.sees(re.compile(TOOL))
            await looked_at(amal, "late-now")

    asyncio.run(play())
