"""Nodes that reach each other over the internet: frames over TLS, keys instead of names.

Not for judging who is a member (the engine does, by the proven key) and not for understanding
frames. Needs no public authority and no correct clock. Source: docs/spec/internet.md.
"""

from meshnode.links.internet.addresses import (
    DEFAULT_PORT,
    ListenAddress,
    PeerUrl,
    parse_listen,
    parse_peer_url,
)
from meshnode.links.internet.certificate import NETWORK_KEY_BYTES
from meshnode.links.internet.link import InternetLink
from meshnode.links.internet.timing import Timing

__all__ = [
    "DEFAULT_PORT",
    "NETWORK_KEY_BYTES",
    "InternetLink",
    "ListenAddress",
    "PeerUrl",
    "Timing",
    "parse_listen",
    "parse_peer_url",
]
