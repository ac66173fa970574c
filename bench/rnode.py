"""An RNode, the radio that Reticulum uses, as a station on the modelled channel.

Not for: Reticulum's packets themselves; `lxmf_node` runs the real program. The modem adds one byte
to every frame, cuts a packet of more than 254 bytes in two, and waits for a free channel before it
empties its queue. A packet of two frames is lost with either of them: there is no repeat.
Source: RNode firmware 1.86, `Config.h`, `RNode_Firmware.ino` (`tx_queue_handler`), read and
modelled. Shapes as in `meshnode.sim`; the preamble is the channel's, 16 symbols for everybody.
"""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Final

from meshnode.protocol.medium import Modulation
from meshnode.sim.channel import Channel
from meshnode.sim.packet import HEADER_BYTES, AirPacket

PACKET_BYTES_MAX: Final = 508
"""`HW_MTU` of Reticulum's RNodeInterface: two frames."""
FRAME_PAYLOAD_BYTES: Final = 254
"""What one frame carries behind the modem's own byte."""
SPLIT_FLAG: Final = 0x01
SLOT_SYMBOLS: Final = 12
SLOT_MS_MIN: Final = 24.0
SLOT_MS_MAX: Final = 100.0
DIFS_SLOTS: Final = 2
WINDOWS_PER_BAND: Final = 15
BANDS: Final = 4
BAND_1_PERCENT_MAX: Final = 7
BAND_N_PERCENT_MIN: Final = 85
LOAD_MS: Final = 15_000.0
"""How far back the modem looks for its own share of airtime: two bins of 7.5 s."""


def frames_of(packet: bytes, sequence: int) -> list[bytes]:
    """Return a packet as it goes on the air: one frame or two, each with the modem's byte."""
    if not 0 < len(packet) <= PACKET_BYTES_MAX:
        raise ValueError(f"{len(packet)} bytes; an RNode sends 1 to {PACKET_BYTES_MAX}")
    is_split = len(packet) > FRAME_PAYLOAD_BYTES
    head = bytes([(sequence & 0x0F) << 4 | (SPLIT_FLAG if is_split else 0)])
    pieces = [packet[:FRAME_PAYLOAD_BYTES], packet[FRAME_PAYLOAD_BYTES:]]
    return [head + piece for piece in pieces if piece]


def slot_ms(modulation: Modulation) -> float:
    """Return the modem's slot in milliseconds: 12 symbols, 24 to 100 ms."""
    return min(max(SLOT_SYMBOLS * modulation.symbol_us / 1000, SLOT_MS_MIN), SLOT_MS_MAX)


def band_of(own_percent: float) -> int:
    """Return the contention band, 1 to 4, for the modem's own recent share of airtime."""
    if own_percent <= BAND_1_PERCENT_MAX:
        return 1
    step = int(own_percent) * (BANDS - 2) // (BAND_N_PERCENT_MIN - BAND_1_PERCENT_MAX)
    return min(2 + step, BANDS)


class RNode:
    """One modem: `send` takes a packet, `on_packet` gets what was put together again."""

    def __init__(self, channel: Channel, *, name: str, number: int, dice: Random) -> None:
        self.on_packet: Callable[[bytes], None] = _ignore
        self.frames = 0
        self.bytes_sent = 0
        self._channel = channel
        self._kernel = channel.kernel
        self._number = number
        self._dice = dice
        self._station = channel.attach(name, self)
        self._slot_ms = slot_ms(self._station.modulation)
        self._queue: deque[bytes] = deque()
        self._is_waiting = False
        self._begin: dict[int, tuple[int, bytes]] = {}
        """The first half of a packet by its sender, with its sequence number."""
        self._own: deque[tuple[float, float]] = deque()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits or is being sent."""
        return not self._queue and self._station.sending is None

    def send(self, packet: bytes) -> None:
        """Queue a packet; it leaves once the channel has been free for long enough."""
        self._queue.extend(frames_of(packet, self._dice.randrange(16)))
        self._contend()

    def heard(self, packet: AirPacket, snr_db: float, airtime_ms: float) -> None:
        """Take in a frame; hand on the packet when it is whole."""
        del snr_db, airtime_ms
        sequence, rest = packet.body[0], packet.body[1:]
        if not sequence & SPLIT_FLAG:
            self._begin.clear()
            self.on_packet(rest)
            return
        sender = packet.sender
        known = self._begin.pop(sender, None)
        self._begin.clear()
        if known is not None and known[0] == sequence:
            self.on_packet(known[1] + rest)
        else:
            self._begin[sender] = (sequence, rest)

    def heard_noise(self, airtime_ms: float) -> None:
        """Nothing can be done with a broken frame."""

    def sent(self, packet: AirPacket, airtime_ms: float) -> None:
        """Empty the queue, frame after frame, as the modem does once it has the channel."""
        del packet
        self._own.append((self._kernel.now_ms, airtime_ms))
        if self._queue:
            self._transmit()

    def _contend(self) -> None:
        if self._is_waiting or self._station.sending is not None:
            return
        self._is_waiting = True
        band = band_of(self._own_percent())
        low, high = (band - 1) * WINDOWS_PER_BAND, band * WINDOWS_PER_BAND - 1
        self._wait(DIFS_SLOTS, self._dice.randrange(low, high))

    def _wait(self, difs_slots: int, window_slots: int) -> None:
        """Count slots of a free channel; a busy one starts the first two anew."""
        if self._channel.is_busy(self._station):
            difs_slots = DIFS_SLOTS
        elif difs_slots > 0:
            difs_slots -= 1
        elif window_slots > 0:
            window_slots -= 1
        else:
            self._is_waiting = False
            self._transmit()
            return
        self._kernel.call_in(self._slot_ms, lambda: self._wait(difs_slots, window_slots))

    def _transmit(self) -> None:
        frame = self._queue.popleft()
        self.frames += 1
        self.bytes_sent += len(frame)
        self._channel.transmit(self._station, self._air(frame))

    def _air(self, frame: bytes) -> AirPacket:
        """Return a frame without the header of Meshtastic, which an RNode does not send."""
        return AirPacket(sender=self._number, id=0, body=frame, framing_bytes=-HEADER_BYTES)

    def _own_percent(self) -> float:
        since_ms = self._kernel.now_ms - LOAD_MS
        while self._own and self._own[0][0] < since_ms:
            self._own.popleft()
        return 100 * sum(airtime_ms for _, airtime_ms in self._own) / LOAD_MS


def _ignore(_: bytes) -> None:
    """Nobody asked to hear about it."""
