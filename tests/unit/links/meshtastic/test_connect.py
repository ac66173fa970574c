import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from meshnode.links.meshtastic.address import (
    BleAddress,
    RadioAddress,
    SerialAddress,
    TcpAddress,
)
from meshnode.links.meshtastic.connect import open_transport
from meshnode.links.meshtastic.framing import FrameDecoder, encode
from meshnode.links.meshtastic.tcp import HungUp, open_tcp
from meshnode.links.meshtastic.timing import Timing
from meshnode.links.meshtastic.transport import FramedTransport
from meshnode.protocol.errors import LinkLost
from tests.patience import ANSWER_S
from tests.unit.links.meshtastic.in_loop import in_loop
from tests.unit.links.meshtastic.scripted_radio import PtyRadio, ScriptedRadio, TcpRadio

FAST = Timing(connect_ms=300, write_ms=200)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (TcpAddress("127.0.0.1", 1), "127.0.0.1 port 1 cannot be reached"),
        (SerialAddress("/dev/no-such-radio"), "is not there. Is the radio plugged in?"),
        (SerialAddress("/dev/null"), "/dev/null"),
        (SerialAddress("/proc/self/status"), "/proc/self/status"),
        (BleAddress("no such radio"), "Bluetooth"),
    ],
)
@in_loop
async def test_a_radio_that_is_not_there_is_lost_with_a_sentence(
    address: RadioAddress, sentence: str
) -> None:
    with pytest.raises(LinkLost) as caught:
        await open_transport(address, FAST)
    assert sentence in str(caught.value)


def test_bluetooth_costs_no_memory_where_no_radio_needs_it() -> None:
    program = "import sys, meshnode.links.meshtastic; sys.exit('bleak' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@in_loop
async def test_a_host_that_does_not_answer_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        # Connections that nobody accepts fill the queue; the next one gets no answer at all.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        with pytest.raises(LinkLost, match="does not answer"):
            await open_tcp(TcpAddress("127.0.0.1", port), timeout_ms=100)
        for filler in fillers:
            filler.close()


@in_loop
async def test_a_connection_watches_over_itself_and_tells_an_orderly_end_from_a_broken_one() -> (
    None
):
    endpoint = TcpRadio(ScriptedRadio())
    await endpoint.start()
    address = TcpAddress("127.0.0.1", endpoint.port)
    stream = await open_tcp(address, timeout_ms=30_000)
    connection = stream._writer.get_extra_info("socket")
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
    await asyncio.wait_for(endpoint.until_met(), ANSWER_S)
    endpoint.hang_up()
    with pytest.raises(HungUp):
        await stream.read()
    await stream.close()
    await endpoint.stop()


@in_loop
async def test_a_serial_radio_that_takes_no_bytes_is_lost_and_closing_it_does_not_hang(
    tmp_path: Path,
) -> None:
    endpoint = PtyRadio(ScriptedRadio(), tmp_path / "ttyRADIO")
    endpoint.plug_in()
    asyncio.get_running_loop().remove_reader(endpoint._master)
    transport = await open_transport(SerialAddress(str(endpoint.path)), FAST)

    async def fill() -> None:
        while True:
            await transport.send(bytes(512))

    with pytest.raises(LinkLost, match="took no bytes for 200 ms"):
        await fill()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await transport.close()
    assert loop.time() - began < ANSWER_S
    endpoint.unplug()


class Trickle:
    """A stream that gives what it is told, then nothing more."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)
        self.written = b""

    async def read(self) -> bytes:
        if not self.parts:
            await asyncio.Event().wait()
        return self.parts.pop(0)

    async def write(self, data: bytes) -> None:
        self.written += data

    async def close(self) -> None:
        pass


@in_loop
async def test_a_frame_inside_a_frame_that_does_not_end_is_found_after_a_while() -> None:
    stream = Trickle(b"\x94\xc3\x01\x00" + encode(b"\x08\x01"))
    timing = Timing(half_frame_ms=20)
    transport = FramedTransport(stream, is_message=lambda _payload: True, timing=timing)
    assert await transport.receive() == []
    assert await transport.receive() == [b"\x08\x01"]
    assert transport.junk_bytes == 4


@in_loop
async def test_waking_a_radio_thoroughly_ends_the_longest_frame_that_may_be_unfinished() -> None:
    stream = Trickle()
    transport = FramedTransport(stream, is_message=lambda _payload: True, timing=FAST)
    await transport.wake(is_thorough=False)
    assert stream.written == b"\xc3" * 32
    await transport.wake(is_thorough=True)
    await transport.send(b"hello")
    unfinished = FrameDecoder(is_message=lambda payload: payload == b"hello")
    assert unfinished.feed(b"\x94\xc3\x02\x00" + stream.written[32:]) == [b"hello"]
