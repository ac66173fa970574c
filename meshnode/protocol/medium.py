"""What a link tells the engine about its medium, and how long a frame is on the air.

Source: docs/spec/radio.md; Semtech AN1200.13; SX1261/2 datasheet section 6.1.4.
"""

from dataclasses import dataclass
from enum import Enum

from meshnode.protocol.errors import CallerError


@dataclass(frozen=True, slots=True)
class Modulation:
    """LoRa settings as the radio really uses them.

    Shapes: `spreading_factor` 5..12; `bandwidth_hz` e.g. 250_000; `coding_rate` is the
    denominator of 4/x, 5..8; `preamble_symbols` counts programmed symbols.
    """

    spreading_factor: int
    bandwidth_hz: int
    coding_rate: int
    preamble_symbols: int = 16

    def __post_init__(self) -> None:
        if not (5 <= self.spreading_factor <= 12 and 5 <= self.coding_rate <= 8):
            raise CallerError(f"not a LoRa modulation: {self}")
        if self.bandwidth_hz <= 0 or self.preamble_symbols <= 0:
            raise CallerError(f"not a LoRa modulation: {self}")

    @property
    def symbol_us(self) -> float:
        """Duration of one symbol in microseconds."""
        return (1 << self.spreading_factor) * 1_000_000 / self.bandwidth_hz

    def airtime_ms(self, phy_bytes: int) -> float:
        """Return how long a packet of `phy_bytes`, radio header included, is on the air.

        Explicit header, CRC on; low-data-rate optimisation from 16 ms a symbol.
        """
        factor = self.spreading_factor
        slow = self.symbol_us >= 16_000
        header_bits = 20 + (8 if factor >= 7 else 0)
        bits = max(8 * phy_bytes + 16 + header_bits - 4 * factor, 0)
        bits_per_group = 4 * (factor - 2 if slow else factor)
        groups = -(-bits // bits_per_group)
        sync_symbols = 4.25 if factor >= 7 else 6.25
        symbols = self.preamble_symbols + 8 + sync_symbols + groups * self.coding_rate
        return symbols * self.symbol_us / 1000


LONG_FAST = Modulation(spreading_factor=11, bandwidth_hz=250_000, coding_rate=5)
MEDIUM_FAST = Modulation(spreading_factor=9, bandwidth_hz=250_000, coding_rate=5)
SHORT_FAST = Modulation(spreading_factor=7, bandwidth_hz=250_000, coding_rate=5)


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium as the engine sees it.

    `frame_bytes_max` bounds the frames we hand over; `overhead_bytes` is what the medium adds
    to each. `modulation` is None for a stream: such a link is reliable, ordered and has one
    peer, whose proven public key is `peer`. `duty_share_max` is the legal share of an hour.
    """

    frame_bytes_max: int
    modulation: Modulation | None = None
    overhead_bytes: int = 0
    duty_share_max: float = 1.0
    peer: bytes | None = None

    def airtime_ms(self, frame_bytes: int) -> float:
        """Return how long a frame of ours occupies the channel; 0 on a stream."""
        if self.modulation is None:
            return 0.0
        return self.modulation.airtime_ms(frame_bytes + self.overhead_bytes)


class Outcome(Enum):
    """What became of a frame that we gave to a link."""

    SENT = "sent"
    """The medium took it; on a radio it is on the air or about to be."""
    BUSY = "busy"
    """Not sent: the medium has no room now; try again later."""
    TOO_LARGE = "too_large"
    """Not sent and never will be: the medium carries less than it said."""
    DUTY_LIMIT = "duty_limit"
    """Not sent: the legal airtime of this hour is used up."""
    LOST = "lost"
    """Perhaps sent: the link went away meanwhile."""
