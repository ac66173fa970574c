"""Status and what can be booked, for many readers: computed once, kept for a moment.

Why: they are derived from all objects at every call, and a hundred phones ask every minute. The
board keeps its own order (`node.noticeboard`).
"""

import time
from typing import Final

from meshnode.node.capacity.counter import ThingView
from meshnode.node.service import Service
from meshnode.node.status import Status
from meshnode.protocol.object import Kind

FRESH_S: Final = 2.0
"""Nobody notices it, and it bounds the work that strangers can ask for."""


class Recent:
    """Status of one node and what is sold there, at most `FRESH_S` old."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._status: Status | None = None
        self._status_until_s = 0.0
        self._things: dict[Kind, tuple[float, list[ThingView]]] = {}

    async def status(self) -> Status:
        """Return how the node is."""
        now_s = time.monotonic()
        if self._status is None or now_s >= self._status_until_s:
            self._status = await self._service.status()
            self._status_until_s = now_s + FRESH_S
        return self._status

    def things(self, kind: Kind) -> list[ThingView]:
        """Return what is not over of a kind that can be booked or joined, the next one first."""
        now_s = time.monotonic()
        until_s, found = self._things.get(kind, (0.0, []))
        if now_s >= until_s:
            found = self._service.counter.things(kind)
            self._things[kind] = now_s + FRESH_S, found
        return found
