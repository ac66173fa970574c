"""The phone app's files and what it loads: read when the node starts, each at a fixed address.

Not for: the app itself (`web/`) or its data (the API). Invariants: no path ever comes from a
request, an address that is not in the list is not found; what is read is bounded; the app runs no
script but its own.
"""

import logging
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.door.kept import ASK_FIRST, FOR_EVER, Kept
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.errors import LimitError

STATIC: Final = Path(__file__).parents[1] / "static"
"""Where the build of the app puts it (`make app`); not there on a node without."""
MODELS: Final = Path(__file__).parents[2] / "protocol/models"

log = logging.getLogger(__name__)

FILES_MAX: Final = 200
FILE_BYTES_MAX: Final = 1024 * 1024
ALL_BYTES_MAX: Final = 4 * 1024 * 1024
"""All of it stays in memory; the app with every lazy part is below 1 MB."""

INDEX: Final = "index.html"
_AT_THE_TOP: Final = (INDEX, "icon.svg", "manifest.webmanifest", "sw.js")
_HASHED: Final = "assets"
"""The folder of files whose names change with their bytes."""
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}

_GZIP: Final = 31
"""What zlib calls a gzip stream with the largest window."""

APP_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""The content security policy of the app, in place of that of the pages."""


class AppFiles:
    """What is there to hand out, by its path."""

    def __init__(self, files: Mapping[str, Kept]) -> None:
        self._files = files

    @property
    def index(self) -> Kept | None:
        """The app's first page; None where the app is not built."""
        return self._files.get("/")

    def routes(self) -> list[BaseRoute]:
        """Return an address for each file but the first page, whose place the board may take."""
        return [_route(path, file) for path, file in self._files.items() if path != "/"]


NO_APP: Final = AppFiles({})


def read_app_files(static: Path = STATIC) -> AppFiles:
    """Return what lies in a directory of built files, and the models of text.

    What is no build is left alone, and the log says why: the pages do without the app.
    """
    models = dict(_models())
    try:
        return AppFiles({**models, **dict(_app(static))})
    except (LimitError, OSError) as error:
        log.error("phone app left out", extra={"fields": {"problem": str(error)}})
        return AppFiles(models)


def _app(static: Path) -> Iterator[tuple[str, Kept]]:
    """Yield the files of a build.

    Raises:
        LimitError: There is more in it than any build of the app makes.
        OSError: It cannot be read.
    """
    if not (static / INDEX).is_file():
        return
    total = 0
    for number, path in enumerate(_listed(static)):
        total += (size := path.stat().st_size)
        if number >= FILES_MAX or size > FILE_BYTES_MAX or total > ALL_BYTES_MAX:
            raise LimitError(
                f"{static} holds more than the phone app: at most {FILES_MAX} files of "
                f"{FILE_BYTES_MAX} bytes, {ALL_BYTES_MAX} in all. Build it anew: make app."
            )
        yield _address(path, static), _read(path, is_hashed=path.parent != static)


def _listed(static: Path) -> list[Path]:
    top = [static / name for name in _AT_THE_TOP]
    found = sorted(path for path in (static / _HASHED).glob("*") if path.suffix in _TYPES)
    return [path for path in [*top, *found] if path.is_file() and not path.is_symlink()]


def _address(path: Path, static: Path) -> str:
    return "/" if path.name == INDEX else f"/{path.relative_to(static).as_posix()}"


def _read(path: Path, *, is_hashed: bool) -> Kept:
    body = path.read_bytes()
    content_type = _TYPES[path.suffix]
    headers = {"Content-Security-Policy": APP_POLICY}
    control = FOR_EVER if is_hashed else ASK_FIRST
    return Kept(body, content_type, control, _twin(path, body), headers)


def _twin(path: Path, body: bytes) -> bytes | None:
    """Return the compressed file beside a file, if it is shorter and of the same build."""
    twin = path.with_name(f"{path.name}.gz")
    if not twin.is_file() or twin.is_symlink() or twin.stat().st_size >= len(body):
        return None
    compressed = twin.read_bytes()
    try:
        told = zlib.decompressobj(_GZIP).decompress(compressed, len(body) + 1)
    except zlib.error:
        return None
    return compressed if told == body else None


def _models() -> Iterator[tuple[str, Kept]]:
    """Yield what the app reads and writes short texts with: the same bytes as this node's."""
    for path in sorted(MODELS.glob("*.bin")):
        yield f"/models/{path.name}", _model(path.read_bytes())
    yield "/models/dictionary-1.bin", _model(DICTIONARY_1)


def _model(body: bytes) -> Kept:
    return Kept(body, "application/octet-stream", FOR_EVER)


def _route(path: str, file: Kept) -> Route:
    async def get(request: Request) -> Response:
        return file.answer(request)

    return Route(path, get, methods=["GET"])
