"""What Meshtastic's presets and regions mean in radio terms: tables and two lookups.

Not for: judging a configuration; `radio_config` does. Invariant: where this program is older
than the radio's firmware, the guess is the slowest modulation and the strictest law, so that
airtime is never undercounted.
Source: firmware 2.7.26 and 2.8 src/mesh/MeshRadio.h, src/mesh/RadioInterface.cpp.
"""

from typing import Final

from meshtastic.protobuf import config_pb2

from meshnode.protocol.medium import Modulation

_Lora = config_pb2.Config.LoRaConfig
REGION_UNSET: Final = 0
REGION_EU_866: Final = 29
REGION_LORA_24: Final = 13

_PRESETS: Final[dict[int, tuple[str, int, int, int]]] = {
    0: ("LONG_FAST", 11, 250_000, 5),
    1: ("LONG_SLOW", 12, 125_000, 8),
    2: ("LONG_FAST", 11, 250_000, 5),  # VERY_LONG_SLOW: the firmware has forgotten it.
    3: ("MEDIUM_SLOW", 10, 250_000, 5),
    4: ("MEDIUM_FAST", 9, 250_000, 5),
    5: ("SHORT_SLOW", 8, 250_000, 5),
    6: ("SHORT_FAST", 7, 250_000, 5),
    7: ("LONG_MODERATE", 11, 125_000, 8),
    8: ("SHORT_TURBO", 7, 500_000, 5),
    9: ("LONG_TURBO", 11, 500_000, 8),
    10: ("LITE_FAST", 9, 125_000, 5),
    11: ("LITE_SLOW", 10, 125_000, 5),
    12: ("NARROW_FAST", 7, 62_500, 6),
    13: ("NARROW_SLOW", 8, 62_500, 6),
    14: ("TINY_FAST", 7, 15_600, 5),
    15: ("TINY_SLOW", 8, 15_600, 6),
    16: ("MEDIUM_TURBO", 9, 500_000, 5),
}
"""Name, spreading factor, bandwidth in Hz, coding rate, by the number in `modem_preset`."""

_WIDE_BANDWIDTH_HZ: Final = {500_000: 1_625_000, 250_000: 812_500, 125_000: 406_250}
"""What the 2.4 GHz chips use for the same preset; LITE, NARROW and TINY do not exist there."""
_WIDE_PRESETS: Final = frozenset(range(10)) | {16}
_WIDE_PREAMBLE_SYMBOLS: Final = 12

_BANDWIDTH_HZ: Final = {
    8: 7_800,
    10: 10_400,
    16: 15_600,
    21: 20_800,
    31: 31_250,
    42: 41_700,
    62: 62_500,
    200: 203_125,
    400: 406_250,
    800: 812_500,
    1600: 1_625_000,
}
"""Bandwidth codes that are not simply kHz."""
_BANDWIDTH_CODE_MAX: Final = 1_625
SLOWEST: Final = Modulation(spreading_factor=12, bandwidth_hz=125_000, coding_rate=8)
"""What counts where nothing better is known."""

_DUTY_SHARE: Final = {2: 0.10, 3: 0.10, 12: 0.10, 14: 0.10, 15: 0.01, 29: 0.025, 32: 0.10}
"""Legal share of an hour by region: EU_433, EU_868, TH, UA_433, UA_868, EU_866, EU_N_868."""
_UNLIMITED: Final = frozenset({1, *range(4, 12), 13, *range(16, 29), *range(33, 38)})
"""Regions whose law limits power or asks to listen first, not the share of time."""
_DUTY_SHARE_UNKNOWN: Final = 0.01
_ROUTER_ROLES: Final = frozenset({2, 11})
_DUTY_SHARE_EU_866_FIXED: Final = 0.10

_NEW_REGIONS: Final = {34: "ITU1_70CM", 35: "ITU2_70CM", 36: "ITU3_70CM", 37: "ITU2_125CM"}


def is_known_preset(preset: int) -> bool:
    """Return whether this program knows the preset with this number."""
    return preset in _PRESETS


def is_known_region(region: int) -> bool:
    """Return whether this program knows the law of the region with this number."""
    return region in _DUTY_SHARE or region in _UNLIMITED


def preset_name(preset: int) -> str:
    """Return the preset's name as the Meshtastic apps write it in code."""
    return _PRESETS[preset][0] if preset in _PRESETS else f"preset {preset}"


def region_name(region: int) -> str:
    """Return the region's name as the Meshtastic apps write it in code."""
    if region in _NEW_REGIONS:
        return _NEW_REGIONS[region]
    if region in _Lora.RegionCode.values():
        return str(_Lora.RegionCode.Name(region))
    return f"region {region}"


def duty_share(region: int, *, role: int) -> float:
    """Return the share of an hour that the law of `region` lets one device send."""
    if region == REGION_EU_866 and role in _ROUTER_ROLES:
        return _DUTY_SHARE_EU_866_FIXED
    if region in _UNLIMITED:
        return 1.0
    return _DUTY_SHARE.get(region, _DUTY_SHARE_UNKNOWN)


def preset_modulation(preset: int, *, region: int, coding_rate: int) -> Modulation:
    """Return the modulation of a preset.

    `coding_rate` is the radio's own field. Firmware 2.7 takes it where it is 5..8, 2.8 only
    where it is slower than the preset's: we count the slower one.
    """
    if preset not in _PRESETS:
        return SLOWEST
    _, spreading_factor, bandwidth_hz, preset_rate = _PRESETS[preset]
    is_wide = region == REGION_LORA_24 and preset in _WIDE_PRESETS
    return Modulation(
        spreading_factor=spreading_factor,
        bandwidth_hz=_WIDE_BANDWIDTH_HZ[bandwidth_hz] if is_wide else bandwidth_hz,
        coding_rate=max(preset_rate, coding_rate) if 5 <= coding_rate <= 8 else preset_rate,
        preamble_symbols=_preamble_symbols(region),
    )


def custom_modulation(
    *, spreading_factor: int, bandwidth_code: int, coding_rate: int, region: int
) -> Modulation:
    """Return the modulation of settings made by hand, with the firmware's own repairs."""
    bandwidth_hz = _BANDWIDTH_HZ.get(bandwidth_code, bandwidth_code * 1000)
    return Modulation(
        spreading_factor=spreading_factor if 5 <= spreading_factor <= 12 else 11,
        bandwidth_hz=bandwidth_hz if 0 < bandwidth_code <= _BANDWIDTH_CODE_MAX else 250_000,
        coding_rate=coding_rate if 5 <= coding_rate <= 8 else 5,
        preamble_symbols=_preamble_symbols(region),
    )


def _preamble_symbols(region: int) -> int:
    return _WIDE_PREAMBLE_SYMBOLS if region == REGION_LORA_24 else 16
