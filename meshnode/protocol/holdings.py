"""What one neighbour holds of our objects, as far as its own words go.

A whole comparison speaks of everything that had joined our set by then: it is kept as one number,
the last arrival, and the few objects that the neighbour lacked. What one frame says of single
objects stands beside it until the next comparison.
Not for: reading frames (`evidence`). Invariants: only what the neighbour itself said counts, never
what was sent to it; a fixed number of entries; what contradicts a comparison ends it; who forgets
says "unknown", never something else.
Source: docs/spec/frames.md section 9.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from meshnode.protocol.inventory import Held, expiry_hour
from meshnode.protocol.object import ObjectId

LACKING_MAX: Final = 64
"""Objects that a comparison may name as lacking: more than a sketch of 45 syndromes can."""
SINGLES_MAX: Final = 128
"""Single objects known of one neighbour: what it says between two of its beacons."""


class State(StrEnum):
    """Whether a neighbour holds an object."""

    HOLDS = "holds"
    LACKS = "lacks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """A state and when the neighbour's word for it came; None where there is no such word."""

    state: State
    since_ms: int | None


_UNKNOWN: Final = Known(State.UNKNOWN, None)


class Holding:
    """One neighbour's objects, as far as they are also ours."""

    __slots__ = ("_cutoff_hour", "_lacking", "_singles", "_spoken_ms", "_through")

    def __init__(self) -> None:
        self._through = 0
        """The last arrival of which the neighbour's last comparison speaks; 0: of nothing."""
        self._cutoff_hour = 0
        self._lacking: set[ObjectId] = set()
        self._spoken_ms = 0
        self._singles: dict[ObjectId, Known] = {}

    def compared(
        self, *, through: int, cutoff_hour: int, lacking: Iterable[ObjectId], now_ms: int
    ) -> None:
        """It holds what joined our set up to arrival `through` and what the cutoff covers.

        `lacking`, at most `LACKING_MAX`, are the exceptions.
        """
        self._through, self._cutoff_hour = through, cutoff_hour
        self._lacking, self._spoken_ms = set(lacking), now_ms
        self._singles = {}

    def has(self, things: Iterable[ObjectId], now_ms: int) -> None:
        """It said these itself, or that it holds them."""
        for thing in things:
            self._lacking.discard(thing)
            self._put(thing, Known(State.HOLDS, now_ms))

    def lacks(self, things: Sequence[Held], now_ms: int) -> None:
        """It says that it lacks these; the last ones are remembered."""
        if any(self._compared(one).state is State.HOLDS for one in things):
            # It has lost something since; what else, nobody knows.
            self.forget_comparison()
        for one in things[-LACKING_MAX:]:
            self._put(one.object.id, Known(State.LACKS, now_ms))

    def forget_comparison(self) -> None:
        """Its set is not any more what it was."""
        self._through = 0
        self._lacking = set()

    def forget(self) -> None:
        """Nothing that was known need still be true."""
        self.forget_comparison()
        self._singles = {}

    def left(self, thing: ObjectId) -> None:
        """An object left our set; should it come back, what was known of it does not count."""
        self._lacking.discard(thing)
        self._singles.pop(thing, None)

    def state(self, held: Held) -> Known:
        """Return whether it holds an object of our set."""
        return self._singles.get(held.object.id) or self._compared(held)

    def _compared(self, held: Held) -> Known:
        if not 0 < held.arrival <= self._through or expiry_hour(held.object) < self._cutoff_hour:
            return _UNKNOWN
        state = State.LACKS if held.object.id in self._lacking else State.HOLDS
        return Known(state, self._spoken_ms)

    def _put(self, thing: ObjectId, known: Known) -> None:
        self._singles.pop(thing, None)
        self._singles[thing] = known
        if len(self._singles) > SINGLES_MAX:
            del self._singles[next(iter(self._singles))]


@dataclass(slots=True)
class Peer:
    """A stream peer: over which link it was met last, when it was heard, and what it holds."""

    link: str
    last_heard_ms: int
    holding: Holding = field(default_factory=Holding)
