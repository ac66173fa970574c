"""Bluetooth without a radio: a scripted client with bleak's interface."""

import asyncio
import random
from collections.abc import Callable

import pytest
from bleak.exc import BleakError

from meshnode.links.meshtastic.address import RadioAddress
from meshnode.links.meshtastic.ble import FROM_NUM, FROM_RADIO, TO_RADIO, BleTransport
from meshnode.links.meshtastic.link import MeshtasticLink
from meshnode.links.meshtastic.timing import Timing
from meshnode.links.meshtastic.transport import Transport
from meshnode.protocol.errors import LinkLost
from meshnode.protocol.medium import Outcome
from meshnode.protocol.priority import Priority
from tests.unit.links.meshtastic.in_loop import in_loop
from tests.unit.links.meshtastic.recording_host import RecordingHost
from tests.unit.links.meshtastic.scripted_radio import ScriptedRadio, heard

FAST = Timing(connect_ms=200, write_ms=200, retry_ms_min=10, retry_ms_max=20)


class ScriptedClient:
    """Keeps what the radio says until it is read, as GATT does."""

    def __init__(self, radio: ScriptedRadio) -> None:
        self.radio = radio
        self.pending: list[bytes] = []
        self.notify: Callable[..., None] = lambda *_values: None
        self.is_connected = False
        self.failure: Exception | None = None

    async def connect(self) -> None:
        self._check()
        self.is_connected = True

    async def disconnect(self) -> None:
        self.is_connected = False

    async def start_notify(self, characteristic: str, callback: Callable[..., None], /) -> None:
        assert characteristic == FROM_NUM
        self.notify = callback

    async def read_gatt_char(self, characteristic: str, /) -> bytearray:
        assert characteristic == FROM_RADIO
        self._check()
        return bytearray(self.pending.pop(0)) if self.pending else bytearray()

    async def write_gatt_char(self, characteristic: str, data: bytes, /, *, response: bool) -> None:
        assert characteristic == TO_RADIO
        assert response
        self._check()
        self.pending += self.radio.answer(data)

    def say(self, message: bytes) -> None:
        self.pending.append(message)
        self.notify(None, bytearray(4))

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure


@in_loop
async def test_a_link_over_bluetooth_carries_frames_both_ways_and_survives_a_loss() -> None:
    client = ScriptedClient(ScriptedRadio())
    transports: list[BleTransport] = []

    async def open_way(_address: RadioAddress, timing: Timing) -> Transport:
        transport = BleTransport(client, errors=(BleakError,), timing=timing)
        await transport.connect()
        transports.append(transport)
        return transport

    host = RecordingHost()
    link = MeshtasticLink(
        "ble:Meshtastic_1a2b", dice=random.Random(1), timing=FAST, open_way=open_way
    )
    running = asyncio.create_task(link.run(host))
    for token in (1, 2):
        await host.until(lambda: host.is_up)
        assert host.send is not None
        host.send(b"outward", Priority.ORDINARY, token)
        await host.until(lambda token=token: token in host.done)  # type: ignore[misc]
        assert host.done[token] == (Outcome.SENT, 0)
        client.say(heard(b"inward"))
        await host.until(lambda token=token: len(host.frames) == token)  # type: ignore[misc]
        transports[-1].disconnected()
        await host.until(lambda: not host.is_up)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not client.is_connected


@in_loop
async def test_an_error_of_the_bluetooth_stack_is_a_lost_link() -> None:
    client = ScriptedClient(ScriptedRadio())
    transport = BleTransport(client, errors=(BleakError,), timing=FAST)
    await transport.connect()
    client.failure = BleakError("Not paired")
    with pytest.raises(LinkLost, match="Not paired"):
        await transport.receive()
    with pytest.raises(LinkLost, match="Not paired"):
        await transport.send(b"x")
    with pytest.raises(LinkLost, match="Not paired"):
        await BleTransport(client, errors=(BleakError,), timing=FAST).connect()
    await transport.close()


@in_loop
async def test_many_messages_come_in_batches_and_none_is_lost() -> None:
    client = ScriptedClient(ScriptedRadio())
    transport = BleTransport(client, errors=(BleakError,), timing=FAST)
    await transport.connect()
    wanted = [bytes([number]) for number in range(150)]
    client.pending += wanted
    received: list[bytes] = []
    while len(received) < len(wanted):
        batch = await transport.receive()
        assert len(batch) <= 64
        received += batch
    assert received == wanted
