"""Runs a kernel by a real clock, at a chosen speed.

Not for: virtual time (`Kernel.run_until`). Modelled time is always computed from the start, so
that it does not drift; a late wake-up runs what has become due and is not carried forward.
"""

import asyncio
from typing import Final

from meshnode.protocol.errors import CallerError
from meshnode.sim.kernel import Kernel

SPEED_MAX: Final = 10_000.0
"""Above this, the resolution of the event loop's clock is seconds of modelled time."""
SLEEP_S_MAX: Final = 60.0
"""How long the pump sleeps at most when nothing is due."""


class Pump:
    """Keeps a kernel's time in step with the event loop's clock."""

    def __init__(self, kernel: Kernel, *, speed: float = 1.0) -> None:
        if not 0 < speed <= SPEED_MAX:
            raise CallerError(f"a speed of {speed}; choose one above 0 and up to {SPEED_MAX:.0f}")
        self._kernel = kernel
        self._speed = speed
        self._started_s: float | None = None
        self._origin_ms = 0.0
        self._wake = asyncio.Event()

    def catch_up(self) -> None:
        """Run what is due; call this before anything from outside touches the model."""
        if self._started_s is not None:
            self._kernel.run_until(max(self._target_ms(self._started_s), self._kernel.now_ms))

    async def run(self) -> None:
        """Run the kernel until cancelled."""
        self._started_s = asyncio.get_running_loop().time()
        self._origin_ms = self._kernel.now_ms
        self._kernel.on_earlier_event = self._wake.set
        while True:
            self._wake.clear()
            self.catch_up()
            await self._sleep(self._started_s)

    async def _sleep(self, started_s: float) -> None:
        """Sleep until the next event is due, or until something comes before it."""
        next_at = self._kernel.next_at
        delay_s = SLEEP_S_MAX
        if next_at is not None:
            delay_s = (next_at - self._target_ms(started_s)) / 1000 / self._speed
        try:
            async with asyncio.timeout(min(max(delay_s, 0.0), SLEEP_S_MAX)):
                await self._wake.wait()
        except TimeoutError:
            return

    def _target_ms(self, started_s: float) -> float:
        elapsed_s = asyncio.get_running_loop().time() - started_s
        return self._origin_ms + elapsed_s * 1000 * self._speed
