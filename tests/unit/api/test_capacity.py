"""Slots, meet-ups, queues and claims over the socket, and the node that sells."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from meshnode.api.door.doors import open_doors
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.slots import SlotsFields, encode_slots, shown_slots
from meshnode.board.capacity.timetable import Sort, Terms, Timetable
from meshnode.board.capacity.words import SORTS, STATES
from meshnode.board.exchange.claim import ClaimFields, SlotRange, Step, encode_claim, mark_of
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.node.capacity.saleslog import KEPT_MINUTES
from meshnode.node.clock import Clock
from meshnode.node.daemon import running_node
from meshnode.node.languages import load_language
from meshnode.protocol.keys import Fingerprint, SigningKey, fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject, decode
from tests.community import ANNA, BERT, CEM, DORA, signing_key
from tests.neighbourhood import configured
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

DAY = 1440
OTHER = signing_key("the node of the school")


async def populate(here: ApiNode) -> None:
    people = ((ANNA, "Anna"), (BERT, "Bert"), (CEM, "Cem"), (DORA, "Dora"))
    await here.take(
        *(here.certificate(key, name) for key, name in people),
        here.certificate(OTHER, "Schule", identity_class=IdentityClass.NODE),
    )


def own(here: ApiNode) -> Fingerprint:
    return here.node.service.sales.own


def slots(
    here: ApiNode,
    *,
    capacity: int = 2,
    count: int = 1,
    claim_max: int = 1,
    lease_minutes: int = 0,
    sort: Sort = Sort.SLOTS,
    is_automatic: bool = True,
    starts_in: int = 60,
    key: SigningKey = ANNA,
    place: ShortId | None = None,
) -> SignedObject:
    terms = Terms(capacity, own(here), claim_max, lease_minutes, is_automatic)
    interval = 60 if count > 1 else 0
    timetable = Timetable(here.minute + starts_in, 30, interval, count, sort, terms)
    codec, body = encode_slots(
        SlotsFields(timetable, "Impftermine", "Bitte Ausweis mitbringen.", place)
    )
    return here.sign(key, Kind.SLOTS, body, codec=codec, minutes=7 * DAY)


def ask(
    here: ApiNode, key: SigningKey, thing: SignedObject, *, units: int = 1, slot: int = 0
) -> SignedObject:
    fields = ClaimFields(Step.ASK, quantity=units, slots=SlotRange(slot))
    codec, body = encode_claim(fields)
    return here.sign(key, Kind.CLAIM, body, codec=codec, minutes=14 * DAY, parent=thing.short_id)


def step(here: ApiNode, key: SigningKey, claim: SignedObject, what: Step) -> SignedObject:
    codec, body = encode_claim(ClaimFields(what, mark=mark_of(claim.id)))
    return here.sign(key, Kind.CLAIM, body, codec=codec, minutes=14 * DAY, parent=claim.short_id)


async def until(here: ApiNode, claim: SignedObject, *states: str) -> dict[str, Any]:
    """Return a claim once it is in one of these states."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            document: dict[str, Any] = await here.get(f"/claims/{claim.id.hex()}")
            if document["state"] in states:
                return document
            await asyncio.sleep(0.01)


def test_whoever_asks_first_is_booked_and_the_others_wait(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=1)
            await here.take(thing)
            first, second = ask(here, BERT, thing), ask(here, CEM, thing)
            await here.take(first)
            booked = await until(here, first, "booked")
            assert [one["first_unit"] for one in booked["booked"]] == [1]
            assert [one["heard_s"] for one in booked["sellers"]] == [0]
            await here.take(second)
            waiting = await until(here, second, "asked")
            assert (waiting["ahead"], waiting["booked"]) == (0, [])
            await here.take(step(here, BERT, first, Step.CANCEL))
            moved = await until(here, second, "booked")
            assert moved["booked"][0]["generation"] == 1
            assert (await until(here, first, "cancelled"))["booked"] == []
            shown = await here.get(f"/bookable/{thing.short_id.hex()}")
            assert [(one["sold"], one["free"]) for one in shown["slots"]] == [(1, 0)]
            assert_conforms(shown, "WholeBookableThing")
            assert_conforms(moved, "BookingClaim")
            assert_conforms(await here.get("/bookable"), "BookableThings")
            by = fingerprint(CEM.public).hex()
            mine = await here.get(f"/claims?by={by}&thing={thing.short_id.hex()}")
            assert [one["id"] for one in mine["claims"]] == [second.id.hex()]
            assert_conforms(mine, "BookingClaims")
            (read,) = (await here.get(f"/claims?by={by}&language=ar"))["claims"]
            arabic = load_language("ar")
            assert read["state_words"] == arabic.named(STATES, "booked")
            assert read["sort_words"] == arabic.named(SORTS, "slots")

    asyncio.run(play())


