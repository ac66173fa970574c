"""Frames on a stream: three bytes of length, big-endian, then the frame.

A length of zero is the keepalive: it shows that the other side lives and is passed to nobody.
Only bytes that arrived are kept, never what a length promises.
Source: docs/spec/internet.md section 4.
"""

from collections.abc import Iterator
from typing import Final

from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX

HEADER_BYTES: Final = 3
"""Two would end one byte before the longest frame."""

KEEPALIVE: Final = bytes(HEADER_BYTES)


def encode_frame(frame: bytes) -> bytes:
    """Return `frame` behind its length. An empty frame is the keepalive.

    Shapes: at most STREAM_FRAME_BYTES_MAX bytes.
    """
    if len(frame) > STREAM_FRAME_BYTES_MAX:
        raise CallerError(
            f"a frame on a stream has at most {STREAM_FRAME_BYTES_MAX} bytes, not {len(frame)}"
        )
    return len(frame).to_bytes(HEADER_BYTES, "big") + frame


class FrameDecoder:
    """Cuts what arrives into frames, wherever the pieces begin and end."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take `data` and yield the frames that are complete now, without keepalives.

        Exhaust the iterator before the next call.

        Raises:
            PeerError: `frame_too_long`. The stream cannot be read any further.
        """
        self._buffer += data
        start = 0
        try:
            while (end := self._frame_end(start)) is not None:
                frame = bytes(self._buffer[start + HEADER_BYTES : end])
                start = end
                if frame:
                    yield frame
        finally:
            del self._buffer[:start]

    def _frame_end(self, start: int) -> int | None:
        """Return where the frame that begins at `start` ends; None if it has not all arrived."""
        body = start + HEADER_BYTES
        if len(self._buffer) < body:
            return None
        length = int.from_bytes(self._buffer[start:body], "big")
        if length > STREAM_FRAME_BYTES_MAX:
            raise PeerError(
                "frame_too_long", f"{length} bytes announced, {STREAM_FRAME_BYTES_MAX} allowed"
            )
        return body + length if len(self._buffer) >= body + length else None
