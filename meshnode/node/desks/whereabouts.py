"""Which nodes hold an object, with their names: what the engine's evidence means for people.

Not for: gathering evidence (`meshnode.protocol.evidence`). Invariants: one entry a node, however
many links lead to it, and the newest word counts; a sender id that several members share is
nobody's name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.holdings import State
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, PublicKey, key_id
from meshnode.protocol.object import ObjectId
from meshnode.protocol.whereabouts import Holder

_ORDER: Final = tuple(State)


@dataclass(frozen=True, slots=True)
class Place:
    """Another node, and whether it holds the object by its own word, given `known_s` ago.

    Shapes: `node` is its key id in hex, or the two bytes it goes by on the air where no member
    that we know is meant; then `name` is None.
    """

    node: str
    name: str | None
    links: tuple[str, ...]
    state: State
    known_s: int | None
    last_contact_s: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """An object that lies on this node, and where else."""

    id: ObjectId
    places: tuple[Place, ...]


def places_of(
    holders: Iterable[Holder], names: Mapping[PublicKey, str], *, now_ms: int
) -> tuple[Place, ...]:
    """Return the nodes behind these neighbours, by the names of nodes: those that have it first."""
    found: dict[tuple[str, str | None], list[Holder]] = {}
    for holder in holders:
        found.setdefault(_who(holder.neighbour, names), []).append(holder)
    places = (_place(who, words, now_ms=now_ms) for who, words in found.items())
    return tuple(sorted(places, key=_order))


def _who(neighbour: bytes, names: Mapping[PublicKey, str]) -> tuple[str, str | None]:
    """Return a neighbour's key id, or what it is called on the air, and its name if it has one."""
    if len(neighbour) == PUBLIC_KEY_BYTES:
        key = PublicKey(neighbour)
        return key_id(key).hex(), names.get(key)
    meant = [key for key in names if key_id(key).startswith(neighbour)]
    if len(meant) == 1:
        return key_id(meant[0]).hex(), names[meant[0]]
    return neighbour.hex(), None


def _place(who: tuple[str, str | None], words: Sequence[Holder], *, now_ms: int) -> Place:
    node, name = who
    newest = max(words, key=lambda one: -1 if one.known_ms is None else one.known_ms)
    last_ms = max(one.last_contact_ms for one in words)
    return Place(
        node=node,
        name=name,
        links=tuple(sorted({one.link for one in words})),
        state=newest.state,
        known_s=None if newest.known_ms is None else (now_ms - newest.known_ms) // 1000,
        last_contact_s=(now_ms - last_ms) // 1000,
    )


def _order(place: Place) -> tuple[int, str, str]:
    return _ORDER.index(place.state), place.name or "", place.node
