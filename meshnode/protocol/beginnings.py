"""Object ids that are looked for by their beginning.

Why a sorted list: 8 bytes an id that is held anyway; a dict by beginnings takes 170 with its keys.
Not for: sums and ranges (`idset`). Invariant: it holds what `add` was given and `remove` was not.
"""

from bisect import bisect_left, insort
from typing import Final

from meshnode.protocol.object import ObjectId, ShortId

SINGLY_MAX: Final = 8
"""So many new ids are put in their places one by one, each moving half of the list; more, as at a
start, are sorted in at once."""


class Beginnings:
    """A set of ids."""

    __slots__ = ("_ids", "_new")

    def __init__(self) -> None:
        self._ids: list[ObjectId] = []
        self._new: list[ObjectId] = []
        """Those that have no place yet: they get one when somebody asks."""

    def add(self, thing: ObjectId) -> None:
        """Add an id that is not in."""
        self._new.append(thing)

    def remove(self, thing: ObjectId) -> None:
        """Take out an id that is in."""
        self._settle()
        del self._ids[bisect_left(self._ids, thing)]

    def beginning_with(self, short_id: ShortId) -> list[ObjectId]:
        """Return the ids that begin so, ascending; nearly always none or one."""
        self._settle()
        start = stop = bisect_left(self._ids, short_id)
        while stop < len(self._ids) and self._ids[stop].startswith(short_id):
            stop += 1
        return self._ids[start:stop]

    def _settle(self) -> None:
        if len(self._new) > SINGLY_MAX:
            self._ids += self._new
            self._ids.sort()
        else:
            for thing in self._new:
                insort(self._ids, thing)
        self._new.clear()
