"""Several virtual radios on one modelled channel, in real time, ready for clients.

Not for: worlds in virtual time, which put `VirtualRadio` on a `Channel` themselves.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path as FilePath
from typing import Final, Self

from meshnode.sim.channel import Channel, Path
from meshnode.sim.firmware import DeviceSpec, FirmwarePersonality, Options
from meshnode.sim.firmware.device import PRIVATE_CHANNEL, introduce, made
from meshnode.sim.kernel import Kernel
from meshnode.sim.presets import REGIONS, UNLIMITED, modulation_of
from meshnode.sim.pseudo_terminal import SerialServer
from meshnode.sim.radio import VirtualRadio
from meshnode.sim.realtime import Pump
from meshnode.sim.server import TcpServer
from meshnode.sim.streams import stream
from meshnode.sim.topology import full

NUMBER_MIN: Final = 0x1000_0000
NUMBER_MAX: Final = 0xF000_0000
"""Node numbers below and above look special to some clients."""

SHORT_NAME_MAX: Final = 4

Topology = Callable[[Channel, Sequence[str]], None]
"""Link the named nodes of a channel."""


class Ether:
    """Virtual radios by name, while the context lasts.

    `speed` above 1 makes the channel and everything in the radios faster, not the clients.
    Radios named in `serial_names` are served on a pseudo-terminal, with a link in
    `serial_folder` when that is given; all others over TCP, on `base_port` and the ports after
    it, or on free ports when it is 0. `unix_s` is what the radios' clocks say at the start; None:
    they do not know the time until a client tells them, and stamp packets with 0.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        seed: int = 1,
        preset: str = "LONG_FAST",
        region: str | None = "EU_868",
        speed: float = 1.0,
        loss: float = 0.0,
        topology: Topology | None = None,
        host: str = "127.0.0.1",
        base_port: int = 0,
        serial_names: Collection[str] = (),
        serial_folder: FilePath | None = None,
        secondaries: tuple[tuple[str, bytes], ...] = (PRIVATE_CHANNEL,),
        acquainted: bool = True,
        options: Options | None = None,
        unix_s: float | None = None,
    ) -> None:
        self.kernel = Kernel()
        modulation = modulation_of(preset, REGIONS.get(region or "", UNLIMITED))
        self.channel = Channel(self.kernel, modulation, seed=seed)
        self.pump = Pump(self.kernel, speed=speed)
        self.radios: dict[str, FirmwarePersonality] = {}
        self.servers: dict[str, TcpServer | SerialServer] = {}
        self._tasks = asyncio.TaskGroup()
        self._plugs = ExitStack()
        self._pump_task: asyncio.Task[None] | None = None
        for index, name in enumerate(names):
            spec = _spec(seed, name, preset=preset, region=region, secondaries=secondaries)
            radio = self.radios[name] = self._radio(seed, name, spec, options, unix_s)
            if name in serial_names:
                link = None if serial_folder is None else serial_folder / name
                self.servers[name] = SerialServer(radio, self.pump, link=link)
            else:
                port = base_port + index if base_port else 0
                self.servers[name] = TcpServer(radio, self.pump, host=host, port=port)
        if topology is None:
            full(self.channel, names, Path(loss=loss))
        else:
            topology(self.channel, names)
        if acquainted:
            introduce([each.device for each in self.radios.values()])

    @property
    def urls(self) -> Mapping[str, str]:
        """Where each radio can be reached, by name."""
        return {name: server.url for name, server in self.servers.items()}

    async def __aenter__(self) -> Self:
        with ExitStack() as plugs:
            for server in self.servers.values():
                server.plug()
                plugs.callback(server.unplug)
            await self._tasks.__aenter__()
            self._pump_task = self._tasks.create_task(self.pump.run())
            self._plugs = plugs.pop_all()
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._plugs.close()
        if self._pump_task is not None:
            self._pump_task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def _radio(
        self,
        seed: int,
        name: str,
        spec: DeviceSpec,
        options: Options | None,
        unix_s: float | None,
    ) -> FirmwarePersonality:
        radio = VirtualRadio(
            self.channel, name=name, number=spec.number, dice=stream(seed, "radio", name)
        )
        return FirmwarePersonality(
            radio,
            made(spec, stream(seed, "device", name)),
            dice=stream(seed, "packet ids", name),
            options=options,
            unix_s=unix_s,
        )


def _spec(
    seed: int,
    name: str,
    *,
    preset: str,
    region: str | None,
    secondaries: tuple[tuple[str, bytes], ...],
) -> DeviceSpec:
    return DeviceSpec(
        number=stream(seed, "number", name).randrange(NUMBER_MIN, NUMBER_MAX),
        long_name=name,
        short_name=name if len(name) <= SHORT_NAME_MAX else name[:2] + name[-2:],
        preset=preset,
        region=region,
        secondaries=secondaries,
    )
