"""HPKE in auth mode, one message a context: only the recipient reads, it knows who sealed.

The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. Not for: choosing
ephemeral secrets (they come in), other modes or suites, contexts with a counter.
Invariants: an ephemeral key is used for one message only, or two messages share a key stream;
nothing here prints a secret.
Source: RFC 9180 sections 4.1, 5.1.3 and 6.1; its vector A.2.3 is in the tests.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from meshnode.protocol.errors import PeerError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
"""What sealing adds to a plaintext."""

_VERSION: Final = b"HPKE-v1"
_KEM: Final = b"KEM" + (0x0020).to_bytes(2, "big")
_SUITE: Final = b"HPKE" + bytes.fromhex("0020 0001 0003")
_MODE_AUTH: Final = 2
_INFOS_MAX: Final = 16
"""Contexts' infos whose hash is remembered: one a community and purpose."""


@dataclass(frozen=True, slots=True)
class Context:
    """What sender and recipient share for one message."""

    key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)

    def seal(self, aad: bytes, plaintext: bytes) -> bytes:
        """Return the ciphertext, 16 bytes longer than `plaintext`. Once in a context."""
        return ChaCha20Poly1305(self.key).encrypt(self.nonce, plaintext, aad)

    def open_(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Return the plaintext.

        Raises:
            PeerError: The ciphertext or `aad` is not what the sender sealed.
        """
        return open_once(self.key, self.nonce, aad, ciphertext)


def auth_context(
    agreed: bytes, enc: bytes, recipient: bytes, sender: bytes, info: bytes
) -> Context:
    """Return the context that follows from two agreed secrets.

    Shapes: `agreed` is what the recipient's key agreed with the ephemeral one, then with the
    sender's: 64 bytes.
    """
    return key_schedule(_MODE_AUTH, shared_secret(agreed, enc + recipient + sender), info)


def shared_secret(agreed: bytes, kem_context: bytes) -> bytes:
    """Return the 32 bytes that the KEM makes of what was agreed (ExtractAndExpand)."""
    pseudorandom = _labeled_extract(_KEM, b"", b"eae_prk", agreed)
    return _labeled_expand(_KEM, pseudorandom, b"shared_secret", kem_context, KEY_BYTES)


def key_schedule(mode: int, secret_shared: bytes, info: bytes) -> Context:
    """Return the context for a shared secret; without a pre-shared key."""
    secret = _labeled_extract(_SUITE, secret_shared, b"secret", b"")
    context = _schedule_context(mode, info)
    return Context(
        key=_labeled_expand(_SUITE, secret, b"key", context, KEY_BYTES),
        nonce=_labeled_expand(_SUITE, secret, b"base_nonce", context, NONCE_BYTES),
    )


def extract(salt: bytes, secret: bytes) -> bytes:
    """Return HKDF-Extract with SHA-256: 32 bytes as good as chance (RFC 5869 section 2.2)."""
    return HKDF.extract(SHA256(), salt, secret)


def expand(pseudorandom: bytes, info: bytes, length: int) -> bytes:
    """Return HKDF-Expand with SHA-256: `length` bytes for the purpose that `info` names."""
    return HKDFExpand(SHA256(), length, info).derive(pseudorandom)


def open_once(key: bytes, nonce: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    """Return the plaintext of ChaCha20Poly1305.

    Raises:
        PeerError: It was not sealed with this key, nonce and `aad`.
    """
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag as error:
        raise PeerError("bad_seal", "not sealed by this sender for this key") from error


@lru_cache(maxsize=_INFOS_MAX)
def _schedule_context(mode: int, info: bytes) -> bytes:
    psk_id_hash = _labeled_extract(_SUITE, b"", b"psk_id_hash", b"")
    return bytes([mode]) + psk_id_hash + _labeled_extract(_SUITE, b"", b"info_hash", info)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return extract(salt, _VERSION + suite + label + secret)


def _labeled_expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(secret, length.to_bytes(2, "big") + _VERSION + suite + label + info, length)
