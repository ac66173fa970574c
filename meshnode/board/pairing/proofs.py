"""Proofs of pairing: the phone shows that it has the secret, the node that it has it too.

Invariants: a proof binds both keys, so that nobody between can put another one in its place.
Source: docs/spec/pairing.md section 2.
"""

from hashlib import sha256
from hmac import compare_digest, digest
from typing import Final

from meshnode.board.pairing.openings import Secret
from meshnode.protocol.keys import PublicKey

PROOF_BYTES: Final = 32

_PAIR: Final = b"meshnode pair 1\0"
_PAIRED: Final = b"meshnode paired 1\0"


def phone_proof(secret: Secret, device_key: PublicKey) -> bytes:
    """Return the 32 bytes by which a phone shows that it has the secret."""
    return digest(secret, _PAIR + device_key, sha256)


def node_proof(secret: Secret, node_key: PublicKey, device_key: PublicKey) -> bytes:
    """Return the 32 bytes by which the node shows that it has the secret too."""
    return digest(secret, _PAIRED + node_key + device_key, sha256)


def signed_by_node(device_key: PublicKey, proof: bytes) -> bytes:
    """Return what the node signs, so that the phone knows whose secret it is."""
    return _PAIRED + device_key + proof


def is_proof(given: bytes, secret: Secret, device_key: PublicKey) -> bool:
    """Return whether a phone's proof is right, in the same time whether or not."""
    return compare_digest(given, phone_proof(secret, device_key))
