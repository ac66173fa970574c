"""Ctrl-C for commands that can stop early and still show what they have.

Not for: commands that Ctrl-C simply ends. Invariants: the first Ctrl-C asks, the second gives up.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from meshnode.commands.terminal.output import talk


class Interruption:
    """Whether Ctrl-C was pressed while the block lasts."""

    def __init__(self) -> None:
        self.is_wanted = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of a Ctrl-C; give up at the second one."""
        if self.is_wanted:
            raise KeyboardInterrupt
        self.is_wanted = True
        talk("Stopping; what was reached follows. Press Ctrl-C again to give up at once.")

    def asked(self) -> bool:
        """Return whether it was pressed."""
        return self.is_wanted


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Let Ctrl-C ask instead of end, while the block lasts."""
    interruption = Interruption()
    before = signal.signal(signal.SIGINT, interruption.ask)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, before)
