"""One modelled LoRa channel: who hears whom, what collides, what is lost.

Not for: when to send (`radio` decides) or what a packet means. Positions and path loss are the
business of `topology`; here a link has a signal-to-noise ratio and a probability of loss.

Invariants: a radio that sends hears nothing; of packets that overlap at a receiver only one that
is stronger than every other by CAPTURE_DB survives; each directed link draws its losses from
dice of its own, once per packet, whatever else happens.
Source: docs/spec/virtual_radio.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from random import Random
from typing import Final, Protocol

from meshnode.protocol.errors import CallerError
from meshnode.protocol.medium import Modulation
from meshnode.sim.contention import detection_ms
from meshnode.sim.kernel import Kernel
from meshnode.sim.packet import AirPacket
from meshnode.sim.streams import stream

CAPTURE_DB: Final = 6.0
"""How much stronger a packet has to be to survive another one (the usual LoRa figure)."""


@dataclass(frozen=True, slots=True)
class Path:
    """How one node hears another. Shapes: `loss` 0..1 beside collisions."""

    snr_db: float = 5.0
    loss: float = 0.0


class Fate(StrEnum):
    """What became of a packet at one receiver."""

    RECEIVED = "received"
    LOST = "lost"
    COLLIDED = "collided"
    DEAF = "deaf"
    """The receiver was sending itself."""


@dataclass(slots=True)
class Counters:
    """What happened on the channel. Receptions are counted per receiver."""

    frames: int = 0
    received: int = 0
    lost: int = 0
    collided: int = 0
    deaf: int = 0
    """Missed because the receiver was sending itself."""
    airtime_ms: dict[str, float] = field(default_factory=dict)
    """By the sender's name."""


class Receiver(Protocol):
    """The radio behind a station."""

    def heard(self, packet: AirPacket, snr_db: float, airtime_ms: float) -> None:
        """A packet arrived whole."""

    def heard_noise(self, airtime_ms: float) -> None:
        """A packet arrived broken."""

    def sent(self, packet: AirPacket, airtime_ms: float) -> None:
        """Our own packet has left."""


class _Reception:
    """One packet on its way to one receiver."""

    __slots__ = (
        "at",
        "began_ms",
        "ends_ms",
        "is_collided",
        "is_deaf",
        "is_locked",
        "is_lost",
        "snr_db",
    )

    def __init__(self, at: "Station", path: Path, *, began_ms: float, ends_ms: float) -> None:
        self.at = at
        self.snr_db = path.snr_db
        self.began_ms = began_ms
        self.ends_ms = ends_ms
        self.is_lost = False
        self.is_collided = False
        self.is_deaf = at.sending_until_ms > began_ms
        self.is_locked = not at.hearing
        """The receiver's one demodulator follows the packet that came first."""

    @property
    def fate(self) -> Fate:
        """What becomes of the packet; the receiver's own sending outweighs everything."""
        if self.is_deaf:
            return Fate.DEAF
        if self.is_collided:
            return Fate.COLLIDED
        return Fate.LOST if self.is_lost else Fate.RECEIVED

    def collide(self, other: "_Reception") -> None:
        """Overlap with the earlier `other`: at most the much stronger of the two survives."""
        if other.ends_ms <= self.began_ms:
            return
        if self.snr_db < other.snr_db + CAPTURE_DB:
            self.is_collided = True
        if other.snr_db < self.snr_db + CAPTURE_DB:
            other.is_collided = True


class _Transmission:
    """One packet on the air, with everybody who is about to receive it."""

    __slots__ = ("airtime_ms", "is_aborted", "packet", "receptions")

    def __init__(self, packet: AirPacket, airtime_ms: float) -> None:
        self.packet = packet
        self.airtime_ms = airtime_ms
        self.receptions: list[_Reception] = []
        self.is_aborted = False


