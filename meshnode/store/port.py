"""What a store is, whatever it is made of: the interface, and the values that cross it.

Not for: deciding what is kept; the engine decides, and orders it by effects.
Invariants: what `apply` and `next_sequence` return from is durable; one id is one row; an id is
held or removed, never both; arrival and sequence numbers are never used twice.
Source: docs/spec/store.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class DropSetting:
    """Forget what stands under `key`, row and all: what is pruned must free its place on disk."""

    key: str


StoreEffect = StoreObject | RemoveObject | ForgetRemoved | SaveSetting | DropSetting
"""The effects that a store carries out."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that is held. `arrival` rises strictly in the order of storing on this node.

    `link` says where the object came from; None: made here.
    """

    object: SignedObject
    arrival: int
    link: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """The id of an object that left, and until which minute it must not come back."""

    id: ObjectId
    reason: str
    remember_until_min: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch changed: the objects it added, in order of arrival, not those already held."""

    stored: tuple[StoredObject, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that is held. `damaged_rows` counts rows found to have rotted, and left out."""

    objects: tuple[StoredObject, ...]
    removed: tuple[Removed, ...]
    settings: Mapping[str, bytes]
    damaged_rows: int


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a check of the medium found; nothing is good."""

    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the check found nothing wrong."""
        return not self.problems


class Store(Protocol):
    """Where objects survive. Any method may be cancelled; a change is then whole or absent."""

    async def load(self) -> Loaded:
        """Return everything held, objects in order of arrival, each one's hash compared."""

    async def apply(self, effects: Sequence[StoreEffect]) -> Applied:
        """Carry out all effects in order, in one transaction; durable on return.

        Storing an id that is held changes nothing. Removing an id that is absent remembers it.
        Storing an id that was removed brings it back: not to do so is the engine's duty.

        Raises:
            StoreError: Nothing of the batch was carried out; the store goes on as before.
        """

    async def next_sequence(self, author: KeyId, *, above: int = 0) -> int:
        """Return a sequence number of `author` that was never returned before; durable.

        Numbers start at 1 and rise; now and then some are left out. `above` is the highest
        number the caller knows to be used, from an object it verified.

        Raises:
            LimitError: The author has used all its numbers.
            StoreError: The number could not be made durable, so none was given.
        """

    async def check(self) -> Integrity:
        """Return what is wrong with the medium."""

    @property
    def size_bytes(self) -> int:
        """Bytes that the objects and all about them take."""

    async def close(self) -> None:
        """Let go of the medium. The store must not be used afterwards."""
