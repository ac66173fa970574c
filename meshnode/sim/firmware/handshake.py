"""What a radio tells a client that asks for its configuration, in the firmware's order.

Clients rely on the order. Two nonces are special: one leaves out the nodes, one all but the nodes.
Source: meshtastic/firmware 2.7.26, `src/mesh/PhoneAPI.cpp`, `getFromRadio`.
"""

from collections.abc import Iterator
from typing import Final

from meshtastic.protobuf import admin_pb2, config_pb2, mesh_pb2, module_config_pb2

from meshnode.sim.firmware.device import (
    DEVICE_STATE_VERSION,
    FIRMWARE_VERSION,
    MIN_APP_VERSION,
    Device,
)

NONCE_ONLY_CONFIG: Final = 69_420
NONCE_ONLY_NODES: Final = 69_421

_MODULES_UNTIL: Final = 13
"""`paxcounter`. 2.7.26 counts on to 16, but knows no names for the last three: they are sent
empty."""

_FILES: Final = ("/prefs/config.proto", "/prefs/channels.proto", "/prefs/db.proto")


def handshake(device: Device, nonce: int) -> Iterator[mesh_pb2.FromRadio]:
    """Yield the answer to `want_config_id`, up to `config_complete_id`."""
    if nonce != NONCE_ONLY_NODES:
        yield from _identity(device)
    yield mesh_pb2.FromRadio(node_info=own_node(device))
    if nonce != NONCE_ONLY_NODES:
        yield from _configuration(device)
    if nonce != NONCE_ONLY_CONFIG:
        for node in tuple(device.nodes.values()):
            yield mesh_pb2.FromRadio(node_info=node)
    if nonce != NONCE_ONLY_NODES:
        for name in _FILES:
            yield mesh_pb2.FromRadio(fileInfo=mesh_pb2.FileInfo(file_name=name, size_bytes=150))
    yield mesh_pb2.FromRadio(config_complete_id=nonce)


def own_node(device: Device) -> mesh_pb2.NodeInfo:
    """Return the radio's entry for itself."""
    return mesh_pb2.NodeInfo(num=device.number, user=device.owner, is_favorite=True)


def metadata(device: Device) -> mesh_pb2.DeviceMetadata:
    """Return what the radio is."""
    return mesh_pb2.DeviceMetadata(
        firmware_version=FIRMWARE_VERSION,
        device_state_version=DEVICE_STATE_VERSION,
        hasWifi=True,
        role=device.config.device.role,
        hw_model=mesh_pb2.PORTDUINO,
        hasPKC=False,
    )


def config_part(device: Device, name: str) -> config_pb2.Config:
    """Return one part of the configuration by its field name; empty when nothing is kept."""
    part = config_pb2.Config()
    getattr(part, name).SetInParent()
    if hasattr(device.config, name):
        getattr(part, name).CopyFrom(getattr(device.config, name))
    return part


def module_config_part(device: Device, name: str) -> module_config_pb2.ModuleConfig:
    """Return one module's configuration by its field name."""
    part = module_config_pb2.ModuleConfig()
    getattr(part, name).SetInParent()
    if hasattr(device.module_config, name):
        getattr(part, name).CopyFrom(getattr(device.module_config, name))
    return part


def _identity(device: Device) -> Iterator[mesh_pb2.FromRadio]:
    yield mesh_pb2.FromRadio(
        my_info=mesh_pb2.MyNodeInfo(
            my_node_num=device.number,
            min_app_version=MIN_APP_VERSION,
            device_id=device.device_id,
            pio_env="native",
            nodedb_count=1 + len(device.nodes),
        )
    )
    ui = mesh_pb2.FromRadio()
    ui.deviceuiConfig.SetInParent()
    yield ui


def _configuration(device: Device) -> Iterator[mesh_pb2.FromRadio]:
    yield mesh_pb2.FromRadio(metadata=metadata(device))
    for channel in device.channels.settings:
        yield mesh_pb2.FromRadio(channel=channel)
    for field in _in_order(config_pb2.Config.DESCRIPTOR.fields):
        yield mesh_pb2.FromRadio(config=config_part(device, field.name))
    for number in range(1, max(admin_pb2.AdminMessage.ModuleConfigType.values()) + 2):
        yield mesh_pb2.FromRadio(moduleConfig=_numbered_module(device, number))


def _numbered_module(device: Device, number: int) -> module_config_pb2.ModuleConfig:
    field = module_config_pb2.ModuleConfig.DESCRIPTOR.fields_by_number.get(number)
    if field is None or number > _MODULES_UNTIL:
        return module_config_pb2.ModuleConfig()
    return module_config_part(device, field.name)


def _in_order(fields: list) -> list:  # type: ignore[type-arg]  # protobuf has no types here
    return sorted(fields, key=lambda field: field.number)
