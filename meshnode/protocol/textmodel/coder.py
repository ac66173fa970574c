"""A binary arithmetic coder: decisions and their probabilities to bytes and back.

Not for: where probabilities come from. Invariants: all numbers fit 32 bits without sign, so a
TypeScript twin needs `>>> 0` and nothing else; probabilities are 1..65535 of 65536 for a 1.
Source: docs/spec/text.md section 6.
"""

from typing import Final

PROBABILITY_BITS: Final = 16
EVEN: Final = 1 << (PROBABILITY_BITS - 1)
"""The probability of a bit that nothing is known about."""

_TOP: Final = 0xFFFFFFFF
_CODE_BYTES: Final = 4


class Encoder:
    """Writes decisions; `low` and `high` are the interval that is left, both included."""

    __slots__ = ("_high", "_low", "_out")

    def __init__(self) -> None:
        self._low = 0
        self._high = _TOP
        self._out = bytearray()

    def write(self, one: int, bit: int) -> None:
        """Write `bit`, which is 1 with a probability of `one` in 65536."""
        low, high = self._low, self._high
        middle = _middle(low, high, one)
        if bit:
            high = middle
        else:
            low = middle + 1
        while (low ^ high) >> 24 == 0:
            self._out.append(high >> 24)
            low = low << 8 & _TOP
            high = (high << 8 & _TOP) | 0xFF
        self._low, self._high = low, high

    def bytes_least(self) -> int:
        """Return how many bytes the text takes if it ends here."""
        return len(self._out) + _tail_bytes(self._low, self._high)

    def finish(self, length: int) -> bytes:
        """Return all bytes: the smallest value in the interval, written to exactly `length`."""
        tail = length - len(self._out)
        if tail < _CODE_BYTES:
            unit_bits = 8 * (_CODE_BYTES - tail)
            value = -(-self._low >> unit_bits)
            return bytes(self._out) + value.to_bytes(tail, "big")
        return (bytes(self._out) + self._low.to_bytes(_CODE_BYTES, "big")).ljust(length, b"\0")


class Decoder:
    """Reads decisions; past the end of the data it reads zeros and `zone` falls below 0."""

    __slots__ = ("_data", "_high", "_low", "_next", "_value")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._low = 0
        self._high = _TOP
        self._value = int.from_bytes(data[:_CODE_BYTES].ljust(_CODE_BYTES, b"\0"), "big")
        self._next = _CODE_BYTES

    def read(self, one: int) -> int:
        """Return the next bit, which is 1 with a probability of `one` in 65536."""
        low, high = self._low, self._high
        middle = _middle(low, high, one)
        if self._value <= middle:
            bit = 1
            high = middle
        else:
            bit = 0
            low = middle + 1
        while (low ^ high) >> 24 == 0:
            low = low << 8 & _TOP
            high = (high << 8 & _TOP) | 0xFF
            following = self._data[self._next] if self._next < len(self._data) else 0
            self._value = (self._value << 8 & _TOP) | following
            self._next += 1
        self._low, self._high = low, high
        return bit

    def zone(self) -> int:
        """Return how many bytes would be left over if the text ended here; negative: too few."""
        consumed = self._next - _CODE_BYTES
        return len(self._data) - consumed - _tail_bytes(self._low, self._high)


def _middle(low: int, high: int, one: int) -> int:
    """Return the last value that means 1."""
    span = high - low
    return low + (span >> PROBABILITY_BITS) * one + ((span & 0xFFFF) * one >> PROBABILITY_BITS)


def _tail_bytes(low: int, high: int) -> int:
    """Return how many bytes tell a value in the interval, zeros understood after them."""
    for count in range(_CODE_BYTES):
        unit_bits = 8 * (_CODE_BYTES - count)
        if -(-low >> unit_bits) << unit_bits <= high:
            return count
    return _CODE_BYTES
