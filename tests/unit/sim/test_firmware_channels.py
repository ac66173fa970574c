from hypothesis import given
from hypothesis import strategies as st
from meshtastic.protobuf import channel_pb2, mesh_pb2
from meshtastic.util import generate_channel_hash

from meshnode.sim.firmware.channels import DEFAULT_KEY, Channels, encrypted, expanded
from meshnode.sim.packet import AirPacket

KEY = bytes(range(32))


def air(channels: Channels, index: int, data: mesh_pb2.Data) -> AirPacket:
    key = channels.key_at(index)
    assert key is not None
    body = encrypted(key.key, 7, 9, data.SerializeToString())
    return AirPacket(sender=7, id=9, body=body, channel_hash=key.hash)


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
    one = Channels(preset="LONG_FAST", secondaries=(("x", bytes(16)), ("meshnode", KEY)))
    other = Channels(preset="LONG_FAST", secondaries=(("meshnode", KEY),))
    data = mesh_pb2.Data(payload=payload)
    data.portnum = port  # type: ignore[assignment]
    decoded = other.decode(air(one, 2, data))
    assert decoded is not None
    assert (decoded.index, decoded.data) == (1, data)


@given(st.binary(max_size=255), st.integers(0, 255))
def test_random_bytes_are_read_or_not_but_never_an_error(body: bytes, channel_hash: int) -> None:
    channels = Channels(preset="LONG_FAST", secondaries=(("meshnode", KEY),))
    channels.decode(AirPacket(sender=1, id=1, body=body, channel_hash=channel_hash))


def test_a_radio_without_the_key_reads_nothing() -> None:
    one = Channels(preset="LONG_FAST", secondaries=(("meshnode", KEY),))
    other = Channels(preset="LONG_FAST", secondaries=(("meshnode", bytes(32)),))
    assert other.decode(air(one, 1, mesh_pb2.Data(portnum=256, payload=b"secret"))) is None


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
