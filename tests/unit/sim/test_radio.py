from dataclasses import dataclass, field

import pytest

from meshnode.sim.channel import Channel, Path
from meshnode.sim.kernel import Kernel
from meshnode.sim.packet import AirPacket
from meshnode.sim.presets import PRESETS
from meshnode.sim.radio import BACKGROUND, DEFAULT, HIGH, VirtualRadio
from meshnode.sim.settings import RadioSettings, Result, Role
from meshnode.sim.streams import stream
from meshnode.sim.topology import full, line
from meshnode.sim.transmit_queue import PLACES, Queued, TransmitQueue
from meshnode.sim.utilisation import channel_airtime, silent_minutes, transmit_airtime

UNLIMITED = RadioSettings(region="US")


@dataclass(slots=True)
class World:
    """Radios on one channel, and what each of them heard."""

    names: tuple[str, ...]
    seed: int = 1
    settings: RadioSettings = UNLIMITED
    kernel: Kernel = field(default_factory=Kernel)
    channel: Channel = field(init=False)
    radios: dict[str, VirtualRadio] = field(default_factory=dict)
    heard: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.channel = Channel(self.kernel, PRESETS["LONG_FAST"], seed=self.seed)
        for number, name in enumerate(self.names, start=1):
            log: list[bytes] = []
            self.heard[name] = log
            radio = VirtualRadio(
                self.channel,
                name=name,
                number=number,
                dice=stream(self.seed, "radio", name),
                settings=self.settings,
            )
            radio.on_receive = lambda payload, snr_db, log=log: log.append(payload)
            self.radios[name] = radio

    def run_s(self, seconds: float) -> None:
        self.kernel.run_until(self.kernel.now_ms + seconds * 1000)


def fully_linked(*names: str, path: Path | None = None, **more: object) -> World:
    world = World(names, **more)  # type: ignore[arg-type]
    full(world.channel, names, path or Path())
    return world


def test_a_payload_reaches_everybody_in_range_once() -> None:
    world = fully_linked("a", "b", "c")
    assert world.radios["a"].send(b"hello") is Result.OK
    world.run_s(5)
    assert world.heard == {"a": [], "b": [b"hello"], "c": [b"hello"]}
    assert world.radios["a"].counters.tx == 1


def test_the_size_on_the_air_is_that_of_the_firmware() -> None:
    world = fully_linked("a", "b")
    assert world.radios["a"].send(bytes(232)) is Result.TOO_LARGE
    assert world.radios["a"].send(bytes(231)) is Result.OK
    world.run_s(5)
    assert world.channel.counters.airtime_ms["a"] == pytest.approx(2157, abs=1)
    world.radios["b"].send(bytes(26))
    world.run_s(5)
    assert world.channel.counters.airtime_ms["b"] == pytest.approx(
        PRESETS["LONG_FAST"].airtime_ms(16 + 7 + 26)
    )


def test_carrier_sense_lets_all_of_many_senders_through() -> None:
    delivered = 0
    for seed in range(20):
        world = fully_linked("a", "b", "c", seed=seed)
        for name in world.names:
            world.radios[name].send(name.encode() * 50)
        world.run_s(30)
        delivered += sum(len(log) for log in world.heard.values())
    # All three draw from eight slots at once: somebody shares a slot in a third of the cases.
    assert delivered > 0.6 * 20 * 6


def test_who_decides_later_hears_who_decided_first() -> None:
    world = fully_linked("a", "b")
    world.radios["a"].send(bytes(200))
    world.run_s(0.3)
    world.radios["b"].send(bytes(200))
    world.run_s(10)
    assert len(world.heard["a"]) == len(world.heard["b"]) == 1
    assert world.channel.counters.deaf == 0


def test_hidden_senders_collide_at_the_one_between_them() -> None:
    world = World(("a", "b", "c"))
    line(world.channel, world.names, Path())
    world.radios["a"].send(bytes(200))
    world.radios["c"].send(bytes(200))
    world.run_s(10)
    assert world.heard["b"] == []
    assert world.radios["b"].counters.rx_bad == 1


def test_no_hops_means_no_relay() -> None:
    world = World(("a", "b", "c"))
    line(world.channel, world.names, Path())
    world.radios["a"].send(b"near")
    world.run_s(60)
    assert world.heard["c"] == []
    assert world.channel.counters.frames == 1


def test_a_packet_travels_as_many_hops_as_it_may() -> None:
    world = World(("a", "b", "c", "d", "e"))
    line(world.channel, world.names, Path())
    world.radios["a"].send(b"far", hop_limit=2)
    world.run_s(120)
    assert [len(world.heard[name]) for name in world.names] == [0, 1, 1, 1, 0]
    assert world.radios["b"].counters.tx_relay == 1
    assert world.radios["d"].counters.tx_relay == 0


