"""What needs no protocol: plain Meshtastic text, and boards that replay all they have.

Not for: what keeps track of who holds what. The radios are those of `meshnode.sim`, firmware 2.7
as modelled there: managed flooding, contention, the duty cycle of EU868.
Texts go out as an app sends them, cut into pieces of 200 bytes; a board puts an id and the
piece's number before each of its own. Nothing is signed, encrypted by author or compressed.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from meshnode.protocol.medium import LONG_FAST
from meshnode.sim import topology
from meshnode.sim.channel import Channel, Path, Station
from meshnode.sim.contention import retransmission_ms
from meshnode.sim.firmware.reliable import TRIES
from meshnode.sim.kernel import Kernel, Timer
from meshnode.sim.packet import AirPacket, framing_bytes
from meshnode.sim.radio import DEFAULT, VirtualRadio
from meshnode.sim.settings import Result
from meshnode.sim.streams import stream

PIECE_BYTES_MAX: Final = 200
"""What the phone apps let a person type."""
HOPS: Final = 3
"""The firmware's default."""
MARK_BYTES: Final = 11
"""Eight digits, a bar, the number of the piece, a bar."""
REPLAY_MS: Final = 30 * 60_000
"""How often each board sends all it has."""
PAUSE_MS: Final = 1_000.0
"""Between looks at the radio's queue; the next text waits until the last one has left."""
DUTY_PAUSE_MS: Final = 60_000.0
STEP_MS: Final = 500.0
HOUR_MS: Final = 3_600_000.0
LIMIT_MS: Final = 8 * HOUR_MS
SILENT_MS: Final = 60_000.0
"""So long after an author's last try even the slowest relay is over."""
QUEUE_PLACES: Final = 16
TEXT_PORT_SAVES_BYTES: Final = 1
"""A text's port number is one byte shorter than a private one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run cost. Shapes: `held` counts pairs of a node other than the author and a text;
    `hour_after_s` is the airtime of the hour after all hold all, None where not measured.
    """

    frames: int
    bytes_sent: int
    airtime_s: float
    duration_s: float
    held: int
    is_complete: bool
    hour_after_s: float | None = None


def pieces_of(text: str, *, room: int = PIECE_BYTES_MAX) -> list[bytes]:
    """Return a text in pieces of at most `room` bytes, cut between characters."""
    pieces = [b""]
    for character in text:
        encoded = character.encode()
        if len(pieces[-1]) + len(encoded) > room:
            pieces.append(b"")
        pieces[-1] += encoded
    return pieces


class ByteCount:
    """Counts the bytes of a channel, radio headers included, from when it is made."""

    def __init__(self, channel: Channel) -> None:
        self.bytes_sent = 0
        self._transmit = channel.transmit
        channel.transmit = self._counted  # type: ignore[method-assign]

    def _counted(self, station: Station, packet: AirPacket) -> float:
        self.bytes_sent += packet.phy_bytes
        return self._transmit(station, packet)


class Sender:
    """Gives a radio one text after the other, each up to three times when nobody repeats it."""

    def __init__(self, radio: VirtualRadio, *, hops: int, wants_ack: bool, seed: int) -> None:
        self._radio = radio
        self._hops = hops
        self._wants_ack = wants_ack
        self._dice = stream(seed, "packet ids", radio.name)
        self._waiting: deque[bytes] = deque()
        self._packet: AirPacket | None = None
        self._timer: Timer | None = None
        self._is_running = False
        radio.on_relayed = self._acknowledged

    @property
    def is_idle(self) -> bool:
        """Whether everything has been sent as often as it will be."""
        return not self._is_running

    def send(self, pieces: Sequence[bytes]) -> None:
        """Queue texts behind those that wait already."""
        self._waiting.extend(pieces)
        if not self._is_running:
            self._is_running = True
            self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._packet = None
            self._is_running = False
            return
        body = self._waiting.popleft()
        self._packet = AirPacket(
            sender=self._radio.number,
            id=1 + self._dice.randrange(2**32 - 1),
            body=body,
            hop_limit=self._hops,
            hop_start=self._hops,
            want_ack=False,
            relay=self._radio.number & 0xFF,
            framing_bytes=framing_bytes(len(body)) - TEXT_PORT_SAVES_BYTES,
        )
        self._try(self._packet, tries_left=TRIES if self._wants_ack else 1)

    def _try(self, packet: AirPacket, *, tries_left: int) -> None:
        if packet is not self._packet:
            return
        if tries_left == 0:
            self._next()
            return
        result = self._radio.submit(packet, priority=DEFAULT)
        if result is Result.DUTY_CYCLE_LIMIT:
            self._later(DUTY_PAUSE_MS, lambda: self._try(packet, tries_left=tries_left))
        elif self._wants_ack:
            load = self._radio.channel_utilisation_percent
            wait_ms = retransmission_ms(self._radio.modulation, packet.phy_bytes, load)
            self._later(wait_ms, lambda: self._try(packet, tries_left=tries_left - 1))
        else:
            self._later(PAUSE_MS, lambda: self._when_sent(packet))

    def _when_sent(self, packet: AirPacket) -> None:
        if self._radio.queue_free < QUEUE_PLACES:
            self._later(PAUSE_MS, lambda: self._when_sent(packet))
        else:
            self._try(packet, tries_left=0)

    def _acknowledged(self, packet: AirPacket) -> None:
        """Somebody repeated it: that is all the acknowledgement a broadcast gets."""
        if self._wants_ack and self._packet is not None and packet.id == self._packet.id:
            if self._timer is not None:
                self._timer.cancel()
            self._next()

    def _later(self, delay_ms: float, action: Callable[[], None]) -> None:
        self._timer = self._radio.kernel.call_in(delay_ms, action)


