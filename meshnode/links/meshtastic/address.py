"""Where a radio is: `serial:/dev/ttyUSB0`, `tcp://10.0.0.7:4403`, `ble:NAME`.

Not for: opening anything. Invariant: an address that parses can be tried as it stands.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol.errors import LinkRefused

TCP_PORT_DEFAULT: Final = 4403
"""The port on which every Meshtastic radio with Wi-Fi or Ethernet, and meshtasticd, listens."""
_NAME_LENGTH_MAX: Final = 255
"""Longest host name (RFC 1035), path on a Pi and Bluetooth name (248) that can be real."""

_EXAMPLES: Final = (
    "Right are for example serial:/dev/ttyUSB0, tcp://192.168.1.20, "
    "tcp://[fd00::7]:4403 or ble:Meshtastic_1a2b"
)


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A radio on USB or a UART: the path of its device file."""

    path: str


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A radio on the network, or meshtasticd, or a virtual radio."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class BleAddress:
    """A paired radio in Bluetooth range: its name or its hardware address."""

    name: str


RadioAddress = SerialAddress | TcpAddress | BleAddress


def parse_radio_url(url: str) -> RadioAddress:
    """Return the address that `url` names.

    Raises:
        LinkRefused: It names none; the message says what is wrong and shows right ones.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in ("serial", "tcp", "ble"):
        raise _refusal(url, "it must begin with serial:, tcp:// or ble:")
    if any(not character.isprintable() for character in url):
        raise _refusal(url, "it contains an invisible character")
    if len(rest) > _NAME_LENGTH_MAX:
        raise _refusal(url[:40] + "...", "it is too long")
    if scheme == "serial":
        return _serial(url, rest)
    return _tcp(url, rest) if scheme == "tcp" else _ble(url, rest)


def _refusal(url: str, fault: str) -> LinkRefused:
    return LinkRefused(f"The radio address {url!r} cannot be used: {fault}. {_EXAMPLES}.")


def _serial(url: str, path: str) -> SerialAddress:
    path = path.removeprefix("//") if path.startswith("///") else path
    if not path.startswith("/") or path.startswith("//") or path.endswith("/"):
        raise _refusal(url, "after serial: the full path of a device file must follow")
    return SerialAddress(path)


def _ble(url: str, name: str) -> BleAddress:
    if not name.strip() or name.startswith("//"):
        raise _refusal(url, "after ble: the name of the radio must follow")
    return BleAddress(name)


def _tcp(url: str, rest: str) -> TcpAddress:
    if not rest.startswith("//"):
        raise _refusal(url, "after tcp: two slashes and the host must follow")
    host, port = _host_and_port(url, rest[2:].removesuffix("/"))
    if not host:
        raise _refusal(url, "the host is missing")
    if any(character in host for character in "/@?# []"):
        raise _refusal(url, "only a host and a port can stand there")
    return TcpAddress(host, _port(url, port))


def _host_and_port(url: str, netloc: str) -> tuple[str, str | None]:
    if netloc.startswith("["):
        host, bracket, after = netloc[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise _refusal(url, "the bracket around the IPv6 address is not closed rightly")
        return host, after[1:] if after else None
    host, colon, port = netloc.partition(":")
    if ":" in port:
        raise _refusal(url, "an IPv6 address must stand in brackets")
    return host, port if colon else None


def _port(url: str, text: str | None) -> int:
    if text is None:
        return TCP_PORT_DEFAULT
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise _refusal(url, f"the port {text!r} is not a number from 1 to 65535")
    return int(text)
