"""Who is heard on one radio, how well and since when. Sender ids are claims, not proof.

Invariants: a fixed number of entries; the one not heard for longest makes room.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

NEIGHBOURS_MAX: Final = 128
"""More senders than one LoRa channel can carry."""
PRESENT_MS: Final = 2 * 3_600_000
"""Four times the longest pause between beacons: who was silent for longer is not here."""
LOSS_ASSUMED: Final = 0.1
"""Of a neighbour of whom nothing is known yet."""
_ASSUMED_FRAMES: Final = 4.0
"""How many frames that assumption weighs."""
_FRAMES_REMEMBERED: Final = 64.0
GAP_MAX: Final = 6
"""Where more frames in a row are missing, the other was away: that says nothing of loss."""
LOSS_MAX: Final = 0.5
"""Beyond that our estimates are mostly chance, and sums in advance a gamble."""


@dataclass(slots=True)
class Neighbour:
    """One sender: `sender` begins its key id; `sent` and `lost` count its frames, fading."""

    sender: bytes
    last_heard_ms: int
    number: int
    snr_db: float | None
    frame_count: int = 1
    sent: float = _ASSUMED_FRAMES
    lost: float = _ASSUMED_FRAMES * LOSS_ASSUMED

    @property
    def loss(self) -> float:
        """An estimate of the share of its frames that we do not hear, 0..1."""
        return min(LOSS_MAX, self.lost / self.sent)


class Neighbours:
    """The senders heard on one link."""

    __slots__ = ("_by_sender",)

    def __init__(self) -> None:
        self._by_sender: dict[bytes, Neighbour] = {}

    def heard(self, sender: bytes, *, number: int, snr_db: float | None, now_ms: int) -> None:
        """A frame with this number came from `sender`; gaps in numbers are frames not heard."""
        known = self._by_sender.pop(sender, None)
        if known is None:
            known = Neighbour(sender, now_ms, number, snr_db)
            if len(self._by_sender) >= NEIGHBOURS_MAX:
                del self._by_sender[next(iter(self._by_sender))]
        else:
            gap = (number - known.number - 1) % 256
            if gap <= GAP_MAX:
                fading = (1 - 1 / _FRAMES_REMEMBERED) ** (gap + 1)
                known.lost = known.lost * fading + gap
                known.sent = known.sent * fading + gap + 1
            known.last_heard_ms, known.number = now_ms, number
            known.snr_db = snr_db if snr_db is not None else known.snr_db
            known.frame_count += 1
        self._by_sender[sender] = known

    def present(self, now_ms: int) -> list[bytes]:
        """Return who was heard lately."""
        return [
            neighbour.sender
            for neighbour in self._by_sender.values()
            if now_ms - neighbour.last_heard_ms <= PRESENT_MS
        ]

    def losses(self, senders: Collection[bytes], now_ms: int) -> list[float]:
        """Return the losses of these senders, of all present ones where none is named."""
        named = senders or self.present(now_ms)
        known = (self._by_sender.get(sender) for sender in named)
        return [LOSS_ASSUMED if one is None else one.loss for one in known]

    def all(self) -> list[Neighbour]:
        """Return every entry, the one heard last at the end."""
        return list(self._by_sender.values())
