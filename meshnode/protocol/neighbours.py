"""Who is heard on one radio, how well, since when, and whom they hear. Ids are claims, not proof.

Nodes list in their beacons whom they hear. So each knows which of its neighbours a frame that it
overhears has probably reached, and leaves to others what they can do as well.
Invariants: a fixed number of entries; the one not heard for longest makes room.
Source: docs/spec/frames.md section 6.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from meshnode.protocol.holdings import Holding

NEIGHBOURS_MAX: Final = 128
"""More senders than one LoRa channel can carry."""
SIGN_OF_LIFE_MS: Final = 2 * 3_600_000
"""Who has said nothing for so long says what it holds, although others have said the same."""
PRESENT_MS: Final = 2 * SIGN_OF_LIFE_MS + 1_800_000
"""Two signs of life may be lost before a neighbour counts as gone."""
ACQUAINTED_MS: Final = 600_000
"""After so long together, who is not listed is not heard; before, it may only not have spoken."""
LOSS_ASSUMED: Final = 0.1
"""Of a neighbour of whom nothing is known yet."""
LOSS_MAX: Final = 0.5
"""Beyond that our estimates are mostly chance, and saying things again in advance a gamble."""
GAP_MAX: Final = 6
"""Where more frames in a row are missing, the other was away: that says nothing of loss."""
_ASSUMED_FRAMES: Final = 12.0
"""How many frames the assumed loss weighs."""
_FRAMES_REMEMBERED: Final = 64.0


@dataclass(slots=True)
class Neighbour:
    """One sender: `sender` begins its key id; `sent` and `lost` count its frames, fading.

    `hears` are the senders that it hears by its own word, said at `told_ms`; None: it has not said.
    """

    sender: bytes
    first_heard_ms: int
    last_heard_ms: int
    number: int
    snr_db: float | None
    frame_count: int = 1
    sent: float = _ASSUMED_FRAMES
    lost: float = _ASSUMED_FRAMES * LOSS_ASSUMED
    hears: frozenset[bytes] | None = None
    told_ms: int = 0
    holding: Holding = field(default_factory=Holding, compare=False)

    @property
    def loss(self) -> float:
        """An estimate of the share of its frames that we do not hear, 0..`LOSS_MAX`."""
        return min(LOSS_MAX, self.lost / self.sent)


class Neighbours:
    """The senders heard on one link."""

    __slots__ = ("_began_ms", "_by_sender")

    def __init__(self) -> None:
        self._by_sender: dict[bytes, Neighbour] = {}
        self._began_ms: int | None = None

    def heard(self, sender: bytes, *, number: int, snr_db: float | None, now_ms: int) -> None:
        """A frame with this number came from `sender`; gaps in numbers are frames not heard."""
        if self._began_ms is None:
            self._began_ms = now_ms
        known = self._by_sender.pop(sender, None)
        if known is None:
            known = Neighbour(sender, now_ms, now_ms, number, snr_db)
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

    def told(self, sender: bytes, hears: Collection[bytes]) -> None:
        """A sender that was just heard says whom it hears."""
        known = self._by_sender[sender]
        known.hears, known.told_ms = frozenset(hears), known.last_heard_ms

    def holding(self, sender: bytes) -> Holding:
        """Return what is known of what a sender holds; to be told more about it."""
        known = self._by_sender.get(sender)
        return Holding() if known is None else known.holding

    def present(self, now_ms: int) -> list[bytes]:
        """Return who was heard lately."""
        return [
            neighbour.sender
            for neighbour in self._by_sender.values()
            if now_ms - neighbour.last_heard_ms <= PRESENT_MS
        ]

    def hears(self, receiver: bytes, sender: bytes) -> bool:
        """Return whether `receiver` hears `sender`, by the word of one of them; else we hope so."""
        if receiver == sender:
            return True
        one = self._word(receiver, sender)
        if one:
            return True
        other = self._word(sender, receiver)
        return other or (one is None and other is None)

    def _word(self, one: bytes, other: bytes) -> bool | None:
        """Return whether `one` says that it hears `other`.

        None: it has not said, or not since it should have heard the other.
        """
        known = self._by_sender.get(one)
        if known is None or known.hears is None:
            return None
        if other in known.hears:
            return True
        present = self._by_sender.get(other)
        since_ms = present.first_heard_ms if present is not None else self._began_ms or 0
        return False if known.told_ms >= since_ms + ACQUAINTED_MS else None

    def out_of_reach(self, senders: Collection[bytes], now_ms: int) -> list[bytes]:
        """Return the present neighbours that hear none of these senders."""
        return [
            receiver
            for receiver in self.present(now_ms)
            if not any(self.hears(receiver, sender) for sender in senders)
        ]

    def losses(self, senders: Collection[bytes]) -> list[float]:
        """Return the losses of these senders."""
        known = (self._by_sender.get(sender) for sender in senders)
        return [LOSS_ASSUMED if one is None else one.loss for one in known]

    def all(self) -> list[Neighbour]:
        """Return every entry, the one heard last at the end."""
        return list(self._by_sender.values())
