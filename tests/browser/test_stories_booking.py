"""The last place is booked: who comes later waits, moves up, and whoever stays away is noted.

Not for: queues with numbers (`test_stories_queue`).
"""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser.acting import come_in, known_at
from tests.browser.audit import faults
from tests.browser.neighbourhood import neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

GERMAN = Kind("de-DE", width=360, height=640)
ARABIC = Kind("ar", width=360, height=640)
PLACE = "Gemeindehaus"
TITLE = "Reparaturstunde"


async def looked_at(phone: Phone, name: str) -> None:
    """Photograph a screen, on which nothing may be wrong."""
    await settled(phone)
    await phone.picture(f"booking-{name}")
    assert await faults(phone) == [], name


async def to_times(phone: Phone) -> None:
    """Go to what can be booked at the place."""
    await phone.go("places")
    await phone.tap(re.compile(PLACE))
    await phone.tap(re.compile(TITLE))


def test_a_place_on_the_waiting_list_moves_up_when_somebody_cancels(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await here.phone("dora", GERMAN), await here.phone("emil", GERMAN)
            amal = await here.phone("amal", ARABIC)
            for phone, name in ((dora, "Dora Lind"), (emil, "Emil Roth"), (amal, "Amal Said")):
                await come_in(here, phone, name)
            await known_at(here, here.first, "Dora Lind", "Emil Roth", "Amal Said")
            place = await here.anna.type("place", "add", PLACE, "--category", "hall")
            await here.anna.type("role", "grant", "Dora Lind", "host", "--place", place["id"])
            soon = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=4)
            await here.anna.type(
                *("slots", "open", TITLE, "--at", f"{soon:%Y-%m-%d %H:%M}", "--length", "20m"),
                *("--count", "1", "--capacity", "1", "--place", PLACE),
            )

            await to_times(emil)
            await emil.page.get_by_text(emil.word("For somebody else")).tap()
            await emil.fill("Name", "Frau Schmidt")
            await emil.choose("Ask for it")
            await emil.choose("Look at my bookings")
            await emil.says("for {name}", name="Frau Schmidt")
            await looked_at(emil, "booked")

            await to_times(amal)
            await amal.says("full, waiting list")
            await amal.choose("Put me on the waiting list")
            await amal.choose("Look at my bookings")
            await amal.says("Nobody is before you.", within_s=30)
            await looked_at(amal, "waiting")

            await emil.choose("Cancel")
            await looked_at(emil, "cancelling")
            await emil.choose("Yes, cancel")
            claims = await here.anna.type("booking", "list", "--all")
            assert len(claims) == 2
            await here.anna.until(
                lambda found: {one["state"] for one in found} == {"cancelled", "booked"},
                *("booking", "list", "--all"),
                within_s=30,
            )
            await looked_at(amal, "moved-up")

            await dora.go("host", place["root"])
            await dora.sees("Amal Said", within_s=30)
            await looked_at(dora, "host")
            await dora.choose("Did not come")
            await here.anna.until(
                lambda found: "no-show" in {one["state"] for one in found},
                *("booking", "list", "--all"),
                within_s=30,
            )
            await dora.says("Nobody has booked yet.")
            await looked_at(dora, "no-show")

    asyncio.run(play())
