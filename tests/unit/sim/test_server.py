"""Real sockets and terminals; the channel runs a hundred times faster than real time."""

import asyncio
import os
import selectors
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path as FilePath

import pytest
from meshtastic.protobuf import mesh_pb2, portnums_pb2

from meshnode.protocol.errors import CallerError, LinkRefused
from meshnode.sim.__main__ import main
from meshnode.sim.ether import Ether
from meshnode.sim.firmware import Options
from meshnode.sim.firmware.framing import StreamDecoder, framed
from meshnode.sim.kernel import Kernel
from meshnode.sim.line import Line
from meshnode.sim.pseudo_terminal import SerialServer
from meshnode.sim.realtime import Pump
from meshnode.sim.server import TcpServer
from tests.patience import ANSWER_S

LATE_S = 0.0005
QUIET = Options(telemetry_ms=None, announces=False)


class Client:
    """A client over any byte stream."""

    def __init__(
        self, read: Callable[[], Coroutine[None, None, bytes]], write: Callable[[bytes], object]
    ) -> None:
        self._read = read
        self._write = write
        self._decoder = StreamDecoder()
        self._pending: list[bytes] = []
        self.raw = bytearray()

    def ask(self, request: mesh_pb2.ToRadio) -> None:
        self._write(framed(request.SerializeToString()))

    def send(self, payload: bytes, *, packet_id: int) -> None:
        packet = mesh_pb2.MeshPacket(id=packet_id, to=0xFFFFFFFF, channel=1)
        packet.decoded.portnum = portnums_pb2.PRIVATE_APP
        packet.decoded.payload = payload
        self.ask(mesh_pb2.ToRadio(packet=packet))

    async def next(self) -> mesh_pb2.FromRadio | None:
        """Return the next message; None at the end of the stream."""
        async with asyncio.timeout(ANSWER_S):
            while not self._pending:
                data = await self._read()
                if not data:
                    return None
                self.raw += data
                self._pending += self._decoder.feed(data)
        return mesh_pb2.FromRadio.FromString(self._pending.pop(0))

    async def until(self, variant: str) -> mesh_pb2.FromRadio:
        while (message := await self.next()) is not None:
            if message.HasField(variant):
                return message
        raise AssertionError(f"the stream ended before {variant}")

    async def shake_hands(self) -> None:
        self.ask(mesh_pb2.ToRadio(want_config_id=11))
        assert (await self.until("config_complete_id")).config_complete_id == 11

    async def end(self) -> bool:
        """Return whether the stream ends."""
        try:
            while await self.next() is not None:
                pass
        except ConnectionResetError:
            return True
        return True


