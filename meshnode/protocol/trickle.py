"""Trickle: how often to say something that others may already have said.

Not for: what is said, and whether those who said it were enough (`beacons`). Invariants: the next
deadline is always known; within one interval at most one transmission is due.
Source: RFC 6206, with changes measured in docs/adr/0005 and 0012: the interval grows fourfold, a
transmission may be put off and judged again, and it is not how many spoke that suppresses ours
but whom they reached.
"""

from meshnode.protocol.ports import Dice

GROWTH = 4
"""Factor from one interval to the next; doubling costs eight beacons a change, this five."""


class Trickle:
    """One timer. All times are monotonic milliseconds.

    Shapes: 0 < `interval_min_ms` <= `interval_max_ms`.
    """

    __slots__ = (
        "_dice",
        "_fire_ms",
        "_interval_max_ms",
        "_interval_min_ms",
        "_interval_ms",
        "_is_spent",
        "_start_ms",
        "heard",
    )

    def __init__(self, *, interval_min_ms: int, interval_max_ms: int, dice: Dice) -> None:
        self._interval_min_ms = interval_min_ms
        self._interval_max_ms = interval_max_ms
        self._dice = dice
        self._start_ms = 0
        self._interval_ms = interval_min_ms
        self.heard: dict[bytes, None] = {}
        """Who has said something consistent since the interval began."""
        self._is_spent = False
        self._fire_ms = 0
        self.start(0)

    @property
    def interval_ms(self) -> int:
        """The length of the current interval."""
        return self._interval_ms

    @property
    def deadline_ms(self) -> int:
        """When `advance` wants to be called next."""
        if not self._is_spent:
            return self._fire_ms
        return max(self._start_ms + self._interval_ms, self._fire_ms + 1)

    @property
    def is_waiting(self) -> bool:
        """Whether this interval's transmission has not been judged yet."""
        return not self._is_spent

    def start(self, now_ms: int, *, factor: float = 1.0) -> None:
        """Begin again with `factor` times the shortest interval, whatever ran before."""
        self._begin(now_ms=now_ms, interval_ms=self._stretched_ms(factor))

    def reset(self, now_ms: int, *, factor: float = 1.0) -> None:
        """Something is inconsistent: `factor` times the shortest interval, if it is longer now."""
        interval_ms = self._stretched_ms(factor)
        if self._interval_ms > interval_ms:
            self._begin(now_ms=now_ms, interval_ms=interval_ms)

    def shorten(self, now_ms: int, *, interval_max_ms: int) -> None:
        """Begin again with this interval where the current one is longer."""
        if self._interval_ms > interval_max_ms:
            self._begin(now_ms=now_ms, interval_ms=max(self._interval_min_ms, interval_max_ms))

    def heard_consistent(self, sender: bytes) -> None:
        """Somebody else said what makes our word superfluous for those who heard it."""
        self.heard[sender] = None

    def postpone(self, until_ms: int) -> None:
        """Judge the transmission that is due now again later; the interval lasts till then.

        So a reset meanwhile begins anew: while news is still coming in, its end is worth more.
        """
        self._interval_ms = max(self._interval_ms, until_ms - self._start_ms)
        self._fire_ms = until_ms
        self._is_spent = False

    def fire_at(self, due_ms: int, now_ms: int) -> None:
        """Begin again with the shortest interval, whose transmission is due at `due_ms`."""
        self._begin(now_ms=now_ms, interval_ms=self._interval_min_ms)
        self._interval_ms = max(self._interval_ms, due_ms - now_ms)
        self._fire_ms = due_ms

    def advance(self, now_ms: int, *, interval_max_ms: int | None = None) -> bool:
        """Return whether the time for this interval's transmission is here; moves the timer on.

        Shapes: `interval_max_ms` bounds the next interval for once, where it is shorter.
        """
        if now_ms < self.deadline_ms:
            return False
        if self._is_spent:
            longest_ms = min(self._interval_max_ms, interval_max_ms or self._interval_max_ms)
            grown_ms = max(self._interval_min_ms, min(self._interval_ms * GROWTH, longest_ms))
            self._begin(now_ms=now_ms, interval_ms=grown_ms)
            return False
        self._is_spent = True
        self._fire_ms = now_ms
        return True

    def _stretched_ms(self, factor: float) -> int:
        return min(round(factor * self._interval_min_ms), self._interval_max_ms)

    def _begin(self, *, now_ms: int, interval_ms: int) -> None:
        self._start_ms = now_ms
        self._interval_ms = interval_ms
        self.heard = {}
        self._is_spent = False
        half = interval_ms // 2
        self._fire_ms = now_ms + half + self._dice.randrange(max(1, interval_ms - half))
