"""Sockets to listen on: the UNIX socket in a node's home, and HOST:PORT for browsers.

Invariants: the UNIX socket is never reachable by others, not even between its birth and the next
line; it is gone when the block ends; a port that is taken is said in one sentence.
"""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from meshnode.node.home import remove_stale_socket, socket_address
from meshnode.protocol.errors import LimitError, StoreError

SOCKET_MODE: Final = 0o600
BACKLOG: Final = 64
_PROBE_TIMEOUT_S: Final = 1.0
_EXAMPLE: Final = "write it like 0.0.0.0:8080, 127.0.0.1:8080 or [::]:8080"
_DOCUMENTATION_ADDRESS: Final = "192.0.2.1"
"""Nobody's: nothing is sent, the kernel only says from which address it would be."""


@contextmanager
def unix_listener(path: Path) -> Iterator[socket.socket]:
    """Listen at `path`, which only this user can reach, while the block lasts.

    Raises:
        LimitError: Another node is running in this home.
        StoreError: The socket cannot be made there.
    """
    try:
        address, directory = socket_address(path)
    except OSError as error:
        raise StoreError(f"Cannot open {path.parent}: {error.strerror}.") from error
    try:
        _clear(path, address)
        with closing(_bound_unix(path, address)) as listening:
            mark = path.stat().st_ino
            try:
                yield listening
            finally:
                with suppress(FileNotFoundError):
                    if path.stat().st_ino == mark:
                        path.unlink()
    finally:
        os.close(directory)


@contextmanager
def tcp_listener(where: str) -> Iterator[socket.socket]:
    """Listen at HOST:PORT while the block lasts; an empty host is every address, port 0 any port.

    Raises:
        LimitError: It is not an address of this machine, or another program has the port.
    """
    host, port = parse_address(where)
    with closing(_bound_tcp(host, port)) as listening:
        yield listening


def parse_address(where: str) -> tuple[str, int]:
    """Return host and port.

    Raises:
        LimitError: With an example of how it is right.
    """
    host, colon, port = where.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise LimitError(f"{where!r} is not HOST:PORT; {_EXAMPLE}.")
    is_port = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65_535
    if not colon or not is_port:
        raise LimitError(f"{where!r} is not HOST:PORT; {_EXAMPLE}.")
    return host, int(port)


def browser_address(listening: socket.socket) -> str:
    """Return where a browser finds what listens: `http://192.168.1.20:8080/`."""
    host, port = listening.getsockname()[:2]
    if ip_address(host.partition("%")[0]).is_unspecified:
        host = _own_address()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def told_address(address: str) -> str | None:
    """Return where a browser finds this node, by what the configuration says of it."""
    return f"http://{address}/" if address else None


def told_names(address: str) -> tuple[str, ...]:
    """Return the name of this node that the configuration says, if it says one."""
    name = address.rpartition("]")[2].partition(":")[0]
    return (name,) if name else ()


def _clear(path: Path, address: str) -> None:
    """Remove a dead node's socket; refuse if the node lives."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_TIMEOUT_S)
        try:
            probe.connect(address)
        except OSError:
            remove_stale_socket(path)
            return
    raise LimitError(f"A node is running in {path.parent} already. Stop it first.")


def _bound_unix(path: Path, address: str) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Linux gives the name the mode of the socket: there is no moment at which others may in.
        os.fchmod(listening.fileno(), SOCKET_MODE)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise StoreError(f"Cannot make the socket {path}: {error.strerror}.") from error
    return listening


def _bound_tcp(host: str, port: int) -> socket.socket:
    family, address = _resolved(host, port)
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(bool(host)))
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise _refused(error, host, port) from error
    return listening


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    if not host:
        return (
            (socket.AF_INET6, ("::", port))
            if socket.has_dualstack_ipv6()
            else (
                socket.AF_INET,
                ("0.0.0.0", port),  # noqa: S104  Asked for: an empty host.
            )
        )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise LimitError(f"--http: nothing is known about {host!r}; {_EXAMPLE}.") from error
    family, _, _, _, address = found[0]
    return family, (str(address[0]), int(address[1]))


def _refused(error: OSError, host: str, port: int) -> LimitError:
    match error.errno:
        case errno.EADDRINUSE:
            reason = f"Port {port} is taken by another program; choose another with --http."
        case errno.EACCES:
            reason = f"Port {port} needs root; choose one above 1023 with --http."
        case errno.EADDRNOTAVAIL:
            reason = f"This machine has no address {host}; {_EXAMPLE}."
        case _:
            reason = f"Cannot listen at {host}:{port}: {error.strerror}."
    return LimitError(reason)


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_DOCUMENTATION_ADDRESS, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
