"""Whoever lacks much is told the board in portions: what is urgent, then what came here last.

A newcomer, and whoever was away for days, lacks more than a sketch can name; so may say a liar.
Not for: small differences (`comparison`). Invariants: what was repeated on the channel lately is
not told again, whoever asks; who was told in vain is left alone for longer and longer.
Source: docs/spec/frames.md section 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from meshnode.protocol.inventory import Held
from meshnode.protocol.said import Said

PORTION_OBJECTS: Final = 24
"""Objects told at once; with texts of usual length about a minute of LongFast."""
REPEATED_LATELY_MS: Final = 2 * 3_600_000
"""Who asks for everything again and again is told each object this often at most."""
FUTILE_MAX: Final = 2
"""Portions in vain after which an asker has to wait."""
PATIENCE_MS: Final = 600_000
PATIENCE_MS_MAX: Final = 1_800_000
PROGRESS_MAX: Final = 2 * PORTION_OBJECTS
"""Whoever is told a portion holds about that much more then; other numbers are not progress."""
ASKERS_MAX: Final = 64
_FUTILE_COUNTED_MAX: Final = 8
"""By then the wait is the longest."""


@dataclass(slots=True)
class _Asker:
    count: int
    futile: int = 0
    until_ms: int = 0


class Catalogue:
    """Portions for those who asked on one link."""

    __slots__ = ("_askers", "_said")

    def __init__(self, said: Said) -> None:
        self._said = said
        self._askers: dict[bytes, _Asker] = {}

    def portion(
        self, objects: Iterable[Held], asker: bytes, *, count: int, now_ms: int
    ) -> list[Held]:
        """Return what to tell an asker that counts `count` objects of ours and others, if any.

        Shapes: `objects` in the order in which they joined our set. Who was away lacks what came
        last, whenever it was made.
        """
        known = self._askers.pop(asker, None) or _Asker(count - 1)
        self._askers[asker] = known
        if len(self._askers) > ASKERS_MAX:
            del self._askers[next(iter(self._askers))]
        if now_ms < known.until_ms:
            return []
        is_progress = known.count < count <= known.count + PROGRESS_MAX
        known.futile = 0 if is_progress else min(known.futile + 1, _FUTILE_COUNTED_MAX)
        known.count = count
        in_vain = known.futile - FUTILE_MAX + 1
        if in_vain >= 0:
            known.until_ms = now_ms + min(PATIENCE_MS << in_vain, PATIENCE_MS_MAX)
        since_ms = now_ms - REPEATED_LATELY_MS
        fresh = [
            one for one in objects if not self._said.was_repeated_since(one.object.id, since_ms)
        ]
        return nsmallest(PORTION_OBJECTS, reversed(fresh), key=lambda one: one.bulk_rank)
