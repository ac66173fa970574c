"""Named random streams: every purpose draws from dice of its own, all from one seed.

So a further node or link does not change what the others draw. Not for: keys.
"""

import hashlib
from random import Random


def stream(seed: int, *names: str | int) -> Random:
    """Return the dice that belong to `names` under `seed`.

    The same on every machine and in every run: Python's own `hash` is salted per process.
    """
    digest = hashlib.sha256()
    for name in (seed, *names):
        encoded = repr(name).encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return Random(int.from_bytes(digest.digest(), "big"))
