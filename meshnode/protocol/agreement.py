"""Agreement keys: X25519, alone (prekeys) or out of a device's Ed25519 key.

Not for: what is done with an agreed secret (`hpke`, `meshnode.board.mail.sealed`).
Invariants: no key of small order is agreed with; a key never prints its secret.
Source: docs/spec/private.md section 1; RFC 7748; that one secret may serve both Ed25519 and a KEM
on X25519 is shown in Thormarker, "On using the same key pair for Ed25519 and an X25519 based KEM"
(2021).
"""

from functools import lru_cache
from hashlib import sha512
from typing import Final, NewType

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import PublicKey, SigningKey, is_acceptable

AgreementPublicKey = NewType("AgreementPublicKey", bytes)
"""32 bytes: the u coordinate of a point of Curve25519."""

AGREEMENT_KEY_BYTES: Final = 32

CONVERTED_MAX: Final = 2048
"""Conversions remembered: every device of a neighbourhood is tried for each message to us."""

_FIELD_PRIME: Final = 2**255 - 19
_SMALL_ORDER_U: Final = frozenset(
    {
        0,
        1,
        _FIELD_PRIME - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
)
"""The u coordinates of the points of small order: whatever secret meets them, all know the result.

Source: RFC 7748 section 6.1; a test multiplies each of them to zero.
"""


class AgreementKey:
    """The secret half of an X25519 key. Never prints its secret.

    Shapes: `secret` is 32 bytes, clamped where it is used, not before.
    """

    __slots__ = ("_private", "public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != AGREEMENT_KEY_BYTES:
            raise CallerError(f"an agreement key's secret is 32 bytes, not {len(secret)}")
        self._private = X25519PrivateKey.from_private_bytes(secret)
        self.public = AgreementPublicKey(self._private.public_key().public_bytes_raw())

    def agree(self, public_key: bytes) -> bytes:
        """Return the 32-byte secret that the holder of `public_key` gets from ours.

        Raises:
            PeerError: The key is not 32 bytes, or of small order.
        """
        if len(public_key) != AGREEMENT_KEY_BYTES:
            raise PeerError("bad_key", f"an agreement key of {len(public_key)} bytes")
        try:
            return self._private.exchange(X25519PublicKey.from_public_bytes(public_key))
        except ValueError as error:
            raise PeerError("bad_key", "an agreement key of small order") from error

    def __repr__(self) -> str:
        return f"AgreementKey({self.public[:4].hex()})"


def agreement_key(seed: bytes) -> AgreementKey:
    """Return the agreement key that belongs to the Ed25519 key with this seed.

    Raises:
        CallerError: The seed is not 32 bytes.
    """
    if len(seed) != AGREEMENT_KEY_BYTES:
        raise CallerError(f"a key seed is 32 bytes, not {len(seed)}")
    return AgreementKey(sha512(seed).digest()[:AGREEMENT_KEY_BYTES])


def agreement_key_of(key: SigningKey) -> AgreementKey:
    """Return the agreement key that belongs to a signing key."""
    return agreement_key(key.private.private_bytes_raw())


@lru_cache(maxsize=CONVERTED_MAX)
def agreement_public(public_key: PublicKey) -> AgreementPublicKey:
    """Return the public agreement key that belongs to an Ed25519 key: u = (1 + y) / (1 - y).

    A key and its negative give the same; both are known to whoever holds one of them.

    Raises:
        PeerError: The key is not canonical or of small order.
    """
    if not is_acceptable(public_key):
        raise PeerError("bad_key", "a signing key is not canonical or of small order")
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    u = (1 + y) * pow(1 - y, -1, _FIELD_PRIME) % _FIELD_PRIME
    return AgreementPublicKey(u.to_bytes(AGREEMENT_KEY_BYTES, "little"))


def is_agreeable(public_key: bytes) -> bool:
    """Return whether `public_key` is 32 bytes, canonical and not of small order."""
    if len(public_key) != AGREEMENT_KEY_BYTES:
        return False
    u = int.from_bytes(public_key, "little")
    return u < _FIELD_PRIME and u not in _SMALL_ORDER_U
