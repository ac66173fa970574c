"""The signed object: one immutable thing that nodes replicate. Bytes in, bytes out.

Not for: what a body means (`meshnode.board`) or who may say what (`ports.Rules`).
Invariants: an object's bytes are the same on every medium; its id is a hash of all of them;
`decode` accepts exactly the bytes that `compose` can make, in one form only.
Source: docs/spec/object.md.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final, NewType

from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import (
    KEY_ID_BYTES,
    SIGNATURE_BYTES,
    CommunityId,
    KeyId,
    PublicKey,
    SigningKey,
    verify,
)
from meshnode.protocol.limits import (
    BODY_BYTES_MAX,
    CREATED_MIN_MAX,
    OBJECT_BYTES_MAX,
    SEQUENCE_MAX,
)

ObjectId = NewType("ObjectId", bytes)
"""16 bytes: the beginning of SHA-256 of the whole encoded object."""
ShortId = NewType("ShortId", bytes)
"""4 bytes: the beginning of an object id, as sketches, parents and fragments carry it."""

OBJECT_ID_BYTES: Final = 16
SHORT_ID_BYTES: Final = 4
AUTHORS_SHARED_MAX: Final = 2048
"""Authors whose key id is kept once for all their objects; a city block has fewer."""
VERSION: Final = 0
"""Version of the object layout; three bits on the wire."""

LIFETIME_MINUTES: Final = (
    60,
    3 * 60,
    6 * 60,
    12 * 60,
    1 * 1440,
    2 * 1440,
    3 * 1440,
    5 * 1440,
    7 * 1440,
    14 * 1440,
    21 * 1440,
    30 * 1440,
    61 * 1440,
    91 * 1440,
    183 * 1440,
    365 * 1440,
)
"""Minutes of life for each of the sixteen lifetime codes, 1 h to 1 y."""

_SIGNATURE_DOMAIN: Final = b"meshnode object 1\0"
_KIND_MASK: Final = 0x1F
_KIND_EXTENDED: Final = 31
_PARENT_FLAG: Final = 0x10


class Kind(IntEnum):
    """What an object is; the number on the wire. Others are unknown to this version."""

    PROFILE = 0
    INVITATION = 1
    BULLETIN = 2
    WITHDRAWAL = 3
    CHARTER = 4
    ENDORSEMENT = 5
    CERTIFICATE = 6
    DEVICE = 7
    ROLE = 8
    REVOCATION = 9
    NOTICE = 10
    PREKEY = 11
    SEALED = 12
    CIRCLE = 13
    DRILL = 14
    ALERT = 15
    OFFER = 16
    CLAIM = 17
    PLACE = 18
    LEVEL = 19
    SLOTS = 20
    MEETUP = 21
    BOOKING = 22
    ALLOTMENT = 23
    CHECKIN = 24
    TRIAGE = 25
    MODE = 26


@dataclass(frozen=True, slots=True)
class SignedObject:
    """One decoded object; `encoded` are the exact bytes it came as.

    Shapes: `created_min` counts minutes since 2024-01-01 00:00 UTC; `lifetime_code` 0..15;
    `codec` 0..7 names how the body's text is compressed; `body_at` is where in `encoded` the body
    begins, which is not kept twice: a node holds tens of thousands.
    """

    kind: int
    codec: int
    lifetime_code: int
    author: KeyId
    sequence: int
    created_min: int
    parent: ShortId | None
    body_at: int
    encoded: bytes
    id: ObjectId

    @property
    def body(self) -> bytes:
        """What stands between the header and the signature."""
        return self.encoded[self.body_at : -SIGNATURE_BYTES]

    @property
    def expires_min(self) -> int:
        """The minute since 2024-01-01 at which the object is over."""
        return self.created_min + LIFETIME_MINUTES[self.lifetime_code]

    @property
    def short_id(self) -> ShortId:
        """The first four bytes of the id."""
        return ShortId(self.id[:SHORT_ID_BYTES])

    def is_signed_by(self, public_key: PublicKey, community: CommunityId) -> bool:
        """Return whether `public_key` signed these bytes for this community."""
        content = self.encoded[:-SIGNATURE_BYTES]
        signature = self.encoded[-SIGNATURE_BYTES:]
        return verify(public_key, signature, _signed_message(content, public_key, community))


def decode(encoded: bytes) -> SignedObject:
    """Return the object that `encoded` holds; its signature is not checked yet.

    Raises:
        PeerError: The bytes are too long, too short, of another version or not canonical.
    """
    if len(encoded) > OBJECT_BYTES_MAX:
        raise PeerError("oversize", f"object of {len(encoded)} bytes, at most {OBJECT_BYTES_MAX}")
    reader = Reader(encoded[: max(0, len(encoded) - SIGNATURE_BYTES)])
    first, second = reader.uint(1), reader.uint(1)
    if first >> 5 != VERSION:
        raise PeerError("unknown_version", f"object version {first >> 5}, we know {VERSION}")
    kind = first & _KIND_MASK
    if kind == _KIND_EXTENDED:
        kind += reader.uint(1)
    author = _shared(KeyId(reader.take(KEY_ID_BYTES)))
    sequence = reader.varint()
    created_min = reader.uint(3)
    parent = ShortId(reader.take(SHORT_ID_BYTES)) if second & _PARENT_FLAG else None
    body_bytes = reader.remaining
    if body_bytes > BODY_BYTES_MAX:
        raise PeerError("oversize", f"body of {body_bytes} bytes, at most {BODY_BYTES_MAX}")
    return SignedObject(
        kind=kind,
        codec=second >> 5,
        lifetime_code=second & 0x0F,
        author=author,
        sequence=sequence,
        created_min=created_min,
        parent=parent,
        body_at=len(encoded) - SIGNATURE_BYTES - body_bytes,
        encoded=encoded,
        id=object_id(encoded),
    )


@lru_cache(maxsize=AUTHORS_SHARED_MAX)
def _shared(author: KeyId) -> KeyId:
    """Return one and the same value for all objects of an author."""
    return author


def compose(
    *,
    key: SigningKey,
    community: CommunityId,
    kind: int,
    body: bytes,
    sequence: int,
    created_min: int,
    lifetime_code: int,
    codec: int = 0,
    parent: ShortId | None = None,
) -> SignedObject:
    """Return a new object, signed by `key`.

    Shapes: `kind` 0..286, `codec` 0..7, `lifetime_code` 0..15, `parent` 4 bytes.

    Raises:
        LimitError: The body is longer than an object may carry.
        CallerError: A number does not fit its field.
    """
    if len(body) > BODY_BYTES_MAX:
        raise LimitError(
            f"The content takes {len(body)} bytes; at most {BODY_BYTES_MAX} fit. Shorten the text."
        )
    if not (0 <= sequence <= SEQUENCE_MAX and 0 <= created_min <= CREATED_MIN_MAX):
        raise CallerError(f"sequence {sequence} or minute {created_min} out of range")
    content = (
        _header(kind, codec, lifetime_code, parent is not None)
        + key.id
        + varint(sequence)
        + created_min.to_bytes(3, "big")
        + (parent or b"")
        + body
    )
    return decode(content + key.sign(_signed_message(content, key.public, community)))


def object_id(encoded: bytes) -> ObjectId:
    """Return the id of an encoded object."""
    return ObjectId(sha256(encoded).digest()[:OBJECT_ID_BYTES])


def lifetime_code_for(minutes: int) -> int:
    """Return the shortest lifetime code that lasts at least `minutes`.

    Raises:
        LimitError: Longer than the longest lifetime, or not positive.
    """
    if minutes > 0:
        for code, lifetime in enumerate(LIFETIME_MINUTES):
            if lifetime >= minutes:
                return code
    raise LimitError(f"A lifetime of {minutes} minutes is outside 1 minute to 1 year.")


def longest_lifetime_code(minutes: int) -> int:
    """Return the longest lifetime code that lasts at most `minutes`; the shortest there is, if
    even that lasts longer.
    """
    return max((code for code, lasts in enumerate(LIFETIME_MINUTES) if lasts <= minutes), default=0)


def _header(kind: int, codec: int, lifetime_code: int, has_parent: bool) -> bytes:  # noqa: FBT001
    if not (0 <= codec < 8 and 0 <= lifetime_code < 16 and 0 <= kind <= _KIND_EXTENDED + 255):
        raise CallerError(f"kind {kind}, codec {codec} or lifetime {lifetime_code} out of range")
    second = codec << 5 | (_PARENT_FLAG if has_parent else 0) | lifetime_code
    if kind < _KIND_EXTENDED:
        return bytes([VERSION << 5 | kind, second])
    return bytes([VERSION << 5 | _KIND_EXTENDED, second, kind - _KIND_EXTENDED])


def _signed_message(content: bytes, public_key: PublicKey, community: CommunityId) -> bytes:
    return _SIGNATURE_DOMAIN + community + public_key + content
