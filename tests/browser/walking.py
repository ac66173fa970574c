"""A walk through all screens of the app that can be reached by links, each of them once."""

import re
from collections.abc import AsyncIterator
from typing import Final

from tests.browser.phone import Phone

SCREENS_MAX: Final = 60
ALIKE_MAX: Final = 2
_ID: Final = r"/[0-9a-f]{8,}|(?<=/news)/[a-z-]+"
"""What tells screens of one sort apart: an id, or which sentence it is."""
_LINKS: Final = (
    """[...document.querySelectorAll('a[href^="#/"]')].map((a) => a.getAttribute("href"))"""
)
_SETTLED: Final = """() =>
  document.querySelector("main") && !document.querySelector("[aria-busy=true]:not(button)")"""


async def screens(phone: Phone) -> AsyncIterator[str]:
    """Go to one screen after the other; of screens that differ in an id only, to the first two."""
    waiting, seen, sorts = ["#/now"], {"#/now"}, dict[str, int]()
    while waiting and len(seen) <= SCREENS_MAX:
        address = waiting.pop(0)
        await phone.asks("(to) => { location.hash = to; }", address)
        await settled(phone)
        yield address
        for link in await phone.asks(_LINKS):
            sort = re.sub(_ID, "/ID", link)
            if link not in seen and sorts.get(sort, 0) < ALIKE_MAX:
                seen.add(link)
                sorts[sort] = sorts.get(sort, 0) + 1
                waiting.append(link)


async def settled(phone: Phone) -> None:
    """Wait until a screen has what it loads."""
    await phone.page.wait_for_function(_SETTLED)
    await phone.rests()
    await phone.page.wait_for_function(_SETTLED)
