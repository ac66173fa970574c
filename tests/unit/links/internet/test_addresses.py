from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet import (
    DEFAULT_PORT,
    ListenAddress,
    PeerUrl,
    parse_listen,
    parse_peer_url,
)
from meshnode.protocol.errors import LinkRefused
from tests.unit.links.internet.support import key_number


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tls://node.example.org:4481", PeerUrl("node.example.org", 4481)),
        ("node.example.org:4481", PeerUrl("node.example.org", 4481)),
        ("meshnode://10.0.0.7:4481", PeerUrl("10.0.0.7", 4481)),
        ("tcp://10.0.0.7", PeerUrl("10.0.0.7", DEFAULT_PORT)),
        ("TLS://10.0.0.7/", PeerUrl("10.0.0.7", DEFAULT_PORT)),
        (" nordmarkt ", PeerUrl("nordmarkt", DEFAULT_PORT)),
        ("[2001:db8::7]", PeerUrl("2001:db8::7", DEFAULT_PORT)),
        ("tls://[fe80::7%eth0]:1", PeerUrl("fe80::7%eth0", 1)),
        ("bäckerei.example:65535", PeerUrl("bäckerei.example", 65535)),
        ("host#01020304", PeerUrl("host", DEFAULT_PORT, bytes([1, 2, 3, 4]))),
        ("host:1#" + "Ab" * 32, PeerUrl("host", 1, b"\xab" * 32)),
    ],
)
def test_a_peer_may_be_written_in_every_usual_way(url: str, expected: PeerUrl) -> None:
    assert parse_peer_url(url) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "host is missing"),
        (":4480", "host is missing"),
        ("http://node.example.org", "http:// is not how nodes talk"),
        ("2001:db8::7", "needs brackets"),
        ("[2001:db8::7", "not closed"),
        ("[2001:db8::7]4480", "not closed"),
        ("[10.0.0.7]:4480", "not an IPv6 address"),
        ("host:0", "not between 1 and 65535"),
        ("host:65536", "not between 1 and 65535"),
        ("host:", "not a port"),
        ("host:+1", "not a port"),
        ("host:٣", "not a port"),
        ("host/path", "not a host name"),
        ("user@host", "not a host name"),
        ("two..dots", "not a host name"),
        ("a" * 64, "not a host name"),
        ("host#", "8 to 64"),
        ("host#010203", "8 to 64"),
        ("host#01 02 03 04", "8 to 64"),
        ("host#010203045", "8 to 64"),
        ("host#0102030g", "8 to 64"),
        ("host#" + "00" * 33, "8 to 64"),
    ],
)
def test_a_wrong_peer_is_explained_with_a_right_example(url: str, complaint: str) -> None:
    with pytest.raises(LinkRefused, match=complaint) as caught:
        parse_peer_url(url)
    assert "write it like tls://node.example.org:4480" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":4480", ListenAddress("", 4480)),
        (":0", ListenAddress("", 0)),
        ("[::]:4480", ListenAddress("::", 4480)),
        ("127.0.0.1:0", ListenAddress("127.0.0.1", 0)),
        ("localhost:4480", ListenAddress("localhost", 4480)),
    ],
)
def test_a_listen_address_may_leave_out_the_host(text: str, expected: ListenAddress) -> None:
    assert parse_listen(text) == expected
    assert str(expected).endswith(f":{expected.port}")


@pytest.mark.parametrize("text", ["", "4480", "10.0.0.7", "::", "*:4480", ":65536", "[::]", "x:y"])
def test_a_wrong_listen_address_is_explained_with_a_right_example(text: str) -> None:
    with pytest.raises(LinkRefused, match="write it like :4480"):
        parse_listen(text)


def test_a_pin_admits_only_its_key_at_every_length() -> None:
    mine, other = key_number(1).public, key_number(2).public
    for length in range(4, 33):
        pinned = PeerUrl("host", 1, sha256(mine).digest()[:length])
        assert pinned.admits(mine)
        assert not pinned.admits(other)
    assert PeerUrl("host", 1).admits(other)


HOSTS = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,20}){0,3}", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
)
PINS = st.one_of(st.just(b""), st.binary(min_size=4, max_size=32))


@given(HOSTS, st.integers(1, 65535), PINS)
def test_a_peer_survives_being_written_and_read(host: str, port: int, pin: bytes) -> None:
    url = PeerUrl(host, port, pin)
    assert parse_peer_url(str(url)) == url


@given(HOSTS, st.integers(0, 65535))
def test_a_listen_address_survives_being_written_and_read(host: str, port: int) -> None:
    address = ListenAddress(host, port)
    assert parse_listen(str(address)) == address


@pytest.mark.parametrize("parse", [parse_peer_url, parse_listen])
@given(text=st.text())
def test_no_text_breaks_the_parsers(
    parse: Callable[[str], PeerUrl | ListenAddress], text: str
) -> None:
    with suppress(LinkRefused):
        assert 0 <= parse(text).port <= 65535
