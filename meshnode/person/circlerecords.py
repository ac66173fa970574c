"""What a device remembers of its circles, as records of the vault; plain data.

Not for: what is done with it (`circles`, `founding`). Invariants: a circle is its founder's device
and an id; a seat's place is never another device's.
"""

from dataclasses import dataclass, field

from meshnode.board.mail.circle import CircleId, CirclePolicy, MemberId
from meshnode.board.mail.epoch import EpochKeys
from meshnode.protocol.keys import Fingerprint, PublicKey


@dataclass(frozen=True, slots=True)
class Epoch:
    """The keys of one epoch, and the minute at which it began."""

    number: int
    began_min: int
    keys: EpochKeys


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle that this device belongs to, or belonged to; newest epoch first."""

    founder: PublicKey
    id: CircleId
    name: str
    policy: CirclePolicy
    epochs: tuple[Epoch, ...] = ()
    is_left: bool = False

    @property
    def key(self) -> str:
        """Its name as a conversation."""
        return circle_key(self.founder, self.id)

    @property
    def members(self) -> tuple[MemberId, ...]:
        """The devices that belong to it now."""
        return tuple(one.member for one in self.epochs[0].keys.chains) if self.epochs else ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A device's place in a circle of ours, for good; `is_taken` says whether it is in now."""

    place: int
    device: PublicKey
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asks to join a circle of ours."""

    person: Fingerprint
    name: str
    asked_min: int


@dataclass(frozen=True, slots=True)
class Founded:
    """A circle of which this device is the founder.

    `people` are its members beside ourselves; `secrets` those of the latest epochs, newest first,
    and none without history; `barred` were removed and are not admitted by asking.
    """

    id: CircleId
    name: str
    policy: CirclePolicy
    is_listed: bool
    people: tuple[Fingerprint, ...] = ()
    seats: tuple[Seat, ...] = ()
    next_epoch: int = 0
    began_min: int = 0
    is_renewal_asked: bool = False
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    asked: tuple[Asked, ...] = ()
    barred: tuple[Fingerprint, ...] = ()
    listed_until_min: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A circle that we asked to join."""

    founder: Fingerprint
    founder_name: str
    id: CircleId
    name: str
    asked_min: int


def circle_key(founder: PublicKey, circle: CircleId) -> str:
    """Return a circle's name as a conversation."""
    return f"circle:{founder.hex()}:{circle.hex()}"
