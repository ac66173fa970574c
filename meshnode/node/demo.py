"""The demonstration: a few whole nodes with virtual radios on one modelled channel.

Everything but the radio waves is what runs on a Pi: stores, keys, the Meshtastic client stream,
HTTP. Invariants: homes live in one temporary directory that is removed at the end.
"""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from meshnode.board.bulletins.rendering import bulletin_text
from meshnode.board.view import BulletinView
from meshnode.node import log as logs
from meshnode.node.clock import Clock
from meshnode.node.daemon import Doors, RunningNode, plain_cause, running_node
from meshnode.node.denials import NotFoundError
from meshnode.node.home import Home
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.node.service import Service
from meshnode.node.settling import Founder, settle
from meshnode.node.zone import local_zone
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject
from meshnode.sim.ether import Ether

NODES_MIN: Final = 2
NODES_MAX: Final = 12
"""More do not fit a demonstration on one small machine."""
SPEED_MAX: Final = 60.0
"""Faster than this the client stream cannot keep up with the modelled channel."""
LOSS: Final = 0.1
PRESET: Final = "MEDIUM_FAST"
"""What hardware/profiles recommends where distances allow; a post takes half a second."""
HTTP_PORT_FIRST: Final = 8081
ACQUAINTED_S: Final = 120.0
"""How long the demonstration waits for the nodes to meet before it goes on all the same."""
_TEXT_SHOWN: Final = 60
_PLACE: Final = "Begegnungszentrum"
"""The place that whoever furnishes the demonstration enters."""

_NAMES: Final = (
    "Nordmarkt",
    "Hafen",
    "Borsigplatz",
    "Hoerde",
    "Kreuzviertel",
    "Dorstfeld",
    "Eving",
    "Scharnhorst",
    "Brackel",
    "Aplerbeck",
    "Hombruch",
    "Mengede",
)
_NOUNS: Final = {
    Kind.ALERT: "an official alert",
    Kind.DRILL: "a drill",
    Kind.OFFER: "an offer or a request",
    Kind.CLAIM: "a claim",
    Kind.PLACE: "a place",
    Kind.LEVEL: "a level",
    Kind.SLOTS: "times to book",
    Kind.MEETUP: "a meet-up",
    Kind.BOOKING: "a booking",
    Kind.CHECKIN: "a check-in",
    Kind.TRIAGE: "who has a call for help",
    Kind.MODE: "a mode",
}
OPEN_MINUTES: Final = 1440
"""How long one can join by the demonstration's addresses; ten minutes would be over before they
are read."""
LETTING_IN: Final = 2
"""Nodes that have such an address: enough for two people who write to each other."""
_WELCOME: Final = "Welcome. This board works without internet, phone network and power grid."


People = Callable[[Sequence[Home], Founder], Sequence[SignedObject]]
"""Makes Anna at the first node, Bert at the last one and Eva between them; returns what vouches for
them."""


Furnish = Callable[[Sequence[Home], int], Sequence[SignedObject]]
"""Returns what people have on the board in this minute, to be handed in at the first node."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Who lives in the demonstration, and what they have on the board when it begins."""

    people: People
    furnish: Furnish


@dataclass(frozen=True, slots=True)
class _Place:
    """A running node; `seed` is the secret of an invitation for one, where it has one."""

    name: str
    home: Home
    node: RunningNode
    seed: bytes | None


@dataclass(frozen=True, slots=True)
class _Founded:
    """The community: where its nodes live, how many belong, and invitations' secrets."""

    homes: list[Home]
    member_count: int
    seeds: list[bytes]


def main(
    *,
    node_count: int,
    speed: float,
    doors: Doors,
    neighbourhood: Neighbourhood,
    is_lan: bool = False,
) -> int:
    """Run the demonstration until interrupted; return the exit code.

    `is_lan`: others on this network find the nodes, too.

    Raises:
        LimitError: More nodes or more speed than it can do.
    """
    if not NODES_MIN <= node_count <= NODES_MAX:
        raise LimitError(f"The demo runs {NODES_MIN} to {NODES_MAX} nodes, not {node_count}.")
    if not 0 < speed <= SPEED_MAX:
        raise LimitError(f"The demo runs at a speed above 0 and up to {SPEED_MAX:.0f}.")
    logs.set_up(level="error", style="text")
    directory = Path(tempfile.mkdtemp(prefix="meshnode-demo-"))
    try:
        names = _NAMES[:node_count]
        running = _run(
            directory, names, speed, doors=doors, neighbourhood=neighbourhood, is_lan=is_lan
        )
        asyncio.run(running)
    except BaseExceptionGroup as group:
        raise plain_cause(group) from group
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    _say("Ended; the demo's files are removed.")
    return 0


