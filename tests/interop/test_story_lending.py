"""A club lends its generator and a shop cools insulin: local provision without the internet.

Four nodes on radios that lose every fifth packet; everything is typed at the command line and read
from --json.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.interop.audit import assert_nodes_never_had, frame_count, sealed_at, timeless, trade_at
from tests.interop.village import Person, Village, run, village
from tests.patience import AIR_S

PLACES = ("Rathaus", "Vereinsheim", "Nordstraße", "Laden")
LOSS = 0.2
OFFERS = 3
STEPS = 13
"""What is there at the end: the generator, the need and the fridge, and what was said of them."""
FRAMES_MAX = 2
"""What one step may cost on the air."""
UNTIL_FETCHED_MIN = 150
"""The generator is fetched in two hours, and brought back in six."""
PRIVATE = {
    "phone": "Bert: 0151 5550123, Hinterhaus",
    "shed": "Schuppen Tor 3, bei Ilse klingeln",
    "fridge": "Kiosk privat 0231 555777",
    "door": "Schmidt, dritter Stock links",
}
RULES = "Nur draußen betreiben. Diesel bringt ihr mit. Sauber und vollgetankt zurück."


def test_neighbours_keep_each_other_going_without_the_internet(tmp_path: Path) -> None:
    asyncio.run(_play(tmp_path))


async def _play(directory: Path) -> None:
    async with village(directory, PLACES, loss=LOSS) as town:
        anna = await _found(town)
        club, bert, cem, shop = await _let_people_in(town, anna)
        generator = await _lend(town, club, bert)
        await _want_it_at_the_same_time(generator, cem)
        insulin = await _keep_insulin_cool(town, cem, shop)
        candles = await _take_an_offer_back(town, bert)
        await _fetch_and_bring_back(town, generator, club, bert)
        await _gone_everywhere(town, candles)
        await _all_nodes_agree(town, (generator["root"], insulin))
        home = town.places["Rathaus"].home
        public, sealed = trade_at(home), sealed_at(home)
    assert len(public) == OFFERS + STEPS
    taken = [frame_count(one) for one in (*public, *sealed)]
    assert max(taken) <= FRAMES_MAX, taken
    assert_nodes_never_had(PRIVATE, directory, held=sealed)


async def _found(town: Village) -> Person:
    """Anna founds the community at the town hall; three nodes join by invites."""
    hall = town.places["Rathaus"]
    anna = town.person("Anna Kowalski", "Rathaus")
    words = ("init", "--name", "Rathaus", "--founder", anna.name, "--community", "Nordstadt")
    assert (await anna.type(*words))["founded"]
    await hall.start()
    others = [one for one in town.places.values() if one is not hall]
    for place in others:
        invite = await anna.type("invite", "node")
        done = await run(
            *("--home", str(place.home), "init", "--name", place.name, "--join", "-", "--json"),
            stdin=invite["invite"],
        )
        assert done.code == 0, done.err
    await asyncio.gather(*(place.start() for place in others))
    return anna


async def _let_people_in(town: Village, anna: Person) -> tuple[Person, Person, Person, Person]:
    """A club and a shop are certified by their keys, two neighbours come by invites."""
    club = town.person("TuS Nord", "Vereinsheim")
    shop = town.person("Kiosk Can", "Laden")
    for one in (club, shop):
        words = ("identity", "new", "--name", one.name, "--class", "organisation")
        await one.type(*words, "--unattended")
        made = await one.type("identity", "show")
        await anna.type(
            *("member", "certify", "--key", made["key"], "--name", one.name),
            *("--class", "organisation"),
        )
    bert = town.person("Bert Yilmaz", "Nordstraße")
    cem = town.person("Cem Aydin", "Rathaus")
    for one in (bert, cem):
        await one.type("identity", "new", "--name", one.name, "--unattended")
        invite = await anna.type("invite", "person")
        await one.type("identity", "join", "--invite", "-", stdin=invite["invite"])
    for one in (club, shop):
        await one.until(
            lambda joining: bool(joining["is_member"]), "identity", "join", within_s=AIR_S
        )
    everybody = (anna, club, shop, bert, cem)
    names = {one.name for one in everybody}
    await asyncio.gather(*(_meet(one, names) for one in everybody[1:]))
    classes = {one["name"]: one["class"] for one in await bert.type("member", "list")}
    assert classes["TuS Nord"] == classes["Kiosk Can"] == "organisation"
    return club, bert, cem, shop


async def _meet(one: Person, names: set[str]) -> None:
    """Wait until somebody's node knows all of these, then let the others write to them."""
    await one.until(
        lambda found: names <= {each["name"] for each in found},
        *("member", "list"),
        within_s=AIR_S,
    )
    await one.type("message", "sync")


