"""Time for the node: monotonic milliseconds for the engine, the wall clock for people.

The engine counts minutes since 2024-01-01 00:00 UTC; only here is that turned into dates.
"""

import asyncio
import ctypes
import time
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)
_TIMEX_BYTES: Final = 512
"""More than `struct timex` takes on any machine we run on."""
_TIME_ERROR: Final = 5
"""What `adjtimex` returns while no time source vouches for the clock. Source: adjtimex(2)."""


class Clock:
    """The machine's clocks; `speed` makes the monotonic one run faster, for demonstrations."""

    __slots__ = ("_begun_s", "speed")

    def __init__(self, *, speed: float = 1.0) -> None:
        self.speed = speed
        self._begun_s = time.monotonic()

    def now_ms(self) -> int:
        """Return monotonic milliseconds since this clock was made."""
        return int((time.monotonic() - self._begun_s) * 1000 * self.speed)

    def seconds_until(self, deadline_ms: int) -> float:
        """Return how long to wait in real seconds; 0 for what is past."""
        return max(0.0, (deadline_ms - self.now_ms()) / 1000 / self.speed)

    def wall_minute(self) -> int:
        """Return what the operating system's clock says, in minutes since 2024-01-01."""
        return minute_of(datetime.now(UTC))

    async def is_synchronised(self) -> bool:
        """Return whether the kernel says that a time source keeps its clock."""
        return await asyncio.to_thread(_kernel_is_synchronised)


def minute_of(moment: datetime) -> int:
    """Return the minute since 2024-01-01 00:00 UTC; negative before."""
    return int((moment - EPOCH).total_seconds() // 60)


def moment_of(minute: int) -> datetime:
    """Return the moment at which a minute begins, in UTC."""
    return EPOCH + timedelta(minutes=minute)


def moment_text(minute: int) -> str:
    """Return a minute as a date and time, as in `2026-11-23T14:05:00Z`."""
    return f"{moment_of(minute):%Y-%m-%dT%H:%M:%SZ}"


def _kernel_is_synchronised() -> bool:
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    state = ctypes.CDLL(None).adjtimex(buffer)
    return 0 <= int(state) < _TIME_ERROR
