"""Devices: an identity names a key that signs for it every day, and that key agrees.

Without the agreement a member could name somebody else's device as its own, and what that device
signs would count as the member's. Invariant: nobody makes the proof without the device's secret.
Source: docs/spec/kinds.md section 5; docs/spec/trust.md section 1.
"""

from functools import lru_cache
from typing import Final

from meshnode.board.parts import read_key, require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError
from meshnode.protocol.keys import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    CommunityId,
    PublicKey,
    SigningKey,
    is_acceptable,
    verify,
)

PROVEN_MAX: Final = 4096
"""Proofs remembered: every evaluation asks for all of them."""
_DOMAIN: Final = b"meshnode device 1\0"


def encode_device(device: SigningKey, identity: PublicKey, community: CommunityId) -> bytes:
    """Return the body: the device's key, and its signature over whose device it is; codec 0.

    Raises:
        CallerError: The identity's key has no valid form.
    """
    if not is_acceptable(identity):
        raise CallerError("a public key has no valid form")
    return device.public + device.sign(_DOMAIN + community + identity)


def decode_device(codec: int, body: bytes) -> PublicKey:
    """Return the device's key; whether it agrees is for `is_proven` to say.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    require_plain(codec, "a device")
    reader = Reader(body)
    public_key = read_key(reader)
    reader.take(SIGNATURE_BYTES)
    reader.finish()
    return public_key


@lru_cache(maxsize=PROVEN_MAX)
def is_proven(body: bytes, identity: PublicKey, community: CommunityId) -> bool:
    """Return whether the device that a decoded body names agrees to sign for the identity."""
    device, proof = PublicKey(body[:PUBLIC_KEY_BYTES]), body[PUBLIC_KEY_BYTES:]
    return verify(device, proof, _DOMAIN + community + identity)
