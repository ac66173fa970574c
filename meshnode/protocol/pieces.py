"""Object ids that are looked for by four of their bytes, as sketches and short ids name them.

Why a sorted list: 8 bytes an id that is held anyway; a dict by those bytes takes 100 to 170.
Not for: sums and ranges (`idset`). Invariants: it holds what was added and not discarded; what it
answers depends on that alone, never on the order.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain
from typing import Final

from meshnode.protocol.object import ObjectId

SINGLY_MAX: Final = 8
"""So many new ids are put in their places one by one, each moving half of the list; more, as at a
start, are sorted in at once."""


class Pieces:
    """A set of ids, by the four bytes from `start` on.

    Shapes: `start` 0, 4, 8 or 12.
    """

    __slots__ = ("_ids", "_new", "_start")

    def __init__(self, start: int = 0, ids: Iterable[ObjectId] = ()) -> None:
        self._start = start
        self._ids = sorted(dict.fromkeys(ids), key=self._turned)
        """In the order of their bytes from `start` on, the first ones at the end."""
        self._new: list[ObjectId] = []
        """Those that have no place yet: they get one when somebody asks."""

    def add(self, thing: ObjectId) -> None:
        """Add an id; nothing happens if it is in."""
        self._new.append(thing)

    def discard(self, thing: ObjectId) -> None:
        """Take out an id; nothing happens if it is not in."""
        self._settle()
        place = bisect_left(self._ids, self._turned(thing), key=self._turned)
        if self._ids[place : place + 1] == [thing]:
            del self._ids[place]

    def having(self, piece: bytes) -> list[ObjectId]:
        """Return the ids with these four bytes, nearly always none or one."""
        self._settle()
        begin = end = bisect_left(self._ids, piece, key=self._turned)
        while end < len(self._ids) and self._ids[end].startswith(piece, self._start):
            end += 1
        return self._ids[begin:end]

    def _settle(self) -> None:
        if len(self._new) > SINGLY_MAX:
            self._ids = sorted(dict.fromkeys(chain(self._ids, self._new)), key=self._turned)
        else:
            for thing in self._new:
                place = bisect_left(self._ids, self._turned(thing), key=self._turned)
                if self._ids[place : place + 1] != [thing]:
                    self._ids.insert(place, thing)
        self._new.clear()

    def _turned(self, thing: ObjectId) -> bytes:
        return thing[self._start :] + thing[: self._start]
