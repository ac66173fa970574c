from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meshtastic.protobuf import channel_pb2, config_pb2, mesh_pb2

from meshnode.links.meshtastic.facts import (
    ChannelKey,
    ChannelRole,
    ChannelSlot,
    FactsCollector,
    LoraSettings,
    RadioFacts,
)
from meshnode.links.meshtastic.presets import duty_share, is_known_region, region_name
from meshnode.links.meshtastic.radio_config import (
    RadioSettings,
    choose_channel,
    modulation,
    plan,
)
from meshnode.protocol.errors import LimitError
from meshnode.protocol.medium import LONG_FAST, MEDIUM_FAST, Modulation

LORA = LoraSettings(
    region=3,
    use_preset=True,
    preset=0,
    bandwidth_code=0,
    spreading_factor=0,
    coding_rate=0,
    tx_enabled=True,
    override_duty_cycle=False,
)
PRIMARY = ChannelSlot(0, ChannelRole.PRIMARY, "", ChannelKey.PUBLIC)
OURS = ChannelSlot(1, ChannelRole.SECONDARY, "MeshNode", ChannelKey.PRIVATE)
OTHER = ChannelSlot(2, ChannelRole.SECONDARY, "Garten", ChannelKey.OF_PRIMARY)
UNUSED = ChannelSlot(3, ChannelRole.DISABLED, "old", ChannelKey.NONE)
FACTS = RadioFacts(
    node_number=1,
    firmware="2.7.26.54e0d8d",
    lora=LORA,
    role=0,
    rebroadcast_mode=0,
    is_licensed=False,
    channels=(PRIMARY, OURS, OTHER, UNUSED),
)
DEFAULTS = RadioSettings()

AIRTIME_MS = [  # 16, 100 and 255 bytes on the air, computed from RadioLib's formula.
    ("SHORT_TURBO", 15, 46, 102),
    ("SHORT_FAST", 30, 91, 204),
    ("SHORT_SLOW", 55, 162, 362),
    ("MEDIUM_FAST", 99, 293, 642),
    ("MEDIUM_SLOW", 198, 546, 1181),
    ("LONG_TURBO", 214, 738, 1656),
    ("LONG_FAST", 354, 1010, 2157),
    ("LONG_MODERATE", 987, 3478, 7934),
    ("LONG_SLOW", 1974, 6169, 14295),
    ("LITE_FAST", 198, 587, 1283),
]


@pytest.mark.parametrize(("name", "short_ms", "middle_ms", "long_ms"), AIRTIME_MS)
def test_a_preset_takes_the_airtime_that_the_radio_takes(
    name: str, short_ms: int, middle_ms: int, long_ms: int
) -> None:
    preset = config_pb2.Config.LoRaConfig.ModemPreset.Value(name)
    used = modulation(replace(LORA, preset=preset))
    for length, expected_ms in ((16, short_ms), (100, middle_ms), (255, long_ms)):
        assert used.airtime_ms(length) == pytest.approx(expected_ms, abs=0.51)


def test_the_presets_that_we_name_elsewhere_are_the_same() -> None:
    assert modulation(LORA) == LONG_FAST
    assert modulation(replace(LORA, preset=4)) == MEDIUM_FAST


def test_at_2_4_ghz_a_preset_is_wider_and_its_preamble_shorter() -> None:
    assert modulation(replace(LORA, region=13)) == Modulation(11, 812_500, 5, 12)
    assert modulation(replace(LORA, region=13, preset=9)).bandwidth_hz == 1_625_000
    assert modulation(replace(LORA, region=13, preset=7)).bandwidth_hz == 406_250


def test_a_slower_coding_rate_of_the_radios_own_counts() -> None:
    assert modulation(replace(LORA, coding_rate=8)).coding_rate == 8
    assert modulation(replace(LORA, preset=9, coding_rate=5)).coding_rate == 8
    assert modulation(replace(LORA, coding_rate=99)).coding_rate == 5


def test_a_preset_newer_than_this_program_counts_as_the_slowest_and_is_named() -> None:
    made = plan(replace(FACTS, lora=replace(LORA, preset=99)), DEFAULTS)
    assert made.medium.modulation == Modulation(12, 125_000, 8)
    assert any("preset 99" in warning for warning in made.warnings)


