"""How bytes get to a radio and back: one interface, and framing for the media that need it.

Not for: what the messages mean. Invariants: `receive` and `send` raise nothing but `LinkLost`
when the medium goes away; nothing here waits without a bound except for a radio that is silent,
which the session notices.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from meshnode.links.meshtastic.framing import FLUSH_BYTES, WAKE_BYTES, FrameDecoder, encode
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.errors import LinkLost


class Transport(Protocol):
    """An open way to one radio, message by message."""

    @property
    def junk_bytes(self) -> int:
        """Bytes that belonged to no message."""

    async def receive(self) -> list[bytes]:
        """Wait for bytes and return the messages that they complete, perhaps none.

        Raises:
            LinkLost: The radio is gone; the message says what was seen.
        """

    async def send(self, message: bytes) -> None:
        """Give one message to the radio.

        Raises:
            LinkLost: The radio is gone, or takes no bytes.
        """

    async def wake(self, *, is_thorough: bool) -> None:
        """Make the radio listen for the beginning of a message."""

    async def close(self) -> None:
        """Let go of the device; never raises."""


class ByteStream(Protocol):
    """An open byte stream; `read` returns at least one byte or raises LinkLost."""

    async def read(self) -> bytes:
        """Return the bytes that are there, waiting for the first one."""

    async def write(self, data: bytes) -> None:
        """Hand over all of `data`."""

    async def close(self) -> None:
        """Let go; never raises."""


class FramedTransport:
    """Messages over a byte stream: serial or TCP."""

    def __init__(
        self, stream: ByteStream, *, is_message: Callable[[bytes], bool], timing: Timing
    ) -> None:
        self._stream = stream
        self._decoder = FrameDecoder(is_message)
        self._timing = timing

    @property
    def junk_bytes(self) -> int:
        """Bytes that belonged to no frame."""
        return self._decoder.junk_bytes

    async def receive(self) -> list[bytes]:
        """Return the messages that the next bytes complete."""
        if not self._decoder.is_inside_frame:
            return self._decoder.feed(await self._stream.read())
        try:
            async with asyncio.timeout(self._timing.half_frame_ms / 1000):
                data = await self._stream.read()
        except TimeoutError:
            return self._decoder.abandon()
        return self._decoder.feed(data)

    async def send(self, message: bytes) -> None:
        """Write one frame."""
        await self._write(encode(message))

    async def wake(self, *, is_thorough: bool) -> None:
        """Write bytes that the radio skips, or that end a frame somebody left unfinished."""
        await self._write(FLUSH_BYTES if is_thorough else WAKE_BYTES)

    async def close(self) -> None:
        """Close the stream."""
        await self._stream.close()

    async def _write(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(self._timing.write_ms / 1000):
                await self._stream.write(data)
        except TimeoutError:
            raise LinkLost(f"the radio took no bytes for {self._timing.write_ms} ms") from None
