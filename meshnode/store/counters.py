"""Numbers that are never used twice: arrivals, and the sequence of each author.

The database holds the last number used; a small file beside it holds, for each counter, a
number below which all may have been used, moved ahead in blocks. After a start the counter goes
on from the larger of the two, so that losing either copy repeats no number.
Source: docs/spec/store.md section 4.
"""

import asyncio
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.store.database import uncancelled
from meshnode.store.failures import Damaged
from meshnode.store.files import replace_file

ARRIVAL: Final = "arrival"
"""The counter of arrivals; the others are called by an author's key id in hexadecimal."""

ARRIVAL_BLOCK: Final = 4096
"""Arrivals reserved at a time; they stay on this node, so leaving some out costs nothing."""

SEQUENCE_BLOCK: Final = 16
"""Sequence numbers reserved at a time: what a power cut leaves out at most. They go on the air
as varints, and a new reservation costs one small file, so blocks are short."""

COUNTERS_MAX: Final = 4097
"""Authors whose numbers one node gives out, and arrivals: bounds the file at 130 kB."""

NUMBERS_BYTES_MAX: Final = 128 + COUNTERS_MAX * 32
"""Largest file of reservations that is read."""

_TITLE: Final = "meshnode numbers 1"


class Counters:
    """Gives out numbers. Its owner serialises the calls, and commits `last` of the database."""

    def __init__(self, path: Path, *, last: Mapping[str, int], below: Mapping[str, int]) -> None:
        names = dict.fromkeys((*last, *below))
        self._path = path
        self._below = dict(below)
        self._last = {name: max(last.get(name, 0), below.get(name, 1) - 1) for name in names}

    @property
    def last(self) -> Mapping[str, int]:
        """The last number of each counter that may have been used."""
        return self._last

    async def take(self, name: str, *, amount: int = 1, above: int = 0) -> int:
        """Return the first of `amount` numbers, reserved in the file; over `above` and all given.

        Raises:
            StoreError: The reservation could not be written; no number was given.
        """
        first = max(self._last.get(name, 0), above) + 1
        last = first + amount - 1
        if last >= self._below.get(name, 1):
            await self._reserve(name, last)
        self._last[name] = last
        return first

    def settle(self) -> None:
        """Write the file so that the next start leaves out no number. Blocks."""
        below = {name: last + 1 for name, last in self._last.items()}
        if below != self._below:
            replace_file(self._path, encode_numbers(below))
            self._below = below

    async def _reserve(self, name: str, last: int) -> None:
        block = ARRIVAL_BLOCK if name == ARRIVAL else SEQUENCE_BLOCK
        below = self._below | {name: last + block}
        if len(below) > COUNTERS_MAX:
            raise LimitError(
                f"This node already numbers the posts of {COUNTERS_MAX - 1} authors: "
                "let the next one post at another node."
            )
        await uncancelled(asyncio.to_thread(replace_file, self._path, encode_numbers(below)))
        self._below = below


def author_counter(author: KeyId) -> str:
    """Return the name of the counter of an author."""
    return author.hex()


def require_sequence(sequence: int) -> None:
    """Raise LimitError unless `sequence` fits an object."""
    if sequence > SEQUENCE_MAX:
        raise LimitError(
            f"Sequence {sequence} is over {SEQUENCE_MAX}, the last one: make a new key."
        )


def encode_numbers(below: Mapping[str, int]) -> bytes:
    """Return the file: a title, a line a counter, and the SHA-256 of both."""
    lines = (f"{name} {number}\n" for name, number in sorted(below.items()))
    text = f"{_TITLE}\n{''.join(lines)}"
    return f"{text}sha256 {sha256(text.encode()).hexdigest()}\n".encode()


def decode_numbers(data: bytes) -> dict[str, int]:
    """Return what `encode_numbers` was given.

    Raises:
        Damaged: The bytes are not exactly such a file.
    """
    try:
        title, *lines, _seal = data.decode("ascii").splitlines()
        below = dict(_counters(lines))
    except ValueError as error:
        raise Damaged(f"the file of reserved numbers is damaged ({error})") from error
    if title != _TITLE or encode_numbers(below) != data:
        raise Damaged("the file of reserved numbers is damaged (its checksum does not match)")
    return below


def _counters(lines: Iterable[str]) -> Iterable[tuple[str, int]]:
    for line in lines:
        name, number = line.split(" ")
        yield name, int(number)
