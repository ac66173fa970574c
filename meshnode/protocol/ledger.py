"""The account of our own airtime over the rolling hour, and what may still be spent.

Shares: ordinary traffic up to 4 % of the hour, urgent traffic up to 8 %; ordinary traffic keeps
1 % even when an emergency has used more. Where the law allows less than 10 %, all shrink alike.
Invariants: what is charged stays charged for a full hour, also across restarts; the sum of both
classes never passes the urgent share. Where minutes are cut short, an entry stays longer.
Source: docs/spec/airtime.md.
"""

from math import ceil
from typing import Final

from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import PeerError
from meshnode.protocol.medium import Medium

HOUR_MINUTES: Final = 60
ORDINARY_SHARE: Final = 0.04
URGENT_SHARE: Final = 0.08
ORDINARY_FLOOR_SHARE: Final = 0.01
LEGAL_SHARE_ASSUMED: Final = 0.10
"""The duty cycle for which the shares above are meant."""

_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000
_ENTRY_BYTES: Final = 9
_CHARGE_MS_MAX: Final = 2**32 - 1


class Ledger:
    """Airtime spent in milliseconds, in minutes of the last hour, by class.

    `ordinary_share` is what the operator allows; the other shares follow it until `allot`.
    """

    __slots__ = (
        "_earlier",
        "_floor_share",
        "_ordinary_share",
        "_restored_index",
        "_saved_minute",
        "_spent",
        "_sums",
        "_urgent_share",
    )

    def __init__(self, *, ordinary_share: float = ORDINARY_SHARE) -> None:
        self._ordinary_share = ordinary_share
        self._urgent_share = max(ordinary_share, ordinary_share * URGENT_SHARE / ORDINARY_SHARE)
        self._floor_share = ordinary_share * ORDINARY_FLOOR_SHARE / ORDINARY_SHARE
        self._spent: dict[int, list[float]] = {}
        self._earlier: dict[int, list[float]] = {}
        """What was restored and has not aged yet by the time that we were off."""
        self._restored_index = 0
        self._saved_minute = 0
        self._sums: tuple[int, float, float] | None = None
        """The minute for which the totals were added up last, and those; None: add up anew."""

    @property
    def shares(self) -> tuple[float, float]:
        """What ordinary and urgent traffic may bring an hour to, before the law's part."""
        return self._ordinary_share, self._urgent_share

    def allot(self, *, ordinary_share: float, urgent_share: float) -> None:
        """Let the classes have other shares from now on; what was spent stays spent."""
        self._ordinary_share, self._urgent_share = ordinary_share, urgent_share

    def charge(self, airtime_ms: float, *, is_urgent: bool, now_ms: int) -> None:
        """Book airtime; a negative amount gives back what was not sent after all.

        To give back, `now_ms` is the time at which the same amount was booked.
        """
        self._sums = None
        entry = self._spent.setdefault(now_ms // _MINUTE_MS, [0.0, 0.0])
        entry[is_urgent] = max(0.0, entry[is_urgent] + airtime_ms)

    def spent_ms(self, now_ms: int) -> float:
        """Return the airtime of the last hour."""
        return sum(self._totals(now_ms))

    def budget_ms(self, medium: Medium, *, is_urgent: bool) -> float:
        """Return what a class may bring the hour's total to."""
        share = self._urgent_share if is_urgent else self._ordinary_share
        return _budget_ms(share, medium)

    def allows(self, airtime_ms: float, medium: Medium, *, is_urgent: bool, now_ms: int) -> bool:
        """Return whether a frame of `airtime_ms` fits the budget now."""
        ordinary_ms, urgent_ms = self._totals(now_ms)
        total_ms = ordinary_ms + urgent_ms + airtime_ms
        if total_ms <= self.budget_ms(medium, is_urgent=is_urgent):
            return True
        floor_ms = _budget_ms(self._floor_share, medium)
        return (
            not is_urgent
            and ordinary_ms + airtime_ms <= floor_ms
            and total_ms <= self.budget_ms(medium, is_urgent=True)
        )

    def is_half_spent(self, medium: Medium, *, now_ms: int) -> bool:
        """Return whether ordinary traffic has used half of what it may."""
        return 2 * self.spent_ms(now_ms) > self.budget_ms(medium, is_urgent=False)

    def relief_ms(self, now_ms: int) -> int:
        """Return when the oldest entry of the hour leaves it."""
        self._totals(now_ms)
        oldest = min((*self._spent, *self._earlier), default=None)
        return now_ms if oldest is None else (oldest + HOUR_MINUTES + 1) * _MINUTE_MS

    def encode(self, *, now_ms: int, minute: int) -> bytes:
        """Return the account for the store; `minute` is the community's, 0 if unknown."""
        self._totals(now_ms)
        current = now_ms // _MINUTE_MS
        entries = b"".join(
            bytes([max(0, current - index)])
            + min(ceil(ordinary), _CHARGE_MS_MAX).to_bytes(4, "big")
            + min(ceil(urgent), _CHARGE_MS_MAX).to_bytes(4, "big")
            for index, (ordinary, urgent) in sorted(_sum(self._earlier, self._spent).items())
        )
        return minute.to_bytes(4, "big") + entries

    def restore(self, encoded: bytes, *, now_ms: int) -> None:
        """Take over an account from before a restart, as if no time had passed since.

        Raises:
            PeerError: The bytes are not such an account.
        """
        reader = Reader(encoded)
        saved_minute = reader.uint(4)
        if reader.remaining % _ENTRY_BYTES:
            raise PeerError("truncated", "airtime account")
        current = now_ms // _MINUTE_MS
        restored: dict[int, list[float]] = {}
        while reader.remaining:
            # A minute more than its age: both ends of the pause are known to the minute only.
            index = current - reader.uint(1) + 1
            entry = [float(reader.uint(4)), float(reader.uint(4))]
            restored = _sum(restored, {index: entry})
        self._sums = None
        self._earlier = _sum(self._earlier, restored)
        self._saved_minute, self._restored_index = saved_minute, current

    def learn_minute(self, minute: int, *, now_ms: int) -> None:
        """The minute is known now: let what was restored age by the time that we were off."""
        if not self._saved_minute:
            return
        running = now_ms // _MINUTE_MS - self._restored_index
        off = max(0, minute - self._saved_minute - running - 1)
        aged = {index - off: entry for index, entry in self._earlier.items()}
        self._sums = None
        self._spent = _sum(self._spent, aged)
        self._earlier = {}
        self._saved_minute = 0

    def _totals(self, now_ms: int) -> tuple[float, float]:
        """Return the ordinary and the urgent airtime of the last hour."""
        minute = now_ms // _MINUTE_MS
        if self._sums is None or self._sums[0] != minute:
            for account in (self._spent, self._earlier):
                for index in [index for index in account if index < minute - HOUR_MINUTES]:
                    del account[index]
            entries = (*self._spent.values(), *self._earlier.values())
            ordinary_ms = sum(entry[0] for entry in entries)
            self._sums = minute, ordinary_ms, sum(entry[1] for entry in entries)
        return self._sums[1], self._sums[2]


def _budget_ms(share: float, medium: Medium) -> float:
    scale = min(1.0, medium.duty_share_max / LEGAL_SHARE_ASSUMED)
    return share * scale * _HOUR_MS


def _sum(one: dict[int, list[float]], other: dict[int, list[float]]) -> dict[int, list[float]]:
    total = {index: list(entry) for index, entry in one.items()}
    for index, (ordinary, urgent) in other.items():
        entry = total.setdefault(index, [0.0, 0.0])
        entry[0] += ordinary
        entry[1] += urgent
    return total