@asynccontextmanager
async def connected(server: TcpServer) -> AsyncIterator[Client]:
    """Connect to a radio's port, and leave it properly."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Client(lambda: reader.read(4096), writer.write)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def ether(*names: str, speed: float = 100, **more: object) -> Ether:
    return Ether(names, speed=speed, options=QUIET, **more)  # type: ignore[arg-type]


def tcp(here: Ether, name: str) -> TcpServer:
    server = here.servers[name]
    assert isinstance(server, TcpServer)
    return server


def test_a_frame_travels_from_one_client_to_another() -> None:
    async def scenario() -> None:
        async with (
            ether("a", "b") as here,
            connected(tcp(here, "a")) as one,
            connected(tcp(here, "b")) as other,
        ):
            await one.shake_hands()
            await other.shake_hands()
            one.send(b"hello", packet_id=5)
            assert (await one.until("queueStatus")).queueStatus.mesh_packet_id == 5
            assert (await other.until("packet")).packet.decoded.payload == b"hello"

    asyncio.run(scenario())


def test_a_new_client_ends_the_session_of_the_old_one() -> None:
    async def scenario() -> None:
        async with ether("a") as here, connected(tcp(here, "a")) as old:
            await old.shake_hands()
            async with connected(tcp(here, "a")) as new:
                await new.shake_hands()
                assert await old.end()
                new.ask(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()))
                assert (await new.until("queueStatus")).queueStatus.free == 16

    asyncio.run(scenario())


def test_a_reboot_drops_the_client_and_serves_it_again_later() -> None:
    async def scenario() -> None:
        # It boots for more than a second, in which somebody has to come too early.
        async with ether("a", speed=2) as here:
            server = tcp(here, "a")
            booted = asyncio.Event()
            server.personality.on_boot = booted.set
            async with connected(server) as client:
                await client.shake_hands()
                server.reboot()
                assert await client.end()
            async with connected(server) as early:
                assert await early.end(), "nobody is served while it boots"
            async with asyncio.timeout(ANSWER_S):
                await booted.wait()
            async with connected(server) as late:
                await late.shake_hands()

    asyncio.run(scenario())


def test_an_unplugged_radio_refuses_and_comes_back_on_the_same_port() -> None:
    async def scenario() -> None:
        async with ether("a") as here:
            server = tcp(here, "a")
            port = server.port
            async with connected(server) as client:
                await client.shake_hands()
                server.unplug()
                assert await client.end()
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port)
            server.plug()
            with pytest.raises(CallerError, match="plugged in already"):
                server.plug()
            assert server.port == port
            async with connected(server) as client:
                await client.shake_hands()

    asyncio.run(scenario())


def test_a_port_that_is_taken_is_refused_and_nothing_stays_open() -> None:
    async def scenario() -> None:
        async with ether("a") as here:
            taken = tcp(here, "a").port
            other = ether("b", "c", serial_names=("b",), base_port=taken - 1)
            with pytest.raises(LinkRefused, match=f"{taken}: .*; choose another port"):
                async with other:
                    pass
            with pytest.raises(CallerError, match="not plugged in"):
                _ = serial(other, "b").path
            assert asyncio.all_tasks() == {asyncio.current_task(), here._pump_task}

    asyncio.run(scenario())


def test_a_silent_radio_keeps_the_connection_and_answers_later() -> None:
    async def scenario() -> None:
        async with ether("a") as here, connected(tcp(here, "a")) as client:
            await client.shake_hands()
            tcp(here, "a").go_silent()
            client.ask(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()))
            answer = asyncio.create_task(client.until("queueStatus"))
            _, waiting = await asyncio.wait({answer}, timeout=0.05)
            assert waiting == {answer}
            tcp(here, "a").speak()
            assert (await answer).queueStatus.maxlen == 16

    asyncio.run(scenario())


def test_garbage_goes_out_as_it_is_and_a_dropped_client_may_return() -> None:
    async def scenario() -> None:
        async with ether("a") as here:
            server = tcp(here, "a")
            async with connected(server) as client:
                await client.shake_hands()
                server.send_garbage(b"\x94\xc3\xff\xff")
                client.ask(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()))
                await client.until("queueStatus")
                assert client.raw.count(b"\x94\xc3\xff\xff") == 1
                server.drop_connection()
                assert await client.end()
            async with connected(server) as client:
                await client.shake_hands()

    asyncio.run(scenario())


def test_a_client_that_says_nothing_is_disconnected() -> None:
    async def scenario() -> None:
        async with ether("a") as here:
            server = tcp(here, "a")
            server._idle_s = 0.05
            async with connected(server) as client:
                assert await client.end()
            assert not server.personality.has_session

    asyncio.run(scenario())


def test_a_client_that_does_not_read_gets_whole_messages_when_it_does() -> None:
    async def scenario() -> None:
        async with ether("a") as here, connected(tcp(here, "a")) as client:
            for _ in range(200):
                client.ask(mesh_pb2.ToRadio(want_config_id=10))
            client.ask(mesh_pb2.ToRadio(want_config_id=11))
            while (await client.until("config_complete_id")).config_complete_id != 11:
                pass

    asyncio.run(scenario())


def test_what_came_before_a_reset_is_read_although_nothing_can_be_written() -> None:
    async def scenario() -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        theirs.sendall(b"last words")
        theirs.close()
        received: list[bytes] = []
        ended = asyncio.Event()
        line = Line(ours.fileno(), source=lambda: None, sink=received.append, ended=ended.set)
        line.write(b"an answer nobody reads")
        async with asyncio.timeout(ANSWER_S):
            await ended.wait()
        assert received == [b"last words"]
        ours.close()

    asyncio.run(scenario())


class Terminal:
    """An opened pseudo-terminal as a client's byte stream."""

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    async def read(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self.fd, ready.set)
        try:
            await ready.wait()
            return os.read(self.fd, 4096)
        except OSError:
            return b""
        finally:
            loop.remove_reader(self.fd)

    def write(self, data: bytes) -> None:
        os.write(self.fd, data)

    def close(self) -> None:
        os.close(self.fd)


def serial(here: Ether, name: str) -> SerialServer:
    server = here.servers[name]
    assert isinstance(server, SerialServer)
    return server


