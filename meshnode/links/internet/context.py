"""The TLS settings of both roles: TLS 1.3, both sides show a certificate, one authority.

Python loads keys only from files. Ours is a file in memory that exists for the length of that
call; where the system has none, a private temporary file.
"""

import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from meshnode.links.internet.certificate import Authority
from meshnode.protocol.keys import SigningKey

PROTOCOL_NAME: Final = "meshnode/1"
"""What both sides must agree on (ALPN): greeting and stream frames as in docs/spec/internet.md."""


@dataclass(frozen=True, slots=True)
class TlsContexts:
    """TLS settings for calls that we make and for calls that we take."""

    caller: ssl.SSLContext
    listener: ssl.SSLContext


def tls_contexts(key: SigningKey, network_key: bytes) -> TlsContexts:
    """Return the settings under which `key` speaks with everybody who holds `network_key`."""
    authority = Authority(network_key)
    trusted = authority.certificate.public_bytes(Encoding.DER)
    secret = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    identity = secret + authority.certify(key).public_bytes(Encoding.PEM)
    caller = _context(ssl.PROTOCOL_TLS_CLIENT, identity, trusted)
    listener = _context(ssl.PROTOCOL_TLS_SERVER, identity, trusted)
    # A resumed session would skip the certificates; a handshake costs us milliseconds.
    listener.num_tickets = 0
    return TlsContexts(caller, listener)


def _context(role: int, identity: bytes, trusted: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(role)
    context.check_hostname = False  # Keys are the names here; see PeerUrl.pin.
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols([PROTOCOL_NAME])
    context.load_verify_locations(cadata=trusted)
    with secret_file(identity) as path:
        context.load_cert_chain(path)
    return context


@contextmanager
def file_in_memory(secret: bytes) -> Iterator[str]:
    """Yield the path of a file that never touches a disk and that only we can open."""
    descriptor = os.memfd_create("meshnode")
    try:
        os.write(descriptor, secret)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


@contextmanager
def file_on_disk(secret: bytes) -> Iterator[str]:
    """Yield the path of a file of mode 0600 that is deleted at once."""
    with tempfile.NamedTemporaryFile(prefix="meshnode-") as file:
        file.write(secret)
        file.flush()
        yield file.name


secret_file = file_in_memory if sys.platform == "linux" else file_on_disk
