"""Meshtastic's stream framing: `94 C3 length_high length_low payload`, both ways.

Not for: what a payload means. Invariants: any bytes may come in, nothing is raised, memory is
bounded by one frame; after any junk the next whole frame is found again, because a frame that
turns out not to be one is given back byte by byte.
Source: docs/spec/radio.md section 2; firmware 2.7 src/mesh/StreamAPI.cpp.
"""

from collections.abc import Callable
from typing import Final

from meshnode.protocol.errors import CallerError

MAGIC: Final = b"\x94\xc3"
HEADER_BYTES: Final = 4
PAYLOAD_BYTES_MAX: Final = 512
"""Longest payload either side accepts; a greater length means that this was no header."""

WAKE_BYTES: Final = b"\xc3" * 32
"""Wakes a sleeping serial port; the radio's parser skips them between frames."""
FLUSH_BYTES: Final = b"\xc3" * (HEADER_BYTES + PAYLOAD_BYTES_MAX)
"""Fills up any frame that somebody began and did not finish, so that the radio listens again."""


def encode(payload: bytes) -> bytes:
    """Return `payload` as one frame.

    Raises:
        CallerError: The payload is longer than 512 bytes; the radio would skip it.
    """
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise CallerError(f"{len(payload)} bytes do not fit a frame of {PAYLOAD_BYTES_MAX}")
    return MAGIC + len(payload).to_bytes(2, "big") + payload


def _accept_all(_payload: bytes) -> bool:
    return True


class FrameDecoder:
    """Finds frames in a stream that console text, line noise and lost bytes run through.

    `is_message` says whether a payload makes sense. One that does not is junk: its first byte is
    dropped and the rest is searched again, so that a half frame does not swallow the whole
    frames behind it.
    """

    def __init__(self, is_message: Callable[[bytes], bool] = _accept_all) -> None:
        self._is_message = is_message
        self._buffer = bytearray()
        self.junk_bytes = 0

    @property
    def is_inside_frame(self) -> bool:
        """Whether the beginning of a possible frame waits for its rest."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads that `data` completes, in order."""
        self._buffer += data
        return self._scan()

    def abandon(self) -> list[bytes]:
        """Give up the frame begun, because its rest does not come; return what hid inside it."""
        if self._buffer:
            self._drop(1)
        return self._scan()

    def _scan(self) -> list[bytes]:
        payloads = []
        while self._skip_to_header():
            length = int.from_bytes(self._buffer[2:HEADER_BYTES], "big")
            end = HEADER_BYTES + length
            if length > PAYLOAD_BYTES_MAX:
                self._drop(1)
            elif len(self._buffer) < end:
                break
            elif self._is_message(payload := bytes(self._buffer[HEADER_BYTES:end])):
                del self._buffer[:end]
                payloads.append(payload)
            else:
                self._drop(1)
        return payloads

    def _skip_to_header(self) -> bool:
        """Drop what cannot begin a frame; return whether a whole header is there."""
        start = self._buffer.find(MAGIC)
        if start < 0:
            start = len(self._buffer) - self._buffer.endswith(MAGIC[:1])
        self._drop(start)
        return len(self._buffer) >= HEADER_BYTES

    def _drop(self, count: int) -> None:
        self.junk_bytes += count
        del self._buffer[:count]
