"""A water point with sixty slots over three nodes, whose radios are parted for two days.

Everything is typed at the command line and read from there; radios lose a fifth of all packets.
Slots 1 to 20 stay at the town hall, 21 to 40 go to the school, 41 to 60 to the gym.
"""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.interop.settlers import known_everywhere, settled
from tests.interop.village import Person, Village, village
from tests.patience import AIR_S

LOSS = 0.2
HALL, SCHOOL, GYM = "Rathaus", "Schule", "Turnhalle"
PEOPLE = {
    "Anna": HALL,
    "Fatma": HALL,
    "Gerd": HALL,
    "Ilse": HALL,
    "Bert": SCHOOL,
    "Cem": SCHOOL,
    "Dora": GYM,
    "Emre": GYM,
}
SLOTS = 60
TWO_HOURS, TWO_DAYS = 120, 2880
UNTIL = "47h"
"""For so long the others sell what they were passed; the radios are parted for an hour more."""


def test_two_days_apart_nobody_is_promised_what_somebody_else_has(tmp_path: Path) -> None:
    asyncio.run(_play(tmp_path))


async def _play(directory: Path) -> None:
    async with village(directory, (HALL, SCHOOL, GYM), loss=LOSS) as town:
        people = settled(town, PEOPLE)
        await town.start()
        await known_everywhere(town, people)
        water, queue = await _open(town, people["Anna"])
        await _pass_on(town, people["Anna"], water)
        await _say_how_full(town, people["Anna"])
        town.part(HALL)
        await _contradict(town, people["Bert"])
        tickets = await _take_tickets(people, queue)
        waiting = await _ask_at_the_hall(people, water)
        waiting |= await _ask_beyond(people, water)
        promised = await _promised(people)
        assert len(promised) == 10
        assert {_state(one) for one in await _all(people["Anna"], water)} == {"asked", "booked"}
        await _two_days_pass(town, people)
        await _unsold_slots_are_back(town, people, water, promised)
        town.heal()
        await _say_again(town, people["Anna"])
        await _who_waited_gets_what_came_back(people, waiting)
        await _all_nodes_agree(town, water, promised)
        await _queue_moves(town, people, queue, tickets)


async def _open(town: Village, anna: Person) -> tuple[str, str]:
    words = ("place", "add", "Trinkwasser Rathausplatz", "--category", "water", "--capacity", "40")
    place = await anna.type(*words, "--hours", "always")
    at_place = ("--place", f"#{place['root']}")
    words = ("slots", "open", "Wasser holen", "--at", "+72h", "--length", "15m")
    opened = await anna.type(*words, "--count", str(SLOTS), *at_place)
    assert opened["is_rightful"]
    words = ("slots", "open", "Schlange", "--at", "+1h", "--length", "4d", "--capacity", "300")
    queue = await anna.type(*words, "--queue", *at_place)
    roots = {opened["root"], queue["root"]}
    for name in town.places:
        reader = town.person("a reader", name)
        await reader.until(
            lambda found: {one["root"] for one in found} == roots,
            *("slots", "list"),
            within_s=AIR_S,
        )
    return opened["root"], queue["root"]


async def _pass_on(town: Village, anna: Person, water: str) -> None:
    words = ("slots", "allot", water, "--units", "1", "--until", UNTIL)
    await anna.type(*words, "--to", SCHOOL, "--slots", "21-40")
    await anna.type(*words, "--to", GYM, "--slots", "41-60")
    for name in town.places:
        reader = town.person("a reader", name)
        shown = await reader.until(
            lambda found: _free_by_node(found) == {HALL: 20, SCHOOL: 20, GYM: 20},
            *("slots", "show", water),
            within_s=AIR_S,
        )
        here = [one["slot"] for one in shown["slots"] if one["free_here"]]
        first = 1 + 20 * list(town.places).index(name)
        assert here == list(range(first, first + 20))


async def _say_how_full(town: Village, anna: Person) -> None:
    await anna.type("level", "set", "Trinkwasser", "full")
    for name in town.places:
        shown = await _crowding(town, name, lambda one: one["level"] == "full")
        assert (shown["state"], shown["said_by"], shown["said_as"]) == ("known", "Anna", "host")
        assert shown["contradiction"] is None


async def _contradict(town: Village, bert: Person) -> None:
    """Those who hear Bert see both words; the town hall cannot, and shows its host's."""
    await bert.type("level", "set", "Trinkwasser", "empty")
    for name in (SCHOOL, GYM):
        shown = await _crowding(town, name, lambda one: one["contradiction"] is not None)
        assert (shown["level"], shown["said_by"]) == ("full", "Anna")
        other = shown["contradiction"]
        assert (other["level"], other["said_by"], other["said_as"]) == ("empty", "Bert", "resident")
        assert shown["confidence"] <= 50
    said = await bert.says("level", "show", "Trinkwasser")
    assert "Two say different things" in said, said
    at_hall = (await town.person("a reader", HALL).type("level", "show", "Trinkwasser"))["crowding"]
    assert (at_hall["level"], at_hall["contradiction"]) == ("full", None)


