"""The command line's way to a running node: HTTP over the UNIX socket in the node's home.

Not for: the database or the keys, which only the node itself opens. Starts fast: nothing but the
standard library. Invariants: every wait has a timeout; every failure says what to do next.
"""

import http.client
import json
import os
import shlex
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from meshnode.commands.terminal.failures import Failure

SOCKET_NAME: Final = "api.sock"
"""As `meshnode.node.home.Home.socket`; importing that would cost each start the keys' library."""
CONNECT_TIMEOUT_S: Final = 3.0
ANSWER_TIMEOUT_S: Final = 30.0
"""A slow card may take seconds to make a bulletin durable."""
STREAM_TIMEOUT_S: Final = 45.0
"""Three keepalive lines that did not come: the node hangs."""
RESPONSE_BYTES_MAX: Final = 256 * 1024 * 1024
_SOCKET_PATH_BYTES_MAX: Final = 107
_BASE: Final = "/api/v1"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path
        self._timeout_s = timeout_s

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(CONNECT_TIMEOUT_S)
        with _address(self._path) as address:
            self.sock.connect(address)
        self.sock.settimeout(self._timeout_s)


class Client:
    """The node whose home is `directory`.

    Raises, from every method:
        Failure: The node does not run, may not be used, does not answer, or refuses.
    """

    def __init__(self, directory: Path, *, prefers: str | None = None) -> None:
        self._directory = directory
        self._headers = {} if prefers is None else {"Prefer": prefers}

    def with_dates(self) -> "Client":
        """Return the same node, which says days as dates, for what is read later."""
        # As `meshnode.api.face.WITH_DATES`.
        return Client(self._directory, prefers="absolute-dates")

    def get(self, path: str) -> Any:
        """Return the JSON document at `path`."""
        return self._ask("GET", path, None)

    def bulletins(
        self, language: str, *, with_hidden: bool = False, **wanted: str | int | None
    ) -> list[dict[str, Any]]:
        """Return the board, however many answers it takes; templates in `language`.

        `wanted` are parameters of the address that leave things out; None: it does not matter.
        """
        asked = {"language": language, "hidden": "true" if with_hidden else None, **wanted}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        views: list[dict[str, Any]] = []
        while True:
            page = self.get(f"/bulletins?{query}&offset={len(views)}")
            views += page["bulletins"]
            if not page["bulletins"] or len(views) >= page["total"]:
                return views

    def post(self, path: str, document: dict[str, Any] | None = None) -> Any:
        """Send a JSON document to `path`; return the answer."""
        return self._ask("POST", path, document)

    def watch(self, language: str) -> Iterator[dict[str, Any]]:
        """Yield what happens on the node until it stops, keepalives among it."""
        with self._connected(STREAM_TIMEOUT_S) as connection:
            connection.request("GET", f"{_BASE}/watch?language={language}")
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise _refusal(response)
            while line := response.readline():
                yield json.loads(line)

    def _ask(self, method: str, path: str, document: dict[str, Any] | None) -> Any:
        body = None if document is None else json.dumps(document, ensure_ascii=False).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        headers |= self._headers
        with self._connected(ANSWER_TIMEOUT_S) as connection:
            connection.request(method, f"{_BASE}{path}", body=body, headers=headers)
            response = connection.getresponse()
            if response.status >= http.client.BAD_REQUEST:
                raise _refusal(response)
            return json.loads(response.read(RESPONSE_BYTES_MAX))

    @contextmanager
    def _connected(self, timeout_s: float) -> Iterator[http.client.HTTPConnection]:
        path = self._directory / SOCKET_NAME
        with closing(_UnixConnection(path, timeout_s)) as connection:
            try:
                connection.connect()
            except PermissionError as error:
                raise _not_allowed(path) from error
            except OSError as error:
                raise self._not_running() from error
            try:
                yield connection
            except TimeoutError as error:
                raise Failure(
                    f"The node did not answer within {timeout_s:.0f} s. What was asked for may "
                    "have been done or not; look before you repeat it.",
                    code="not_running",
                ) from error
            except (OSError, http.client.HTTPException) as error:
                raise Failure(
                    "The node stopped while it answered. What was asked for may have been done "
                    "or not; look before you repeat it.",
                    code="not_running",
                ) from error
            except ValueError as error:
                raise Failure(
                    "The node's answer makes no sense: is another version running?",
                    code="internal",
                ) from error

    def _not_running(self) -> Failure:
        home = shlex.quote(str(self._directory))
        if not (self._directory / "config.toml").exists():
            return Failure(
                f"There is no node in {home}. Make one: meshnode --home {home} init --name NAME",
                code="not_running",
            )
        return Failure(
            f"The node is not running. Start it: meshnode --home {home} run", code="not_running"
        )


def escaped(text: str) -> str:
    """Return the text as one part of a URL's path."""
    return quote(text, safe="")


def _refusal(response: http.client.HTTPResponse) -> Failure:
    document = json.loads(response.read(RESPONSE_BYTES_MAX))
    try:
        error = document["error"]
        return Failure(error["message"], code=error["code"], reason=error.get("reason"))
    except (AttributeError, KeyError, TypeError):
        return Failure(f"The node answered with status {response.status}.", code="internal")


def _not_allowed(path: Path) -> Failure:
    try:
        owner = path.parent.owner()
    except (OSError, KeyError):
        owner = "the user it runs as"
    return Failure(
        f"You may not use this node; it belongs to {owner}. Run this as: sudo -u {owner} meshnode "
        f"--home {shlex.quote(str(path.parent))} ...",
        code="not_allowed",
    )


@contextmanager
def _address(path: Path) -> Iterator[str]:
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES_MAX:
        yield str(path)
        return
    from meshnode.node.home import socket_address  # noqa: PLC0415  Slow, and hardly ever needed.

    address, descriptor = socket_address(path)
    try:
        yield address
    finally:
        os.close(descriptor)
