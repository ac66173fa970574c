"""An ordinary Tuesday: a lunch table with eight seats, every week, signed up for at three nodes.

Everything is typed at the command line and read from there; radios lose a fifth of all packets.
"""

import asyncio
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.interop.settlers import known_everywhere, settled
from tests.interop.village import Person, Village, village
from tests.patience import AIR_S

LOSS = 0.2
HOUSE, LIBRARY, YARD = "Gemeindehaus", "Bibliothek", "Werkhof"
PEOPLE = {
    "Anna": HOUSE,
    "Bert": LIBRARY,
    "Cem": YARD,
    "Dora": LIBRARY,
    "Emre": YARD,
    "Fatma": HOUSE,
    "Gerd": LIBRARY,
    "Hanna": YARD,
    "Ilse": HOUSE,
}
OEZIL = "Herr Özil"
SEATS = 8
FOUR_MINUTES, NINE_DAYS = 4, 208 * 60
"""After that the second lunch is over and the third is not, whatever the hour is now; on the day
after clocks go back, too."""


def test_a_lunch_table_fills_moves_up_and_keeps_its_seats_through_a_change(tmp_path: Path) -> None:
    asyncio.run(_play(tmp_path))


async def _play(directory: Path) -> None:
    async with village(directory, (HOUSE, LIBRARY, YARD), loss=LOSS) as town:
        people = settled(town, PEOPLE)
        await town.start()
        await known_everywhere(town, people)
        table = await _invite(town, people["Anna"])
        await _who_is_cut_off_has_asked_and_no_more(town, people["Cem"], table)
        await _seven_more_sign_up(town, people, table)
        await _two_come_too_late(town, people, table)
        await _one_leaves_and_the_next_moves_up(town, people, table)
        await _the_host_changes_two_words(town, people["Anna"], table)
        await _a_calendar_has_it(town, table)
        await _minutes_go_to_a_circle(town, people, table)


async def _invite(town: Village, anna: Person) -> str:
    words = ("meetup", "post", "Mittagstisch", "--at", "tomorrow 12:00", "--length", "90m")
    posted = await anna.type(*words, "--place", HOUSE, "--weekly", "4", "--seats", str(SEATS))
    assert [one["free"] for one in posted["slots"]] == [SEATS] * 4
    root = str(posted["root"])
    for name in town.places:
        reader = town.person("a reader", name)
        await reader.until(
            lambda found: [one["root"] for one in found] == [root],
            *("meetup", "list"),
            within_s=AIR_S,
        )
    return root


async def _who_is_cut_off_has_asked_and_no_more(town: Village, cem: Person, table: str) -> None:
    """Cem's node cannot reach the one that books: it says so everywhere, and books nothing."""
    town.part(YARD)
    said = await cem.says("meetup", "join", table)
    assert f"Asked for. Not booked yet: the node {HOUSE} decides" in said, said
    assert "Booked" not in said
    (mine,) = await cem.type("meetup", "list", "--mine")
    assert (mine["state"], mine["booked"], mine["sellers"]) == ("asked", [], [])
    (shown,) = (await cem.type("meetup", "show", table))["claims"]
    assert shown["state"] == "asked"
    assert await _free(cem, table) == SEATS
    calendar = await _exported(cem, "bookings", "--of", cem.name)
    assert "STATUS:TENTATIVE" in calendar
    assert "STATUS:CONFIRMED" not in calendar
    town.heal()
    await cem.until(_is_booked, "booking", "show", mine["id"], within_s=AIR_S)
    assert "Booked by Gemeindehaus: place 1." in await cem.says("booking", "show", mine["id"])
    assert "STATUS:CONFIRMED" in await _exported(cem, "bookings", "--of", cem.name)


