"""The pictures of the README, taken by playing what they show.

`python -m tests.browser tests/browser/test_readme_stories.py --images` puts them into docs/images.
"""

import asyncio
from pathlib import Path

import pytest

from tests.browser.acting import BY_RADIO_S, come_in, known_at, open_letters, write_down, write_to
from tests.browser.furnishing import furnish
from tests.browser.neighbourhood import neighbourhood
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

IMAGES = Path(__file__).parents[2] / "docs/images"
ALL_BYTES_MAX = 150_000
README = ("phone-now", "phone-board", "phone-message")


def test_three_pictures_show_what_a_phone_shows(
    street: Street, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    taken = {name: tmp_path / f"{name}.png" for name in README}

    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            dora, emil = await here.phone("dora"), await here.phone("emil")
            await come_in(here, dora, "Dora Lind")
            await write_down(dora)
            await come_in(here, emil, "Emil Roth")
            await known_at(here, here.first, "Dora Lind", "Emil Roth")
            await write_to(emil, "Dora Lind", "Brauchst du Wasser? Ich gehe gleich zum Nordmarkt.")
            await open_letters(dora, "Emil Roth", "Brauchst du Wasser?")
            await dora.fill("Your message", "Gern, zwei Kanister. Ich stelle sie vor die Tür.")
            await dora.choose("Send")
            await dora.says("Reached a phone of {name}.", name="Emil Roth", within_s=BY_RADIO_S)
            for name, address in zip(README, ("now", "board", "messages"), strict=True):
                if address != "messages":
                    await dora.go(address)
                else:
                    await open_letters(dora, "Emil Roth", "zwei Kanister")
                await settled(dora)
                await dora.page.screenshot(path=taken[name])

    asyncio.run(play())
    if request.config.getoption("--images"):
        IMAGES.mkdir(exist_ok=True)
        for name, picture in taken.items():
            (IMAGES / f"{name}.png").write_bytes(picture.read_bytes())


def test_the_readme_shows_these_pictures() -> None:
    text = (IMAGES.parents[1] / "README.md").read_text(encoding="utf-8")
    for name in README:
        assert f"docs/images/{name}.png" in text
    sizes = [(IMAGES / f"{name}.png").stat().st_size for name in README]
    assert sum(sizes) <= ALL_BYTES_MAX
