"""The account of our own airtime over the rolling hour, and what may still be spent.

Shares: ordinary traffic up to 4 % of the hour, urgent traffic up to 8 %; ordinary traffic keeps
1 % even when an emergency has used more. Where the law allows less than 10 %, all shrink alike.
Invariants: what is charged stays charged for a full hour, also across restarts; the sum of both
classes never passes the urgent share.
Source: docs/spec/radio.md section 4.
"""

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

    `ordinary_share` is what the operator allows; the other shares follow it.
    """

    __slots__ = ("_ordinary_share", "_saved_minute", "_spent")

    def __init__(self, *, ordinary_share: float = ORDINARY_SHARE) -> None:
        self._ordinary_share = ordinary_share
        self._spent: dict[int, list[float]] = {}
        self._saved_minute: int | None = None

    def charge(self, airtime_ms: float, *, is_urgent: bool, now_ms: int) -> None:
        """Book airtime; a negative amount gives back what was not sent after all."""
        entry = self._spent.setdefault(now_ms // _MINUTE_MS, [0.0, 0.0])
        entry[is_urgent] = max(0.0, entry[is_urgent] + airtime_ms)

    def spent_ms(self, now_ms: int) -> float:
        """Return the airtime of the last hour."""
        return sum(self._totals(now_ms))

    def budget_ms(self, medium: Medium, *, is_urgent: bool) -> float:
        """Return what a class may bring the hour's total to."""
        scale = min(1.0, medium.duty_share_max / LEGAL_SHARE_ASSUMED)
        share = self._ordinary_share
        if is_urgent:
            share = max(share, share * URGENT_SHARE / ORDINARY_SHARE)
        return share * scale * _HOUR_MS

    def allows(self, airtime_ms: float, medium: Medium, *, is_urgent: bool, now_ms: int) -> bool:
        """Return whether a frame of `airtime_ms` fits the budget now."""
        ordinary_ms, urgent_ms = self._totals(now_ms)
        total_ms = ordinary_ms + urgent_ms + airtime_ms
        if total_ms <= self.budget_ms(medium, is_urgent=is_urgent):
            return True
        floor_ms = self.budget_ms(medium, is_urgent=False) * ORDINARY_FLOOR_SHARE / ORDINARY_SHARE
        return (
            not is_urgent
            and ordinary_ms + airtime_ms <= floor_ms
            and total_ms <= self.budget_ms(medium, is_urgent=True)
        )

    def relief_ms(self, now_ms: int) -> int:
        """Return when the oldest entry of the hour leaves it."""
        self._totals(now_ms)
        if not self._spent:
            return now_ms
        return (min(self._spent) + HOUR_MINUTES + 1) * _MINUTE_MS

    def encode(self, *, now_ms: int, minute: int) -> bytes:
        """Return the account for the store; `minute` is the community's, 0 if unknown."""
        self._totals(now_ms)
        current = now_ms // _MINUTE_MS
        entries = b"".join(
            bytes([current - index])
            + min(round(ordinary), _CHARGE_MS_MAX).to_bytes(4, "big")
            + min(round(urgent), _CHARGE_MS_MAX).to_bytes(4, "big")
            for index, (ordinary, urgent) in sorted(self._spent.items())
        )
        return minute.to_bytes(4, "big") + entries

    def restore(self, encoded: bytes, *, now_ms: int) -> None:
        """Take over an account from before a restart, as if no time had passed since.

        Raises:
            PeerError: The bytes are not such an account.
        """
        reader = Reader(encoded)
        self._saved_minute = reader.uint(4)
        if reader.remaining % _ENTRY_BYTES:
            raise PeerError("truncated", "airtime account")
        current = now_ms // _MINUTE_MS
        while reader.remaining:
            age = reader.uint(1)
            self._spent[current - age] = [float(reader.uint(4)), float(reader.uint(4))]

    def learn_minute(self, minute: int) -> None:
        """The minute is known now: let what was restored age by the time that we were off."""
        if self._saved_minute and minute > self._saved_minute:
            elapsed = minute - self._saved_minute
            self._spent = {index - elapsed: entry for index, entry in self._spent.items()}
        self._saved_minute = None

    def _totals(self, now_ms: int) -> tuple[float, float]:
        oldest = now_ms // _MINUTE_MS - HOUR_MINUTES
        for index in [index for index in self._spent if index < oldest]:
            del self._spent[index]
        ordinary = sum(entry[0] for entry in self._spent.values())
        return ordinary, sum(entry[1] for entry in self._spent.values())
