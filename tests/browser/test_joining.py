"""From a stranger to a member, and back again from paper: as residents do it, on real nodes."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.neighbourhood import Neighbourhood, neighbourhood
from tests.browser.phone import Kind, Phone
from tests.browser.street import Street
from tests.browser.walking import settled
from tests.patience import WIRE_S

pytestmark = pytest.mark.browser

ENGLISH = Kind(language="en-GB")
PATIENT_S = WIRE_S


async def opened(here: Neighbourhood, *flags: str) -> dict[str, Any]:
    """Let a phone in, as whoever looks after the node does; return address and code."""
    words = ("phone", "pair", *flags, "--no-wait", "--address", here.origin())
    found: dict[str, Any] = await here.anna.type(*words)
    return found


async def join(here: Neighbourhood, phone: Phone, name: str) -> None:
    """Join by an invitation in the QR code."""
    opening = await opened(here, "--invite")
    await phone.open(opening["address"])
    await settled(phone)
    await phone.tap("Join in")
    await phone.write("Your name", name)
    await phone.tap("Join in")
    await phone.sees(f"Welcome, {name}!", within_s=PATIENT_S)


async def words_of(phone: Phone) -> list[str]:
    """Read the words on the sheet."""
    await phone.asks("() => { location.hash = '#/me/sheet'; }")
    await phone.sees("I have written them down")
    found: list[str] = await phone.page.locator(".paper-words li").all_inner_texts()
    return found


def test_who_scans_an_invitation_is_a_member_and_gets_back_from_paper(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora = await here.phone("dora", ENGLISH)
            await join(here, dora, "Dora Petrova")
            assert "#1." not in await dora.asks("location.href")
            members = await here.anna.type("member", "list")
            assert "Dora Petrova" in {one["name"] for one in members}

            words = await words_of(dora)
            assert len(words) == 12
            await dora.tap("I have written them down")
            await dora.sees("Look at your paper")
            for label in await dora.page.locator("label").all_inner_texts():
                number = int(re.sub(r"\D", "", label))
                await dora.write(label, words[number - 1])
            await dora.tap("Go on")
            await dora.sees("You have written them down.")

            other = await here.phone("dora2", ENGLISH)
            opening = await opened(here)
            await other.open(here.origin())
            await other.asks("() => { location.hash = '#/join/restore'; }")
            await other.write("The words on your sheet", " ".join(words))
            await other.tap("Go on")
            await other.write("Code of the node", opening["code"].lower())
            await other.tap("Yes, get my name back")
            await other.sees("Dora Petrova, you are back.", within_s=PATIENT_S)
            await other.tap("Yes, cut off")
            await other.tap("Go on")
            await other.sees("Hello Dora Petrova")
            await dora.open(here.origin())
            await dora.sees("was cut off", within_s=PATIENT_S)

    asyncio.run(play())


def test_who_types_a_code_says_six_digits_to_a_member(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            omar = await here.phone("omar", ENGLISH)
            opening = await opened(here)
            await omar.open(here.origin() + "/#/join")
            await omar.write("Your name", "Omar")
            await omar.write("Code of the node", "K7Q2-M9XD")
            await omar.tap("Join in")
            await omar.sees("This code is wrong")
            await omar.write("Code of the node", opening["code"])
            await omar.tap("Join in")
            digits = await omar.page.locator(".digits").inner_text()
            await here.anna.type("member", "admit", re.sub(r"\D", "", digits), "--yes")
            await omar.sees("Welcome, Omar!", within_s=PATIENT_S)

    asyncio.run(play())


def test_a_code_is_good_for_one_phone(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            first, second = await here.phone("a", ENGLISH), await here.phone("b", ENGLISH)
            opening = await opened(here)
            for phone in (first, second):
                await phone.open(opening["address"])
                await phone.tap("Join in")
                await phone.write("Your name", "Ada")
                await phone.tap("Join in")
            await second.sees("Another phone has used this code already")
            await first.sees("Say these digits")

    asyncio.run(play())


def test_a_second_phone_signs_after_the_first_one_said_yes(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            first, second = await here.phone("a", ENGLISH), await here.phone("b", ENGLISH)
            await join(here, first, "Dora")
            opening = await opened(here)
            await second.open(opening["address"])
            await second.tap("Join in")
            await second.tap("My other phone is with me")
            await second.tap("Connect")
            await second.tap("Dora")
            await second.sees("Scan this with the camera of your other phone")
            line = await second.page.locator("svg.qr").get_attribute("data-text")
            await first.open(str(line))
            await first.tap("Look at it")
            await first.tap("Yes, it is mine")
            await first.sees("Your other phone signs for you now.", within_s=PATIENT_S)
            await second.sees("This phone signs for Dora now.", within_s=PATIENT_S)

    asyncio.run(play())


def test_who_takes_everything_back_leaves_nothing_on_phone_and_board(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora = await here.phone("dora", ENGLISH)
            await join(here, dora, "Dora")
            await dora.asks("() => { location.hash = '#/me/erase'; }")
            await dora.tap("Go on")
            await dora.tap("Take back, disconnect, and delete my key here")
            await dora.sees("On this phone nothing is left of you.", within_s=PATIENT_S)
            await dora.open(here.origin())
            await settled(dora)
            await dora.sees("To post, answer and write you need a name")
            phones = await here.anna.type("phone", "list")
            assert phones["phones"] == []

    asyncio.run(play())


def test_what_is_said_out_of_the_wifi_arrives_after_a_reload_and_on_return(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora = await here.phone("dora", ENGLISH)
            await join(here, dora, "Dora")
            await dora.asks("() => { location.hash = '#/checkin'; }")
            button = dora.page.get_by_role("button", name="I am OK")
            await button.wait_for()
            dora.walk_out()
            await button.tap()
            await dora.sees("on this phone only", within_s=PATIENT_S)
            await dora.switch_off()
            dora.come_back()
            await dora.switch_on()
            await dora.open(here.origin())
            found = await here.anna.until(bool, "checkin", "list", within_s=PATIENT_S)
            assert [one["author_name"] for one in found] == ["Dora"]

    asyncio.run(play())


def test_a_member_speaks_for_a_newcomer_on_the_phone_and_a_steward_completes_it(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, omar = await here.phone("dora", ENGLISH), await here.phone("omar", ENGLISH)
            await join(here, dora, "Dora")
            opening = await opened(here)
            await omar.open(opening["address"])
            await omar.tap("Join in")
            await omar.write("Your name", "Omar")
            await omar.tap("Join in")
            digits = await omar.page.locator(".digits").inner_text()

            await dora.asks("() => { location.hash = '#/me/admit'; }")
            await dora.write("The six digits", digits)
            await dora.tap("Go on")
            shown = dora.page.locator(".fingerprint")
            compared = await omar.page.locator(".fingerprint").inner_text()
            assert await shown.inner_text() == compared
            await dora.tap("Yes, take in")
            await dora.sees("You spoke for Omar.", within_s=PATIENT_S)
            await omar.sees("One member has spoken for you.", within_s=PATIENT_S)
            await here.anna.type("member", "vouch", "Omar", "--yes")
            await omar.sees("Welcome, Omar!", within_s=PATIENT_S)

    asyncio.run(play())
