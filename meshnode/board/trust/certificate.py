"""Certificates: somebody vouches for a key: whose it is, and under which name.

Not for: whose certificates count (`membership`).
Source: docs/spec/kinds.md section 5.
"""

from dataclasses import dataclass
from enum import IntEnum

from meshnode.board.names import decode_name, encode_name
from meshnode.board.parts import encode_key, read_key, require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import PublicKey


class IdentityClass(IntEnum):
    """What an identity is; the number on the wire."""

    PERSON = 0
    ORGANISATION = 1
    NODE = 2

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class CertificateFields:
    """What a certificate says; `name` is 1..40 bytes in one line."""

    identity_class: IdentityClass
    public_key: PublicKey
    name: str


def encode_certificate(fields: CertificateFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: The name is outside its bounds.
        CallerError: The key has no valid form.
    """
    head = bytes([fields.identity_class])
    return head + encode_key(fields.public_key) + encode_name(fields.name)


def decode_certificate(codec: int, body: bytes) -> CertificateFields:
    """Return the fields of a certificate's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    require_plain(codec, "a certificate")
    reader = Reader(body)
    identity_class = read_class(reader)
    return CertificateFields(identity_class, read_key(reader), decode_name(reader.rest()))


def read_class(reader: Reader) -> IdentityClass:
    """Return the next class.

    Raises:
        PeerError: There is no such class.
    """
    number = reader.uint(1)
    try:
        return IdentityClass(number)
    except ValueError:
        raise PeerError("bad_class", f"class {number}") from None
