"""The vectors of offers and claims are what the code makes and reads; the page says the numbers."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.exchange.claim import TAKERS, Side, Step, decode_claim, read_claim_head
from meshnode.board.exchange.life import State, Stock
from meshnode.board.exchange.offer import decode_offer, read_offer_head
from meshnode.board.exchange.things import THINGS, UNITS, Sort
from meshnode.board.exchange.wording import ITEMS, SORTS, STATES, STOCKS
from meshnode.board.exchange.wording import UNITS as UNIT_WORDS
from meshnode.person.handover import CODE_DIGITS, WRONG_MAX
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.object import Kind, ShortId

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_exchange.py"))
TEXT = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)
PAGE = (ROOT / "docs/spec/exchange.md").read_text(encoding="utf-8")


def named(row: dict[str, Any]) -> str:
    return str(row["name"])


def test_the_file_is_what_the_code_makes() -> None:
    assert MAKE["serialise"](MAKE["build"]()) == TEXT


@pytest.mark.parametrize("row", VECTORS["objects"], ids=named)
def test_every_object_reads_back_and_is_one_radio_frame(row: dict[str, Any]) -> None:
    thing = objects.decode(bytes.fromhex(row["encoded"]))
    assert thing.id.hex() == row["id"]
    fields = (
        decode_offer(thing.codec, thing.body)
        if thing.kind == Kind.OFFER
        else decode_claim(thing.codec, thing.body, thing.parent)
    )
    assert MAKE["plain"](fields) == row["fields"]
    assert row["bytes_on_the_air"] <= FRAME_BYTES_MAX_DEFAULT


@pytest.mark.parametrize("row", VECTORS["refused_offers"], ids=named)
def test_an_offer_that_is_not_as_it_must_be_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(PeerError) as caught:
        read_offer_head(bytes.fromhex(row["body"]))
    assert caught.value.reason == row["reason"]


@pytest.mark.parametrize("row", VECTORS["refused_claims"], ids=named)
def test_a_claim_that_is_not_as_it_must_be_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(PeerError) as caught:
        read_claim_head(bytes.fromhex(row["body"]), ShortId(b"root"))
    assert caught.value.reason == row["reason"]


def test_the_page_names_every_item_with_its_number() -> None:
    table = PAGE.split("| item |")[1].split("**Last.**")[0]
    said = re.findall(r"\b(\d+) ([a-z-]+)", table)
    assert [(int(number), word) for number, word in said] == [
        (one.number, one.identifier) for one in THINGS
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("sort", [one.word for one in Sort]), ("unit", list(UNITS))]
)
def test_the_page_names_sorts_and_units_in_the_column_of_their_number(
    name: str, words: list[str]
) -> None:
    ((header, row),) = re.findall(rf"^\| {name} \| (0 .*) \|\n\|[-|]*\n\| \| (.*) \|$", PAGE, re.M)
    assert header.split(" | ") == [str(at) for at in range(len(words))]
    assert row.split(" | ") == words


def test_the_page_says_who_may_take_which_step() -> None:
    rows = re.findall(r"^\| (\d) \| ([a-z-]+) \| (author|claimant|either) \|", PAGE, re.M)
    sides = {"either": frozenset(Side), **{one.value: frozenset({one}) for one in Side}}
    assert {int(number): (word, sides[who]) for number, word, who in rows} == {
        one.value: (one.word, TAKERS[one]) for one in Step
    }


def test_the_page_has_the_states_from_the_strongest_to_the_weakest() -> None:
    table = PAGE.split("| state | when |")[1].split("*Promised*")[0]
    assert set(re.findall(r"^\| ([a-z]+) \|", table, re.M)) == {one.value for one in State}


def test_the_page_says_the_numbers_of_the_code() -> None:
    assert CODE_DIGITS == 4
    assert "code of four digits" in PAGE
    assert WRONG_MAX == 5
    assert "After five wrong ones" in PAGE


def test_everything_that_can_be_said_has_words() -> None:
    assert set(ITEMS) == {one.identifier for one in THINGS}
    assert set(SORTS) == set(Sort)
    assert set(UNIT_WORDS) == set(UNITS)
    assert set(STATES) == set(State)
    assert set(STOCKS) == set(Stock)
