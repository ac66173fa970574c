"""What a form needs from a node: the words to choose from, and how a draft would read."""

import asyncio
from pathlib import Path
from typing import Any

from meshnode.api.fields import encode_base64
from meshnode.board.bulletins.bulletin import CATEGORIES, BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.templates import BY_IDENTIFIER
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.timetable import Sort as Times
from meshnode.board.capacity.timetable import Timetable
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import THINGS, UNITS, Direction, Sort
from meshnode.node.languages import LANGUAGES, load_language
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

WATER = OfferFields(
    Direction.OFFER, Sort.GOODS, "water", 1, Quantity(20, 1), text="An der Kirche klingeln."
)


async def previewed(
    here: ApiNode, kind: str, content: tuple[int, bytes], language: str = "de"
) -> Any:
    codec, body = content
    path = f"/preview?kind={kind}&codec={codec}&body={encode_base64(body)}&language={language}"
    document = await here.get(path)
    assert_conforms(document, "Preview")
    return document


def test_a_draft_of_an_offer_reads_in_the_language_of_who_writes_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            document = await previewed(here, "offer", encode_offer(WATER))
            assert document == {
                "headline": "Trinkwasser",
                "sentence": "Angebot: Trinkwasser, 20 Liter.",
                "text": "An der Kirche klingeln.",
            }

    asyncio.run(play())


def test_bulletins_and_meetups_can_be_read_before_they_are_signed(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            fields = BulletinFields("Kein Wasser bis 18 Uhr.", None, "water", Severity.MINOR)
            bulletin = await previewed(here, "bulletin", encode_bulletin(fields))
            assert (bulletin["headline"], bulletin["text"]) == (None, fields.text)
            times = Timetable(here.minute + 60, 90, 0, 1, Times.SINGLE, None)
            meetup = MeetupFields(times, "Mittagstisch", "Gemeindehaus")
            shown = await previewed(here, "meetup", encode_meetup(meetup))
            assert shown["headline"] == "Mittagstisch"
            assert shown["sentence"].endswith(", Gemeindehaus")

    asyncio.run(play())


def test_a_draft_of_a_drill_cannot_be_mistaken(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            fields = BulletinFields("Gasgeruch in der Hafenstr.", "Gas", "safety", Severity.SEVERE)
            document = await previewed(here, "drill", encode_bulletin(fields))
            assert document["headline"] == "ÜBUNG: Gas"
            first, said = document["text"].split("\n")
            assert (first[:17], said) == ("Dies ist eine Übu", fields.text)

    asyncio.run(play())


def test_every_blank_of_every_template_is_asked_for_in_words(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            for language in LANGUAGES:
                listed = await here.get(f"/templates?language={language}")
                assert_conforms(listed, "Templates")
                by_id = {one["id"]: one for one in listed["templates"]}
                assert by_id.keys() == BY_IDENTIFIER.keys()
                for one in listed["templates"]:
                    for blank in one["parameters"]:
                        # Where a question is missing, its name is what is shown.
                        assert blank["label"] != blank["name"], (one["id"], blank["name"])
                        assert len(blank["words"]) == len(blank["choices"])
            assert by_id["water"]["parameters"][0]["label"] == "Де?"
            assert by_id["school"]["parameters"][0]["label"] != "Де?"

    asyncio.run(play())


def test_what_is_no_body_is_refused_and_nothing_of_a_draft_stays(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            before = (await here.get("/status"))["objects"]
            for query in (
                "",
                "kind=offer",
                "kind=claim&body=AAAA",
                "kind=offer&body=____",
                "kind=offer&codec=8&body=AAAA",
                "kind=offer&body=AAAA&more=1",
                "kind=offer&body=" + "A" * 4000,
            ):
                status, answer = await here.ask("GET", f"/preview?{query}")
                assert (status, answer["error"]["code"]) == (400, "bad_request"), query
            codec, body = encode_offer(WATER)
            await previewed(here, "offer", (codec, body))
            assert (await here.get("/status"))["objects"] == before

    asyncio.run(play())


def test_the_words_to_choose_from_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            for tag in LANGUAGES:
                document = await here.get(f"/vocabulary?language={tag}")
                assert_conforms(document, "Vocabulary")
                assert [one["number"] for one in document["things"]] == [
                    one.number for one in THINGS
                ]
                assert [one["id"] for one in document["units"]] == [one.value for one in UNITS]
                assert [one["id"] for one in document["categories"]] == list(CATEGORIES)
                forms = len(load_language(tag).plurals)
                assert all(len(one["forms"]) == forms for one in document["units"])
                assert all("{count}" in one["forms"][-1] for one in document["units"])

    asyncio.run(play())
