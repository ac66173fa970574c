"""Answers that stay the same while the node runs: bytes kept ready, compressed beside themselves.

Not for: which they are (`app_files`, `words_endpoints`). Invariants: nothing is compressed while
somebody waits; who has the bytes already gets none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""For what has another name when it has other bytes."""
ASK_FIRST: Final = "no-cache"
"""For what keeps its name: a browser asks, and is told that nothing changed."""

_ETAG_DIGITS: Final = 16
"""64 bits; nobody gains anything from two versions that look alike."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A body in its type, and its compressed twin if there is one."""

    body: bytes
    content_type: str
    cache_control: str
    compressed: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """What stands for these bytes; weak, because compressed ones are other bytes."""
        return f'W/"{sha256(self.body).hexdigest()[:_ETAG_DIGITS]}"'

    def answer(self, request: Request) -> Response:
        """Answer with the body, compressed for who can read that; 304 for who has it."""
        etag = self.etag
        headers = {**self.headers, "Cache-Control": self.cache_control, "ETag": etag}
        if self.compressed is not None:
            headers["Vary"] = "Accept-Encoding"
        if etag in _listed(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if self.compressed is not None and _takes_gzip(request):
            headers["Content-Encoding"] = "gzip"
            return Response(self.compressed, headers=headers, media_type=self.content_type)
        return Response(self.body, headers=headers, media_type=self.content_type)


def _takes_gzip(request: Request) -> bool:
    codings = _listed(request.headers.get("accept-encoding", "").lower())
    return any(one.replace(" ", "") not in _REFUSED and one[:4] == "gzip" for one in codings)


_REFUSED: Final = ("gzip;q=0", "gzip;q=0.0", "gzip;q=0.00", "gzip;q=0.000")


def _listed(header: str) -> list[str]:
    return [one.strip() for one in header.split(",")]
