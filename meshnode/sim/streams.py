"""Named random streams: every purpose draws from dice of its own, all from one seed.

So a further node, link or post does not change what the others draw. Not for: keys.
"""

import hashlib
from collections.abc import Iterable
from random import Random


def stream(seed: int, *names: str | int) -> Random:
    """Return the dice that belong to `names` under `seed`.

    The same on every machine and in every run: Python's own `hash` is salted per process.
    """
    return Random(int.from_bytes(_digest(seed, *names), "big"))


def ranked(seed: int, members: Iterable[str], *names: str | int) -> list[str]:
    """Return the members in a random order that belongs to `names` under `seed`.

    Every member draws its own place: who joins or leaves does not change the order of the others.
    """
    salt = _digest(seed, *names)
    return sorted(members, key=lambda member: hashlib.sha256(salt + member.encode()).digest())


def _digest(seed: int, *names: str | int) -> bytes:
    digest = hashlib.sha256()
    for name in (seed, *names):
        encoded = repr(name).encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.digest()
