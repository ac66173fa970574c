"""From what a radio tells about itself to what it can carry for us, and to plain warnings.

Not for: changing the radio's settings; people do that. Invariants: a radio that cannot send is
refused with the sentence that says what to do; a harmful setting is named and never hidden; the
legal share of airtime holds also where the radio was told to ignore it.
Source: docs/spec/radio.md sections 3 and 5.
"""

from dataclasses import dataclass
from typing import Final

from meshtastic.protobuf import config_pb2

from meshnode.links.meshtastic.facts import (
    ChannelKey,
    ChannelRole,
    ChannelSlot,
    LoraSettings,
    RadioFacts,
)
from meshnode.links.meshtastic.packets import (
    OVERHEAD_BYTES,
    PAYLOAD_BYTES_MAX,
    SIGNATURE_FIELD_BYTES,
    SIGNED_PAYLOAD_BYTES_MAX,
)
from meshnode.links.meshtastic.presets import (
    REGION_UNSET,
    custom_modulation,
    duty_share,
    is_known_preset,
    is_known_region,
    preset_modulation,
    preset_name,
    region_name,
)
from meshnode.protocol.errors import LimitError
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.medium import LONG_FAST, Medium, Modulation

CHANNEL_NAME_DEFAULT: Final = "meshnode"
HOP_LIMIT_MAX: Final = 3
"""Each hop spends the airtime again in every neighbour's reach; more than 3 mostly collides."""
FRAME_BYTES_MIN: Final = 64
"""A beacon, and one signature with its header, must fit."""

_SHORTEST_FRAME_BYTES: Final = 16
"""No frame of ours is shorter; of all frames a signature lengthens it the most."""
_ROLE_CLIENT_MUTE: Final = 1
_REBROADCAST: Final = {
    2: ("LOCAL_ONLY", "passes on only what it can decrypt"),
    3: ("KNOWN_ONLY", "passes on only packets from radios it knows"),
    4: ("NONE", "passes on nothing"),
    5: ("CORE_PORTNUMS_ONLY", "neither passes on nor delivers packets of other programs"),
}
_DELIVERS_NOTHING: Final = 5
_REGION_ASSUMED: Final = config_pb2.Config.LoRaConfig.RegionCode.EU_868
_LORA_UNKNOWN: Final = (
    "The radio does not tell its LoRa settings, so airtime is counted as on LONG_FAST in EU_868. "
    "Unlock it if it is locked, else update its firmware to 2.7 or newer."
)
_OLDEST_VERSION: Final = (2, 5, 0)
_SIGNING_VERSION: Final = (2, 8, 0)


@dataclass(frozen=True, slots=True)
class RadioSettings:
    """What the operator chose. `channel` is a name or an index; None: look for our own.

    Shapes: `hop_limit` 0..3, 0: only direct neighbours hear us; `frame_bytes_max` 64..231.

    Raises:
        LimitError: A number is out of range.
    """

    channel: str | int | None = None
    hop_limit: int = 0
    frame_bytes_max: int = FRAME_BYTES_MAX_DEFAULT

    def __post_init__(self) -> None:
        if not 0 <= self.hop_limit <= HOP_LIMIT_MAX:
            raise LimitError(
                f"hop_limit is {self.hop_limit}; choose 0 (neighbours only) to {HOP_LIMIT_MAX}"
            )
        if not FRAME_BYTES_MIN <= self.frame_bytes_max <= PAYLOAD_BYTES_MAX:
            raise LimitError(
                f"frame_bytes_max is {self.frame_bytes_max}; "
                f"choose {FRAME_BYTES_MIN} to {PAYLOAD_BYTES_MAX}"
            )


@dataclass(frozen=True, slots=True)
class RadioPlan:
    """How we use a radio. `refusal` says what a person must do first; then nothing is sent."""

    refusal: str | None
    medium: Medium
    channel: ChannelSlot | None
    warnings: tuple[str, ...]
    firmware: str
    region: str
    preset: str


