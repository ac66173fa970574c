"""A web server for feeds, on this machine, that behaves as badly as it is told to."""

import gzip
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[["Handler"], None]


@dataclass
class Served:
    """What is at each path, and what was asked for. `release` lets slow answers end."""

    url: str
    pages: dict[str, bytes | Answer | int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers from what `served` says; silent on the console."""

    served: Served
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.served.asked.append((self.path, dict(self.headers)))
        page = self.served.pages.get(self.path, 404)
        if isinstance(page, int):
            self.answer(page, b"<html>none</html>")
        elif isinstance(page, bytes):
            self.answer(200, page)
        else:
            page(self)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


def with_etag(body: bytes) -> Answer:
    """An answer that need not come twice."""

    def page(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == '"one"':
            handler.answer(304, b"")
        else:
            handler.answer(200, body, ETag='"one"', Last_Modified="Thu, 26 Nov 2026 11:00:00 GMT")

    return page


def zipped(body: bytes) -> Answer:
    return lambda handler: handler.answer(200, gzip.compress(body), Content_Encoding="gzip")


def bomb(megabytes: int) -> Answer:
    """A few kilobytes that unpack to so much."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    return lambda handler: handler.answer(200, packed, Content_Encoding="gzip")


def cut(body: bytes) -> Answer:
    """Half of what was promised."""

    def page(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return page


def dripping(handler: Handler) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        while not handler.served.release.wait(0.02):
            handler.wfile.write(b" ")
    except OSError:
        return


def moved(target: str) -> Answer:
    return lambda handler: handler.answer(302, b"", Location=target)


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Served]:
    """Serve while the block lasts; over TLS if there is a certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    served = Served(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Bound", (Handler,), {"served": served})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        served.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


def make_certificate(path: Path) -> Path:
    """Write a certificate for this machine, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "feeds")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
