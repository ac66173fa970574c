"""The phone app over HTTP: what is built is served as it is, and nothing else."""

import asyncio
import gzip
from pathlib import Path

import pytest

from meshnode.api.app import public_app
from meshnode.api.door import app_files
from meshnode.api.door.app_files import APP_POLICY, MODELS, read_app_files
from meshnode.api.plain.style import POLICY
from meshnode.node.languages import load_languages
from meshnode.protocol.dictionary import DICTIONARY_1
from tests.asking import answered, got
from tests.unit.api.apinode import api_node

INDEX = "<!doctype html><title>meshnode</title>" + "<p>words</p>" * 50
SCRIPT = "export const app = 1;\n" * 50


def build(static: Path) -> Path:
    """What a build leaves: an index, hashed assets, compressed twins, and what is not served."""
    (static / "assets").mkdir(parents=True)
    for name, text in (
        ("index.html", INDEX),
        ("icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("assets/index-C0ffee.js", SCRIPT),
        ("assets/index-Beef.css", "body{}"),
        ("build.json", "{}"),
        ("assets/.hidden", "no"),
    ):
        (static / name).write_text(text)
    (static / "index.html.gz").write_bytes(gzip.compress(INDEX.encode()))
    (static / "assets/index-C0ffee.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return static


def test_the_app_is_served_in_its_own_policy_and_the_pages_keep_theirs(tmp_path: Path) -> None:
    files = read_app_files(build(tmp_path / "static"))

    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages(), app_files=files)
            index = await answered(app, "/")
            assert (index.status, index.text) == (200, INDEX)
            assert index.headers["content-type"] == "text/html; charset=utf-8"
            assert index.headers["content-security-policy"] == APP_POLICY
            assert index.headers["cache-control"] == "no-cache"
            assert index.headers["x-content-type-options"] == "nosniff"
            script = await answered(app, "/assets/index-C0ffee.js")
            assert (script.text, script.status) == (SCRIPT, 200)
            assert script.headers["content-type"] == "text/javascript; charset=utf-8"
            assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
            icon = await answered(app, "/icon.svg")
            assert icon.headers["content-type"] == "image/svg+xml"
            assert icon.headers["cache-control"] == "no-cache"
            board = await answered(app, "/board")
            assert board.headers["content-security-policy"] == POLICY
            assert board.headers["cache-control"] == "no-store"
            assert "The phone app is not installed" not in board.text

    asyncio.run(play())


def test_who_takes_gzip_gets_the_twin_and_who_has_the_bytes_gets_none(tmp_path: Path) -> None:
    files = read_app_files(build(tmp_path / "static"))

    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages(), app_files=files)
            small = await answered(app, "/", **{"accept-encoding": "gzip, deflate, br"})
            assert small.headers["content-encoding"] == "gzip"
            assert small.headers["vary"] == "Accept-Encoding"
            assert gzip.decompress(small.body).decode() == INDEX
            for refusing in ("br", "gzip;q=0", "gzip; q=0.0"):
                plain = await answered(app, "/", **{"accept-encoding": refusing})
                assert plain.text == INDEX
            etag = small.headers["etag"]
            same = await answered(app, "/", **{"if-none-match": f'"x", {etag}'})
            assert (same.status, same.body, same.headers["etag"]) == (304, b"", etag)
            assert same.headers["content-security-policy"] == APP_POLICY
            other = await answered(app, "/", **{"if-none-match": 'W/"0000000000000000"'})
            assert other.status == 200

    asyncio.run(play())


@pytest.mark.parametrize(
    "path",
    [
        "/build.json",
        "/index.html.gz",
        "/assets/.hidden",
        "/assets/",
        "/assets/../index.html",
        "/assets/%2e%2e/build.json",
        "/assets//etc/passwd",
        "/models/../text.py",
        "/models/fr-1.bin",
    ],
)
def test_what_is_not_in_the_list_is_not_found(tmp_path: Path, path: str) -> None:
    files = read_app_files(build(tmp_path / "static"))

    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages(), app_files=files)
            assert (await got(app, path))[0] == 404

    asyncio.run(play())


def test_without_a_build_the_board_stands_there_and_says_so(tmp_path: Path) -> None:
    files = read_app_files(tmp_path / "nothing")
    assert files.index is None

    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages(), app_files=files)
            for path in ("/", "/board"):
                status, page = await got(app, path, "lang=en")
                assert status == 200
                assert "The phone app is not installed on this node." in page
            assert (await got(app, "/icon.svg"))[0] == 404
            model = await answered(app, "/models/de-1.bin")
            assert model.body == (MODELS / "de-1.bin").read_bytes()
            assert model.headers["cache-control"].endswith("immutable")
            dictionary = await answered(app, "/models/dictionary-1.bin")
            assert dictionary.body == DICTIONARY_1
            assert dictionary.headers["content-type"] == "application/octet-stream"

    asyncio.run(play())


def test_what_is_no_build_of_the_app_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = build(tmp_path / "static")
    monkeypatch.setattr(app_files, "FILE_BYTES_MAX", len(SCRIPT) - 1)
    assert read_app_files(static).index is None
    monkeypatch.setattr(app_files, "FILE_BYTES_MAX", len(SCRIPT))
    assert read_app_files(static).index is not None
    monkeypatch.setattr(app_files, "FILES_MAX", 3)
    assert read_app_files(static).index is None


def test_a_twin_of_another_build_and_a_link_to_elsewhere_are_not_served(tmp_path: Path) -> None:
    static = build(tmp_path / "static")
    (static / "index.html.gz").write_bytes(gzip.compress(b"older"))
    (static / "assets/index-C0ffee.js.gz").write_bytes(b"\x1f\x8b nonsense")
    secret = tmp_path / "secret.js"
    secret.write_text("secret")
    (static / "assets/link.js").symlink_to(secret)
    files = read_app_files(static)
    assert files.index is not None
    assert files.index.compressed is None
    served = {route.path for route in files.routes()}  # type: ignore[attr-defined]
    assert "/assets/index-C0ffee.js" in served
    assert "/assets/link.js" not in served
