"""One node of real LXMF over real Reticulum, as a process of its own on a modelled radio.

Not for: being imported, or running with this project's packages: `lxmf_run` starts it in a
throwaway environment that holds rns and lxmf from the package index. Nothing in those programs is
changed. Their radio is an external interface (a documented plug-in) with the MTU and the bit rate
of Reticulum's RNodeInterface; their clock and every wait run `speed` times as fast.
Lines of JSON go both ways over the inherited socket:
in   {"do": "announce" | "knows" | "post" | "pending"}, {"rx": hex}
out  {"address": hex}, {"tx": hex}, {"knows": n}, {"got": text}, {"pending": n, "done": n}
"""

import argparse
import json
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any, Final, SupportsIndex

SPREADING_FACTOR: Final = 11
BANDWIDTH_HZ: Final = 250_000
CODING_RATE: Final = 5
PACKET_BYTES_MAX: Final = 508
IFAC_BYTES: Final = 8
SLEEP_S_MIN: Final = 0.0005
"""A wait shortened below this would only burn the processor."""

CONFIGURATION: Final = """
[reticulum]
enable_transport = No
share_instance = No
[logging]
loglevel = 0
[interfaces]
[[channel]]
type = ModelledChannel
enabled = Yes
"""
PLUG_IN: Final = "from __main__ import make_interface as interface_class\n"


def scale_clock(epoch_s: float, speed: float) -> None:
    """Let all clocks and waits of this process run `speed` times as fast since `epoch_s`."""
    real_time, real_sleep, real_wait = time.time, time.sleep, threading.Condition.wait

    def now_s() -> float:
        return epoch_s + (real_time() - epoch_s) * speed

    def sleep(seconds: SupportsIndex | float, /) -> None:
        real_sleep(max(float(seconds) / speed, SLEEP_S_MIN))

    def wait(self: threading.Condition, timeout: float | None = None) -> bool:
        return real_wait(self, None if timeout is None else timeout / speed)

    time.time = now_s
    time.monotonic = now_s
    time.sleep = sleep
    threading.Condition.wait = wait  # type: ignore[method-assign]


class Wire:
    """The socket to the modelled channel, written to by many threads."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()
        self.lines = self._socket.makefile("r", encoding="utf-8")

    def tell(self, **message: object) -> None:
        """Write one line."""
        with self._lock:
            self._socket.sendall(json.dumps(message).encode() + b"\n")


class Programs:
    """Reticulum and an LXMF router on the modelled radio."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        import LXMF  # type: ignore[import-not-found]  # noqa: PLC0415 -- Only after the clock has been scaled.
        import RNS  # type: ignore[import-not-found]  # noqa: PLC0415

        self.wire = wire
        self.interface: Any = None
        self.rns: Any = RNS
        self.lxmf: Any = LXMF
        plug_ins = folder / "interfaces"
        plug_ins.mkdir(parents=True)
        (folder / "config").write_text(CONFIGURATION, encoding="utf-8")
        (plug_ins / "ModelledChannel.py").write_text(PLUG_IN, encoding="utf-8")
        globals()["make_interface"] = self._make_interface
        self.reticulum = RNS.Reticulum(configdir=str(folder), loglevel=RNS.LOG_CRITICAL)
        self.router: Any = LXMF.LXMRouter(storagepath=str(folder / "storage"))
        self.source: Any = self.router.register_delivery_identity(RNS.Identity())
        self.router.register_delivery_callback(self._got)
        self.messages: list[Any] = []
        wire.tell(address=self.source.hash.hex())

    def do(self, message: dict[str, Any]) -> None:
        """Carry out one line."""
        match message:
            case {"rx": packet}:
                self.interface.owner.inbound(bytes.fromhex(packet), self.interface)
            case {"do": "announce"}:
                self.router.announce(self.source.hash)
            case {"do": "knows", "addresses": addresses}:
                known = [self._knows(bytes.fromhex(each)) for each in addresses]
                self.wire.tell(knows=sum(known))
            case {"do": "post", "texts": texts, "addresses": addresses, "method": method}:
                for text in texts:
                    for address in addresses:
                        self._post(text, bytes.fromhex(address), method)
            case {"do": "pending"}:
                states = [each.state for each in self.messages]
                delivered = states.count(self.lxmf.LXMessage.DELIVERED)
                self.wire.tell(pending=len(self.router.pending_outbound), done=delivered)

    def _knows(self, address: bytes) -> bool:
        is_known = self.rns.Identity.recall(address) is not None
        return is_known and bool(self.rns.Transport.has_path(address))

    def _post(self, text: str, address: bytes, method: str) -> None:
        rns, lxmf = self.rns, self.lxmf
        identity = rns.Identity.recall(address)
        target = rns.Destination(
            identity, rns.Destination.OUT, rns.Destination.SINGLE, "lxmf", "delivery"
        )
        wanted = getattr(lxmf.LXMessage, method.upper())
        message = lxmf.LXMessage(target, self.source, text, desired_method=wanted)
        self.messages.append(message)
        self.router.handle_outbound(message)

    def _got(self, message: Any) -> None:
        self.wire.tell(got=message.content_as_string())

    def _make_interface(self, owner: Any, _configuration: Any) -> Any:
        wire = self.wire

        class ModelledChannel(self.rns.Interfaces.Interface.Interface):  # type: ignore[name-defined, misc]
            """What Reticulum takes for an RNode."""

            DEFAULT_IFAC_SIZE = IFAC_BYTES

            def __init__(self) -> None:
                super().__init__()
                self.owner = owner
                self.name = "channel"
                self.HW_MTU = PACKET_BYTES_MAX
                self.IN = True
                self.OUT = True
                self.online = True
                self.shared_medium = True
                symbol_ms = 2**SPREADING_FACTOR / (BANDWIDTH_HZ / 1000)
                self.bitrate = SPREADING_FACTOR * (4 / CODING_RATE) / symbol_ms * 1000

            def process_outgoing(self, data: bytes) -> None:
                """Give a packet to the modem."""
                self.txb += len(data)
                wire.tell(tx=data.hex())

            def __str__(self) -> str:
                return "ModelledChannel[channel]"

        self.interface = ModelledChannel()
        return self.interface


def main() -> None:
    """Serve the modelled channel until it hangs up."""
    parser = argparse.ArgumentParser(description="One LXMF node; started by bench/peers.py.")
    parser.add_argument("--descriptor", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--epoch", type=float, required=True)
    parser.add_argument("--speed", type=float, required=True)
    arguments = parser.parse_args()
    scale_clock(arguments.epoch, arguments.speed)
    wire = Wire(arguments.descriptor)
    programs = Programs(wire, arguments.folder)
    for line in wire.lines:
        programs.do(json.loads(line))
    # Both programs write state and say goodbye on the air when they exit; nobody listens any more.
    os._exit(0)


if __name__ == "__main__":
    main()
