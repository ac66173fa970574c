"""Real daemons as subprocesses: `meshnode run`, and what the kernel says about them.

Not for: what they are asked (`meshnode.commands.client`). Linux only: it reads /proc.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.commands.client import Client
from meshnode.commands.terminal.failures import Failure
from meshnode.node.home import Home

READY_S_MAX: Final = 120.0
STOP_S_MAX: Final = 30.0
POLL_S: Final = 0.01
_KB: Final = 1024
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Daemon:
    """One running node. `start_s` is the time from exec until its API answered."""

    home: Home
    process: subprocess.Popen[bytes]
    client: Client
    start_s: float

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        """Memory that it occupies now, in million bytes."""
        return self._memory_mb("VmRSS:")

    @property
    def resident_mb_max(self) -> float:
        """The most memory that it ever occupied, in million bytes."""
        return self._memory_mb("VmHWM:")

    def _memory_mb(self, field: str) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        line = next(line for line in lines if line.startswith(field))
        return int(line.split()[1]) * _KB / _MB


@contextmanager
def running(home: Home, *options: str) -> Iterator[Daemon]:
    """Run a node with these options of `meshnode run` while the block lasts.

    Raises:
        RuntimeError: It ended or did not answer in time; the message holds its last words.
    """
    log = home.directory / "bench.log"
    command = [sys.executable, "-m", "meshnode", "--home", str(home.directory), "run"]
    with log.open("wb") as errors:
        began_s = time.perf_counter()
        process = subprocess.Popen([*command, *options], stderr=errors)
    try:
        client = _answering(home, process, log)
        yield Daemon(home, process, client, time.perf_counter() - began_s)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S_MAX)
        process.kill()
        process.wait()


def wait_until_idle(daemons: Sequence[Daemon], *, quiet_s: float, limit_s: float) -> float:
    """Wait until nobody has worked for `quiet_s`; return when the last work was seen.

    The figure is of `time.perf_counter`. Work is more than a tenth of a core.

    Raises:
        RuntimeError: They still work after `limit_s`.
    """
    began_s = last_s = time.perf_counter()
    before_s, looked_s = sum(one.cpu_s for one in daemons), began_s
    while time.perf_counter() - last_s < quiet_s:
        if time.perf_counter() - began_s > limit_s:
            raise RuntimeError(f"the nodes still work after {limit_s:.0f} s")
        time.sleep(0.1)
        cpu_s, now_s = sum(one.cpu_s for one in daemons), time.perf_counter()
        if cpu_s - before_s > 0.1 * (now_s - looked_s):
            last_s = now_s
        before_s, looked_s = cpu_s, now_s
    return last_s


def interpreter_start_s() -> float:
    """Return how long an empty Python program takes here: the share of a start that is not ours."""
    began_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.perf_counter() - began_s


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answering(home: Home, process: subprocess.Popen[bytes], log: Path) -> Client:
    client = Client(home.directory)
    deadline_s = time.perf_counter() + READY_S_MAX
    while process.poll() is None and time.perf_counter() < deadline_s:
        # The socket stands a moment before anybody is at it.
        if home.socket.exists():
            with suppress(Failure):
                # Not the status, which counts the whole board.
                client.get("/challenge")
                return client
        time.sleep(POLL_S)
    last_words = log.read_text(encoding="utf-8", errors="replace")[-500:]
    raise RuntimeError(f"the node in {home.directory} does not answer: {last_words}")
