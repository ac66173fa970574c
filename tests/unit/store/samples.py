"""Objects for tests of the store: always the same ones."""

from functools import cache
from random import Random

from meshnode.protocol.effects import StoreObject
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import Kind, SignedObject, compose
from meshnode.store.port import Store

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(1, 33)))
COMMUNITY = CommunityId(bytes(16))


@cache
def sample(sequence: int) -> SignedObject:
    """Return a bulletin; every third one has a parent."""
    dice = Random(sequence)
    return compose(
        key=KEY,
        community=COMMUNITY,
        kind=Kind.BULLETIN,
        body=dice.randbytes(dice.randrange(20, 300)),
        sequence=sequence,
        created_min=1000 + sequence,
        lifetime_code=8,
        parent=sample(sequence - 1).short_id if sequence % 3 == 2 else None,
    )


def samples(count: int, *, first: int = 1) -> list[SignedObject]:
    """Return `count` different objects."""
    return [sample(first + offset) for offset in range(count)]


def stores(objects: list[SignedObject], link: str | None = "radio") -> list[StoreObject]:
    """Return the effects that store `objects`."""
    return [StoreObject(each, link) for each in objects]


async def held(store: Store) -> list[SignedObject]:
    """Return the objects of a store, in order of arrival."""
    return [each.object for each in (await store.load()).objects]
