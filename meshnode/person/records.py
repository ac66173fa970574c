"""What a device remembers of its messages, as records of the vault; plain data.

Not for: circles (`circlerecords`), or what is done with it (`outbox`, `inbox`, `receipts`).
Invariants: a delivery's state only ever rises; what is secret does not print.
Source: docs/spec/private.md section 9.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final

from meshnode.person.circlerecords import Circle, Founded, Wanted
from meshnode.person.prekeys import Prekey
from meshnode.protocol.agreement import AgreementPublicKey
from meshnode.protocol.keys import Fingerprint, PublicKey
from meshnode.protocol.object import ObjectId, ShortId

DIGEST_BYTES: Final = 16
"""Of SHA-256: names a sealed body among all that a device ever meets."""


class State(IntEnum):
    """How far a message is known to have come. Only ever rises."""

    WRITTEN = 0
    REFUSED = 1
    ON_NODE = 2
    PASSED_ON = 3
    EXPIRED = 4
    """Its time is over and no receipt came; one that comes late still counts."""
    REACHED = 5
    READ = 6


class ReceiptPolicy(IntEnum):
    """What others are told about what they sent."""

    OFF = 0
    REACHED = 1
    READ = 2


@dataclass(frozen=True, slots=True)
class SealedTo:
    """One key that a message was sealed to; `until_min` is when its secret may be gone.

    Without forward secrecy it is the device's own key, which is never gone.
    """

    device: PublicKey
    public: AgreementPublicKey
    until_min: int | None = None

    @property
    def has_forward_secrecy(self) -> bool:
        """Whether the secret that opens it will be deleted."""
        return self.until_min is not None


@dataclass(frozen=True, slots=True)
class Copy:
    """One sealing of a message: to which keys, and as which objects it lies on nodes.

    More than one id only if nodes wrapped the same body twice. `expires_min` is None until a node
    has it.
    """

    digest: bytes
    keys: tuple[SealedTo, ...] = ()
    ids: tuple[ObjectId, ...] = ()
    expires_min: int | None = None

    def is_over(self, minute: int) -> bool:
        """Return whether it lay on nodes and is gone from there."""
        return self.expires_min is not None and minute >= self.expires_min


@dataclass(frozen=True, slots=True)
class Lacking:
    """A node that had not got a message when it was heard last."""

    name: str
    last_contact_min: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours. `conversation` is a fingerprint in hex, or a circle's key."""

    id: str
    conversation: str
    order: int
    number: int
    text: str
    reply_to: ShortId | None
    written_min: int
    end_min: int
    copies: tuple[Copy, ...] = ()
    state: State = State.WRITTEN
    places: tuple[str, ...] = ()
    """Names of other nodes that said they have it."""
    lacking: tuple[Lacking, ...] = ()
    refusal: str | None = None

    @property
    def ids(self) -> tuple[ObjectId, ...]:
        """All objects that carry it."""
        return tuple(one for copy in self.copies for one in copy.ids)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is done for it."""
        return self.state >= State.EXPIRED


@dataclass(frozen=True, slots=True)
class Received:
    """A message of somebody's; without a text it is of a type that this program does not know."""

    id: str
    conversation: str
    order: int
    device: PublicKey
    number: int | None
    ids: tuple[ObjectId, ...]
    text: str | None
    reply_to: ShortId | None
    made_min: int
    received_min: int
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """A receipt that a device has not been sent yet."""

    device: PublicKey
    thing: ShortId
    is_read: bool
    until_min: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed body that no node has yet.

    `end_min` is when it is of no use any more, `until_min` when a secret that opens it may be
    gone; `sent` names the message in it, if it is one.
    """

    body: bytes
    end_min: int
    until_min: int | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """Which numbered texts came from a device: number and hash of each, as they came."""

    seen: tuple[tuple[int, bytes], ...] = ()


@dataclass(slots=True)
class Mail:
    """Everything about messages in one vault.

    `seen` has digests of opened bodies and when each is forgotten (0: when there are too many);
    `waiting` are objects for us by somebody whom the community does not know yet; `objects` are
    signed and not on a node yet.
    """

    minute: int = 0
    synced_min: int = 0
    cursor: ObjectId | None = None
    rescan: bool = False
    next_order: int = 0
    receipts: ReceiptPolicy = ReceiptPolicy.REACHED
    prekeys: tuple[Prekey, ...] = ()
    objects: tuple[bytes, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    sent: dict[str, Sent] = field(default_factory=dict)
    received: dict[str, Received] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    owed: tuple[Owed, ...] = ()
    waiting: tuple[bytes, ...] = ()
    known: bytes = b""
    """Digest of all devices at the last look: if it changes, what waits is tried again."""
    blocked: tuple[Fingerprint, ...] = ()
    circles: dict[str, Circle] = field(default_factory=dict)
    founded: dict[str, Founded] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()


def digest_of(body: bytes) -> bytes:
    """Return the name of a sealed body."""
    return sha256(body).digest()[:DIGEST_BYTES]
