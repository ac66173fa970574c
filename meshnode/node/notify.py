"""Telling systemd that we are ready, alive or stopping. Source: sd_notify(3).

Without `NOTIFY_SOCKET` in the environment everything here does nothing.
"""

import os
import socket


def notify(state: str) -> None:
    """Send `READY=1`, `WATCHDOG=1`, `STOPPING=1` or `STATUS=...`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.sendto(state.encode(), address)
        except OSError:
            # A supervisor that does not listen any more must not end the node.
            return


def watchdog_s() -> float | None:
    """Return how often systemd wants `WATCHDOG=1`, halved for safety; None if it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() else None
