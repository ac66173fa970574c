"""News in sentences that everybody reads in their own language; warnings, and their end.

Two nodes with radios between them: a coordinator writes at one, a neighbour reads at the other in
Arabic. Both have small phones.
"""

import asyncio
import re
from pathlib import Path

import pytest

from tests.browser.acting import BY_RADIO_S, come_in
from tests.browser.audit import faults
from tests.browser.neighbourhood import Neighbourhood, neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 640}
HERE, THERE = "Nordmarkt", "Hafen"


async def two_at_two_nodes(here: Neighbourhood) -> tuple[Phone, Phone]:
    """Return a coordinator's phone at one node, and a reader's in Arabic at the other."""
    dora = await here.phone("dora", Kind("de-DE", **SMALL))
    amal = await here.phone("amal", Kind("ar", **SMALL))
    await come_in(here, dora, "Dora Lind", HERE)
    await amal.open(here.origin(THERE))
    await here.anna.type("role", "grant", "Dora Lind", "coordinator")
    await dora.go("now")
    await dora.says("Calls for help", within_s=30)
    return dora, amal


async def looked_at(phone: Phone, name: str) -> None:
    """Photograph a screen, on which nothing may be wrong."""
    await settled(phone)
    await phone.picture(f"news-{name}")
    assert await faults(phone) == [], name


async def fill_in(phone: Phone, sentence: str, **blanks: str) -> None:
    """Choose a sentence of those that are there, and fill in some of its blanks."""
    await phone.go("board", "new", "news", sentence)
    for question, said in blanks.items():
        await phone.page.get_by_label(re.compile(f"^{re.escape(question)}")).first.fill(said)


def test_news_from_a_sentence_are_read_in_the_language_of_who_reads(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path, HERE, THERE) as here:
            dora, amal = await two_at_two_nodes(here)
            await dora.go("board", "new")
            await dora.choose("News for everybody")
            await dora.says("Everybody reads these sentences in their own language.")
            await looked_at(dora, "sentences")
            await dora.fill("Search all sentences", "Trinkwasser")
            await dora.tap("Trinkwasserausgabe")
            await dora.choose("See how it reads")
            await dora.says("“{question}” is missing, or does not fit.", question="Wo?")
            await dora.page.get_by_label("Wo?").fill("Nordmarkt")
            await dora.page.get_by_label(re.compile("^Wie viele Liter")).fill("20")
            await looked_at(dora, "blanks")
            await dora.choose("See how it reads")
            await dora.sees(re.compile("20 Liter pro Person"))
            await looked_at(dora, "preview")
            await dora.choose("Post it")
            await dora.choose("Show it")
            await amal.go("board")
            await amal.sees(re.compile("20 لتر"), within_s=BY_RADIO_S)
            await looked_at(amal, "read")
            [posted] = await here.at(THERE).type("bulletin", "list")
            assert posted["template"]["parameters"]["litres"] == 20

    asyncio.run(play())


def test_a_warning_is_asked_about_twice_changed_and_ended_at_both_nodes(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path, HERE, THERE) as here:
            dora, amal = await two_at_two_nodes(here)
            await fill_in(dora, "boil-water", **{"Welche Straßen": "Hafenstraße"})
            await dora.choose("See how it reads")
            await dora.choose("Post it")
            await dora.says("This goes to everybody. Is it true?")
            await looked_at(dora, "asked-twice")
            assert await here.anna.type("bulletin", "list") == []
            await dora.choose("Yes, warn everybody")
            await dora.choose("Show it")
            await amal.go("now")
            await amal.sees(re.compile("Hafenstraße"), within_s=BY_RADIO_S)
            await looked_at(amal, "warned")

            await dora.choose("Change")
            await dora.page.get_by_label(re.compile("^Wie viele Minuten")).fill("5")
            await dora.choose("See how it reads")
            await dora.choose("Post it")
            await dora.choose("Yes, warn everybody")
            await dora.choose("Show it")
            await amal.sees(re.compile("5 دقائق"), within_s=BY_RADIO_S)

            await dora.choose("All-clear")
            await dora.page.get_by_label(re.compile("^Was ist vorbei")).select_option("tap-water")
            await dora.choose("See how it reads")
            await dora.choose("Post it")
            await dora.says("Is it really over?")
            await looked_at(dora, "over")
            await dora.choose("Yes, it is over")
            await amal.sees_no(re.compile("5 دقائق"))
            await amal.go("board")
            [left] = await here.at(THERE).type("bulletin", "list")
            assert (left["severity"], left["template"]["id"]) == ("minor", "all-clear")
            await looked_at(amal, "over")

    asyncio.run(play())


def test_a_drill_cannot_be_mistaken_and_is_taken_back(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path, HERE, THERE) as here:
            dora, amal = await two_at_two_nodes(here)
            await dora.go("board", "new", "bulletin")
            await dora.page.get_by_label(dora.word("This is a drill")).check()
            await dora.fill("What is there to say?", "Gasgeruch in der Hafenstr.")
            await dora.choose("Immediate danger")
            await looked_at(dora, "drill-form")
            await dora.choose("See how it reads")
            await dora.sees("ÜBUNG")
            await dora.choose("Post it")
            await dora.says("Post a drill to everybody?")
            await looked_at(dora, "drill-asked")
            await dora.choose("Yes, post the drill")
            await dora.choose("Show it")
            await amal.go("board")
            await amal.sees("Gasgeruch in der Hafenstr.", within_s=BY_RADIO_S)
            await amal.says("DRILL")
            await looked_at(amal, "drill-read")
            await dora.choose("Take it back")
            await dora.choose("Take it back")
            await amal.page.get_by_text("Gasgeruch").wait_for(
                state="detached", timeout=BY_RADIO_S * 1000
            )

    asyncio.run(play())