async def _seven_more_sign_up(town: Village, people: dict[str, Person], table: str) -> None:
    """From three nodes at once; Bert also for a neighbour without a phone."""
    bert = people["Bert"]
    others = [people[name] for name in ("Anna", "Bert", "Dora", "Emre", "Fatma", "Gerd")]
    asked = await asyncio.gather(
        *(one.type("meetup", "join", table) for one in others),
        bert.type("meetup", "join", table, "--for", OEZIL),
    )
    for one in asked:
        assert one["state"] in ("asked", "booked")
        assert (one["state"] == "booked") is bool(one["booked"]), one
    for name in town.places:
        reader = town.person("a reader", name)
        full = await reader.until(_is_full, "meetup", "show", table, within_s=AIR_S)
        assert sorted(_seats(full)) == list(range(1, SEATS + 1))
        assert [one["free"] for one in full["slots"][1:]] == [SEATS] * 3
        (for_him,) = [one for one in full["claims"] if one["on_behalf"] == OEZIL]
        assert (for_him["by_name"], for_him["state"]) == ("Bert", "booked")
    assert f"{OEZIL} (by Bert)" in await people["Cem"].says("meetup", "show", table)


async def _two_come_too_late(town: Village, people: dict[str, Person], table: str) -> None:
    """The table is full: whoever says no week is on the waiting list of this one."""
    hanna, ilse = people["Hanna"], people["Ilse"]
    late = await hanna.type("meetup", "join", table)
    assert (late["state"], late["first_slot"], late["booked"]) == ("asked", 1, [])
    await town.pass_time(FOUR_MINUTES)
    await ilse.until(_waits(late["id"]), "meetup", "show", table, within_s=AIR_S)
    said = await ilse.says("meetup", "join", table)
    assert "Not booked yet" in said, said
    assert "About 1 asked before." in said, said
    assert "--time 2" in said, said
    for one in (hanna, ilse):
        (mine,) = await one.type("meetup", "list", "--mine")
        assert (mine["state"], mine["booked"]) == ("asked", [])


async def _one_leaves_and_the_next_moves_up(
    town: Village, people: dict[str, Person], table: str
) -> None:
    """Bert leaves and his neighbour stays; Hanna, who asked first, has his seat."""
    bert, hanna, ilse = people["Bert"], people["Hanna"], people["Ilse"]
    before = await bert.type("meetup", "list", "--mine")
    (own,) = [one for one in before if one["on_behalf"] is None]
    left = await bert.type("meetup", "leave", table)
    assert (left["id"], left["state"]) == (own["id"], "cancelled")
    (waiting,) = await hanna.type("meetup", "list", "--mine")
    moved = await hanna.until(_is_booked, "booking", "show", waiting["id"], within_s=AIR_S)
    assert [one["first_unit"] for one in moved["booked"]] == [
        one["first_unit"] for one in own["booked"]
    ]
    for name in town.places:
        reader = town.person("a reader", name)
        shown = await reader.until(
            lambda found: (
                _state_of(found, "Hanna") == ["booked"]
                and _state_of(found, "Ilse") == ["asked"]
                # That he left, and that she has his seat, come each in its own frame.
                and sorted(_state_of(found, "Bert")) == ["booked", "cancelled"]
            ),
            *("meetup", "show", table),
            within_s=AIR_S,
        )
        assert sorted(_seats(shown)) == list(range(1, SEATS + 1))
    (last,) = await ilse.type("meetup", "list", "--mine")
    assert (last["state"], last["ahead"]) == ("asked", 0)


async def _the_host_changes_two_words(town: Village, anna: Person, table: str) -> None:
    before = await _settled_claims(anna, table)
    await anna.type("meetup", "update", table, "--text", "Tassen mitbringen")
    for name in town.places:
        reader = town.person("a reader", name)
        shown = await reader.until(
            lambda found: found["text"] == "Tassen mitbringen",
            *("meetup", "show", table),
            within_s=AIR_S,
        )
        assert (shown["root"], shown["title"], shown["where"]) == (table, "Mittagstisch", HOUSE)
        assert len(await reader.type("meetup", "list")) == 1
    until_s = time.monotonic() + AIR_S
    for name in town.places:
        reader = town.person("a reader", name)
        while await _settled_claims(reader, table) != before:
            assert time.monotonic() < until_s, f"bookings differ at {name}"


