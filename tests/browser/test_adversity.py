"""What goes wrong on phones: clocks, tabs put to sleep, storage that is forbidden, no Wi-Fi."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.acting import come_in
from tests.browser.furnishing import OFFER, QUEUE, furnish
from tests.browser.neighbourhood import SOON_S, neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser

YEARS_AHEAD_MS = 9 * 365 * 86_400_000
_CLOCK = """(() => {
  const Right = Date;
  self.Date = class extends Right {
    constructor(...said) { super(...(said.length === 0 ? [self.Date.now()] : said)); }
    static now() { return Right.now() + %d; }
  };
})()"""
_NO_STORAGE = """
indexedDB.open = () => { throw new DOMException("denied", "SecurityError"); };
const deny = { get() { throw new DOMException("denied", "SecurityError"); } };
Object.defineProperties(self, { localStorage: deny, sessionStorage: deny });
"""
_HAS_WORDS = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("meshnode");
    asked.onsuccess = () => done(asked.result);
  });
  const kept = database.transaction("values").objectStore("values").getAllKeys();
  const names = await new Promise((done) => { kept.onsuccess = () => done(kept.result); });
  database.close();
  return names.some((one) => one.startsWith("document/vocabulary/"));
}"""
NEWS = "Heute Abend Suppe im Hof, bringt Schüsseln mit."
KIND = Kind(width=360, height=640)


async def draft(phone: Phone, english: str) -> str:
    """Return what stands in a field."""
    return await phone.page.get_by_label(phone.word(english)).first.input_value()


def test_a_phone_in_another_year_takes_a_number_and_offers_for_a_week(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            there = await furnish(here)
            phone = await here.phone("dora", KIND)
            await phone.page.context.add_init_script(_CLOCK % YEARS_AHEAD_MS)
            await come_in(here, phone, "Dora")
            await phone.go("places", there.place[:8])
            await phone.sees(QUEUE)
            await phone.go("places", there.place[:8], "book", there.queue[:8])
            await phone.choose("Take a number")
            await phone.choose("Look at my bookings")
            await phone.says("Your number")
            await phone.go("board", "new", "meetup")
            year = (await here.anna.type("status"))["clock"]["now"][:4]
            begins = await draft(phone, "When does it begin?")
            assert int(begins[:4]) - int(year) in (0, 1)

    asyncio.run(play())


def test_what_is_half_written_is_there_after_a_reload_and_gone_once_it_was_posted(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora", KIND)
            await come_in(here, phone, "Dora")
            await phone.go("board", "new", "bulletin")
            await phone.fill("What is there to say?", NEWS)
            await phone.page.reload()
            assert await draft(phone, "What is there to say?") == NEWS
            await phone.go("board")
            await phone.page.go_back()
            await phone.choose("See how it reads")
            await phone.choose("Post it")
            await phone.says("It is on this node. Others read it as soon as their node has it.")
            await phone.go("board")
            await phone.sees(NEWS)
            await phone.go("board", "new", "bulletin")
            assert await draft(phone, "What is there to say?") == ""

    asyncio.run(play())


def test_out_of_the_wifi_after_a_reload_there_an_offer_is_written_and_goes_out_once(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora", KIND)
            await come_in(here, phone, "Dora")
            await phone.go("now")
            async with asyncio.timeout(SOON_S):
                while not await phone.asks(_HAS_WORDS):
                    await asyncio.sleep(0.1)
            await phone.page.reload()
            await settled(phone)
            phone.walk_out()
            await phone.go("board", "new", "offer")
            await phone.choose("Something else, in my words")
            await phone.fill("What is it? A few words", "Leiter")
            await phone.choose("See how it reads")
            post = phone.control(phone.word("Post it"))
            await post.wait_for(timeout=SOON_S * 1000)
            # A hand that shakes taps twice.
            await post.dblclick()
            await phone.says(
                "It is on this phone. It goes out as soon as the node answers.", within_s=SOON_S
            )
            phone.come_back()
            found = await here.anna.until(bool, "offer", "list", within_s=SOON_S)
            assert [one["headline"] for one in found] == ["Leiter"]

    asyncio.run(play())


def test_a_browser_that_keeps_nothing_reads_and_is_told_why_it_cannot_join(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            await furnish(here)
            phone = await here.phone("dora", KIND)
            await phone.page.context.add_init_script(_NO_STORAGE)
            await phone.open(here.origin() + "/#/board")
            await phone.sees(OFFER)
            await phone.go("join")
            await phone.says(
                "This browser keeps nothing for this page. "
                "Open it in an ordinary window, not a private one."
            )
            await expect(phone.page.get_by_role("textbox")).to_have_count(0)

    asyncio.run(play())