async def _lend(town: Village, club: Person, bert: Person) -> Any:
    """The club offers its generator; Bert gets it for four hours, and a code."""
    posted = await club.type(
        *("offer", "post", RULES, "--item", "generator", "--sort", "lending"),
        *("--deposit", "100 EUR", "--at", "Vereinsheim"),
    )
    root = posted["root"]
    await _listed(town, "lending", root)
    seen = await bert.type("lending", "calendar", root)
    assert (seen["taken"], len(seen["free"])) == ([], 1)
    shown = await bert.type("offer", "show", root)
    assert (shown["text"], shown["deposit"]) == (RULES, "100 EUR")
    asked = await bert.type(
        *("lending", "ask", root, "--from", "+2h", "--to", "+6h"),
        *("--contact", PRIVATE["phone"], "--text", "Für die Kühltruhen im Haus"),
    )
    claim = asked["claim"]
    (before,) = asked["claims"]
    assert before["state"] == "asked", "nothing is promised by asking"
    assert await _private(club, bert) == [_about(claim, PRIVATE["phone"])]
    promised = await club.at_last(
        *("offer", "confirm", claim, "--contact", PRIVATE["shed"]), within_s=AIR_S
    )
    assert promised["claims"][0]["state"] == "confirmed"
    await bert.until(
        lambda found: found["claims"][0]["state"] == "confirmed",
        *("offer", "show", root),
        within_s=AIR_S,
    )
    return promised


async def _want_it_at_the_same_time(generator: Any, cem: Person) -> None:
    """Cem's wish overlaps: refused, and told when it is free."""
    root = generator["root"]
    await cem.until(lambda found: bool(found["taken"]), "lending", "calendar", root, within_s=AIR_S)
    wanted = ("lending", "ask", root, "--from", "+4h", "--to", "+8h")
    # The first free time begins now: what was said is compared with what is said in that minute.
    before, free = None, await _free(cem, root)
    async with asyncio.timeout(AIR_S):
        while free != before:
            before, refused = free, await cem.type(*wanted, code=6)
            free = await _free(cem, root)
    assert refused["error"]["code"] == "conflict"
    assert "It is taken then. It is free: " in refused["error"]["message"]
    assert all(one["when"] in refused["error"]["message"] for one in free)
    shown = await cem.type("offer", "show", root)
    assert len(shown["claims"]) == 1, "a refused wish is nowhere"


async def _free(reader: Person, root: str) -> Any:
    return (await reader.type("lending", "calendar", root))["free"]


async def _keep_insulin_cool(town: Village, cem: Person, shop: Person) -> str:
    """Frau Schmidt has no phone: Cem asks for her, the shop finds it in its own languages."""
    fridge = await shop.type(
        *("offer", "post", "--item", "cooling-medicine", "--quantity", "10", "--at", "Kiosk Can")
    )
    need = await cem.type(
        *("request", "post", "--item", "cooling-medicine", "--quantity", "2"),
        *("--for", "Frau Schmidt", "--to", "+2d"),
    )
    root = str(need["root"])
    assert need["on_behalf"] == "Frau Schmidt"
    await asyncio.gather(
        _listed(town, "request", root), _listed(town, "offer", str(fridge["root"]))
    )
    for language, words in (("tr", ("ilaç", "2 ")), ("ar", ("أدوية", "قطعتان"))):
        read = await shop.type("request", "show", root, "--language", language)
        assert all(word in read["sentence"].casefold() for word in words), read["sentence"]
        assert "Frau Schmidt" in read["sentence"]
    for person in (cem, shop):
        (found,) = await person.type("request", "matches", root)
        assert found["offer"]["root"] == fridge["root"]
    answer = await shop.type(
        *("request", "ask", root, "--quantity", "2", "--contact", PRIVATE["fridge"]),
        *("--text", "Der Kühlschrank läuft an der Batterie"),
    )
    claim = answer["claim"]
    assert await _private(cem, shop) == [_about(claim, PRIVATE["fridge"])]
    held = await cem.at_last("request", "hold", claim, "--until", "+20h", within_s=AIR_S)
    assert (held["claims"][0]["state"], held["state"]) == ("held", "held")
    await _in_state(shop, root, "held")
    await cem.type("request", "confirm", claim, "--contact", PRIVATE["door"])
    await _in_state(shop, root, "confirmed")
    code = _code(await _private(shop, cem), claim, PRIVATE["door"])
    half = await cem.type("request", "done", claim, "--code", code)
    assert (half["claims"][0]["state"], half["claims"][0]["done_by"]) == ("confirmed", ["author"])
    await shop.type("request", "done", claim)
    await _in_state(cem, root, "done")
    await cem.type("request", "thank", claim, "--text", "Danke, auch von Frau Schmidt!")
    await shop.until(
        lambda found: found["claims"][0]["steps"][-1]["step"] == "thank",
        *("request", "show", root),
        within_s=AIR_S,
    )
    return root


