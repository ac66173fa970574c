"""A neighbourhood from its founding to a lost phone, on five nodes, typed at the command line.

Everything that is known is read from --json; nodes talk by virtual radios that lose packets.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.interop.village import Person, Village, run, village
from tests.patience import AIR_S

PLACES = ("Feuerwache", "Schule", "Markt", "Kirche", "Park")
LOSS = 0.1


def test_a_neighbourhood_from_its_founding_to_a_lost_phone(tmp_path: Path) -> None:
    asyncio.run(_play(tmp_path))


async def _play(directory: Path) -> None:
    async with village(directory, PLACES, loss=LOSS) as town:
        anna = await _found(town)
        bert, cem, dora, club = await _let_people_in(town, anna)
        warning = await _warn(town, anna, bert)
        await _write_to_people_who_are_never_there_together(town, cem, dora)
        await _revoke_during_a_partition(town, anna, bert, warning)
        await _lose_a_phone(town, cem, dora)
        await _all_nodes_agree(town, anna)
        assert club.name == "TuS Nord"


async def _found(town: Village) -> Person:
    """Anna founds the community at the fire station; four nodes join by invites."""
    station = town.places["Feuerwache"]
    anna = town.person("Anna Kowalski", "Feuerwache")
    words = ("init", "--name", "Feuerwache", "--founder", anna.name, "--community", "Nordstadt")
    founded = await anna.type(*words)
    assert founded["founded"]
    await station.start()
    for name, place in town.places.items():
        if place is station:
            continue
        invite = await anna.type("invite", "node")
        done = await run(
            *("--home", str(place.home), "init", "--name", name, "--join", "-", "--json"),
            stdin=invite["invite"],
        )
        assert done.code == 0, done.err
        assert json.loads(done.out)["community"] == founded["community"]
        await place.start()
    nodes = await anna.until(
        lambda found: {one["name"] for one in found if one["class"] == "node"} == set(PLACES),
        *("member", "list"),
        within_s=AIR_S,
    )
    assert [one["name"] for one in nodes if one["is_steward"]] == [anna.name]
    return anna


async def _let_people_in(town: Village, anna: Person) -> tuple[Person, Person, Person, Person]:
    """One by an invite, one by a spoken code, one by the word of two members; a club by its key."""
    bert = town.person("Bert Yilmaz", "Schule")
    await bert.type("identity", "new", "--name", bert.name, "--unattended")
    invite = await anna.type("invite", "person")
    await bert.type("identity", "join", "--invite", "-", stdin=invite["invite"])

    cem = town.person("Cem Aydin", "Markt")
    await cem.type("identity", "new", "--name", cem.name, "--unattended")
    asking = await cem.type("identity", "join")
    anna.place = town.places["Markt"]
    await _refused_once(anna, asking["code"])
    admitted = await anna.type("member", "admit", asking["code"], "--yes")
    assert admitted["name"] == cem.name
    anna.place = town.places["Feuerwache"]
    await cem.type("identity", "join")

    dora = town.person("Dora Lind", "Park")
    await dora.type("identity", "new", "--name", dora.name, "--unattended")
    asking = await dora.type("identity", "join")
    for one in (bert, cem):
        park = town.person(one.name, "Park")
        await park.until(lambda found: found is not None, "identity", "show", within_s=AIR_S)
    first = town.person(bert.name, "Park")
    await first.until(_is_member, "identity", "show", within_s=AIR_S)
    # Who belongs comes first, by which devices they speak may come later.
    await first.at_last("member", "admit", asking["code"], "--yes", within_s=AIR_S)
    assert dora.name not in await _names(anna)
    await cem.at_last("member", "vouch", dora.name, "--yes", within_s=AIR_S)
    await dora.until(_has_joined, "identity", "join", within_s=AIR_S)

    club = town.person("TuS Nord", "Kirche")
    await club.type(
        *("identity", "new", "--name", club.name, "--class", "organisation", "--unattended")
    )
    made = await club.type("identity", "show")
    await anna.type(
        *("member", "certify", "--key", made["key"], "--name", club.name),
        *("--class", "organisation"),
    )
    await club.until(_has_joined, "identity", "join", within_s=AIR_S)

    everybody = {one.name for one in (anna, bert, cem, dora, club)} | set(PLACES)
    for one in (anna, bert, cem, dora, club):
        await one.until(
            lambda found: {each["name"] for each in found} == everybody,
            *("member", "list"),
            within_s=AIR_S,
        )
    return bert, cem, dora, club


async def _refused_once(anna: Person, code: str) -> None:
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    refused = await anna.type("member", "admit", wrong, "--yes", code=3)
    assert refused["error"]["code"] == "not_found"


async def _warn(town: Village, anna: Person, bert: Person) -> str:
    """Without the role nobody warns; with it the warning is everywhere."""
    words = ("bulletin", "post", "Gas in der Bornstraße, Fenster zu!", "--severity", "severe")
    await bert.type(*words, code=4)
    await anna.type("role", "grant", bert.name, "coordinator")
    await bert.until(_has_role, "identity", "show", within_s=AIR_S)
    posted = await bert.type(*words)
    await _everywhere(town, posted["id"], shown=True)
    return str(posted["id"])


async def _write_to_people_who_are_never_there_together(
    town: Village, cem: Person, dora: Person
) -> None:
    """Cem's node and Dora's are never on at the same time; the others carry what they write."""
    market, park = town.places["Markt"], town.places["Park"]
    station = town.person("a reader", "Feuerwache")
    for one in (cem, dora):
        await one.type("message", "sync")
    await cem.until(_has_prekey, "member", "show", dora.name, within_s=AIR_S)
    await dora.until(_has_prekey, "member", "show", cem.name, within_s=AIR_S)
    await park.stop()
    sent = await cem.type("message", "send", dora.name, "Kommst du um sechs?")
    await _carried(cem, sent)
    await market.stop()
    await park.start()
    came = await dora.until(
        lambda found: "Kommst du um sechs?" in json.dumps(found, ensure_ascii=False),
        *("message", "read", cem.name),
        within_s=AIR_S,
    )
    # Who answers has read; a receipt might not have left Park before it stops.
    asked = came[-1]["id"]
    answer = await dora.type("message", "send", cem.name, "Ja, mit Wasser.", "--reply-to", asked)
    await _carried(dora, answer)
    await park.stop()
    await market.start()
    await cem.until(
        lambda found: "Ja, mit Wasser." in json.dumps(found, ensure_ascii=False),
        *("message", "read", dora.name),
        within_s=AIR_S,
    )
    shown = await cem.type("message", "show", sent["id"])
    assert shown["state"] == "read", shown
    await park.start()
    assert station.name not in await _names(cem)


async def _revoke_during_a_partition(
    town: Village, anna: Person, bert: Person, warning: str
) -> None:
    """Bert is revoked where he is not; what he says later vanishes when the radios meet again."""
    town.part("Kirche", "Park")
    away = town.person(bert.name, "Kirche")
    await anna.type("revoke", bert.name, "--reason", "left", "--yes")
    later = await away.type(*("bulletin", "post", "Alle sofort weg hier!", "--severity", "extreme"))
    visitor = town.person("a visitor", "Park")
    await visitor.until(lambda board: _has(board, later["id"]), "bulletin", "list", within_s=AIR_S)
    town.heal()
    await _everywhere(town, later["id"], shown=False)
    await _everywhere(town, warning, shown=True)
    refused = await away.type("bulletin", "post", "Ich noch einmal", code=4)
    assert "revoked" in refused["error"]["message"]


async def _lose_a_phone(town: Village, cem: Person, dora: Person) -> None:
    """Dora's phone is gone; her sheet makes a new one, and the old one says nothing more."""
    sheet = await dora.type("identity", "paper")
    old = Person(dora.name, dora.directory.parent.parent, dora.place)
    dora.directory = dora.directory.with_name("Dora_again")
    await dora.type(
        *("identity", "restore", "--paper", "-", "--revoke-old", "--unattended", "--yes"),
        stdin=" ".join(sheet["words"]),
    )
    await dora.type("message", "sync")
    refused = await old.type("bulletin", "post", "Dora verkauft ihr Rad", code=4)
    assert "revoked" in refused["error"]["message"]
    shown = await dora.type("identity", "show")
    assert shown["member"]["name"] == dora.name
    devices = {one["key"] for one in shown["member"]["keys"] if one["last"] is None}
    await cem.until(
        lambda found: (
            devices == {one["key"] for one in found["keys"] if one["last"] is None}
            and found["prekeys"]
        ),
        *("member", "show", dora.name),
        within_s=AIR_S,
    )
    await cem.type("message", "send", dora.name, "Neues Telefon?")
    came = await dora.until(
        lambda found: "Neues Telefon?" in json.dumps(found),
        *("message", "read", cem.name),
        within_s=AIR_S,
    )
    assert came


