"""Board and status for many readers: computed once, kept for a moment.

Why: both are derived from all objects at every call, and a hundred phones ask every minute.
"""

import time
from typing import Final

from meshnode.board.view import BulletinView
from meshnode.node.service import Service
from meshnode.node.status import Status

FRESH_S: Final = 2.0
"""Nobody notices it, and it bounds the work that strangers can ask for."""


class Recent:
    """Board and status of one node, at most `FRESH_S` old."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._views: list[BulletinView] = []
        self._views_until_s = 0.0
        self._status: Status | None = None
        self._status_until_s = 0.0

    def bulletins(self) -> list[BulletinView]:
        """Return the board: the worst first, then the newest."""
        now_s = time.monotonic()
        if now_s >= self._views_until_s:
            self._views = self._service.bulletins()
            self._views_until_s = now_s + FRESH_S
        return self._views

    async def status(self) -> Status:
        """Return how the node is."""
        now_s = time.monotonic()
        if self._status is None or now_s >= self._status_until_s:
            self._status = await self._service.status()
            self._status_until_s = now_s + FRESH_S
        return self._status
