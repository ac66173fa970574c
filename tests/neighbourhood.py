"""Whole nodes in one process, as the daemon runs them, for tests: real stores, sockets, TLS."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from meshnode.links.internet import InternetLink
from meshnode.node.clock import Clock
from meshnode.node.config import Config
from meshnode.node.daemon import RunningNode, running_node
from meshnode.node.home import Home
from meshnode.node.settling import settle
from tests.patience import ANSWER_S

DAY_MINUTES = 1440
POLL_S = 0.02


@asynccontextmanager
async def no_doors(*_: object) -> AsyncIterator[tuple[str, ...]]:
    """Let nobody in: tests talk to the service itself."""
    yield ()


def found_community(directory: Path, names: Sequence[str]) -> list[Home]:
    """Return the homes of nodes of one community, the first its founder."""
    minute = Clock().wall_minute()
    homes = [Home(directory / name) for name in names]
    settle(homes, names, minute=minute)
    return homes


def configured(
    home: Home, *, radios: Sequence[str] = (), listen: str = "", peers: Sequence[str] = ()
) -> Config:
    """Return a home's configuration with links added."""
    config = home.read_config()
    return replace(
        config,
        radio=replace(config.radio, urls=tuple(radios)),
        internet=replace(config.internet, listen=listen, peers=tuple(peers)),
    )


@asynccontextmanager
async def running(home: Home, config: Config, *, speed: float = 1.0) -> AsyncIterator[RunningNode]:
    """Run a node while the block lasts."""
    async with running_node(home, config, doors=no_doors, clock=Clock(speed=speed)) as node:
        yield node


async def eventually(condition: Callable[[], bool], *, within_s: float) -> None:
    """Wait until a condition holds; fail the test if it does not in time."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(POLL_S)


def texts(node: RunningNode) -> set[str]:
    """Return the texts on a node's board."""
    return {view.fields.text for view in node.service.noticeboard.page().views}


def link_state(node: RunningNode, prefix: str) -> str:
    """Return the state of the first link whose name begins so."""
    states = node.service.link_states()
    return next((state.state for name, state in states.items() if name.startswith(prefix)), "none")


async def listening_url(node: RunningNode) -> str:
    """Return where a node's internet link can be called, once it can."""
    link = next(link for link in node.links if isinstance(link, InternetLink))
    await eventually(lambda: link.listening_port is not None, within_s=ANSWER_S)
    return f"tls://127.0.0.1:{link.listening_port}"