async def _a_calendar_has_it(town: Village, table: str) -> None:
    for name in town.places:
        calendar = await _exported(town.person("a reader", name), "meetups")
        assert calendar.count("BEGIN:VEVENT") == 4
        assert calendar.count("SUMMARY:Mittagstisch") == 4
        assert calendar.count(f"LOCATION:{HOUSE}") == 4
        # The first lunch is full; the others must not look full, nor it look free.
        free = [calendar.count(f"Free: {left} / {SEATS}") for left in (0, SEATS)]
        assert free == [1, 3], calendar
        assert f"UID:meetups-{table}@" in calendar
        assert "Tassen mitbringen" in calendar


async def _minutes_go_to_a_circle(town: Village, people: dict[str, Person], table: str) -> None:
    """After the second lunch; who is not in the circle does not read them."""
    anna, cem, gerd = people["Anna"], people["Cem"], people["Gerd"]
    await town.pass_time(NINE_DAYS)
    for one in (anna, cem, gerd):
        await one.type("message", "sync")
    founded = await anna.type("circle", "new", "Tischrunde")
    await anna.at_last("circle", "add", cem.name, founded["id"], within_s=AIR_S)
    said = "Wir kochen ab jetzt reihum."
    await anna.type("meetup", "minutes", table, "--circle", "Tischrunde", said)
    await cem.until(bool, *("circle", "list"), within_s=AIR_S)
    came = await cem.until(
        lambda found: said in json.dumps(found, ensure_ascii=False),
        *("circle", "read", founded["id"], "--all"),
        within_s=AIR_S,
    )
    second = (await anna.type("meetup", "show", table))["slots"][1]
    head = came[-1]["text"].split("\n")[0]
    assert head.startswith("Mittagstisch, ")
    assert head.endswith(f"({table})")
    assert _day(second["starts"]) in head, (head, second)
    await gerd.type("message", "sync")
    assert await gerd.type("circle", "list") == []
    assert said not in json.dumps(await gerd.type("message", "list"), ensure_ascii=False)


async def _free(reader: Person, table: str) -> int:
    return int((await reader.type("meetup", "show", table))["slots"][0]["free"])


async def _exported(reader: Person, what: str, *more: str) -> str:
    """Return a calendar, its folded lines joined."""
    said = await reader.says("export", "--what", what, "--format", "ics", *more)
    return said.replace("\r\n", "\n").replace("\n ", "")


async def _settled_claims(reader: Person, table: str) -> list[Any]:
    shown = await reader.type("meetup", "show", table)
    return [
        (one["id"], one["state"], one["booked"], one["bookings"], one["on_behalf"])
        for one in shown["claims"]
    ]


def _is_booked(claim: Any) -> bool:
    return bool(claim["state"] == "booked")


def _seats(shown: Any) -> list[int]:
    """Return the numbers of the seats that are booked, of all claims that hold."""
    return [
        run["first_unit"]
        for one in shown["claims"]
        if one["state"] == "booked"
        for run in one["booked"]
    ]


def _is_full(shown: Any) -> bool:
    # Who got which seat and what the host has left are told by different objects.
    return len(_seats(shown)) == SEATS and shown["slots"][0]["free"] == 0


def _waits(claim: str) -> Any:
    return lambda shown: any(
        one["id"] == claim and one["state"] == "asked" for one in shown["claims"]
    )


def _state_of(shown: Any, name: str) -> list[str]:
    return [one["state"] for one in shown["claims"] if one["by_name"] == name]


def _day(starts: str) -> str:
    """Return the day of a moment, as it is written in Germany's time zone."""
    return f"{datetime.fromisoformat(starts).astimezone(ZoneInfo('Europe/Berlin')):%a %d %b}"
