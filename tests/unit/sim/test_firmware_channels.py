from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meshtastic.protobuf import channel_pb2, mesh_pb2
from meshtastic.util import generate_channel_hash

from meshnode.sim.firmware.channels import DEFAULT_KEY, Channels, expanded
from meshnode.sim.firmware.device import Device, DeviceSpec, made
from meshnode.sim.firmware.direct import OVERHEAD_BYTES, sealed, unsealed
from meshnode.sim.firmware.encoding import Encoding
from meshnode.sim.packet import AirPacket

KEY = bytes(range(32))


def spec(number: int, *secondaries: tuple[str, bytes]) -> DeviceSpec:
    return DeviceSpec(
        number=number, long_name="radio", short_name="r", secondaries=tuple(secondaries)
    )


def encoding(number: int, *secondaries: tuple[str, bytes]) -> Encoding:
    device = made(spec(number, *secondaries), Random(number))
    device.meet(2).user.public_key = bytes(range(32))
    return Encoding(device, Random(1))


def test_the_hash_is_the_one_the_stock_client_computes() -> None:
    channels = Channels(preset="LONG_FAST", secondaries=(("meshnode", KEY),))
    primary, secondary = channels.key_at(0), channels.key_at(1)
    assert primary is not None
    assert secondary is not None
    assert primary.hash == generate_channel_hash("LongFast", DEFAULT_KEY) == 8
    assert secondary.hash == generate_channel_hash("meshnode", KEY)


def test_short_keys_stand_for_known_ones() -> None:
    assert expanded(b"\x01") == DEFAULT_KEY
    assert expanded(b"\x02")[-1] == DEFAULT_KEY[-1] + 1
    assert expanded(b"\x00") == expanded(b"") == b""
    assert expanded(b"abc") == b"abc".ljust(16, b"\x00")
    assert len(expanded(bytes(20))) == 32


@given(st.integers(1, 511), st.binary(max_size=200))
def test_what_one_radio_encrypts_another_with_the_channel_reads(port: int, payload: bytes) -> None:
    one, other = encoding(2, ("x", bytes(16)), ("meshnode", KEY)), encoding(3, ("meshnode", KEY))
    packet = mesh_pb2.MeshPacket(id=9, to=0xFFFFFFFF, channel=2)
    packet.decoded.portnum = port  # type: ignore[assignment]
    packet.decoded.payload = payload
    air = one.encode(packet)
    assert isinstance(air, AirPacket)
    decoded = other.decode(air)
    assert decoded is not None
    assert (decoded.channel, decoded.public_key) == (1, b"")
    assert (decoded.data.portnum, decoded.data.payload) == (port, payload)
    assert encoding(4, ("meshnode", bytes(32))).decode(air) is None


@given(st.binary(max_size=255), st.integers(0, 255), st.sampled_from([3, 0xFFFFFFFF]))
def test_random_bytes_are_read_or_not_but_never_an_error(
    body: bytes, channel_hash: int, to: int
) -> None:
    one = encoding(3, ("meshnode", KEY))
    one.decode(AirPacket(sender=2, id=1, to=to, body=body, channel_hash=channel_hash))


@given(st.binary(min_size=1, max_size=220), st.integers(0, 2**32 - 1), st.integers(0, 2**31 - 1))
def test_a_sealed_message_opens_for_its_receiver_and_only_unchanged(
    data: bytes, packet_id: int, extra_nonce: int
) -> None:
    anna, bert, eve = (made(spec(number), Random(number)) for number in (2, 3, 4))
    body = sealed(
        data,
        private_key=anna.config.security.private_key,
        public_key=bert.owner.public_key,
        sender=2,
        packet_id=packet_id,
        extra_nonce=extra_nonce,
    )
    assert body is not None
    assert len(body) == len(data) + OVERHEAD_BYTES

    def opened(device: Device, body: bytes) -> bytes | None:
        return unsealed(
            body,
            private_key=device.config.security.private_key,
            public_key=anna.owner.public_key,
            sender=2,
            packet_id=packet_id,
        )

    assert opened(bert, body) == data
    assert opened(eve, body) is None
    assert opened(bert, bytes([body[0] ^ 1]) + body[1:]) is None


@pytest.mark.parametrize("public_key", [b"", bytes(31), bytes(32)])
def test_a_key_that_gives_no_secret_is_refused(public_key: bytes) -> None:
    keys = {"private_key": bytes(range(32)), "public_key": public_key}
    assert sealed(b"x", sender=1, packet_id=1, extra_nonce=1, **keys) is None
    assert unsealed(bytes(40), sender=1, packet_id=1, **keys) is None


def test_a_secondary_without_a_key_uses_the_primary_one() -> None:
    channels = Channels(preset="LONG_FAST", secondaries=(("open", b""),))
    key = channels.key_at(1)
    assert key is not None
    assert key.key == DEFAULT_KEY
    assert channels.key_at(2) is None
    assert channels.key_at(99) is None


def test_a_new_primary_takes_the_place_of_the_old() -> None:
    channels = Channels(preset="LONG_FAST")
    new = channel_pb2.Channel(index=3, role=channel_pb2.Channel.PRIMARY)
    assert channels.write(new)
    assert channels.settings[0].role == channel_pb2.Channel.SECONDARY
    assert not channels.write(channel_pb2.Channel(index=8))
