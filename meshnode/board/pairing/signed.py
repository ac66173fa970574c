"""Signed requests: what a phone signs of each, and the header that carries the signature.

Not for: whether the number was used (`window`) or the phone is known
(`meshnode.node.pairing.phones`). Invariants: method, path with query as sent, body, node, start of
the node and number are all part of what is signed; the header has one form only.
Source: docs/spec/pairing.md section 3.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from meshnode.board.pairing.window import COUNTER_MAX
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, PublicKey

CHALLENGE_BYTES: Final = 16
SCHEME: Final = "Meshnode"
"""The scheme in `Authorization` and `WWW-Authenticate`."""
AUTHORIZATION_CHARACTERS_MAX: Final = len(SCHEME) + 5 + 43 + 1 + 20 + 1 + 86

_SIGNED: Final = b"meshnode request 1\0"
_VERSION: Final = "1"
_COUNTER_DIGITS_MAX: Final = 20
_SEALED: Final = "s"
_PLAIN: Final = "-"


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the header says.

    `wants_seal`: the answer has to be sealed. Shapes: `counter` 1..2^64 - 1; `signature` 64 bytes.
    """

    wants_seal: bool
    device_key: PublicKey
    counter: int
    signature: bytes

    @property
    def flags(self) -> str:
        """The flags as they are sent and signed."""
        return _SEALED if self.wants_seal else _PLAIN


def target_hash(method: str, path: str, query: str = "") -> bytes:
    """Return the hash of what is asked for: path and query as sent, before anything is decoded."""
    where = f"{path}?{query}" if query else path
    return sha256(f"{method} {where}".encode("latin-1", "replace")).digest()


def signed_bytes(
    *,
    wants_seal: bool,
    node_key: PublicKey,
    challenge: bytes,
    counter: int,
    target: bytes,
    body: bytes,
) -> bytes:
    """Return what the phone signs; `target` is from `target_hash`, `body` the body as sent."""
    return (
        _SIGNED
        + (_SEALED if wants_seal else _PLAIN).encode()
        + node_key
        + challenge
        + counter.to_bytes(8, "big")
        + target
        + sha256(body).digest()
    )


def encode_authorization(given: Authorization) -> str:
    """Return the value of the header."""
    parts = (
        _VERSION,
        given.flags,
        _base64(given.device_key),
        str(given.counter),
        _base64(given.signature),
    )
    return f"{SCHEME} {'.'.join(parts)}"


def decode_authorization(value: str) -> Authorization:
    """Return what a header's value says.

    Raises:
        PeerError: It is none of ours, or not in its one form.
    """
    scheme, _, rest = value.partition(" ")
    parts = rest.split(".", 5)
    if scheme != SCHEME or len(parts) != 5 or len(value) > AUTHORIZATION_CHARACTERS_MAX:
        raise PeerError("bad_prefix", "not the header of a signed request")
    version, flags, key, counter, signature = parts
    if version != _VERSION or flags not in (_SEALED, _PLAIN):
        raise PeerError("bad_value", "another version, or flags that are none")
    given = Authorization(
        wants_seal=flags == _SEALED,
        device_key=PublicKey(_part(key, PUBLIC_KEY_BYTES)),
        counter=_counter(counter),
        signature=_part(signature, SIGNATURE_BYTES),
    )
    if encode_authorization(given) != value:
        raise PeerError("not_canonical", "a header in another form")
    return given


def _counter(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _COUNTER_DIGITS_MAX
    if not is_number or not 1 <= int(text) <= COUNTER_MAX:
        raise PeerError("bad_value", "a counter that is none")
    return int(text)


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _part(text: str, length: int) -> bytes:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise PeerError("bad_value", "a part that is not base64url") from error
    if len(data) != length:
        raise PeerError("bad_value", f"a part that is not {length} bytes")
    return data
