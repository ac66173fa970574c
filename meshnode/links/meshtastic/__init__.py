"""Meshtastic radios over USB serial, TCP and Bluetooth, as a packet modem for frames."""

from meshnode.links.meshtastic.address import RadioAddress, parse_radio_url
from meshnode.links.meshtastic.link import MeshtasticLink
from meshnode.links.meshtastic.radio_config import RadioSettings
from meshnode.links.meshtastic.timing import Timing

__all__ = ["MeshtasticLink", "RadioAddress", "RadioSettings", "Timing", "parse_radio_url"]
