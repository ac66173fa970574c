"""A virtual Meshtastic radio: its queue, its manners on the channel, its relaying.

Not for: the client's side of the radio (`firmware`) and what packets mean.
Two ways in: `send` takes a bare payload, for worlds of engines; `submit` a whole packet.

Invariants: nothing is sent while the channel is detected as busy; a packet is delivered once;
a relay has one hop less left than what was heard; nothing is sent above the duty cycle.
Source: docs/spec/virtual_radio.md.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from meshnode.protocol.medium import Modulation
from meshnode.protocol.ports import Dice
from meshnode.sim.channel import Channel, Station
from meshnode.sim.contention import own_delay_ms, relay_delay_ms
from meshnode.sim.kernel import Kernel, Timer
from meshnode.sim.packet import BROADCAST_NO_LORA, HOPS_MAX, PHY_BYTES_MAX, AirPacket, framing_bytes
from meshnode.sim.settings import RadioSettings, Result, Role
from meshnode.sim.transmit_queue import Queued, TransmitQueue
from meshnode.sim.utilisation import channel_airtime, silent_minutes, transmit_airtime

BACKGROUND: Final = 10
DEFAULT: Final = 64
RELIABLE: Final = 70
RESPONSE: Final = 80
HIGH: Final = 100
ACK: Final = 120
"""Priorities: meshtastic/protobufs, `mesh.proto`, `MeshPacket.Priority`."""

HISTORY_PACKETS: Final = 200
"""Packets remembered as seen; the firmware's figure for 100 known nodes."""

RelayPriority = Callable[[AirPacket], int | None]
"""Say with which priority to relay a packet; None: not at all."""


@dataclass(slots=True)
class RadioCounters:
    """What a radio did since it booted, as `LocalStats` names it."""

    tx: int = 0
    rx: int = 0
    rx_bad: int = 0
    rx_dupe: int = 0
    tx_relay: int = 0
    tx_relay_canceled: int = 0
    tx_dropped: int = 0


