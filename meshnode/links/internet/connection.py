"""One peer that we are connected with: frames in, frames out, signs of life.

Frames leave in the order in which they were given, whatever their priority: a stream is ordered,
and the engine keeps only a few of them under way. Ends by itself when the other side is gone;
every token is answered at most once, and none after `link_down`.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from meshnode.links import Host, LinkState
from meshnode.links.internet.stream_frames import KEEPALIVE, FrameDecoder, encode_frame
from meshnode.links.internet.timing import Timing
from meshnode.links.internet.tls_stream import TlsStream
from meshnode.protocol.errors import LinkLost, LinkRefused, PeerError
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.priority import Priority

QUEUE_FRAMES_MAX: Final = 64
"""4 MiB at most. The engine keeps a handful under way; more than this is answered BUSY."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a connection came about: the other side's address, and whether we called it."""

    address: str
    is_dialled: bool

    @property
    def sentence(self) -> str:
        """How people say it."""
        return f"we called {self.address}" if self.is_dialled else f"{self.address} called us"


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A frame to send, or only the answer to one that is not sent (`frame` is None)."""

    token: int
    frame: bytes | None
    outcome: Outcome = Outcome.SENT


class Connection:
    """A stream to the holder of the key `peer`. `Peers.take` gives it the rest of its fields."""

    def __init__(self, stream: TlsStream, *, peer: PublicKey, route: Route, timing: Timing) -> None:
        self.stream = stream
        self.peer = peer
        self.route = route
        self.link = ""
        self.since_s = 0.0
        self.connects = 0
        self.replaces: Connection | None = None
        self.closed = asyncio.Event()
        self.end_reason = ""
        self._timing = timing
        self._queue: deque[_Outgoing] = deque()
        self._queued_frames = 0
        self._is_queue_filled = asyncio.Event()
        self._ended = asyncio.Event()
        self._report_due_s = 0.0

    def send(self, frame: bytes, priority: Priority, token: int) -> None:
        """Queue a frame. Too many or too long ones are answered in their turn, without sending."""
        if self._ended.is_set():
            return
        if len(frame) > STREAM_FRAME_BYTES_MAX:
            entry = _Outgoing(token, None, Outcome.TOO_LARGE)
        elif self._queued_frames >= QUEUE_FRAMES_MAX:
            # The answer waits behind the queue, so there is room again when it comes.
            entry = _Outgoing(token, None, Outcome.BUSY)
        else:
            entry = _Outgoing(token, frame)
            self._queued_frames += 1
        self._queue.append(entry)
        self._is_queue_filled.set()

    def end(self, reason: str) -> None:
        """Hang up; the first reason counts."""
        if not self._ended.is_set():
            self.end_reason = reason
            self._ended.set()

    async def serve(self, host: Host) -> None:
        """Carry frames until the connection ends; then `end_reason` says why."""
        try:
            await self._until_replaced()
            if not self._ended.is_set():
                await self._carry(host)
        finally:
            self.stream.close()
            self.closed.set()

    def abandon(self) -> None:
        """Mark as closed a connection that was taken but never served."""
        self.closed.set()

    async def _until_replaced(self) -> None:
        """Return when those whose place we take have signed off: one name, one connection."""
        while self.replaces is not None:
            await self.replaces.closed.wait()
            self.replaces = self.replaces.replaces

    async def _carry(self, host: Host) -> None:
        has_ended = False
        try:
            medium = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=self.peer)
            await host.link_up(self.link, medium, self.send)
            self._report(host)
            await self._until_ended(host)
            has_ended = True
        finally:
            if has_ended:
                await self._farewell(host)
            else:
                await self._brief_farewell(host)

    async def _until_ended(self, host: Host) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = (
                group.create_task(self._receive(host)),
                group.create_task(self._transmit(host)),
            )
            await self._ended.wait()
            for task in tasks:
                task.cancel()

    async def _receive(self, host: Host) -> None:
        decoder = FrameDecoder()
        try:
            while True:
                for frame in decoder.feed(await self.stream.read()):
                    await host.frame_received(self.link, frame, None)
        except (LinkLost, LinkRefused, PeerError) as error:
            self.end(str(error))

    async def _transmit(self, host: Host) -> None:
        try:
            while True:
                await self._wait_for_frames()
                if self._queue:
                    await self._send_first(host)
                else:
                    await self.stream.write(KEEPALIVE)
                self._report_if_due(host)
        except (LinkLost, LinkRefused) as error:
            self.end(str(error))

    async def _wait_for_frames(self) -> None:
        """Return when there is something to send, or when a keepalive is due."""
        if self._queue:
            return
        self._is_queue_filled.clear()
        try:
            async with asyncio.timeout(self._timing.keepalive_s):
                await self._is_queue_filled.wait()
        except TimeoutError:
            return

    async def _send_first(self, host: Host) -> None:
        first = self._queue[0]
        if first.frame is not None:
            await self.stream.write(encode_frame(first.frame))
            self._queued_frames -= 1
        self._queue.popleft()
        await host.transmit_done(self.link, first.token, first.outcome, 0)

    async def _brief_farewell(self, host: Host) -> None:
        """While we are being stopped the host may have stopped listening: do not hang on it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.farewell_s):
                await self._farewell(host)

    async def _farewell(self, host: Host) -> None:
        """Answer what is left, the frame that may be half sent first, and sign off."""
        self.end("this node is stopping")
        while self._queue:
            left = self._queue.popleft()
            outcome = Outcome.LOST if left.frame is not None else left.outcome
            await host.transmit_done(self.link, left.token, outcome, 0)
        await host.link_down(self.link, self.end_reason)
        host.report(self.link, self._state("waiting", f"disconnected: {self.end_reason}"))

    def _report_if_due(self, host: Host) -> None:
        if asyncio.get_running_loop().time() >= self._report_due_s:
            self._report(host)

    def _report(self, host: Host) -> None:
        self._report_due_s = asyncio.get_running_loop().time() + self._timing.keepalive_s
        host.report(self.link, self._state("up", f"connected: {self.route.sentence}"))

    def _state(self, word: str, sentence: str) -> LinkState:
        detail: dict[str, str | int | float] = {
            "peer": self.peer.hex(),
            "address": self.route.address,
            "bytes_in": self.stream.bytes_in,
            "bytes_out": self.stream.bytes_out,
            "connects": self.connects,
        }
        return LinkState(word, sentence, detail=detail)
