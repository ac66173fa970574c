"""Meshtastic radios over USB serial, TCP and Bluetooth, as a packet modem for frames."""
