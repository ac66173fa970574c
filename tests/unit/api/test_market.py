"""Offers and requests over the socket: lists, one with its claims, suggestions."""

import asyncio
from pathlib import Path

import pytest

from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.exchange.claim import ClaimFields, Span, Step, encode_claim, mark_of
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, CEM
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

DAY = 1440


async def populate(here: ApiNode) -> None:
    people = ((ANNA, "Anna"), (BERT, "Bert"), (CEM, "Cem"))
    await here.take(*(here.certificate(key, name) for key, name in people))


def offer(
    here: ApiNode,
    key: SigningKey,
    item: str = "water",
    *,
    count: int = 10,
    direction: Direction = Direction.OFFER,
    title: str = "",
    place_words: str = "",
) -> SignedObject:
    thing = BY_IDENTIFIER[item]
    fields = OfferFields(
        direction,
        thing.sort,
        thing.category,
        thing.number,
        Quantity(count, UNITS.index(thing.unit)),
        title=title,
        place_words=place_words,
    )
    codec, body = encode_offer(fields)
    return here.sign(key, Kind.OFFER, body, codec=codec, minutes=7 * DAY)


def claim(here: ApiNode, key: SigningKey, about: SignedObject, fields: ClaimFields) -> SignedObject:
    codec, body = encode_claim(fields)
    return here.sign(key, Kind.CLAIM, body, codec=codec, minutes=91 * DAY, parent=about.short_id)


def test_an_offer_without_words_reads_in_the_language_of_who_asks(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            await here.take(offer(here, ANNA, place_words="Nordmarkt"))
            document = await here.get("/offers?language=en")
            assert_conforms(document, "Offers")
            (shown,) = document["offers"]
            assert shown["sentence"] == "Offered: drinking water, 10 litres, Nordmarkt."
            assert shown["headline"] == "drinking water"
            assert shown["state_sentence"] == "10 of 10 litres left."
            assert shown["author_name"] == "Anna"

    asyncio.run(play())


def test_the_list_is_filtered_by_all_that_an_offer_says(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            water = offer(here, ANNA, place_words="Nordmarkt")
            need = offer(here, BERT, direction=Direction.REQUEST)
            drill = offer(here, CEM, "tool", count=1)
            await here.take(water, need, drill)

            async def ids(query: str) -> set[str]:
                found = await here.get(f"/offers?{query}")
                return {one["id"] for one in found["offers"]}

            assert await ids("direction=request") == {need.id.hex()}
            assert await ids("sort=lending") == {drill.id.hex()}
            assert await ids("category=water") == {water.id.hex(), need.id.hex()}
            assert await ids("item=tool") == {drill.id.hex()}
            assert await ids("place=nordm") == {water.id.hex()}
            assert await ids("state=promised") == set()
            assert await ids(f"with={fingerprint(BERT.public).hex()}") == {need.id.hex()}
            first = await ids("limit=2")
            assert len(first) == 2
            everything = {one.id.hex() for one in (water, need, drill)}
            assert await ids("limit=2&offset=2") == everything - first

    asyncio.run(play())


@pytest.mark.parametrize(
    "query", ["direction=up", "item=gold", "state=x", "with=1", "limit=0", "what=1", "sort=x"]
)
def test_a_query_that_makes_no_sense_is_told_what_would(tmp_path: Path, query: str) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            status, answer = await here.ask("GET", f"/offers?{query}")
            assert status == 400
            assert answer["error"]["code"] == "bad_request"

    asyncio.run(play())


def test_an_offer_shows_its_claims_and_what_their_state_means(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            water = offer(here, ANNA)
            ask = claim(here, BERT, water, ClaimFields(Step.ASK, quantity=4, text="Danke!"))
            await here.take(water, ask)
            # A claim's id finds its offer.
            shown = await here.get(f"/offers/{ask.id.hex()[:8]}")
            assert_conforms(shown, "OfferWithClaims")
            (asked,) = shown["claims"]
            assert (asked["by_name"], asked["text"], asked["quantity"]) == ("Bert", "Danke!", 4)
            assert asked["sentences"] == ["Asked for; not promised yet."]
            confirm = claim(here, ANNA, ask, ClaimFields(Step.CONFIRM, mark_of(ask.id)))
            done = claim(here, ANNA, ask, ClaimFields(Step.DONE, mark_of(ask.id)))
            await here.take(confirm, done)
            shown = await here.get(f"/offers/{water.id.hex()}")
            assert shown["remaining"] == 6
            (asked,) = shown["claims"]
            assert asked["state"] == "confirmed"
            assert asked["sentences"] == [
                "Promised; not done yet.",
                "Anna says that it is done; the other side has not said so yet.",
            ]
            assert [one["step"] for one in asked["steps"]] == ["confirm", "done"]

    asyncio.run(play())


def test_a_lending_shows_when_it_is_free(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            drill = offer(here, ANNA, "tool", count=1)
            span = Span(here.minute + DAY, here.minute + 2 * DAY)
            ask = claim(here, BERT, drill, ClaimFields(Step.ASK, span=span))
            yes = claim(here, ANNA, ask, ClaimFields(Step.CONFIRM, mark_of(ask.id)))
            await here.take(drill, ask, yes)
            shown = await here.get(f"/offers/{drill.id.hex()}")
            assert_conforms(shown, "OfferWithClaims")
            (taken,) = shown["calendar"]["taken"]
            assert taken["claim"] == ask.id.hex()
            assert shown["calendar"]["free"][0]["to"] == taken["from"]
            assert shown["calendar"]["free"][1]["from"] == taken["to"]

    asyncio.run(play())


def test_what_fits_is_suggested(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            water, need = offer(here, ANNA), offer(here, BERT, direction=Direction.REQUEST)
            await here.take(water, need, offer(here, CEM, "tool", count=1))
            found = await here.get(f"/offers/{need.id.hex()}/matches")
            assert_conforms(found, "Matches")
            assert [one["offer"]["id"] for one in found["matches"]] == [water.id.hex()]

    asyncio.run(play())


def test_what_a_hidden_claim_says_is_not_shown_and_its_step_counts(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            await here.take(here.role(CEM, Role.MODERATOR))
            water = offer(here, ANNA)
            ask = claim(here, BERT, water, ClaimFields(Step.ASK, text="Frechheit"))
            hide = here.notice(
                CEM, ask, encode_notice(NoticeFields(Act.HIDE, Reason.OFFENSIVE, ask.id))
            )
            await here.take(water, ask, hide)
            shown = await here.get(f"/offers/{water.id.hex()}")
            assert [(one["text"], one["state"]) for one in shown["claims"]] == [(None, "asked")]

    asyncio.run(play())


def test_what_is_not_here_is_said_with_what_may_be_the_reason(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            status, answer = await here.ask("GET", "/offers/12345678")
            assert status == 404
            assert "taken back" in answer["error"]["message"]

    asyncio.run(play())
