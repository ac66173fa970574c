"""Roles: a steward lets somebody do more than every member may, for a while.

Not for: what each role may do (`permissions`) or whose grants count (`membership`).
Source: docs/spec/kinds.md section 5.
"""

from dataclasses import dataclass
from enum import IntEnum

from meshnode.board.parts import read_fingerprint, require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import FINGERPRINT_BYTES, Fingerprint
from meshnode.protocol.object import OBJECT_ID_BYTES, ObjectId


class Role(IntEnum):
    """What somebody may be beyond a member; the number on the wire. Stewards are in the charter."""

    COORDINATOR = 1
    MODERATOR = 2
    IMPORTER = 3
    HOST = 4

    @property
    def word(self) -> str:
        """The word in programs and on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class RoleFields:
    """Who gets which role; `place` is the id of the one place that a host looks after."""

    role: Role
    subject: Fingerprint
    place: ObjectId | None = None


def encode_role(fields: RoleFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: A field has no valid form, or a place stands with another role than host.
    """
    is_host = fields.role is Role.HOST
    if len(fields.subject) != FINGERPRINT_BYTES or (fields.place is not None and not is_host):
        raise CallerError("a role's subject or place has no valid form")
    return bytes([fields.role]) + fields.subject + (fields.place or b"")


def decode_role(codec: int, body: bytes) -> RoleFields:
    """Return the fields of a role's body.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    require_plain(codec, "a role")
    reader = Reader(body)
    role = read_role(reader)
    subject = read_fingerprint(reader)
    has_place = role is Role.HOST and reader.remaining > 0
    place = ObjectId(reader.take(OBJECT_ID_BYTES)) if has_place else None
    reader.finish()
    return RoleFields(role, subject, place)


def read_role(reader: Reader) -> Role:
    """Return the next role.

    Raises:
        PeerError: There is no such role.
    """
    number = reader.uint(1)
    try:
        return Role(number)
    except ValueError:
        raise PeerError("bad_role", f"role {number}") from None