async def _take_tickets(people: dict[str, Person], queue: str) -> tuple[str, str]:
    """Gerd has a number at once; Bert has none while the node that numbers is out of reach."""
    gerd = people["Gerd"]
    taken = await gerd.type("ticket", "take", queue)
    has = await gerd.until(_is_booked, "ticket", "show", taken["id"], within_s=AIR_S)
    assert has["booked"][0]["first_unit"] == 1
    waits = await people["Bert"].type("ticket", "take", queue)
    assert (waits["state"], waits["booked"]) == ("asked", [])
    return taken["id"], waits["id"]


async def _ask_at_the_hall(people: dict[str, Person], water: str) -> dict[str, str]:
    """All twenty are sold; who wants more waits. Return these claims."""
    fatma, gerd, ilse = people["Fatma"], people["Gerd"], people["Ilse"]
    ask = ("booking", "ask", water)
    wanted = (
        (fatma, "1", ()),
        (gerd, "6", ()),
        (ilse, "11", ("--for", "Haus 4")),
        (fatma, "16", ("--for", "Haus 7")),
    )
    sellers = await asyncio.gather(
        *(_booked(one, *ask, "--slot", slot, "--times", "5", *more) for one, slot, more in wanted)
    )
    assert sellers == [HALL] * 4
    taken, sold_here, comes_back, nothing_here = await asyncio.gather(
        gerd.type(*ask, "--slot", "21"),
        gerd.type(*ask, "--slot", "3"),
        ilse.type(*ask, "--slot", "33"),
        fatma.says(*ask, "--for", "Haus 9"),
    )
    assert [_state(one) for one in (taken, sold_here, comes_back)] == ["asked"] * 3
    assert "Asked for. Not booked yet" in nothing_here, nothing_here
    assert "Booked" not in nothing_here
    return {"taken": taken["id"], "sold here": sold_here["id"], "comes back": comes_back["id"]}


async def _ask_beyond(people: dict[str, Person], water: str) -> dict[str, str]:
    """The school and the gym sell what they were passed and nothing else."""
    bert, cem, dora, emre = (people[name] for name in ("Bert", "Cem", "Dora", "Emre"))
    ask = ("booking", "ask", water)
    wanted = ((bert, "21", "5"), (dora, "41", "10"), (emre, "51", "10"))
    sellers = await asyncio.gather(
        *(_booked(one, *ask, "--slot", slot, "--times", times) for one, slot, times in wanted)
    )
    assert sellers == [SCHOOL, GYM, GYM]
    # Whoever names no slot is given one that is sold right here, not the first of all.
    next_one = await cem.type(*ask)
    assert next_one["first_slot"] == 26
    await cem.until(_is_booked, "booking", "show", next_one["id"], within_s=AIR_S)
    of_the_hall, of_the_school = await asyncio.gather(
        cem.type(*ask, "--slot", "1"), emre.type(*ask, "--slot", "40")
    )
    assert (_state(of_the_hall), of_the_hall["booked"]) == ("asked", [])
    # The school sells to whoever asks at the gym, which it can hear.
    sold = await emre.until(
        _is_booked,
        *("booking", "show", of_the_school["id"]),
        within_s=AIR_S,
    )
    assert sold["sellers"][0]["name"] == SCHOOL
    return {"of the hall": of_the_hall["id"]}


async def _two_days_pass(town: Village, people: dict[str, Person]) -> None:
    """What was said about the water point is doubted after two hours, and over the next day."""
    anna, bert = people["Anna"], people["Bert"]
    await town.pass_time(TWO_HOURS)
    for one in (anna, bert):
        shown = (await one.type("level", "show", "Trinkwasser"))["crowding"]
        assert (shown["state"], shown["level"]) == ("doubtful", "full")
        assert TWO_HOURS * 60 <= shown["age_s"] < (TWO_HOURS + 60) * 60
    await town.pass_time(TWO_HOURS)
    shown = (await anna.type("level", "show", "Trinkwasser"))["crowding"]
    assert (shown["state"], shown["level"], shown["confidence"]) == ("stale", "full", 0)
    await town.pass_time(TWO_DAYS - 2 * TWO_HOURS)
    shown = (await anna.type("level", "show", "Trinkwasser"))["crowding"]
    assert (shown["state"], shown["level"]) == ("unknown", None)


async def _unsold_slots_are_back(
    town: Village, people: dict[str, Person], water: str, promised: dict[str, Any]
) -> None:
    """The school has given back what it had left; the town hall, which has not heard, waits."""
    for name in (SCHOOL, GYM):
        reader = town.person("a reader", name)
        shown = await reader.until(
            lambda found: SCHOOL not in _free_by_node(found),
            *("slots", "show", water),
            within_s=AIR_S,
        )
        assert not any(one["free_here"] for one in shown["slots"])
    at_hall = await people["Anna"].type("slots", "show", water)
    assert _free_by_node(at_hall) == {SCHOOL: 20, GYM: 20}
    assert await _promised(people) == promised