async def _run(
    directory: Path,
    names: Sequence[str],
    speed: float,
    *,
    doors: Doors,
    neighbourhood: Neighbourhood,
    is_lan: bool,
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        ether = await stack.enter_async_context(Ether(names, preset=PRESET, speed=speed, loss=LOSS))
        places = []
        founded = _found_community(directory, names, neighbourhood.people, speed=speed)
        said = neighbourhood.furnish(founded.homes, Clock().wall_minute())
        for index, home in enumerate(founded.homes):
            config = home.read_config()
            config = replace(
                config,
                radio=replace(config.radio, urls=(ether.urls[names[index]],)),
                http=replace(config.http, listen=_listening(index, is_lan=is_lan)),
            )
            running = running_node(home, config, doors=doors, clock=Clock(speed=speed))
            node = await stack.enter_async_context(running)
            seed = founded.seeds[index] if index < LETTING_IN else None
            places.append(_Place(names[index], home, node, seed))
        _explain(places, speed, is_lan=is_lan)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        tellers = [tasks.create_task(_tell(place)) for place in places]
        tellers.append(tasks.create_task(_welcome(places, said, founded.member_count)))
        await stop.wait()
        for teller in tellers:
            teller.cancel()
        _say("\nStopping the nodes.")


def _found_community(
    directory: Path, names: Sequence[str], people: People, *, speed: float
) -> _Founded:
    """Return the community: members are the steward, people and nodes."""
    seeds = [os.urandom(32) for _ in range(LETTING_IN)]
    minute = Clock().wall_minute()
    homes = [Home(directory / name.lower()) for name in names]
    papers: list[SignedObject] = []

    def settled(founder: Founder) -> Sequence[SignedObject]:
        papers.extend(people(homes, founder))
        minutes = int(OPEN_MINUTES * max(1.0, speed))
        papers.extend(founder.invite(SigningKey(one).public, minutes=minutes) for one in seeds)
        return papers

    settle(homes, names, minute=minute, people=settled)
    member_count = 1 + sum(one.kind == Kind.CERTIFICATE for one in papers) + len(homes)
    return _Founded(homes, member_count, seeds)


def _explain(places: Sequence[_Place], speed: float, *, is_lan: bool) -> None:
    pace = "in real time" if speed == 1 else f"{speed:g} times faster than real time"
    first, last = places[0], places[-1]
    program = _program()
    width = max(len(place.name) for place in places)
    lines = [
        f"{len(places)} nodes are running, each with a virtual Meshtastic radio. The radios share",
        f"one modelled LoRa channel (MediumFast, EU 868, {LOSS:.0%} of packets lost), {pace}.",
        "A short post takes less than half a second on the air; beacons find what was lost.",
        "",
        "Look at the boards in a browser:",
        *(f"  {place.name:<{width}}  {_board_of(place)}" for place in places),
        "",
        "On a phone in this network or in this browser, join as a neighbour (each takes in one):"
        if is_lan
        else "In this browser, join as a neighbour (each takes in one; on phones: demo --lan):",
        *(f"  {_letting_in(place, speed)}" for place in places if place.seed is not None),
        "",
        "Type this in another terminal:",
        f'  {program} --home {first.home.directory} bulletin post "Water until 18:00"',
        f"  {program} --home {last.home.directory} bulletin list",
        f"  {program} --home {last.home.directory} status",
        "",
        "A little is on the board already; look, and add to it:",
        f"  {program} --home {last.home.directory} place list",
        f"  {program} --home {last.home.directory} level set {_PLACE} full",
        f"  {program} --home {first.home.directory} offer post --item cargo-bike",
        f"  {program} --home {first.home.directory} meetup list",
        "",
        "Anna is at the first node and Eva at the second, coordinators; Bert is at the last one."
        if len(places) > NODES_MIN
        else "Anna, a coordinator, is at the first node, Bert at the last one.",
        "Let them talk:",
        f'  {program} --home {first.home.directory} message send Bert "Do you need anything?"',
        f"  {program} --home {last.home.directory} message read Anna",
        "",
        "A whole evening without power, to type along: docs/guide/coordinator.md",
        "",
        "What happens (Ctrl-C ends the demo and removes its files):",
    ]
    _say("\n".join(lines))


def _board_of(place: _Place) -> str:
    boards = [address for address in place.node.addresses if address.startswith("http")]
    return boards[0] if boards else "no browser address"


def _letting_in(place: _Place, speed: float) -> str:
    """Return an address by which one person joins, for as long as anybody looks at a demo."""
    phones = place.node.service.phones
    lasting_ms = int(OPEN_MINUTES * 60_000 * max(1.0, speed))
    fragment = phones.fragment(phones.open_(lasting_ms=lasting_ms), place.seed)
    return f"{_board_of(place)}#{fragment}"


async def _welcome(
    places: Sequence[_Place], said: Sequence[SignedObject], member_count: int
) -> None:
    """Wait until the nodes know each other, then post something to look at."""
    services = [place.node.service for place in places]
    # What people say needs no waiting: every node knows them from the beginning.
    await services[0].exchange.submit([one.encoded for one in said])
    try:
        async with asyncio.timeout(ACQUAINTED_S), asyncio.TaskGroup() as tasks:
            for service in services:
                tasks.create_task(_meet_all(service, member_count - len(places) + NODES_MIN))
        known = "every node has another one's key by radio"
    except TimeoutError:
        known = f"{min(service.member_count for service in services)} nodes have met"
    _tell_line("everybody", f"{known}; now a first post")
    await services[0].bulletins.post(_WELCOME, title="Hello neighbours")


async def _meet_all(service: Service, count: int) -> None:
    with service.watch() as watcher:
        if service.member_count >= count:
            return
        async for _ in watcher:
            if service.member_count >= count:
                return


async def _tell(place: _Place) -> None:
    """Say what happens on one node, as it happens."""
    service = place.node.service
    with service.watch() as watcher:
        async for news in watcher:
            if news.kind == "object" and news.fields["number"] == Kind.BULLETIN:
                _tell_bulletin(place.name, service, str(news.fields["id"]), news.fields["link"])
            elif news.kind == "object" and news.fields["number"] == Kind.WITHDRAWAL:
                _tell_line(place.name, "something was withdrawn")
            elif news.kind == "object" and news.fields["number"] in _NOUNS:
                done = "posted" if news.fields["link"] is None else "received"
                noun = _NOUNS[Kind(int(str(news.fields["number"])))]
                _tell_line(place.name, f"{done} {noun} ({str(news.fields['id'])[:8]})")


def _tell_bulletin(name: str, service: Service, thing_id: str, link: object) -> None:
    try:
        view = service.bulletins.one(thing_id)
    except NotFoundError:
        return
    if link is None:
        _tell_line(name, f"posted {_shown(view, service)}; it goes out by radio")
    else:
        _tell_line(
            name, f"received {_shown(view, service)} by {view.author_name}, signature verified"
        )


def _shown(view: BulletinView, service: Service) -> str:
    reader = service.reader(load_language(LANGUAGES[0]))
    said = bulletin_text(view.fields, view.created_min, reader)
    text = view.fields.title or said.splitlines()[0]
    shortened = text if len(text) <= _TEXT_SHOWN else text[: _TEXT_SHOWN - 1] + "…"
    return f"“{shortened}” ({view.id.hex()[:8]})"


def _listening(index: int, *, is_lan: bool) -> str:
    """Return where a node listens: a memorable port, or 0 for any where that is taken."""
    host = "0.0.0.0" if is_lan else "127.0.0.1"  # noqa: S104  Asked for.
    with socket.socket() as probe:
        try:
            probe.bind((host, HTTP_PORT_FIRST + index))
        except OSError:
            return f"{host}:0"
    return f"{host}:{HTTP_PORT_FIRST + index}"


def _program() -> str:
    """Return how this program was called, as it can be typed again."""
    called = Path(sys.argv[0])
    if called.name != "meshnode":
        return "meshnode"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


def _tell_line(name: str, text: str) -> None:
    now = datetime.now().astimezone(local_zone(""))
    _say(f"  {now:%H:%M:%S}  {name:<12} {text}")


def _say(text: str) -> None:
    print(text, flush=True)