async def _take_an_offer_back(town: Village, bert: Person) -> str:
    """Bert takes his candles back while the shop's node is off; it comes back holding them."""
    posted = await bert.type("offer", "post", "--item", "candles", "--quantity", "12")
    root = str(posted["root"])
    await _listed(town, "offer", root)
    await town.places["Laden"].stop()
    await bert.type("offer", "withdraw", root)
    readers = [town.person("a reader", name) for name in PLACES[:-1]]
    await asyncio.gather(*(_unlisted(one, root) for one in readers))
    await town.places["Laden"].start()
    await _unlisted(town.person("a reader", "Laden"), root)
    return root


async def _fetch_and_bring_back(town: Village, generator: Any, club: Person, bert: Person) -> None:
    """Two hours later the spoken code opens the shed; in the evening the generator is back."""
    root, claim = generator["root"], generator["claim"]
    await town.pass_time(UNTIL_FETCHED_MIN)
    code = _code(await _private(bert, club), claim, PRIVATE["shed"])
    wrong = f"{(int(code) + 1) % 10_000:04}"
    refused = await club.type("offer", "done", claim, "--code", wrong, code=2)
    assert "4 tries are left" in refused["error"]["message"]
    await club.type("offer", "done", claim, "--code", code)
    await bert.until(
        lambda found: found["claims"][0]["done_by"] == ["author"],
        *("offer", "show", root),
        within_s=AIR_S,
    )
    out = await bert.type("offer", "done", claim)
    assert out["claims"][0]["state"] == "done"
    says = await bert.type("offer", "returned", claim)
    assert says["claims"][0]["state"] == "done", "whoever lent it says that it is back"
    await club.until(
        lambda found: found["claims"][0]["returned_by"] == ["claimant"],
        *("offer", "show", root),
        within_s=AIR_S,
    )
    back = await club.type("offer", "returned", claim, "--text", "Vollgetankt, danke")
    assert back["claims"][0]["state"] == "returned"
    assert back["calendar"]["taken"] == []
    await bert.at_last(
        "offer", "thank", claim, "--text", "Ohne euch alles geschmolzen", within_s=AIR_S
    )


async def _gone_everywhere(town: Village, root: str) -> None:
    """What was taken back stays gone on every node, all of which were restarted since."""
    for name in PLACES:
        reader = town.person("a reader", name)
        refused, found = await asyncio.gather(
            reader.type("offer", "show", root, code=3), reader.type("offer", "list")
        )
        assert refused["error"]["code"] == "not_found"
        assert not _has(found, root)


async def _all_nodes_agree(town: Village, roots: tuple[str, ...]) -> None:
    """All nodes show the same lists and the same claims, byte for byte but for ages."""
    seen: list[str] = []
    readers = [town.person("a reader", name) for name in PLACES]
    try:
        async with asyncio.timeout(AIR_S):
            while len(set(seen)) != 1:
                seen = await asyncio.gather(*(_shown(one, roots) for one in readers))
    except TimeoutError:
        raise AssertionError(f"nodes show different things: {seen}") from None


async def _shown(reader: Person, roots: tuple[str, ...]) -> str:
    lists = [await reader.type(noun, "list") for noun in ("offer", "request", "lending")]
    whole = [await reader.type("offer", "show", root) for root in roots]
    # The free times begin now.
    return json.dumps(timeless([lists, whole], without=("free",)), ensure_ascii=False)


async def _listed(town: Village, noun: str, root: str) -> None:
    readers = [town.person("a reader", name) for name in PLACES]
    await asyncio.gather(
        *(
            one.until(lambda found: _has(found, root), noun, "list", within_s=AIR_S)
            for one in readers
        )
    )


async def _unlisted(reader: Person, root: str) -> None:
    await reader.until(lambda found: not _has(found, root), "offer", "list", within_s=AIR_S)


async def _in_state(person: Person, root: str, state: str) -> None:
    await person.until(
        lambda found: [one["state"] for one in found["claims"]] == [state],
        *("offer", "show", root),
        within_s=AIR_S,
    )


async def _private(person: Person, other: Person) -> list[str]:
    """Return what somebody wrote privately, once it is there."""
    read = await person.until(bool, "message", "read", other.name, within_s=AIR_S)
    return [one["text"] for one in read]


def _about(claim: str, contact: str) -> str:
    return f"#{claim[:8]}\n{contact}"


def _code(texts: list[str], claim: str, contact: str) -> str:
    """Return the code in the one message about a claim."""
    (text,) = texts
    head, *rest = text.split("\n")
    name, word, code = head.split(" ")
    assert (name, word, rest) == (f"#{claim[:8]}", "Code:", [contact])
    return str(code)


def _has(found: Any, root: str) -> bool:
    return any(one["root"] == root for one in found)
