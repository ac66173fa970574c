"""Whether the radio still answers, and when to ask it.

Not for: sending; the session writes the heartbeat. Invariants: at most one heartbeat is
unanswered at a time; any message from the radio counts as an answer.
"""

from meshnode.links.meshtastic.timing import Timing


class Liveness:
    """Asks after silence, and often enough that the radio does not hang up on us."""

    def __init__(self, timing: Timing, now_ms: int) -> None:
        self._timing = timing
        self._heard_ms = now_ms
        self._asked_ms = now_ms
        self._is_asking = False
        self._is_wanted = False
        self._misses = 0

    @property
    def is_silent(self) -> bool:
        """Whether so many heartbeats went unanswered that the radio counts as gone."""
        return self._misses >= self._timing.misses_max

    def heard(self, now_ms: int) -> None:
        """Take note that the radio said something."""
        self._heard_ms = now_ms
        self._is_asking = False
        self._misses = 0

    def want(self) -> None:
        """Ask at the next chance, because an answer is needed now."""
        self._is_wanted = True

    def is_due(self, now_ms: int) -> bool:
        """Return whether a heartbeat must be sent now, and count it as sent."""
        if self._is_asking:
            if now_ms < self._asked_ms + self._timing.probe_ms:
                return False
            self._misses += 1
        elif not self._is_wanted and now_ms < self._next_ms():
            return False
        if self.is_silent:
            return False
        self._asked_ms = now_ms
        self._is_asking = True
        self._is_wanted = False
        return True

    def deadline_ms(self) -> int:
        """Return when `is_due` may change by itself."""
        if self._is_asking:
            return self._asked_ms + self._timing.probe_ms
        return self._asked_ms if self._is_wanted else self._next_ms()

    def _next_ms(self) -> int:
        silence_ms = self._heard_ms + self._timing.idle_ms
        return min(silence_ms, self._asked_ms + self._timing.keepalive_ms)