class VirtualRadio:
    """One radio on a channel. Set the `on_...` attributes to hear from it."""

    def __init__(
        self,
        channel: Channel,
        *,
        name: str,
        number: int,
        dice: Dice,
        settings: RadioSettings | None = None,
    ) -> None:
        self.name = name
        self.number = number
        self.counters = RadioCounters()
        self.on_receive: Callable[[bytes, float], None] = _ignore
        """A packet's body and its signal-to-noise ratio in dB; once per packet."""
        self.on_packet: Callable[[AirPacket, float], None] = _ignore
        """The same with the whole packet."""
        self.on_relayed: Callable[[AirPacket], None] = _ignore
        """We heard somebody else relay a packet of ours: an implicit acknowledgement."""
        self.on_dequeued: Callable[[], None] = _ignore
        """A place in the queue became free."""
        self.on_duty_limit: Callable[[AirPacket], None] = _ignore
        """A packet, own or relayed, was refused for the duty cycle."""
        self.relay_priority: RelayPriority = _default_priority
        self.kernel: Kernel = channel.kernel
        """The time we live in."""
        self._channel = channel
        self._dice = dice
        self._station: Station = channel.attach(name, self)
        self.configure(settings or RadioSettings())
        self._queue = TransmitQueue()
        self._timer: Timer | None = None
        self._seen: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._boot()

    @property
    def settings(self) -> RadioSettings:
        """How we are set up."""
        return self._settings

    @property
    def modulation(self) -> Modulation:
        """How we modulate."""
        return self._station.modulation

    @property
    def is_on(self) -> bool:
        """Whether we have power."""
        return self._station.is_on

    @property
    def queue_free(self) -> int:
        """Places left in the transmit queue."""
        return self._queue.free

    @property
    def uptime_ms(self) -> float:
        """Milliseconds since the last boot."""
        return self.kernel.now_ms - self._booted_ms

    @property
    def channel_utilisation_percent(self) -> float:
        """How busy the last minute was, everything heard or sent."""
        return self._channel_airtime.percent(self.uptime_ms)

    @property
    def air_tx_percent(self) -> float:
        """How much of the last hour we sent."""
        return self._transmit_airtime.percent(self.uptime_ms)

    @property
    def silent_minutes(self) -> int:
        """How long we have to be silent, as the firmware tells its client."""
        duty_percent = 100 * self._settings.limits.duty_share
        return silent_minutes(self._transmit_airtime, self.uptime_ms, duty_percent)

    def configure(self, settings: RadioSettings) -> None:
        """Take new settings at once, without a reboot."""
        self._settings = settings
        self._station.modulation = settings.modulation
        self._station.band = settings.region or ""

    def set_power(self, *, on: bool) -> None:
        """Switch off, or on again: boots."""
        self._channel.set_power(self._station, on=on)
        self.reset()

    def reset(self) -> None:
        """Reboot: the queue and everything counted or remembered is lost."""
        self._channel.abort(self._station)
        self._queue.clear()
        self._cancel_timer()
        self._seen.clear()
        self._boot()

    def send(self, payload: bytes, *, hop_limit: int = 0, priority: int = BACKGROUND) -> Result:
        """Broadcast a bare payload on a private port; everybody in the world can read it.

        Shapes: at most 231 bytes; `hop_limit` 0..7; `priority` 1..127, larger goes first.
        """
        hops = min(hop_limit, HOPS_MAX)
        packet = AirPacket(
            sender=self.number,
            id=1 + self._dice.randrange(2**32 - 1),
            body=payload,
            hop_limit=hops,
            hop_start=hops,
            relay=self.number & 0xFF,
            framing_bytes=framing_bytes(len(payload)),
        )
        return self.submit(packet, priority=priority)

    def submit(self, packet: AirPacket, *, priority: int) -> Result:
        """Queue a packet of our own; the firmware's checks in the firmware's order."""
        if self._is_over_duty(packet):
            return Result.DUTY_CYCLE_LIMIT
        if packet.phy_bytes > PHY_BYTES_MAX:
            return Result.TOO_LARGE
        self._remember(packet)
        return self._enqueue(Queued(packet, priority))

    def heard(self, packet: AirPacket, snr_db: float, airtime_ms: float) -> None:
        """Take in a packet from the channel."""
        self._channel_airtime.add(self.kernel.now_ms - self._booted_ms, airtime_ms)
        if self._settings.region is not None:
            self.counters.rx += 1
            self._route(packet, snr_db)
        self._schedule()

    def heard_noise(self, airtime_ms: float) -> None:
        """Take note of a broken packet."""
        self.counters.rx_bad += 1
        self._channel_airtime.add(self.uptime_ms, airtime_ms)
        self._schedule()

    def sent(self, packet: AirPacket, airtime_ms: float) -> None:
        """Go on after a packet of ours has left."""
        self.counters.tx += 1
        self.counters.tx_relay += packet.sender != self.number
        self._channel_airtime.add(self.uptime_ms, airtime_ms)
        self._transmit_airtime.add(self.uptime_ms, airtime_ms)
        self._schedule()

    def _boot(self) -> None:
        self._booted_ms = self.kernel.now_ms
        self._channel_airtime = channel_airtime()
        self._transmit_airtime = transmit_airtime()
        self.counters = RadioCounters()

    def _is_over_duty(self, packet: AirPacket) -> bool:
        duty_percent = 100 * self._settings.limits.duty_share
        is_limited = duty_percent < 100 and not self._settings.override_duty_cycle
        if not (is_limited and self.air_tx_percent > duty_percent):
            return False
        self.on_duty_limit(packet)
        return True

    def _enqueue(self, queued: Queued) -> Result:
        if self._settings.region is None or not self._settings.is_tx_enabled or not self.is_on:
            return Result.DISABLED
        if queued.packet.to == BROADCAST_NO_LORA:
            return Result.SHOULD_RELEASE
        was_full = self._queue.free == 0
        is_queued = self._queue.put(queued)
        self.counters.tx_dropped += was_full
        if not is_queued:
            return Result.QUEUE_FULL
        self._schedule()
        return Result.OK

    def _schedule(self, earliest_ms: float = 0.0) -> None:
        """Draw anew how long the front of the queue has to wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        front = self._queue.front
        if front is None or self._station.sending is not None:
            return
        begin_ms = max(earliest_ms, self.kernel.now_ms)
        self._timer = self.kernel.call_at(begin_ms + self._delay_ms(front), self._try_to_send)

    def _delay_ms(self, queued: Queued) -> int:
        if queued.relayed_snr_db is None:
            load = self.channel_utilisation_percent
            return own_delay_ms(self.modulation, load, self._dice)
        is_router = self._settings.role is Role.ROUTER
        return relay_delay_ms(
            self.modulation, queued.relayed_snr_db, self._dice, is_router=is_router
        )

    def _try_to_send(self) -> None:
        busy_until_ms = self._channel.busy_until(self._station)
        if busy_until_ms is not None:
            # The firmware draws again and again while it hears something; only the draw after
            # the end of the packet decides, so that is the one we make.
            self._schedule(busy_until_ms)
            return
        self._cancel_timer()
        self._channel.transmit(self._station, self._queue.pop().packet)
        self.on_dequeued()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _route(self, packet: AirPacket, snr_db: float) -> None:
        if packet.sender == self.number:
            self.counters.rx_dupe += 1
            self.on_relayed(packet)
        elif packet.key in self._seen:
            self.counters.rx_dupe += 1
            self._hear_again(packet, snr_db)
        else:
            self._remember(packet)
            self._relay(packet, snr_db)
            self.on_packet(packet, snr_db)
            self.on_receive(packet.body, snr_db)

    def _hear_again(self, packet: AirPacket, snr_db: float) -> None:
        """A packet we know: its sender repeats it, or somebody else has relayed it."""
        waiting = self._queue.find(packet.key)
        is_repeated = packet.hop_start > 0 and packet.hop_start == packet.hop_limit
        if waiting is not None and packet.hop_limit - 1 > waiting.packet.hop_limit:
            self._queue.remove(packet.key)
            self._relay(packet, snr_db)
        elif is_repeated and waiting is None:
            self._relay(packet, snr_db)
        elif not is_repeated and self._settings.role is not Role.ROUTER:
            self.counters.tx_relay_canceled += self._queue.remove(packet.key)
        self._remember(packet)

    def _relay(self, packet: AirPacket, snr_db: float) -> None:
        relays = self._settings.relays and self._settings.role is not Role.CLIENT_MUTE
        if not relays or packet.hop_limit == 0 or packet.to == self.number:
            return
        priority = self.relay_priority(packet)
        if priority is None or self._is_over_duty(packet):
            return
        copy = replace(packet, hop_limit=packet.hop_limit - 1, relay=self.number & 0xFF)
        self._enqueue(Queued(copy, priority, relayed_snr_db=snr_db))

    def _remember(self, packet: AirPacket) -> None:
        """Note that we have seen a packet; the oldest is forgotten."""
        key = packet.key
        self._seen[key] = None
        self._seen.move_to_end(key)
        if len(self._seen) > HISTORY_PACKETS:
            self._seen.popitem(last=False)


def _ignore(*_: object) -> None:
    """Nobody asked to hear about it."""


def _default_priority(_: AirPacket) -> int | None:
    return DEFAULT
