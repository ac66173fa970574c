"""Forks: one key signed different objects under one sequence number.

Whoever keeps count signs each number once. Two objects with one number mean that a key is in two
hands, or that a device was set back to an old backup. Both objects stay: they are the proof.
Not for: what follows from it, which people decide (a revocation); or invitations' keys, which are
meant for several hands. Invariant: a pure function of the objects, in whatever order they come.
Source: docs/spec/trust.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from meshnode.board.trust.standing import Identity
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.object import ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class Fork:
    """Objects, two or more, that one key signed under one number; `ids` rise."""

    author: Identity
    key: KeyId
    sequence: int
    ids: tuple[ObjectId, ...]


def forks(
    things: Iterable[SignedObject], author_of: Callable[[SignedObject], Identity | None]
) -> list[Fork]:
    """Return every fork among objects that were verified, by author, key and number.

    Shapes: `author_of` tells who signed an object: key ids alone can be made to collide.
    """
    same_number: dict[tuple[KeyId, int], list[SignedObject]] = {}
    for thing in things:
        same_number.setdefault((thing.author, thing.sequence), []).append(thing)
    found: dict[tuple[Fingerprint, KeyId, int], list[SignedObject]] = {}
    authors: dict[Fingerprint, Identity] = {}
    for (key, sequence), some in same_number.items():
        if len(some) < 2:
            continue
        for thing in some:
            author = author_of(thing)
            if author is not None:
                authors[author.fingerprint] = author
                found.setdefault((author.fingerprint, key, sequence), []).append(thing)
    return [
        Fork(authors[name], key, sequence, tuple(sorted(thing.id for thing in some)))
        for (name, key, sequence), some in sorted(found.items(), key=lambda entry: entry[0])
        if len(some) > 1
    ]
