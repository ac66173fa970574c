"""The network of a street: nodes with an address each, and phones in its Wi-Fi, each a network of
its own that can leave.

Not for: what runs there. Invariants: nothing in it has a route to anywhere else; it is made inside
a network namespace that ends with the tests (`python -m tests.browser`).
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IN_STREET = "MESHNODE_TEST_STREET"
"""The environment says that this process is in a network of its own."""
_NET = "192.168.77"
_BRIDGE = "wifi"
_NODES_MAX = 9
_WRAPPER = """#!/bin/sh
exec nsenter --net=/proc/{process}/ns/net -- {program} "$@"
"""


class Seat:
    """A place in the Wi-Fi for one phone."""

    def __init__(self, number: int, holder: subprocess.Popen[bytes]) -> None:
        self.address = f"{_NET}.{100 + number}"
        self._line = f"phone{number}"
        self._holder = holder

    def leave(self) -> None:
        """Walk out of the Wi-Fi."""
        _ip("link", "set", self._line, "down")

    def come_back(self) -> None:
        """Walk into the Wi-Fi again."""
        _ip("link", "set", self._line, "up")

    def wrap(self, program: str, at: Path) -> Path:
        """Write a program that runs another one in this place; return where it is."""
        at.write_text(_WRAPPER.format(process=self._holder.pid, program=program))
        at.chmod(0o755)
        return at


class Street:
    """The Wi-Fi."""

    def __init__(self) -> None:
        self._seats = 0

    def node_address(self, number: int) -> str:
        """Return the address of a node, counted from 0."""
        assert number < _NODES_MAX
        return f"{_NET}.{number + 1}"

    @contextmanager
    def seat(self) -> Iterator[Seat]:
        """Let a phone in while the block lasts."""
        self._seats += 1
        number = self._seats
        with subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE
        ) as holder:
            try:
                assert holder.stdout is not None
                holder.stdout.readline()
                seat = Seat(number, holder)
                _plug_in(number, holder.pid, seat.address)
                yield seat
            finally:
                holder.kill()


@contextmanager
def street() -> Iterator[Street]:
    """Set the network up while the block lasts.

    Raises:
        AssertionError: This process is not in a network of its own.
    """
    assert os.environ.get(IN_STREET), "Run: make test-browser, or: python -m tests.browser -k WORDS"
    _ip("link", "set", "lo", "up")
    _ip("link", "add", _BRIDGE, "type", "bridge", "forward_delay", "0")
    for number in range(1, _NODES_MAX + 1):
        _ip("addr", "add", f"{_NET}.{number}/24", "dev", _BRIDGE)
    _ip("link", "set", _BRIDGE, "up")
    try:
        yield Street()
    finally:
        _ip("link", "delete", _BRIDGE)


def _plug_in(number: int, process: int, address: str) -> None:
    line = f"phone{number}"
    _ip("link", "add", line, "type", "veth", "peer", "name", "wlan0", "netns", str(process))
    _ip("link", "set", line, "master", _BRIDGE, "up")
    inside = ["nsenter", f"--net=/proc/{process}/ns/net", "--"]
    # An address that comes by itself a second later would end what the browser is just loading.
    subprocess.run(
        [*inside, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6"], check=True
    )
    _ip("link", "set", "lo", "up", inside=inside)
    _ip("addr", "add", f"{address}/24", "dev", "wlan0", inside=inside)
    _ip("link", "set", "wlan0", "up", inside=inside)


def _ip(*words: str, inside: list[str] | None = None) -> None:
    done = subprocess.run(
        [*(inside or []), "ip", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
