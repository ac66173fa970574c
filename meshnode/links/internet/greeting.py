"""The two bytes after the handshake: do both sides want this connection?

Two nodes that call each other would keep two connections or none if each side chose for itself.
So one of them has the last word about the pair: the node with the lower public key. The other
one speaks first.
Source: docs/spec/internet.md section 3.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol

from meshnode.protocol.errors import LinkLost, LinkRefused


class Greeting(IntEnum):
    """What a side says to a connection."""

    YES = 1
    FULL = 2
    """It has as many peers as it takes."""
    DUPLICATE = 3
    """There is another connection between the two nodes."""


class ByteStream(Protocol):
    """What a greeting needs of a stream."""

    async def read(self, bytes_max: int, /) -> bytes:
        """Return 1 to `bytes_max` bytes."""

    async def write(self, data: bytes, /) -> None:
        """Send all of `data`."""


_THEIR_REFUSALS = {
    Greeting.FULL: "the other side has as many peers as it takes",
    Greeting.DUPLICATE: "the other side is connected with us already",
}


_OUR_REFUSALS = {
    Greeting.FULL: "this node has as many peers as it takes",
    Greeting.DUPLICATE: "this node is connected with the other side already",
}


class Unwanted(LinkLost):
    """We said no to this connection."""

    def __init__(self, answer: Greeting) -> None:
        super().__init__(_OUR_REFUSALS[answer])
        self.answer = answer


async def greet(
    stream: ByteStream, *, has_last_word: bool, verdict: Callable[[], Greeting]
) -> None:
    """Return when both sides want the connection.

    `verdict` is asked once. With the last word, its YES is final from that moment.

    Raises:
        LinkLost: The other side does not want it.
        LinkRefused: It greets in an unknown way.
        Unwanted: We do not want it; the other side has been told.
    """
    if has_last_word:
        _expect_yes(await stream.read(1))
    mine = verdict()
    await stream.write(bytes([mine]))
    if mine is not Greeting.YES:
        raise Unwanted(mine)
    if not has_last_word:
        _expect_yes(await stream.read(1))


def _expect_yes(answer: bytes) -> None:
    try:
        greeting = Greeting(answer[0])
    except ValueError:
        raise LinkRefused(
            f"the other side greets in a way we do not know (0x{answer[0]:02x}); "
            "update the older of the two nodes"
        ) from None
    if greeting is not Greeting.YES:
        raise LinkLost(_THEIR_REFUSALS[greeting])
