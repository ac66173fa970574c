"""How busy the channel was, counted in buckets as the firmware counts.

Source: meshtastic/firmware 2.7.26, `src/airtime.cpp`: six buckets of ten seconds for everything
heard and sent, sixty of a minute for what was sent. Both start at nought when the radio boots.
"""

from typing import Final

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000


class RollingAirtime:
    """Milliseconds on air over the last `count` buckets, the one in progress included."""

    __slots__ = ("_bucket_ms", "_buckets", "_latest")

    def __init__(self, *, bucket_ms: int, count: int) -> None:
        self._bucket_ms = bucket_ms
        self._buckets = [0.0] * count
        self._latest = 0

    def add(self, uptime_ms: float, airtime_ms: float) -> None:
        """Count a packet that ended at `uptime_ms`."""
        self._advance(uptime_ms)
        self._buckets[self._latest % len(self._buckets)] += airtime_ms

    def percent(self, uptime_ms: float) -> float:
        """Return the share of the whole window, in per cent; above 100 is possible."""
        self._advance(uptime_ms)
        return 100 * sum(self._buckets) / (self._bucket_ms * len(self._buckets))

    def buckets(self, uptime_ms: float) -> tuple[float, ...]:
        """Return the buckets in the order they lie in memory, not by age."""
        self._advance(uptime_ms)
        return tuple(self._buckets)

    def _advance(self, uptime_ms: float) -> None:
        current = int(uptime_ms // self._bucket_ms)
        if current <= self._latest:
            return
        for index in range(max(self._latest + 1, current - len(self._buckets) + 1), current + 1):
            self._buckets[index % len(self._buckets)] = 0.0
        self._latest = current


def channel_airtime() -> RollingAirtime:
    """Return the counter behind `channel_utilization`."""
    return RollingAirtime(bucket_ms=10_000, count=6)


def transmit_airtime() -> RollingAirtime:
    """Return the counter behind `air_util_tx`, which gates the duty cycle."""
    return RollingAirtime(bucket_ms=MINUTE_MS, count=60)


def silent_minutes(transmit: RollingAirtime, uptime_ms: float, duty_percent: float) -> int:
    """Return the minutes that the firmware says one has to be silent.

    It walks its buckets by their place in memory as if that were their age; so do we, since
    clients read the number.
    """
    left = transmit.percent(uptime_ms)
    buckets = transmit.buckets(uptime_ms)
    for index in range(len(buckets) - 1, -1, -1):
        left -= 100 * buckets[index] / HOUR_MS
        if left < duty_percent:
            return len(buckets) - 1 - index
    return len(buckets)
