from dataclasses import dataclass, field

import pytest

from meshnode.protocol.errors import CallerError
from meshnode.protocol.medium import LONG_FAST
from meshnode.sim.channel import Channel, Path, Station
from meshnode.sim.contention import slot_ms
from meshnode.sim.kernel import Kernel
from meshnode.sim.packet import AirPacket
from meshnode.sim.presets import PRESETS
from meshnode.sim.topology import full, line, scattered, star

AIRTIME_MS = LONG_FAST.airtime_ms(16 + 34)


@dataclass(slots=True)
class Ear:
    """A receiver that only listens."""

    packets: list[int] = field(default_factory=list)
    noise: int = 0
    sent_packets: list[int] = field(default_factory=list)

    def heard(self, packet: AirPacket, snr_db: float, airtime_ms: float) -> None:
        self.packets.append(packet.id)

    def heard_noise(self, airtime_ms: float) -> None:
        self.noise += 1

    def sent(self, packet: AirPacket, airtime_ms: float) -> None:
        self.sent_packets.append(packet.id)


@dataclass(slots=True)
class Air:
    """A channel with listening receivers."""

    names: tuple[str, ...]
    seed: int = 1
    kernel: Kernel = field(default_factory=Kernel)
    channel: Channel = field(init=False)
    ears: dict[str, Ear] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.channel = Channel(self.kernel, LONG_FAST, seed=self.seed)
        for name in self.names:
            self.ears[name] = Ear()
            self.stations[name] = self.channel.attach(name, self.ears[name])

    def say(self, name: str, number: int, *, at_ms: float = 0.0) -> None:
        packet = AirPacket(sender=1, id=number, body=bytes(34))
        self.kernel.call_at(
            at_ms, lambda: self.channel.transmit(self.stations[name], packet) and None
        )


def test_a_packet_occupies_the_channel_for_its_time_on_air() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.say("a", 1)
    air.kernel.run_until(AIRTIME_MS - 0.01)
    assert air.ears["b"].packets == []
    assert air.channel.is_busy(air.stations["b"])
    air.kernel.run_until(AIRTIME_MS)
    assert air.ears["b"].packets == [1]
    assert air.ears["a"].packets == []
    assert air.ears["a"].sent_packets == [1]
    assert not air.channel.is_busy(air.stations["b"])
    assert air.channel.counters.airtime_ms == {"a": pytest.approx(641, abs=1), "b": 0.0}


def test_a_radio_that_sends_hears_nothing() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.say("a", 1)
    air.say("b", 2, at_ms=100)
    air.kernel.run_until(2000)
    assert air.ears["a"].packets == air.ears["b"].packets == []
    assert air.channel.counters.deaf == 2


def test_packets_of_like_strength_destroy_each_other() -> None:
    air = Air(("a", "b", "c"))
    air.channel.connect("a", "c", Path(snr_db=5.0))
    air.channel.connect("b", "c", Path(snr_db=10.9))
    air.say("a", 1)
    air.say("b", 2, at_ms=AIRTIME_MS - 1)
    air.kernel.run_until(2000)
    assert air.ears["c"].packets == []
    assert air.channel.counters.collided == 2
    assert air.ears["c"].noise == 1, "one demodulator follows one packet"


def test_a_packet_six_decibels_stronger_survives() -> None:
    air = Air(("a", "b", "c"))
    air.channel.connect("a", "c", Path(snr_db=4.0))
    air.channel.connect("b", "c", Path(snr_db=10.0))
    air.say("a", 1)
    air.say("b", 2, at_ms=100)
    air.kernel.run_until(2000)
    assert air.ears["c"].packets == [2]


def test_packets_that_only_touch_do_not_collide() -> None:
    air = Air(("a", "b", "c"))
    star(air.channel, ("c", "a", "b"), Path())
    air.say("a", 1)
    air.say("b", 2, at_ms=AIRTIME_MS)
    air.kernel.run_until(2000)
    assert air.ears["c"].packets == [1, 2]