def test_a_serial_radio_survives_clients_that_come_and_go(tmp_path: FilePath) -> None:
    async def scenario() -> None:
        async with ether("a", "b", serial_names=("a",), serial_folder=tmp_path) as here:
            server = serial(here, "a")
            assert here.urls["a"] == f"serial://{tmp_path / 'a'}"
            for attempt in range(2):
                terminal = Terminal(server.path)
                client = Client(terminal.read, terminal.write)
                if attempt == 0:
                    assert (await client.next() or mesh_pb2.FromRadio()).rebooted
                await client.shake_hands()
                terminal.close()

    asyncio.run(scenario())


def test_a_serial_radio_that_reboots_says_so(tmp_path: FilePath) -> None:
    async def scenario() -> None:
        async with ether("a", serial_names=("a",), serial_folder=tmp_path) as here:
            terminal = Terminal(serial(here, "a").path)
            client = Client(terminal.read, terminal.write)
            await client.shake_hands()
            serial(here, "a").reboot()
            assert (await client.until("rebooted")).rebooted
            await client.shake_hands()
            terminal.close()

    asyncio.run(scenario())


def test_a_serial_radio_unplugged_ends_the_stream_and_returns(tmp_path: FilePath) -> None:
    async def scenario() -> None:
        async with ether("a", serial_names=("a",), serial_folder=tmp_path) as here:
            server = serial(here, "a")
            terminal = Terminal(server.path)
            client = Client(terminal.read, terminal.write)
            await client.shake_hands()
            server.unplug()
            assert await client.end()
            terminal.close()
            assert not (tmp_path / "a").exists()
            server.plug()
            again = Terminal(str(tmp_path / "a"))
            await Client(again.read, again.write).shake_hands()
            server.go_silent()
            server.send_garbage(b"noise")
            server.speak()
            again.close()

    asyncio.run(scenario())


def test_a_serial_client_that_does_not_read_gets_whole_messages_when_it_does(
    tmp_path: FilePath,
) -> None:
    async def scenario() -> None:
        async with ether("a", serial_names=("a",), serial_folder=tmp_path) as here:
            terminal = Terminal(serial(here, "a").path)
            client = Client(terminal.read, terminal.write)
            for _ in range(20):
                client.ask(mesh_pb2.ToRadio(want_config_id=10))
                await asyncio.sleep(0)
            client.ask(mesh_pb2.ToRadio(want_config_id=11))
            while (await client.until("config_complete_id")).config_complete_id != 11:
                pass
            terminal.close()

    asyncio.run(scenario())


class Unslept(selectors.DefaultSelector):
    """Waits for nothing: time passes by itself, and a little more than was asked for."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.now_s += timeout + LATE_S
        return super().select(0)


class LateLoop(asyncio.SelectorEventLoop):
    """An event loop on a machine that wakes it late every time."""

    def __init__(self) -> None:
        self._unslept = Unslept()
        super().__init__(self._unslept)

    def time(self) -> float:
        return self._unslept.now_s


def test_the_pump_keeps_modelled_time_in_step_without_drift() -> None:
    async def scenario() -> None:
        kernel = Kernel()
        pump = Pump(kernel, speed=1000)
        done = asyncio.Event()
        task = asyncio.create_task(pump.run())
        began_s = asyncio.get_running_loop().time()
        for at_ms in range(0, 100_000, 1000):
            kernel.call_at(at_ms, lambda: None)
        kernel.call_at(100_000, done.set)
        await done.wait()
        elapsed_s = asyncio.get_running_loop().time() - began_s
        assert elapsed_s == pytest.approx(0.1 + LATE_S / 2, abs=LATE_S)
        sooner = asyncio.Event()
        kernel.call_in(1, sooner.set)
        await sooner.wait()
        task.cancel()

    with asyncio.Runner(loop_factory=LateLoop) as runner:
        runner.run(scenario())


@pytest.mark.parametrize("speed", [0, -1, 1e9])
def test_a_pump_refuses_impossible_speeds(speed: float) -> None:
    with pytest.raises(CallerError, match="choose one above 0"):
        Pump(Kernel(), speed=speed)


@pytest.mark.parametrize("arguments", [["--radios", "0"], ["--loss", "2"], ["--preset", "HUGE"]])
def test_the_command_refuses_what_it_cannot_do(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)


def test_the_command_says_what_is_wrong_with_a_speed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--speed", "0", "--base-port", "0"]) == 1
    assert "choose one above 0" in capsys.readouterr().err
