"""The board for many readers: computed once, kept for a moment.

Why: it is derived from all objects at every call, and a hundred phones ask every minute.
"""

import time
from typing import Final

from meshnode.board.view import BulletinView
from meshnode.node.service import Service

FRESH_S: Final = 2.0
"""Nobody notices it, and it bounds the work that strangers can ask for."""


class BoardCache:
    """The board of one node, at most `FRESH_S` old."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._views: list[BulletinView] = []
        self._fresh_until_s = 0.0

    def bulletins(self) -> list[BulletinView]:
        """Return the board: the worst first, then the newest."""
        now_s = time.monotonic()
        if now_s >= self._fresh_until_s:
            self._views = self._service.bulletins()
            self._fresh_until_s = now_s + FRESH_S
        return self._views
