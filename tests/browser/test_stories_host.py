"""A host enters a place, changes when it is open and where it is, and closes it for good."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.acting import come_in
from tests.browser.audit import faults
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

GERMAN = Kind("de-DE", width=360, height=640)
ARABIC = Kind("ar", width=360, height=640)
PLACE = "Lesecafé am Markt"


async def looked_at(phone: Phone, name: str) -> None:
    """Photograph a screen, on which nothing may be wrong."""
    await settled(phone)
    await phone.picture(f"host-{name}")
    assert await faults(phone) == [], name


async def opens(phone: Phone, days: tuple[str, ...], start: str, end: str) -> None:
    """Say from when to when it is open on some days."""
    for day in days:
        await phone.tap(re.compile(f"^{day}$"))
    await phone.fill("From", start)
    await phone.page.get_by_label(phone.word("To"), exact=True).first.fill(end)
    await phone.choose("Open at these times")


def test_a_place_is_entered_moved_and_closed_by_who_looks_after_it(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await here.anna.type("place", "add", "Brunnen", "--at", "51.530,7.470")
            dora, amal = await here.phone("dora", GERMAN), await here.phone("amal", ARABIC)
            await come_in(here, dora, "Dora Lind")
            await amal.open(here.origin())
            await dora.go("places")
            await dora.choose("Enter a place")
            await dora.fill("What is it called?", PLACE)
            await dora.page.get_by_label(dora.word("What is it?")).select_option("library")
            await dora.choose("At these times")
            await opens(dora, ("Mo", "Di", "Mi", "Do", "Fr"), "09:00", "18:30")
            await opens(dora, ("Sa",), "10:00", "13:00")
            await looked_at(dora, "hours")
            await dora.fill("Address", "Markt 4")
            await looked_at(dora, "new")
            await dora.choose("Enter it")
            await dora.says("The node has it, and passes it on.")

            [place] = await here.anna.type("place", "list", "--category", "library")
            assert place["opening"]["week"][:5] == 5 * [[["9:00", "18:30"]]]
            await amal.go("places", place["root"])
            await amal.sees(re.compile("18:30"))
            await looked_at(amal, "read")

            await dora.go("host", place["root"])
            await looked_at(dora, "tools")
            await dora.choose("Hours, address, and more")
            await opens(dora, ("Sa",), "11:00", "15:00")
            await dora.fill("Address", "Hafenstraße 9")
            await dora.page.get_by_text(dora.word("Where on the map")).tap()
            await dora.page.get_by_label(dora.word("At the same spot as")).select_option(
                label="Brunnen"
            )
            await looked_at(dora, "moved")
            await dora.choose("Say it to everybody")
            await dora.says("The node has it, and passes it on.")
            await amal.sees("Hafenstraße 9")
            await amal.sees(re.compile("15:00"))
            after = await here.anna.type("place", "show", place["root"])
            assert after["root"] == place["root"]
            assert (after["position"]["latitude"], after["category"]) == (51.53, "library")

            await dora.go("host", place["root"], "change")
            await dora.choose("Close it for good")
            await looked_at(dora, "closing")
            await dora.choose("Yes, close it for good")
            await amal.go("places")
            await expect(amal.page.get_by_text(PLACE)).to_have_count(0)
            assert [one["name"] for one in await here.anna.type("place", "list")] == ["Brunnen"]

    asyncio.run(play())
