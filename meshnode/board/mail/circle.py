"""Circles: what is public about one, and the epoch that its founder seals to the members.

Not for: keys and messages of a circle (`epoch`), or who may found one.
Invariants: a circle is its founder's device and a number; a member keeps its place for as long as
the circle lives, and no place is given twice.
Source: docs/spec/private.md section 6.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NewType

from meshnode.board.names import NAME_BYTES_MAX, decode_name, encode_name
from meshnode.protocol.cursor import Reader, block
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import PublicKey

CircleId = NewType("CircleId", bytes)
"""4 bytes: the founder's own number for a circle. Only the founder's key and this name it."""
MemberId = NewType("MemberId", bytes)
"""8 bytes: the beginning of SHA-256 of a device's public key; four can be matched by trying."""

CIRCLE_ID_BYTES: Final = 4
MEMBER_ID_BYTES: Final = 8
EPOCH_SECRET_BYTES: Final = 16

MEMBERS_MAX: Final = 30
"""Devices in a circle: what one sealed body can reach, and what a room holds."""
PLACE_MAX: Final = 254
"""Places are one byte and never given twice: 255 joins, then a new circle."""
EPOCH_MAX: Final = 65_535
EARLIER_MAX: Final = 16
"""Earlier epochs that a newcomer gets: messages live weeks, and who joins is not a stream."""

_OPEN_FLAG: Final = 0x01
_HISTORY_FLAG: Final = 0x02


@dataclass(frozen=True, slots=True)
class CirclePolicy:
    """Whether everybody may join, and whether newcomers read what was said before."""

    is_open: bool
    has_history: bool


@dataclass(frozen=True, slots=True)
class CircleFields:
    """What a public listing says of a circle; its author is the founder's device.

    Shapes: `name` is 1..40 bytes of UTF-8 in one line without blanks at its ends.
    """

    circle: CircleId
    policy: CirclePolicy
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A device and its place in a circle, 0..254; the founder's is the first in the list."""

    place: int
    id: MemberId


@dataclass(frozen=True, slots=True)
class EpochFields:
    """What members of a circle are told when who belongs to it changes.

    Shapes: `number` 0..65535; `secret` 16 bytes; `members` 1..30 with rising places; `earlier`
    are the secrets of the epochs just before, newest first, only if the policy has history.
    """

    circle: CircleId
    number: int
    policy: CirclePolicy
    name: str
    members: tuple[Member, ...]
    secret: bytes = field(repr=False)
    earlier: tuple[bytes, ...] = field(default=(), repr=False)


def member_id(public_key: PublicKey) -> MemberId:
    """Return the eight bytes by which an epoch names a device."""
    return MemberId(sha256(public_key).digest()[:MEMBER_ID_BYTES])


def encode_circle(fields: CircleFields) -> bytes:
    """Return the body of a public listing; its codec is 0.

    Raises:
        LimitError: The name is outside its bounds; the message is for the person who chose it.
        CallerError: The circle's id has no valid form.
    """
    _check_id(fields.circle)
    return fields.circle + bytes([_flags(fields.policy)]) + encode_name(fields.name)