class Station:
    """One radio's place on the channel; made by `Channel.attach`."""

    __slots__ = (
        "band",
        "dice",
        "hearing",
        "is_on",
        "modulation",
        "name",
        "paths",
        "reaches",
        "receiver",
        "sending",
        "sending_until_ms",
    )

    def __init__(self, name: str, receiver: Receiver, modulation: Modulation) -> None:
        self.name = name
        self.receiver = receiver
        self.modulation = modulation
        self.band = ""
        """Radios in different bands do not hear each other."""
        self.is_on = True
        self.sending: _Transmission | None = None
        self.sending_until_ms = 0.0
        self.hearing: list[_Reception] = []
        self.paths: dict[str, Path] = {}
        self.dice: dict[str, Random] = {}
        self.reaches: list[tuple[Station, Path, Random]] = []
        """Who hears us, how, and the dice for it: `paths` as `Channel.transmit` wants it."""


class Channel:
    """The air between stations."""

    def __init__(self, kernel: Kernel, modulation: Modulation, *, seed: int) -> None:
        self.kernel = kernel
        self.modulation = modulation
        self.counters = Counters()
        self.watchers: list[Callable[[str, AirPacket, float], None]] = []
        """Called with the sender's name, the packet and its airtime in ms when it begins."""
        self.end_watchers: list[Callable[[str, AirPacket, dict[str, Fate]], None]] = []
        """Called with the sender's name, the packet and what became of it where, when it ended."""
        self._seed = seed
        self._stations: dict[str, Station] = {}
        self._cuts: set[tuple[str, str]] = set()

    def attach(self, name: str, receiver: Receiver) -> Station:
        """Return a station for `receiver`, which hears nobody yet."""
        if name in self._stations:
            raise CallerError(f"two radios are called {name}")
        station = Station(name, receiver, self.modulation)
        self._stations[name] = station
        self.counters.airtime_ms[name] = 0.0
        return station

    def connect(self, sender: str, receiver: str, path: Path) -> None:
        """Let `receiver` hear `sender` from the next packet on; one way."""
        if sender == receiver:
            raise CallerError(f"{sender} cannot be linked with itself")
        self._station(receiver)
        station = self._station(sender)
        station.paths[receiver] = path
        station.reaches.clear()

    def disconnect(self, sender: str, receiver: str) -> None:
        """Let `receiver` not hear `sender` any more; one way."""
        station = self._station(sender)
        station.paths.pop(receiver, None)
        station.reaches.clear()

    def cut(self, senders: Iterable[str], receivers: Iterable[str]) -> None:
        """Silence these directed links until `heal`, without forgetting how good they are."""
        receivers = tuple(receivers)
        self._cuts.update((sender, receiver) for sender in senders for receiver in receivers)

    def partition(self, one: Iterable[str], other: Iterable[str]) -> None:
        """Cut two groups off from each other until `heal`."""
        one, other = tuple(one), tuple(other)
        self.cut(one, other)
        self.cut(other, one)

    def heal(self) -> None:
        """End all cuts."""
        self._cuts.clear()

    def set_power(self, station: Station, *, on: bool) -> None:
        """Switch a radio on or off; what it was sending is destroyed."""
        if not on:
            self.abort(station)
        station.is_on = on

    def abort(self, station: Station) -> None:
        """Stop sending in the middle of a packet: nobody gets it, `sent` does not follow."""
        if station.sending is not None:
            station.sending.is_aborted = True
            station.sending = None
            station.sending_until_ms = self.kernel.now_ms

    def path(self, sender: str, receiver: str) -> Path | None:
        """Return how `receiver` hears `sender`; None when it does not."""
        if (sender, receiver) in self._cuts:
            return None
        return self._station(sender).paths.get(receiver)

    def busy_until(self, station: Station) -> float | None:
        """Return when what `station` detects now ends, in ms; None when the channel is free.

        A packet is detected once its preamble has lasted: two radios that decide in the same
        slot do not notice each other, and collide.
        """
        now = self.kernel.now_ms
        noticed_before = now - detection_ms(station.modulation)
        ends = [
            each.ends_ms
            for each in station.hearing
            if each.began_ms <= noticed_before and each.ends_ms > now
        ]
        if station.sending_until_ms > now:
            ends.append(station.sending_until_ms)
        return max(ends, default=None)

    def is_busy(self, station: Station) -> bool:
        """Return whether `station` detects a transmission, its own included."""
        return self.busy_until(station) is not None

    def transmit(self, station: Station, packet: AirPacket) -> float:
        """Send; return the time on air in ms. `Receiver.sent` follows when it is over."""
        now = self.kernel.now_ms
        if station.sending_until_ms > now:
            raise CallerError(f"{station.name} is sending already")
        airtime_ms = station.modulation.airtime_ms(packet.phy_bytes)
        transmission = station.sending = _Transmission(packet, airtime_ms)
        station.sending_until_ms = now + airtime_ms
        for reception in station.hearing:
            reception.is_deaf |= reception.ends_ms > now
        self.counters.frames += 1
        self.counters.airtime_ms[station.name] += airtime_ms
        for watcher in self.watchers:
            watcher(station.name, packet, airtime_ms)
        self._begin(station, transmission)
        self.kernel.call_at(now + airtime_ms, partial(self._end, station, transmission))
        return airtime_ms

    def _begin(self, sender: Station, transmission: _Transmission) -> None:
        """Let the packet arrive wherever it is heard."""
        now = self.kernel.now_ms
        for station, path, dice in self._reaches(sender):
            is_lost = path.loss > 0.0 and dice.random() < path.loss
            if not self._is_audible(sender, station):
                continue
            reception = _Reception(
                station, path, began_ms=now, ends_ms=now + transmission.airtime_ms
            )
            reception.is_lost = is_lost
            for other in station.hearing:
                reception.collide(other)
            station.hearing.append(reception)
            transmission.receptions.append(reception)

    def _reaches(self, sender: Station) -> list[tuple[Station, Path, Random]]:
        if not sender.reaches and sender.paths:
            sender.reaches = [
                (self._stations[name], path, self._dice(sender, name))
                for name, path in sender.paths.items()
            ]
        return sender.reaches

    def _is_audible(self, sender: Station, receiver: Station) -> bool:
        ours, theirs = sender.modulation, receiver.modulation
        return (
            sender.is_on
            and receiver.is_on
            # Most often it is the same object; comparing field by field costs more than the rest.
            and (ours is theirs or ours == theirs)
            and sender.band == receiver.band
            and not (self._cuts and (sender.name, receiver.name) in self._cuts)
        )

    def _end(self, sender: Station, transmission: _Transmission) -> None:
        """Take the packet off the air everywhere, then tell everybody what became of it."""
        for reception in transmission.receptions:
            reception.at.hearing.remove(reception)
            reception.is_lost |= transmission.is_aborted
        for watcher in self.end_watchers:
            fates = {each.at.name: each.fate for each in transmission.receptions if each.at.is_on}
            watcher(sender.name, transmission.packet, fates)
        for reception in transmission.receptions:
            if reception.at.is_on:
                self._deliver(reception, transmission)
        if not transmission.is_aborted:
            sender.sending = None
            sender.receiver.sent(transmission.packet, transmission.airtime_ms)

    def _deliver(self, reception: _Reception, transmission: _Transmission) -> None:
        receiver = reception.at.receiver
        airtime_ms = transmission.airtime_ms
        match reception.fate:
            case Fate.RECEIVED:
                self.counters.received += 1
                receiver.heard(transmission.packet, reception.snr_db, airtime_ms)
            case Fate.LOST:
                self.counters.lost += 1
                receiver.heard_noise(airtime_ms)
            case Fate.COLLIDED:
                self.counters.collided += 1
                if reception.is_locked:
                    receiver.heard_noise(airtime_ms)
            case Fate.DEAF:
                self.counters.deaf += 1

    def _dice(self, sender: Station, receiver: str) -> Random:
        dice = sender.dice.get(receiver)
        if dice is None:
            dice = sender.dice[receiver] = stream(self._seed, "loss", sender.name, receiver)
        return dice

    def _station(self, name: str) -> Station:
        if name not in self._stations:
            raise CallerError(f"no radio is called {name}")
        return self._stations[name]
