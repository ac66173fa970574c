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
from meshnode.sim.line import Line
from meshnode.sim.realtime import Pump

IDLE_S: Final = 15 * 60.0
"""The radio forgets a session after this silence. Real time, as on TCP."""


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
        self._ends: tuple[int, int] | None = None
        """Both ends of the terminal: ours, and the client's, which we keep open too so that it
        outlives each client."""
        self._line: Line | None = None
        self._idle: asyncio.TimerHandle | None = None
        personality.on_output = self._flush
        personality.on_boot = self._begin

    @property
    def path(self) -> str:
        """The terminal to open."""
        if self._ends is None:
            raise CallerError("the radio is not plugged in; plug it in to get a terminal")
        return os.ttyname(self._ends[1]) if self._link is None else str(self._link)

    @property
    def url(self) -> str:
        """Where a client finds the radio."""
        return f"serial://{self.path}"

    def plug(self) -> None:
        """Make a terminal."""
        if self._ends is not None:
            raise CallerError("the radio is plugged in already")
        ours, theirs = self._ends = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(os.ttyname(theirs))
        self._line = Line(
            ours, source=self.personality.next_bytes, sink=self._receive, ended=self.unplug
        )
        self._begin()

    def unplug(self) -> None:
        """Take the terminal away; the radio itself goes on."""
        if self._ends is None or self._line is None:
            return
        self._line.close()
        for end in self._ends:
            os.close(end)
        self._ends = self._line = None
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        if self._idle is not None:
            self._idle.cancel()
        self.personality.close()

    def drop_connection(self) -> None:
        """Forget the session; on a serial line the client does not notice by itself."""
        self.personality.end_idle_session()

    def go_silent(self) -> None:
        """Neither read nor write any more: a hung radio."""
        if self._line is not None:
            self._line.hold()

    def speak(self) -> None:
        """Read and write again, beginning with what has piled up."""
        if self._line is not None:
            self._line.release()

    def send_garbage(self, data: bytes) -> None:
        """Write bytes to the client that are no message."""
        if self._line is not None:
            self._line.write(data)

    def reboot(self) -> None:
        """Let the radio reboot now."""
        self._pump.catch_up()
        self.personality.reboot()

    def _begin(self) -> None:
        """Start the session that lasts until the next boot, with what a board says then."""
        if self._line is None:
            return
        self.personality.open()
        self.personality.greet()
        self._expect_contact()

    def _receive(self, data: bytes) -> None:
        self._expect_contact()
        self._pump.catch_up()
        self.personality.receive(data)

    def _flush(self) -> None:
        if self._line is not None:
            self._line.flush()

    def _expect_contact(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_s, self.personality.end_idle_session)
