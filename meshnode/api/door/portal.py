"""The signpost of the node's own Wi-Fi: what the tests of phones for internet are answered with.

A phone that joins a Wi-Fi asks for a page it knows, to find out whether there is internet. First it
is sent to `/welcome`, which its system opens by itself; once somebody went on there, it gets what
it expects, so that it stays in the Wi-Fi. Not for: resolving names to this node, which the access
point does (`hardware/access-point`). Invariants: nothing is built from what a request brings, the
way leads to the configured address only; the table of who went on has a fixed size and a fixed
lifetime; names that are ours are left to the guard.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from meshnode.api.door.guard import is_ours, own_names
from meshnode.node.pairing.households import household_of

WELCOME: Final = "/welcome"
RELEASED_S: Final = 3600.0
RELEASED_MAX: Final = 1024
"""Far more than one access point serves; 100 kB."""
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a phone takes for internet."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


_NOTHING: Final = Expected(204)
_APPLE: Final = Expected(
    200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>", "text/html"
)

PROBES: Final = {
    # Android, and makers who have their own.
    ("connectivitycheck.gstatic.com", "/generate_204"): _NOTHING,
    ("connectivitycheck.android.com", "/generate_204"): _NOTHING,
    ("clients3.google.com", "/generate_204"): _NOTHING,
    ("play.googleapis.com", "/generate_204"): _NOTHING,
    ("connect.rom.miui.com", "/generate_204"): _NOTHING,
    ("connectivitycheck.platform.hicloud.com", "/generate_204"): _NOTHING,
    # iOS and macOS.
    ("captive.apple.com", "/hotspot-detect.html"): _APPLE,
    ("captive.apple.com", "/"): _APPLE,
    ("www.apple.com", "/library/test/success.html"): _APPLE,
    # Windows.
    ("www.msftconnecttest.com", "/connecttest.txt"): Expected(200, "Microsoft Connect Test"),
    ("www.msftncsi.com", "/ncsi.txt"): Expected(200, "Microsoft NCSI"),
    # Firefox.
    ("detectportal.firefox.com", "/success.txt"): Expected(200, "success\n"),
    # Desktops on Linux.
    ("nmcheck.gnome.org", "/check_network_status.txt"): Expected(200, "NetworkManager is online\n"),
    ("connectivity-check.ubuntu.com", "/"): _NOTHING,
    ("networkcheck.kde.org", "/"): Expected(200, "OK\n"),
}
"""Host and path of each system's test, and what it expects. Source: what the systems ask for."""


class Released:
    """Who went on at the signpost: they are told that all is well, for a while."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._until_s: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until_s)

    def release(self, address: str) -> None:
        """Let an address go on; who went on first leaves a full table."""
        who = household_of(address)
        self._until_s.pop(who, None)
        self._until_s[who] = self._now_s() + RELEASED_S
        if len(self._until_s) > RELEASED_MAX:
            self._until_s.popitem(last=False)

    def is_released(self, address: str) -> bool:
        """Return whether an address went on, not too long ago."""
        return self._until_s.get(household_of(address), 0.0) > self._now_s()


class Portal:
    """ASGI middleware before the guard. `address` is where this node is: `http://10.42.0.1/`."""

    def __init__(
        self, app: ASGIApp, *, address: str, hosts: Sequence[str], released: Released
    ) -> None:
        self._app = app
        self._names = own_names(hosts)
        self._welcome = address.rstrip("/") + WELCOME
        self._released = released

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked of other names; pass on what is asked of ours."""
        app: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            connection = HTTPConnection(scope)
            host = connection.headers.get("host", "")
            if not is_ours(host, self._names):
                app = self._answer(host, connection)
        await app(scope, receive, send)

    def _answer(self, host: str, connection: HTTPConnection) -> Response:
        address = connection.client.host if connection.client else ""
        expected = PROBES.get((host.partition(":")[0].lower(), connection.url.path))
        if expected is None or not self._released.is_released(address):
            return RedirectResponse(self._welcome, status_code=302, headers=_NOT_KEPT)
        return Response(
            expected.body,
            status_code=expected.status,
            media_type=expected.content_type if expected.body else None,
            headers=_NOT_KEPT,
        )
