"""Fetching a document over HTTPS: bounded in time, size and everything else.

The standard library's client, in one thread: the daemon fetches a few small documents now and then,
and must run where no wheels are. Invariants: whatever the server does, `fetch` ends after
`DEADLINE_S` with a document of at most `BODY_BYTES_MAX`, or with a `FetchError`; a redirect never
leaves the host or TLS. Plain HTTP is for this machine alone.
"""

import asyncio
import http.client
import socket
import ssl
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from meshnode import __version__
from meshnode.protocol.errors import LimitError, MeshError

DEADLINE_S: Final = 60.0
"""For one document with its redirects, however slowly the server speaks."""
STEP_S: Final = 15.0
"""For each step: connecting, or some bytes that come."""
BODY_BYTES_MAX: Final = 8 * 1024 * 1024
"""Unpacked. As `board.official.jsontext.JSON_BYTES_MAX`."""
REDIRECTS_MAX: Final = 3
_CHUNK_BYTES: Final = 64 * 1024
_VALIDATOR_CHARACTERS_MAX: Final = 200
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class FetchError(MeshError):
    """A document did not come; `reason` is one word, for counting."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server knows whether a document has changed since."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document; `body` is None if it has not changed."""

    body: bytes | None
    validators: Validators


class Fetcher:
    """Fetches one document after the other."""

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        step_s: float = STEP_S,
    ) -> None:
        self._context = context or ssl.create_default_context()
        self._deadline_s = deadline_s
        self._step_s = step_s
        # One thread: one that hangs in the resolver must not become many.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feeds")

    def close(self) -> None:
        """Take no more; what is under way ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, url: str, validators: Validators | None = None) -> Fetched:
        """Return a document, or that it has not changed.

        Raises:
            FetchError: It did not come; the message is for whoever looks after the node.
        """
        request = _Request(self._context, self._step_s)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._deadline_s, request.abort)
        work = loop.run_in_executor(self._thread, request.get, url, validators or Validators())
        try:
            async with asyncio.timeout(self._deadline_s + self._step_s):
                return await asyncio.shield(work)
        except TimeoutError as error:
            raise FetchError("timeout", f"{_host(url)} did not answer in time.") from error
        finally:
            timer.cancel()
            request.abort()
            if not work.done():
                work.add_done_callback(_forget)


def check_url(url: str) -> str:
    """Return an address from which feeds may come.

    Raises:
        LimitError: It is none, or not over TLS.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise LimitError(f"{url!r} is no address.") from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not is_safe or not host or parts.username is not None:
        raise LimitError(f"{url!r} cannot be a feed: it needs https://HOST/PATH.")
    return url


class _Request:
    """One document with its redirects; `abort` ends it from another thread."""

    def __init__(self, context: ssl.SSLContext, step_s: float) -> None:
        self._context = context
        self._step_s = step_s
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def abort(self) -> None:
        """End what is under way, whatever it waits for."""
        self._is_aborted = True
        opened = self._socket
        if opened is not None:
            try:
                opened.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already.
                return

    def get(self, url: str, validators: Validators) -> Fetched:
        """Do as `Fetcher.fetch`, in a thread."""
        try:
            for _ in range(REDIRECTS_MAX + 1):
                answer = self._ask(urlsplit(url), validators)
                if isinstance(answer, Fetched):
                    return answer
                url = _followed(url, answer)
        except FetchError as error:
            if not (self._is_aborted and error.reason == "truncated"):
                raise
            raise FetchError("timeout", f"{_host(url)} did not answer in time.") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = "timeout" if self._is_aborted or isinstance(error, TimeoutError) else "network"
            said = str(error) or type(error).__name__
            raise FetchError(reason, f"{_host(url)} cannot be reached: {said}.") from error
        raise FetchError("redirects", f"{_host(url)} sends us on and on.")

    def _ask(self, url: SplitResult, validators: Validators) -> Fetched | str:
        """Return the document, or where else it is."""
        connection = self._connected(url)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers=_headers(validators))
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return response.headers.get("Location", "")
            if response.status == http.client.NOT_MODIFIED:
                return Fetched(None, validators)
            if response.status != http.client.OK:
                raise FetchError(
                    f"http_{response.status}",
                    f"{url.hostname} answered with status {response.status}.",
                )
            return Fetched(_body(response, url.hostname or ""), _validators(response))
        finally:
            self._socket = None
            connection.close()

    def _connected(self, url: SplitResult) -> http.client.HTTPConnection:
        host, is_tls = url.hostname or "", url.scheme == "https"
        port = url.port or (443 if is_tls else 80)
        opened = socket.create_connection((host, port), timeout=self._step_s)
        self._socket = opened
        connection = http.client.HTTPConnection(host, port, timeout=self._step_s)
        if is_tls:
            # Wrapped before the handshake, so that `abort` reaches a handshake that never ends.
            wrapped = self._context.wrap_socket(
                opened, server_hostname=host, do_handshake_on_connect=False
            )
            self._socket = opened = wrapped
            wrapped.do_handshake()
        connection.sock = opened
        return connection


def _headers(validators: Validators) -> dict[str, str]:
    headers = {
        "Accept-Encoding": "gzip",
        "User-Agent": f"meshnode/{__version__}",
        "Connection": "close",
    }
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.modified:
        headers["If-Modified-Since"] = validators.modified
    return headers


def _validators(response: http.client.HTTPResponse) -> Validators:
    etag, modified = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return Validators(_printable(etag), _printable(modified))


def _printable(text: str) -> str:
    """Return a header that is sent back later; one that is odd is not."""
    is_plain = text.isascii() and text.isprintable() and len(text) <= _VALIDATOR_CHARACTERS_MAX
    return text if is_plain else ""


def _body(response: http.client.HTTPResponse, host: str) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        raise FetchError("encoding", f"{host} packs its document in a way that is not known.")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding == "gzip" else None
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        while chunk:
            body += _unpacked(unpacker, chunk, BODY_BYTES_MAX + 1 - len(body), host)
            if len(body) > BODY_BYTES_MAX:
                raise FetchError("oversize", f"{host} sends more than {BODY_BYTES_MAX} bytes.")
            chunk = b"" if unpacker is None else unpacker.unconsumed_tail
    # Whoever is cut off at the deadline sees the same end as after a server that stopped.
    if response.length or (unpacker is not None and not unpacker.eof):
        raise FetchError("truncated", f"{host} stopped in the middle of its document.")
    return bytes(body)


def _unpacked(unpacker: "zlib._Decompress | None", chunk: bytes, room: int, host: str) -> bytes:
    if unpacker is None:
        return chunk
    try:
        return unpacker.decompress(chunk, min(room, _CHUNK_BYTES))
    except zlib.error as error:
        raise FetchError("encoding", f"{host} sends what cannot be unpacked.") from error


def _followed(url: str, target: str) -> str:
    """Return where a redirect leads, if it stays with the same host and does not leave TLS."""
    before, after = urlsplit(url), urlsplit(urljoin(url, target))
    same = (before.scheme, before.hostname, before.port)
    if not target or (after.scheme, after.hostname, after.port) != same:
        raise FetchError("redirects", f"{_host(url)} sends us to another host, or out of TLS.")
    return after.geturl()


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"


def _forget(work: "asyncio.Future[Fetched]") -> None:
    """Take the outcome of what nobody waits for any more."""
    if not work.cancelled():
        work.exception()
