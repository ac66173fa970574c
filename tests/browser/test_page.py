"""The page at an address that is no secure context: that it loads, from where, and how much."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.neighbourhood import neighbourhood
from tests.browser.street import Street

pytestmark = pytest.mark.browser

ABSENT = {
    "crypto.subtle": "typeof crypto.subtle",
    "service worker": "typeof navigator.serviceWorker",
    "clipboard": "typeof navigator.clipboard",
    "camera": "typeof navigator.mediaDevices",
    "locks": "typeof navigator.locks",
    "storage manager": "typeof navigator.storage",
}
"""What browsers keep from pages over plain HTTP."""


def test_a_phone_gets_the_page_without_what_needs_a_secure_context(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("anna")
            await phone.open(here.origin())
            await expect(phone.page.get_by_role("navigation")).to_be_visible()
            assert await phone.asks("isSecureContext") is False
            found = {name: await phone.asks(script) for name, script in ABSENT.items()}
            assert set(found.values()) == {"undefined"}, found
            assert await phone.asks("typeof crypto.getRandomValues") == "function"
            assert phone.hosts() == {here.origin().removeprefix("http://")}
            await phone.picture("first")

    asyncio.run(play())
