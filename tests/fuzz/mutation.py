"""Random changes of an input, for where no coverage guides: the same seed, the same changes."""

from collections.abc import Iterator, Sequence
from random import Random

CHANGES_MAX = 4
_GROWTH_MAX = 16
_INTERESTING = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


def mutations(inputs: Sequence[bytes], count: int, *, bytes_max: int, seed: str) -> Iterator[bytes]:
    """Yield `count` changed inputs."""
    dice = Random(seed)
    for _ in range(count):
        data = dice.choice(inputs)
        for _ in range(dice.randint(1, CHANGES_MAX)):
            data = _changed(data, dice, inputs)
        yield data[:bytes_max]


def _changed(data: bytes, dice: Random, inputs: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(data) + 1)
    end = min(len(data), at + dice.randint(1, _GROWTH_MAX))
    other = dice.choice(inputs)
    flipped = bytes([(data or b"\0")[min(at, len(data) - 1)] ^ 1 << dice.randrange(8)])
    possible = (
        data[:at] + dice.randbytes(dice.randint(1, _GROWTH_MAX)) + data[at:],
        data[:at] + data[end:],
        data[:end] + data[at:],
        data[:at] + other[dice.randrange(len(other) + 1) :],
        data[:at],
        data[:at] + bytes([dice.choice(_INTERESTING)]) + data[at + 1 :],
        data[:at] + flipped + data[at + 1 :],
    )
    return dice.choice(possible)
