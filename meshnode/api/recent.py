"""Status for many readers: computed once, kept for a moment.

Why: it is derived from all objects at every call, and a hundred phones ask every minute. The board
keeps its own order (`node.noticeboard`).
"""

import time
from typing import Final

from meshnode.node.service import Service
from meshnode.node.status import Status

FRESH_S: Final = 2.0
"""Nobody notices it, and it bounds the work that strangers can ask for."""


class Recent:
    """Status of one node, at most `FRESH_S` old."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._status: Status | None = None
        self._status_until_s = 0.0

    async def status(self) -> Status:
        """Return how the node is."""
        now_s = time.monotonic()
        if self._status is None or now_s >= self._status_until_s:
            self._status = await self._service.status()
            self._status_until_s = now_s + FRESH_S
        return self._status
