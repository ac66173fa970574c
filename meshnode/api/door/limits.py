"""How often somebody may do something: buckets of tokens in tables of fixed size.

Invariants: a table has at most `PLACES_MAX` buckets, so that nobody fills the memory by having many
addresses; who was not there for longest leaves, and begins anew with a full bucket.
Source: docs/spec/pairing.md section 6.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

PLACES_MAX: Final = 4096
"""Half a megabyte; a Wi-Fi of a neighbourhood has some hundred addresses."""
WRITES_A_MINUTE: Final = 10
WRITES_AT_ONCE: Final = 20
"""A phone that was away hands in what it wrote meanwhile."""
ATTEMPTS_A_MINUTE: Final = 5
_MINUTE_S: Final = 60.0


class Buckets:
    """One thing in so many seconds for each, and `at_once` of them without waiting."""

    def __init__(
        self, *, every_s: float, at_once: int, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._every_s = every_s
        self._at_once = at_once
        self._now_s = now_s
        self._full_at_s: OrderedDict[bytes, float] = OrderedDict()
        """When each bucket is full again."""

    def __len__(self) -> int:
        return len(self._full_at_s)

    def take(self, who: bytes) -> int:
        """Take a token; return 0, or after how many seconds there is one again."""
        now_s = self._now_s()
        full_at_s = max(now_s, self._full_at_s.pop(who, now_s)) + self._every_s
        wait_s = full_at_s - now_s - self._at_once * self._every_s
        is_there = wait_s <= 0
        self._full_at_s[who] = full_at_s if is_there else full_at_s - self._every_s
        if len(self._full_at_s) > PLACES_MAX:
            self._full_at_s.popitem(last=False)
        return 0 if is_there else ceil(wait_s)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted at the door over TCP."""

    writes: Buckets
    attempts: Buckets


def door_limits() -> Limits:
    """Return the limits of a door that nobody has come through yet."""
    return Limits(
        writes=Buckets(every_s=_MINUTE_S / WRITES_A_MINUTE, at_once=WRITES_AT_ONCE),
        attempts=Buckets(every_s=_MINUTE_S / ATTEMPTS_A_MINUTE, at_once=ATTEMPTS_A_MINUTE),
    )
