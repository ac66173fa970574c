"""What was said on one radio lately, by whom, and how often we have repaired it.

Not for: what is to be said (`outbox`). Invariants: a fixed number of entries, the oldest makes
room; repairs of one thing become rarer and rarer, so nobody can make us repeat it without end.
Source: docs/spec/frames.md section 5.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

REMEMBERED_MAX: Final = 4096
SAYERS_MAX: Final = 128
"""As many as neighbours; sender ids are claims, and one could say a thing under all of them."""
OCCASION_MS: Final = 60_000
"""What is said once more within that time still belongs to saying it for the first time."""
FREE_REPAIRS: Final = 4
"""Repairs of one thing before each further one waits twice as long as the one before."""
REPAIR_BACKOFF_MS: Final = 30_000
REPAIR_BACKOFF_MS_MAX: Final = 1_800_000
_DOUBLINGS_MAX: Final = 10


@dataclass(slots=True)
class _Entry:
    ended_ms: int
    again_ms: int | None = None
    repairs: int = 0
    sayers: dict[bytes, None] = field(default_factory=dict)


class Said:
    """Entries by object id or batch id."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[bytes, _Entry] = {}

    def note(self, thing: bytes, sayer: bytes, ended_ms: int, *, is_repair: bool = False) -> None:
        """Somebody, perhaps we, said it; `is_repair`: we repaired it."""
        entry = self._entries.pop(thing, None) or _Entry(ended_ms)
        if is_repair or ended_ms - entry.ended_ms > OCCASION_MS:
            entry.again_ms = ended_ms
        entry.ended_ms = ended_ms
        entry.repairs += is_repair
        entry.sayers[sayer] = None
        if len(entry.sayers) > SAYERS_MAX:
            del entry.sayers[next(iter(entry.sayers))]
        self._entries[thing] = entry
        if len(self._entries) > REMEMBERED_MAX:
            del self._entries[next(iter(self._entries))]

    def sayers(self, thing: bytes) -> Collection[bytes]:
        """Return who has said it."""
        entry = self._entries.get(thing)
        return () if entry is None else tuple(entry.sayers)

    def was_repeated_since(self, thing: bytes, since_ms: int) -> bool:
        """Return whether anybody said it again then or later, for whoever had missed it."""
        entry = self._entries.get(thing)
        return entry is not None and entry.again_ms is not None and entry.again_ms >= since_ms

    def may_repair(self, thing: bytes, *, asked_ms: int, now_ms: int) -> bool:
        """Return whether to say it again for somebody who asked at `asked_ms`.

        Not if it was said since: whoever asked did not know that yet.
        """
        entry = self._entries.get(thing)
        if entry is None:
            return True
        if entry.ended_ms > asked_ms:
            return False
        further = entry.repairs - FREE_REPAIRS
        if further < 0:
            return True
        wait_ms = min(REPAIR_BACKOFF_MS << min(further, _DOUBLINGS_MAX), REPAIR_BACKOFF_MS_MAX)
        return now_ms >= entry.ended_ms + wait_ms
