"""Something is offered, asked for, kept aside, promised and handed over, from phone to phone."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.acting import BY_RADIO_S, come_in, known_at, post_offer
from tests.browser.neighbourhood import neighbourhood
from tests.browser.street import Street

pytestmark = pytest.mark.browser

TITLE = "Zwei Feldbetten"
CONTACT = "0231 5550142"


def test_an_offer_is_handed_over_against_a_code(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await here.phone("dora"), await here.phone("emil")
            await come_in(here, dora, "Dora Lind")
            await come_in(here, emil, "Emil Roth")
            await known_at(here, here.first, "Dora Lind", "Emil Roth")
            await post_offer(dora, TITLE)
            await emil.go("board")
            await emil.tap(re.compile(TITLE))
            await emil.choose("Ask for it")
            await emil.fill("How can you be reached?", CONTACT)
            await emil.choose("Ask for it")
            await emil.says("{name} decides. You see it here.", name="Dora Lind")

            await dora.says("{name} asks for it. Do you promise it?", name="Emil Roth")
            await dora.choose("Keep aside for a while")
            await dora.says("Everybody can read them.")
            await dora.choose("Keep aside for a while")
            await emil.says("Kept aside until {moment}; then it is free again by itself.")

            await dora.choose("Yes, I promise it")
            await dora.fill("Where and when? Your phone number?", CONTACT)
            await dora.choose("Yes, I promise it")
            await emil.says("Did you get it from {name}?", name="Dora Lind")
            page = await emil.asks("location.hash")
            await emil.go("messages")
            await emil.tap(re.compile("Dora Lind"))
            await emil.sees(re.compile(r"Code: \d{4}"), within_s=BY_RADIO_S)
            said = "\n".join(await emil.page.locator(".bubbles").all_text_contents())
            [code] = re.findall(r"Code: (\d{4})", said)

            await emil.go(page.removeprefix("#/"))
            await dora.choose("Yes, it is done")
            await dora.fill("The code that {name} says to you", code, name="Emil Roth")
            await dora.choose("Yes, it is done")
            await emil.choose("Yes, it is done")
            await emil.says("Everybody can read them.")
            await emil.choose("Yes, it is done")
            for phone in (dora, emil):
                await expect(phone.control(phone.word("Say thank you"))).to_be_visible()

    asyncio.run(play())
