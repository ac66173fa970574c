"""Claims are for who made them and who runs what they are on, and so is passing units on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.timetable import Terms, Timetable
from meshnode.board.places.place import CATEGORIES, PlaceFields, PlaceHead, PlaceWords, encode_place
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, CEM, DORA
from tests.pairedphone import PairedPhone
from tests.unit.api.apinode import ApiNode
from tests.unit.api.servednode import ServedNode, served_node
from tests.unit.api.test_capacity import DAY, ask, own, populate, slots


@dataclass
class Door:
    """A node, and one phone of everybody who asks there: each counts its requests."""

    node: ServedNode
    phones: dict[SigningKey, PairedPhone] = field(default_factory=dict)

    @property
    def here(self) -> ApiNode:
        return self.node.here

    def take(self, *things: SignedObject) -> None:
        self.node.run(self.here.take(*things))

    def phone(self, key: SigningKey) -> PairedPhone:
        return self.phones.setdefault(key, self.phones.get(key) or self.node.phone(key))


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with served_node(tmp_path) as node:
        node.run(populate(node.here))
        yield Door(node)


def meetup(here: ApiNode) -> SignedObject:
    timetable = Timetable(here.minute + 60, 30, 0, 1, terms=Terms(4, own(here)))
    codec, body = encode_meetup(MeetupFields(timetable, "Mittagstisch"))
    return here.sign(ANNA, Kind.MEETUP, body, codec=codec, minutes=7 * DAY)


def place(here: ApiNode, key: SigningKey) -> SignedObject:
    head = PlaceHead(CATEGORIES.index("hall"))
    codec, body = encode_place(PlaceFields(head, PlaceWords("Saal")))
    return here.sign(key, Kind.PLACE, body, codec=codec, minutes=7 * DAY)


def read(door: Door, key: SigningKey, thing: SignedObject) -> set[str]:
    """Return the ids of the claims on a thing that somebody's phone is shown."""
    answer = door.phone(key).ask("GET", f"/claims?thing={thing.short_id.hex()}")
    assert answer.status == 200, answer.document
    return {one["id"] for one in answer.document["claims"]}


def ids(*claims: SignedObject) -> set[str]:
    return {one.id.hex() for one in claims}


def test_who_booked_is_for_them_and_for_who_opened_it(door: Door) -> None:
    here = door.here
    thing = slots(here)
    by_bert, by_cem = ask(here, BERT, thing), ask(here, CEM, thing)
    door.take(thing, by_bert, by_cem)
    assert read(door, BERT, thing) == ids(by_bert)
    assert read(door, ANNA, thing) == ids(by_bert, by_cem)
    assert read(door, DORA, thing) == set()
    assert read(door, here.steward, thing) == ids(by_bert, by_cem)
    assert door.phone(CEM).ask("GET", f"/claims/{by_cem.id.hex()}").status == 200
    assert door.phone(CEM).ask("GET", f"/claims/{by_bert.id.hex()}").status == 404
    assert door.phone(ANNA).ask("GET", f"/claims/{by_bert.id.hex()}").status == 200


def test_a_host_of_the_place_reads_who_comes_there(door: Door) -> None:
    here = door.here
    hall = place(here, ANNA)
    thing = slots(here, place=hall.short_id)
    by_bert = ask(here, BERT, thing)
    door.take(hall, thing, by_bert)
    assert read(door, DORA, thing) == set()
    door.take(here.role(DORA, Role.HOST))
    assert read(door, DORA, thing) == ids(by_bert)


def test_who_comes_to_a_meet_up_is_no_secret_among_members(door: Door) -> None:
    here = door.here
    table = meetup(here)
    by_bert = ask(here, BERT, table)
    door.take(table, by_bert)
    assert read(door, DORA, table) == ids(by_bert)
    assert door.node.ask("GET", f"/api/v1/claims?thing={table.short_id.hex()}").status == 401


def test_units_are_passed_on_for_who_runs_the_thing(door: Door) -> None:
    here = door.here
    thing = slots(here, capacity=4)
    door.take(thing)
    path = f"/bookable/{thing.short_id.hex()}"
    wanted = {"to": "Schule", "units": 1}
    refused = door.phone(BERT).ask("POST", f"{path}/allotments", wanted)
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert door.phone(BERT).ask("POST", f"{path}/return", {}).status == 403
    passed = door.phone(ANNA).ask("POST", f"{path}/allotments", wanted)
    assert passed.status == 201, passed.document
    assert passed.document["passed"][0]["units"] == 1
    assert door.phone(ANNA).ask("POST", f"{path}/return", {}).status == 200