def decode_circle(codec: int, body: bytes) -> CircleFields:
    """Return the fields of a public listing's body.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in a circle")
    reader = Reader(body)
    return CircleFields(
        circle=CircleId(reader.take(CIRCLE_ID_BYTES)),
        policy=_decode_policy(reader),
        name=decode_name(reader.rest()),
    )


def encode_epoch(fields: EpochFields) -> bytes:
    """Return an epoch as bytes, to be sealed to the members.

    Raises:
        LimitError: The name or the number of members is outside its bounds.
        CallerError: A field has no valid form.
    """
    _check_epoch(fields)
    return b"".join(
        (
            fields.circle,
            fields.number.to_bytes(2, "big"),
            bytes([_flags(fields.policy)]),
            block(encode_name(fields.name)),
            fields.secret,
            bytes([len(fields.members)]),
            *(bytes([member.place]) + member.id for member in fields.members),
            *fields.earlier,
        )
    )


def decode_epoch(data: bytes) -> EpochFields:
    """Return the epoch that `data` holds.

    Raises:
        PeerError: The bytes are damaged, out of bounds or not canonical.
    """
    reader = Reader(data)
    circle = CircleId(reader.take(CIRCLE_ID_BYTES))
    number = reader.uint(2)
    policy = _decode_policy(reader)
    name = decode_name(reader.block(bytes_max=NAME_BYTES_MAX))
    secret = reader.take(EPOCH_SECRET_BYTES)
    members = _decode_members(reader)
    return EpochFields(
        circle=circle,
        number=number,
        policy=policy,
        name=name,
        members=members,
        secret=secret,
        earlier=_decode_earlier(reader, number, policy),
    )


def _decode_members(reader: Reader) -> tuple[Member, ...]:
    count = reader.uint(1)
    if not 1 <= count <= MEMBERS_MAX:
        raise PeerError("bad_value", f"{count} members, 1 to {MEMBERS_MAX} are possible")
    members = tuple(
        Member(reader.uint(1), MemberId(reader.take(MEMBER_ID_BYTES))) for _ in range(count)
    )
    places = [member.place for member in members]
    if places != sorted(set(places)) or places[-1] > PLACE_MAX:
        raise PeerError("not_canonical", "places do not rise, or go beyond the last")
    if len({member.id for member in members}) != count:
        raise PeerError("not_canonical", "a member has two places")
    return members


def _decode_earlier(reader: Reader, number: int, policy: CirclePolicy) -> tuple[bytes, ...]:
    count, odd = divmod(reader.remaining, EPOCH_SECRET_BYTES)
    if odd:
        raise PeerError("trailing_bytes", f"{odd} bytes after the earlier secrets")
    if count > _earlier_max(number, policy):
        raise PeerError("bad_value", f"{count} earlier secrets in epoch {number}")
    return tuple(reader.take(EPOCH_SECRET_BYTES) for _ in range(count))


def _decode_policy(reader: Reader) -> CirclePolicy:
    flags = reader.uint(1)
    if flags & ~(_OPEN_FLAG | _HISTORY_FLAG):
        raise PeerError("bad_value", f"policy {flags:#x} of a circle")
    return CirclePolicy(bool(flags & _OPEN_FLAG), bool(flags & _HISTORY_FLAG))


def _flags(policy: CirclePolicy) -> int:
    return (_OPEN_FLAG if policy.is_open else 0) | (_HISTORY_FLAG if policy.has_history else 0)


def _earlier_max(number: int, policy: CirclePolicy) -> int:
    return min(number, EARLIER_MAX) if policy.has_history else 0


def _check_id(circle: CircleId) -> None:
    if len(circle) != CIRCLE_ID_BYTES:
        raise CallerError(f"a circle's id is {CIRCLE_ID_BYTES} bytes, not {len(circle)}")


def _check_epoch(fields: EpochFields) -> None:
    _check_id(fields.circle)
    places = [member.place for member in fields.members]
    if len(places) > MEMBERS_MAX:
        raise LimitError(
            f"{len(places)} devices are too many for one circle; at most {MEMBERS_MAX} fit."
        )
    if not places or places != sorted(set(places)) or not 0 <= places[0] <= places[-1] <= PLACE_MAX:
        raise CallerError(f"places of a circle: {places}")
    ids = {member.id for member in fields.members}
    if len(ids) != len(places) or {len(one) for one in ids} != {MEMBER_ID_BYTES}:
        raise CallerError("members of a circle twice, or their ids without valid form")
    secrets = (fields.secret, *fields.earlier)
    if {len(secret) for secret in secrets} != {EPOCH_SECRET_BYTES}:
        raise CallerError("an epoch's secret has no valid form")
    if not 0 <= fields.number <= EPOCH_MAX or len(fields.earlier) > _earlier_max(
        fields.number, fields.policy
    ):
        raise CallerError(f"epoch {fields.number} with {len(fields.earlier)} earlier secrets")
