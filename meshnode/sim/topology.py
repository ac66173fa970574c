"""Who hears whom: the usual shapes, and nodes scattered over a neighbourhood.

Not for: changes at run time (`Channel.cut`, `Channel.connect`).
"""

import math
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Final

from meshnode.protocol.medium import Modulation
from meshnode.sim.channel import Channel, Path
from meshnode.sim.streams import stream

TX_POWER_DBM: Final = 14.0
"""What a small antenna at a window really radiates."""
REFERENCE_LOSS_DB: Final = 31.5
"""Path loss at one metre of 869 MHz in free space."""
LOSS_EXPONENT: Final = 3.5
"""Between houses; 2 would be free space."""
SHADOWING_DB: Final = 4.0
"""Standard deviation of what walls and trees add."""
NOISE_FIGURE_DB: Final = 6.0
FADING_MARGIN_DB: Final = 3.0
"""A link loses half of its packets at the limit, and e times fewer with each of these."""


def full(channel: Channel, names: Sequence[str], path: Path) -> None:
    """Let everybody hear everybody."""
    for sender, receiver in permutations(names, 2):
        channel.connect(sender, receiver, path)


def line(channel: Channel, names: Sequence[str], path: Path) -> None:
    """Let everybody hear only the neighbours in the row."""
    for one, other in pairwise(names):
        channel.connect(one, other, path)
        channel.connect(other, one, path)


def star(channel: Channel, names: Sequence[str], path: Path) -> None:
    """Let the first hear all others and be heard; the others are hidden from each other."""
    for name in names[1:]:
        channel.connect(names[0], name, path)
        channel.connect(name, names[0], path)


def scattered(
    channel: Channel, names: Sequence[str], *, width_m: float, seed: int
) -> dict[str, tuple[float, float]]:
    """Place nodes at random in a square and link those that hear each other; return where.

    Log-distance path loss with shadowing, the same in both directions. Loss falls from one half
    at the limit of sensitivity to nothing some decibels above it. Each place and each wall has
    dice of its own: a further node does not move the others.
    """
    places = {name: _place(name, width_m, seed) for name in names}
    for position, one in enumerate(names):
        for other in names[position + 1 :]:
            distance_m = max(math.dist(places[one], places[other]), 1.0)
            shadow_db = stream(seed, "shadow", one, other).gauss(0.0, SHADOWING_DB)
            snr_db = _snr_db(channel.modulation, distance_m) - shadow_db
            if snr_db >= sensitivity_snr_db(channel.modulation):
                path = Path(snr_db=min(snr_db, 10.0), loss=_loss(channel.modulation, snr_db))
                channel.connect(one, other, path)
                channel.connect(other, one, path)
    return places


def sensitivity_snr_db(modulation: Modulation) -> float:
    """Return the weakest signal that can be demodulated: -7.5 dB at SF7, 2.5 less a step.

    Source: Semtech SX1261/2 datasheet, table 6-1 of the spreading factors.
    """
    return 10.0 - 2.5 * modulation.spreading_factor


def reach_factor(modulation: Modulation, other: Modulation) -> float:
    """Return how many times as far one modulation reaches as another, between houses."""
    gain_db = _sensitivity_dbm(other) - _sensitivity_dbm(modulation)
    return float(10 ** (gain_db / (10 * LOSS_EXPONENT)))


def _place(name: str, width_m: float, seed: int) -> tuple[float, float]:
    dice = stream(seed, "place", name)
    return dice.random() * width_m, dice.random() * width_m


def _snr_db(modulation: Modulation, distance_m: float) -> float:
    path_loss_db = REFERENCE_LOSS_DB + 10 * LOSS_EXPONENT * math.log10(distance_m)
    return TX_POWER_DBM - path_loss_db - _noise_dbm(modulation)


def _noise_dbm(modulation: Modulation) -> float:
    return -174.0 + 10 * math.log10(modulation.bandwidth_hz) + NOISE_FIGURE_DB


def _sensitivity_dbm(modulation: Modulation) -> float:
    return _noise_dbm(modulation) + sensitivity_snr_db(modulation)


def _loss(modulation: Modulation, snr_db: float) -> float:
    margin_db = snr_db - sensitivity_snr_db(modulation)
    return 0.5 * math.exp(-margin_db / FADING_MARGIN_DB)