def test_where_a_host_has_the_word_nothing_is_booked_before(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, is_automatic=False)
            claims = [ask(here, key, thing) for key in (BERT, CEM, DORA)]
            await here.take(thing, *claims)
            assert (await until(here, claims[0], "asked"))["needs_word"]
            await here.take(step(here, BERT, claims[0], Step.CONFIRM))
            await here.take(step(here, ANNA, claims[1], Step.CONFIRM))
            await until(here, claims[1], "booked")
            assert (await until(here, claims[0], "asked"))["booked"] == []
            await here.take(step(here, ANNA, claims[2], Step.DECLINE))
            await until(here, claims[2], "declined")

    asyncio.run(play())


def test_a_queue_gives_numbers_and_says_how_many_are_before_one(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=50, sort=Sort.QUEUE)
            await here.take(thing)
            tickets = [ask(here, key, thing) for key in (BERT, CEM, DORA)]
            for one in tickets:
                await here.take(one)
                await until(here, one, "booked")
            last = await until(here, tickets[2], "booked")
            assert (last["ahead"], last["booked"][0]["first_unit"]) == (2, 3)
            await here.take(step(here, ANNA, tickets[0], Step.CALL))
            await until(here, tickets[0], "called")
            await here.take(step(here, CEM, tickets[1], Step.CANCEL))
            await until(here, tickets[1], "cancelled")
            assert (await until(here, tickets[2], "booked"))["ahead"] == 0
            await here.take(step(here, ANNA, tickets[0], Step.NO_SHOW))
            await until(here, tickets[0], "no-show")
            again = ask(here, CEM, thing)
            await here.take(again)
            assert (await until(here, again, "booked"))["booked"][0]["first_unit"] == 4

    asyncio.run(play())


def test_units_that_were_passed_on_are_not_sold_here_any_more(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=4, count=2)
            await here.take(thing)
            root = thing.short_id.hex()
            wanted = {"to": "Schule", "units": 3, "first_slot": 1, "last_slot": 1}
            status, passed = await here.ask("POST", f"/bookable/{root}/allotments", wanted)
            assert (status, passed["passed"][0]["units"]) == (201, 3)
            assert_conforms(passed, "PassedUnits")
            claims = [ask(here, key, thing) for key in (BERT, CEM)]
            await here.take(*claims)
            await until(here, claims[0], "booked")
            assert (await until(here, claims[1], "asked"))["ahead"] == 0
            shown = await here.get(f"/bookable/{root}")
            assert shown["slots"][0]["free_elsewhere"] == 3
            assert [one["free_here"] for one in shown["slots"]] == [0, 4]
            status, refusal = await here.ask("POST", f"/bookable/{root}/allotments", wanted)
            assert (status, refusal["error"]["code"]) == (422, "limit")
            status, returned = await here.ask("POST", f"/bookable/{root}/return", {})
            assert (status, returned) == (200, {"units": 0})

    asyncio.run(play())


def test_who_waits_for_an_answer_lets_no_words_be_decoded_again(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing, other = slots(here, capacity=2), slots(here, capacity=3)
            await here.take(thing, other)
            claim = ask(here, BERT, thing)
            await here.take(claim)
            await until(here, claim, "booked")
            await here.get("/bookable?kind=slots")
            decoded = shown_slots.cache_info().misses
            again = await here.get(f"/claims/{claim.id.hex()[:8]}")
            assert (again["id"], again["root"]) == (claim.id.hex(), thing.short_id.hex())
            await here.get("/claims")
            await here.get("/bookable?kind=slots")
            assert shown_slots.cache_info().misses == decoded

    asyncio.run(play())


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"to": "Schule"},
        {"to": "Schule", "units": 0},
        {"to": "Schule", "units": 1, "first_slot": 1},
        {"automatic": True, "units": 1},
        {"to": "Schule", "units": 1, "colour": "red"},
    ],
)
def test_a_wish_to_pass_on_that_makes_no_sense_is_refused(
    tmp_path: Path, wanted: dict[str, object]
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here)
            await here.take(thing)
            path = f"/bookable/{thing.short_id.hex()}/allotments"
            status, _ = await here.ask("POST", path, wanted)
            assert status == 400

    asyncio.run(play())