@pytest.mark.parametrize(
    ("code", "bandwidth_hz"), [(31, 31_250), (62, 62_500), (125, 125_000), (800, 812_500)]
)
def test_settings_made_by_hand_are_used_as_they_are(code: int, bandwidth_hz: int) -> None:
    custom = replace(
        LORA, use_preset=False, bandwidth_code=code, spreading_factor=10, coding_rate=6
    )
    assert modulation(custom) == Modulation(10, bandwidth_hz, 6)
    made = plan(replace(FACTS, lora=custom), DEFAULTS)
    assert made.preset == f"SF10 BW{bandwidth_hz / 1000:g} CR4/6"


@given(
    st.builds(
        LoraSettings,
        region=st.integers(0, 2**31),
        use_preset=st.booleans(),
        preset=st.integers(-1, 2**31),
        bandwidth_code=st.integers(0, 2**32 - 1),
        spreading_factor=st.integers(0, 2**32 - 1),
        coding_rate=st.integers(0, 2**32 - 1),
        tx_enabled=st.booleans(),
        override_duty_cycle=st.booleans(),
    ),
    st.integers(0, 99),
    st.integers(0, 99),
)
def test_any_settings_make_a_plan(lora: LoraSettings, role: int, mode: int) -> None:
    made = plan(replace(FACTS, lora=lora, role=role, rebroadcast_mode=mode), DEFAULTS)
    assert made.medium.airtime_ms(200) > 0
    assert 0 < made.medium.duty_share_max <= 1
    assert (made.refusal is None) == (lora.region != 0)


def test_the_law_of_each_region_is_known() -> None:
    shares = {
        region_name(region): duty_share(region, role=0)
        for region in config_pb2.Config.LoRaConfig.RegionCode.values()
        if duty_share(region, role=0) < 1 and is_known_region(region)
    }
    assert shares == {
        "EU_433": 0.10,
        "EU_868": 0.10,
        "TH": 0.10,
        "UA_433": 0.10,
        "UA_868": 0.01,
        "EU_866": 0.025,
        "EU_N_868": 0.10,
    }
    assert duty_share(29, role=2) == 0.10
    assert duty_share(1, role=0) == 1.0


def test_a_region_newer_than_this_program_gets_the_strictest_law() -> None:
    made = plan(replace(FACTS, lora=replace(LORA, region=99)), DEFAULTS)
    assert made.medium.duty_share_max == 0.01
    assert any("region 99" in warning for warning in made.warnings)


@pytest.mark.parametrize("preset", [0, 4, 6, 7])
@pytest.mark.parametrize("length", [16, 60, 165])
def test_signatures_that_newer_firmware_adds_never_break_the_law(preset: int, length: int) -> None:
    facts = replace(FACTS, firmware="2.8.1.a5dce94", lora=replace(LORA, preset=preset))
    medium = plan(facts, DEFAULTS).medium
    assert medium.modulation is not None
    counted_ms = medium.airtime_ms(length)
    on_air_ms = medium.modulation.airtime_ms(length + 24 + 66)
    assert medium.duty_share_max * on_air_ms / counted_ms <= 0.10
    assert medium.duty_share_max > 0.04
    free = plan(replace(facts, lora=replace(LORA, region=1)), DEFAULTS).medium
    assert free.duty_share_max == 1.0


def test_a_radio_told_to_break_the_law_is_named_and_we_keep_to_it() -> None:
    made = plan(replace(FACTS, lora=replace(LORA, override_duty_cycle=True)), DEFAULTS)
    assert made.medium.duty_share_max == 0.10
    assert any("override_duty_cycle false" in warning for warning in made.warnings)


def test_a_well_set_up_radio_has_no_warnings() -> None:
    made = plan(FACTS, DEFAULTS)
    assert made.refusal is None
    assert made.warnings == ()
    assert made.channel == OURS
    assert (made.preset, made.region, made.firmware) == ("LONG_FAST", "EU_868", "2.7.26.54e0d8d")
    assert (made.medium.frame_bytes_max, made.medium.overhead_bytes) == (200, 24)


@pytest.mark.parametrize(
    ("facts", "settings", "sentence"),
    [
        (replace(FACTS, lora=replace(LORA, region=0)), DEFAULTS, "--set lora.region EU_868"),
        (
            replace(FACTS, channels=(replace(PRIMARY, role=ChannelRole.DISABLED),)),
            DEFAULTS,
            "--ch-add meshnode",
        ),
        (FACTS, RadioSettings(channel="Nordmarkt"), "--ch-add Nordmarkt"),
        (FACTS, RadioSettings(channel=3), "index 3"),
    ],
)
def test_a_radio_that_cannot_work_says_what_to_do(
    facts: RadioFacts, settings: RadioSettings, sentence: str
) -> None:
    assert sentence in (plan(facts, settings).refusal or "")


