"""What a client may ask of and change on its own radio.

Only local administration: nothing that came over the air gets here.
Source: meshtastic/firmware 2.7.26, `src/modules/AdminModule.cpp`.
"""

from dataclasses import dataclass
from typing import Final

from meshtastic.protobuf import admin_pb2, config_pb2, module_config_pb2

from meshnode.sim.firmware.device import Device
from meshnode.sim.firmware.handshake import config_part, metadata, module_config_part

REBOOT_SECONDS: Final = 7
"""How long after a change the firmware reboots."""

SETTING_BYTES_MAX: Final = 233
"""What fits into a packet; all that a client can read back later fits into a message then."""

SESSION_KEY: Final = b"meshnode"
"""Eight bytes that remote administration would need; a local client only repeats them."""

_LORA_REBOOTS: Final = (
    "use_preset",
    "region",
    "modem_preset",
    "bandwidth",
    "spread_factor",
    "coding_rate",
    "tx_power",
    "frequency_offset",
    "override_frequency",
    "channel_num",
    "sx126x_rx_boosted_gain",
)
"""Fields of `lora` that only a reboot puts into force."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows from a request: a message back, settings to apply, a reboot."""

    message: admin_pb2.AdminMessage | None = None
    is_refused: bool = False
    applies: bool = False
    reboot_seconds: int | None = None
    clock_s: int | None = None


class Admin:
    """Carries out admin messages on one device."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._is_editing = False

    def handle(self, request: admin_pb2.AdminMessage) -> Answer:
        """Return what follows; unknown requests have no effect."""
        name = request.WhichOneof("payload_variant") or ""
        if request.ByteSize() > SETTING_BYTES_MAX:
            return Answer(is_refused=True)
        if name.startswith("get_"):
            return self._get(name, request)
        if name in ("begin_edit_settings", "commit_edit_settings"):
            return self._edit(is_begin=name == "begin_edit_settings")
        if name.startswith("set_"):
            return self._set(name, request)
        if name == "reboot_seconds":
            return Answer(reboot_seconds=max(request.reboot_seconds, 0))
        return Answer()

    def _get(self, name: str, request: admin_pb2.AdminMessage) -> Answer:
        reply = admin_pb2.AdminMessage(session_passkey=SESSION_KEY)
        if name == "get_owner_request":
            reply.get_owner_response.CopyFrom(self._device.owner)
        elif name == "get_config_request":
            part = _field(config_pb2.Config, request.get_config_request)
            if part is None:
                return Answer(is_refused=True)
            reply.get_config_response.CopyFrom(config_part(self._device, part))
        elif name == "get_module_config_request":
            part = _field(module_config_pb2.ModuleConfig, request.get_module_config_request)
            if part is None:
                return Answer(is_refused=True)
            reply.get_module_config_response.CopyFrom(module_config_part(self._device, part))
        elif name == "get_channel_request":
            return self._get_channel(request.get_channel_request - 1, reply)
        elif name == "get_device_metadata_request":
            reply.get_device_metadata_response.CopyFrom(metadata(self._device))
        else:
            return Answer()
        return Answer(reply)

    def _get_channel(self, index: int, reply: admin_pb2.AdminMessage) -> Answer:
        channels = self._device.channels.settings
        if not 0 <= index < len(channels):
            return Answer(is_refused=True)
        reply.get_channel_response.CopyFrom(channels[index])
        return Answer(reply)

    def _edit(self, *, is_begin: bool) -> Answer:
        self._is_editing = is_begin
        if is_begin:
            return Answer()
        return Answer(applies=True, reboot_seconds=REBOOT_SECONDS)

    def _set(self, name: str, request: admin_pb2.AdminMessage) -> Answer:
        if name == "set_config":
            return self._saved(reboots=self._set_config(request.set_config))
        if name == "set_module_config":
            return self._saved(reboots=self._set_module_config(request.set_module_config))
        if name == "set_channel":
            is_written = self._device.channels.write(request.set_channel)
            return self._saved(reboots=False) if is_written else Answer(is_refused=True)
        if name == "set_owner":
            return self._set_owner(request)
        if name == "set_time_only":
            return Answer(clock_s=request.set_time_only)
        return Answer()

    def _saved(self, *, reboots: bool) -> Answer:
        if self._is_editing:
            return Answer()
        return Answer(applies=True, reboot_seconds=REBOOT_SECONDS if reboots else None)

    def _set_config(self, config: config_pb2.Config) -> bool:
        """Take in one part of the configuration; True when it needs a reboot."""
        name = config.WhichOneof("payload_variant") or ""
        if not hasattr(self._device.config, name):
            return False
        new, old = getattr(config, name), getattr(self._device.config, name)
        reboots = new != old
        if name == "lora":
            reboots = any(getattr(new, each) != getattr(old, each) for each in _LORA_REBOOTS)
            is_first_region = old.region == config_pb2.Config.LoRaConfig.UNSET
        old.CopyFrom(new)
        if name == "lora":
            if is_first_region and new.region != config_pb2.Config.LoRaConfig.UNSET:
                old.tx_enabled = True
            preset = config_pb2.Config.LoRaConfig.ModemPreset.Name(new.modem_preset)
            self._device.channels.preset = preset
        return bool(reboots)

    def _set_module_config(self, config: module_config_pb2.ModuleConfig) -> bool:
        name = config.WhichOneof("payload_variant") or ""
        if not hasattr(self._device.module_config, name):
            return False
        getattr(self._device.module_config, name).CopyFrom(getattr(config, name))
        return True

    def _set_owner(self, request: admin_pb2.AdminMessage) -> Answer:
        new, owner = request.set_owner, self._device.owner
        if any(name and not name.strip() for name in (new.long_name, new.short_name)):
            return Answer(is_refused=True)
        before = owner.SerializeToString()
        owner.long_name = new.long_name or owner.long_name
        owner.short_name = new.short_name or owner.short_name
        owner.is_unmessagable = new.is_unmessagable
        return self._saved(reboots=owner.SerializeToString() != before)


def _field(message: type, number: int) -> str | None:
    """Return the name of the part that a request numbers from nought, the message from one."""
    field = message.DESCRIPTOR.fields_by_number.get(number + 1)  # type: ignore[attr-defined]
    return None if field is None else str(field.name)