async def _say_again(town: Village, anna: Person) -> None:
    """The first that is said after the radios meet again lets the nodes compare what they hold."""
    await anna.type("level", "set", "Trinkwasser", "some")
    for name in town.places:
        shown = await _crowding(town, name, lambda one: one["level"] == "some")
        assert (shown["state"], shown["contradiction"]) == ("known", None)


async def _who_waited_gets_what_came_back(
    people: dict[str, Person], waiting: dict[str, str]
) -> None:
    """One slot came back unsold; of the others each has an owner who keeps it."""
    found = await people["Ilse"].until(
        lambda one: one["state"] != "asked",
        *("booking", "show", waiting["comes back"]),
        within_s=AIR_S,
    )
    assert (_state(found), found["sellers"][0]["name"]) == ("booked", HALL)
    for name, claim in (("Gerd", "taken"), ("Gerd", "sold here"), ("Cem", "of the hall")):
        found = await people[name].type("booking", "show", waiting[claim])
        assert (_state(found), found["booked"]) == ("asked", [])


async def _all_nodes_agree(town: Village, water: str, promised: dict[str, Any]) -> None:
    """All show the same, byte for byte but for ages and for what each may sell itself."""
    until_s = time.monotonic() + AIR_S
    while True:
        readers = [town.person("a reader", name) for name in town.places]
        seen = await asyncio.gather(*(one.type("slots", "show", water) for one in readers))
        claims = await asyncio.gather(*(_all(one, water) for one in readers))
        texts = {
            json.dumps(_ageless([thing, some])) for thing, some in zip(seen, claims, strict=True)
        }
        if len(texts) == 1:
            break
        assert time.monotonic() < until_s, texts
    thing, some = seen[0], claims[0]
    assert thing["proofs"] == []
    sold = [(run["slot"], run["first_unit"]) for one in some for run in one["booked"]]
    assert all(run["units"] == 1 for one in some for run in one["booked"])
    assert max(Counter(sold).values()) == 1, "a slot was sold twice"
    assert len(sold) == sum(one["sold"] for one in thing["slots"]) == 48 <= SLOTS
    assert all(one["sold"] + one["free"] == thing["capacity"] == 1 for one in thing["slots"])
    assert _free_by_node(thing) == {HALL: SLOTS - 48}
    now = {one["id"]: _promise(one) for one in some}
    assert {claim: now[claim] for claim in promised if claim in now} == {
        claim: one for claim, one in promised.items() if one[0] == "slots"
    }


async def _queue_moves(
    town: Village, people: dict[str, Person], queue: str, tickets: tuple[str, str]
) -> None:
    anna, bert = people["Anna"], people["Bert"]
    numbered = await bert.until(_is_booked, "booking", "show", tickets[1], within_s=AIR_S)
    assert numbered["booked"][0]["first_unit"] == 2
    await anna.until(_is_booked, "booking", "show", tickets[1], within_s=AIR_S)
    for claim in tickets:
        called = await anna.type("ticket", "next", queue)
        assert (called["id"], called["state"]) == (claim, "called")
    await bert.until(
        lambda one: one["state"] == "called", "ticket", "show", tickets[1], within_s=AIR_S
    )
    assert "Ticket 2 is called." in await bert.says("ticket", "show", tickets[1])
    assert await anna.type("ticket", "next", queue) is None


async def _crowding(town: Village, name: str, condition: Any) -> Any:
    found = await town.person("a reader", name).until(
        lambda one: condition(one["crowding"]),
        *("level", "show", "Trinkwasser"),
        within_s=AIR_S,
    )
    return found["crowding"]


async def _promised(people: dict[str, Person]) -> dict[str, Any]:
    """Return what each person is shown as booked at their node, with its numbers."""
    lists = await asyncio.gather(*(one.type("booking", "list") for one in people.values()))
    return {one["id"]: _promise(one) for some in lists for one in some if _state(one) == "booked"}


def _promise(claim: Any) -> Any:
    return claim["sort"], _state(claim), claim["booked"], claim["bookings"]


async def _all(reader: Person, water: str) -> list[Any]:
    found: list[Any] = await reader.type("booking", "list", "--all", "--thing", water)
    return found


async def _booked(person: Person, *words: str) -> str:
    """Let somebody ask for what is there; return the node that books it."""
    asked = await person.type(*words)
    found = await person.until(_is_booked, "booking", "show", asked["id"], within_s=AIR_S)
    return str(found["sellers"][0]["name"])


def _is_booked(claim: Any) -> bool:
    return _state(claim) == "booked"


def _state(claim: Any) -> str:
    return str(claim["state"])


def _free_by_node(thing: Any) -> dict[str, int]:
    """Return how many slots each node still sells, of those that sell any."""
    return {one["name"]: one["free"] for one in thing["owners"] if one["free"]}


def _ageless(shown: Any) -> Any:
    """Return a document without ages, and without what a node says of itself alone."""
    if isinstance(shown, list):
        return [_ageless(one) for one in shown]
    if not isinstance(shown, dict):
        return shown
    return {
        name: _ageless(one) for name, one in shown.items() if name not in ("heard_s", "free_here")
    }
