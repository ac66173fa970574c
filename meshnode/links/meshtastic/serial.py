"""A radio's USB or UART device file as a byte stream.

Not for: framing, finding the device. Invariants: no thread; the port is ours alone while it is
open; closing it does not pull the lines that reset some boards.
"""

import asyncio
import contextlib
import errno
import os
import termios
from collections.abc import Callable
from typing import Any, Final

import serial

from meshnode.links.meshtastic.address import SerialAddress
from meshnode.protocol.errors import LinkLost, LinkRefused

_BAUD: Final = 115_200
_READ_BYTES: Final = 4096
_DRAIN_STEPS: Final = 10
_DRAIN_STEP_S: Final = 0.02
"""Together 0.2 s: a goodbye takes one millisecond, a stuck port for ever."""
_CONTROL_FLAGS: Final = 2
_CONTROL_CHARACTERS: Final = 6


class SerialStream:
    """One open port; made by `open_serial`."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._fd = port.fileno()

    async def read(self) -> bytes:
        """Return what has come."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                data = os.read(self._fd, _READ_BYTES)
            except BlockingIOError:
                await _ready(loop.add_reader, loop.remove_reader, self._fd)
                continue
            except OSError as error:
                raise LinkLost(f"the radio was unplugged ({error.strerror})") from error
            if not data:
                raise LinkLost("the radio was unplugged")
            return data

    async def write(self, data: bytes) -> None:
        """Write all of `data`, however slowly the port takes it."""
        loop = asyncio.get_running_loop()
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._fd, rest) :]
            except BlockingIOError:
                await _ready(loop.add_writer, loop.remove_writer, self._fd)
            except OSError as error:
                raise LinkLost(f"the radio was unplugged ({error.strerror})") from error

    async def close(self) -> None:
        """Close the port. What it does not send in a moment is dropped: closing would block."""
        for _ in range(_DRAIN_STEPS):
            if not self._bytes_unsent():
                break
            await asyncio.sleep(_DRAIN_STEP_S)
        with contextlib.suppress(termios.error):  # An unplugged device has nothing to drop.
            termios.tcflush(self._fd, termios.TCOFLUSH)
        self._port.close()

    def _bytes_unsent(self) -> int:
        try:
            return int(self._port.out_waiting)
        except OSError:
            return 0


async def _ready(
    add: Callable[..., Any], remove: Callable[[int], Any], file_descriptor: int
) -> None:
    future = asyncio.get_running_loop().create_future()
    add(file_descriptor, _wake, future)
    try:
        await future
    finally:
        remove(file_descriptor)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def open_serial(address: SerialAddress) -> SerialStream:
    """Return the open port, set to 115,200 baud, 8 bits, no parity, one stop bit.

    Raises:
        LinkLost: It is not there now.
        LinkRefused: It is there and will not work without a person; the message says what to do.
    """
    try:
        port = serial.Serial(address.path, _BAUD, timeout=0, write_timeout=0, exclusive=True)
    except serial.SerialException as error:
        raise _failure(address, error) from error
    except (OSError, ValueError, termios.error) as error:
        raise LinkLost(f"{address.path} cannot be used as a serial port ({error})") from error
    try:
        _prepare(port.fileno())
    except termios.error as error:
        port.close()
        raise LinkLost(f"{address.path} went away while it was opened") from error
    return SerialStream(port)


def _failure(address: SerialAddress, error: serial.SerialException) -> LinkLost | LinkRefused:
    code = error.errno
    if code == errno.EACCES:
        return LinkRefused(
            f"{address.path} may not be opened by this program. Let it in with: "
            "sudo usermod -a -G dialout meshnode, then restart it"
        )
    if code in (errno.EAGAIN, errno.EBUSY):
        return LinkRefused(
            f"{address.path} is in use by another program. Stop that one: a radio serves one only"
        )
    if code == errno.ENOENT:
        return LinkLost(f"{address.path} is not there. Is the radio plugged in?")
    return LinkLost(f"{address.path} cannot be opened ({error})")


def _prepare(file_descriptor: int) -> None:
    # Without HUPCL the port's lines stay up when we close it: dropping them resets many boards.
    # With VMIN 1 reading an empty port says "try again" and not "no bytes", which is what an
    # unplugged one says.
    attributes = termios.tcgetattr(file_descriptor)
    attributes[_CONTROL_FLAGS] &= ~termios.HUPCL
    attributes[_CONTROL_CHARACTERS][termios.VMIN] = 1
    termios.tcsetattr(file_descriptor, termios.TCSANOW, attributes)
