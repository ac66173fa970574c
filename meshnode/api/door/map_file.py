"""The neighbourhood's map over HTTP: one PMTiles file of the operator's, handed out in parts.

Not for: drawing it (`web/src/map`), or making it. Invariants: the path comes from the configuration
and never from a request; an answer is one part of at most `PART_BYTES_MAX`; what is no PMTiles file
is not handed out; a part kept for ever belongs to one version of the file.
"""

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.codes import ErrorCode
from meshnode.api.door.kept import ASK_FIRST, FOR_EVER
from meshnode.api.refusals import RequestError

MAP_PATH: Final = "/map.pmtiles"
PART_BYTES_MAX: Final = 1024 * 1024
"""A tile or a directory of one; a whole town's largest are a third of that."""
VERSION_DIGITS: Final = 16

_MAGIC: Final = b"PMTiles\x03"
_RANGE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})")
"""One part with both ends: lists of parts make a small node work for a small request."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Bytes of the map; `version` changes with the file, `total` is its size."""

    data: bytes
    version: str
    total: int


class MapFile:
    """The map of one node, if there is one; looked for anew with each request."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def routes(self) -> list[BaseRoute]:
        """Return the map's one address."""
        return [Route(MAP_PATH, self.get, methods=["GET"])]

    async def get(self, request: Request) -> Response:
        """Answer with the part that is asked for.

        With `v` it is of that version or not there, and may be kept for ever.

        Raises:
            RequestError: There is no map, or the request is not for one part of a bearable size.
        """
        first, last = _asked(request.headers.get("range", ""))
        part = await run_in_threadpool(self._read, first, last)
        wanted = request.query_params.get("v")
        if part is None or wanted not in (None, part.version):
            raise RequestError(ErrorCode.NOT_FOUND, "This node has no such map.")
        if not part.data:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{part.total}"})
        return Response(
            part.data,
            status_code=206,
            media_type="application/vnd.pmtiles",
            headers={
                "Accept-Ranges": "bytes",
                "Cache-Control": ASK_FIRST if wanted is None else FOR_EVER,
                "Content-Range": f"bytes {first}-{first + len(part.data) - 1}/{part.total}",
                "ETag": f'"{part.version}"',
            },
        )

    def _read(self, first: int, last: int) -> _Part | None:
        """Return these bytes of the map, fewer at its end; None where there is no map."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as source:
                state = os.fstat(source.fileno())
                if source.read(len(_MAGIC)) != _MAGIC:
                    return None
                source.seek(first)
                data = source.read(last - first + 1)
        except OSError:
            return None
        return _Part(data, _version(state), state.st_size)


NO_MAP: Final = MapFile(None)


def _asked(header: str) -> tuple[int, int]:
    """Return the first and the last byte that a Range header asks for.

    Raises:
        RequestError: It is not there, not of this one form, or for too much.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        raise RequestError(
            ErrorCode.BAD_REQUEST, "Ask for one part of the map, as in Range: bytes=0-16383."
        )
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + PART_BYTES_MAX:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"A part of the map has 1 to {PART_BYTES_MAX} bytes."
        )
    return first, last


def _version(state: os.stat_result) -> str:
    """Return digits that change with the file, and tell nothing about where it lies."""
    told = f"{state.st_size} {state.st_mtime_ns}".encode()
    return sha256(told).hexdigest()[:VERSION_DIGITS]
