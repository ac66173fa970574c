"""Invitations: the root key lets the holder of another key certify nodes, for a while.

Not for: the secret that is handed over (a QR code or spoken words, `meshnode.node`) or checking
that the root key is the author (`ports.Rules`).
Source: docs/spec/kinds.md section 2.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, PublicKey, is_acceptable
from meshnode.protocol.limits import CREATED_MIN_MAX

_MINUTE_BYTES: Final = 3


@dataclass(frozen=True, slots=True)
class InvitationFields:
    """What an invitation says.

    Shapes: `valid_until_min` counts minutes since 2024-01-01, 24 bits, and is still valid itself.
    """

    public_key: PublicKey
    valid_until_min: int

    def covers(self, granted_min: int) -> bool:
        """Return whether a certificate granted at this minute may come from the invitation."""
        return granted_min <= self.valid_until_min


def encode_invitation(fields: InvitationFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: The key or the minute has no valid form.
    """
    if not is_acceptable(fields.public_key):
        raise CallerError("the invitation's key has no valid form")
    if not 0 <= fields.valid_until_min <= CREATED_MIN_MAX:
        raise CallerError(f"minute {fields.valid_until_min} is outside 0..{CREATED_MIN_MAX}")
    return fields.public_key + fields.valid_until_min.to_bytes(_MINUTE_BYTES, "big")


def decode_invitation(codec: int, body: bytes) -> InvitationFields:
    """Return the fields of an invitation's body.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in an invitation")
    reader = Reader(body)
    public_key = PublicKey(reader.take(PUBLIC_KEY_BYTES))
    if not is_acceptable(public_key):
        raise PeerError("bad_key", "an invitation's key is not canonical or of small order")
    fields = InvitationFields(public_key=public_key, valid_until_min=reader.uint(_MINUTE_BYTES))
    reader.finish()
    return fields