def plan(facts: RadioFacts, settings: RadioSettings) -> RadioPlan:
    """Return how to use a radio that told `facts`."""
    channel = choose_channel(facts.channels, settings.channel)
    lora = facts.lora
    used = modulation(lora) if lora else LONG_FAST
    return RadioPlan(
        refusal=_refusal(lora, channel, settings),
        medium=Medium(
            frame_bytes_max=settings.frame_bytes_max,
            modulation=used,
            overhead_bytes=OVERHEAD_BYTES,
            duty_share_max=_duty_share(facts, used),
        ),
        channel=channel,
        warnings=_warnings(facts, settings, channel),
        firmware=facts.firmware or "unknown",
        region=region_name(lora.region) if lora else "unknown",
        preset=_preset(lora) if lora else "unknown",
    )


def modulation(lora: LoraSettings) -> Modulation:
    """Return the modulation that the radio really uses with these settings."""
    if lora.use_preset:
        return preset_modulation(lora.preset, region=lora.region, coding_rate=lora.coding_rate)
    return custom_modulation(
        spreading_factor=lora.spreading_factor,
        bandwidth_code=lora.bandwidth_code,
        coding_rate=lora.coding_rate,
        region=lora.region,
    )


def choose_channel(
    channels: tuple[ChannelSlot, ...], wanted: str | int | None
) -> ChannelSlot | None:
    """Return the channel to use, or None if the wanted one is not there.

    A name is compared without regard to case. Without a wish it is the channel named
    `meshnode`, else the primary one.
    """
    usable = [slot for slot in channels if slot.role is not ChannelRole.DISABLED]
    if not channels:
        # A radio that does not tell its channels has a first one all the same.
        usable = [ChannelSlot(index=0, role=ChannelRole.PRIMARY, name="", key=ChannelKey.NONE)]
    if isinstance(wanted, int):
        return next((slot for slot in usable if slot.index == wanted), None)
    name = CHANNEL_NAME_DEFAULT if wanted is None else wanted
    named = next((slot for slot in usable if slot.name.casefold() == name.casefold()), None)
    if named is not None or wanted is not None:
        return named
    return next((slot for slot in usable if slot.role is ChannelRole.PRIMARY), None)


def _duty_share(facts: RadioFacts, used: Modulation) -> float:
    """Return the legal share, less what signatures may add that `Medium` cannot count."""
    # A radio that keeps its region to itself still guards its own duty cycle; ours is Europe's.
    share = duty_share(facts.lora.region if facts.lora else _REGION_ASSUMED, role=facts.role)
    if share == 1 or not _is_signing(facts):
        return share
    counted_bytes = _SHORTEST_FRAME_BYTES + OVERHEAD_BYTES
    signed_bytes = counted_bytes + SIGNATURE_FIELD_BYTES
    return share * used.airtime_ms(counted_bytes) / used.airtime_ms(signed_bytes)


def _is_signing(facts: RadioFacts) -> bool:
    # A radio that does not tell its version may be the newest.
    version = facts.firmware_version
    return version is None or version >= _SIGNING_VERSION


def _preset(lora: LoraSettings) -> str:
    if lora.use_preset:
        return preset_name(lora.preset)
    chosen = modulation(lora)
    return f"SF{chosen.spreading_factor} BW{chosen.bandwidth_hz / 1000:g} CR4/{chosen.coding_rate}"


def _refusal(
    lora: LoraSettings | None, channel: ChannelSlot | None, settings: RadioSettings
) -> str | None:
    if lora is not None and lora.region == REGION_UNSET:
        return (
            "The radio has no region and must not send. Set it, in Germany with: "
            "meshtastic --set lora.region EU_868"
        )
    if channel is None:
        return _no_channel(settings.channel)
    return None


def _no_channel(wanted: str | int | None) -> str:
    if wanted is None:
        return "The radio has no active channel. Add one with: meshtastic --ch-add meshnode"
    if isinstance(wanted, int):
        return (
            f"The radio has no active channel with the index {wanted}. "
            "Choose another in the configuration, or leave it out to use the one named meshnode."
        )
    return (
        f"The radio has no active channel named {wanted!r}. Add it with: "
        f"meshtastic --ch-add {wanted}"
    )


