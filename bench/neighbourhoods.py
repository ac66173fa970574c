"""W1 in one domain, once among simulated nodes and once among real daemons.

Not for: comparing the two (`daemon`). Both sides have the same channel model, preset, loss and
texts, and begin with nodes that know each other and had some time to fall silent.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

import daemons
import stores
from airtime import LIMIT_MS, STEP_MS, texts
from onair import Traffic, TrafficCount, between

from meshnode.node.home import Home
from meshnode.sim import topology
from meshnode.sim.channel import Path
from meshnode.sim.ether import Ether
from meshnode.sim.firmware.channels import Channels
from meshnode.sim.firmware.device import PRIVATE_CHANNEL
from meshnode.sim.packet import AirPacket
from meshnode.sim.world import World

NODES: Final = 5
BULLETINS: Final = 20
LENGTHS: Final = (60, 300)
POLL_S: Final = STEP_MS / 1000
REAL_LIMIT_S: Final = 900.0
PURPOSES: Final = ("push", "repair", "beacon")


@dataclass(frozen=True, slots=True)
class Setting:
    """What both sides have in common. `settle_s` passes between booting and the first post."""

    preset: str
    loss: float
    settle_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """One neighbourhood. Seconds; `posting_s` is how long it took to post."""

    is_complete: bool
    duration_s: float
    posting_s: float
    push_s: float
    repair_s: float
    beacon_s: float
    traffic: Traffic


def simulated(seed: int, setting: Setting, *, text_seed: int, posting_s: float) -> Run:
    """Run W1 in virtual time, `settle_s` after all have come up; it takes so long to post all."""
    world = World(seed, [f"n{index}" for index in range(NODES)], preset=setting.preset)
    topology.full(world.channel, list(world.nodes), Path(loss=setting.loss))
    count = TrafficCount(world.channel)
    world.start()
    world.run_for(1000 * setting.settle_s)
    before, spent_ms, begin_ms = count.now(), world.spent_ms(), world.now_ms
    lines = texts(text_seed, BULLETINS, LENGTHS)
    ids = []
    for line in lines:
        ids.append(world.nodes["n0"].post(line))
        world.run_for(1000 * posting_s / BULLETINS)
    is_complete = world.run_until(lambda: world.holds_all(ids), limit_ms=LIMIT_MS, step_ms=STEP_MS)
    spent_s = {
        str(purpose): (ms - spent_ms[purpose]) / 1000 for purpose, ms in world.spent_ms().items()
    }
    return Run(
        is_complete=is_complete,
        duration_s=(world.now_ms - begin_ms) / 1000,
        posting_s=posting_s,
        **{f"{purpose}_s": spent_s[purpose] for purpose in PURPOSES},
        traffic=between(before, count.now()),
    )


async def real(seed: int, setting: Setting) -> Run:
    """Run W1 with five daemons, `settle_s` after their radios have come up."""
    names = [f"n{index}" for index in range(NODES)]
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="daemon-"))
        homes, _ = stores.found_community(File(folder), names)
        await asyncio.to_thread(stores.acquaint, homes)
        ether = Ether(
            names, seed=seed, preset=setting.preset, loss=setting.loss, unix_s=time.time()
        )
        count = TrafficCount(ether.channel, ours_on(setting.preset))
        await stack.enter_async_context(ether)
        children = stack.enter_context(ExitStack())
        urls = [ether.urls[name] for name in names]
        nodes = await asyncio.to_thread(start_all, children, homes, urls)
        await asyncio.sleep(setting.settle_s)
        ether.pump.catch_up()
        before, before_s = count.now(), await spent_s(nodes)
        begin_s = time.monotonic()
        await asyncio.to_thread(post, nodes[0], texts(seed, BULLETINS, LENGTHS))
        posting_s = time.monotonic() - begin_s
        is_complete = await all_hold(nodes)
        duration_s = time.monotonic() - begin_s
        ether.pump.catch_up()
        traffic = between(before, count.now())
        after_s = await spent_s(nodes)
        await asyncio.to_thread(children.close)
    return Run(
        is_complete=is_complete,
        duration_s=duration_s,
        posting_s=posting_s,
        **{f"{each}_s": after_s[each] - before_s[each] for each in PURPOSES},
        traffic=traffic,
    )


def ours_on(preset: str) -> Callable[[AirPacket], bool]:
    """Return what tells packets on our private channel from the firmware's own."""
    key = Channels(preset=preset, secondaries=(PRIVATE_CHANNEL,)).key_at(1)
    return lambda packet: key is not None and packet.channel_hash == key.hash


def start_all(stack: ExitStack, homes: Sequence[Home], urls: Sequence[str]) -> list[daemons.Daemon]:
    """Start a node in every home with the radio that belongs to it."""
    return [
        stack.enter_context(daemons.running(home, "--radio", url))
        for home, url in zip(homes, urls, strict=True)
    ]


def post(node: daemons.Daemon, lines: Sequence[str]) -> None:
    """Post bulletins as fast as the node takes them."""
    for line in lines:
        node.client.post("/bulletins", {"text": line})


async def all_hold(nodes: Sequence[daemons.Daemon]) -> bool:
    """Wait until every node has every bulletin; return whether it came to that in time."""
    deadline_s = time.monotonic() + REAL_LIMIT_S
    waiting = list(nodes)
    while waiting and time.monotonic() < deadline_s:
        await asyncio.sleep(POLL_S)
        found = await statuses(waiting)
        waiting = [
            node
            for node, status in zip(waiting, found, strict=True)
            if status["bulletins"] < BULLETINS
        ]
    return not waiting


async def spent_s(nodes: Sequence[daemons.Daemon]) -> dict[str, float]:
    """Return the nodes' own account of their airtime, together, by purpose."""
    found = [status["airtime"]["by_purpose_ms"] for status in await statuses(nodes)]
    return {each: sum(one.get(each, 0) for one in found) / 1000 for each in PURPOSES}


async def statuses(nodes: Sequence[daemons.Daemon]) -> list[dict[str, Any]]:
    """Ask all nodes for their status."""
    found = await asyncio.gather(*(asyncio.to_thread(node.client.get, "/status") for node in nodes))
    return list(found)
