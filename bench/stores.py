"""Homes and stores that are full already, as if their node had written for a long time.

Not for: running nodes. Every object is signed by a member and would pass on any path.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from typing import Final

from airtime import texts

from meshnode.board.accounts import SPEAKER_DAY_MAX
from meshnode.board.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.certificate import IdentityClass
from meshnode.board.founding import certify
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX, DAY_MINUTES
from meshnode.board.pages import Page
from meshnode.board.searched import page_of
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.effects import StoreObject
from meshnode.protocol.keys import CommunityId, KeyId, PublicKey, SigningKey
from meshnode.protocol.object import Kind, ObjectId, SignedObject, compose, lifetime_code_for
from meshnode.store.opening import open_store
from meshnode.store.search import SearchIndex

DAYS: Final = BULLETIN_MINUTES_MAX // DAY_MINUTES - 2
"""What was written earlier ends while we measure."""
AUTHOR_MAX: Final = DAYS * SPEAKER_DAY_MAX
"""Of one author others take no more in these days."""
STEWARD_SEQUENCE: Final = 10_000
"""Above what the steward signed when the community was founded."""
BODIES: Final = 120
"""So many different texts; the objects differ by their numbers all the same."""
LENGTHS: Final = (60, 300)
BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Board:
    """What several authors wrote in the last days, and what vouches for them."""

    certificates: list[SignedObject]
    bulletins: list[SignedObject]
    keys: dict[KeyId, PublicKey]
    """The authors of the bulletins."""


def full_board(steward: SigningKey, community: CommunityId, *, minute: int, count: int) -> Board:
    """Return so many bulletins, by as many members as others would take them from."""
    authors = [
        SigningKey(blake2s(b"author %d" % number).digest())
        for number in range(max(1, ceil(count / AUTHOR_MAX)))
    ]
    certificates = [
        certify(
            steward,
            community,
            author.public,
            author.id.hex(),
            identity_class=IdentityClass.NODE,
            minute=minute,
            sequence=STEWARD_SEQUENCE + number,
        )
        for number, author in enumerate(authors)
    ]
    bulletins = []
    for index, (codec, body) in enumerate(islice(cycle(bodies()), count)):
        turn, author = divmod(index, len(authors))
        day, number = divmod(turn, SPEAKER_DAY_MAX)
        bulletins.append(
            compose(
                key=authors[author],
                community=community,
                kind=Kind.BULLETIN,
                codec=codec,
                body=body,
                sequence=turn + 1,
                created_min=(minute // DAY_MINUTES - day - 1) * DAY_MINUTES + number % 24 * 60,
                lifetime_code=lifetime_code_for(BULLETIN_MINUTES_MAX),
            )
        )
    return Board(certificates, bulletins, {author.id: author.public for author in authors})


@cache
def bodies() -> tuple[tuple[int, bytes], ...]:
    """Return encoded bulletins; compressing a text costs far more than signing it."""
    return tuple(
        encode_bulletin(BulletinFields(text, None, "general", Severity.INFO))
        for text in texts(0, BODIES, LENGTHS)
    )


def found_community(directory: Path, names: Sequence[str]) -> tuple[list[Home], SigningKey]:
    """Return the homes of nodes of one community, none of which has run yet, and its steward."""
    homes = [Home(directory / name) for name in names]
    return homes, settle(homes, names, minute=Clock().wall_minute())


def board_of(home: Home, steward: SigningKey, count: int) -> Board:
    """Return what members of the community of the node that lives there wrote until now."""
    community = home.load_keyring().community
    return full_board(steward, community, minute=Clock().wall_minute(), count=count)


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


def index(home: Home, things: Sequence[SignedObject]) -> None:
    """Let the search of a node that does not run have read what its store holds.

    A text takes milliseconds, which a node spends when it comes in. Equal ones are read once here.
    """
    texts = {(thing.codec, thing.body): thing for thing in things}
    pages = {said: page_of(thing, ()) for said, thing in texts.items()}
    asyncio.run(_index(home, [(thing, pages[thing.codec, thing.body]) for thing in things]))


async def _index(home: Home, paged: Sequence[tuple[SignedObject, Page]]) -> None:
    found = await SearchIndex.open(home.search)
    try:
        for start in range(0, len(paged), BATCH):
            await found.add(paged[start : start + BATCH])
    finally:
        await found.close()


async def _keep(home: Home, things: Sequence[SignedObject]) -> None:
    opened = await open_store(home.store)
    try:
        for start in range(0, len(things), BATCH):
            some = things[start : start + BATCH]
            await opened.store.apply([StoreObject(thing, None) for thing in some])
    finally:
        await opened.store.close()
