"""Invitations: the holder of another key may certify somebody, for a while and so many times.

Not for: the secret that is handed over (a QR code, `meshnode.node.invite`) or who may invite
(`membership`).
Source: docs/spec/kinds.md section 2.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.parts import encode_key, encode_minute, read_key, read_minute, require_plain
from meshnode.board.trust.certificate import IdentityClass, read_class
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import PublicKey

USES_MAX: Final = 255
"""One byte; a sheet on the door of a meeting."""


@dataclass(frozen=True, slots=True)
class InvitationFields:
    """What an invitation says.

    Shapes: `valid_until_min` counts minutes since 2024-01-01 and is still valid itself; `uses`
    1..255 is how many may join with it.
    """

    public_key: PublicKey
    valid_until_min: int
    identity_class: IdentityClass = IdentityClass.NODE
    uses: int = USES_MAX


def encode_invitation(fields: InvitationFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: A field has no valid form.
    """
    if not 1 <= fields.uses <= USES_MAX:
        raise CallerError(f"an invitation has 1 to {USES_MAX} uses, not {fields.uses}")
    return (
        encode_key(fields.public_key)
        + encode_minute(fields.valid_until_min)
        + bytes([fields.identity_class, fields.uses])
    )


def decode_invitation(codec: int, body: bytes) -> InvitationFields:
    """Return the fields of an invitation's body.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    require_plain(codec, "an invitation")
    reader = Reader(body)
    public_key, valid_until_min = read_key(reader), read_minute(reader)
    identity_class, uses = read_class(reader), reader.uint(1)
    reader.finish()
    if not uses:
        raise PeerError("not_canonical", "an invitation without uses")
    return InvitationFields(public_key, valid_until_min, identity_class, uses)
