"""The vectors of calls and modes are what this code makes and reads; the spec shows their sizes."""

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.calls.checkin import decode_checkin
from meshnode.board.calls.triage import decode_triage
from meshnode.board.modes.mode import decode_mode
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import Kind, ShortId
from tests.vectors.writers import COMMUNITY, KEYS, plain

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_calls.py"))
VECTORS: dict[str, Any] = json.loads(MAKE["PATH"].read_text(encoding="utf-8"))
OBJECTS = {row["name"]: row for row in VECTORS["objects"]}
READERS: dict[int, Callable[[int, bytes, ShortId | None], Any]] = {
    Kind.CHECKIN: decode_checkin,
    Kind.TRIAGE: decode_triage,
    Kind.MODE: decode_mode,
}


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["PATH"].read_text(encoding="utf-8") == MAKE["serialise"](MAKE["build"]())


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_reads_as_the_vector_says(name: str) -> None:
    row = OBJECTS[name]
    read = objects.decode(bytes.fromhex(row["encoded"]))
    assert read.is_signed_by(KEYS[row["signer"]].public, COMMUNITY)
    assert (read.kind, read.id.hex(), read.body.hex()) == (row["kind"], row["id"], row["body"])
    assert plain(READERS[read.kind](read.codec, read.body, read.parent)) == row["fields"]
    assert row["frame_bytes"] == len(read.encoded)


@pytest.mark.parametrize("row", VECTORS["refused_bodies"], ids=lambda row: row["name"])
def test_a_refused_body_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    parent = None if row["parent"] is None else ShortId(bytes.fromhex(row["parent"]))
    with pytest.raises(PeerError) as refused:
        READERS[row["kind"]](0, bytes.fromhex(row["body"]), parent)
    assert refused.value.reason == row["reason"]


def test_the_specification_shows_the_bytes_on_the_air() -> None:
    page = (ROOT / "docs/spec/calls.md").read_text(encoding="utf-8")
    table = page.split("| object | bytes on the air |")[1].split("\n\n")[0]
    numbers = [int(one) for one in re.findall(r"\| (\d+) \|", table)]
    ok = OBJECTS["checkin-ok"]["frame_bytes"]
    assert numbers == [
        ok,
        ok + objects.SHORT_ID_BYTES,
        OBJECTS["checkin-urgent"]["frame_bytes"],
        OBJECTS["triage-taken"]["frame_bytes"],
    ]
