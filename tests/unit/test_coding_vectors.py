"""The vectors of the code are what this code makes and reads, and another reckoning agrees."""

import json
import re
import runpy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from meshnode.protocol import erasure
from meshnode.protocol.batch import Batch, BatchId, Shape, compose, open_batch, whole_objects
from meshnode.protocol.collector import Collector
from meshnode.protocol.cursor import block
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import RadioCodec, Symbol, symbol_room_bytes
from meshnode.protocol.redundancy import spare_count
from tests.galois import coded, inverse, product

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_coding.py"))
TEXT = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)
OBJECTS: dict[str, str] = {
    row["name"]: row["encoded"]
    for row in json.loads((ROOT / "tests/vectors/objects.json").read_text("utf-8"))["objects"]
}
ENCODED = [bytes.fromhex(one) for one in VECTORS["batch"]["encoded"]]


def unhex(parts: list[str]) -> list[bytes]:
    return [bytes.fromhex(part) for part in parts]


def shape_of(cut: dict[str, Any]) -> Shape:
    batch = BatchId(bytes.fromhex(VECTORS["batch"]["id"]))
    return Shape(batch, cut["data_count"], cut["symbol_bytes"])


def composed(cut: dict[str, Any]) -> Batch:
    return compose(ENCODED, symbol_room_bytes(cut["frame_bytes"]))


def by_frame_bytes(cut: dict[str, Any]) -> str:
    return str(cut["frame_bytes"])


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["serialise"](MAKE["build"]()) == TEXT


def test_products_and_inverses_are_those_of_logarithms() -> None:
    for row in VECTORS["field"]["products"]:
        one, other, result = (int(factor, 16) for factor in row)
        assert product(one, other) == product(other, one) == result
    inverses = bytes.fromhex(VECTORS["field"]["inverses_of_1_to_255"])
    assert list(inverses) == [inverse(value) for value in range(1, 256)]
    assert all(product(value, inverses[value - 1]) == 1 for value in range(1, 256))


def test_the_symbols_of_the_small_data_set_are_reckoned_alike_and_give_it_back() -> None:
    data = unhex(VECTORS["code"]["data"])
    for index, symbol in VECTORS["code"]["symbols"].items():
        assert coded(data, int(index)).hex() == symbol
    for indices in VECTORS["code"]["enough"]:
        known = {index: bytes.fromhex(VECTORS["code"]["symbols"][str(index)]) for index in indices}
        assert erasure.recover(known, len(data)) == data


def test_the_order_is_by_rank_then_newest_first_then_by_id() -> None:
    rows = VECTORS["order"]
    assert any(row["rank"] > 2 for row in rows)
    assert rows == sorted(
        rows, key=lambda row: (min(row["rank"], 2), -row["created_min"], row["id"])
    )


def test_the_content_is_the_objects_in_order_behind_their_lengths() -> None:
    batch = VECTORS["batch"]
    objects = sorted(
        zip(
            batch["ranks"], (bytes.fromhex(OBJECTS[name]) for name in batch["objects"]), strict=True
        ),
        key=lambda pair: (pair[0], sha256(pair[1]).digest()),
    )
    assert [one for _, one in objects] == ENCODED
    content = bytes.fromhex(batch["content"])
    assert content == b"".join(map(block, ENCODED))
    assert sha256(content).hexdigest().startswith(batch["id"])


@pytest.mark.parametrize("cut", VECTORS["cuts"], ids=by_frame_bytes)
def test_the_data_symbols_carry_the_content_behind_places(cut: dict[str, Any]) -> None:
    content = bytes.fromhex(VECTORS["batch"]["content"])
    data, length = unhex(cut["data"]), cut["symbol_bytes"] - 1
    assert b"".join(part[1:] for part in data) == content.ljust(cut["data_count"] * length, b"\0")
    begins = [content.index(block(one)) for one in ENCODED]
    for index, part in enumerate(data):
        places = [at - index * length for at in begins if 0 <= at - index * length < length]
        assert part[0] == (places[0] if places else 255)
    assert composed(cut).shape == shape_of(cut)
    assert list(composed(cut).data) == data


@pytest.mark.parametrize("cut", VECTORS["cuts"], ids=by_frame_bytes)
def test_the_sums_are_reckoned_alike_and_replace_lost_data(cut: dict[str, Any]) -> None:
    data = unhex(cut["data"])
    for index, symbol in cut["sums"].items():
        assert coded(data, int(index)).hex() == symbol
    heard = dict(enumerate(data[2:], 2)) | {
        int(index): bytes.fromhex(symbol) for index, symbol in cut["sums"].items()
    }
    collector = Collector()
    given = [collector.hear(Symbol(shape_of(cut), at, 0, one), 0) for at, one in heard.items()]
    assert given[-1] == ENCODED


@pytest.mark.parametrize("cut", VECTORS["cuts"], ids=by_frame_bytes)
def test_what_is_readable_early_is_what_the_vector_says(cut: dict[str, Any]) -> None:
    data = unhex(cut["data"])
    for row in cut["early"]:
        collector = Collector()
        read: list[bytes] = []
        for index in row["heard"]:
            read = collector.hear(Symbol(shape_of(cut), index, 0, data[index]), 0)
        assert read == [ENCODED[place] for place in row["readable"]]


def test_an_object_of_which_its_length_came_last_is_readable() -> None:
    row = VECTORS["length_alone"]
    objects, data = unhex(row["objects"]), dict(enumerate(unhex(row["data"])))
    read = whole_objects(data, row["early"]["heard"][-1])
    assert read == [objects[place] for place in row["early"]["readable"]] == objects


@pytest.mark.parametrize("row", VECTORS["refused_batches"], ids=lambda row: row["name"])
def test_a_batch_that_is_not_in_its_one_form_is_refused(row: dict[str, Any]) -> None:
    data = unhex(row["data"])
    shape = Shape(BatchId(bytes.fromhex(row["id"])), len(data), len(data[0]))
    with pytest.raises(PeerError) as refused:
        open_batch(shape, data)
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("row", VECTORS["refused_frames"], ids=lambda row: row["name"])
def test_a_frame_beyond_the_bounds_is_refused_for_its_reason(row: dict[str, str]) -> None:
    codec = RadioCodec(b"\x07" * 32, b"\xab\xcd\x00\x00")
    with pytest.raises(PeerError) as refused:
        codec.open(bytes.fromhex(row["frame"]))
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("row", VECTORS["spare"])
def test_as_many_sums_are_said_in_advance_as_the_vector_says(row: dict[str, Any]) -> None:
    assert spare_count(row["count"], row["losses"], row["confidence"]) == row["spare"]


def test_bytes_quoted_in_the_specification_stand_in_the_vectors() -> None:
    page = (ROOT / "docs/spec/coding.md").read_text(encoding="utf-8")
    frames = (ROOT / "tests/vectors/frames.json").read_text(encoding="utf-8")
    quoted = re.findall(r"`([0-9a-f]{6,})(?:\.\.)?`", page)
    assert len(quoted) > 10
    for word in quoted:
        assert word in TEXT + frames
