"""Withdrawals: an author takes back an object of its own; the object's parent says which.

Not for: checking that both have the same author (`ports.Rules`).
Source: docs/spec/kinds.md section 4.
"""

from typing import Final

from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import ShortId

WITHDRAWAL_BODY: Final = b""
"""The body of every withdrawal; its codec is 0."""


def decode_withdrawal(codec: int, body: bytes, parent: ShortId | None) -> ShortId:
    """Return the short id of the object that is withdrawn.

    Raises:
        PeerError: There is no parent, or there is a body or a codec.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in a withdrawal")
    if body != WITHDRAWAL_BODY:
        raise PeerError("trailing_bytes", f"{len(body)} bytes of body in a withdrawal")
    if parent is None:
        raise PeerError("missing_parent", "a withdrawal names no object")
    return parent
