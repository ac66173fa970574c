"""What waits for the one task that owns a radio: messages read, frames to send.

Not for: deciding anything. Invariants: the reader is held back while `MESSAGES_MAX` messages wait
(nothing more is read from the radio); the engine is never held back, and more frames than it can
sensibly have in flight are its bug.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.errors import CallerError, LinkLost
from meshnode.protocol.priority import Priority

MESSAGES_MAX: Final = 64
"""Twice what a radio keeps for us while we are away."""
FRAMES_MAX: Final = 1024
"""Far beyond what the session lets wait; it answers each frame above that with BUSY."""


@dataclass(frozen=True, slots=True)
class FrameToSend:
    """What the engine gave to `send`."""

    frame: bytes
    priority: Priority
    token: int


@dataclass(frozen=True, slots=True)
class Lost:
    """The transport ended."""

    error: LinkLost


Item = bytes | FrameToSend | Lost


class Inbox:
    """A queue with two doors: one that waits, one that never does."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[bytes | Lost] = asyncio.Queue(MESSAGES_MAX)
        self._frames: deque[FrameToSend] = deque()
        self._news = asyncio.Event()

    async def put(self, item: bytes | Lost) -> None:
        """Add what the radio said, waiting while too much of it waits already."""
        await self._messages.put(item)
        self._news.set()

    def put_frame(self, frame: FrameToSend) -> None:
        """Add a frame of the engine's.

        Raises:
            CallerError: More than 1024 frames wait.
        """
        if len(self._frames) >= FRAMES_MAX:
            raise CallerError(f"{FRAMES_MAX} frames wait for the radio; wait for answers first")
        self._frames.append(frame)
        self._news.set()

    def take_frames(self) -> list[FrameToSend]:
        """Return all frames that wait; the radio is lost."""
        frames = list(self._frames)
        self._frames.clear()
        return frames

    async def take(self, timeout_s: float | None) -> Item | None:
        """Return the next item, frames of ours first, or None after `timeout_s`."""
        if self._frames:
            return self._frames.popleft()
        if self._messages.empty():
            self._news.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._news.wait()
            except TimeoutError:
                return None
        return self._frames.popleft() if self._frames else self._messages.get_nowait()
