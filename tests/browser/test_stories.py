"""What residents do with their phones, on real nodes, over the air and back."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.acting import BY_RADIO_S, come_in, known_at, write_down, write_to
from tests.browser.neighbourhood import neighbourhood
from tests.browser.street import Street

pytestmark = pytest.mark.browser


def test_somebody_scans_a_code_and_belongs(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora Lind")
            assert "1." not in await phone.asks("location.href"), "the secret stays visible"
            words = await write_down(phone)
            assert len(set(words)) > 6
            members = await here.anna.type("member", "list")
            assert "Dora Lind" in {one["name"] for one in members}
            listed = await here.anna.type("phone", "list")
            assert "Dora Lind" in str(listed)

    asyncio.run(play())


def test_two_at_two_nodes_write_to_each_other_and_see_how_far_it_came(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path, "Nordmarkt", "Hafen") as here:
            dora, emil = await here.phone("dora"), await here.phone("emil")
            await come_in(here, dora, "Dora Lind", "Nordmarkt")
            await come_in(here, emil, "Emil Roth", "Hafen")
            await known_at(here, "Nordmarkt", "Emil Roth")
            await known_at(here, "Hafen", "Dora Lind")
            await write_to(dora, "Emil Roth", "Der Schlüssel liegt unter dem Topf.")
            await emil.go("messages")
            await emil.sees("Dora Lind", within_s=BY_RADIO_S)
            await emil.tap("Dora Lind")
            await emil.sees("Der Schlüssel liegt unter dem Topf.")
            await dora.says("Reached a phone of {name}.", name="Emil Roth", within_s=BY_RADIO_S)

    asyncio.run(play())


def test_an_unpaired_phone_is_told_plainly(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora Lind")
            [listed] = (await here.anna.type("phone", "list"))["phones"]
            await here.anna.type("phone", "unpair", listed["key"][:8], "--yes")
            await phone.go("now")
            await phone.says("This node does not know this phone any more.")

    asyncio.run(play())
