"""The arbiter: the stock Meshtastic client from PyPI against our virtual radios.

Not for: our own driver. The client runs in processes of its own, as people run it.
"""

import asyncio
import sys
from pathlib import Path

import pytest

from meshnode.sim.ether import Ether
from meshnode.sim.firmware import Options
from meshnode.sim.server import TcpServer
from tests.neighbourhood import eventually
from tests.patience import ANSWER_S, COMMAND_S

PROCESS_S = COMMAND_S
"""A client that has not finished by then hangs. Its own timeouts are 30 and 300 seconds; what it
prints after one of them is not what is expected."""

QUIET = Options(telemetry_ms=None, announces=False)

LISTENER = """
import queue, sys
from pubsub import pub
from meshtastic.tcp_interface import TCPInterface

texts = queue.Queue()

def on_text(packet, interface):
    texts.put(packet)

pub.subscribe(on_text, "meshtastic.receive.text")
interface = TCPInterface("127.0.0.1", portNumber=int(sys.argv[1]))
print("listening", flush=True)
packet = texts.get(timeout=120)
print(packet["fromId"], packet["channel"] if "channel" in packet else 0, packet["rxSnr"])
print(packet["decoded"]["text"], flush=True)
interface.close()
"""


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )


async def output(process: asyncio.subprocess.Process) -> str:
    try:
        async with asyncio.timeout(PROCESS_S):
            data, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        data, _ = await process.communicate()
        raise AssertionError(f"the client hangs: {data.decode()}") from None
    return data.decode()


async def stock(*arguments: str) -> str:
    """Run the stock command line to its end; return what it printed."""
    return await output(await start("-m", "meshtastic", *arguments))


def host(ether: Ether, name: str) -> str:
    server = ether.servers[name]
    assert isinstance(server, TcpServer)
    return f"127.0.0.1:{server.port}"


def test_info_shows_the_radio_and_the_nodes_it_knows() -> None:
    async def scenario() -> None:
        async with Ether(["anna", "bert"], speed=20, options=QUIET) as ether:
            shown = await stock("--host", host(ether, "anna"), "--info")
            assert "Owner: anna (anna)" in shown
            assert '"firmwareVersion": "2.7.26"' in shown
            assert '"region": "EU_868"' in shown
            assert "bert" in shown
            assert "meshnode" in shown
            assert "Traceback" not in shown

    asyncio.run(scenario())


def test_a_text_sent_with_one_client_arrives_at_another() -> None:
    async def scenario() -> None:
        async with Ether(["anna", "bert"], speed=20, options=QUIET) as ether:
            listener = await start("-c", LISTENER, host(ether, "bert").rpartition(":")[2])
            assert listener.stdout is not None
            async with asyncio.timeout(PROCESS_S):
                assert await listener.stdout.readline() == b"listening\n"
            await stock("--host", host(ether, "anna"), "--sendtext", "Hallo Straße 5")
            number = ether.radios["anna"].device.number
            assert await output(listener) == f"!{number:08x} 0 5.0\nHallo Straße 5\n"

    asyncio.run(scenario())


def test_an_acknowledgement_reaches_the_client_that_waits_for_it() -> None:
    async def scenario() -> None:
        async with Ether(["anna", "bert"], speed=20, options=QUIET) as ether:
            number = ether.radios["bert"].device.number
            shown = await stock(
                "--host",
                host(ether, "anna"),
                "--dest",
                f"!{number:08x}",
                "--sendtext",
                "x",
                "--ack",
            )
            assert "Received an ACK." in shown

    asyncio.run(scenario())


def test_setting_the_region_reboots_the_radio_into_it() -> None:
    async def scenario() -> None:
        async with Ether(["anna"], speed=50, region=None, options=QUIET) as ether:
            radio = ether.radios["anna"]
            booted = asyncio.Event()
            radio.on_boot = booted.set
            await stock("--host", host(ether, "anna"), "--set", "lora.region", "EU_868")
            async with asyncio.timeout(PROCESS_S):
                await booted.wait()
            assert radio.radio.settings.region == "EU_868"
            shown = await stock("--host", host(ether, "anna"), "--get", "lora.region")
            assert "lora.region: 3" in shown

    asyncio.run(scenario())


def test_channels_can_be_added_and_written_by_url() -> None:
    async def scenario() -> None:
        async with Ether(["anna", "bert"], speed=20, options=QUIET) as ether:
            await stock("--host", host(ether, "anna"), "--ch-add", "help")
            # The client is gone as soon as it has written; the radio reads that later.
            channels = ether.radios["anna"].device.channels
            await eventually(
                lambda: channels.settings[2].settings.name == "help", within_s=ANSWER_S
            )
            shown = await stock("--host", host(ether, "anna"), "--qr-all")
            (url,) = {
                word for word in shown.split() if word.startswith("https://meshtastic.org/e/")
            }
            await stock("--host", host(ether, "bert"), "--seturl", url)
            copied = ether.radios["bert"].device.channels
            await eventually(
                lambda: copied.settings[2].settings == channels.settings[2].settings,
                within_s=ANSWER_S,
            )

    asyncio.run(scenario())


def test_reboot_takes_the_radio_down_and_up() -> None:
    async def scenario() -> None:
        async with Ether(["anna"], speed=50, options=QUIET) as ether:
            booted = asyncio.Event()
            ether.radios["anna"].on_boot = booted.set
            await stock("--host", host(ether, "anna"), "--reboot")
            async with asyncio.timeout(PROCESS_S):
                await booted.wait()

    asyncio.run(scenario())


@pytest.mark.parametrize("option", ["--info"])
def test_the_client_finds_the_radio_on_a_serial_port(option: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        names = ["anna", "bert"]
        async with Ether(
            names, speed=20, options=QUIET, serial_names=names, serial_folder=tmp_path
        ) as ether:
            shown = await stock("--port", str(tmp_path / "anna"), option)
            assert "Owner: anna (anna)" in shown
            assert "Traceback" not in shown
            await stock("--port", str(tmp_path / "anna"), "--sendtext", "over the wire")
            await eventually(lambda: ether.channel.counters.frames >= 1, within_s=ANSWER_S)

    asyncio.run(scenario())
