"""The vectors of capacity are what this code makes and reads, and the page says what it does."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.bodies import check_body
from meshnode.board.capacity.allotment import decode_allotment
from meshnode.board.capacity.booking import SALE_BODY_BYTES_MAX, decode_booking
from meshnode.board.capacity.chain import Act, fates
from meshnode.board.capacity.lots import GENERATION_MAX, LOTS_MAX, Lot
from meshnode.board.capacity.meetup import MEETUP_CHARACTERS_MAX, decode_meetup
from meshnode.board.capacity.offices import STEPS, Stand
from meshnode.board.capacity.slots import SLOTS_CHARACTERS_MAX, decode_slots
from meshnode.board.capacity.timetable import (
    CAPACITY_MAX,
    LEASE_MINUTES_MAX,
    SLOT_MINUTES_MAX,
    SLOTS_MAX,
    Sort,
)
from meshnode.board.exchange.claim import Step
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId
from tests.vectors.writers import COMMUNITY, KEYS, plain

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_capacity.py"))
TEXT: str = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)
PAGE = (ROOT / "docs/spec/capacity.md").read_text(encoding="utf-8")
ACT_BYTES_MAX = 120


def read(kind: int, codec: int, body: bytes, parent: ShortId | None) -> Any:
    match kind:
        case Kind.SLOTS:
            return decode_slots(codec, body)
        case Kind.MEETUP:
            return decode_meetup(codec, body)
        case Kind.BOOKING:
            return decode_booking(codec, body, parent)
        case _:
            return decode_allotment(codec, body, parent)


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["serialise"](MAKE["build"]()) == TEXT


@pytest.mark.parametrize("row", VECTORS["objects"], ids=lambda row: row["name"])
def test_an_object_reads_as_the_vector_says(row: dict[str, Any]) -> None:
    thing = objects.decode(bytes.fromhex(row["encoded"]))
    assert thing.is_signed_by(KEYS[row["signer"]].public, COMMUNITY)
    check_body(thing)
    assert plain(read(thing.kind, thing.codec, thing.body, thing.parent)) == row["fields"]
    assert (thing.kind, thing.body.hex(), thing.id.hex()) == (row["kind"], row["body"], row["id"])
    assert len(thing.encoded) == row["object_bytes"] < row["bytes_on_the_air"]


@pytest.mark.parametrize("row", VECTORS["objects"], ids=lambda row: row["name"])
def test_bookings_and_allotments_stay_as_small_as_promised(row: dict[str, Any]) -> None:
    is_act = row["kind"] in (Kind.BOOKING, Kind.ALLOTMENT)
    assert row["object_bytes"] <= (ACT_BYTES_MAX if is_act else 200)


@pytest.mark.parametrize("row", VECTORS["refused_bodies"], ids=lambda row: row["name"])
def test_a_refused_body_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    with pytest.raises(PeerError) as refused:
        read(row["kind"], row["codec"], bytes.fromhex(row["body"]), ShortId(b"root"))
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("kind", [Kind.BOOKING, Kind.ALLOTMENT])
def test_an_act_about_nothing_is_refused(kind: Kind) -> None:
    row = next(one for one in VECTORS["objects"] if one["kind"] == kind)
    with pytest.raises(PeerError) as refused:
        read(kind, 0, bytes.fromhex(row["body"]), None)
    assert refused.value.reason == "missing_parent"


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("row", VECTORS["ledgers"], ids=lambda row: row["name"])
def test_a_ledger_comes_out_as_the_vector_says(row: dict[str, Any], is_reversed: bool) -> None:
    acts = [act_of(one) for one in row["acts"]]
    found = fates(
        reversed(acts) if is_reversed else acts,
        slots=row["slots"],
        capacity=row["capacity"],
        authority=Fingerprint(bytes.fromhex(row["authority"])),
        is_revoked=lambda one: one.hex() in row["revoked"],
    )
    assert [MAKE["_run"](one) for one in found.runs] == row["runs"]
    assert sorted(one.hex() for one in found.ended) == row["ended"]
    assert [plain(one) for one in sorted(found.proofs.values())] == row["proofs"]


def act_of(row: dict[str, Any]) -> Act:
    return Act(
        id=ObjectId(bytes.fromhex(row["id"])),
        by=Fingerprint(bytes.fromhex(row["by"])),
        sequence=row["sequence"],
        created_min=row["created_min"],
        lots=tuple(Lot(**lot) for lot in row["lots"]),
        claim=None if row["claim"] is None else bytes.fromhex(row["claim"]),
        to=None if row["to"] is None else Fingerprint(bytes.fromhex(row["to"])),
        ends_min=row["ends_min"],
    )


def test_the_page_holds_the_bounds_and_sorts_of_the_code() -> None:
    assert f"minutes of a slot, 1..{SLOT_MINUTES_MAX} " in PAGE
    assert f"number of slots, 1..{SLOTS_MAX} " in PAGE
    assert f"(capacity), 1..{CAPACITY_MAX} " in PAGE
    assert f"(until the end) ..{LEASE_MINUTES_MAX} " in PAGE
    assert f"| 0..{SLOTS_MAX - 1} | | 0..{CAPACITY_MAX - 1} | | 0..{GENERATION_MAX} |" in PAGE
    assert f"1 to {LOTS_MAX}, in rising order" in PAGE
    assert f"a body of at most {SALE_BODY_BYTES_MAX} bytes" in PAGE
    assert f"at most {ACT_BYTES_MAX} bytes as an object" in PAGE
    assert SLOTS_CHARACTERS_MAX == MEETUP_CHARACTERS_MAX == 300
    assert PAGE.count("at most 300 characters") == 2
    ((words,),) = [re.findall(r"\| sort \| 0 \| 1 \| 2 \|\n\|.*\|\n\| \| (.*) \|\n", PAGE)]
    assert words.split(" | ") == [one.word for one in Sort]


def test_the_page_says_who_may_take_which_step() -> None:
    columns = (Stand.AUTHOR, Stand.HOST, Stand.STEWARD, Stand.CLAIMANT, Stand.ANYBODY)
    section = PAGE.split("## 7.")[1].split("## 8.")[0]
    said: dict[Step, frozenset[Stand]] = {}
    for names, cells in re.findall(
        r"^\| ([a-z, -]+) \|((?: yes \| ?| \|)+)$", section, re.MULTILINE
    ):
        marks = [cell.strip() for cell in cells.split("|")[:-1]]
        stands = frozenset(one for one, mark in zip(columns, marks, strict=True) if mark == "yes")
        for name in names.split(", "):
            said[next(one for one in Step if one.word == name)] = stands
    assert said == {
        step: frozenset(columns) if Stand.ANYBODY in stands else stands
        for step, stands in STEPS.items()
    }
