"""The other side of a Meshtastic client's stream: firmware 2.7.26 as a client meets it."""

from meshnode.sim.firmware.device import Device, DeviceSpec
from meshnode.sim.firmware.personality import FirmwarePersonality, Options

__all__ = ["Device", "DeviceSpec", "FirmwarePersonality", "Options"]
