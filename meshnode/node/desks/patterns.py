"""What a node remembers of how full places were: one setting of the store for each place.

Not for: what is learned (`board.places.pattern`). Invariants: at most `PATTERNS_MAX` settings of a
few hundred bytes; what `save` could not write is written the next time; a setting that cannot be
read is as if it were not there.
"""

from collections.abc import Collection, Mapping
from typing import Final

from meshnode.board.places.pattern import Pattern, decode_pattern, encode_pattern
from meshnode.protocol.effects import SaveSetting
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import ShortId
from meshnode.store.port import Store

PATTERNS_MAX: Final = 256
"""Places with a pattern on one node: a town's; at most 150 kB on disk."""
_PREFIX: Final = "pattern/"


class PatternMemory:
    """The patterns of one node, by the root of the place."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._patterns: dict[ShortId, Pattern] = {}
        self._slots: dict[ShortId, int] = {}
        self._unsaved: set[ShortId] = set()

    def recall(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept."""
        for key, value in settings.items():
            slot = key.removeprefix(_PREFIX)
            if not key.startswith(_PREFIX) or not slot.isdecimal():
                continue
            try:
                pattern = decode_pattern(value)
            except PeerError:
                # A newer program wrote it, before this older one was put back: learn anew.
                continue
            self._patterns[pattern.root] = pattern
            self._slots[pattern.root] = int(slot)

    def of(self, root: ShortId) -> Pattern:
        """Return what is remembered of a place; an empty pattern of one that is new."""
        return self._patterns.get(root) or Pattern(root)

    def keep(self, pattern: Pattern, *, present: Collection[ShortId]) -> None:
        """Remember a pattern; where there is no room, one that is not among `present` goes.

        With no such one it is the pattern that learned nothing for longest.
        """
        root = pattern.root
        if root not in self._slots:
            self._slots[root] = self._free_slot(present)
        self._patterns[root] = pattern
        self._unsaved.add(root)

    async def save(self) -> None:
        """Write what changed, in one transaction.

        Raises:
            StoreError: The disk takes nothing; it is tried again with the next change.
        """
        roots = sorted(self._unsaved)
        if not roots:
            return
        saved = {root: self._patterns[root] for root in roots}
        await self._store.apply(
            [
                SaveSetting(f"{_PREFIX}{self._slots[root]}", encode_pattern(pattern))
                for root, pattern in saved.items()
            ]
        )
        for root, pattern in saved.items():
            if self._patterns.get(root) is pattern:
                self._unsaved.discard(root)

    def _free_slot(self, present: Collection[ShortId]) -> int:
        taken = set(self._slots.values())
        free = next((slot for slot in range(PATTERNS_MAX) if slot not in taken), None)
        if free is not None:
            return free
        oldest = min(self._slots, key=lambda root: (root in present, self._last_hour(root), root))
        del self._patterns[oldest]
        self._unsaved.discard(oldest)
        return self._slots.pop(oldest)

    def _last_hour(self, root: ShortId) -> int:
        pattern = self._patterns[root]
        return pattern.pending[-1].hour if pattern.pending else pattern.folded_hour