def test_nodes_hidden_from_each_other_do_not_notice_each_other() -> None:
    air = Air(("a", "b", "c"))
    line(air.channel, air.names, Path())
    air.say("a", 1)
    air.kernel.run_until(200)
    assert air.channel.is_busy(air.stations["b"])
    assert not air.channel.is_busy(air.stations["c"])


def test_a_transmission_is_noticed_one_slot_after_it_began() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.say("a", 1)
    air.kernel.run_until(slot_ms(LONG_FAST) - 1)
    assert not air.channel.is_busy(air.stations["b"])
    assert air.channel.is_busy(air.stations["a"])
    air.kernel.run_until(slot_ms(LONG_FAST))
    assert air.channel.is_busy(air.stations["b"])


def test_losses_come_at_the_rate_of_the_link() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path(loss=0.2))
    for number in range(2000):
        air.say("a", number, at_ms=number * 1000)
    air.kernel.run_until(2_001_000)
    assert len(air.ears["b"].packets) + air.ears["b"].noise == 2000
    assert 350 < air.channel.counters.lost < 450


def test_a_further_node_does_not_change_what_others_lose() -> None:
    heard = []
    for names in (("a", "b"), ("z", "a", "b", "c")):
        air = Air(names)
        full(air.channel, names, Path(loss=0.5))
        for number in range(100):
            air.say("a", number, at_ms=number * 1000)
        air.kernel.run_until(101_000)
        heard.append(air.ears["b"].packets)
    assert heard[0] == heard[1]


def test_links_can_be_cut_one_way_and_heal() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.channel.cut(["a"], ["b"])
    air.say("a", 1)
    air.say("b", 2, at_ms=1000)
    air.kernel.run_until(2000)
    assert air.ears["b"].packets == []
    assert air.ears["a"].packets == [2]
    air.channel.partition(["a"], ["b"])
    assert air.channel.path("b", "a") is None
    air.channel.heal()
    assert air.channel.path("b", "a") == Path()
    air.channel.disconnect("b", "a")
    assert air.channel.path("b", "a") is None


def test_a_radio_switched_off_neither_hears_nor_finishes_its_packet() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.say("a", 1)
    air.kernel.run_until(100)
    air.channel.set_power(air.stations["a"], on=False)
    air.kernel.run_until(1000)
    assert air.ears["b"].packets == []
    assert air.ears["b"].noise == 1
    assert air.ears["a"].sent_packets == []
    air.say("b", 2, at_ms=1000)
    air.kernel.run_until(2000)
    assert air.ears["a"].packets == []


def test_radios_on_different_modulations_do_not_hear_each_other() -> None:
    air = Air(("a", "b"))
    full(air.channel, air.names, Path())
    air.stations["b"].modulation = PRESETS["SHORT_FAST"]
    air.say("a", 1)
    air.kernel.run_until(2000)
    assert air.ears["b"].packets == []


def test_misuse_is_refused() -> None:
    air = Air(("a", "b"))
    with pytest.raises(CallerError, match="two radios are called a"):
        air.channel.attach("a", Ear())
    with pytest.raises(CallerError, match="no radio is called x"):
        air.channel.connect("a", "x", Path())
    with pytest.raises(CallerError, match="itself"):
        air.channel.connect("a", "a", Path())
    packet = AirPacket(sender=1, id=1, body=b"")
    air.channel.transmit(air.stations["a"], packet)
    with pytest.raises(CallerError, match="sending already"):
        air.channel.transmit(air.stations["a"], packet)


def test_scattered_nodes_hear_near_ones_and_not_far_ones() -> None:
    names = tuple(f"n{number}" for number in range(30))
    air = Air(names)
    places = scattered(air.channel, names, width_m=10_000, seed=3)
    links = [path for one in names for other in names if (path := air.channel.path(one, other))]
    assert len(places) == 30
    assert 30 < len(links) < 30 * 29
    assert all(0 <= path.loss <= 0.5 and path.snr_db >= -17.5 for path in links)
