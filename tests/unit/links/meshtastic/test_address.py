import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.meshtastic.address import (
    BleAddress,
    RadioAddress,
    SerialAddress,
    TcpAddress,
    parse_radio_url,
)
from meshnode.protocol.errors import LinkRefused


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("serial:/dev/ttyUSB0", SerialAddress("/dev/ttyUSB0")),
        ("serial:///dev/ttyUSB0", SerialAddress("/dev/ttyUSB0")),
        ("serial:/dev/serial/by-id/usb-RAK", SerialAddress("/dev/serial/by-id/usb-RAK")),
        ("tcp://10.0.0.7:4404", TcpAddress("10.0.0.7", 4404)),
        ("tcp://meshtastic.local", TcpAddress("meshtastic.local", 4403)),
        ("tcp://meshtastic.local/", TcpAddress("meshtastic.local", 4403)),
        ("tcp://[fd00::7]:4403", TcpAddress("fd00::7", 4403)),
        ("tcp://[::1]", TcpAddress("::1", 4403)),
        ("ble:Meshtastic_1a2b", BleAddress("Meshtastic_1a2b")),
        ("ble:AA:BB:CC:DD:EE:FF", BleAddress("AA:BB:CC:DD:EE:FF")),
    ],
)
def test_a_right_address_is_understood(url: str, address: RadioAddress) -> None:
    assert parse_radio_url(url) == address


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "must begin with"),
        ("/dev/ttyUSB0", "must begin with"),
        ("http://10.0.0.7", "must begin with"),
        ("serial:", "full path"),
        ("serial:ttyUSB0", "full path"),
        ("serial://dev/ttyUSB0", "full path"),
        ("tcp:10.0.0.7", "two slashes"),
        ("tcp://", "host is missing"),
        ("tcp://:4403", "host is missing"),
        ("tcp://host:", "port ''"),
        ("tcp://host:0", "from 1 to 65535"),
        ("tcp://host:65536", "from 1 to 65535"),
        ("tcp://host:²", "from 1 to 65535"),
        ("tcp://fd00::7", "in brackets"),
        ("tcp://[fd00::7", "bracket"),
        ("tcp://[fd00::7]4403", "bracket"),
        ("tcp://user@host", "only a host and a port"),
        ("tcp://host/path", "only a host and a port"),
        ("tcp://ho\nst", "invisible"),
        ("ble:", "name of the radio"),
        ("ble:  ", "name of the radio"),
        ("tcp://" + "h" * 300, "too long"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_shows_a_right_one(url: str, fault: str) -> None:
    with pytest.raises(LinkRefused, match="Right are for example") as caught:
        parse_radio_url(url)
    assert fault in str(caught.value)


@given(
    st.text(max_size=40), st.sampled_from(["", "serial:", "serial:/", "tcp://", "tcp://[", "ble:"])
)
def test_any_text_is_an_address_or_refused(text: str, start: str) -> None:
    try:
        address = parse_radio_url(start + text)
    except LinkRefused:
        return
    if isinstance(address, TcpAddress):
        assert address.host
        assert 1 <= address.port <= 65535
