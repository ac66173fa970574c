"""The vectors of places and levels are what this code makes and reads."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.bodies import check_body
from meshnode.board.places.level import decode_level
from meshnode.board.places.pattern import decode_pattern, encode_pattern
from meshnode.board.places.place import decode_place, read_place_head
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import Kind, ShortId
from tests.vectors.writers import COMMUNITY, KEYS, plain

MAKE = runpy.run_path(str(Path(__file__).parents[1] / "vectors/make_places.py"))
TEXT: str = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["serialise"](MAKE["build"]()) == TEXT


@pytest.mark.parametrize("row", VECTORS["objects"], ids=lambda row: row["name"])
def test_an_object_reads_as_the_vector_says(row: dict[str, Any]) -> None:
    thing = objects.decode(bytes.fromhex(row["encoded"]))
    assert thing.is_signed_by(KEYS[row["signer"]].public, COMMUNITY)
    check_body(thing)
    if thing.kind == Kind.PLACE:
        assert plain(decode_place(thing.codec, thing.body)) == row["fields"]
    else:
        assert plain(decode_level(thing.codec, thing.body, thing.parent)) == row["fields"]
    assert (thing.kind, thing.body.hex(), thing.id.hex()) == (row["kind"], row["body"], row["id"])
    assert len(thing.encoded) == row["object_bytes"] < row["bytes_on_the_air"]


@pytest.mark.parametrize("row", VECTORS["refused_bodies"], ids=lambda row: row["name"])
def test_a_refused_body_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    body = bytes.fromhex(row["body"])
    with pytest.raises(PeerError) as refused:
        if row["kind"] == Kind.PLACE:
            read_place_head(body)
        else:
            decode_level(row["codec"], body, ShortId(b"root"))
    assert refused.value.reason == row["reason"]


def test_a_level_that_names_no_place_is_refused() -> None:
    with pytest.raises(PeerError) as refused:
        decode_level(0, b"\x02", None)
    assert refused.value.reason == "missing_parent"


def test_the_pattern_reads_back_the_same() -> None:
    data = bytes.fromhex(VECTORS["pattern"])
    root = VECTORS["objects"][0]["id"][:8]
    assert decode_pattern(data) == MAKE["pattern"](root)
    assert encode_pattern(decode_pattern(data)) == data


@pytest.mark.parametrize("row", VECTORS["objects"], ids=lambda row: row["name"])
def test_a_place_with_sixty_characters_and_every_level_stay_as_small_as_promised(
    row: dict[str, Any],
) -> None:
    assert row["object_bytes"] <= (200 if row["kind"] == Kind.PLACE else 90)


def test_the_page_quotes_the_pattern_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs/spec/places.md").read_text(encoding="utf-8")
    assert f"    pattern {VECTORS['pattern']}\n" in page
