"""A store in memory: for worlds in virtual time, and a plain statement of what SQLite must do.

Not for: nodes that people depend on. It forgets everything with the process.
"""

from collections.abc import Sequence
from typing import assert_never

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import ObjectId
from meshnode.store.counters import require_sequence
from meshnode.store.port import (
    Applied,
    DropSetting,
    Integrity,
    Loaded,
    Removed,
    StoredObject,
    StoreEffect,
)


class MemoryStore:
    """Dictionaries under the contract of `port.Store`."""

    def __init__(self) -> None:
        self._objects: dict[ObjectId, StoredObject] = {}
        self._removed: dict[ObjectId, Removed] = {}
        self._settings: dict[str, bytes] = {}
        self._sequences: dict[KeyId, int] = {}
        self._arrival = 0

    async def load(self) -> Loaded:
        """Return everything held, objects in order of arrival."""
        return Loaded(
            objects=tuple(self._objects.values()),
            removed=tuple(self._removed[held_id] for held_id in sorted(self._removed)),
            settings=dict(self._settings),
            damaged_rows=0,
        )

    async def apply(self, effects: Sequence[StoreEffect]) -> Applied:
        """Carry out all effects in order."""
        arrival_before = self._arrival
        for effect in effects:
            self._carry_out(effect)
        stored = (held for held in self._objects.values() if held.arrival > arrival_before)
        return Applied(tuple(stored))

    async def next_sequence(self, author: KeyId, *, above: int = 0) -> int:
        """Return a sequence number of `author` that was never returned before."""
        sequence = max(self._sequences.get(author, 0), above) + 1
        require_sequence(sequence)
        self._sequences[author] = sequence
        return sequence

    async def check(self) -> Integrity:
        """Return that nothing is wrong."""
        return Integrity(())

    @property
    def size_bytes(self) -> int:
        """Bytes of the objects alone."""
        return sum(len(held.object.encoded) for held in self._objects.values())

    async def close(self) -> None:
        """Do nothing: the next run of the same world finds what is here."""

    def _carry_out(self, effect: StoreEffect) -> None:
        match effect:
            case StoreObject():
                self._store(effect)
            case RemoveObject():
                self._objects.pop(effect.id, None)
                self._removed[effect.id] = Removed(
                    effect.id, effect.reason, effect.remember_until_min
                )
            case ForgetRemoved():
                self._removed = {
                    held_id: removed
                    for held_id, removed in self._removed.items()
                    if removed.remember_until_min > effect.minute
                }
            case SaveSetting():
                self._settings[effect.key] = effect.value
            case DropSetting():
                self._settings.pop(effect.key, None)
            case _:
                assert_never(effect)

    def _store(self, effect: StoreObject) -> None:
        self._removed.pop(effect.object.id, None)
        if effect.object.id not in self._objects:
            self._arrival += 1
            stored = StoredObject(effect.object, self._arrival, effect.link)
            self._objects[effect.object.id] = stored
