"""What people write after `--peer` and `--listen`, as values.

Not for finding out whether anybody is there: names are looked up when we call.
"""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from meshnode.protocol.errors import LinkRefused
from meshnode.protocol.keys import KEY_ID_BYTES, PublicKey

DEFAULT_PORT: Final = 4480
"""Registered for nothing, below the ports that systems hand out to callers (32768 and up)."""

PORT_MAX: Final = 65_535
PIN_BYTES_MAX: Final = 32
"""All of SHA-256. Four bytes keep mistakes out; against somebody with much computing power who
holds the network key, write sixteen or all of them."""

_SCHEMES: Final = ("tls", "meshnode", "tcp")
"""All mean the same. `tcp` is what people know from the radio; here it is always TLS."""

_PEER_EXAMPLE: Final = "write it like tls://node.example.org:4480, 192.168.1.20 or [2001:db8::7]"
_PIN_EXAMPLE: Final = (
    "write it like tls://node.example.org:4480#1f2e3d4c, as `meshnode status` shows it"
)
_LISTEN_EXAMPLE: Final = "write it like :4480, 192.168.1.20:4480 or [::]:4480"


@dataclass(frozen=True, slots=True)
class PeerUrl:
    """Whom to call.

    `pin` is the beginning of SHA-256 of the only public key that may answer; empty: any member.
    """

    host: str
    port: int
    pin: bytes = b""

    def admits(self, public_key: PublicKey) -> bool:
        """Return whether the holder of `public_key` may answer under this address."""
        return sha256(public_key).digest().startswith(self.pin)

    @property
    def address(self) -> str:
        """`HOST:PORT` without the pin, as people know it."""
        return join_address(self.host, self.port)

    def __str__(self) -> str:
        pin = f"#{self.pin.hex()}" if self.pin else ""
        return f"tls://{self.address}{pin}"


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where to be called. An empty host means every address of this machine; port 0: any free."""

    host: str
    port: int

    def __str__(self) -> str:
        return join_address(self.host, self.port)


def join_address(host: str, port: int) -> str:
    """Return `HOST:PORT`, with brackets where the host is an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def parse_peer_url(url: str) -> PeerUrl:
    """Return the peer that `url` names: `[SCHEME://]HOST[:PORT][#NODEID]`.

    Raises:
        LinkRefused: With what is wrong and an example of how it is right.
    """
    rest, hash_mark, pin = url.strip().partition("#")
    scheme, separator, address = rest.rpartition("://")
    if separator and scheme.lower() not in _SCHEMES:
        raise LinkRefused(f"peer {url!r}: {scheme}:// is not how nodes talk; {_PEER_EXAMPLE}")
    try:
        host, port = _split(address.removesuffix("/"))
        _check_port(port, smallest=1)
    except ValueError as error:
        raise LinkRefused(f"peer {url!r}: {error}; {_PEER_EXAMPLE}") from None
    if not host:
        raise LinkRefused(f"peer {url!r}: the host is missing; {_PEER_EXAMPLE}")
    return PeerUrl(host, DEFAULT_PORT if port is None else port, _pin(url, pin, bool(hash_mark)))


def parse_listen(text: str) -> ListenAddress:
    """Return the address to listen on: `HOST:PORT`, `:PORT` or `[::]:PORT`; port 0 is any free.

    Raises:
        LinkRefused: With what is wrong and an example of how it is right.
    """
    try:
        host, port = _split(text.strip())
        _check_port(port, smallest=0)
    except ValueError as error:
        raise LinkRefused(f"listen address {text!r}: {error}; {_LISTEN_EXAMPLE}") from None
    if port is None:
        raise LinkRefused(f"listen address {text!r}: the port is missing; {_LISTEN_EXAMPLE}")
    return ListenAddress(host, port)


def _split(address: str) -> tuple[str, int | None]:
    """Return host and port; raises ValueError with what is wrong."""
    if address.startswith("["):
        host, bracket, after = address[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise ValueError("the bracket around the IPv6 address is not closed")
        _check_ipv6(host)
        return host, _port(after[1:]) if after else None
    if address.count(":") > 1:
        raise ValueError("an IPv6 address needs brackets")
    host, colon, port = address.partition(":")
    _check_name(host)
    return host, _port(port) if colon else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ValueError(f"{text!r} is not a port")
    return int(text)


def _check_port(port: int | None, *, smallest: int) -> None:
    if port is not None and not smallest <= port <= PORT_MAX:
        raise ValueError(f"port {port} is not between {smallest} and {PORT_MAX}")


def _check_ipv6(host: str) -> None:
    try:
        IPv6Address(host)
    except AddressValueError:
        raise ValueError(f"{host!r} is not an IPv6 address") from None


def _check_name(host: str) -> None:
    """Refuse what no name server can be asked for: other characters, empty or long labels."""
    if not all(letter.isalnum() or letter in "-._" for letter in host):
        raise ValueError(f"{host!r} is not a host name")
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError(f"{host!r} is not a host name") from None


def _pin(url: str, text: str, is_given: bool) -> bytes:  # noqa: FBT001
    if not is_given:
        return b""
    try:
        pin = bytes.fromhex(text) if text.isalnum() else b""
    except ValueError:
        pin = b""
    if not KEY_ID_BYTES <= len(pin) <= PIN_BYTES_MAX:
        raise LinkRefused(
            f"peer {url!r}: the node id behind # has {2 * KEY_ID_BYTES} to {2 * PIN_BYTES_MAX} "
            f"hexadecimal digits, two for each byte; {_PIN_EXAMPLE}"
        )
    return pin
