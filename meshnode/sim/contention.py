"""How long a radio waits before it sends: slots and contention windows.

Source: meshtastic/firmware 2.7.26, `src/mesh/RadioInterface.cpp`: `computeSlotTimeMsec`,
`getTxDelayMsec`, `getTxDelayMsecWeighted`, `getRetransmissionMsec`. All whole milliseconds.
"""

from typing import Final

from meshnode.protocol.medium import Modulation
from meshnode.protocol.ports import Dice

WINDOW_MIN: Final = 3
"""Smallest contention window: a draw from 2^3 slots."""
WINDOW_MAX: Final = 8
SNR_MIN_DB: Final = -20
SNR_MAX_DB: Final = 10

_PROPAGATION_MS: Final = 0.2
_TURNAROUND_MS: Final = 0.4
_MAC_MS: Final = 7.0
_DETECTION_SYMBOLS: Final = 2.5
"""Channel activity detection over two symbols, and a half to work it out (SX126x)."""
_PROCESSING_MS: Final = 4500
"""What the firmware allows the other side to answer in."""


def slot_ms(modulation: Modulation) -> int:
    """Return the slot: long enough for others to notice that somebody began to send."""
    detection = _DETECTION_SYMBOLS * modulation.symbol_us / 1000
    return int(detection + _PROPAGATION_MS + _TURNAROUND_MS + _MAC_MS)


def detection_ms(modulation: Modulation) -> float:
    """Return how long after its begin a transmission stays unnoticed, in ms.

    A slot without the propagation time: whoever decides in the next slot notices it.
    """
    return slot_ms(modulation) - _PROPAGATION_MS


def window_for_load(utilisation_percent: float) -> int:
    """Return the contention window of an own packet: 3 on an idle channel, 8 on a full one."""
    return _scaled(utilisation_percent, 0, 100)


def window_for_snr(snr_db: float) -> int:
    """Return the contention window of a relay: who hears badly is far away and goes first."""
    return _scaled(snr_db, SNR_MIN_DB, SNR_MAX_DB)


def own_delay_ms(modulation: Modulation, utilisation_percent: float, dice: Dice) -> int:
    """Draw how long to wait with a packet of our own."""
    return dice.randrange(1 << window_for_load(utilisation_percent)) * slot_ms(modulation)


def relay_delay_ms(modulation: Modulation, snr_db: float, dice: Dice, *, is_router: bool) -> int:
    """Draw how long to wait with a packet of somebody else's: routers before all others."""
    window = window_for_snr(snr_db)
    if is_router:
        slots = dice.randrange(max(2 * window, 1))
    else:
        slots = 2 * WINDOW_MAX + dice.randrange(1 << window)
    return slots * slot_ms(modulation)


def retransmission_ms(modulation: Modulation, phy_bytes: int, utilisation_percent: float) -> int:
    """Return how long to wait for an acknowledgement before sending again."""
    middle = (WINDOW_MAX + WINDOW_MIN) // 2
    slots = (1 << window_for_load(utilisation_percent)) + 2 * WINDOW_MAX + (1 << middle)
    airtime = int(modulation.airtime_ms(phy_bytes))
    return 2 * airtime + slots * slot_ms(modulation) + _PROCESSING_MS


def _scaled(value: float, low: int, high: int) -> int:
    """Map low..high to the windows in whole numbers, cut towards zero, as the firmware does."""
    scaled = int((int(value) - low) * (WINDOW_MAX - WINDOW_MIN) / (high - low))
    return max(WINDOW_MIN + scaled, 0)
