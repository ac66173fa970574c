"""Charters: who founded the community, who its stewards are, and how many must agree.

Not for: which of several charters counts (`membership`). Invariants: 1..7 stewards in rank order,
all different; 1 <= threshold <= their number; charter 0 has no predecessor.
Source: docs/spec/kinds.md section 5.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NewType

from meshnode.board.names import decode_name, encode_name
from meshnode.board.parts import encode_key, read_key, require_plain
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import COMMUNITY_ID_BYTES, CommunityId, PublicKey
from meshnode.protocol.limits import SEQUENCE_MAX

CharterHash = NewType("CharterHash", bytes)
"""16 bytes: the beginning of SHA-256 over a domain and the charter's body."""

STEWARDS_MAX: Final = 7
"""Enough for a Quartier, few enough that all of them know each other."""
KEPT_MAX: Final = 12
"""Keys of former stewards whose acts stay valid; more are certified anew."""
CHARTER_NUMBER_MAX: Final = 2**14 - 1
_HASH_BYTES: Final = 16
_CHARTER_DOMAIN: Final = b"meshnode charter 1\0"
_COMMUNITY_DOMAIN: Final = b"meshnode community 1\0"


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A former steward's key, and up to which sequence number its acts stay valid."""

    public_key: PublicKey
    sequence: int


@dataclass(frozen=True, slots=True)
class CharterFields:
    """What a charter says.

    Shapes: `previous` is None exactly for number 0; `stewards` 1..7 keys, the first ranks
    highest; `threshold` 1..number of stewards; `name` is the community's, 1..40 bytes.
    """

    number: int
    previous: CharterHash | None
    threshold: int
    stewards: tuple[PublicKey, ...]
    kept: tuple[KeptKey, ...]
    name: str


def charter_hash(body: bytes) -> CharterHash:
    """Return by which the next charter names this one."""
    return CharterHash(sha256(_CHARTER_DOMAIN + body).digest()[:_HASH_BYTES])


def community_of(body: bytes) -> CommunityId:
    """Return the id of the community that a charter with number 0 founds."""
    return CommunityId(sha256(_COMMUNITY_DOMAIN + body).digest()[:COMMUNITY_ID_BYTES])


def encode_charter(fields: CharterFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: Stewards, threshold or name are outside their bounds.
        CallerError: Number, predecessor or a key has no valid form.
    """
    _check(fields)
    return (
        varint(fields.number)
        + (fields.previous or b"")
        + bytes([fields.threshold, len(fields.stewards)])
        + b"".join(map(encode_key, fields.stewards))
        + bytes([len(fields.kept)])
        + b"".join(encode_key(one.public_key) + varint(one.sequence) for one in fields.kept)
        + encode_name(fields.name)
    )


def decode_charter(codec: int, body: bytes) -> CharterFields:
    """Return the fields of a charter's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    require_plain(codec, "a charter")
    reader = Reader(body)
    number = reader.varint()
    if number > CHARTER_NUMBER_MAX:
        raise PeerError("oversize", f"charter {number}")
    previous = CharterHash(reader.take(_HASH_BYTES)) if number else None
    threshold, count = reader.uint(1), reader.uint(1)
    if not 1 <= threshold <= count <= STEWARDS_MAX:
        raise PeerError("bad_length", f"{count} stewards with threshold {threshold}")
    stewards = tuple(read_key(reader) for _ in range(count))
    if len(set(stewards)) != count:
        raise PeerError("not_canonical", "a steward stands twice")
    kept_count = reader.uint(1)
    if kept_count > KEPT_MAX:
        raise PeerError("oversize", f"{kept_count} kept keys")
    kept = tuple(KeptKey(read_key(reader), reader.varint()) for _ in range(kept_count))
    keys = [one.public_key for one in kept]
    if keys != sorted(set(keys)) or any(one.sequence < 1 for one in kept):
        raise PeerError("not_canonical", "kept keys are not in order, or keep nothing")
    return CharterFields(number, previous, threshold, stewards, kept, decode_name(reader.rest()))


def _check(fields: CharterFields) -> None:
    if not 1 <= len(fields.stewards) <= STEWARDS_MAX:
        raise LimitError(f"A community has 1 to {STEWARDS_MAX} stewards.")
    if len(set(fields.stewards)) != len(fields.stewards):
        raise LimitError("Somebody stands twice among the stewards. Name everybody once.")
    if not 1 <= fields.threshold <= len(fields.stewards):
        raise LimitError(
            f"The threshold is how many stewards must agree: 1 to {len(fields.stewards)}."
        )
    if len(fields.kept) > KEPT_MAX:
        raise LimitError(f"At most {KEPT_MAX} keys of former stewards stay valid.")
    keys = [one.public_key for one in fields.kept]
    is_kept_good = keys == sorted(set(keys)) and all(
        1 <= one.sequence <= SEQUENCE_MAX for one in fields.kept
    )
    is_first = fields.number == 0
    if not (0 <= fields.number <= CHARTER_NUMBER_MAX and is_kept_good) or is_first != (
        fields.previous is None
    ):
        raise CallerError("the charter's number, predecessor or kept keys have no valid form")
