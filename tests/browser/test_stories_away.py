"""Phones that leave and come back, nodes that restart, phones that are lost."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.acting import (
    BY_RADIO_S,
    come_in,
    known_at,
    open_letters,
    write_down,
    write_news,
    write_to,
)
from tests.browser.neighbourhood import Neighbourhood, neighbourhood
from tests.browser.phone import Phone
from tests.browser.street import Street
from tests.patience import WIRE_S

pytestmark = pytest.mark.browser

MESSAGE = "Bin im Keller, alles gut."
NEWS = "Im Keller der Schule ist es warm."
LATER = "Bringe morgen Brot mit."


def test_what_was_written_outside_the_wifi_arrives_once_after_coming_back(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await two_who_know_each_other(here)
            await write_to(dora, "Emil Roth", "Hallo Emil.")
            await open_letters(emil, "Dora Lind", "Hallo Emil.")

            dora.walk_out()
            await write_to(dora, "Emil Roth", MESSAGE)
            await dora.says("On this phone only. No node has it yet.")
            await write_news(dora, NEWS)
            await dora.says("It is on this phone. It goes out as soon as the node answers.")
            await dora.go("now")
            await dora.says("It waits here until the node answers.")
            dora.come_back()
            await emil.sees(MESSAGE, within_s=BY_RADIO_S)
            await arrived_once(here, emil, NEWS, MESSAGE)

            dora.walk_out()
            await write_to(dora, "Emil Roth", LATER)
            await dora.switch_off()
            dora.come_back()
            await dora.switch_on()
            await dora.open(here.origin())
            await emil.sees(LATER, within_s=BY_RADIO_S)
            await arrived_once(here, emil, NEWS, MESSAGE, LATER)

    asyncio.run(play())


def test_a_node_restarts_and_nobody_notices(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, emil = await two_who_know_each_other(here)
            for phone in (dora, emil):
                phone.forgive_silence()
            node = here.town.places[here.first]
            await node.stop()
            await node.start()
            await write_to(dora, "Emil Roth", MESSAGE)
            await open_letters(emil, "Dora Lind", MESSAGE)
            await dora.says("Reached a phone of {name}.", name="Emil Roth", within_s=BY_RADIO_S)
            await dora.go("now")
            await dora.sees_no(dora.word("This node does not know this phone any more."))

    asyncio.run(play())


def test_a_lost_phone_is_replaced_by_twelve_words(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            lost = await here.phone("dora")
            await come_in(here, lost, "Dora Lind")
            words = await write_down(lost)
            await lost.switch_off()

            opened = await here.anna.type("phone", "pair", "--no-wait")
            new = await here.phone("new")
            await new.open(opened["address"])
            await new.choose("Join in")
            await new.choose("I have recovery words")
            await new.fill("The words on your sheet", " ".join(words))
            await new.choose("Go on")
            await new.choose("Yes, get my name back")
            await new.says("{name}, you are back.", name="Dora Lind")
            await new.choose("Yes, cut off")
            await new.choose("Go on")
            await new.says("Hello {name}", name="Dora Lind")
            await write_news(new, NEWS)
            await arrived_once(here, None, NEWS)

    asyncio.run(play())


async def two_who_know_each_other(here: Neighbourhood) -> tuple[Phone, Phone]:
    """Let Dora and Emil come in at the first node."""
    dora, emil = await here.phone("dora"), await here.phone("emil")
    await come_in(here, dora, "Dora Lind")
    await come_in(here, emil, "Emil Roth")
    await known_at(here, here.first, "Dora Lind", "Emil Roth")
    return dora, emil


async def arrived_once(
    here: Neighbourhood, reader: Phone | None, news: str, *messages: str
) -> None:
    """Wait for the news on the board; it and each message are there once."""
    board = await here.anna.until(
        lambda found: any(one["text"] == news for one in found),
        *("bulletin", "list"),
        within_s=WIRE_S,
    )
    assert [one["text"] for one in board].count(news) == 1
    if reader is not None:
        shown = await reader.page.locator(".bubble .words").all_text_contents()
        assert [one for one in shown if one in messages] == list(messages)
