"""A whole node of the village of `everykind`, with all its doors open, and every way in."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import blake2s
from pathlib import Path
from random import SystemRandom
from typing import Final

from meshnode.api.door.doors import open_doors
from meshnode.board.paperline import PaperPart, encode_paper_part
from meshnode.board.trust.standing import Standing
from meshnode.links.internet import InternetLink, parse_peer_url
from meshnode.node.clock import Clock
from meshnode.node.config import HttpSection
from meshnode.node.daemon import running_node
from meshnode.node.home import Home, set_up
from meshnode.node.keyring import Belonging
from meshnode.protocol.effects import StoreObject
from meshnode.protocol.engine import Engine
from meshnode.protocol.frames import Hello, Objects, encode_stream
from meshnode.protocol.inventory import SYNDROMES_MAX, Digest
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import SHORT_ID_BYTES, ObjectId, ShortId, object_id
from meshnode.protocol.priority import Priority
from meshnode.store.opening import open_store
from tests.community import CHARTER, COMMUNITY, HERE, MINUTE, NETWORK_KEY
from tests.everykind import KIOSK, village
from tests.hostile import welcome
from tests.household import Person
from tests.neighbourhood import configured, eventually, listening_url
from tests.unit.api.apinode import ApiNode, base64
from tests.unit.links.internet.support import CALM, RecordingHost

AT_ONCE: Final = 50
SETTLE_S: Final = 60


class Then(Clock):
    """It is the village's minute, whenever this runs."""

    def wall_minute(self) -> int:
        return MINUTE

    async def is_synchronised(self) -> bool:
        return True


@dataclass(frozen=True)
class State:
    """All of a node that objects may change."""

    held: frozenset[ObjectId]
    standing: Standing
    digest: Digest
    urgent: Digest


@asynccontextmanager
async def village_node(directory: Path) -> AsyncIterator[ApiNode]:
    """Run a node that holds the whole village while the block lasts."""
    home = Home(directory / "node")
    belonging = Belonging(COMMUNITY, NETWORK_KEY, CHARTER, ())
    set_up(home, name="Dorf", seed=blake2s(b"our node").digest(), belonging=belonging)
    opened = await open_store(home.store)
    await opened.store.apply([StoreObject(one, None) for one in village().things])
    await opened.store.close()
    config = configured(home, listen="127.0.0.1:0")
    config = replace(config, http=HttpSection(listen="127.0.0.1:0"))
    async with running_node(home, config, doors=open_doors, clock=Then()) as node:
        yield ApiNode(node=node, home=home, steward=HERE, community=COMMUNITY, minute=MINUTE)


def engine_of(here: ApiNode) -> Engine:
    return here.node.service._runner.engine


def state(here: ApiNode) -> State:
    inventory, hour = engine_of(here).common.inventory, MINUTE // 60
    return State(
        held=frozenset(inventory.held),
        standing=here.node.service._rules.standing,
        digest=inventory.digest(hour, SYNDROMES_MAX),
        urgent=inventory.urgent_digest(hour, SYNDROMES_MAX),
    )


async def by_socket(here: ApiNode, things: Sequence[bytes]) -> None:
    """Hand in one after the other, as whoever may open the node's socket."""
    for one in things:
        status, answer = await here.ask("POST", "/objects", {"objects": [base64(one)]})
        assert status in (400, 422), answer
        assert answer["error"]["message"]


async def by_phone(here: ApiNode, things: Sequence[bytes]) -> None:
    """Hand in as a phone of nobody's that was let in; most of it comes too fast."""
    phone = await here.paired()
    for one in things:
        answer = await asyncio.to_thread(phone.ask, "POST", "/objects", {"objects": [base64(one)]})
        assert answer.status in (400, 422, 429), answer


async def by_lines(here: ApiNode, things: Sequence[bytes]) -> None:
    """Scan them from paper, by the command line."""
    person = Person(here.home.directory, here.home.directory / "nobody")
    for some in batches(things):
        path = here.home.directory / "scanned.txt"
        path.write_text("\n".join(line(one) for one in some))
        done = await asyncio.to_thread(person.run, "object", "import", str(path), "--json")
        document = json.loads(done.stdout)
        assert "taken" not in {one["state"] for one in document.get("objects", ())}, document


def line(encoded: bytes) -> str:
    """Return any bytes as the code beside an item, under the id that they have."""
    name = ShortId(object_id(encoded)[:SHORT_ID_BYTES])
    return encode_paper_part(PaperPart(name, 0, 1, encoded[:OBJECT_BYTES_MAX]))


async def by_wire(here: ApiNode, things: Sequence[bytes]) -> None:
    """Let a member's node bring them over TLS, and a good one at the end."""
    host = RecordingHost()
    link = InternetLink(
        listen=[],
        peers=[parse_peer_url(await listening_url(here.node))],
        key=KIOSK,
        network_key=NETWORK_KEY,
        dice=SystemRandom(),
        timing=CALM,
    )
    running = asyncio.create_task(link.run(host))
    try:
        await eventually(lambda: bool(host.links), within_s=SETTLE_S)
        [send] = host.sends.values()
        frames = [Hello(MINUTE // 60, ()), *(Objects(tuple(some)) for some in batches(things))]
        last = welcome(0)
        for token, frame in enumerate([*frames, Objects((last.encoded,))]):
            send(encode_stream(frame), Priority.ORDINARY, token)
            await eventually(lambda: token in host.outcomes, within_s=SETTLE_S)  # noqa: B023
        # When it is there, all before it was judged.
        await eventually(lambda: last.id in engine_of(here).held, within_s=SETTLE_S)
    finally:
        running.cancel()


def batches(things: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    # A longer one spoils the whole frame.
    fitting = [one for one in things if 0 < len(one) <= OBJECT_BYTES_MAX]
    for start in range(0, len(fitting), AT_ONCE):
        yield fitting[start : start + AT_ONCE]


Way = Callable[[ApiNode, Sequence[bytes]], Awaitable[None]]
WAYS: Final[dict[str, Way]] = {
    "socket": by_socket,
    "phone": by_phone,
    "lines of paper": by_lines,
    "wire": by_wire,
}
"""Each raises if something was taken that should not be, as far as whoever brings it is told."""
