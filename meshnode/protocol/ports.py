"""What the core needs from outside, as interfaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from meshnode.protocol.keys import KeyId, PublicKey
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority


class Dice(Protocol):
    """Randomness from a named, seeded stream; `random.Random` has this shape."""

    def random(self) -> float:
        """Return a number in [0, 1)."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number in [0, stop)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The object may join the set; those in `replaces` leave it.

    `lets_return`: it does not stand in their place, so what they had replaced may come back.
    """

    replaces: tuple[ObjectId, ...] = ()
    lets_return: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing speaks against the object but that its ground is not known yet: its author, or what
    lets the author say such a thing. `reason` is why it is dropped if that does not come.
    """

    reason: str = "stranger"


@dataclass(frozen=True, slots=True)
class Refused:
    """The object is not for this set, ever or as things stand."""

    reason: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """To whose account an object goes, and how many objects of a day that account may hold.

    `beyond`: what is urgent of all accounts that have one shares an hour with the others, and has
    this rank beyond that; None: the account's own share is all that bounds it.
    """

    account: bytes
    day_max: int
    beyond: Priority | None = None


Verdict = Accepted | Waiting | Refused


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change of the standing means for what is held.

    `lost` lost their ground, and why; of what the keys in `moved` signed the allowance may be
    another one.
    """

    lost: tuple[tuple[SignedObject, str], ...] = ()
    moved: frozenset[KeyId] = frozenset()


class Rules(Protocol):
    """Who may say what: the one policy for every path by which objects enter.

    A pure function of the objects accepted before: the same objects in any order of arrival
    leave the same set.
    """

    def judge(self, candidate: SignedObject) -> Verdict:
        """Return what to do with an object whose time and size are in order."""

    def learn(self, accepted: SignedObject) -> None:
        """Take note of an object that joined the set, also at start from the store."""

    def forget(self, removed: SignedObject) -> None:
        """Take note that an object left the set."""

    def rank(self, accepted: SignedObject) -> Priority:
        """Return with which priority the object gets the air."""

    def companion_of(self, thing: SignedObject) -> ObjectId | None:
        """Return which object must not be seen without this one; None: there is none.

        A function of the object alone.
        """

    def is_member(self, public_key: PublicKey) -> bool:
        """Return whether the community vouches for the holder of this key."""

    def allowance(self, thing: SignedObject) -> Allowance:
        """Return whose quota an accepted object uses up."""

    def is_settled(self) -> bool:
        """Return whether the standing is still the one by which `shift` looked at what is held."""

    def shift(self, held: Iterable[SignedObject]) -> Shift:
        """Return what the standing now means for what is held, since this was asked last."""

    def credentials(self, public_key: PublicKey) -> list[SignedObject]:
        """Return what a stranger of the same community needs to believe in a key."""
