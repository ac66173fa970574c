"""Identities: Ed25519 keys, their short ids, and the one rule for which signatures count.

The rule is stricter than RFC 8032, so that every implementation agrees: the public key is in
canonical form and not of small order (such keys accept a signature for any message).
Source: docs/spec/object.md section 3; RFC 8032 section 5.1.7.
"""

from functools import lru_cache
from hashlib import sha256
from typing import Final, NewType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from meshnode.protocol.errors import CallerError

PublicKey = NewType("PublicKey", bytes)
"""32 bytes: a compressed Edwards point."""
KeyId = NewType("KeyId", bytes)
"""4 bytes: the beginning of SHA-256 of a public key. Not unique: verify with the full key."""
Fingerprint = NewType("Fingerprint", bytes)
"""16 bytes: the beginning of SHA-256 of a public key; its first four are the key id."""
CommunityId = NewType("CommunityId", bytes)
"""16 bytes: the beginning of SHA-256 of the community's first charter, domain separated."""

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
FINGERPRINT_BYTES = 16
COMMUNITY_ID_BYTES = 16

VERIFIED_MAX: Final = 512
"""Verdicts remembered: one object comes over several links, and again when its author is known."""
_FIELD_PRIME = 2**255 - 19
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _FIELD_PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)
"""The y coordinates of the eight points whose order divides 8."""


def key_id(public_key: PublicKey) -> KeyId:
    """Return the four bytes by which objects name their author."""
    return KeyId(sha256(public_key).digest()[:KEY_ID_BYTES])


def fingerprint(public_key: PublicKey) -> Fingerprint:
    """Return the sixteen bytes by which grants name an identity, and people compare it."""
    return Fingerprint(sha256(public_key).digest()[:FINGERPRINT_BYTES])


def is_acceptable(public_key: bytes) -> bool:
    """Return whether `public_key` is 32 bytes, canonical and not of small order."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        return False
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return y < _FIELD_PRIME and y not in _SMALL_ORDER_Y


@lru_cache(maxsize=VERIFIED_MAX)
def verify(public_key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` over `message` is by the holder of `public_key`."""
    return verify_once(public_key, signature, message)


def verify_once(public_key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Do as `verify` without remembering it, for what is never asked again."""
    if not is_acceptable(public_key) or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """The secret half of an identity. Never prints its secret.

    Shapes: `seed` is 32 bytes.
    """

    __slots__ = ("_private", "id", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != PUBLIC_KEY_BYTES:
            raise CallerError(f"a key seed is 32 bytes, not {len(seed)}")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._private.public_key().public_bytes_raw())
        self.id = key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""
        return self._private.sign(message)

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key in the form that the TLS certificate needs."""
        return self._private

    def __repr__(self) -> str:
        return f"SigningKey({self.id.hex()})"
