"""Meshtastic's modem presets and regions, as numbers.

Source: meshtastic/firmware 2.7.26, `src/mesh/MeshRadio.h` and `src/mesh/RadioInterface.cpp`.
Not for: the presets and regions that only 2.8 knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from meshnode.protocol.errors import CallerError
from meshnode.protocol.medium import LONG_FAST, MEDIUM_FAST, SHORT_FAST, Modulation

PRESETS: Final[Mapping[str, Modulation]] = MappingProxyType(
    {
        "SHORT_TURBO": Modulation(spreading_factor=7, bandwidth_hz=500_000, coding_rate=5),
        "SHORT_FAST": SHORT_FAST,
        "SHORT_SLOW": Modulation(spreading_factor=8, bandwidth_hz=250_000, coding_rate=5),
        "MEDIUM_FAST": MEDIUM_FAST,
        "MEDIUM_SLOW": Modulation(spreading_factor=10, bandwidth_hz=250_000, coding_rate=5),
        "LONG_TURBO": Modulation(spreading_factor=11, bandwidth_hz=500_000, coding_rate=8),
        "LONG_FAST": LONG_FAST,
        "LONG_MODERATE": Modulation(spreading_factor=11, bandwidth_hz=125_000, coding_rate=8),
        "LONG_SLOW": Modulation(spreading_factor=12, bandwidth_hz=125_000, coding_rate=8),
    }
)


@dataclass(frozen=True, slots=True)
class Region:
    """What the law allows: the share of an hour one may send, and the band's width."""

    duty_share: float
    band_hz: int


REGIONS: Final[Mapping[str, Region]] = MappingProxyType(
    {
        "US": Region(duty_share=1.0, band_hz=26_000_000),
        "EU_433": Region(duty_share=0.10, band_hz=1_000_000),
        "EU_868": Region(duty_share=0.10, band_hz=250_000),
        "ANZ": Region(duty_share=1.0, band_hz=13_000_000),
        "UA_433": Region(duty_share=0.10, band_hz=1_700_000),
        "UA_868": Region(duty_share=0.01, band_hz=600_000),
        "TH": Region(duty_share=0.10, band_hz=5_000_000),
    }
)
"""Regions with a limit and two without; the firmware's others have no limit either."""

UNLIMITED: Final = Region(duty_share=1.0, band_hz=26_000_000)
"""Every region that is not listed."""


def modulation_of(preset: str, region: Region = UNLIMITED) -> Modulation:
    """Return what the radio really uses: LONG_FAST where a preset is wider than the band.

    Raises:
        CallerError: There is no such preset.
    """
    if preset not in PRESETS:
        raise CallerError(f"no preset {preset}; choose one of {', '.join(PRESETS)}")
    wanted = PRESETS[preset]
    return wanted if wanted.bandwidth_hz <= region.band_hz else LONG_FAST
