"""Places over the API: found by name, shown with levels, remembered over restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from meshnode.api.app import public_app
from meshnode.api.door.doors import open_doors
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.places.level import Level, LevelFields, Source, encode_level
from meshnode.board.places.opening_words import week_from_words
from meshnode.board.places.pattern import WEEK_HOURS, Cell
from meshnode.board.places.place import (
    PlaceFields,
    PlaceHead,
    PlaceWords,
    Steps,
    coarse_position,
    encode_place,
)
from meshnode.board.trust.role import Role, RoleFields, encode_role
from meshnode.commands.places import placewords
from meshnode.node.daemon import running_node
from meshnode.node.desks.patterns import PATTERNS_MAX, PatternMemory
from meshnode.node.languages import load_languages
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.store.memory import MemoryStore
from tests.asking import got
from tests.community import signing_key
from tests.neighbourhood import configured
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
BERT = signing_key("bert")
CEM = signing_key("cem")
HALL = PlaceFields(
    PlaceHead(
        category=0,
        capacity=60,
        week=week_from_words("always"),
        position=coarse_position(51.5234, 7.4671),
        steps=Steps.STEP_FREE,
    ),
    PlaceWords("Begegnungszentrum Nordmarkt", "Nordmarkt 1", contact="Klingel links"),
)


def entered(
    here: ApiNode,
    key: SigningKey,
    fields: PlaceFields = HALL,
    *,
    minutes: int = 91 * 1440,
    root: ShortId | None = None,
) -> SignedObject:
    codec, body = encode_place(fields)
    return here.sign(key, Kind.PLACE, body, codec=codec, minutes=minutes, parent=root)


def called(name: str, **changes) -> PlaceFields:
    return PlaceFields(replace(PlaceHead(category=15), **changes), PlaceWords(name))


def level(
    here: ApiNode,
    key: SigningKey,
    place: SignedObject,
    level: Level | int,
    *,
    age: int = 0,
    source: Source = Source.PERSON,
    minutes: int = 360,
) -> SignedObject:
    is_level = isinstance(level, Level)
    fields = LevelFields(level if is_level else None, None if is_level else level, source)
    _, body = encode_level(fields)
    return here.sign(key, Kind.LEVEL, body, minutes=minutes, parent=place.short_id, age=age)


@asynccontextmanager
async def village(directory: Path) -> AsyncIterator[ApiNode]:
    async with api_node(directory) as here:
        await here.take(
            *(
                here.certificate(key, name)
                for key, name in ((ANNA, "Anna"), (BERT, "Bert"), (CEM, "Cem"))
            )
        )
        yield here


def play(directory: Path, story) -> None:
    async def run() -> None:
        async with village(directory) as here:
            await story(here)

    asyncio.run(run())


def test_a_place_is_listed_and_shown_as_described(tmp_path: Path) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        await here.take(hall, level(here, BERT, hall, Level.SOME, age=12))
        listed = await here.get("/places")
        assert_conforms(listed, "LocalPlaces")
        (one,) = listed["places"]
        assert (one["root"], one["name"], one["category"]) == (
            hall.short_id.hex(),
            "Begegnungszentrum Nordmarkt",
            "hall",
        )
        assert one["position"] == {"latitude": 51.523, "longitude": 7.467, "precision_m": 100}
        assert (one["is_open"], one["is_step_free"], one["capacity"]) == (True, True, 60)
        assert one["crowding"]["words"].startswith("Some people; said 12 minutes ago by Bert")
        whole = await here.get("/places/nordmarkt?language=de")
        assert_conforms(whole, "WholeLocalPlace")
        assert whole["category_words"] == "Saal"
        assert whole["opening"]["words"] == "Tag und Nacht"
        assert "vor 12 Minuten" in whole["crowding"]["words"]
        assert whole["best_time"]["is_known"] is False
        assert [one["said_as"] for one in whole["levels"]] == ["resident"]

    play(tmp_path, story)


def test_places_are_found_by_what_begins_a_word_or_an_id_if_only_one_is_meant(
    tmp_path: Path,
) -> None:
    async def story(here: ApiNode) -> None:
        hall, kiosk = entered(here, ANNA), entered(here, ANNA, called("Nord-Kiosk"))
        await here.take(hall, kiosk)
        for wanted, meant in (
            ("begeg", hall),
            ("NORDM", hall),
            ("kiosk", kiosk),
            ("Nord-Kiosk", kiosk),
            (hall.id.hex(), hall),
            (hall.id.hex()[:5], hall),
        ):
            assert (await here.get(f"/places/{wanted}"))["id"] == meant.id.hex()
        for wanted, status, word in (("Nord", 409, "ambiguous"), ("iosk", 404, "not_found")):
            answer = await here.ask("GET", f"/places/{wanted}")
            assert (answer[0], answer[1]["error"]["code"]) == (status, word)

    play(tmp_path, story)


def test_lists_can_be_narrowed_and_what_is_unknown_is_refused(tmp_path: Path) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        closed = called("Laden", category=6, week=week_from_words("Mo 0-0:15"))
        await here.take(hall, entered(here, ANNA, closed), entered(here, ANNA, called("Brunnen")))

        async def names(query: str) -> list[str]:
            return [one["name"] for one in (await here.get(f"/places?{query}"))["places"]]

        everybody = ["Begegnungszentrum Nordmarkt", "Brunnen", "Laden"]
        assert await names("") == everybody
        assert await names("category=shop") == ["Laden"]
        assert await names("near=nordmarkt%201") == everybody[:1]
        assert "Brunnen" not in await names("open=true")
        assert "Begegnungszentrum Nordmarkt" in await names("open=true")
        for query in ("category=moon", "open=yes", "far=x", f"near={'x' * 61}"):
            assert (await here.ask("GET", f"/places?{query}"))[0] == 400

    play(tmp_path, story)


def test_a_newer_version_takes_the_place_and_keeps_its_levels(tmp_path: Path) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        await here.take(hall, level(here, BERT, hall, 30))
        assert (await here.get("/places/begeg"))["crowding"]["level"] == "some"
        smaller = PlaceFields(replace(HALL.head, capacity=30), HALL.words)
        await here.take(entered(here, ANNA, smaller, root=hall.short_id))
        place = await here.get("/places/begeg")
        assert (place["root"], place["capacity"]) == (hall.short_id.hex(), 30)
        assert place["crowding"]["level"] == "full"

    play(tmp_path, story)


def test_a_host_by_role_is_named_and_believed_and_another_place_s_host_is_not(
    tmp_path: Path,
) -> None:
    async def story(here: ApiNode) -> None:
        hall, other = entered(here, ANNA), entered(here, ANNA, called("Brunnen"))
        role = here.sign(
            here.steward,
            Kind.ROLE,
            encode_role(RoleFields(Role.HOST, fingerprint(BERT.public), ObjectId(hall.id))),
            minutes=60 * 1440,
        )
        await here.take(hall, other, role)
        await here.take(
            level(here, BERT, hall, Level.FULL, age=5),
            level(here, BERT, other, Level.FULL, age=5),
            level(here, CEM, hall, Level.SOME),
            level(here, CEM, other, Level.SOME),
        )
        crowded = (await here.get("/places/begeg"))["crowding"]
        assert (crowded["level"], crowded["said_as"], crowded["said_by"]) == (
            "full",
            "host",
            "Bert",
        )
        assert crowded["contradiction"]["said_by"] == "Cem"
        assert (await here.get("/places/begeg"))["hosts"] == ["Bert"]
        elsewhere = (await here.get("/places/brunnen"))["crowding"]
        assert (elsewhere["level"], elsewhere["said_as"]) == ("some", "resident")

    play(tmp_path, story)


def test_the_node_signs_for_a_counter_which_shows_a_trend_only(tmp_path: Path) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        await here.take(hall, level(here, BERT, hall, 10, age=75, source=Source.COUNTER))
        status, place = await here.ask(
            "POST",
            "/places/begeg/levels",
            {"people": 40, "source": "counter", "expires_in_s": 3600},
        )
        assert status == 201
        assert_conforms(place, "WholeLocalPlace")
        assert (place["crowding"]["level"], place["crowding"]["trend"]) == (None, "rising")
        # What the node says next lasts no shorter, or the first would stay.
        await here.ask("POST", "/places/begeg/levels", {"level": "full", "expires_in_s": 86400})
        status, place = await here.ask("POST", "/places/begeg/levels", {"level": "some"})
        assert (status, place["crowding"]["level"]) == (201, "some")
        for refused in ({}, {"level": "busy"}, {"people": True}, {"level": "some", "people": 1}):
            assert (await here.ask("POST", "/places/begeg/levels", refused))[0] == 400
        for limit in ({"people": 50_001}, {"level": "full", "source": "counter"}):
            assert (await here.ask("POST", "/places/begeg/levels", limit))[0] == 422

    play(tmp_path, story)


def test_strangers_read_places_but_not_hidden_ones_and_let_the_node_sign_nothing(
    tmp_path: Path,
) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        await here.take(hall, here.role(CEM, Role.MODERATOR))
        app = public_app(here.node.service, load_languages())
        assert (await got(app, "/api/v1/places/begeg"))[0] == 200
        hide = encode_notice(NoticeFields(Act.HIDE, Reason.WRONG, hall.id, ""))
        await here.take(here.notice(CEM, hall, hide))
        assert (await got(app, f"/api/v1/places/{hall.short_id.hex()}"))[0] == 404
        assert (await got(app, "/api/v1/places", "hidden=true"))[0] == 403
        assert (await here.get("/places"))["places"] == []
        assert len((await here.get("/places?hidden=true"))["places"]) == 1

    play(tmp_path, story)


def test_what_was_learned_survives_a_restart_and_is_learned_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with village(tmp_path) as here:
            hall = entered(here, ANNA)
            await here.take(hall)
            for age in (150, 90):
                await here.take(level(here, BERT, hall, Level.FULL, age=age))
            await here.take(level(here, CEM, hall, Level.SOME, age=90))
            await here.get("/places/begeg")
            home = here.home
            memory = here.node.service.places._memory
            before = memory.of(hall.short_id)
            # Bert's first word has left the set by now, and only the pattern still knows it.
            assert len(here.node.service.shelf.rules.register.of_kind(Kind.LEVEL)) == 2
            assert len(before.pending) == 2
            async with asyncio.timeout(ANSWER_S):
                while memory._unsaved:
                    await asyncio.sleep(0.02)
        async with running_node(home, configured(home), doors=open_doors) as node:
            node.service.places.learn()
            assert node.service.places._memory.of(hall.short_id) == before

    asyncio.run(run())


def test_patterns_are_bounded_and_those_of_places_that_are_gone_go_first() -> None:
    async def run() -> None:
        store = MemoryStore()
        memory = PatternMemory(store)
        roots = [ShortId(number.to_bytes(4, "big")) for number in range(PATTERNS_MAX + 1)]
        for root in roots[:-1]:
            memory.keep(replace(memory.of(root), folded_hour=7), present=roots)
        gone = roots[100]
        memory.keep(replace(memory.of(roots[-1]), folded_hour=9), present=set(roots) - {gone})
        await memory.save()
        settings = (await store.load()).settings
        assert len(settings) == PATTERNS_MAX
        again = PatternMemory(store)
        again.recall({**settings, "pattern/x": b"", "pattern/999": b"rotten"})
        assert again.of(gone).folded_hour == 0
        assert again.of(roots[-1]).folded_hour == 9
        assert again.of(roots[3]).folded_hour == 7

    asyncio.run(run())


def test_when_it_is_usually_quiet_is_said_once_enough_was_seen(tmp_path: Path) -> None:
    async def story(here: ApiNode) -> None:
        hall = entered(here, ANNA)
        await here.take(hall)
        places = here.node.service.places
        cells = [Cell(4, 0 if hour % 24 in (14, 15) else 4000) for hour in range(WEEK_HOURS)]
        pattern = replace(
            places._memory.of(hall.short_id), folded_hour=here.minute // 60, cells=tuple(cells)
        )
        places._memory.keep(pattern, present=())
        place = await here.get("/places/begeg")
        assert_conforms(place, "WholeLocalPlace")
        best = place["best_time"]
        assert (best["is_known"], best["is_quiet"], best["percent"]) == (True, True, 0)
        assert best["words"].startswith("Usually quiet ")
        day, _, hours = best["words"].removeprefix("Usually quiet ").partition(" from ")
        assert day in ("today", "tomorrow")
        assert hours in ("2 pm to 4 pm.", "3 pm to 4 pm.")
        assert place["pattern"]["known_hours"] == WEEK_HOURS
        assert place["pattern"]["week"][2][13:17] == [100, 0, 0, 100]
        week = placewords.week(place)
        assert week[0].split()[:2] == ["6", "7"]
        assert week[3].startswith("Wed  #  #")
        assert week[3].count(".") == 2

    play(tmp_path, story)
