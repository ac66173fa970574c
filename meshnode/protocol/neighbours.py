"""Who is heard on one radio, how well and since when. Sender ids are claims, not proof.

Invariants: a fixed number of entries; the one not heard for longest makes room.
"""

from dataclasses import dataclass
from typing import Final

NEIGHBOURS_MAX: Final = 128
"""More senders than one LoRa channel can carry."""
PRESENT_MS: Final = 2 * 3_600_000
"""Four times the longest pause between beacons: who was silent for longer is not here."""
_SMOOTHING: Final = 0.125


@dataclass(slots=True)
class Neighbour:
    """One sender: `sender` begins its key id; `loss` estimates the share of frames not heard."""

    sender: bytes
    last_heard_ms: int
    number: int
    snr_db: float | None
    frame_count: int = 1
    loss: float = 0.0


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
            sample = gap / (gap + 1) if gap < 32 else known.loss
            known.loss += _SMOOTHING * (sample - known.loss)
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

    def all(self) -> list[Neighbour]:
        """Return every entry, the one heard last at the end."""
        return list(self._by_sender.values())
