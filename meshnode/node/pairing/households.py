"""Households: by what somebody is counted who has no key.

Invariant: whoever has one IPv6 network has all its addresses, and counts once.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_V6_PREFIX: Final = 64
"""One household; whoever has one has all addresses in it."""


def household_of(host: str) -> bytes:
    """Return by what somebody is counted who has no key: an IPv4 address, 64 bits of an IPv6 one.

    What is no address counts as one household.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return b""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped.packed
        return ip_network((address, _V6_PREFIX), strict=False).network_address.packed
    return address.packed
