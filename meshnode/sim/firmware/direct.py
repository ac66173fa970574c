"""Public-key encryption of direct messages: X25519, SHA-256, AES-CCM with a tag of eight bytes.

Not for: broadcasts, and the few ports that always use the channel's key.
Source: meshtastic/firmware 2.7.26, `src/mesh/CryptoEngine.cpp`, `src/mesh/Router.cpp`.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

TAG_BYTES: Final = 8
EXTRA_NONCE_BYTES: Final = 4
OVERHEAD_BYTES: Final = TAG_BYTES + EXTRA_NONCE_BYTES
KEY_BYTES: Final = 32


def sealed(
    data: bytes,
    *,
    private_key: bytes,
    public_key: bytes,
    sender: int,
    packet_id: int,
    extra_nonce: int,
) -> bytes | None:
    """Encrypt for the holder of `public_key`: twelve bytes longer; None: it is no usable key."""
    cipher = _cipher(private_key, public_key)
    if cipher is None:
        return None
    extra = extra_nonce.to_bytes(EXTRA_NONCE_BYTES, "little")
    return cipher.encrypt(_nonce(sender, packet_id, extra), data, None) + extra


def unsealed(
    body: bytes, *, private_key: bytes, public_key: bytes, sender: int, packet_id: int
) -> bytes | None:
    """Decrypt what the holder of `public_key` sent us; None when it did not send this."""
    cipher = _cipher(private_key, public_key)
    if cipher is None or len(body) <= OVERHEAD_BYTES:
        return None
    body, extra = body[:-EXTRA_NONCE_BYTES], body[-EXTRA_NONCE_BYTES:]
    try:
        return cipher.decrypt(_nonce(sender, packet_id, extra), body, None)
    except InvalidTag:
        return None


def _cipher(private_key: bytes, public_key: bytes) -> AESCCM | None:
    """Return what the two have in common; None for keys that give no secret."""
    try:
        private = X25519PrivateKey.from_private_bytes(private_key)
        shared = private.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError:
        return None
    return AESCCM(hashlib.sha256(shared).digest(), tag_length=TAG_BYTES)


def _nonce(sender: int, packet_id: int, extra: bytes) -> bytes:
    """The extra nonce stands where the upper half of a 64-bit packet id would."""
    return packet_id.to_bytes(4, "little") + extra + sender.to_bytes(4, "little") + b"\x00"
