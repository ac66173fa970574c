"""Objects that arrive in fragments. Not for: asking for the missing ones (`radio`).

Invariants: at most `OBJECTS_MAX` objects are under way; each holds less than an object's bound;
what got no fragment for `IDLE_MS_MAX` is given up.
"""

from dataclasses import dataclass, field
from typing import Final

from meshnode.protocol.frames import Fragment, Partial
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import ShortId

OBJECTS_MAX: Final = 16
"""Objects under way at once; 32 kB. A seventeenth replaces the one idle for longest."""
IDLE_MS_MAX: Final = 3_600_000
"""An hour: longer than the longest pause between two beacons."""


@dataclass(slots=True)
class _Pieces:
    last_ms: int
    data: dict[int, bytes] = field(default_factory=dict)


class Reassembly:
    """Collects fragments by short id and fragment count."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: dict[tuple[ShortId, int], _Pieces] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._pieces

    def add(self, fragment: Fragment, now_ms: int) -> bytes | None:
        """Take a fragment; return the object's bytes when it was the last one missing."""
        self._give_up_idle(now_ms)
        key = (fragment.short_id, fragment.count)
        pieces = self._pieces.pop(key, None) or _Pieces(now_ms)
        pieces.last_ms = now_ms
        pieces.data[fragment.index] = fragment.data
        if sum(map(len, pieces.data.values())) > OBJECT_BYTES_MAX:
            return None
        if len(pieces.data) == fragment.count:
            return b"".join(data for _, data in sorted(pieces.data.items()))
        self._pieces[key] = pieces
        if len(self._pieces) > OBJECTS_MAX:
            del self._pieces[next(iter(self._pieces))]
        return None

    def forget(self, short_id: ShortId) -> None:
        """The object is here, by whatever way."""
        for key in [key for key in self._pieces if key[0] == short_id]:
            del self._pieces[key]

    def partials(self, partials_max: int) -> tuple[Partial, ...]:
        """Return what is unfinished, the nearest to its end first, one entry an object."""
        entries = sorted((key[1] - len(pieces.data), key) for key, pieces in self._pieces.items())
        chosen: dict[ShortId, Partial] = {}
        for _, (short_id, count) in entries:
            if short_id not in chosen and len(chosen) < partials_max:
                have = self._pieces[short_id, count].data
                missing = tuple(index for index in range(count) if index not in have)
                chosen[short_id] = Partial(short_id=short_id, count=count, missing=missing)
        return tuple(chosen.values())

    def _give_up_idle(self, now_ms: int) -> None:
        for key, pieces in list(self._pieces.items()):
            if now_ms - pieces.last_ms > IDLE_MS_MAX:
                del self._pieces[key]
