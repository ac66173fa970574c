"""Endorsements: a steward signs what another one proposed; the parent and the body name it.

Source: docs/spec/kinds.md section 5.
"""

from meshnode.board.parts import require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import OBJECT_ID_BYTES, SHORT_ID_BYTES, ObjectId, ShortId

_REST_BYTES = OBJECT_ID_BYTES - SHORT_ID_BYTES


def rest_of(target: ObjectId) -> bytes:
    """Return the 12 bytes of an id that the parent does not hold."""
    return target[SHORT_ID_BYTES:]


def read_target(reader: Reader, parent: ShortId | None, what: str) -> ObjectId:
    """Return the whole id of a target, whose beginning is the parent.

    Raises:
        PeerError: There is no parent, or too few bytes.
    """
    if parent is None:
        raise PeerError("missing_parent", f"{what} names no object")
    return ObjectId(parent + reader.take(_REST_BYTES))


def decode_endorsement(codec: int, body: bytes, parent: ShortId | None) -> ObjectId:
    """Return the id of what is endorsed.

    Raises:
        PeerError: The body is damaged or there is no parent.
    """
    require_plain(codec, "an endorsement")
    reader = Reader(body)
    target = read_target(reader, parent, "an endorsement")
    reader.finish()
    return target
