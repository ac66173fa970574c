"""What is wrong on the board: a moderator labels, corrects and hides it, and takes that back.

Somebody else leaves out on their own phone what they do not want to read.
"""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.acting import come_in, known_at
from tests.browser.audit import faults
from tests.browser.neighbourhood import ANNA, neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

GERMAN = Kind("de-DE", width=360, height=640)
ARABIC = Kind("ar", width=360, height=640)
RUMOUR = "Das Wasser ist vergiftet, sagt mein Schwager."
RIGHT = "Die Stadtwerke sagen: Das Wasser ist gut."


async def looked_at(phone: Phone, name: str) -> None:
    """Photograph a screen, on which nothing may be wrong."""
    await settled(phone)
    await phone.picture(f"moderation-{name}")
    assert await faults(phone) == [], name


async def moderate(phone: Phone, act: str, reason: str, words: str = "") -> None:
    """Open the small menu, and say something about what is shown."""
    await phone.page.get_by_text(phone.word("Moderate"), exact=True).tap()
    await phone.choose(act)
    await phone.page.get_by_label(phone.word("Why? Everybody reads it.")).select_option(reason)
    if words:
        await phone.fill("What is right?", words)
    await looked_at(phone, act.partition(" ")[0].lower())
    await phone.choose("Say it to everybody")


def test_a_rumour_is_labelled_corrected_hidden_and_shown_again(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, amal = await here.phone("dora", GERMAN), await here.phone("amal", ARABIC)
            await come_in(here, dora, "Dora Lind")
            await come_in(here, amal, "Amal Said")
            await here.anna.type("role", "grant", "Dora Lind", "moderator")
            posted = await here.anna.type("bulletin", "post", RUMOUR, "--category", "water")
            await amal.go("board", "bulletin", posted["id"])
            await amal.sees(RUMOUR)
            await dora.go("board", "bulletin", posted["id"])
            await dora.sees(RUMOUR)
            await expect(dora.page.get_by_text(dora.word("Moderate"), exact=True)).to_be_visible(
                timeout=30_000
            )
            await moderate(dora, "Put a note on it", "unconfirmed")
            await dora.says("Everybody reads the note with it.")
            await amal.says(
                "Note by {author}: {reason}.",
                author="Dora Lind",
                reason=amal.word("unconfirmed"),
                within_s=30,
            )
            await dora.go("board")
            await dora.go("board", "bulletin", posted["id"])
            await moderate(dora, "Correct it", "wrong", RIGHT)
            await amal.sees(RIGHT, within_s=30)
            await looked_at(amal, "corrected")

            await dora.go("board")
            await dora.go("board", "bulletin", posted["id"])
            await moderate(dora, "Hide it", "rumour")
            await dora.says("What was moderated")
            await dora.says("Hidden")
            await amal.says(
                "This is not here any more: it is over, was taken back, or was written anew.",
                within_s=30,
            )
            await looked_at(dora, "record")
            await amal.go("board", "moderated")
            await amal.says("by {author}", author="Dora Lind")
            await looked_at(amal, "read")
            await expect(amal.control(amal.word("Show it again"))).to_have_count(0)
            assert await here.anna.type("bulletin", "list") == []

            await dora.choose("Show it again")
            await dora.says("no longer counts")
            await amal.go("board", "bulletin", posted["id"])
            await amal.sees(RUMOUR, within_s=30)
            await amal.sees(RIGHT)

    asyncio.run(play())


def test_somebody_leaves_out_what_another_writes_but_no_warning(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora = await here.phone("dora", GERMAN)
            await come_in(here, dora, "Dora Lind")
            await known_at(here, here.first, "Dora Lind")
            posted = await here.anna.type("bulletin", "post", RUMOUR)
            await here.anna.type(
                *("bulletin", "post", "Alle raus aus der Hafenstr.!", "--severity", "extreme")
            )
            await dora.go("board")
            await dora.sees(RUMOUR)
            await dora.go("board", "bulletin", posted["id"])
            await dora.page.get_by_text(dora.word("More"), exact=True).tap()
            await dora.choose("Leave out what {name} writes", name=ANNA)
            await looked_at(dora, "mute")
            await dora.choose("Leave it out")
            await dora.sees("Alle raus aus der Hafenstr.!")
            await expect(dora.page.get_by_text(RUMOUR)).to_have_count(0)
            await looked_at(dora, "left-out")
            await dora.switch_off()
            await dora.switch_on()
            await dora.open(here.origin())
            await dora.go("board")
            await dora.tap("1 Eintrag von Leuten, die du weglässt")
            await dora.choose("Show it again")
            await dora.says("You leave nobody out.")
            await dora.go("board")
            await dora.sees(RUMOUR)

    asyncio.run(play())