@pytest.mark.parametrize(
    ("facts", "settings", "word"),
    [
        (replace(FACTS, lora=None), DEFAULTS, "does not tell its LoRa settings"),
        (replace(FACTS, lora=replace(LORA, tx_enabled=False)), DEFAULTS, "lora.tx_enabled true"),
        (replace(FACTS, channels=()), DEFAULTS, "no channel named meshnode"),
        (replace(FACTS, rebroadcast_mode=5), DEFAULTS, "CORE_PORTNUMS_ONLY"),
        (replace(FACTS, rebroadcast_mode=2), RadioSettings(hop_limit=1), "LOCAL_ONLY"),
        (replace(FACTS, rebroadcast_mode=3), RadioSettings(hop_limit=1), "KNOWN_ONLY"),
        (replace(FACTS, rebroadcast_mode=4), RadioSettings(hop_limit=1), "NONE"),
        (replace(FACTS, role=1), RadioSettings(hop_limit=1), "CLIENT_MUTE"),
        (replace(FACTS, channels=(PRIMARY,)), DEFAULTS, "no channel named meshnode"),
        (replace(FACTS, channels=(PRIMARY,)), DEFAULTS, "no key of its own"),
        (FACTS, RadioSettings(channel="garten"), "no key of its own"),
        (replace(FACTS, is_licensed=True), DEFAULTS, "ham mode"),
        (replace(FACTS, firmware="2.4.3.abc"), DEFAULTS, "older than 2.5"),
        (replace(FACTS, firmware=""), DEFAULTS, "does not tell its firmware"),
        (replace(FACTS, firmware="2.8.0.7239fe8"), DEFAULTS, "165 bytes"),
    ],
)
def test_a_harmful_setting_is_named(facts: RadioFacts, settings: RadioSettings, word: str) -> None:
    assert len([warning for warning in plan(facts, settings).warnings if word in warning]) == 1


@pytest.mark.parametrize(
    "facts", [replace(FACTS, rebroadcast_mode=2), replace(FACTS, rebroadcast_mode=4, role=1)]
)
def test_what_only_matters_for_relaying_is_not_named_without_relaying(facts: RadioFacts) -> None:
    assert plan(facts, DEFAULTS).warnings == ()


def test_the_channel_is_ours_by_name_else_the_primary_else_the_wanted_one() -> None:
    channels = FACTS.channels
    assert choose_channel(channels, None) == OURS
    assert choose_channel((PRIMARY, OTHER), None) == PRIMARY
    assert choose_channel(channels, "GARTEN") == OTHER
    assert choose_channel(channels, 2) == OTHER
    assert choose_channel(channels, "old") is None
    assert choose_channel(channels, 3) is None
    assert choose_channel(channels, 7) is None


def test_numbers_out_of_range_are_refused_with_the_range() -> None:
    with pytest.raises(LimitError, match="hop_limit is 4"):
        RadioSettings(hop_limit=4)
    with pytest.raises(LimitError, match="64 to 231"):
        RadioSettings(frame_bytes_max=232)


@pytest.mark.parametrize(
    ("psk", "role", "key"),
    [
        (b"", 1, ChannelKey.NONE),
        (b"", 2, ChannelKey.OF_PRIMARY),
        (b"\x00", 2, ChannelKey.NONE),
        (b"\x01", 1, ChannelKey.PUBLIC),
        (b"\x0a", 1, ChannelKey.PUBLIC),
        (bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6901"), 1, ChannelKey.PUBLIC),
        (bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6902"), 1, ChannelKey.PUBLIC),
        (bytes(16), 1, ChannelKey.PRIVATE),
        (bytes(32), 2, ChannelKey.PRIVATE),
    ],
)
def test_a_key_is_as_secret_as_it_is_known(psk: bytes, role: int, key: ChannelKey) -> None:
    collector = FactsCollector()
    collector.take("channel", channel_message(psk, role))
    assert collector.facts().channels[0].key is key


def channel_message(psk: bytes, role: int) -> object:
    settings = channel_pb2.ChannelSettings(psk=psk)
    return mesh_pb2.FromRadio(channel=channel_pb2.Channel(settings=settings, role=role))
