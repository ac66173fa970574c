"""Framing of the client stream: 94 C3, a length of two bytes, a protobuf message.

Not for: what the messages say. Whatever does not fit is skipped, byte by byte: wake bytes, text,
half a message from before a reconnect.
Source: docs/spec/virtual_radio.md; meshtastic/firmware 2.7.26, `src/mesh/StreamAPI.cpp`.
"""

from typing import Final

from meshnode.protocol.errors import CallerError

START: Final = b"\x94\xc3"
HEADER_BYTES: Final = 4
MESSAGE_BYTES_MAX: Final = 512
"""A longer length is noise; the firmware looks for the next start then."""


def framed(message: bytes) -> bytes:
    """Return `message` behind its header.

    Raises:
        CallerError: The message is longer than a stream carries.
    """
    if len(message) > MESSAGE_BYTES_MAX:
        raise CallerError(f"a message of {len(message)} bytes, at most {MESSAGE_BYTES_MAX}")
    return START + len(message).to_bytes(2, "big") + message


class StreamDecoder:
    """Finds messages in whatever a client writes; holds at most one message."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole now."""
        messages = []
        for byte in data:
            self._buffer.append(byte)
            message = self._take()
            if message is not None:
                messages.append(message)
        return messages

    def _take(self) -> bytes | None:
        """Look at the byte that came last, as the firmware does: no byte is looked at twice."""
        held = len(self._buffer)
        if held <= len(START):
            if self._buffer[-1] != START[held - 1]:
                self._buffer.clear()
            return None
        if held < HEADER_BYTES:
            return None
        length = int.from_bytes(self._buffer[2:4], "big")
        if length > MESSAGE_BYTES_MAX:
            self._buffer.clear()
            return None
        if held < HEADER_BYTES + length:
            return None
        message = bytes(self._buffer[HEADER_BYTES:])
        self._buffer.clear()
        return message
