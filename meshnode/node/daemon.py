"""A whole node: store, engine, links and doors, put together and taken apart in order.

Not for: what any of them does. `doors` is how people get in; the HTTP server hands it in from
above, so that this room knows nothing of it.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import SystemRandom
from typing import Final

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.standing import Identity
from meshnode.links import Link
from meshnode.node import log as logs
from meshnode.node.alerts.feeds import keep_polling
from meshnode.node.clock import Clock
from meshnode.node.config import Config, InternetSection, RadioSection
from meshnode.node.desks.indexing import Indexing
from meshnode.node.desks.modes import keep_pace
from meshnode.node.home import Home
from meshnode.node.keyring import Keyring
from meshnode.node.notify import notify, watchdog_s
from meshnode.node.pinning import keep_pinning
from meshnode.node.runner import Runner
from meshnode.node.service import Service
from meshnode.node.supervisor import hang_up, keep_running
from meshnode.node.tidying import keep_tidy
from meshnode.node.zone import local_zone
from meshnode.protocol.engine import Configuration, Engine
from meshnode.protocol.errors import LimitError, MeshError
from meshnode.protocol.object import Kind, SignedObject, compose, longest_lifetime_code
from meshnode.store.opening import open_store
from meshnode.store.port import Loaded, Store

PROFILE_RENEW_MINUTES: Final = 30 * 1440
"""A profile is announced again when less than this is left of it."""
STOP_S: Final = 10.0
"""How long an orderly end may take before the process ends anyhow."""

log = logging.getLogger(__name__)

Doors = Callable[[Service, Home, Config], AbstractAsyncContextManager[Sequence[str]]]
"""Opens the ways in for people, and says under which addresses."""


@dataclass(frozen=True, slots=True)
class RunningNode:
    """A node that is up. `addresses` are where people get in."""

    service: Service
    addresses: tuple[str, ...]
    links: tuple[Link, ...]


@asynccontextmanager
async def running_node(
    home: Home, config: Config, *, doors: Doors, clock: Clock | None = None
) -> AsyncIterator[RunningNode]:
    """Run a node while the block lasts.

    Raises:
        LimitError: The configuration is not right.
        StoreError: Keys or store cannot be opened.
    """
    clock = clock or Clock()
    zone = local_zone(config.node.time_zone)
    mended = home.mend_keys()
    keyring = home.load_keyring()
    links = build_links(config, keyring)
    opened = await open_store(home.store)
    try:
        rules = NeighbourhoodRules(keyring.community, (keyring.belonging.charter,))
        loaded = await opened.store.load()
        engine = _load_engine(loaded, rules, keyring, config, clock)
        settings = loaded.settings
        # Else this frame, which lives as long as the node, would keep what was read.
        del loaded
        runner = Runner(engine=engine, store=opened.store, clock=clock, own=keyring.key.id)
        runner.notices += opened.warnings if mended is None else (mended, *opened.warnings)
        indexing = Indexing(home.search, runner)
        service = Service(
            name=config.node.name,
            keyring=keyring,
            rules=rules,
            runner=runner,
            store=opened.store,
            clock=clock,
            indexing=indexing,
            zone=zone,
            has_kiosk=config.http.kiosk,
        )
        service.sales.log.restore(settings)
        service.called_off.restore(settings)
        service.places.recall(settings)
        service.phones.restore(settings)
        async with asyncio.TaskGroup() as tasks:
            owned = [tasks.create_task(runner.run(), name="runner")]
            await _introduce(
                config.node.name,
                keyring,
                rules=rules,
                runner=runner,
                store=opened.store,
                clock=clock,
            )
            async with doors(service, home, config) as addresses:
                owned += [
                    tasks.create_task(keep_running(link, runner), name=link.name) for link in links
                ]
                owned.append(tasks.create_task(hang_up(links, runner), name="hang up"))
                pinning = keep_pinning(home.keys, rules, runner.engine, clock)
                owned.append(tasks.create_task(pinning, name="pinning"))
                feeds = keep_polling(service.official, config.alerts, SystemRandom())
                owned.append(tasks.create_task(feeds, name="feeds"))
                owned.append(tasks.create_task(service.sales.keep(), name="sales"))
                owned.append(tasks.create_task(service.called_off.remember(), name="called off"))
                owned.append(tasks.create_task(service.places.remember(), name="places"))
                owned.append(tasks.create_task(service.phones.keep(), name="phones"))
                owned.append(tasks.create_task(indexing.run(), name="indexing"))
                tidying = keep_tidy(home.store, clock)
                owned.append(tasks.create_task(tidying, name="tidying"))
                pace = keep_pace(service.modes, runner, clock, config.airtime.share)
                owned.append(tasks.create_task(pace, name="pace"))
                try:
                    yield RunningNode(service, tuple(addresses), links)
                finally:
                    for task in reversed(owned[1:]):
                        task.cancel()
                    await asyncio.wait(owned[1:], timeout=STOP_S)
            owned[0].cancel()
    finally:
        await opened.store.close()


def main(home: Home, config: Config, *, doors: Doors) -> int:
    """Run a node until it is told to stop; return the exit code.

    Raises:
        MeshError: It cannot start; the message is for the operator.
    """
    logs.set_up(level=config.log.level, style=config.log.format)
    try:
        asyncio.run(_run_until_told(home, config, doors))
    except BaseExceptionGroup as group:
        raise plain_cause(group) from group
    return 0


def plain_cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the one `MeshError` that ended a group of tasks; the group itself if it is a bug."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup) and len(found.exceptions) == 1:
        found = found.exceptions[0]
    return found if isinstance(found, MeshError) else group


def build_links(config: Config, keyring: Keyring) -> tuple[Link, ...]:
    """Return the configured links.

    Raises:
        LimitError: An address is not right.
    """
    # A kind of link that nobody wants takes no memory: each brings libraries of its own.
    links: list[Link] = []
    if config.radio.urls:
        links += _radio_links(config.radio)
    if config.internet.listen or config.internet.peers:
        links.append(_internet_link(config.internet, keyring))
    return tuple(links)


def _radio_links(config: RadioSection) -> list[Link]:
    from meshnode.links.meshtastic import MeshtasticLink, RadioSettings  # noqa: PLC0415

    settings = RadioSettings(channel=_channel(config.channel), hop_limit=config.hop_limit)
    dice = SystemRandom()
    return [MeshtasticLink(url, dice=dice, settings=settings) for url in config.urls]


def _internet_link(config: InternetSection, keyring: Keyring) -> Link:
    from meshnode.links.internet import (  # noqa: PLC0415
        InternetLink,
        parse_listen,
        parse_peer_url,
    )

    return InternetLink(
        listen=[parse_listen(config.listen)] if config.listen else [],
        peers=[parse_peer_url(url) for url in config.peers],
        key=keyring.key,
        network_key=keyring.network_key,
        dice=SystemRandom(),
    )


async def _run_until_told(home: Home, config: Config, doors: Doors) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_node(home, config, doors=doors) as node:
        fields = {"name": config.node.name, "doors": ", ".join(node.addresses)}
        log.info("ready", extra={"fields": fields})
        notify(f"READY=1\nSTATUS=Node {config.node.name} is up")
        async with asyncio.TaskGroup() as tasks:
            watchdog = tasks.create_task(_feed_watchdog())
            await stop.wait()
            watchdog.cancel()
        notify("STOPPING=1")
        log.info("stopping")


async def _feed_watchdog() -> None:
    """Say that the loop turns, as often as systemd wants to hear it."""
    every_s = watchdog_s()
    while every_s is not None:
        notify("WATCHDOG=1")
        await asyncio.sleep(every_s)


def _load_engine(
    loaded: Loaded, rules: NeighbourhoodRules, keyring: Keyring, config: Config, clock: Clock
) -> Engine:
    configuration = Configuration(
        public_key=keyring.key.public,
        network_key=keyring.network_key,
        ordinary_share=config.airtime.share,
    )
    now_ms = clock.now_ms()
    engine = Engine(configuration, rules=rules, dice=SystemRandom(), now_ms=now_ms)
    engine.restore(
        [stored.object for stored in loaded.objects],
        [(one.id, one.reason, one.remember_until_min) for one in loaded.removed],
        dict(loaded.settings),
        now_ms,
    )
    return engine


async def _introduce(
    name: str,
    keyring: Keyring,
    *,
    rules: NeighbourhoodRules,
    runner: Runner,
    store: Store,
    clock: Clock,
) -> None:
    """Publish what vouches for us, and our name if it is not the certified one."""
    engine = runner.engine
    await runner.is_running.wait()
    for thing in keyring.belonging.introduction:
        if thing.id not in engine.held:
            await _submit_or_notice(runner, thing)
    minute = engine.creation_minute(clock.now_ms())
    own = next((one for one in rules.members() if one.public_key == keyring.key.public), None)
    if own is None:
        return
    if rules.name_of(own) == name and _is_lasting(rules, own, minute):
        return
    sequence = await store.next_sequence(keyring.key.id, above=runner.own_sequence_max())
    profile = compose(
        key=keyring.key,
        community=keyring.community,
        kind=Kind.PROFILE,
        body=encode_profile(ProfileFields(name)),
        sequence=sequence,
        created_min=minute,
        lifetime_code=longest_lifetime_code(own.expires_min - minute),
    )
    await _submit_or_notice(runner, profile)


def _is_lasting(rules: NeighbourhoodRules, own: Identity, minute: int) -> bool:
    """Return whether our name is the certified one, or our profile is not about to end."""
    ends_min = rules.profile_end_min(own)
    return ends_min is None or ends_min - minute > PROFILE_RENEW_MINUTES


async def _submit_or_notice(runner: Runner, thing: SignedObject) -> None:
    """A node that cannot introduce itself still carries what others write."""
    try:
        await runner.submit(thing)
    except LimitError as error:
        runner.notices.append(
            f"This node could not introduce itself ({error}) Its own posts stay here until it "
            "joins again with a fresh invite."
        )


def _channel(text: str) -> str | int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else text
