"""Homes and stores that are full already, as if their node had written for a long time.

Not for: running nodes. Every object is signed by a member and would pass on any path.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from airtime import texts

from meshnode.board.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.effects import StoreObject
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import Kind, ObjectId, SignedObject, compose, lifetime_code_for
from meshnode.store.opening import open_store

LIVES_MINUTES: Final = 7 * 1440
BODIES: Final = 120
"""So many different texts; the objects differ by their numbers all the same."""
LENGTHS: Final = (60, 300)
BATCH: Final = 1000


def bulletins(
    key: SigningKey, community: CommunityId, *, minute: int, count: int
) -> list[SignedObject]:
    """Return signed bulletins of one author, numbered from 1."""
    return [
        compose(
            key=key,
            community=community,
            kind=Kind.BULLETIN,
            codec=codec,
            body=body,
            sequence=sequence,
            created_min=minute,
            lifetime_code=lifetime_code_for(LIVES_MINUTES),
        )
        for sequence, (codec, body) in enumerate(islice(cycle(bodies()), count), start=1)
    ]


@cache
def bodies() -> tuple[tuple[int, bytes], ...]:
    """Return encoded bulletins; compressing a text costs far more than signing it.

    All are severe: of others no node would take so many of one author and day.
    """
    return tuple(
        encode_bulletin(BulletinFields(text, None, "general", Severity.SEVERE))
        for text in texts(0, BODIES, LENGTHS)
    )


def found_community(directory: Path, names: Sequence[str]) -> list[Home]:
    """Return the homes of nodes of one community, the first its founder; none has run yet."""
    minute = Clock().wall_minute()
    homes = [Home(directory / name) for name in names]
    settle(homes, names, minute=minute)
    return homes


def own_bulletins(home: Home, count: int) -> list[SignedObject]:
    """Return bulletins by the node that lives there, as of now."""
    ring = home.load_keyring()
    minute = Clock().wall_minute()
    return bulletins(ring.key, ring.community, minute=minute, count=count)


def acquaint(homes: Sequence[Home]) -> None:
    """Let nodes that never ran hold what vouches for any of them."""
    things: dict[ObjectId, SignedObject] = {}
    for home in homes:
        introduction = home.load_keyring().belonging.introduction
        things |= {thing.id: thing for thing in introduction}
    for home in homes:
        keep(home, list(things.values()))


def keep(home: Home, things: Sequence[SignedObject]) -> None:
    """Put objects into the store of a node that does not run."""
    asyncio.run(_keep(home, things))


async def _keep(home: Home, things: Sequence[SignedObject]) -> None:
    opened = await open_store(home.store)
    try:
        for start in range(0, len(things), BATCH):
            some = things[start : start + BATCH]
            await opened.store.apply([StoreObject(thing, None) for thing in some])
    finally:
        await opened.store.close()
