"""TCP: find and reach an address, listen on one, and notice when the other end vanishes."""

import asyncio
import errno
import os
import socket
from collections.abc import Sequence
from typing import Final

from meshnode.links.internet.addresses import ListenAddress, PeerUrl
from meshnode.protocol.errors import LinkLost

ADDRESSES_MAX: Final = 4
"""Addresses of one name that are tried in a row: two each of IPv6 and IPv4."""

BACKLOG: Final = 64
"""Callers that the system holds for us while we are busy."""

_PROBES: Final = 3
_NO_IPV6: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


async def connect(url: PeerUrl, *, timeout_s: float) -> socket.socket:
    """Return a connected socket; the name lookup counts into `timeout_s`.

    Raises:
        LinkLost: With what is in the way.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
            return await _first_reachable(found[:ADDRESSES_MAX], timeout_s)
    except socket.gaierror as error:
        raise LinkLost(f"cannot find {url.host}: {plain(error)}") from None
    except TimeoutError:
        raise LinkLost(f"cannot reach {url.address}: no answer within {timeout_s:g} s") from None
    except OSError as error:
        raise LinkLost(f"cannot reach {url.address}: {plain(error)}") from None


async def open_listener(address: ListenAddress) -> socket.socket:
    """Return a socket that listens; without a host on all addresses, IPv4 and IPv6.

    Raises:
        OSError: The address is not ours, taken or not allowed.
    """
    if address.host in ("", "::"):
        return _listen_everywhere(address)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    family, _, _, _, name = found[0]
    return _ready(socket.create_server(name[:2], family=family, backlog=BACKLOG))


def tune(sock: socket.socket, *, silence_s: float) -> None:
    """Send at once, and let the system notice a dead line within `silence_s`."""
    sock.settimeout(0)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    interval_s = max(int(silence_s / _PROBES), 1)
    options = {
        "TCP_KEEPIDLE": interval_s,
        "TCP_KEEPINTVL": interval_s,
        "TCP_KEEPCNT": _PROBES,
    }
    for name, value in options.items():
        if hasattr(socket, name):  # Each system knows some of them.
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def plain(error: OSError) -> str:
    """Return what went wrong in the system's own words."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return (error.strerror or str(error) or type(error).__name__).lower()
    # asyncio overwrites `strerror` with the address, which we name ourselves.
    return os.strerror(error.errno).lower()


async def _first_reachable(
    found: Sequence[tuple[int, int, int, str, tuple[object, ...]]],
    timeout_s: float,
) -> socket.socket:
    """Try one after the other, so that a dead IPv6 does not hide a living IPv4."""
    failure: OSError = OSError(errno.EHOSTUNREACH, "the name has no address")
    for family, kind, protocol, _, name in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(0)
            async with asyncio.timeout(timeout_s / len(found)):
                await asyncio.get_running_loop().sock_connect(sock, name)
        except OSError as error:  # TimeoutError too
            sock.close()
            failure = error
        except asyncio.CancelledError:
            sock.close()
            raise
        else:
            return sock
    raise failure


def _listen_everywhere(address: ListenAddress) -> socket.socket:
    try:
        if socket.has_dualstack_ipv6():
            where = ("::", address.port)
            family = socket.AF_INET6
            return _ready(
                socket.create_server(where, family=family, backlog=BACKLOG, dualstack_ipv6=True)
            )
    except OSError as error:
        if error.errno not in _NO_IPV6:
            raise
    return _ready(socket.create_server(("", address.port), backlog=BACKLOG))


def _ready(sock: socket.socket) -> socket.socket:
    sock.settimeout(0)
    return sock