def test_a_node_that_starts_again_tells_what_it_had_only_written_down(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=1)
            claim = ask(here, BERT, thing)
            await here.take(thing, claim)
            document = await until(here, claim, "booked")
            (told,) = here.node.service.sales.log
            sales = here.node.service.sales
            assert document["bookings"] == [told.id.hex()]
            untold = await here.node.service.voice.sign(
                Kind.BOOKING,
                0,
                told.body,
                minutes=DAY,
                created_min=here.minute,
                parent=told.parent,
            )
            await sales.log.write(untold)
            home = here.home
        config = configured(home)
        async with running_node(home, config, doors=open_doors, clock=Clock()) as again:
            async with asyncio.timeout(ANSWER_S):
                while untold.id not in again.service.sales._runner.engine.held:
                    await asyncio.sleep(0.01)
            assert {one.id for one in again.service.sales.log} == {told.id, untold.id}
            (claimed,) = again.service.counter.claims()
            assert [one.id for one in claimed.standing.bookings] == [told.id]

    asyncio.run(play())


def test_a_place_that_is_somebody_elses_is_not_sold(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            terms = Terms(2, own(here))
            timetable = Timetable(here.minute + 60, 30, terms=terms)
            place = signing_key("a place").id
            codec, body = encode_slots(SlotsFields(timetable, place=decode_short(place)))
            thing = here.sign(BERT, Kind.SLOTS, body, codec=codec, minutes=7 * DAY)
            claim = ask(here, CEM, thing)
            await here.take(thing, claim)
            assert not (await here.get(f"/bookable/{thing.id.hex()}"))["is_rightful"]
            assert (await until(here, claim, "asked"))["booked"] == []
            await here.take(here.role(BERT, Role.HOST))
            await here.take(step(here, BERT, claim, Step.CONFIRM))
            await until(here, claim, "booked")

    asyncio.run(play())


def decode_short(key_id: bytes) -> Any:
    return key_id[:4]


def test_a_meet_up_without_seats_needs_no_booking(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            timetable = Timetable(here.minute + 60, 120, 7 * DAY, 8)
            fields = MeetupFields(timetable, "Mittagstisch", "Gemeindehaus", "Alle kommen.")
            codec, body = encode_meetup(fields)
            thing = here.sign(ANNA, Kind.MEETUP, body, codec=codec, minutes=91 * DAY)
            await here.take(thing, ask(here, BERT, thing, slot=7))
            (shown,) = (await here.get("/bookable?kind=meetup"))["things"]
            assert (shown["title"], shown["where"]) == ("Mittagstisch", "Gemeindehaus")
            assert (shown["signed_up"], shown["capacity"], len(shown["slots"])) == (1, None, 8)
            assert_conforms(shown, "BookableThing")

    asyncio.run(play())


def test_an_act_of_our_own_that_comes_from_elsewhere_stops_the_sale(tmp_path: Path) -> None:
    """The node's store is an old copy: it must not sell again what it does not remember."""

    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=2)
            first = ask(here, BERT, thing)
            await here.take(thing, first)
            await until(here, first, "booked")
            sales = here.node.service.sales
            (act,) = sales.log
            sales.log._drop(act)
            await sales._note(act.id.hex(), "radio")
            async with asyncio.timeout(ANSWER_S):
                while not sales.is_in_doubt:
                    await asyncio.sleep(0.01)
            second = ask(here, CEM, thing)
            await here.take(second)
            await asyncio.sleep(0)
            await sales.look()
            assert (await until(here, second, "asked"))["booked"] == []
            assert decode(act.encoded).id in sales.log
            status, refusal = await here.ask(
                "POST",
                f"/bookable/{thing.short_id.hex()}/allotments",
                {"to": "Schule", "units": 1},
            )
            assert (status, refusal["error"]["code"]) == (403, "not_allowed")
            assert (await here.ask("POST", "/selling/resume", {"is_complete": True}))[0] == 200
            await until(here, second, "booked")

    asyncio.run(play())


def test_what_left_the_set_too_early_is_not_sold_again(tmp_path: Path) -> None:
    """A clock that was wrong let the node forget its booking; its log did not."""

    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here, capacity=1)
            first, second = ask(here, BERT, thing), ask(here, CEM, thing)
            await here.take(thing, first)
            await until(here, first, "booked")
            sales = here.node.service.sales
            (act,) = sales.log
            here.node.service.shelf.rules.forget(act)
            await here.take(second)
            sales._dirty.add(thing.short_id)
            await sales.look()
            assert (await until(here, second, "asked"))["booked"] == []
            assert (await until(here, first, "booked"))["bookings"] == [act.id.hex()]

    asyncio.run(play())


def withdrawal(here: ApiNode, key: SigningKey, thing: SignedObject) -> SignedObject:
    return here.sign(key, Kind.WITHDRAWAL, b"", minutes=91 * DAY, parent=thing.short_id)


