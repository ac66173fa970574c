"""Origins: which pages may let a browser change something here, and the one that may read as well.

Why: a browser sends what any page tells it to any address it reaches; it says from which page, and
keeps the answer from pages that we do not name. Not for: names (`guard`) or signatures (`gate`).
Invariants: nothing gets cookies or other credentials; no origin but the pinned one gets CORS.
Source: docs/spec/pairing.md section 6; the Fetch standard, section 3.3.
"""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import BASE
from meshnode.api.refusals import refusal

_READING: Final = ("GET", "HEAD", "OPTIONS")
_PREFLIGHT_S: Final = 600
"""How long a browser may remember that it asked."""
_WRONG_ORIGIN: Final = refusal(
    ErrorCode.WRONG_ORIGIN,
    "A page of another address wanted to change something here. Open this node's own address.",
)
_FOR_APP: Final = (
    (b"access-control-expose-headers", b"www-authenticate, retry-after"),
    (b"vary", b"origin"),
)


class Origins:
    """ASGI middleware. `app_origin` is the one other origin whose pages may come; empty: none."""

    def __init__(self, app: ASGIApp, *, app_origin: str) -> None:
        self._app = app
        self._app_origin = app_origin.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another page wants to change; answer the pinned one's questions."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        is_app = bool(self._app_origin) and origins == [self._app_origin]
        app = self._app
        if scope["method"] not in _READING and not (is_app or _is_own(scope, origins)):
            app = _WRONG_ORIGIN
        elif is_app and _is_preflight(scope):
            app = _preflight()
        await app(scope, receive, self._named(send) if is_app else send)

    def _named(self, send: Send) -> Send:
        """Return a `send` that lets the pinned origin read the answer."""
        allowed = (b"access-control-allow-origin", self._app_origin)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), allowed, *_FOR_APP]
            await send(message)

        return send_named


def _is_own(scope: Scope, origins: list[bytes]) -> bool:
    """Return whether no page is behind it, or one of ours."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return not origins or (len(hosts) == 1 and origins == [b"http://" + hosts[0].lower()])


def _is_preflight(scope: Scope) -> bool:
    is_asking = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return scope["method"] == "OPTIONS" and is_asking and scope["path"].startswith(BASE)


def _preflight() -> Response:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": str(_PREFLIGHT_S),
    }
    return Response(status_code=204, headers=headers)
