"""Places, numbers and calls for help on a resident's phone, and the host and coordinator beyond."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.acting import calls, come_in
from tests.browser.audit import faults
from tests.browser.furnishing import PLACE, QUEUE, furnish
from tests.browser.neighbourhood import SOON_S, neighbourhood
from tests.browser.phone import Kind
from tests.browser.street import Street
from tests.browser.walking import settled

pytestmark = pytest.mark.browser


def test_a_level_a_number_and_a_call_go_out_and_come_back(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            there = await furnish(here)
            place, queue = there.place[:8], there.queue[:8]
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora")

            await phone.go("places", place)
            await phone.choose("Full")
            await phone.says("The node has it, and passes it on.")
            shown = await here.anna.type("level", "show", PLACE)
            assert [one["level"] for one in shown["levels"] if one["said_by"] == "Dora"] == ["full"]

            await phone.go("places", place, "book", queue)
            await phone.choose("Take a number")
            await phone.choose("Look at my bookings")
            await phone.sees(QUEUE)
            await phone.says("Your number")
            await here.anna.type("ticket", "next", queue)
            await phone.says("It is your turn. Please go there now.")

            await phone.go("checkin", "help")
            await phone.choose("Medicine")
            await phone.choose("Call for help")
            await phone.says("The node has it, and passes it on.")
            (call,) = await calls(here)
            assert (call["who"], call["needs"]) == ("Dora", ["medicine"])
            await phone.go("checkin")
            await phone.says("Nobody has taken it yet. Nobody is on the way.")
            await here.anna.type("call", "take", str(call["root"]))
            await phone.says("{name} has it since {time}. Nobody has said to be on the way.")
            await phone.choose("We are OK now")
            await phone.says("The node has it, and passes it on.")
            # What the page said of the call itself looks the same.
            await here.anna.until(
                lambda found: [one["stage"] for one in found["calls"]] == ["ended"],
                *("call", "list"),
                within_s=SOON_S,
            )

    asyncio.run(play())


def test_a_host_confirms_on_the_phone_what_a_neighbour_asked_for(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            there = await furnish(here)
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora")
            await here.anna.type("role", "grant", "Dora", "host", "--place", there.place)
            workshop = await here.anna.type(
                *("slots", "open", "Werkstatt", "--at", "tomorrow 18:00", "--length", "2h"),
                *("--by-hand", "--place", PLACE),
            )
            asked = await here.anna.type("booking", "ask", workshop["root"])
            assert asked["state"] == "asked"
            await phone.open(here.origin() + "/#/host/" + there.place[:8])
            await phone.choose("Confirm")
            await phone.says("The node has it, and passes it on.")
            await here.anna.until(
                lambda one: one["state"] == "booked",
                *("booking", "show", asked["id"][:8]),
                within_s=SOON_S,
            )

    asyncio.run(play())


_IS_AHEAD = """
    () => performance.getEntriesByType("resource").some((one) => one.name.includes("/checkin-"))
"""


def test_out_of_the_wifi_a_call_waits_on_the_phone_and_nothing_else_is_said(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            phone = await here.phone("dora")
            await come_in(here, phone, "Dora")
            await phone.open(here.origin() + "/#/now")
            await phone.page.wait_for_function(_IS_AHEAD)
            phone.walk_out()
            await phone.go("checkin")
            await phone.choose("We need help")
            await phone.choose("It cannot wait")
            await phone.fill("What else should a helper know?", "Frau Schulz ist gestürzt.")
            await phone.choose("Call for help")
            await phone.says(
                "Still on this phone only: the node has not got it. Nobody else sees it.",
                within_s=SOON_S,
            )
            assert await calls(here) == []
            phone.come_back()
            await phone.says("The node has it, and passes it on.", within_s=SOON_S)
            (call,) = await calls(here)
            assert (call["state"], call["text"]) == ("urgent", "Frau Schulz ist gestürzt.")

    asyncio.run(play())


@pytest.mark.parametrize(
    "kind", [Kind("ar"), Kind("de-DE", is_dark=True, text_px=32)], ids=["ar", "large"]
)
def test_what_hosts_and_coordinators_see_keeps_nobody_out(
    street: Street, tmp_path: Path, kind: Kind
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            there = await furnish(here)
            place, queue, slots = there.place[:8], there.queue[:8], there.slots[:8]
            phone = await here.phone("dora", kind)
            await come_in(here, phone, "Dora")
            await here.anna.type("role", "grant", "Dora", "coordinator")
            await here.anna.type("role", "grant", "Dora", "host", "--place", there.place)
            await here.anna.type("ticket", "take", queue)
            await here.anna.type("booking", "ask", slots)
            await here.anna.type("checkin", "help", "Kein Wasser", "--need", "water")
            await phone.open(here.origin() + "/#/now")
            await settled(phone)
            found: list[str] = []
            for screen in (
                *(["host"], ["host", place], ["triage"], ["triage", "roll"], ["triage", "mode"]),
                *(["map"], ["map", place], ["places", place, "book", slots], ["places", "mine"]),
                *(["checkin"], ["checkin", "help"]),
            ):
                await phone.go(*screen)
                await settled(phone)
                found += [f"{'/'.join(screen)}: {one}" for one in await faults(phone)]
            assert found == []

    asyncio.run(play())
