"""Serves one virtual radio on a pseudo-terminal, as a board on USB is served.

The radio cannot tell whether anybody has the port open: it writes until the terminal's buffer is
full, and a client that opens the port finds stale bytes and pieces of messages.
Source: meshtastic/firmware 2.7.26, `src/SerialConsole.cpp`.
"""

import asyncio
import os
import tty
from pathlib import Path
from typing import Final

from meshnode.protocol.errors import CallerError
from meshnode.sim.firmware import FirmwarePersonality
from meshnode.sim.realtime import Pump
from meshnode.sim.server import IDLE_S

READ_BYTES: Final = 4096


class SerialServer:
    """The USB port of one radio.

    `link`, when given, is a symbolic link that leads to the terminal, whichever it is: as udev's
    names do, it survives unplugging.
    """

    def __init__(
        self,
        personality: FirmwarePersonality,
        pump: Pump,
        *,
        link: Path | None = None,
        idle_s: float = IDLE_S,
    ) -> None:
        self.personality = personality
        self._pump = pump
        self._link = link
        self._idle_s = idle_s
        self._is_silent = False
        self._master: int | None = None
        self._slave: int | None = None
        self._unwritten = bytearray()
        self._idle: asyncio.TimerHandle | None = None
        personality.on_output = self._flush
        personality.on_boot = self._begin

    @property
    def path(self) -> str:
        """The terminal to open."""
        if self._slave is None:
            raise CallerError("the radio is not plugged in; plug it in to get a terminal")
        return os.ttyname(self._slave) if self._link is None else str(self._link)

    @property
    def url(self) -> str:
        """Where a client finds the radio."""
        return f"serial://{self.path}"

    async def plug(self) -> None:
        """Make a terminal; a board that gets its power from USB boots now."""
        if self._master is not None:
            raise CallerError("the radio is plugged in already")
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._relink()
        asyncio.get_running_loop().add_reader(self._master, self._read)
        self._begin()

    async def unplug(self) -> None:
        """Take the terminal away; the radio itself goes on."""
        if self._master is None or self._slave is None:
            return
        self._stop_timer()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = None
        if self._link is not None:
            os.unlink(self._link)
        self.personality.close()

    def drop_connection(self) -> None:
        """Forget the session; on a serial line the client does not notice by itself."""
        self.personality.end_idle_session()

    def go_silent(self) -> None:
        """Neither read nor write any more: a hung radio."""
        self._is_silent = True
        if self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)

    def speak(self) -> None:
        """Read and write again."""
        self._is_silent = False
        if self._master is not None:
            asyncio.get_running_loop().add_reader(self._master, self._read)
            self._flush()

    def send_garbage(self, data: bytes) -> None:
        """Write bytes to the client that are no message."""
        self._unwritten += data
        self._write()

    def reboot(self) -> None:
        """Let the radio reboot now."""
        self._pump.catch_up()
        self.personality.reboot()

    def _begin(self) -> None:
        """Start the session that lasts until the next boot, with what a board says then."""
        if self._master is None:
            return
        self._unwritten.clear()
        self.personality.open()
        self.personality.greet()
        self._expect_contact()

    def _read(self) -> None:
        if self._master is None:
            return
        data = os.read(self._master, READ_BYTES)
        self._expect_contact()
        self._pump.catch_up()
        self.personality.receive(data)

    def _flush(self) -> None:
        """Write while the terminal takes it; the rest stays in the radio's own queues."""
        while not self._unwritten and not self._is_silent and self._master is not None:
            data = self.personality.next_bytes()
            if data is None:
                return
            self._unwritten += data
            self._write()

    def _write(self) -> None:
        if self._master is None:
            return
        loop = asyncio.get_running_loop()
        try:
            written = os.write(self._master, self._unwritten)
        except BlockingIOError:
            written = 0
        del self._unwritten[:written]
        if self._unwritten:
            loop.add_writer(self._master, self._resume)
        else:
            loop.remove_writer(self._master)

    def _resume(self) -> None:
        self._write()
        self._flush()

    def _relink(self) -> None:
        if self._link is not None and self._slave is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(self._slave))

    def _expect_contact(self) -> None:
        self._stop_timer()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_s, self.personality.end_idle_session)

    def _stop_timer(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
