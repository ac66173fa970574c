"""Reads and writes a file descriptor without blocking: a socket or the end of a terminal.

Not for: opening or closing it; its owner does that. Written bytes are taken from a source only
as fast as the other side takes them, so that a slow client fills the radio's queues and not ours.

Invariant: what the other side sent before it went away is read, even when writing fails before:
the stock client closes its socket without reading our last answers, and a TCP reset follows.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Final

READ_BYTES: Final = 4096


class Line:
    """One client's bytes, both ways, until `close` or the end of the stream."""

    def __init__(
        self,
        fd: int,
        *,
        source: Callable[[], bytes | None],
        sink: Callable[[bytes], None],
        ended: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._fd = fd
        self._source = source
        self._sink = sink
        self._ended = ended
        self._unwritten = bytearray()
        self._is_writable = True
        self._is_silent = False
        self._loop.add_reader(fd, self._read)

    def flush(self) -> None:
        """Write what the source has, as far as the other side takes it."""
        while self._is_writable and not self._unwritten and not self._is_silent:
            data = self._source()
            if data is None:
                return
            self.write(data)

    def write(self, data: bytes) -> None:
        """Write bytes that do not come from the source."""
        if self._is_writable:
            self._unwritten += data
            self._push()

    def hold(self) -> None:
        """Neither read nor write until `release`."""
        self._is_silent = True
        self._loop.remove_reader(self._fd)

    def release(self) -> None:
        """Read and write again."""
        self._is_silent = False
        self._loop.add_reader(self._fd, self._read)
        self.flush()

    def close(self) -> None:
        """Let go of the descriptor."""
        self._is_writable = False
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)

    def _read(self) -> None:
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._sink(data)
        else:
            self.close()
            self._ended()

    def _push(self) -> None:
        try:
            written = os.write(self._fd, self._unwritten)
        except BlockingIOError:
            written = 0
        except OSError:
            self._is_writable = False
            written = len(self._unwritten)
        del self._unwritten[:written]
        if self._unwritten:
            self._loop.add_writer(self._fd, self._resume)
        else:
            self._loop.remove_writer(self._fd)

    def _resume(self) -> None:
        self._push()
        self.flush()
