"""What a harness is: one decoder, or a family of them, as a function of bytes.

A harness does more than call: where a signature, a MAC or a checksum would stop every mutated
input, it makes a right one itself, so that the layer behind is reached, too. And it says what has
to hold for what was read, such as that it is written again as it was.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent.parent / "vectors"


class Broken(AssertionError):
    """A decoder read what it must not have read, or wrote something else than it read."""


@dataclass(frozen=True, slots=True)
class Harness:
    """One thing to fuzz.

    Shapes: `run` takes 0..`bytes_max` bytes and returns whether something was read; False means
    that the declared error came. Any other error is a finding. `seeds` are inputs to begin with,
    made anew each time from our own vectors. `reads` are the functions that get their bytes from
    here. `mutations` is how many random changes of its inputs `make test` tries.
    """

    run: Callable[[bytes], bool]
    seeds: Callable[[], Iterable[bytes]]
    reads: Sequence[Callable[..., Any]]
    bytes_max: int
    mutations: int = 5_000


def require(is_right: bool, what: str) -> None:
    """Raise `Broken` unless what has to hold does. Not `assert`: the message is a contract."""
    if not is_right:
        raise Broken(what)


class Cuts:
    """Cuts an input into small numbers and bytes; what is missing at its end is zero."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def remaining(self) -> int:
        return len(self._data) - self._at

    def byte(self) -> int:
        return int.from_bytes(self.take(1), "big")

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, or as many as there are."""
        taken = self._data[self._at : self._at + count]
        self._at += len(taken)
        return taken

    def block(self) -> bytes:
        """Return so many bytes as the next byte says."""
        return self.take(self.byte())

    def rest(self) -> bytes:
        return self.take(self.remaining)


def packed(data: bytes) -> bytes:
    """Return up to 255 bytes as `Cuts.block` reads them."""
    return bytes([len(data[:255])]) + data[:255]


@cache
def vectors(name: str) -> Any:
    """Return one of our files of test vectors."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