class Board:
    """A neighbour: a radio, an app, and the texts that it has whole."""

    def __init__(
        self,
        radio: VirtualRadio,
        wanted: dict[bytes, int],
        *,
        hops: int,
        wants_ack: bool,
        seed: int,
    ) -> None:
        self.sender = Sender(radio, hops=hops, wants_ack=wants_ack, seed=seed)
        self.pieces: dict[bytes, None] = {}
        """In the order of their arrival."""
        self._wanted = wanted
        radio.on_receive = self._heard

    def held(self) -> int:
        """Return how many texts are whole."""
        missing = {text for piece, text in self._wanted.items() if piece not in self.pieces}
        return len(set(self._wanted.values()) - missing)

    def replay(self) -> None:
        """Send all it has, unless it is still at it."""
        if self.sender.is_idle:
            self.sender.send(list(self.pieces))

    def _heard(self, body: bytes, _snr_db: float) -> None:
        if body in self._wanted:
            self.pieces[body] = None


class Street:
    """Five boards in one domain; the first one wrote everything."""

    def __init__(
        self,
        seed: int,
        loss: float,
        texts: Sequence[str],
        *,
        hops: int,
        wants_ack: bool,
        is_marked: bool,
    ) -> None:
        self.kernel = Kernel()
        self.channel = Channel(self.kernel, LONG_FAST, seed=seed)
        self._count = ByteCount(self.channel)
        self._texts = len(texts)
        self._dice = stream(seed, "phases")
        pieces = {
            piece: number
            for number, text in enumerate(texts)
            for piece in (marked(text, number) if is_marked else pieces_of(text))
        }
        self.boards = []
        names = [f"n{index}" for index in range(5)]
        for number, name in enumerate(names, start=0x0A00_0001):
            dice = stream(seed, "radio", name)
            radio = VirtualRadio(self.channel, name=name, number=number, dice=dice)
            self.boards.append(Board(radio, pieces, hops=hops, wants_ack=wants_ack, seed=seed))
        topology.full(self.channel, names, Path(loss=loss))
        self.author, *self.others = self.boards
        self.author.pieces.update(dict.fromkeys(pieces))

    @property
    def airtime_s(self) -> float:
        """Airtime so far, of all."""
        return sum(self.channel.counters.airtime_ms.values()) / 1000

    @property
    def held(self) -> int:
        """Pairs of a node and a text that it has."""
        return sum(board.held() for board in self.others)

    @property
    def is_complete(self) -> bool:
        """Whether all hold all."""
        return self.held == self._texts * len(self.others)

    def run_until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until all hold all, a condition holds or it has been too long."""
        while not (self.is_complete or condition()) and self.kernel.now_ms < LIMIT_MS:
            self.kernel.run_until(self.kernel.now_ms + STEP_MS)

    def replay_for_ever(self) -> None:
        """Let the author begin now, the others somewhere within the first period."""
        self._replay(self.author)
        for board in self.others:
            self.kernel.call_in(self._dice.random() * REPLAY_MS, partial(self._replay, board))

    def outcome(self, hour_after_s: float | None = None) -> Outcome:
        """Return what it has cost so far."""
        return Outcome(
            frames=self.channel.counters.frames,
            bytes_sent=self._count.bytes_sent,
            airtime_s=self.airtime_s,
            duration_s=self.kernel.now_ms / 1000,
            held=self.held,
            is_complete=self.is_complete,
            hour_after_s=hour_after_s,
        )

    def _replay(self, board: Board) -> None:
        board.replay()
        self.kernel.call_in(REPLAY_MS, partial(self._replay, board))


def marked(text: str, number: int) -> list[bytes]:
    """Return a text in pieces as a board sends them: eight digits of an id, then which piece."""
    pieces = pieces_of(text, room=PIECE_BYTES_MAX - MARK_BYTES)
    return [b"%08x|%d|" % (number, index) + piece for index, piece in enumerate(pieces)]


def replay(seed: int, loss: float, texts: Sequence[str]) -> Outcome:
    """Let every board send all it has, time and again, until all hold all; then for an hour."""
    street = Street(seed, loss, texts, hops=0, wants_ack=False, is_marked=True)
    street.replay_for_ever()
    street.run_until(lambda: False)
    outcome, before_s = street.outcome(), street.airtime_s
    street.kernel.run_until(street.kernel.now_ms + HOUR_MS)
    return replace(outcome, hour_after_s=street.airtime_s - before_s)


def text(seed: int, loss: float, texts: Sequence[str], *, is_repeated: bool) -> Outcome:
    """Send each text once; `is_repeated`: relayed, and up to three times by its author."""
    hops = HOPS if is_repeated else 0
    street = Street(seed, loss, texts, hops=hops, wants_ack=is_repeated, is_marked=False)
    street.author.replay()
    street.run_until(lambda: street.author.sender.is_idle)
    until_ms = street.kernel.now_ms + SILENT_MS
    street.run_until(lambda: street.kernel.now_ms >= until_ms)
    return street.outcome(hour_after_s=0.0)
