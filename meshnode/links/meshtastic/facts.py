"""What a radio tells about itself while we shake hands, as plain values.

Not for: judging it; `radio_config` does. Invariant: a field that the radio did not send is None
or absent, never a guess; keys of channels are classified and then forgotten.
Source: docs/spec/radio.md section 3; firmware 2.7 src/mesh/PhoneAPI.cpp.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

CHANNEL_SLOTS: Final = 8
"""Every firmware sends this many channels, the unused ones as disabled."""
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")


class ChannelRole(Enum):
    """What a channel slot is used for."""

    DISABLED = 0
    PRIMARY = 1
    SECONDARY = 2


class ChannelKey(Enum):
    """How secret a channel is."""

    NONE = "none"
    """No encryption at all."""
    PUBLIC = "public"
    """One of the ten keys printed in Meshtastic's source; `AQ==` is the first."""
    PRIVATE = "private"
    """A key of the group's own."""
    OF_PRIMARY = "of_primary"
    """A secondary channel without a key uses that of the primary one."""


@dataclass(frozen=True, slots=True)
class ChannelSlot:
    """One of the radio's eight channels."""

    index: int
    role: ChannelRole
    name: str
    key: ChannelKey


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """The radio's LoRa settings, as numbers of Meshtastic's own enums."""

    region: int
    use_preset: bool
    preset: int
    bandwidth_code: int
    spreading_factor: int
    coding_rate: int
    tx_enabled: bool
    override_duty_cycle: bool


@dataclass(frozen=True, slots=True)
class RadioFacts:
    """Everything that we read from a radio. `lora` is None if it never told."""

    node_number: int
    firmware: str
    lora: LoraSettings | None
    role: int
    rebroadcast_mode: int
    is_licensed: bool
    channels: tuple[ChannelSlot, ...]

    @property
    def firmware_version(self) -> tuple[int, int, int] | None:
        """Return the numbers of a version such as `2.7.26.54e0d8d`, or None."""
        match = _VERSION.match(self.firmware)
        if match is None:
            return None
        major, minor, patch = (int(part or 0) for part in match.groups())
        return major, minor, patch


class FactsCollector:
    """Gathers one handshake's messages into `RadioFacts`."""

    def __init__(self) -> None:
        self._node_number = 0
        self._firmware = ""
        self._lora: LoraSettings | None = None
        self._role = 0
        self._rebroadcast_mode = 0
        self._has_device = False
        self._licensed: dict[int, bool] = {}
        self._channels: dict[int, ChannelSlot] = {}

    def take(self, variant: str, message: Any) -> None:
        """Take note of one FromRadio message; variants that do not matter to us are skipped."""
        match variant:
            case "my_info":
                self._node_number = int(message.my_info.my_node_num)
            case "metadata":
                self._firmware = str(message.metadata.firmware_version)
            case "channel":
                self._take_channel(message.channel)
            case "config":
                self._take_config(message.config)
            case "node_info" if message.node_info.num == self._node_number:
                self._licensed[self._node_number] = bool(message.node_info.user.is_licensed)

    def missing(self) -> tuple[str, ...]:
        """Return what a whole handshake would have brought; on a bad line messages get lost."""
        parts = {
            "my_info": self._node_number != 0,
            "metadata": self._firmware != "",
            "lora": self._lora is not None,
            "device": self._has_device,
            "channels": len(self._channels) >= CHANNEL_SLOTS,
        }
        return tuple(name for name, is_there in parts.items() if not is_there)

    def facts(self) -> RadioFacts:
        """Return what has been gathered so far."""
        return RadioFacts(
            node_number=self._node_number,
            firmware=self._firmware,
            lora=self._lora,
            role=self._role,
            rebroadcast_mode=self._rebroadcast_mode,
            is_licensed=self._licensed.get(self._node_number, False),
            channels=tuple(self._channels[index] for index in sorted(self._channels)),
        )

    def _take_channel(self, channel: Any) -> None:
        index = int(channel.index)
        if not 0 <= index < CHANNEL_SLOTS or channel.role not in (0, 1, 2):
            return
        role = ChannelRole(channel.role)
        self._channels[index] = ChannelSlot(
            index, role, str(channel.settings.name), _channel_key(bytes(channel.settings.psk), role)
        )

    def _take_config(self, config: Any) -> None:
        variant = config.WhichOneof("payload_variant")
        if variant == "lora":
            self._lora = _lora_settings(config.lora)
        elif variant == "device":
            self._has_device = True
            self._role = int(config.device.role)
            self._rebroadcast_mode = int(config.device.rebroadcast_mode)


def _lora_settings(lora: Any) -> LoraSettings:
    return LoraSettings(
        region=int(lora.region),
        use_preset=bool(lora.use_preset),
        preset=int(lora.modem_preset),
        bandwidth_code=int(lora.bandwidth),
        spreading_factor=int(lora.spread_factor),
        coding_rate=int(lora.coding_rate),
        tx_enabled=bool(lora.tx_enabled),
        override_duty_cycle=bool(lora.override_duty_cycle),
    )


def _channel_key(psk: bytes, role: ChannelRole) -> ChannelKey:
    if not psk:
        return ChannelKey.OF_PRIMARY if role is ChannelRole.SECONDARY else ChannelKey.NONE
    if len(psk) == 1:
        return ChannelKey.PUBLIC if psk != b"\0" else ChannelKey.NONE
    return ChannelKey.PUBLIC if psk in _PUBLIC_KEYS else ChannelKey.PRIVATE


_DEFAULT_KEY: Final = bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6901")
_PUBLIC_KEYS: Final = frozenset(
    _DEFAULT_KEY[:-1] + bytes([_DEFAULT_KEY[-1] + offset]) for offset in range(10)
)
"""The short keys 1..10 in full: the last byte counts up from Meshtastic's default key."""
