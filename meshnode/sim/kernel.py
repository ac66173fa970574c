"""A discrete-event kernel: what happens at which millisecond.

Not for: waiting (`realtime` paces a kernel by a real clock), randomness, or threads.
Invariants: time never goes back; events at the same time run in the order they were asked for.
"""

import heapq
from collections.abc import Callable
from itertools import count

from meshnode.protocol.errors import CallerError


class Timer:
    """One thing that is going to happen; `cancel` makes it not happen."""

    __slots__ = ("_callback", "at_ms")

    def __init__(self, at_ms: float, callback: Callable[[], None]) -> None:
        self.at_ms = at_ms
        self._callback: Callable[[], None] | None = callback

    @property
    def is_pending(self) -> bool:
        """Whether it still is going to happen."""
        return self._callback is not None

    def cancel(self) -> None:
        """Do not call back; harmless when it already did."""
        self._callback = None

    def fire(self) -> None:
        """Call back, once."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class Kernel:
    """Runs callbacks in the order of their time."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        """The modelled time in milliseconds since the start; only the kernel moves it."""
        self._sequence = count()
        self._events: list[tuple[float, int, Timer]] = []
        self.on_earlier_event: Callable[[], None] | None = None
        """Called when an event became the next one; a pump that sleeps has to wake."""

    @property
    def next_at(self) -> float | None:
        """When the next event happens, in milliseconds; None when there is none."""
        events = self._events
        while events and not events[0][2].is_pending:
            heapq.heappop(events)
        return events[0][0] if events else None

    def call_at(self, at_ms: float, callback: Callable[[], None]) -> Timer:
        """Call back at `at_ms`; a time that has passed means as soon as possible."""
        at_ms = max(at_ms, self.now_ms)
        timer = Timer(at_ms, callback)
        entry = (at_ms, next(self._sequence), timer)
        heapq.heappush(self._events, entry)
        if self.on_earlier_event is not None and self._events[0] is entry:
            self.on_earlier_event()
        return timer

    def call_in(self, delay_ms: float, callback: Callable[[], None]) -> Timer:
        """Call back after `delay_ms`."""
        return self.call_at(self.now_ms + delay_ms, callback)

    def run_until(self, at_ms: float) -> None:
        """Run everything that happens until `at_ms`, inclusive; then it is `at_ms`."""
        if at_ms < self.now_ms:
            raise CallerError(f"it is {self.now_ms} ms already, {at_ms} ms has passed")
        events = self._events
        while events and events[0][0] <= at_ms:
            event_ms, _, timer = heapq.heappop(events)
            if timer.is_pending:
                self.now_ms = event_ms
                timer.fire()
        self.now_ms = at_ms
