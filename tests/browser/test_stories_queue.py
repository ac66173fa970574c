"""A host opens a queue on her phone, somebody takes a number on his, and is called."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser.acting import come_in, known_at
from tests.browser.neighbourhood import neighbourhood
from tests.browser.street import Street

pytestmark = pytest.mark.browser

PLACE = "Gemeindehaus"
TITLE = "Trinkwasser"


def test_a_number_is_taken_and_called(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await here.phone("dora"), await here.phone("emil")
            await come_in(here, dora, "Dora Lind")
            await come_in(here, emil, "Emil Roth")
            await known_at(here, here.first, "Dora Lind", "Emil Roth")
            place = await here.anna.type("place", "add", PLACE, "--category", "hall")
            await here.anna.type("role", "grant", "Dora Lind", "host", "--place", place["id"])

            await dora.go("host")
            await dora.tap(re.compile(PLACE))
            await dora.choose("Open new times or a queue")
            await dora.choose("A queue with numbers")
            await dora.fill("Title", TITLE)
            soon = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=2)
            await dora.fill("Begins", f"{soon:%Y-%m-%dT%H:%M}")
            await dora.choose("Open it")
            await dora.says("Nobody is waiting")

            await emil.go("places")
            await emil.tap(re.compile(PLACE))
            await emil.tap(re.compile(TITLE))
            await emil.choose("Take a number")
            await emil.choose("Look at my bookings")
            await emil.says("Your number")
            await emil.says("Nobody is before you.")
            await emil.picture("number")

            await dora.tap(re.compile(re.escape(dora.word("Call number {number}", number="1"))))
            await emil.says("It is your turn. Please go there now.")
            await emil.go("now")
            await emil.says("It is your turn")
            await dora.choose("Was here")
            await dora.says("Nobody is waiting")

    asyncio.run(play())
