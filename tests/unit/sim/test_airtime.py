"""The table and the second formula come from outside of our code."""

import math

import pytest

from meshnode.protocol.errors import CallerError
from meshnode.protocol.medium import LONG_FAST
from meshnode.sim.contention import (
    detection_ms,
    own_delay_ms,
    relay_delay_ms,
    retransmission_ms,
    slot_ms,
    window_for_load,
    window_for_snr,
)
from meshnode.sim.presets import PRESETS, REGIONS, modulation_of
from meshnode.sim.streams import stream

SIZES = (16, 50, 100, 150, 200, 255)
FIRMWARE_MS = {
    "SHORT_TURBO": (8, 15, 26, 46, 64, 81, 102),
    "SHORT_FAST": (8, 30, 53, 91, 127, 163, 204),
    "SHORT_SLOW": (10, 55, 95, 162, 223, 290, 362),
    "MEDIUM_FAST": (12, 99, 181, 293, 406, 519, 642),
    "MEDIUM_SLOW": (17, 198, 341, 546, 751, 955, 1181),
    "LONG_TURBO": (17, 214, 443, 738, 1033, 1328, 1656),
    "LONG_FAST": (28, 354, 641, 1010, 1378, 1747, 2157),
    "LONG_MODERATE": (48, 987, 2036, 3478, 4919, 6361, 7934),
    "LONG_SLOW": (89, 1974, 3547, 6169, 8790, 11411, 14295),
}
"""Slot, then the time on air of each size, in ms, by RadioLib 7.6.0 as the firmware calls it."""


@pytest.mark.parametrize("preset", FIRMWARE_MS)
def test_slot_and_time_on_air_are_those_of_the_firmware(preset: str) -> None:
    modulation = PRESETS[preset]
    slot, *times = FIRMWARE_MS[preset]
    assert slot_ms(modulation) == slot
    assert [modulation.airtime_ms(size) for size in SIZES] == pytest.approx(times, abs=1.0)


def test_every_preset_has_its_row() -> None:
    assert FIRMWARE_MS.keys() == PRESETS.keys()


@pytest.mark.parametrize("preset", ["SHORT_FAST", "MEDIUM_FAST", "LONG_FAST", "LONG_SLOW"])
def test_time_on_air_is_near_semtechs_calculator(preset: str) -> None:
    """AN1200.13's form differs from the chip's by how the header counts: up to 5 %."""
    modulation = PRESETS[preset]
    factor = modulation.spreading_factor
    slow = modulation.symbol_us >= 16_000
    for size in (50, 255):
        groups = math.ceil((8 * size - 4 * factor + 28 + 16) / (4 * (factor - 2 * slow)))
        symbols = (16 + 4.25) + 8 + groups * modulation.coding_rate
        expected_ms = symbols * modulation.symbol_us / 1000
        assert modulation.airtime_ms(size) == pytest.approx(expected_ms, rel=0.05)


def test_a_preset_wider_than_the_band_falls_back() -> None:
    assert modulation_of("SHORT_TURBO", REGIONS["EU_868"]) == LONG_FAST
    assert modulation_of("SHORT_TURBO", REGIONS["US"]).bandwidth_hz == 500_000
    with pytest.raises(CallerError, match="no preset HUGE"):
        modulation_of("HUGE")


def test_contention_windows_follow_load_and_distance() -> None:
    assert [window_for_load(load) for load in (0, 19.9, 20, 25, 50, 99, 100)] == [
        3, 3, 4, 4, 5, 7, 8,
    ]  # fmt: skip
    assert [window_for_snr(snr) for snr in (-25, -20, -5, 0, 10)] == [3, 3, 5, 6, 8]


def test_delays_on_long_fast_span_what_the_firmware_spans() -> None:
    dice = stream(1, "delays")
    idle = [own_delay_ms(LONG_FAST, 0, dice) for _ in range(500)]
    loaded = [own_delay_ms(LONG_FAST, 50, dice) for _ in range(2000)]
    far = [relay_delay_ms(LONG_FAST, -20, dice, is_router=False) for _ in range(500)]
    near = [relay_delay_ms(LONG_FAST, 10, dice, is_router=False) for _ in range(9000)]
    router = [relay_delay_ms(LONG_FAST, 10, dice, is_router=True) for _ in range(500)]
    assert (min(idle), max(idle)) == (0, 196)
    assert (min(loaded), max(loaded)) == (0, 868)
    assert (min(far), max(far)) == (448, 644)
    assert (min(near), max(near)) == (448, 7588)
    assert (min(router), max(router)) == (0, 420)


def test_a_slot_is_just_long_enough_to_be_noticed() -> None:
    for modulation in PRESETS.values():
        assert 0 < slot_ms(modulation) - detection_ms(modulation) < 1


def test_retransmission_waits_as_long_as_the_firmware() -> None:
    assert retransmission_ms(LONG_FAST, 50, 0) == pytest.approx(7350, abs=50)
    assert retransmission_ms(LONG_FAST, 255, 0) == pytest.approx(10_400, abs=50)
    assert retransmission_ms(PRESETS["MEDIUM_FAST"], 50, 0) == pytest.approx(5500, abs=50)
