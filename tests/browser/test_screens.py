"""Every screen, in the languages, lights and sizes in which people will look at it."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.browser.audit import faults
from tests.browser.furnishing import furnish
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind
from tests.browser.street import Street
from tests.browser.walking import screens, settled

pytestmark = pytest.mark.browser

KINDS = {
    "de": Kind("de-DE"),
    "dark": Kind("de-DE", is_dark=True),
    "ar": Kind("ar"),
    "large": Kind("de-DE", text_px=32),
    "narrow": Kind("uk", width=320, height=568),
}


def test_no_screen_keeps_anybody_out(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            found: list[str] = []
            for name, kind in KINDS.items():
                phone = await here.phone(name, kind)
                await phone.open(here.origin())
                async for screen in screens(phone):
                    await phone.picture(f"{name}{re.sub('[^a-z0-9]+', '-', screen)}"[:60])
                    found += [f"{name} {screen}: {one}" for one in await faults(phone)]
                await phone.switch_off()
            assert found == []

    asyncio.run(play())


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
