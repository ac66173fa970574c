"""Somebody calls for help on a phone, and a coordinator takes it on the command line."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.acting import calls, come_in
from tests.browser.neighbourhood import ANNA, neighbourhood
from tests.browser.street import Street
from tests.patience import WIRE_S

pytestmark = pytest.mark.browser

NEED = "Meine Mutter hat kein Insulin mehr."


def test_a_call_for_help_is_taken_and_the_caller_reads_by_whom(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora Lind")
            await phone.go("checkin")
            await phone.choose("We need help")
            await phone.choose("It cannot wait")
            await phone.fill("What else should a helper know?", NEED)
            await phone.fill("Where?", "Hafenstr. 3")
            await phone.picture("help")
            await phone.choose("Call for help")
            await phone.choose("See what becomes of it")
            await phone.says("Nobody has taken it yet. Nobody is on the way.")
            [call] = await calls(here)
            assert (call["text"], call["where"], call["state"]) == (NEED, "Hafenstr. 3", "urgent")
            await here.anna.type("call", "take", str(call["root"]))
            await phone.says(
                "{name} has it since {time}. Nobody has said to be on the way.", name=ANNA
            )
            await here.anna.type("call", "take", str(call["root"]), "--on-the-way")
            await phone.says("{name} said at {time}: on the way.", name=ANNA)
            await phone.choose("We are OK now")
            await here.anna.until(lambda found: found["new"] == 0, "call", "list", within_s=WIRE_S)

    asyncio.run(play())
