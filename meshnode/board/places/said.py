"""What was said about a place: the held levels that name it, each with who said it and as what.

Invariant: derived from the held objects alone; whoever may no longer speak is not among them.
"""

from collections.abc import Iterable
from typing import Final

from meshnode.board.items import NAMELESS, Item, Names, name_of
from meshnode.board.places.crowding import Counted, Said, SaidAs
from meshnode.board.places.hosts import spoke_as_host
from meshnode.board.places.level import Level, Source, decode_level
from meshnode.board.places.pattern import Sample
from meshnode.board.places.place import PlaceHead, read_place_head
from meshnode.board.rules import NeighbourhoodRules
from meshnode.protocol.object import Kind

_HOUR_MINUTES: Final = 60


def head_of(place: Item) -> PlaceHead:
    """Return what an accepted place says in numbers."""
    return read_place_head(place.thing.body)[0]


def said_about(place: Item, rules: NeighbourhoodRules, names: Names = NAMELESS) -> list[Said]:
    """Return what is held about a place, the newest first."""
    author = None if place.author is None else place.author.identity.fingerprint
    found: list[Said] = []
    for thing in rules.register.children(place.root, Kind.LEVEL):
        identity = rules.author_of(thing)
        if identity is None:
            continue
        fields = decode_level(thing.codec, thing.body, thing.parent)
        is_host = spoke_as_host(thing, identity, rules, root=place.root, author=author)
        if fields.source is Source.COUNTER:
            said_as = SaidAs.COUNTER
        else:
            said_as = SaidAs.HOST if is_host else SaidAs.RESIDENT
        found.append(
            Said(
                id=thing.id,
                key=thing.author,
                by=identity.fingerprint,
                name=name_of(identity, rules, names),
                said_as=said_as,
                source=fields.source,
                minute=thing.created_min,
                expires_min=thing.expires_min,
                level=fields.level,
                people=fields.people,
            )
        )
    return sorted(found, key=lambda one: (-one.minute, one.id))


def samples_of(said: Iterable[Said], levels: Iterable[Level | None]) -> list[Sample]:
    """Return what a pattern learns from words of people; `levels` are what these mean."""
    return [
        Sample(
            hour=one.minute // _HOUR_MINUTES,
            is_host=one.said_as is SaidAs.HOST,
            minute=one.minute % _HOUR_MINUTES,
            level=level,
        )
        for one, level in zip(said, levels, strict=True)
        if level is not None and level is not Level.CLOSED and one.source is not Source.COUNTER
    ]


def counted_in(said: Iterable[Said]) -> list[Counted]:
    """Return what counters saw, hour by hour."""
    return [
        Counted(one.minute // _HOUR_MINUTES, one.people)
        for one in said
        if one.source is Source.COUNTER and one.people is not None
    ]
