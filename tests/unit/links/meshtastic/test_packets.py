from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meshtastic.protobuf import mesh_pb2, portnums_pb2, telemetry_pb2

from meshnode.links.meshtastic.packets import (
    BROADCAST,
    OVERHEAD_BYTES,
    PAYLOAD_BYTES_MAX,
    PORTNUM,
    SIGNED_PAYLOAD_BYTES_MAX,
    HeardFrame,
    Ignored,
    Utilisation,
    Verdict,
    mesh_packet,
    read_packet,
)
from meshnode.protocol.errors import CallerError
from meshnode.protocol.priority import Priority
from tests.unit.links.meshtastic.scripted_radio import (
    NEIGHBOUR,
    OWN_NUMBER,
    heard,
    routing_error,
    telemetry,
)


def read(message: bytes) -> object:
    return read_packet(mesh_pb2.FromRadio.FromString(message).packet, own_number=OWN_NUMBER)


def packet(frame: bytes = b"frame", priority: Priority = Priority.ORDINARY, **more: int) -> Any:
    numbers = {"packet_id": 5, "channel_index": 1, "hop_limit": 0} | more
    return mesh_packet(frame, priority, **numbers)


def test_our_limits_are_those_that_the_firmware_computes() -> None:
    assert (OVERHEAD_BYTES, PAYLOAD_BYTES_MAX, SIGNED_PAYLOAD_BYTES_MAX) == (24, 231, 165)
    assert 256 <= PORTNUM <= 511


@pytest.mark.parametrize("length", [1, 127, 128, 200, 231])
def test_a_frame_with_what_the_radio_adds_fits_255_bytes(length: int) -> None:
    data = packet(bytes(length)).decoded
    data.bitfield = 0
    on_air = 16 + len(data.SerializeToString())
    assert on_air <= length + OVERHEAD_BYTES <= 255
    assert on_air >= length + OVERHEAD_BYTES - 1


def test_a_frame_goes_out_as_a_true_zero_hop_broadcast_that_lets_relays_pass() -> None:
    sent = packet()
    assert sent.to == BROADCAST
    assert sent.hop_limit == 0
    assert not sent.want_ack
    assert not sent.decoded.want_response
    assert sent.priority == mesh_pb2.MeshPacket.Priority.BACKGROUND
    assert (sent.id, sent.channel, sent.decoded.portnum) == (5, 1, PORTNUM)
    assert getattr(sent, "from") == 0


def test_only_urgent_frames_go_before_what_others_send() -> None:
    assert packet(priority=Priority.URGENT).priority == mesh_pb2.MeshPacket.Priority.HIGH
    assert packet(priority=Priority.AUTHORITY).priority == mesh_pb2.MeshPacket.Priority.BACKGROUND


def test_a_frame_that_cannot_be_sent_is_our_own_mistake() -> None:
    for wrong in (b"", bytes(232)):
        with pytest.raises(CallerError, match="1 to 231"):
            packet(wrong)
    for packet_id in (0, 2**32):
        with pytest.raises(CallerError, match="packet id"):
            packet(packet_id=packet_id)


@given(st.binary(min_size=1, max_size=231), st.floats(-30, 30, width=32).filter(bool))
def test_what_one_sends_the_other_reads(frame: bytes, snr_db: float) -> None:
    sent = packet(frame)
    arrived = heard(sent.decoded.payload, snr_db=snr_db)
    assert read(arrived) == HeardFrame(frame, snr_db)


def test_a_frame_to_us_alone_counts_and_one_to_another_does_not() -> None:
    assert read(heard(b"x", to=OWN_NUMBER)) == HeardFrame(b"x", 6.5)
    assert read(heard(b"x", to=NEIGHBOUR)) == Ignored("not_to_us")


def test_what_was_not_measured_is_none() -> None:
    assert read(heard(b"x", snr_db=0, rx_rssi=0)) == HeardFrame(b"x", None)
    assert read(heard(b"x", snr_db=0, rx_rssi=-90)) == HeardFrame(b"x", 0)
    assert read(heard(b"x", snr_db=float("nan"))) == HeardFrame(b"x", None)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (heard(b"x", sender=OWN_NUMBER), "own_packet"),
        (heard(b"x", sender=0), "own_packet"),
        (heard(b"x", via_mqtt=True), "via_mqtt"),
        (heard(b""), "payload_length"),
        (heard(bytes(232)), "payload_length"),
        (heard(b"x", portnum=256), "other_port"),
        (heard(b"x", portnum=portnums_pb2.PortNum.TELEMETRY_APP), "other_port"),
        (heard(b"x", decoded=None, encrypted=b"secret"), "encrypted"),
        (telemetry(50, sender=NEIGHBOUR), "other_port"),
        (telemetry(100.1), "utilisation_nonsense"),
        (telemetry(7000), "utilisation_nonsense"),
        (telemetry(-1), "utilisation_nonsense"),
        (telemetry(float("nan")), "utilisation_nonsense"),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(message: bytes, reason: str) -> None:
    assert read(message) == Ignored(reason)


def test_our_own_radios_telemetry_tells_how_busy_the_channel_is() -> None:
    assert read(telemetry(12.5)) == Utilisation(12.5)
    assert read(telemetry(0)) == Utilisation(0)


def test_local_statistics_tell_it_too() -> None:
    stats = telemetry_pb2.LocalStats(channel_utilization=30)
    payload = telemetry_pb2.Telemetry(local_stats=stats).SerializeToString()
    portnum = portnums_pb2.PortNum.TELEMETRY_APP
    assert read(heard(payload, sender=OWN_NUMBER, portnum=portnum)) == Utilisation(30)


def test_other_telemetry_of_our_own_says_nothing() -> None:
    metrics = telemetry_pb2.EnvironmentMetrics(temperature=20)
    payload = telemetry_pb2.Telemetry(environment_metrics=metrics).SerializeToString()
    portnum = portnums_pb2.PortNum.TELEMETRY_APP
    assert read(heard(payload, sender=OWN_NUMBER, portnum=portnum)) == Ignored("other_telemetry")


def test_a_refusal_names_our_packet() -> None:
    assert read(routing_error(5, 7)) == Verdict(5, 7)
    assert read(routing_error(0, 7)) == Ignored("other_routing")


@given(st.sampled_from([5, 67, PORTNUM]), st.binary(max_size=233), st.booleans())
def test_any_payload_on_any_port_is_read_without_an_error(
    portnum: int, payload: bytes, is_own: bool
) -> None:
    sender = OWN_NUMBER if is_own else NEIGHBOUR
    found = read(heard(payload, sender=sender, portnum=portnum))
    assert isinstance(found, HeardFrame | Utilisation | Verdict | Ignored)
