"""Revocations: what a key signed does not count any more, or somebody loses a role.

Not for: who may revoke whom (`membership`).
Source: docs/spec/kinds.md section 5.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.board.parts import Cut, encode_cuts, read_cuts, read_fingerprint, require_plain
from meshnode.board.trust.role import Role, read_role
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import FINGERPRINT_BYTES, Fingerprint

_ROLE_FLAG: Final = 0x10


class RevocationReason(IntEnum):
    """Why; the number on the wire."""

    LOST = 0
    COMPROMISED = 1
    LEFT = 2
    ABUSE = 3
    ERASED = 4
    REPLACED = 5

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class RevocationFields:
    """What is revoked.

    Shapes: `subject` is the fingerprint of an identity, a device or an invitation's key; with a
    `role` only that role is lost. `cuts` name the keys whose objects stay valid up to a sequence
    number; everything else that the subject signed is void, whenever it was made.
    """

    reason: RevocationReason
    subject: Fingerprint
    cuts: tuple[Cut, ...] = ()
    role: Role | None = None


def encode_revocation(fields: RevocationFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: A field has no valid form.
    """
    if len(fields.subject) != FINGERPRINT_BYTES:
        raise CallerError("a revocation's subject has no valid form")
    first = fields.reason | (0 if fields.role is None else _ROLE_FLAG)
    role = b"" if fields.role is None else bytes([fields.role])
    return bytes([first]) + fields.subject + role + encode_cuts(fields.cuts)


def decode_revocation(codec: int, body: bytes) -> RevocationFields:
    """Return the fields of a revocation's body.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    require_plain(codec, "a revocation")
    reader = Reader(body)
    first = reader.uint(1)
    try:
        reason = RevocationReason(first & ~_ROLE_FLAG)
    except ValueError:
        raise PeerError("bad_reason", f"reason {first:#04x}") from None
    subject = read_fingerprint(reader)
    role = read_role(reader) if first & _ROLE_FLAG else None
    cuts = read_cuts(reader)
    reader.finish()
    return RevocationFields(reason, subject, cuts, role)