def test_who_hears_another_relay_keeps_silent() -> None:
    world = fully_linked("a", "b", "c", "d", "e", seed=3)
    world.radios["a"].send(b"flood", hop_limit=3)
    world.run_s(120)
    relays = sum(radio.counters.tx_relay for radio in world.radios.values())
    cancelled = sum(radio.counters.tx_relay_canceled for radio in world.radios.values())
    assert relays + cancelled == 4
    assert relays < 4
    assert all(len(world.heard[name]) == 1 for name in "bcde")


@pytest.mark.parametrize(
    "settings",
    [RadioSettings(region="US", relays=False), RadioSettings(region="US", role=Role.CLIENT_MUTE)],
)
def test_some_radios_never_relay(settings: RadioSettings) -> None:
    world = World(("a", "b", "c"), settings=settings)
    line(world.channel, world.names, Path())
    world.radios["a"].send(b"x", hop_limit=3)
    world.run_s(60)
    assert world.heard["b"] == [b"x"]
    assert world.heard["c"] == []


def test_a_router_relays_even_what_others_relayed() -> None:
    world = fully_linked("a", "b", "r")
    world.radios["r"].configure(RadioSettings(region="US", role=Role.ROUTER))
    world.radios["a"].send(b"x", hop_limit=3)
    world.run_s(60)
    assert world.radios["r"].counters.tx_relay == 1
    assert world.radios["b"].counters.tx_relay == 0


def test_of_two_routers_both_relay() -> None:
    world = fully_linked("a", "r", "s", seed=2)
    for name in "rs":
        world.radios[name].configure(RadioSettings(region="US", role=Role.ROUTER))
    world.radios["a"].send(b"x", hop_limit=3)
    world.run_s(60)
    assert [world.radios[name].counters.tx_relay for name in "rs"] == [1, 1]


def test_what_its_sender_repeats_is_relayed_again_but_delivered_once() -> None:
    world = fully_linked("a", "b")
    repeated = AirPacket(sender=1, id=5, body=b"x", hop_limit=3, hop_start=3)
    for _ in range(2):
        world.radios["a"].submit(repeated, priority=DEFAULT)
        world.run_s(60)
    assert world.heard["b"] == [b"x"]
    assert world.radios["b"].counters.tx_relay == 2


def test_a_copy_with_more_hops_left_replaces_the_one_that_waits() -> None:
    world = fully_linked("b", "c")
    relayed: list[int] = []
    world.radios["c"].on_packet = lambda packet, snr_db: relayed.append(packet.hop_limit)
    for hops in (1, 2):
        heard = AirPacket(sender=9, id=5, body=b"x", hop_limit=hops, hop_start=3)
        world.radios["b"].heard(heard, -5.0, 100.0)
    world.run_s(60)
    assert relayed == [1]


def test_the_sender_hears_that_its_packet_was_relayed() -> None:
    world = fully_linked("a", "b")
    acknowledged: list[int] = []
    world.radios["a"].on_relayed = lambda packet: acknowledged.append(packet.relay)
    world.radios["a"].send(b"x", hop_limit=1)
    world.run_s(60)
    assert acknowledged == [2]
    assert world.heard["a"] == []


def test_the_duty_cycle_gates_own_packets_and_relays() -> None:
    world = fully_linked("a", "b", settings=RadioSettings(region="EU_868"))
    refused: list[AirPacket] = []
    world.radios["a"].on_duty_limit = refused.append
    results = []
    for _ in range(200):
        results.append(world.radios["a"].send(bytes(231)))
        world.run_s(4)
    sent = results.count(Result.OK)
    assert sent * 2.157 > 360 >= (sent - 2) * 2.157, "ten per cent of an hour, then no more"
    assert results[-1] is Result.DUTY_CYCLE_LIMIT
    assert world.channel.counters.frames == sent
    world.radios["b"].send(b"relay me", hop_limit=3)
    world.run_s(30)
    assert refused[-1].body == b"relay me"
    assert world.radios["a"].counters.tx_relay == 0
    assert 0 < world.radios["a"].silent_minutes <= 60
    world.run_s(3600)
    assert world.radios["a"].send(b"again") is Result.OK


def test_the_duty_cycle_can_be_overridden_and_starts_anew_after_a_reboot() -> None:
    world = fully_linked("a", "b", settings=RadioSettings(region="UA_868"))
    radio = world.radios["a"]
    while radio.send(bytes(231)) is Result.OK:
        world.run_s(4)
    assert radio.air_tx_percent > 1.0
    radio.configure(RadioSettings(region="UA_868", override_duty_cycle=True))
    assert radio.send(b"x") is Result.OK
    radio.configure(RadioSettings(region="UA_868"))
    assert radio.send(b"x") is Result.DUTY_CYCLE_LIMIT
    radio.reset()
    assert radio.air_tx_percent == radio.channel_utilisation_percent == 0.0
    assert radio.queue_free == PLACES
    assert radio.send(b"x") is Result.OK


