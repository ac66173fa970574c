"""What comes in with a phone that wants to be let in.

Invariants: as in `intake`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meshnode.api.fields import hex_bytes, require
from meshnode.board.pairing.proofs import PROOF_BYTES
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, PublicKey


@dataclass(frozen=True, slots=True)
class NewPairing:
    """A phone's key, and its proof that it has seen a code: 32 bytes."""

    key: PublicKey
    proof: bytes


def parse_pairing(document: Mapping[str, Any]) -> NewPairing:
    """Return which phone wants to be let in, and by what.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    require(document, ("key", "proof"))
    return NewPairing(
        PublicKey(hex_bytes(document["key"], "key", length=PUBLIC_KEY_BYTES)),
        hex_bytes(document["proof"], "proof", length=PROOF_BYTES),
    )


def parse_public_key(text: str) -> PublicKey:
    """Return a public key in an address.

    Raises:
        RequestError: It is none.
    """
    return PublicKey(hex_bytes(text, "key", length=PUBLIC_KEY_BYTES))
