"""The modem between Reticulum and the modelled channel; needs neither of its programs."""

from random import Random

import pytest

from bench.rnode import PACKET_BYTES_MAX, RNode, frames_of
from meshnode.protocol.medium import LONG_FAST
from meshnode.sim import topology
from meshnode.sim.channel import Channel, Path
from meshnode.sim.kernel import Kernel
from meshnode.sim.packet import AirPacket


class Pair:
    def __init__(self) -> None:
        self.kernel = Kernel()
        self.channel = Channel(self.kernel, LONG_FAST, seed=1)
        self.got: list[bytes] = []
        self.one, other = (
            RNode(self.channel, name=name, number=number, dice=Random(number))
            for number, name in enumerate(("one", "other"), start=1)
        )
        other.on_packet = self.got.append
        topology.full(self.channel, ["one", "other"], Path())


@pytest.mark.parametrize(
    ("packet_bytes", "frame_bytes"),
    [(1, [2]), (115, [116]), (254, [255]), (255, [255, 2]), (508, [255, 255])],
)
def test_a_packet_costs_the_airtime_of_its_frames(
    packet_bytes: int, frame_bytes: list[int]
) -> None:
    pair = Pair()
    pair.one.send(bytes(packet_bytes))
    pair.kernel.run_until(60_000)
    expected_ms = sum(LONG_FAST.airtime_ms(size) for size in frame_bytes)
    assert pair.channel.counters.airtime_ms["one"] == pytest.approx(expected_ms)
    assert pair.channel.counters.frames == pair.one.frames == len(frame_bytes)
    assert pair.one.bytes_sent == sum(frame_bytes)


def test_a_full_frame_lasts_what_the_channel_says() -> None:
    assert LONG_FAST.airtime_ms(255) == pytest.approx(2156.5, abs=1.0)


@pytest.mark.parametrize("size", [1, 254, 255, 508])
def test_a_packet_arrives_as_it_was_sent(size: int) -> None:
    pair = Pair()
    packet = Random(size).randbytes(size)
    pair.one.send(packet)
    pair.kernel.run_until(60_000)
    assert pair.got == [packet]


def test_half_a_packet_is_no_packet() -> None:
    got: list[bytes] = []
    modem = Pair().one
    modem.on_packet = got.append
    first, second = (AirPacket(sender=9, id=0, body=each) for each in frames_of(bytes(400), 3))
    modem.heard(second, 5.0, 0.0)
    assert got == []
    other = AirPacket(sender=9, id=0, body=frames_of(bytes(400), 4)[0])
    modem.heard(other, 5.0, 0.0)
    modem.heard(first, 5.0, 0.0)
    assert got == []
    modem.heard(second, 5.0, 0.0)
    assert got == [bytes(400)]


def test_what_no_rnode_can_send_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 508"):
        frames_of(bytes(PACKET_BYTES_MAX + 1), 0)