async def _all_nodes_agree(town: Village, anna: Person) -> None:
    """All nodes show the same members and the same board, byte for byte."""
    await anna.type("message", "sync")
    seen: dict[str, str] = {}
    async with asyncio.timeout(AIR_S):
        while len(set(seen.values())) != 1:
            for name in PLACES:
                reader = town.person("a reader", name)
                members = await reader.type("member", "list")
                board = await reader.type("bulletin", "list")
                seen[name] = json.dumps([members, [_timeless(one) for one in board]])


async def _everywhere(town: Village, thing: str, *, shown: bool) -> None:
    for name in PLACES:
        reader = town.person("a reader", name)
        await reader.until(
            lambda board: _has(board, thing) is shown, "bulletin", "list", within_s=AIR_S
        )


async def _carried(person: Person, sent: Any) -> None:
    """Wait until another node holds a message, by its own word."""
    await person.type("message", "sync")
    await person.until(
        lambda found: found["state"] in ("passed_on", "reached", "read"),
        *("message", "show", sent["id"]),
        within_s=AIR_S,
    )


async def _names(person: Person) -> set[str]:
    return {one["name"] for one in await person.type("member", "list")}


def _has(board: Any, thing: str) -> bool:
    return any(one["id"] == thing for one in board)


def _is_member(shown: Any) -> bool:
    return bool(shown.get("member"))


def _has_joined(joining: Any) -> bool:
    return bool(joining["is_member"])


def _has_role(shown: Any) -> bool:
    member = shown.get("member") or {}
    return any(one["role"] == "coordinator" for one in member.get("roles", ()))


def _has_prekey(member: Any) -> bool:
    return bool(member["prekeys"])


def _timeless(view: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name not in ("age_s", "expires_in_s")}
