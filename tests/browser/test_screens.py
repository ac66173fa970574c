"""Every screen, in the languages, lights and sizes in which people will look at it."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.browser.acting import come_in
from tests.browser.audit import faults
from tests.browser.furnishing import furnish
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import screens, settled

pytestmark = pytest.mark.browser

KINDS = {
    "de": Kind("de-DE"),
    "ar": Kind("ar", is_dark=True),
    "large": Kind("de-DE", text_px=32),
    "narrow": Kind("uk", width=320, height=568),
}
FOR_STRANGERS = (("now",), ("join",), ("join", "restore"), ("join", "second"), ("messages",))
"""What nobody sees any more who belongs."""


@pytest.mark.parametrize("name", KINDS)
def test_no_screen_keeps_anybody_out(street: Street, tmp_path: Path, name: str) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            phone = await here.phone(name, KINDS[name])
            await phone.open(here.origin())
            found: list[str] = []
            for screen in FOR_STRANGERS:
                await phone.go(*screen)
                found += await looked_at(phone, "/".join(screen))
            await come_in(here, phone, "Dora Lind")
            await here.anna.type("role", "grant", "Dora Lind", "coordinator")
            async for address in screens(phone):
                found += await looked_at(phone, address)
            assert found == []

    asyncio.run(play())


async def looked_at(phone: Phone, screen: str) -> list[str]:
    """Return what is wrong with a screen, after a picture of it."""
    await settled(phone)
    await phone.picture(f"{phone.name}-{re.sub('[^a-z]+', '-', screen).strip('-')}")
    return [f"{screen}: {one}" for one in await faults(phone)]


def test_what_looks_at_screens_sees_what_is_wrong(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await phone.open(here.origin())
            await settled(phone)
            assert await faults(phone) == []
            for broken in BROKEN:
                await phone.asks(broken)
            found = "\n".join(await faults(phone))
            for sign in ('button "x" is', "px wide", "contrast", "must have discernible"):
                assert sign in found, found

    asyncio.run(play())


BROKEN = (
    """() => {
      const small = document.createElement("button");
      small.textContent = "x";
      for (const side of ["width", "height", "minWidth", "minHeight"]) {
        small.style[side] = "20px";
      }
      document.querySelector("main").append(small);
    }""",
    """() => {
      const wide = document.createElement("p");
      wide.textContent = "wide";
      wide.style.width = "900px";
      wide.style.color = "#999";
      wide.style.background = "#aaa";
      document.querySelector("main").append(wide);
    }""",
    """() => document.querySelector("main").append(document.createElement("button"))""",
)
"""A button for no thumb, text that is too wide and too pale, and a button without a name."""