def _warnings(
    facts: RadioFacts, settings: RadioSettings, channel: ChannelSlot | None
) -> tuple[str, ...]:
    found = [
        *(_lora_warnings(facts.lora) if facts.lora else (_LORA_UNKNOWN,)),
        *_relay_warnings(facts, settings),
        *(_channel_warnings(facts, settings, channel) if channel else ()),
        *_firmware_warnings(facts),
    ]
    if facts.is_licensed:
        found.append(
            "The radio is in ham mode: everything it sends is unencrypted. "
            "Switch ham mode off unless only licensed amateurs use this community."
        )
    return tuple(found)


def _lora_warnings(lora: LoraSettings) -> list[str]:
    found = []
    if not lora.tx_enabled:
        found.append(
            "Sending is switched off in the radio: this node hears others and is not heard. "
            "Switch it on with: meshtastic --set lora.tx_enabled true"
        )
    if lora.override_duty_cycle:
        found.append(
            "The radio is told to ignore the legal limit of airtime. This node keeps to it by "
            "itself, but what the radio relays does not. Undo it with: "
            "meshtastic --set lora.override_duty_cycle false"
        )
    if lora.use_preset and not is_known_preset(lora.preset):
        found.append(
            f"The radio uses {preset_name(lora.preset)}, newer than this program. Airtime is "
            "counted as on the slowest one. Update meshnode."
        )
    if lora.region != REGION_UNSET and not is_known_region(lora.region):
        found.append(
            f"The radio is set to {region_name(lora.region)}, whose law this program does not "
            "know. It sends 1 % of the time at most. Update meshnode."
        )
    return found


def _relay_warnings(facts: RadioFacts, settings: RadioSettings) -> list[str]:
    found = []
    mode = facts.rebroadcast_mode
    is_harmful = settings.hop_limit > 0 or mode == _DELIVERS_NOTHING
    if mode in _REBROADCAST and is_harmful:
        name, effect = _REBROADCAST[mode]
        found.append(
            f"The radio's rebroadcast mode is {name}: it {effect}. Set it with: "
            "meshtastic --set device.rebroadcast_mode ALL"
        )
    if facts.role == _ROLE_CLIENT_MUTE and settings.hop_limit > 0:
        found.append(
            "The radio's role is CLIENT_MUTE: it never passes on what neighbours send over "
            "several hops. Set it with: meshtastic --set device.role CLIENT"
        )
    return found


def _channel_warnings(
    facts: RadioFacts, settings: RadioSettings, channel: ChannelSlot
) -> list[str]:
    found = []
    if settings.channel is None and channel.name.casefold() != CHANNEL_NAME_DEFAULT:
        found.append(
            "The radio has no channel named meshnode, so its primary channel is used and shared "
            "with everybody on it. Add one with a key of its own: meshtastic --ch-add meshnode"
        )
    if _effective_key(facts.channels, channel) is not ChannelKey.PRIVATE:
        found.append(
            f"Channel {channel.index} has no key of its own: strangers' radios may relay our "
            "packets, refuse them, or read them. Set one with: "
            f"meshtastic --ch-index {channel.index} --ch-set psk random"
        )
    return found


def _effective_key(channels: tuple[ChannelSlot, ...], channel: ChannelSlot) -> ChannelKey:
    if channel.key is not ChannelKey.OF_PRIMARY:
        return channel.key
    primary = (slot.key for slot in channels if slot.role is ChannelRole.PRIMARY)
    return next(primary, ChannelKey.NONE)


def _firmware_warnings(facts: RadioFacts) -> list[str]:
    version = facts.firmware_version
    if version is None:
        return ["The radio does not tell its firmware version. Update it to 2.7 or newer."]
    if version < _OLDEST_VERSION:
        return [
            f"The radio's firmware {facts.firmware} is older than 2.5 and has known security "
            "holes. Update it to 2.7 or newer."
        ]
    if _is_signing(facts):
        return [
            f"The radio's firmware {facts.firmware} adds a signature to packets of up to "
            f"{SIGNED_PAYLOAD_BYTES_MAX} bytes. This costs airtime, so this node sends less where "
            "the law limits it. Radios set to accept only signed packets do not hear our longer "
            "ones: leave their security.packet_signature_policy at COMPATIBLE."
        ]
    return []
