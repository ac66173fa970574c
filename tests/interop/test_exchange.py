"""Offers from the command line: two neighbours, one node, from asking to thanks."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from meshnode.board.trust.certificate import IdentityClass
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import SECRET_BYTES, PaperSecret
from meshnode.person.vault import create_vault, open_vault
from tests.interop.forking import Done
from tests.interop.village import run
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms


class Neighbour:
    """Somebody with an identity, at the one node."""

    def __init__(self, here: ApiNode, directory: Path, name: str) -> None:
        self.here = here
        self.directory = directory / name
        self.name = name

    async def join(self) -> None:
        """Become a member whose device the node knows."""
        paper, seed = PaperSecret(os.urandom(SECRET_BYTES)), DeviceSeed(os.urandom(32))
        fields = new_fields(self.name, IdentityClass.PERSON, paper, seed)
        create_vault(self.directory, None, fields)
        with open_vault(self.directory) as vault:
            identity = Identity(vault)
            identity.belong_to(self.here.community)
            await self.here.take(
                self.here.certificate(paper.identity_key(), self.name),
                identity.announce_device(minute=self.here.minute),
            )

    async def says(self, *words: str) -> Done:
        """Run a command as people do."""
        where = ("--home", str(self.here.home.directory), "--identity", str(self.directory))
        return await run(*where, *words)

    async def gets(self, *words: str) -> Any:
        """Run a command with --json; return its document."""
        done = await self.says(*words, "--json")
        assert done.code == 0, (words, done.out, done.err)
        return json.loads(done.out)

    async def is_told(self, *words: str) -> str:
        """Run a command that must not succeed; return what it says."""
        done = await self.says(*words)
        assert done.code != 0, (words, done.out)
        return done.err


def played(tmp_path: Path, story: Callable[[Neighbour, Neighbour], Awaitable[None]]) -> None:
    async def play() -> None:
        async with api_node(tmp_path / "nodes") as here:
            anna, bert = (Neighbour(here, tmp_path / "people", one) for one in ("Anna", "Bert"))
            await anna.join()
            await bert.join()
            await story(anna, bert)

    (tmp_path / "nodes").mkdir()
    (tmp_path / "people").mkdir()
    asyncio.run(play())


def test_water_goes_from_one_neighbour_to_the_other_and_a_code_proves_it(tmp_path: Path) -> None:
    async def story(anna: Neighbour, bert: Neighbour) -> None:
        posted = await anna.gets("offer", "post", "--item", "water", "--quantity", "20")
        root = posted["root"]
        await bert.gets("message", "sync")
        await anna.gets("message", "sync")
        assert "Ask for less" in await bert.is_told("offer", "ask", root, "--quantity", "21")
        assert "your own" in await anna.is_told("offer", "ask", root)
        asked = await bert.gets("offer", "ask", root, "--quantity", "4", "--contact", "0171 23456")
        claim = asked["claim"]
        assert_conforms(
            {key: one for key, one in asked.items() if key not in ("claim", "message")},
            "OfferWithClaims",
        )
        assert "0171" not in str(await bert.gets("offer", "show", root)), "public is public"
        (read,) = await anna.gets("message", "read", "Bert")
        assert read["text"] == f"#{claim[:8]}\n0171 23456"

        assert "Only Anna" in await bert.is_told("offer", "confirm", claim)
        held = await anna.gets("offer", "hold", root, "--until", "+1h")
        assert (held["claims"][0]["state"], held["remaining"]) == ("held", 16)
        promised = await anna.gets("offer", "confirm", claim, "--contact", "Schillerstr. 12")
        assert promised["claims"][0]["state"] == "confirmed"
        (letter,) = await bert.gets("message", "read", "Anna")
        found = re.fullmatch(rf"#{claim[:8]} Code: (\d{{4}})\nSchillerstr\. 12", letter["text"])
        assert found is not None
        code = found[1]

        wrong = f"{(int(code) + 1) % 10_000:04}"
        assert "4 tries are left" in await anna.is_told("offer", "done", claim, "--code", wrong)
        assert "Only the device" in await bert.is_told("offer", "done", claim, "--code", code)
        hers = await anna.gets("offer", "done", claim, "--code", code)
        assert hers["claims"][0]["done_by"] == ["author"]
        again = await anna.is_told("offer", "done", claim)
        assert "You have said that already. Promised; not done yet." in again
        his = await bert.gets("offer", "done", claim)
        assert his["claims"][0]["state"] == "done"
        thanked = await bert.gets("offer", "thank", claim, "--text", "Danke!")
        assert thanked["claims"][0]["steps"][-1]["text"] == "Danke!"

    played(tmp_path, story)


def test_a_bike_is_lent_for_a_time_that_nobody_else_gets(tmp_path: Path) -> None:
    async def story(anna: Neighbour, bert: Neighbour) -> None:
        posted = await anna.gets(
            "offer", "post", "--item", "cargo-bike", "--deposit", "20 EUR", "--expires", "14d"
        )
        root = posted["root"]
        hint = f"meshnode lending ask {root} --from TIME --to TIME"
        assert hint in await bert.is_told("offer", "ask", root)
        wanted = ("lending", "ask", root, "--from", "+1d", "--to", "+2d")
        asked = await bert.gets(*wanted)
        await anna.gets("offer", "confirm", asked["claim"], "--no-code")
        refusal = await bert.is_told(*wanted)
        assert "It is taken then. It is free: " in refusal
        calendar = await bert.gets("lending", "calendar", root)
        assert [one["claim"] for one in calendar["taken"]] == [asked["claim"]]
        back = await anna.gets("offer", "returned", asked["claim"])
        assert back["claims"][0]["state"] == "returned"
        assert len(back["calendar"]["free"]) == 1

    played(tmp_path, story)


def test_an_offer_is_changed_and_taken_back_by_whoever_made_it(tmp_path: Path) -> None:
    async def story(anna: Neighbour, bert: Neighbour) -> None:
        posted = await anna.gets("offer", "post", "Frische Tomaten", "--item", "harvest")
        root = posted["root"]
        claim = (await bert.gets("offer", "ask", root))["claim"]
        assert "only they can change it" in await bert.is_told("offer", "update", root)
        changed = await anna.gets("offer", "update", root, "--quantity", "3", "--title", "Tomaten")
        assert changed["root"] == root
        assert changed["text"] == "Frische Tomaten"
        assert [one["id"] for one in changed["claims"]] == [claim], "claims stay with it"
        assert "kept up as long" in await anna.is_told("offer", "update", root, "--expires", "60d")
        await anna.gets("offer", "withdraw", root)
        assert await bert.gets("offer", "list") == []
        assert "taken back" in await bert.is_told("offer", "show", root)

    played(tmp_path, story)


def test_a_need_meets_what_is_offered_and_is_answered(tmp_path: Path) -> None:
    async def story(anna: Neighbour, bert: Neighbour) -> None:
        water = await anna.gets("offer", "post", "--item", "water", "--quantity", "20")
        need = await bert.gets("request", "post", "--item", "water", "--for", "Frau Schmidt")
        assert "Frau Schmidt" in need["sentence"]
        (found,) = await bert.gets("request", "matches", need["root"])
        assert found["offer"]["root"] == water["root"]
        answered = await anna.gets("request", "ask", need["root"])
        assert answered["claims"][0]["sentences"] == ["Help is offered; not accepted yet."]
        accepted = await bert.gets("request", "confirm", need["root"], "--no-code")
        assert accepted["claims"][0]["sentences"] == ["Accepted; not done yet."]
        mine = await anna.gets("request", "list", "--mine")
        assert [one["root"] for one in mine] == [need["root"]]

    played(tmp_path, story)