def test_a_radio_without_a_region_neither_sends_nor_hears() -> None:
    world = fully_linked("a", "b")
    world.radios["a"].configure(RadioSettings(region=None))
    assert world.radios["a"].send(b"x") is Result.DISABLED
    world.radios["a"].configure(RadioSettings(region="US", is_tx_enabled=False))
    assert world.radios["a"].send(b"x") is Result.DISABLED
    world.radios["a"].configure(RadioSettings(region="EU_868"))
    assert world.radios["a"].send(b"other band") is Result.OK
    world.run_s(10)
    assert world.heard["b"] == []


def test_a_reboot_in_the_middle_of_a_packet_destroys_it() -> None:
    world = fully_linked("a", "b")
    for _ in range(3):
        world.radios["a"].send(bytes(200))
    world.run_s(1)
    world.radios["a"].reset()
    world.run_s(30)
    assert world.heard["b"] == []
    assert world.radios["b"].counters.rx_bad == 1
    world.radios["a"].send(b"back")
    world.run_s(5)
    assert world.heard["b"] == [b"back"]


def test_channel_utilisation_counts_the_last_minute_of_everything_heard() -> None:
    world = fully_linked("a", "b")
    world.radios["a"].send(bytes(231))
    world.run_s(5)
    share = 100 * PRESETS["LONG_FAST"].airtime_ms(255) / 60_000
    assert world.radios["a"].channel_utilisation_percent == pytest.approx(share)
    assert world.radios["b"].channel_utilisation_percent == pytest.approx(share)
    assert world.radios["b"].air_tx_percent == 0.0
    world.run_s(70)
    assert world.radios["b"].channel_utilisation_percent == 0.0
    assert world.radios["a"].air_tx_percent == pytest.approx(share / 60)


def test_a_full_queue_refuses_what_is_not_more_important() -> None:
    world = fully_linked("a", "b")
    radio = world.radios["a"]
    results = [radio.send(bytes(200), priority=BACKGROUND) for _ in range(PLACES + 2)]
    assert results.count(Result.OK) == PLACES
    assert results[-1] is Result.QUEUE_FULL
    assert radio.queue_free == 0
    assert radio.send(b"alarm", priority=HIGH) is Result.OK
    assert radio.counters.tx_dropped == 3
    world.run_s(3)
    assert world.heard["b"][0] == b"alarm"


def test_the_same_seed_gives_the_same_day() -> None:
    days = []
    for _ in range(2):
        world = fully_linked("a", "b", "c", "d", path=Path(loss=0.3), seed=9)
        for number in range(30):
            world.radios["abcd"[number % 4]].send(bytes([number]) * 40, hop_limit=2)
            world.run_s(1)
        world.run_s(100)
        days.append((world.heard, world.channel.counters))
    assert days[0] == days[1]


def packet(number: int, *, sender: int = 1) -> AirPacket:
    return AirPacket(sender=sender, id=number, body=b"")


def test_the_queue_orders_by_priority_and_puts_others_before_our_own() -> None:
    queue = TransmitQueue()
    queue.put(Queued(packet(1), DEFAULT))
    queue.put(Queued(packet(2), BACKGROUND))
    queue.put(Queued(packet(3), DEFAULT))
    queue.put(Queued(packet(4, sender=9), DEFAULT, relayed_snr_db=1.0))
    queue.put(Queued(packet(5), HIGH))
    assert [queue.pop().packet.id for _ in range(5)] == [5, 4, 1, 3, 2]


def test_a_full_queue_evicts_its_last_and_lowest() -> None:
    queue = TransmitQueue()
    for number in range(PLACES - 1):
        assert queue.put(Queued(packet(number), DEFAULT))
    assert queue.put(Queued(packet(100), BACKGROUND))
    assert not queue.put(Queued(packet(101), BACKGROUND))
    assert queue.put(Queued(packet(102), DEFAULT))
    assert queue.find((1, 100)) is None
    assert not queue.put(Queued(packet(103, sender=2), DEFAULT, relayed_snr_db=0.0))
    assert queue.free == 0


def test_buckets_are_emptied_when_their_turn_comes_again() -> None:
    rolling = channel_airtime()
    rolling.add(500, 3000)
    rolling.add(59_000, 3000)
    assert rolling.percent(59_999) == 10.0
    assert rolling.percent(60_000) == 5.0
    assert rolling.percent(10_000_000) == 0.0


def test_silent_minutes_are_counted_as_the_firmware_counts() -> None:
    rolling = transmit_airtime()
    rolling.add(0, 400_000)
    assert silent_minutes(rolling, 0, 10.0) == 59
    rolling = transmit_airtime()
    rolling.add(59 * 60_000, 400_000)
    assert silent_minutes(rolling, 59 * 60_000, 10.0) == 0
