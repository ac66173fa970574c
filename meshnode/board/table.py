"""Table: objects by a short id, of which there is hardly ever more than one.

Not for: what the short id means (`register`). Invariants: it holds what `add` was given and
`remove` was not, under one short id in the order in which they came. One object stands for itself:
a dict for each of 20,000 would take four megabytes.
"""

from collections.abc import Iterator

from meshnode.protocol.object import ObjectId, ShortId, SignedObject


class Table:
    """Objects by short id."""

    __slots__ = ("_many", "_one")

    def __init__(self) -> None:
        self._one: dict[ShortId, SignedObject] = {}
        self._many: dict[ShortId, dict[ObjectId, SignedObject]] = {}

    def __iter__(self) -> Iterator[ShortId]:
        yield from self._one
        yield from self._many

    def add(self, key: ShortId, thing: SignedObject) -> None:
        """Put an object under a short id."""
        several = self._many.get(key)
        if several is None:
            before = self._one.get(key, thing)
            if before.id == thing.id:
                self._one[key] = thing
                return
            del self._one[key]
            several = self._many[key] = {before.id: before}
        several[thing.id] = thing

    def remove(self, key: ShortId, thing: SignedObject) -> None:
        """Take an object away from a short id; one that is not there is no matter."""
        several = self._many.get(key)
        if several is None:
            only = self._one.get(key)
            if only is not None and only.id == thing.id:
                del self._one[key]
            return
        several.pop(thing.id, None)
        if len(several) == 1:
            (self._one[key],) = self._many.pop(key).values()

    def under(self, key: ShortId) -> dict[ObjectId, SignedObject]:
        """Return the objects under a short id."""
        only = self._one.get(key)
        return dict(self._many.get(key, {})) if only is None else {only.id: only}
