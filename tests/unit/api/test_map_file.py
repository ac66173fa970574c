"""The map over HTTP: one part at a time, of one file, and nothing else of the disk."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from meshnode.api.app import public_app
from meshnode.api.door.map_file import PART_BYTES_MAX, MapFile
from meshnode.api.refusals import RequestError, on_request_error
from meshnode.node.languages import load_languages
from tests.asking import Answer, answered
from tests.unit.api.apinode import api_node

MAP = b"PMTiles\x03" + bytes(range(200))


def asked(path: Path | None, header: str, query: str = "") -> Answer:
    app = Starlette(
        routes=MapFile(path).routes(), exception_handlers={RequestError: on_request_error}
    )
    headers = {"range": header} if header else {}
    return asyncio.run(answered(app, "/map.pmtiles", query, **headers))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "map.pmtiles"
    path.write_bytes(MAP)
    return path


def test_a_part_is_handed_out_with_its_place_in_the_file(path: Path) -> None:
    answer = asked(path, "bytes=8-11")
    assert (answer.status, answer.body) == (206, MAP[8:12])
    assert answer.headers["content-range"] == f"bytes 8-11/{len(MAP)}"


def test_a_part_beyond_the_end_is_what_there_is_and_then_nothing(path: Path) -> None:
    answer = asked(path, "bytes=200-16383")
    assert (answer.status, answer.body) == (206, MAP[200:])
    assert answer.headers["content-range"] == f"bytes 200-{len(MAP) - 1}/{len(MAP)}"
    beyond = asked(path, f"bytes={len(MAP)}-{len(MAP) + 5}")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(MAP)}")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes=0-",
        "bytes=-5",
        "bytes=0-1,3-4",
        "bytes=5-4",
        "bytes=0-٣",
        "items=0-1",
        f"bytes=0-{PART_BYTES_MAX}",
        "bytes=" + "9" * 16 + "-" + "9" * 16,
    ],
)
def test_all_but_one_part_of_a_bearable_size_is_refused(path: Path, header: str) -> None:
    latin = header.encode().decode("latin-1")
    assert asked(path, latin).status == 400


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
def test_no_header_is_a_failure_inside(header: str) -> None:
    assert asked(None, header).status in (400, 404)


def test_a_part_of_a_version_may_be_kept_until_the_file_changes(path: Path) -> None:
    first = asked(path, "bytes=0-7")
    version = first.headers["etag"].strip('"')
    assert first.headers["cache-control"] == "no-cache"
    kept = asked(path, "bytes=0-7", f"v={version}")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    path.write_bytes(MAP + b"more")
    assert asked(path, "bytes=0-7", f"v={version}").status == 404


def test_what_is_no_map_is_not_handed_out(path: Path) -> None:
    path.write_text("[node]\nname = 'not for everybody'\n")
    assert asked(path, "bytes=0-7").status == 404
    assert asked(path.parent, "bytes=0-7").status == 404
    assert asked(path.parent / "none", "bytes=0-7").status == 404
    assert asked(None, "bytes=0-7").status == 404


def test_the_map_stands_beside_the_board(path: Path, tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages(), map_file=MapFile(path))
            answer = await answered(app, "/map.pmtiles", range="bytes=0-7")
            assert (answer.status, answer.body) == (206, MAP[:8])
            assert answer.headers["content-type"] == "application/vnd.pmtiles"
            assert answer.headers["x-content-type-options"] == "nosniff"

    asyncio.run(play())
