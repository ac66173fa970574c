"""Bounded reading and writing of bytes. Not for: meaning; a reader only knows lengths.

Every read past the end raises `PeerError("truncated")`; `finish` refuses trailing bytes.
"""

from meshnode.protocol.errors import CallerError, PeerError

_VARINT_BYTES_MAX = 5
"""Five bytes hold 35 bits, more than any number on our wire."""


class Reader:
    """Reads fields from `data` in order; never beyond its end."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def remaining(self) -> int:
        """Bytes not yet read."""
        return len(self._data) - self._position

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        end = self._position + length
        if length < 0 or end > len(self._data):
            raise PeerError("truncated", f"{length} bytes wanted, {self.remaining} left")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def rest(self) -> bytes:
        """Return all bytes that are left."""
        return self.take(self.remaining)

    def uint(self, length: int) -> int:
        """Return the next `length` bytes as a big-endian unsigned number."""
        return int.from_bytes(self.take(length), "big")

    def varint(self) -> int:
        """Return a little-endian base-128 number of at most five bytes, shortest form only."""
        value = 0
        for index in range(_VARINT_BYTES_MAX):
            byte = self.uint(1)
            value |= (byte & 0x7F) << (7 * index)
            if not byte & 0x80:
                if byte == 0 and index > 0:
                    raise PeerError("not_canonical", "a varint is longer than it needs to be")
                return value
        raise PeerError("not_canonical", "a varint is longer than five bytes")

    def block(self, *, bytes_max: int) -> bytes:
        """Return a length-prefixed block of at most `bytes_max` bytes."""
        length = self.varint()
        if length > bytes_max:
            raise PeerError("oversize", f"a block of {length} bytes, at most {bytes_max}")
        return self.take(length)

    def finish(self) -> None:
        """Raise PeerError unless everything has been read."""
        if self.remaining:
            raise PeerError("trailing_bytes", f"{self.remaining} bytes left over")


def varint(value: int) -> bytes:
    """Return `value` as a little-endian base-128 number in its shortest form.

    Shapes: 0..2^35-1.
    """
    if not 0 <= value < 1 << (7 * _VARINT_BYTES_MAX):
        raise CallerError(f"{value} does not fit a varint (0..2^35-1)")
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def block(data: bytes) -> bytes:
    """Return `data` behind its length."""
    return varint(len(data)) + data
