"""A neighbourhood's node: signed objects gossiped over radio, LAN and internet."""

__version__ = "0.1.0"
