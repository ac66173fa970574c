"""What a radio remembers: its names, its settings, its channels, the nodes it knows.

Not for: what happens when a client changes them (`admin`). Survives reboots.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations
from random import Random
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from meshtastic.protobuf import config_pb2, localonly_pb2, mesh_pb2

from meshnode.sim.firmware.channels import Channels
from meshnode.sim.settings import RadioSettings, Role

FIRMWARE_VERSION: Final = "2.7.26"
HOP_LIMIT_DEFAULT: Final = 3
NODE_INFO_SECONDS: Final = 3 * 60 * 60
MIN_APP_VERSION: Final = 30_200
DEVICE_STATE_VERSION: Final = 24

_LORA = config_pb2.Config.LoRaConfig
_DEVICE = config_pb2.Config.DeviceConfig

PRIVATE_CHANNEL: Final = ("meshnode", bytes(range(1, 33)))
"""The secondary channel virtual radios come with: a name and a key of 32 bytes."""


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """How a virtual radio comes out of the box.

    `region` None is what a new radio has: it does not send until one is set. `secondaries` are
    names and keys of further channels; the primary is the public one.
    """

    number: int
    long_name: str
    short_name: str
    preset: str = "LONG_FAST"
    region: str | None = "EU_868"
    secondaries: tuple[tuple[str, bytes], ...] = (PRIVATE_CHANNEL,)
    rebroadcast_mode: str = "ALL"
    role: str = "CLIENT"


@dataclass(slots=True)
class Device:
    """The memory of one radio."""

    spec: DeviceSpec
    owner: mesh_pb2.User
    config: localonly_pb2.LocalConfig
    module_config: localonly_pb2.LocalModuleConfig
    channels: Channels
    device_id: bytes
    nodes: dict[int, mesh_pb2.NodeInfo] = field(default_factory=dict)
    """The nodes it knows by number, in the order it met them, without itself."""

    @property
    def number(self) -> int:
        """The node number."""
        return self.spec.number

    @property
    def hop_limit(self) -> int:
        """How far packets go that do not say it themselves."""
        return int(self.config.lora.hop_limit) or HOP_LIMIT_DEFAULT

    @property
    def rebroadcast_mode(self) -> str:
        """Which packets of others are relayed."""
        return str(_DEVICE.RebroadcastMode.Name(self.config.device.rebroadcast_mode))

    def radio_settings(self) -> RadioSettings:
        """Return what of all this the radio itself has to know."""
        lora = self.config.lora
        roles = {_DEVICE.ROUTER: Role.ROUTER, _DEVICE.CLIENT_MUTE: Role.CLIENT_MUTE}
        is_unset = lora.region == _LORA.UNSET
        return RadioSettings(
            preset=_LORA.ModemPreset.Name(lora.modem_preset),
            region=None if is_unset else _LORA.RegionCode.Name(lora.region),
            role=roles.get(self.config.device.role, Role.CLIENT),
            relays=self.rebroadcast_mode != "NONE",
            is_tx_enabled=lora.tx_enabled,
            override_duty_cycle=lora.override_duty_cycle,
        )

    def meet(self, number: int) -> mesh_pb2.NodeInfo:
        """Return what we know of a node, beginning with its number."""
        if number not in self.nodes:
            self.nodes[number] = mesh_pb2.NodeInfo(num=number)
        return self.nodes[number]


def made(spec: DeviceSpec, dice: Random) -> Device:
    """Return a radio as it comes out of the box; its keys are drawn from `dice`."""
    private_key = dice.randbytes(32)
    public_key = _public_key(private_key)
    owner = mesh_pb2.User(
        id=f"!{spec.number:08x}",
        long_name=spec.long_name,
        short_name=spec.short_name,
        macaddr=b"\x02\x00" + spec.number.to_bytes(4, "big"),
        hw_model=mesh_pb2.PORTDUINO,
        role=_DEVICE.Role.Value(spec.role),
        public_key=public_key,
    )
    config = _config(spec)
    config.security.public_key = public_key
    config.security.private_key = private_key
    return Device(
        spec=spec,
        owner=owner,
        config=config,
        module_config=_module_config(),
        channels=Channels(preset=spec.preset, secondaries=spec.secondaries),
        device_id=dice.randbytes(16),
    )


def introduce(devices: Sequence[Device]) -> None:
    """Let devices know each other's names, as radios do that have met before."""
    for device, other in permutations(devices, 2):
        device.meet(other.number).user.CopyFrom(other.owner)


def _public_key(private_key: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(private_key).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _config(spec: DeviceSpec) -> localonly_pb2.LocalConfig:
    config = localonly_pb2.LocalConfig()
    config.device.role = _DEVICE.Role.Value(spec.role)
    config.device.rebroadcast_mode = _DEVICE.RebroadcastMode.Value(spec.rebroadcast_mode)
    config.device.node_info_broadcast_secs = NODE_INFO_SECONDS
    config.position.position_broadcast_smart_enabled = True
    config.power.ls_secs = 300
    config.network.ntp_server = "meshtastic.pool.ntp.org"
    config.display.screen_on_secs = 600
    config.bluetooth.enabled = False
    config.security.serial_enabled = True
    lora = config.lora
    lora.use_preset = True
    lora.modem_preset = _LORA.ModemPreset.Value(spec.preset)
    lora.region = _LORA.RegionCode.Value(spec.region or "UNSET")
    lora.hop_limit = HOP_LIMIT_DEFAULT
    lora.tx_enabled = spec.region is not None
    lora.tx_power = 27
    lora.sx126x_rx_boosted_gain = True
    return config


def _module_config() -> localonly_pb2.LocalModuleConfig:
    module_config = localonly_pb2.LocalModuleConfig()
    module_config.mqtt.address = "mqtt.meshtastic.org"
    module_config.mqtt.encryption_enabled = True
    module_config.telemetry.device_update_interval = 3600
    return module_config
