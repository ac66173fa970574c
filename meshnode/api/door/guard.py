"""The guard at both doors: which names a browser may have used to get here, and what it may do
with what it gets.

Why names: a hostile web page can make its own name point to this node's address and then read the
board as if it were its own page (DNS rebinding); it cannot make a browser send our name or a bare
address. Invariants: every answer carries the security headers, refusals included; an answer that
sets its own policy or says how long it may be kept is not contradicted.
"""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meshnode.api.codes import ErrorCode
from meshnode.api.refusals import refusal

LOCAL_SUFFIXES: Final = (".local", ".lan", ".internal", ".localhost")
"""Names that no public name server hands out."""

HEAD_BYTES_MAX: Final = 8 * 1024
"""The server stops at that only where it comes in pieces."""

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_CACHE_DEFAULT: Final = (b"cache-control", b"no-store")


_FIXED: Final = frozenset(name for name, _ in _HEADERS)
"""Set here alone, whatever an answer says."""


class Guard:
    """ASGI middleware. `hosts` are further names of this node; None admits every name."""

    def __init__(self, app: ASGIApp, *, policy: str, hosts: Sequence[str] | None) -> None:
        self._app = app
        self._defaults = (_CACHE_DEFAULT, (b"content-security-policy", policy.encode()))
        self._names = None if hosts is None else own_names(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421 where the name is not ours, 413 to a long head; else pass the request on."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._guarded(message.get("headers", []))
            await send(message)

        app: ASGIApp = self._app
        if not self._is_admitted(scope):
            app = _MISDIRECTED
        elif self._names is not None and _head_bytes(scope) > HEAD_BYTES_MAX:
            app = _TOO_LONG
        await app(scope, receive, send_guarded)

    def _guarded(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = [(name, value) for name, value in headers if name not in _FIXED]
        names = {name for name, _ in own}
        return [*own, *_HEADERS, *(one for one in self._defaults if one[0] not in names)]

    def _is_admitted(self, scope: Scope) -> bool:
        if self._names is None or scope["type"] != "http":
            return True
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        return len(hosts) == 1 and is_ours(hosts[0].decode("latin-1"), self._names)


_MISDIRECTED: Final = refusal(
    ErrorCode.WRONG_HOST,
    "This node does not go by that name. Use its address, as in http://192.168.1.20:8080/, or a "
    "name that ends in .local, .lan or .internal.",
)

_TOO_LONG: Final = refusal(
    ErrorCode.TOO_LARGE, f"Address and headers take {HEAD_BYTES_MAX} bytes at most, together."
)


def is_ours(host: str, names: frozenset[str]) -> bool:
    """Return whether a Host header names an address, a local name, or one of `names`."""
    name = _without_port(host)
    if name is None:
        return False
    return _is_address(name) or name in names or name.endswith(LOCAL_SUFFIXES)


def _head_bytes(scope: Scope) -> int:
    """Return how long a request is without its body."""
    if scope["type"] != "http":
        return 0
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["raw_path"]) + len(scope["query_string"])


def own_names(hosts: Sequence[str]) -> frozenset[str]:
    """Return the names of this node beside local ones and addresses."""
    own = socket.gethostname()
    names = ("localhost", own, own.partition(".")[0], *hosts)
    return frozenset(name.lower().rstrip(".") for name in names if name)


def _without_port(host: str) -> str | None:
    """Return the name in a Host header, lower case; None where it has none."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        return name.lower() if bracket and _is_port(port) else None
    name, colon, port = host.partition(":")
    if not _is_port(colon + port):
        return None
    return name.lower().removesuffix(".") or None


def _is_port(text: str) -> bool:
    return not text or (text[0] == ":" and text[1:].isascii() and text[1:].isdigit())


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
