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
from sealing import OWN, sealed_to

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.finding.pages import Page
from meshnode.board.finding.searched import page_of
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX, DAY_MINUTES
from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.board.trust.accounts import SPEAKER_DAY_MAX
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify
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
CIRCLES: Final = 50
MESSAGES: Final = 1_000
CARRIERS: Final = 5
"""Nodes that carry the messages: as many as a day lets them."""


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


def private_of(home: Home, steward: SigningKey) -> list[SignedObject]:
    """Return 1,000 sealed messages that five nodes carry and 50 listed circles, with what vouches
    for the authors: what people who write to each other put into a store.
    """
    community, minute = home.load_keyring().community, Clock().wall_minute()
    carriers = [_key("carrier", number) for number in range(CARRIERS)]
    founders = [_key("founder", number) for number in range(CIRCLES)]
    made = [
        certify(
            steward,
            community,
            key.public,
            key.id.hex(),
            identity_class=IdentityClass.NODE if key in carriers else IdentityClass.PERSON,
            minute=minute,
            sequence=STEWARD_SEQUENCE + number,
        )
        for number, key in enumerate([*carriers, *founders])
    ]
    day_begins_min = (minute // DAY_MINUTES - 1) * DAY_MINUTES
    policy = CirclePolicy(is_open=False, has_history=False)
    listed = [
        (key, encode_circle(CircleFields(CircleId(number.to_bytes(4, "big")), policy, "Hof")))
        for number, key in enumerate(founders)
    ]
    body = sealed_to([OWN[0]])
    said = [(key, Kind.CIRCLE, circle, 0) for key, circle in listed]
    said += [
        (key, Kind.SEALED, body, turn) for turn in range(MESSAGES // CARRIERS) for key in carriers
    ]
    return made + [
        compose(
            key=key,
            community=community,
            kind=kind,
            body=content,
            sequence=turn + 1,
            created_min=day_begins_min + turn % 24 * 60,
            lifetime_code=lifetime_code_for(BULLETIN_MINUTES_MAX),
        )
        for key, kind, content, turn in said
    ]


def _key(purpose: str, number: int) -> SigningKey:
    return SigningKey(blake2s(f"{purpose} {number}".encode()).digest())


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
