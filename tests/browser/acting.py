"""What people do with their phones, as stories tell it."""

import json
import re

from playwright.async_api import expect

from tests.browser.neighbourhood import Neighbourhood
from tests.browser.phone import Phone
from tests.patience import AIR_S

BY_RADIO_S = AIR_S
"""Until what somebody did at one node is known at another."""
WORDS = 12
"""On a sheet."""


async def come_in(here: Neighbourhood, phone: Phone, name: str, node: str | None = None) -> None:
    """Scan a code with an invitation, which Anna shows at a node, and become a member."""
    opened = await here.at(node or here.first).type("phone", "pair", "--invite", "--no-wait")
    await phone.open(opened["address"])
    await phone.choose("Join in")
    await phone.fill("Your name", name)
    await phone.choose("Join in")
    await phone.says("Welcome, {name}!", name=name)


async def known_at(here: Neighbourhood, node: str, *names: str) -> None:
    """Return once a node knows these members."""
    await here.at(node).until(
        lambda found: {one["name"] for one in found} >= set(names),
        *("member", "list"),
        within_s=BY_RADIO_S,
    )


async def write_down(phone: Phone) -> list[str]:
    """Write the recovery words on paper; return them."""
    await phone.choose("Write the words down")
    listed = phone.page.locator(".paper-words li")
    await expect(listed).to_have_count(WORDS)
    words = await listed.all_text_contents()
    await phone.choose("I have written them down")
    asked = phone.page.get_by_label(re.compile(phone.word("Word {number}", number=r"\d+")))
    for at in range(2):
        label = await asked.nth(at).evaluate("(one) => one.labels[0].textContent")
        found = re.search(r"\d+", label)
        assert found is not None
        await asked.nth(at).fill(words[int(found[0]) - 1])
    await phone.choose("Go on")
    await phone.says("You have written them down.")
    return words


async def write_to(phone: Phone, name: str, text: str) -> None:
    """Send somebody a private message, as soon as the phone knows them."""
    await phone.go("messages", "new")
    contact = phone.control(re.compile(name))
    await expect(contact).to_be_visible(timeout=BY_RADIO_S * 1000)
    await contact.tap()
    await phone.fill("Your message", text)
    await phone.choose("Send")
    await phone.sees(text)


async def post_offer(phone: Phone, title: str) -> None:
    """Offer something that stands in no list."""
    await phone.go("board", "new", "offer")
    await phone.choose("Something else, in my words")
    await phone.fill("What is it? A few words", title)
    await phone.choose("See how it reads")
    await phone.choose("Post it")
    await phone.choose("Show it")
    await phone.sees(title)


async def calls(here: Neighbourhood) -> list[dict[str, object]]:
    """Return the calls for help that Anna sees."""
    found = (await here.anna.type("call", "list"))["calls"]
    assert isinstance(found, list), json.dumps(found)
    return found


async def open_letters(phone: Phone, name: str, text: str) -> None:
    """Open what somebody wrote, once that has come."""
    await phone.go("messages")
    await phone.sees(name, within_s=BY_RADIO_S)
    await phone.tap(re.compile(name))
    await phone.sees(text, within_s=BY_RADIO_S)


async def write_news(phone: Phone, text: str) -> None:
    """Post a bulletin."""
    await phone.go("board", "new", "bulletin")
    await phone.fill("What is there to say?", text)
    await phone.choose("See how it reads")
    await phone.choose("Post it")