def test_what_somebody_else_withdraws_is_not_called_off(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here)
            claim = ask(here, BERT, thing)
            await here.take(thing, claim)
            await until(here, claim, "booked")
            await here.take(withdrawal(here, CEM, thing))
            await until(here, claim, "booked")
            await here.take(withdrawal(here, ANNA, thing))
            document = await until(here, claim, "called-off")
            assert document["title"] == "Impftermine"
            assert_conforms(document, "BookingClaim")
            assert (await here.get("/bookable"))["things"] == []

    asyncio.run(play())


def test_what_was_called_off_and_then_erased_is_shown_and_kept_nowhere(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            await here.take(here.role(DORA, Role.MODERATOR))
            thing, other = slots(here), slots(here, starts_in=90)
            claim, kept = ask(here, BERT, thing), ask(here, BERT, other)
            await here.take(thing, other, claim, kept)
            await until(here, claim, "booked")
            await here.take(*(withdrawal(here, ANNA, one) for one in (thing, other)))
            for one in (claim, kept):
                await until(here, one, "called-off")
            fields = encode_notice(NoticeFields(Act.ERASE, Reason.PRIVATE, thing.id, ""))
            erased = here.sign(
                DORA,
                Kind.NOTICE,
                fields[1],
                codec=fields[0],
                minutes=14 * DAY,
                parent=thing.short_id,
            )
            await here.take(erased)
            # Whoever had booked still learns that it does not take place.
            document = await until(here, claim, "called-off")
            assert (document["title"], document["text"], document["starts"]) == (None, None, None)
            assert (await until(here, kept, "called-off"))["title"] == "Impftermine"
            async with asyncio.timeout(10):
                while thing.encoded in written(here):
                    await asyncio.sleep(0.01)
            assert other.encoded in written(here)

    asyncio.run(play())


def written(here: ApiNode) -> bytes:
    return b"".join(path.read_bytes() for path in here.home.directory.glob("meshnode.db*"))


def test_a_claim_of_whose_thing_nothing_is_known_is_shown_as_gone(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing = slots(here)
            claims = [ask(here, key, thing) for key in (BERT, CEM)]
            await here.take(*claims, step(here, CEM, claims[1], Step.CANCEL))
            # Nobody knows whether Dora may have withdrawn it.
            await here.take(withdrawal(here, DORA, thing))
            document = await until(here, claims[0], "gone")
            assert (document["kind"], document["starts"]) == (None, None)
            assert_conforms(document, "BookingClaim")
            await until(here, claims[1], "cancelled")
            found = await here.get(f"/claims?thing={thing.short_id.hex()}")
            assert len(found["claims"]) == 2
            assert (await here.ask("GET", "/claims?thing=00000000"))[0] == 404
            await here.take(thing)
            await until(here, claims[0], "booked")

    asyncio.run(play())


def test_what_took_place_before_it_was_withdrawn_stays_as_it_was(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            timetable = Timetable(here.minute - 40, 30, 60, 2)
            codec, body = encode_meetup(MeetupFields(timetable, "Mittagstisch"))
            thing = here.sign(ANNA, Kind.MEETUP, body, codec=codec, minutes=7 * DAY)
            past, coming = ask(here, BERT, thing, slot=0), ask(here, BERT, thing, slot=1)
            await here.take(thing, past, coming, withdrawal(here, ANNA, thing))
            await until(here, coming, "called-off")
            assert (await until(here, past, "booked"))["state"] == "booked"

    asyncio.run(play())


def test_a_node_that_pruned_under_a_wrong_clock_sells_nothing_twice(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await populate(here)
            thing, later = slots(here, capacity=1), slots(here, capacity=1, starts_in=20 * DAY)
            first = ask(here, BERT, thing)
            await here.take(thing, first)
            await until(here, first, "booked")
            sales, rules = here.node.service.sales, here.node.service.shelf.rules
            (act,) = sales.log
            minute = sales._minute
            rules.forget(thing)
            sales._minute = lambda: act.expires_min + KEPT_MINUTES
            assert await sales.prune() == 0
            sales._minute = lambda: act.expires_min + KEPT_MINUTES + 1
            rules.learn(thing)
            assert await sales.prune() == 0, "what is held is needed"
            rules.forget(thing)
            assert await sales.prune() == 1
            sales._minute = minute
            rules.learn(thing)
            # What the node had told is not there either, as if its neighbours had lost it, too.
            rules.forget(act)
            second, free = ask(here, CEM, thing), ask(here, CEM, later)
            await here.take(later, second, free)
            await until(here, free, "booked")
            assert (await until(here, second, "asked"))["booked"] == []
            assert (await here.get("/status"))["selling"] == {
                "things": 2,
                "forgotten": 1,
                "is_in_doubt": False,
            }
            assert_conforms(await here.get("/status"), "Status")

    asyncio.run(play())
