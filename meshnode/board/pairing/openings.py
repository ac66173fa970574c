"""What lets a phone in: the address in a QR code, and the code that is typed instead.

Not for: who is let in (`meshnode.node.pairing.phones`). Invariants: the secrets stand in the
fragment of the address, which no browser sends to a server; a typed code has one secret however it
is typed.
Source: docs/spec/pairing.md section 1.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NewType

from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import PublicKey

Secret = NewType("Secret", bytes)
"""What a phone proves to have: a token, or the letters of a typed code."""

TOKEN_BYTES: Final = 16
NODE_HASH_BYTES: Final = 16
SEED_BYTES: Final = 32
CODE_CHARACTERS: Final = 8
"""40 bits: of five guesses one in 200,000 million hits."""
CODE_BYTES: Final = 5
FRAGMENT_CHARACTERS_MAX: Final = 2 + 22 + 1 + 22 + 1 + 43

_VERSION: Final = "1"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: what looks alike is left out."""
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", " ": "", "-": ""})


@dataclass(frozen=True, slots=True)
class Opening:
    """What the fragment of an address says.

    Shapes: `token` 16 bytes; `node_hash` the first 16 bytes of SHA-256 of the node's key; `seed` 32
    bytes, the secret of an invitation, or None.
    """

    token: bytes
    node_hash: bytes
    seed: bytes | None = None


def node_hash(node_key: PublicKey) -> bytes:
    """Return by which 16 bytes a phone knows that it speaks with the right node."""
    return sha256(node_key).digest()[:NODE_HASH_BYTES]


def encode_opening(opening: Opening) -> str:
    """Return the fragment, without `#`."""
    parts = [opening.token, opening.node_hash]
    if opening.seed is not None:
        parts.append(opening.seed)
    return ".".join([_VERSION, *map(_base64, parts)])


def decode_opening(fragment: str) -> Opening:
    """Return what a fragment, without `#`, says.

    Raises:
        PeerError: It is none of ours, or damaged.
    """
    version, *parts = fragment.split(".", 4)
    if version != _VERSION or not 2 <= len(parts) <= 3:
        raise PeerError("bad_prefix", "not the fragment of a pairing address")
    lengths = (TOKEN_BYTES, NODE_HASH_BYTES, SEED_BYTES)
    found = [_part(one, length) for one, length in zip(parts, lengths, strict=False)]
    return Opening(found[0], found[1], found[2] if len(found) > 2 else None)


def spell_code(random: bytes) -> str:
    """Return 5 random bytes as a code to be typed, as in `K7Q2-M9XD`."""
    number = int.from_bytes(random[:CODE_BYTES], "big")
    letters = "".join(_LETTERS[number >> 5 * at & 31] for at in reversed(range(CODE_CHARACTERS)))
    return f"{letters[:4]}-{letters[4:]}"


def code_secret(typed: str) -> Secret:
    """Return the secret of a code, whatever way its letters were typed.

    Raises:
        PeerError: It has another length, or letters that no code has.
    """
    letters = typed.upper().translate(_READ_AS)
    if len(letters) != CODE_CHARACTERS or not set(letters) <= set(_LETTERS):
        raise PeerError("bad_value", "not a code of eight letters and digits")
    return Secret(letters.encode("ascii"))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _part(text: str, length: int) -> bytes:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise PeerError("bad_value", "a part that is not base64url") from error
    if len(data) != length or _base64(data) != text:
        raise PeerError("bad_value", f"a part that is not {length} bytes in their one form")
    return data
