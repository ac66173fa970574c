import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from meshnode.links import Link
from meshnode.links.meshtastic import MeshtasticLink, RadioAddress, RadioSettings, Timing
from meshnode.links.meshtastic.inbox import FRAMES_MAX, FrameToSend, Inbox
from meshnode.links.meshtastic.transport import Transport
from meshnode.protocol.errors import CallerError, LinkRefused
from meshnode.protocol.medium import LONG_FAST, Outcome
from meshnode.protocol.priority import Priority
from tests.unit.links.meshtastic.in_loop import in_loop
from tests.unit.links.meshtastic.recording_host import RecordingHost
from tests.unit.links.meshtastic.scripted_radio import (
    MemoryTransport,
    ScriptedRadio,
    TcpRadio,
    heard,
    telemetry,
)


def test_a_wrong_address_is_refused_before_anything_runs() -> None:
    with pytest.raises(LinkRefused, match="serial:/dev/ttyUSB0"):
        MeshtasticLink("usb", dice=random.Random(1))


@in_loop
async def test_a_whole_visit_is_told_to_the_host_and_ends_with_a_goodbye() -> None:
    radio = ScriptedRadio()
    endpoint = TcpRadio(radio)
    await endpoint.start()
    url = f"tcp://127.0.0.1:{endpoint.port}"
    link: Link = MeshtasticLink(url, dice=random.Random(1), settings=RadioSettings())
    host = RecordingHost()
    running = asyncio.create_task(link.run(host))
    await host.until(lambda: host.is_up)
    assert f"up radio:{url}" in host.events
    assert host.medium is not None
    assert host.medium.modulation == LONG_FAST

    assert host.send is not None
    host.send(b"outward", Priority.URGENT, 1)
    await host.until(lambda: 1 in host.done)
    assert host.done[1] == (Outcome.SENT, 0)
    endpoint.say(heard(b"inward"))
    endpoint.say(telemetry(12.34))
    await host.until(lambda: bool(host.utilisation))
    assert host.frames == [(b"inward", 6.5)]

    await host.until(lambda: "channel_utilisation_percent" in host.state.detail)
    assert host.state.state == "up"
    assert host.state.sentence == "The radio works: LONG_FAST in EU_868."
    assert host.state.warnings == ()
    assert host.state.detail == {
        "url": url,
        "reconnects": 0,
        "junk_bytes": 0,
        "frames_heard": 1,
        "frames_sent": 1,
        "preset": "LONG_FAST",
        "region": "EU_868",
        "firmware": "2.7.26.54e0d8d",
        "duty_share_max": 0.1,
        "full_packet_ms": 2157,
        "channel": 1,
        "channel_name": "meshnode",
        "queue_free": 16,
        "channel_utilisation_percent": 12.3,
    }
    link.close_peer("radio", "a radio has no peers")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await endpoint.until_left()
    assert radio.goodbyes == 1
    await endpoint.stop()


FAST = Timing(status_ms=50, probe_ms=50, retry_ms_min=10, retry_ms_max=20)


@asynccontextmanager
async def in_memory(
    radio: ScriptedRadio, timing: Timing = FAST, host: RecordingHost | None = None
) -> AsyncIterator[tuple[MemoryTransport, RecordingHost]]:
    transport, host = MemoryTransport(radio), host or RecordingHost()

    async def open_way(_address: RadioAddress, _timing: Timing) -> Transport:
        transport.is_broken = False
        return transport

    link = MeshtasticLink("ble:X", dice=random.Random(1), timing=timing, open_way=open_way)
    running = asyncio.create_task(link.run(host))
    await host.until(lambda: host.is_up)
    yield transport, host
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@in_loop
async def test_frames_that_nobody_took_before_the_radio_went_are_answered_too() -> None:
    async with in_memory(ScriptedRadio()) as (transport, host):
        assert host.send is not None
        transport.is_broken = True
        for token in range(6):
            host.send(b"frame", Priority.ORDINARY, token)
        await host.until(lambda: not host.is_up)
        assert host.done == dict.fromkeys(range(6), (Outcome.LOST, 0))
        assert "broken on purpose" in host.state.sentence


@in_loop
async def test_losses_between_which_the_radio_worked_do_not_make_the_pauses_longer() -> None:
    began = asyncio.get_running_loop().time()
    patient = Timing(retry_ms_min=1, retry_ms_max=5_000)
    async with in_memory(ScriptedRadio(), patient) as (transport, host):
        for token in range(13):
            await host.until(lambda: host.is_up)
            assert host.send is not None
            transport.is_broken = True
            host.send(b"frame", Priority.ORDINARY, token)
            await host.until(lambda: not host.is_up)
        await host.until(lambda: host.is_up)
        assert host.state.detail["reconnects"] == 13
    assert asyncio.get_running_loop().time() - began < 2


class YieldingHost(RecordingHost):
    """Lets others run before it takes a frame, as a host that writes to disk does."""

    async def frame_received(self, link: str, frame: bytes, snr_db: float | None) -> None:
        await asyncio.sleep(0)


@in_loop
async def test_a_radio_that_never_stops_talking_does_not_hold_up_time() -> None:
    radio = ScriptedRadio(loses_statuses=True)
    async with in_memory(radio, host=YieldingHost()) as (transport, host):
        assert host.send is not None
        transport.chatter = heard(b"x")
        transport._answers.put_nowait(transport.chatter)
        host.send(b"frame", Priority.ORDINARY, 1)
        await host.until(lambda: 1 in host.done)
        assert host.done[1] == (Outcome.LOST, 0)


@in_loop
async def test_a_host_that_never_waits_for_answers_is_told_that_it_is_wrong() -> None:
    inbox = Inbox()
    for token in range(FRAMES_MAX):
        inbox.put_frame(FrameToSend(b"x", Priority.ORDINARY, token))
    with pytest.raises(CallerError, match="wait for answers"):
        inbox.put_frame(FrameToSend(b"x", Priority.ORDINARY, FRAMES_MAX))


@in_loop
async def test_our_frames_are_taken_before_what_the_radio_said() -> None:
    inbox = Inbox()
    await inbox.put(b"radio")
    frame = FrameToSend(b"ours", Priority.ORDINARY, 1)
    inbox.put_frame(frame)
    assert await inbox.take(None) == frame
    assert await inbox.take(None) == b"radio"
    assert await inbox.take(0) is None
