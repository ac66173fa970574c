"""paperline.json is what the code makes, and the page about paper shows a line of it."""

import json
from pathlib import Path

import pytest

from meshnode.board.paperline import (
    ALPHABET,
    PART_BYTES_MAX,
    PARTS_MAX,
    PREFIX,
    decode_paper_part,
    scan,
)
from meshnode.protocol.errors import PeerError
from tests.vectors.make_paperline import PATH, build, serialise

CONTENT = json.loads(PATH.read_text(encoding="utf-8"))
SPEC = (Path(__file__).parents[3] / "docs/spec/paper.md").read_text(encoding="utf-8")


def test_the_file_is_what_the_code_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == serialise(build())


@pytest.mark.parametrize("row", CONTENT["objects"], ids=lambda one: one["name"])
def test_lines_and_parts_give_the_object(row) -> None:
    for lines in (row["line"], row["parts"], row["parts"][::-1]):
        (thing,) = scan("\n".join(lines)).things
        assert thing.encoded.hex() == row["object"]


@pytest.mark.parametrize("row", CONTENT["refused"], ids=lambda one: one["name"])
def test_what_is_no_line_is_refused(row) -> None:
    with pytest.raises(PeerError) as refused:
        decode_paper_part(row["line"])
    assert refused.value.reason == row["reason"]


def test_the_page_has_the_same_numbers_and_a_line_that_reads() -> None:
    assert f"`{ALPHABET}`" in SPEC
    assert f"`{PREFIX}`" in SPEC
    assert f"1..{PARTS_MAX}" in SPEC
    assert f"{PART_BYTES_MAX} bytes" in SPEC
    (example,) = [one for one in CONTENT["objects"] if one["name"] == "bulletin-raw"]
    assert example["line"][0] in "".join(SPEC.split())
